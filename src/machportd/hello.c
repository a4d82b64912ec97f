/*
 * HELLO and BORN.
 *
 * A process may say HELLO while its last program's task is still there, though
 * that program is gone. Two ways in which that happens:
 *
 *	1	a parent makes a CHILD connection and forks
 *	2	the child says BORN on it, and executes another program, which
 *		closes the child's copy of it
 *	3	that program says HELLO
 *	4	the parent closes its own copy, as it does after each fork
 *
 *	1	a task forks
 *	2	the parent executes another program
 *	3	that program says HELLO
 *	4	the child closes its copy of the parent's connection, as it does
 *		before anything else
 *
 * Until 4 nobody can see that the task is over. So the HELLO of 3 waits for
 * that. If somebody keeps the connection open for good, it is the HELLO that
 * counts after a while: Linux tells that the process itself sent it. But should
 * the process meanwhile speak as the task that it has, then that is not over:
 * the HELLO is refused. Of two that wait, the first is of an earlier program.
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
	if (conn_answer(conn, &part, 1, NULL, 0, NULL) == CONN_ANSWERED &&
	    error != 0)
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

/* What a new task of @process inherits if nothing came from its parent. */
static struct heritage
find_heritage(
    const struct process *process, bool fresh, const struct peer *peer)
{
	struct heritage heritage = process_heritage(process);

	if (fresh)
		return process_ancestor_heritage(process, peer->euid);
	/* Somebody who had this pid before may be behind @peer. */
	if (!peer->is_exact && heritage.euid != peer->euid)
		return (struct heritage){0};
	if (heritage_is_for(&heritage, peer->euid))
		return heritage;
	return process_ancestor_heritage(process, peer->euid);
}

/* The process behind @conn becomes a task, charged to @user. @inherited: from
 * the parent who made the connection, if one did. */
static int
become_task_of(struct conn *conn, struct user *user, struct peer *peer,
    const struct heritage *inherited)
{
	struct server *server = conn->server;
	struct process *process = find_process(server, peer->pid);
	struct heritage heritage = *inherited;
	bool fresh = !process;
	int error;

	/* It lives: then it is the process that has its pid. */
	if (peer_has_exited(peer->pidfd))
		return -ESRCH;
	if (process && process->task)
		return -EBUSY;
	if (fresh) {
		error = process_new(server, user, peer, &process);
		if (error < 0)
			return error;
	}
	if (!heritage_is_for(&heritage, peer->euid))
		heritage = find_heritage(process, fresh, peer);
	error = task_new(process, user, peer, &heritage, conn);
	if (error < 0 && fresh)
		process_end(process);
	return error;
}

static int
become_task(
    struct conn *conn, struct peer *peer, const struct heritage *inherited)
{
	struct user *user = user_get(&conn->server->budget, peer->euid);
	int error;

	if (!user)
		return -ENOMEM;
	error = become_task_of(conn, user, peer, inherited);
	(void)user_unref(user);
	return error;
}

/* No more of that; back to what it was before. */
static void
stop_waiting(struct conn *conn)
{
	kern_timer_disarm(&conn->timer);
	conn->awaited->waiter = NULL;
	conn->awaited = NULL;
}

/* The process @pid has a task, which may be over soon: wait for that. */
static void
wait_for_task(struct conn *conn, pid_t pid, uint32_t sequence)
{
	struct process *process = process_find(&conn->server->processes, pid);

	if (process->waiter)
		hello_refuse(process);
	process->waiter = conn;
	conn->awaited = process;
	conn->hello_sequence = sequence;
}

/* @is_own: the process itself says this HELLO, and not who has its
 * connection. */
static int
hello_task(struct conn *conn, uint32_t sequence, bool is_own)
{
	const struct heritage unknown = {0};
	struct peer peer;
	int error;

	error = peer_of_socket(conn->fd, &peer);
	if (error < 0)
		return error;
	error = become_task(conn, &peer, &unknown);
	if (error == -EBUSY && is_own)
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
	conn->inherited_from = task->process->euid;
	/* Before the answer is out, the child does not exist. */
	packet_pass_pidfd(conn->fd, true);
	conn->kind = CONN_CHILD;
	return 0;
}

/* Did the process at the other end send @packet itself? *@known_out: can Linux
 * tell? (Before 6.16 not of a packet that came as it was let in; and not of one
 * from another pid namespace.) */
static bool
is_own_packet(
    const struct conn *conn, const struct packet *packet, bool *known_out)
{
	struct ucred peer;

	*known_out = packet->credentials.pid != 0;
	return peer_credentials(conn->fd, &peer) &&
	    peer.pid == packet->credentials.pid;
}

static void
handle_hello(struct conn *conn, struct packet *packet)
{
	struct wire_hello hello;
	bool is_known;
	bool is_own = is_own_packet(conn, packet, &is_known);
	int error;

	if (conn->awaited || packet->file_count != 0 || (is_known && !is_own) ||
	    !wire_hello_check(packet->bytes, packet->byte_count, &hello)) {
		conn_lie(conn, "no HELLO");
		return;
	}
	if (hello.version != WIRE_VERSION)
		error = -EPROTONOSUPPORT;
	else if (hello.kind == WIRE_KIND_TASK)
		error = hello_task(conn, hello.header.sequence, is_own);
	else if (hello.kind == WIRE_KIND_THREAD)
		error = hello_thread(conn, &hello);
	else
		error = hello_child(conn, &hello);
	if (conn->awaited)
		return;
	kern_timer_disarm(&conn->timer);
	answer(conn, &hello.header, error);
}

void
hello_timeout(struct conn *conn)
{
	struct process *process = conn->awaited;

	if (!process)
		conn_close(conn);
	else if (process->task)
		conn_close(process->task->main); /* and then hello_retry() */
}

void
hello_refuse(struct process *process)
{
	struct conn *conn = process->waiter;

	stop_waiting(conn);
	answer_hello(conn, conn->hello_sequence, -EBUSY);
}

void
hello_retry(struct process *process)
{
	struct conn *conn = process->waiter;
	int error;

	if (!conn || process->task)
		return;
	stop_waiting(conn);
	error = hello_task(conn, conn->hello_sequence, true);
	if (!conn->awaited)
		answer_hello(conn, conn->hello_sequence, error);
}

static int
born(struct conn *conn, struct packet *packet)
{
	const struct heritage heritage = {
	    .ports = conn->inherited,
	    .euid = conn->inherited_from,
	};
	struct peer peer;
	int pidfd = packet->pidfd;
	int error;

	packet->pidfd = -1;
	error = peer_of_sender(&packet->credentials, pidfd, &peer);
	if (error < 0)
		return error;
	error = become_task(conn, &peer, &heritage);
	peer_deinit(&peer);
	if (error < 0)
		return error;
	packet_pass_pidfd(conn->fd, false);
	kern_ports_deinit(conn->inherited);
	base_free(conn->inherited);
	conn->inherited = NULL;
	conn->kind = CONN_TASK;
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
