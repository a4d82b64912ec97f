/*
 * HELLO and BORN.
 *
 * A process says HELLO when its earlier program's task is still there, though
 * that program is gone:
 *
 *	1	the parent makes a CHILD connection and forks
 *	2	the child says BORN on it, and executes another program, which
 *		closes the child's copy of it
 *	3	that program says HELLO
 *	4	the parent closes its own copy, as it always does after a fork
 *
 * Until 4 nobody can see that the first task is over. So the HELLO of 3 waits
 * for it: HELLO_MS, then it is told that the process has a task.
 */
#include "hello.h"

#include <errno.h>

#include "base_alloc.h"
#include "server.h"
#include "task.h"

/* Answer a HELLO or BORN. An error, which is a negative errno, is the end. */
static void
answer(struct conn *conn, const struct wire_header *request, int error)
{
	struct wire_hello_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	    .error = -error,
	    .version = WIRE_VERSION,
	};
	struct iovec part = {&answer, sizeof(answer)};

	if (conn->kind == CONN_TASK)
		answer.token = conn->task->token;
	if (conn_answer(conn, &part, 1, NULL, 0) && error != 0)
		conn_close(conn);
}

static void
answer_hello(struct conn *conn, uint32_t sequence, int error)
{
	const struct wire_header request = {
	    .number = WIRE_HELLO, .sequence = sequence};

	answer(conn, &request, error);
}

/* What an earlier program of the same process left, if it is gone. */
static struct process *
find_process(struct server *server, pid_t pid)
{
	struct process *process = process_find(&server->processes, pid);

	if (process && peer_has_exited(process->pidfd)) {
		/* Another process, which ended: the pid is used again. */
		process_end(process);
		return NULL;
	}
	if (process && process->task && conn_has_hung_up(process->task->main))
		conn_close(process->task->main);
	return process;
}

/* The process behind @conn becomes a task, charged to @user. @inherited: its
 * ports, if they are known. */
static int
become_task_of(struct conn *conn, struct user *user, struct peer *peer,
    const struct kern_ports *inherited)
{
	struct server *server = conn->server;
	struct process *process = find_process(server, peer->pid);
	bool fresh = !process;
	int error;

	if (process && process->task)
		return -EBUSY;
	if (fresh) {
		error = process_new(server, user, peer, &process);
		if (error < 0)
			return error;
	}
	if (!inherited)
		inherited = fresh
		    ? process_ancestor_ports(&server->processes, peer->pid)
		    : &process->ports;
	error = task_new(process, user, peer, inherited, conn);
	if (error < 0 && fresh)
		process_end(process);
	return error;
}

static int
become_task(
    struct conn *conn, struct peer *peer, const struct kern_ports *inherited)
{
	struct user *user = user_get(&conn->server->budget, peer->euid);
	int error;

	if (!user)
		return -ENOMEM;
	error = become_task_of(conn, user, peer, inherited);
	(void)user_unref(user);
	return error;
}

/* Should the process's task be one that may be over, wait for that. */
static void
wait_for_task(struct conn *conn, pid_t pid, uint32_t sequence)
{
	struct process *process = process_find(&conn->server->processes, pid);

	if (!process || !process->task || !process->task->main->born)
		return;
	conn->waits = true;
	conn->hello_sequence = sequence;
	list_push_back(&process->waiting, &conn->task_link);
}

static int
hello_task(struct conn *conn, uint32_t sequence)
{
	struct peer peer;
	int error;

	error = peer_of_socket(conn->fd, &peer);
	if (error < 0)
		return error;
	error = become_task(conn, &peer, NULL);
	if (error == -EBUSY)
		wait_for_task(conn, peer.pid, sequence);
	peer_deinit(&peer);
	if (error < 0)
		return error;
	conn->kind = CONN_TASK;
	return 0;
}

/* The task whose process is at the other end, if @token proves it. */
static struct task *
task_of_token(struct conn *conn, const struct wire_token *token)
{
	struct ucred credentials;
	struct process *process;

	if (!peer_credentials(conn->fd, &credentials))
		return NULL;
	process = process_find(&conn->server->processes, credentials.pid);
	if (!process || !process->task || !task_has_token(process->task, token))
		return NULL;
	return process->task;
}

static int
hello_thread(struct conn *conn, const struct wire_hello *hello)
{
	struct task *task = task_of_token(conn, &hello->token);

	if (!task)
		return -EACCES;
	if (task->conn_count >= conn->server->budget.limits.task_connections)
		return -EAGAIN;
	task_join(task, conn);
	conn->kind = CONN_THREAD;
	conn->thread_id = hello->thread;
	return 0;
}

static int
hello_child(struct conn *conn, const struct wire_hello *hello)
{
	struct task *task = task_of_token(conn, &hello->token);
	struct kern_ports *inherited;

	if (!task)
		return -EACCES;
	inherited = base_zalloc(1, sizeof(*inherited));
	if (!inherited)
		return -ENOMEM;
	kern_ports_init(inherited);
	kern_ports_inherit(inherited, &task->kern->ports);
	conn->inherited = inherited;
	/* Before the answer is out, the child does not exist. */
	packet_pass_credentials(conn->fd, true);
	conn->kind = CONN_CHILD;
	return 0;
}

static void
handle_hello(struct conn *conn, struct packet *packet)
{
	struct wire_hello hello;
	int error;

	if (conn->waits || packet->file_count != 0 ||
	    !wire_hello_check(packet->bytes, packet->byte_count, &hello)) {
		conn_lie(conn, "no HELLO");
		return;
	}
	if (hello.version != WIRE_VERSION)
		error = -EPROTONOSUPPORT;
	else if (hello.kind == WIRE_KIND_TASK)
		error = hello_task(conn, hello.header.sequence);
	else if (hello.kind == WIRE_KIND_THREAD)
		error = hello_thread(conn, &hello);
	else
		error = hello_child(conn, &hello);
	if (conn->waits)
		return;
	timer_disarm(&conn->server->timers, &conn->timer);
	answer(conn, &hello.header, error);
}

void
hello_timeout(struct conn *conn)
{
	if (conn->waits)
		answer_hello(conn, conn->hello_sequence, -EBUSY);
	else
		conn_close(conn);
}

void
hello_retry(struct process *process)
{
	struct list *node;
	struct conn *conn;
	int error;

	while ((node = list_pop_front(&process->waiting))) {
		conn = CONTAINER_OF(node, struct conn, task_link);
		conn->waits = false;
		timer_disarm(&conn->server->timers, &conn->timer);
		error = hello_task(conn, conn->hello_sequence);
		answer_hello(conn, conn->hello_sequence, error);
	}
}

static int
born(struct conn *conn, struct packet *packet)
{
	struct kern_ports *inherited = conn->inherited;
	struct peer peer;
	int pidfd = packet->pidfd;
	int error;

	packet->pidfd = -1;
	error = peer_of_sender(&packet->credentials, pidfd, &peer);
	if (error < 0)
		return error;
	error = become_task(conn, &peer, inherited);
	peer_deinit(&peer);
	if (error < 0)
		return error;
	packet_pass_credentials(conn->fd, false);
	conn->inherited = NULL;
	kern_ports_deinit(inherited);
	base_free(inherited);
	conn->kind = CONN_TASK;
	conn->born = true;
	return 0;
}

static void
handle_born(struct conn *conn, struct packet *packet)
{
	struct wire_header header;

	if (packet->file_count != 0 || !packet->has_credentials ||
	    packet->byte_count != sizeof(header) ||
	    !wire_header_check(packet->bytes, packet->byte_count, &header) ||
	    header.number != WIRE_BORN || header.files != 0) {
		conn_lie(conn, "no BORN");
		return;
	}
	answer(conn, &header, born(conn, packet));
}

void
hello_handle(struct conn *conn, struct packet *packet)
{
	if (conn->kind == CONN_NEW)
		handle_hello(conn, packet);
	else
		handle_born(conn, packet);
}
