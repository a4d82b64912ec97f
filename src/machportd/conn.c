/* Connections: their life, and which packet goes where. */
#include "conn.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "hello.h"
#include "ipc_space.h"
#include "log.h"
#include "server.h"
#include "task.h"
#include "trap_call.h"
#include "trap_lane_kick.h"
#include "window.h"

/* A connection that is only opened costs us; so it is not left at that. */
#define HELLO_MS 5000

/* How many small answers may go before it is time to ask whether they were read;
 * a larger one is as many. */
#define UNREAD_MOST 16
#define UNREAD_SMALL 512

static void
conn_ready(struct source *source)
{
	struct conn *conn = CONTAINER_OF(source, struct conn, source);
	struct packet *packet = &conn->server->packet;
	struct user *owner;

	if (user_is_behind(conn->user)) {
		server_stall(conn->server, conn);
		return;
	}
	/* The connection may end meanwhile. */
	owner = user_ref(conn->user);
	switch (packet_receive(conn->fd, packet)) {
	case PACKET_READY:
		conn_handle(conn, packet);
		break;
	case PACKET_RESET:
	case PACKET_END:
		conn_close(conn);
		break;
	case PACKET_NONE:
		break;
	}
	packet_dispose(packet, owner);
	(void)user_unref(owner);
}

static void
conn_free(struct source *source)
{
	base_free(CONTAINER_OF(source, struct conn, source));
}

static void
conn_timeout(struct kern_timer *timer)
{
	struct conn *conn = CONTAINER_OF(timer, struct conn, timer);

	if (conn->kind == CONN_NEW)
		hello_timeout(conn);
	else
		trap_msg_timeout(conn);
}

void
conn_new(struct server *server, struct user *user, int fd)
{
	struct conn *conn = NULL;

	if (!user_take(user, USER_CONNECTIONS))
		goto end;
	if (!kern_timer_reserve())
		goto give;
	conn = base_zalloc(1, sizeof(*conn));
	if (!conn)
		goto unreserve;
	conn->source.ready = conn_ready;
	conn->source.free = conn_free;
	if (server_watch(server, &conn->source, fd) < 0)
		goto unreserve;
	conn->server = server;
	conn->user = user_ref(user);
	conn->source.user = user;
	conn->fd = fd;
	conn->kind = CONN_NEW;
	conn->timer.fire = conn_timeout;
	list_init(&conn->server_link);
	list_init(&conn->completed_link);
	list_init(&conn->stalled_link);
	list_init(&conn->task_link);
	list_push_back(&server->connections, &conn->server_link);
	trap_msg_init(conn);
	packet_pass_credentials(fd);
	clock_arm_ms(&conn->timer, HELLO_MS);
	return;

unreserve:
	base_free(conn);
	kern_timer_unreserve();
give:
	user_give(user, USER_CONNECTIONS);
end:
	packet_end(fd, user);
}

/* The task has what it was sent, or never will. */
static void
discharge_unread(struct conn *conn)
{
	struct conn_unread *unread = &conn->unread;

	for (; unread->files > 0; unread->files--)
		user_give(conn->user, USER_FILES);
	if (unread->account)
		ipc_account_discharge(unread->account, &unread->charge);
	unread->account = ipc_account_unref(unread->account);
	unread->weight = 0;
}

/* Has the task read all its answers? */
static bool
has_read_answers(struct conn *conn)
{
	int unread = 0;

	if (conn->unread.weight < UNREAD_MOST)
		return true;
	if (ioctl(conn->fd, SIOCOUTQ, &unread) == 0 && unread > 0)
		return false;
	discharge_unread(conn);
	return true;
}

void
conn_close(struct conn *conn)
{
	struct server *server = conn->server;
	struct task *task = conn->task;
	enum conn_kind kind = (enum conn_kind)conn->kind;

	if (kind == CONN_CLOSED)
		return;
	conn->kind = CONN_CLOSED;
	trap_msg_abandon(conn);
	kern_timer_disarm(&conn->timer);
	kern_timer_unreserve();
	list_remove(&conn->task_link);
	if (conn->awaited)
		conn->awaited->waiter = NULL;
	conn->awaited = NULL;
	if (task)
		task_leave(task, conn);
	conn->thread = kern_thread_unref(conn->thread);
	window_free(conn->window);
	conn->window = NULL;
	if (conn->inherited) {
		kern_ports_deinit(conn->inherited);
		base_free(conn->inherited);
	}
	list_remove(&conn->server_link);
	list_remove(&conn->stalled_link);
	server_unwatch(server, conn->fd);
	packet_end(conn->fd, conn->user);
	discharge_unread(conn);
	user_give(conn->user, USER_CONNECTIONS);
	conn->source.user = NULL;
	conn->user = user_unref(conn->user);
	server_retire(server, &conn->source);
	/* Last, since it closes the others. */
	if (task && task->main == conn)
		task_die(task);
}

void
conn_lie(struct conn *conn, const char *what)
{
	log_task("closing a connection of user %u: %s",
	    (unsigned)conn->user->uid, what);
	conn_close(conn);
}

/* A request or a CANCEL of a task. */
static void
handle_trap(struct conn *conn, struct packet *packet)
{
	struct process *process = conn->task->process;
	struct wire_header header;

	if (packet->credentials.pid != process->kern.pid) {
		conn_lie(conn, "a packet of another process");
		return;
	}
	if (process->waiter)
		hello_refuse(process);
	if (!wire_header_check(packet->bytes, packet->byte_count, &header)) {
		conn_lie(conn, "a packet without a header");
		return;
	}
	if (header.number == WIRE_CANCEL) {
		if (packet->byte_count != sizeof(header) ||
		    packet->file_count != 0)
			conn_lie(conn, "a CANCEL with more to it");
		else
			trap_msg_cancel(conn, header.sequence);
	} else if (conn->trap.phase != TRAP_IDLE) {
		conn_lie(conn, "a request before the answer to the last");
	} else if (!has_read_answers(conn)) {
		conn_lie(conn, "a request before it read the last answer");
	} else if (header.number == WIRE_MSG) {
		trap_msg_begin(conn, packet);
	} else if (header.number == WIRE_KICK) {
		trap_lane_kick(conn, packet);
	} else if (header.number == WIRE_WINDOW) {
		window_handle(conn, packet);
	} else {
		trap_call(conn, packet);
	}
}

void
conn_handle(struct conn *conn, struct packet *packet)
{
	if (packet->truncated) {
		conn_lie(conn, "a packet that is too long");
		return;
	}
	if (packet->files_lost && !trap_msg_has_file(packet) &&
	    !trap_call_has_file(packet)) {
		conn_lie(conn, "more descriptors than it may send");
		return;
	}
	switch ((enum conn_kind)conn->kind) {
	case CONN_NEW:
	case CONN_CHILD:
		hello_handle(conn, packet);
		break;
	case CONN_TASK:
	case CONN_THREAD:
		handle_trap(conn, packet);
		break;
	case CONN_CLOSED:
		break;
	}
}

/* What the task's other threads have read is no matter any more. */
static void
discharge_read(const struct conn *conn)
{
	LIST_FOREACH (node, &conn->task->conns) {
		struct conn *other = CONTAINER_OF(node, struct conn, task_link);

		if (other != conn && other->unread.account)
			(void)has_read_answers(other);
	}
}

/* False: what was charged so far stays. */
static bool
charge_files(
    struct conn *conn, unsigned file_count, const struct ipc_charge *charge)
{
	struct conn_unread *unread = &conn->unread;
	struct ipc_account *account = conn->task->kern->space->account;

	mp_assert(unread->files == 0 && !unread->account);
	if (!ipc_account_charge(account, charge))
		return false;
	unread->account = ipc_account_ref(account);
	unread->charge = *charge;
	for (; unread->files < file_count; unread->files++)
		if (!user_take(conn->user, USER_FILES))
			return false;
	return true;
}

/* Charge the task for files that are about to go. It may have read others that it is
 * charged for: a thread does not say so before its next request, and what has no room
 * is lost. */
static bool
charge_unread(
    struct conn *conn, unsigned file_count, const struct ipc_charge *charge)
{
	if (charge_files(conn, file_count, charge))
		return true;
	discharge_unread(conn);
	discharge_read(conn);
	return charge_files(conn, file_count, charge);
}

/* No memory; or, for a kernel without privileges, too many descriptors that
 * nobody has received. The task is not to blame. */
static bool
is_shortage(int error)
{
	return error == -ENOMEM || error == -ENOBUFS || error == -ETOOMANYREFS;
}

enum conn_answered
conn_answer(struct conn *conn, struct iovec *parts, size_t part_count,
    const int *files, unsigned file_count, const struct ipc_charge *charge)
{
	static const struct ipc_charge nothing;
	size_t bytes = 0;
	int error = -ENOBUFS;

	conn->answered_ticket = lane_table_ticket(&conn->server->lanes);
	for (size_t i = 0; i < part_count; i++)
		bytes += parts[i].iov_len;
	if (file_count == 0 ||
	    charge_unread(conn, file_count, charge ? charge : &nothing))
		error =
		    packet_send(conn->fd, parts, part_count, files, file_count);
	if (error == 0) {
		conn->unread.weight +=
		    file_count > 0 || bytes > UNREAD_SMALL ? UNREAD_MOST : 1;
		return CONN_ANSWERED;
	}
	if (is_shortage(error) && (file_count > 0 || bytes > UNREAD_SMALL)) {
		discharge_unread(conn);
		return CONN_ANSWER_SHORT;
	}
	if (error == -EAGAIN)
		conn_lie(conn, "it does not read its answers");
	else
		conn_close(conn);
	return CONN_ANSWER_CLOSED;
}

bool
conn_has_hung_up(const struct conn *conn)
{
	struct pollfd event = {.fd = conn->fd, .events = 0};

	return poll(&event, 1, 0) > 0 && (event.revents & POLLHUP) != 0;
}
