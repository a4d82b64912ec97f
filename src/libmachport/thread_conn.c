/* This thread, as the library knows it. */
#include "thread_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

struct thread {
	/* [0] stays open between traps; those after it are of handlers. */
	struct connection connections[THREAD_TRAPS_MAX];
	struct thread_names names;
	uint32_t generation; /* attach_generation that names are of */
	bool ready;          /* the fields above are set */
};

/* initial-exec: a trap may be a handler's, which must not allocate memory. */
static __thread struct thread current
    __attribute__((tls_model("initial-exec")));

/* To be told of the end of each thread that has a connection. */
static pthread_key_t end_key;

static void
thread_prepare(struct thread *thread)
{
	if (thread->ready)
		return;
	for (size_t i = 0; i < THREAD_TRAPS_MAX; i++)
		thread->connections[i].descriptor = -1;
	thread->ready = true;
}

static bool
on_signal_stack(void)
{
	stack_t stack;

	return sigaltstack(NULL, &stack) == 0 &&
	    (stack.ss_flags & SS_ONSTACK) != 0;
}

/* Will the trap on @connection never end, seen from one that begins in @frame?
 * A handler's frame is below that of the trap which it interrupted, unless the
 * handler has a stack of its own. */
static bool
is_abandoned(const struct connection *connection, const void *frame)
{
	return (uintptr_t)frame >= (uintptr_t)connection->frame &&
	    !on_signal_stack();
}

/* Have the kernel end the trap on @connection, if it is one that waits. */
static void
cancel(const struct connection *connection)
{
	struct wire_header header = {
	    .number = WIRE_CANCEL,
	    .sequence = connection->sequence,
	};
	struct iovec part = {&header, sizeof(header)};

	/* If the kernel has gone, so has its wait. */
	(void)packet_send(connection->descriptor, &part, 1, NULL);
}

/* A connection that no trap is on. The traps that are on the others are
 * cancelled. */
static struct connection *
find_idle(struct thread *thread)
{
	struct connection *last = &thread->connections[THREAD_TRAPS_MAX - 1];
	struct connection *idle = NULL;

	for (struct connection *connection = last;
	     connection >= thread->connections; connection--) {
		if (connection->busy)
			cancel(connection);
		else
			idle = connection;
	}
	if (idle)
		return idle;
	/* Nobody is within so many traps: it was left behind. */
	attach_close(last);
	return last;
}

/*
 * Before a trap begins on @mine: see that the kernel has taken what was sent on
 * the connections that other traps are on, the CANCEL last. It works off each
 * packet before it takes the next. Then close those that were left behind.
 */
static void
settle(struct thread *thread, const struct connection *mine)
{
	for (size_t i = 0; i < THREAD_TRAPS_MAX; i++) {
		struct connection *connection = &thread->connections[i];

		if (!connection->busy || connection == mine)
			continue;
		while (packet_is_unread(connection->descriptor))
			(void)sched_yield();
		if (is_abandoned(connection, mine->frame)) {
			attach_close(connection);
			connection->busy = false;
		}
	}
}

struct connection *
thread_conn_take(const void *frame, int *error_out)
{
	struct thread *thread = &current;
	struct connection *connection;
	int r = 0;

	if (attach_is_stray())
		attach_adopt();
	thread_prepare(thread);
	connection = find_idle(thread);

	/* From here on, a handler leaves this connection alone. */
	connection->frame = frame;
	connection->busy = true;
	if (connection->descriptor < 0) {
		r = attach_open(connection);
		/* If it fails, the connection stays until the process ends. */
		if (r == 0)
			(void)pthread_setspecific(end_key, thread);
	}
	if (r < 0) {
		connection->busy = false;
		*error_out = r;
		return NULL;
	}
	settle(thread, connection);
	return connection;
}

void
thread_conn_give(struct connection *connection, bool broken)
{
	if (broken || connection != current.connections)
		attach_close(connection);
	connection->busy = false;
}

struct thread_names *
thread_conn_names(void)
{
	struct thread *thread = &current;

	if (attach_is_stray())
		attach_adopt();
	if (thread->generation != attach_generation) {
		thread->names = (struct thread_names){0};
		thread->generation = attach_generation;
	}
	return &thread->names;
}

/*
 * A trap of this thread can only be going on here if a handler called fork().
 * In the child it goes on, too, when the handler returns, and must find neither
 * the parent's connection nor another file under its number: it finds an end of
 * file.
 */
void
thread_conn_forget(void)
{
	for (size_t i = 0; i < THREAD_TRAPS_MAX; i++) {
		struct connection *connection = &current.connections[i];
		int ends[2];

		if (!connection->busy || connection->descriptor < 0)
			continue;
		window_forget(&connection->window);
		if (socketpair(
		        AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
			continue; /* it is closed like the others */
		list_remove(&connection->link);
		(void)dup3(ends[0], connection->descriptor, O_CLOEXEC);
		connection->identity = packet_identity(connection->descriptor);
		(void)syscall(SYS_close, ends[0]);
		(void)syscall(SYS_close, ends[1]);
	}
}

static void
drop(mach_port_t name, mach_port_right_t right)
{
	if (name != MACH_PORT_NULL)
		(void)mach_port_mod_refs(mach_task_self(), name, right, -1);
}

/* This thread ends: give up what it kept. */
static void
thread_end(void *argument)
{
	struct thread *thread = argument;
	struct thread_names *names = thread_conn_names();

	drop(names->reply, MACH_PORT_RIGHT_RECEIVE);
	drop(names->special_reply, MACH_PORT_RIGHT_RECEIVE);
	drop(names->self, MACH_PORT_RIGHT_SEND);
	drop(names->host, MACH_PORT_RIGHT_SEND);
	*names = (struct thread_names){0};
	for (size_t i = 0; i < THREAD_TRAPS_MAX; i++)
		attach_close(&thread->connections[i]);
	(void)pthread_setspecific(end_key, NULL);
}

void
thread_conn_init(void)
{
	(void)pthread_key_create(&end_key, thread_end);
}
