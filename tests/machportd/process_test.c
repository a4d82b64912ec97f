/* Processes: what goes from one task to the next, and to whom it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"
#include "ipc_port.h"
#include "kern_host.h"
#include "kern_port.h"
#include "task.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int
setup(void **state)
{
	(void)state;
	inside_init();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	inside_deinit();
	return 0;
}

/* A process @pid, behind @pidfd, that a task of @euid was in. Some port stands
 * for those that it has left. */
static struct process *
process_of(pid_t pid, int pidfd, uid_t euid)
{
	struct user *user = user_get(&inside_server.budget, getuid());
	struct peer peer = {.pid = pid, .pidfd = pidfd};
	struct process *process;

	assert_non_null(user);
	assert_int_equal(process_new(&inside_server, user, &peer, &process), 0);
	(void)user_unref(user);
	process->euid = euid;
	for (unsigned i = 0; i < KERN_PORTS_INHERITED; i++)
		ipc_slot_set(&process->ports.slots[i], kern_host_make_send());
	kern_exceptions_set_all(
	    &process->ports.exceptions, kern_host_make_send());
	return process;
}

static int
open_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(fd >= 0);
	return fd;
}

static bool
is_there(const struct kern_ports *ports, enum kern_ports_slot slot)
{
	return IPC_PORT_VALID(ports->slots[slot].port);
}

TEST(ports_come_from_ones_own_user_or_from_root)
{
	const struct kern_ports ports = {0};
	struct heritage heritage = {&ports, 1000};

	assert_true(heritage_is_for(&heritage, 1000));
	assert_false(heritage_is_for(&heritage, 1001));
	assert_false(heritage_is_for(&heritage, 0));
	heritage.euid = 0;
	assert_true(heritage_is_for(&heritage, 1000));
	heritage.ports = NULL;
	assert_false(heritage_is_for(&heritage, 0));
}

TEST(an_ancestor_of_another_user_leaves_nothing)
{
	struct process *parent =
	    process_of(getppid(), open_pidfd(getppid()), 1000);
	struct process *self = process_of(getpid(), open_pidfd(getpid()), 0);

	assert_ptr_equal(
	    process_ancestor_heritage(self, 1000).ports, &parent->ports);
	assert_null(process_ancestor_heritage(self, 0).ports);
	assert_null(process_ancestor_heritage(self, 1001).ports);
	parent->euid = 0;
	assert_ptr_equal(
	    process_ancestor_heritage(self, 1001).ports, &parent->ports);
	process_end(parent);
	process_end(self);
}

TEST(after_exec_a_program_of_another_user_has_not_what_the_first_one_left)
{
	struct process *process =
	    process_of(getpid(), open_pidfd(getpid()), geteuid() + 1);
	struct conn *conn;
	int end = inside_connect(&conn);

	assert_true(inside_hello(conn));
	for (unsigned i = 0; i < KERN_PORTS_INHERITED; i++)
		assert_false(is_there(&conn->task->kern->ports, i));
	assert_int_equal(process->euid, geteuid());
	inside_end_task();
	(void)close(end);
}

TEST(roots_ports_give_another_user_no_power_over_the_task)
{
	struct process *process = process_of(getpid(), open_pidfd(getpid()), 0);
	const struct heritage heritage = process_heritage(process);
	const struct peer peer = {.pid = getpid(), .euid = 1000};
	const struct kern_ports *ports;
	struct conn *conn;
	int end = inside_connect(&conn);

	assert_int_equal(
	    task_new(process, process->user, &peer, &heritage, conn), 0);
	conn->kind = CONN_TASK;
	ports = &process->task->kern->ports;
	assert_true(is_there(ports, KERN_PORTS_BOOTSTRAP));
	assert_true(is_there(ports, KERN_PORTS_REGISTERED));
	assert_false(is_there(ports, KERN_PORTS_ACCESS));
	assert_null(kern_exceptions_copy_all(&ports->exceptions));
	inside_end_task();
	(void)close(end);
}

/* A connection made by a process that has ended; its pid. */
static pid_t
connect_and_end(int *fd_out)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes = sizeof(address);
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	pid_t pid;

	assert_int_equal(bind(listener, (const struct sockaddr *)&address,
	                     sizeof(sa_family_t)),
	    0);
	assert_int_equal(
	    getsockname(listener, (struct sockaddr *)&address, &bytes), 0);
	assert_int_equal(listen(listener, 1), 0);
	pid = fork();
	if (pid == 0)
		_exit(connect(socket(AF_UNIX, SOCK_SEQPACKET, 0),
		          (const struct sockaddr *)&address, bytes) != 0);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	*fd_out = accept(listener, NULL, NULL);
	assert_true(*fd_out >= 0);
	(void)close(listener);
	return pid;
}

TEST(who_has_the_pid_of_a_dead_peer_keeps_what_is_his)
{
	struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};
	struct user *user = user_get(&inside_server.budget, getuid());
	struct packet *packet = &inside_server.packet;
	struct process *victim;
	struct conn *conn;
	pid_t pid;
	int fd;

	pid = connect_and_end(&fd);
	/* Its pid is used again, by one who lives: as far as the kernel can
	 * see, this process. */
	victim = process_of(pid, open_pidfd(getpid()), geteuid());
	conn_new(&inside_server, user, fd);
	conn = CONTAINER_OF(
	    inside_server.connections.prev, struct conn, server_link);
	*packet = (struct packet){
	    .byte_count = sizeof(hello),
	    .pidfd = -1,
	    .has_credentials = true,
	    .credentials = {pid, geteuid(), getegid()},
	};
	memcpy(packet->bytes, &hello, sizeof(hello));
	conn_handle(conn, packet);
	assert_int_equal(conn->kind, CONN_CLOSED);
	assert_null(victim->task);
	assert_true(is_there(&victim->ports, KERN_PORTS_BOOTSTRAP));
	process_end(victim);
	(void)user_unref(user);
	inside_reap();
}

/* What happens between two looks at the door: the last one goes, and another
 * one comes. */
struct change {
	struct source source;
	struct conn *last;
	int newcomer;
};

static void
let_change(struct source *source)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION + 1,
	    .kind = WIRE_KIND_TASK,
	};
	struct change *change = CONTAINER_OF(source, struct change, source);
	struct sockaddr_un address;
	socklen_t bytes = sizeof(address);

	assert_int_equal(getsockname(inside_server.listen_fd,
	                     (struct sockaddr *)&address, &bytes),
	    0);
	change->newcomer = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(
	    connect(change->newcomer, (const struct sockaddr *)&address, bytes),
	    0);
	assert_int_equal(
	    send(change->newcomer, &hello, sizeof(hello), 0), sizeof(hello));
	kern_timer_disarm(&inside_server.idle);
	conn_close(change->last);
	source->ready = NULL;
}

TEST(a_private_kernel_answers_who_was_at_the_door_before_it_ends)
{
	struct change change = {.source.ready = let_change};
	struct wire_hello_answer answer = {0};
	int event = eventfd(1, EFD_NONBLOCK);
	int end = inside_connect(&change.last);

	inside_server.options.ends = true;
	assert_int_equal(
	    server_watch(&inside_server, &change.source, event), 0);
	assert_int_equal(server_run(&inside_server), 0);
	assert_int_equal(
	    recv(change.newcomer, &answer, sizeof(answer), MSG_DONTWAIT),
	    sizeof(answer));
	assert_int_equal(answer.error, EPROTONOSUPPORT);
	(void)close(change.newcomer);
	(void)close(event);
	(void)close(end);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(ports_come_from_ones_own_user_or_from_root),
	    CASE(an_ancestor_of_another_user_leaves_nothing),
	    CASE(
	        after_exec_a_program_of_another_user_has_not_what_the_first_one_left),
	    CASE(roots_ports_give_another_user_no_power_over_the_task),
	    CASE(who_has_the_pid_of_a_dead_peer_keeps_what_is_his),
	    CASE(a_private_kernel_answers_who_was_at_the_door_before_it_ends),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
