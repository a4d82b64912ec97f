/* Connections: their life, and which packet goes where. */
#include "conn.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "hello.h"
#include "log.h"
#include "server.h"
#include "task.h"
#include "trap_call.h"

/* A connection that is only opened costs us; so it is not left at that. */
#define HELLO_MS 5000

static void
conn_ready(struct source *source)
{
	struct conn *conn = CONTAINER_OF(source, struct conn, source);
	struct packet *packet = &conn->server->packet;
	uid_t owner = conn->user->uid;

	switch (packet_receive(conn->fd, packet)) {
	case PACKET_READY:
		conn_handle(conn, packet);
		break;
	case PACKET_END:
		conn_close(conn);
		break;
	case PACKET_NONE:
		break;
	}
	packet_dispose(packet, owner);
}

static void
conn_free(struct source *source)
{
	base_free(CONTAINER_OF(source, struct conn, source));
}

static void
conn_timeout(struct timer *timer)
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
	if (!timers_reserve(&server->timers))
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
	conn->fd = fd;
	conn->kind = CONN_NEW;
	conn->timer.fire = conn_timeout;
	list_init(&conn->server_link);
	list_init(&conn->completed_link);
	list_init(&conn->task_link);
	list_push_back(&server->connections, &conn->server_link);
	trap_msg_init(conn);
	timer_arm(&server->timers, &conn->timer, HELLO_MS);
	return;

unreserve:
	base_free(conn);
	timers_unreserve(&server->timers);
give:
	user_give(user, USER_CONNECTIONS);
end:
	packet_end(fd, user->uid, &server->scrap);
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
	timer_disarm(&server->timers, &conn->timer);
	timers_unreserve(&server->timers);
	list_remove(&conn->task_link);
	if (task)
		task_leave(task, conn);
	conn->thread = kern_thread_unref(conn->thread);
	if (conn->inherited) {
		kern_ports_deinit(conn->inherited);
		base_free(conn->inherited);
	}
	list_remove(&conn->server_link);
	packet_end(conn->fd, conn->user->uid, &server->scrap);
	user_give(conn->user, USER_CONNECTIONS);
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
	struct wire_header header;

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
	} else if (header.number == WIRE_MSG) {
		trap_msg_begin(conn, packet);
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

bool
conn_answer(struct conn *conn, struct iovec *parts, size_t part_count,
    const int *files, unsigned file_count)
{
	int error;

	error = packet_send(conn->fd, parts, part_count, files, file_count);
	if (error == 0)
		return true;
	if (error == -EAGAIN)
		conn_lie(conn, "it does not read its answers");
	else
		conn_close(conn);
	return false;
}

bool
conn_has_hung_up(const struct conn *conn)
{
	struct pollfd event = {.fd = conn->fd, .events = 0};

	return poll(&event, 1, 0) > 0 && (event.revents & POLLHUP) != 0;
}

struct kern_thread *
conn_thread(struct conn *conn)
{
	if (!conn->thread)
		conn->thread =
		    kern_thread_get(conn->task->kern, conn->thread_id);
	return conn->thread;
}
