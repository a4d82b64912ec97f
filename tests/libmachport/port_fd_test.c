/* machport_fd() and machport_fd_close(). */
#include <machport.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static mach_port_name_t
new_right(mach_port_right_t right)
{
	mach_port_name_t name;

	CHECK_EQ(
	    mach_port_allocate(mach_task_self(), right, &name), KERN_SUCCESS);
	return name;
}

/* A port with a send right. */
static mach_port_name_t
new_port(void)
{
	mach_port_name_t port = new_right(MACH_PORT_RIGHT_RECEIVE);

	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return port;
}

static int
new_fd(mach_port_name_t name)
{
	int fd = machport_fd(name);

	CHECK(fd >= 0);
	return fd;
}

static void
send(mach_port_name_t port)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = port,
	};

	CHECK_EQ(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* What waits, without waiting. */
static mach_msg_return_t
receive(mach_port_name_t name)
{
	struct {
		mach_msg_header_t header;
		mach_msg_trailer_t trailer;
	} message = {0};

	return mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	    sizeof(message), name, 0, MACH_PORT_NULL);
}

static bool
is_readable(int fd)
{
	struct pollfd event = {.fd = fd, .events = POLLIN};

	return poll(&event, 1, 0) == 1 && event.revents == POLLIN;
}

static void
level(void)
{
	mach_port_name_t port = new_port();
	int fd = new_fd(port);

	CHECK(!is_readable(fd));
	send(port);
	send(port);
	CHECK(is_readable(fd));
	CHECK(is_readable(fd));
	CHECK_EQ(receive(port), MACH_MSG_SUCCESS);
	CHECK(is_readable(fd));
	CHECK_EQ(receive(port), MACH_MSG_SUCCESS);
	CHECK(!is_readable(fd));
	CHECK_EQ(receive(port), MACH_RCV_TIMED_OUT);
	send(port);
	CHECK(is_readable(fd));
}

static void
set(void)
{
	mach_port_name_t port = new_port();
	mach_port_name_t all = new_right(MACH_PORT_RIGHT_PORT_SET);
	int fd = new_fd(all);

	send(port);
	CHECK(!is_readable(fd));
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, all), KERN_SUCCESS);
	CHECK(is_readable(fd));
	CHECK_EQ(receive(all), MACH_MSG_SUCCESS);
	CHECK(!is_readable(fd));
	send(port);
	CHECK_EQ(mach_port_extract_member(mach_task_self(), port, all),
	    KERN_SUCCESS);
	CHECK(!is_readable(fd));
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), all, MACH_PORT_RIGHT_PORT_SET, -1),
	    KERN_SUCCESS);
	CHECK(is_readable(fd));
}

/* Each thing that there is to receive makes an edge. */
static void
edges(void)
{
	mach_port_name_t port = new_port();
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int loop = epoll_create1(EPOLL_CLOEXEC);

	CHECK_EQ(epoll_ctl(loop, EPOLL_CTL_ADD, new_fd(port), &event), 0);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(epoll_wait(loop, &event, 1, 0), 0);
		send(port);
		CHECK_EQ(epoll_wait(loop, &event, 1, 0), 1);
		CHECK_EQ(epoll_wait(loop, &event, 1, 0), 0);
		CHECK_EQ(receive(port), MACH_MSG_SUCCESS);
	}
	(void)close(loop);
}

static void
same(void)
{
	mach_port_name_t port = new_port();
	mach_port_name_t other = new_port();
	int fd = new_fd(port);
	unsigned files = program_count_files();

	CHECK_EQ(new_fd(port), fd);
	CHECK(new_fd(other) != fd);
	CHECK_EQ(machport_fd_close(new_fd(other)), 0);
	CHECK_EQ(program_count_files(), files);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void
closing(void)
{
	mach_port_name_t port = new_port();
	unsigned files = program_count_files();
	int fd;

	for (int i = 0; i < 50; i++) {
		fd = new_fd(port);
		CHECK_EQ(machport_fd_close(fd), 0);
		CHECK_EQ(machport_fd_close(fd), -1);
		CHECK_EQ(errno, EBADF);
	}
	CHECK_EQ(program_count_files(), files);
	CHECK_EQ(machport_fd_close(-1), -1);
	CHECK_EQ(machport_fd_close(0), -1);
	CHECK_EQ(errno, EBADF);
}

static void
death(void)
{
	mach_port_name_t port = new_port();
	int fd = new_fd(port);

	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK(is_readable(fd));
	CHECK_EQ(receive(port), MACH_RCV_INVALID_NAME);
	CHECK(is_readable(fd));
	CHECK_EQ(machport_fd(port), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(machport_fd_close(fd), 0);
}

/* The name of a port that died means another. */
static void
reuse(void)
{
	mach_port_name_t port = new_port();
	int old = new_fd(port);
	int fd;

	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(mach_port_allocate_name(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, port),
	    KERN_SUCCESS);
	fd = new_fd(port);
	CHECK(fd != old);
	CHECK(is_readable(old));
	CHECK(!is_readable(fd));
	CHECK_EQ(new_fd(port), fd);
	CHECK_EQ(machport_fd_close(old), 0);
	CHECK_EQ(new_fd(port), fd);
	CHECK_EQ(machport_fd_close(fd), 0);
}

static void
refusals(void)
{
	CHECK_EQ(machport_fd(mach_task_self()), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(machport_fd(MACH_PORT_NULL), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(machport_fd(MACH_PORT_DEAD), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(machport_fd(new_right(MACH_PORT_RIGHT_DEAD_NAME)), -1);
	CHECK_EQ(errno, EBADF);
}

static void
success_leaves_errno_alone(void)
{
	mach_port_name_t port = new_port();
	int fd;

	errno = 77;
	fd = new_fd(port);
	CHECK_EQ(new_fd(port), fd);
	CHECK_EQ(machport_fd_close(fd), 0);
	CHECK_EQ(errno, 77);
}

/* The program has closed a descriptor that it should not have. */
static void
lost(void)
{
	mach_port_name_t port = new_port();
	int fd = new_fd(port);
	int own;
	int again;

	CHECK_EQ(close(fd), 0);
	own = fcntl(0, F_DUPFD_CLOEXEC, fd); /* its number is taken */
	CHECK_EQ(own, fd);
	again = new_fd(port);
	CHECK(again != own);
	send(port);
	CHECK(is_readable(again));
	CHECK_EQ(machport_fd_close(own), -1);
	CHECK_EQ(errno, EBADF);
	CHECK(fcntl(own, F_GETFD) >= 0);
	CHECK_EQ(close(own), 0);
	CHECK_EQ(machport_fd_close(again), 0);
}

/* The same, by an epoll descriptor. */
static void
lost_to_epoll(void)
{
	mach_port_name_t port = new_port();
	int fd = new_fd(port);
	int loop = epoll_create1(EPOLL_CLOEXEC);

	CHECK_EQ(dup3(loop, fd, O_CLOEXEC), fd);
	CHECK_EQ(machport_fd_close(fd), -1);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK(new_fd(port) != fd);
}

static void
few(void)
{
	mach_port_name_t port = new_port();
	struct rlimit limit = {0, 0};
	struct rlimit none;

	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){3, limit.rlim_max};
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
	CHECK_EQ(machport_fd(port), -1);
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	send(port);
	CHECK(is_readable(new_fd(port)));
}

static mach_port_name_t parents;
static int parents_fd;

static void
child(void)
{
	mach_port_name_t port;
	int fd;

	CHECK_EQ(fcntl(parents_fd, F_GETFD), -1);
	CHECK_EQ(machport_fd_close(parents_fd), -1);
	port = new_port();
	fd = new_fd(port);
	send(port);
	CHECK(is_readable(fd));
	CHECK_EQ(machport_fd_close(fd), 0);
}

static void
forking(void)
{
	parents = new_port();
	parents_fd = new_fd(parents);
	program_join(program_fork(child));
	CHECK(!is_readable(parents_fd));
	send(parents);
	program_join(program_fork(child));
	CHECK(is_readable(parents_fd));
	CHECK_EQ(new_fd(parents), parents_fd);
}

static void
child_with_a_file(void)
{
	CHECK(fcntl(parents_fd, F_GETFD) >= 0);
}

/* A child gets by fork the number of a file that its parent put there. */
static void
forking_with_a_lost_one(void)
{
	parents = new_port();
	parents_fd = new_fd(parents);
	CHECK_EQ(dup2(0, parents_fd), parents_fd);
	program_join(program_fork(child_with_a_file));
}

static void
exec(void)
{
	char name[64];
	pid_t pid;
	int status;
	int fd = new_fd(new_port());

	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	pid = fork();
	if (pid == 0) {
		(void)execl("/usr/bin/test", "test", "-e", name, (char *)NULL);
		_exit(99);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(WEXITSTATUS(status), 1);
}

static void
kernel_death(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_name_t port = new_port();
	int fd = new_fd(port);

	CHECK(!is_readable(fd));
	program_kill_kernel(kernel);
	for (int i = 0; i < 3; i++) {
		struct pollfd event = {.fd = fd, .events = POLLIN};

		CHECK_EQ(poll(&event, 1, 10000), 1);
		CHECK(receive(port) != MACH_MSG_SUCCESS);
	}
	CHECK_EQ(machport_fd(port), -1);
	CHECK_EQ(errno, ENOTCONN);
	CHECK(is_readable(fd));
	CHECK_EQ(machport_fd_close(fd), 0);
}

#define ASKERS 4

static pthread_barrier_t barrier;
static atomic_int asked[ASKERS];

static void *
ask(void *argument)
{
	atomic_int *result = argument;

	(void)pthread_barrier_wait(&barrier);
	*result = new_fd(parents);
	return NULL;
}

static void
asking_at_once(void)
{
	pthread_t threads[ASKERS];
	unsigned files;

	CHECK_EQ(pthread_barrier_init(&barrier, NULL, ASKERS), 0);
	for (int round = 0; round < 20; round++) {
		parents = new_port();
		files = program_count_files();
		for (int i = 0; i < ASKERS; i++)
			CHECK_EQ(
			    pthread_create(&threads[i], NULL, ask, &asked[i]),
			    0);
		for (int i = 0; i < ASKERS; i++)
			CHECK_EQ(pthread_join(threads[i], NULL), 0);
		for (int i = 1; i < ASKERS; i++)
			CHECK_EQ(asked[i], asked[0]);
		CHECK_EQ(program_count_files(), files + 1);
		send(parents);
		CHECK(is_readable(asked[0]));
	}
	CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
}

#define MESSAGES 400

static atomic_int got;

/* A loop as programs have it, among several on one port. */
static void *
serve(void *argument)
{
	struct pollfd event = {.fd = new_fd(parents), .events = POLLIN};

	(void)argument;
	while (got < MESSAGES) {
		CHECK_EQ(poll(&event, 1, 20000), 1);
		if (receive(parents) == MACH_MSG_SUCCESS && ++got == MESSAGES)
			/* For the others to see that it is over. */
			send(parents);
	}
	return NULL;
}

static void
two_loops(void)
{
	pthread_t threads[2];

	parents = new_port();
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, serve, NULL), 0);
	for (int i = 0; i < MESSAGES; i++)
		send(parents);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	/* The last but one who looked may have taken the last, too. */
	CHECK(got == MESSAGES || got == MESSAGES + 1);
}

TEST(a_descriptor_is_readable_while_a_message_waits) { program_run(level); }
TEST(a_set_has_a_descriptor_too) { program_run(set); }
TEST(an_edge_triggered_loop_sees_each_message) { program_run(edges); }
TEST(a_name_has_one_descriptor) { program_run(same); }
TEST(a_descriptor_is_closed_once) { program_run(closing); }
TEST(a_port_that_died_leaves_its_descriptor_readable) { program_run(death); }
TEST(a_name_used_again_has_another_descriptor) { program_run(reuse); }
TEST(what_cannot_be_received_from_has_none) { program_run(refusals); }
TEST(errno_is_left_alone) { program_run(success_leaves_errno_alone); }
TEST(a_descriptor_that_was_closed_is_made_again) { program_run(lost); }
TEST(an_epoll_descriptor_of_the_program_is_none_of_ours)
{
	program_run(lost_to_epoll);
}
TEST(a_process_without_descriptors_is_told) { program_run(few); }
TEST(a_forked_child_has_none_of_its_parent_s) { program_run(forking); }
TEST(a_forked_child_keeps_what_is_not_ours)
{
	program_run(forking_with_a_lost_one);
}
TEST(a_descriptor_is_closed_on_exec) { program_run(exec); }
TEST(without_a_kernel_each_descriptor_is_readable)
{
	program_run(kernel_death);
}
TEST(threads_that_ask_at_once_get_the_same) { program_run(asking_at_once); }
TEST(two_loops_share_a_port) { program_run(two_loops); }

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_descriptor_is_readable_while_a_message_waits),
	    cmocka_unit_test(a_set_has_a_descriptor_too),
	    cmocka_unit_test(an_edge_triggered_loop_sees_each_message),
	    cmocka_unit_test(a_name_has_one_descriptor),
	    cmocka_unit_test(a_descriptor_is_closed_once),
	    cmocka_unit_test(a_port_that_died_leaves_its_descriptor_readable),
	    cmocka_unit_test(a_name_used_again_has_another_descriptor),
	    cmocka_unit_test(what_cannot_be_received_from_has_none),
	    cmocka_unit_test(errno_is_left_alone),
	    cmocka_unit_test(a_descriptor_that_was_closed_is_made_again),
	    cmocka_unit_test(
	        an_epoll_descriptor_of_the_program_is_none_of_ours),
	    cmocka_unit_test(a_process_without_descriptors_is_told),
	    cmocka_unit_test(a_forked_child_has_none_of_its_parent_s),
	    cmocka_unit_test(a_forked_child_keeps_what_is_not_ours),
	    cmocka_unit_test(a_descriptor_is_closed_on_exec),
	    cmocka_unit_test(without_a_kernel_each_descriptor_is_readable),
	    cmocka_unit_test(threads_that_ask_at_once_get_the_same),
	    cmocka_unit_test(two_loops_share_a_port),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("port_fd", tests, NULL, NULL);
}
