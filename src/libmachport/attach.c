/*
 * The process as a task.
 *
 * What fork() must not disturb is under process_lock: it is held across fork().
 */
#include "attach.h"

#include <errno.h>
#include <mach/mach_init.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base_assert.h"
#include "extent.h"
#include "kernel_find.h"
#include "lanes_begin.h"
#include "port_fd.h"
#include "thread_conn.h"
#include "wire_call.h"

struct attachment {
	enum attach_state state;
	int task;  /* the TASK connection; -1 unless UNBORN or LIVE */
	int child; /* for the next child, across fork(); else -1 */
	uint64_t task_identity;        /* of task, unless -1 */
	struct wire_token token;       /* LIVE */
	struct packet_address address; /* UNBORN, LIVE: the kernel's */
	struct list connections;       /* of all threads */
	struct lock_hold hold;         /* across fork() */
	bool mach3_due; /* LIVE: the kernel is to be told of the mode */
};

static struct attachment attachment GUARDED_BY(&process_lock) = {
    .task = -1,
    .child = -1,
    .connections = {&attachment.connections, &attachment.connections},
};

uint32_t attach_generation;

static void guard_set_locked(void) REQUIRES(&process_lock);
static void end_task_locked(void) REQUIRES(&process_lock);
static int fail_locked(int error) REQUIRES(&process_lock);
static int attach_new_locked(void) REQUIRES(&process_lock);
static int attach_born_locked(void) REQUIRES(&process_lock);
static int attach_locked(void) REQUIRES(&process_lock);
static int enter_mode_locked(int connection) REQUIRES(&process_lock);
static int connect_locked(enum wire_kind kind, uint32_t thread)
    REQUIRES(&process_lock);
static void forget_locked(void) REQUIRES(&process_lock);
static void fork_prepare(void) UNCHECKED_LOCKING;
static void fork_parent(void) UNCHECKED_LOCKING;
static void fork_child(void) UNCHECKED_LOCKING;

/* A word that is 0 in every child, however it was made; NULL until attached. A
 * thread that sees the pointer must see the word (release, acquire). */
static _Atomic(atomic_uint *) guard;

/* Linux wipes it (MADV_WIPEONFORK); where it cannot, strays are not noticed. */
static void
guard_set_locked(void)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	atomic_uint *word = guard;

	if (!word) {
		void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED)
			return;
		(void)madvise(page, bytes, MADV_WIPEONFORK);
		word = page;
	}
	*word = 1;
	atomic_store_explicit(&guard, word, memory_order_release);
}

/* Get the answer to a HELLO or BORN, if @sent says that it went. 0 or a
 * negative errno. */
static int
hear(int connection, int sent, struct wire_token *token_out)
{
	struct wire_hello_answer answer;
	struct iovec in = {&answer, sizeof(answer)};
	ssize_t r;

	if (sent < 0)
		return sent;
	r = packet_receive(connection, &in, 1, NULL);
	if (r < 0)
		return (int)r;
	if ((size_t)r < sizeof(answer))
		return -ECONNRESET;
	if (answer.error != 0)
		return -answer.error;
	if (answer.version != WIRE_VERSION)
		return -EPROTONOSUPPORT;
	if (token_out)
		*token_out = answer.token;
	return 0;
}

static int
say_hello(int connection, enum wire_kind kind, uint32_t thread,
    const struct wire_token *token, struct wire_token *token_out)
{
	struct wire_hello hello = {
	    .header.number = WIRE_HELLO,
	    .version = WIRE_VERSION,
	    .kind = kind,
	    .thread = thread,
	};
	struct iovec out;

	if (token)
		hello.token = *token;
	out = packet_part(&hello, sizeof(hello));
	return hear(
	    connection, packet_send(connection, &out, 1, NULL), token_out);
}

static int
say_born(int connection, struct wire_token *token_out)
{
	const struct wire_header born = {.number = WIRE_BORN};
	const struct iovec out = packet_part(&born, sizeof(born));

	return hear(
	    connection, packet_send_identity(connection, &out, 1), token_out);
}

static bool
wants_mach3(void)
{
	const char *mach3 = secure_getenv("MACHPORT_MACH3");

	return mach3 && strcmp(mach3, "1") == 0;
}

/* The first trap on a thread's connection, before any of the program's own. */
static int
say_mach3(int connection)
{
	const struct {
		struct wire_header header;
		uint32_t words[2];
	} request = {{.number = WIRE_TASK_SET_MACH3}, {mach_task_self(), 1}};
	struct wire_call_answer answer;
	struct iovec out = packet_part(&request, sizeof(request));
	struct iovec in = {&answer, sizeof(answer)};
	ssize_t r = packet_send(connection, &out, 1, NULL);

	if (r >= 0)
		r = packet_receive(connection, &in, 1, NULL);
	if (r < 0)
		return (int)r;
	return (size_t)r == sizeof(answer) && answer.result == 0 ? 0 : -EPROTO;
}

static void
close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		(void)syscall(SYS_close, *descriptor);
	*descriptor = -1;
}

/* The same for one of which we know what it was. */
static void
close_kept(int *descriptor, uint64_t identity)
{
	if (*descriptor >= 0)
		packet_close(*descriptor, identity);
	*descriptor = -1;
}

/* The task is no more. Event loops that wait for its messages are told by the connection,
 * which they do not see any more when it is closed. */
static void
end_task_locked(void)
{
	if (!port_fd_exists_locked())
		close_kept(&attachment.task, attachment.task_identity);
	else if (packet_identity(attachment.task) == attachment.task_identity)
		(void)shutdown(attachment.task, SHUT_RDWR);
}

/* The kernel refused, or is gone. */
static int
fail_locked(int error)
{
	if (!packet_is_shortage(error)) {
		end_task_locked();
		attachment.state = ATTACH_FAILED;
	}
	return error;
}

static int
attach_new_locked(void)
{
	int r = kernel_find(&attachment.address);

	if (r < 0)
		return fail_locked(r);
	attachment.task = r;
	attachment.task_identity = packet_identity(r);
	r = say_hello(
	    attachment.task, WIRE_KIND_TASK, 0, NULL, &attachment.token);
	if (r == 0)
		return 0;
	if (!packet_is_shortage(r))
		kernel_complain("the kernel refused this process", "", -r,
		    "run the machportd that came with this library");
	close_kept(&attachment.task, attachment.task_identity);
	return fail_locked(r);
}

/* Take what the parent left for us, unless we closed it. */
static int
attach_born_locked(void)
{
	int r;

	if (packet_identity(attachment.task) != attachment.task_identity) {
		attachment.task = -1;
		attachment.state = ATTACH_NEVER;
		return attach_new_locked();
	}
	r = say_born(attachment.task, &attachment.token);
	return r < 0 ? fail_locked(r) : 0;
}

/* Make the process LIVE. 0 or a negative errno. */
static int
attach_locked(void)
{
	int r = -ENOTCONN;

	switch (attachment.state) {
	case ATTACH_LIVE:
		return 0;
	case ATTACH_FAILED:
		return -ENOTCONN;
	case ATTACH_NEVER:
		r = attach_new_locked();
		break;
	case ATTACH_UNBORN:
		r = attach_born_locked();
		break;
	}
	if (r == 0) {
		attachment.state = ATTACH_LIVE;
		attachment.mach3_due = wants_mach3();
		guard_set_locked();
	}
	return r;
}

/* On the first connection that can, the kernel is told of the mode. */
static int
enter_mode_locked(int connection)
{
	int r = attachment.mach3_due ? say_mach3(connection) : 0;

	if (r == 0)
		attachment.mach3_due = false;
	return r;
}

/* One more connection to the kernel: its descriptor, or a negative errno. */
static int
connect_locked(enum wire_kind kind, uint32_t thread)
{
	int descriptor = packet_connect(&attachment.address);
	int r = descriptor;

	if (descriptor >= 0)
		r = say_hello(
		    descriptor, kind, thread, &attachment.token, NULL);
	if (r == 0 && kind == WIRE_KIND_THREAD)
		r = enter_mode_locked(descriptor);
	if (r == 0)
		return descriptor;
	close_descriptor(&descriptor);
	return r;
}

int
attach_open(struct connection *connection)
{
	struct lock_hold hold;
	int r;

	lock_take(&process_lock, &hold);
	r = attach_locked();
	if (r == 0) {
		r = connect_locked(WIRE_KIND_THREAD, (uint32_t)gettid());
		if (r < 0)
			(void)fail_locked(r);
	}
	if (r >= 0) {
		connection->descriptor = r;
		connection->identity = packet_identity(r);
		connection->sequence = 0;
		connection->window = (struct window){0};
		list_init(&connection->link);
		list_push_back(&attachment.connections, &connection->link);
		r = 0;
	}
	lock_give(&process_lock, &hold);
	return r;
}

int
attach_task_locked(void)
{
	return attachment.task;
}

void
attach_close(struct connection *connection)
{
	struct lock_hold hold;

	if (connection->descriptor < 0)
		return;
	window_close(&connection->window);
	lock_take(&process_lock, &hold);
	close_kept(&connection->descriptor, connection->identity);
	list_remove(&connection->link);
	lock_give(&process_lock, &hold);
}

/* This is another process now: nothing of its parent's is its own. */
static void
forget_locked(void)
{
	struct list *node;

	thread_conn_forget();
	while ((node = list_pop_front(&attachment.connections)) != NULL) {
		struct connection *connection =
		    CONTAINER_OF(node, struct connection, link);

		close_kept(&connection->descriptor, connection->identity);
	}
	port_fd_forget_locked(attachment.task);
	close_kept(&attachment.task, attachment.task_identity);
	lanes_forget();
	attachment.state = ATTACH_NEVER;
	attach_generation++;
}

bool
attach_is_stray(void)
{
	atomic_uint *word = atomic_load_explicit(&guard, memory_order_acquire);

	return word && atomic_load_explicit(word, memory_order_relaxed) == 0;
}

void
attach_adopt(void)
{
	struct lock_hold hold;

	lock_reset(&process_lock);
	lock_take(&process_lock, &hold);
	if (attach_is_stray()) {
		forget_locked();
		guard_set_locked();
	}
	lock_give(&process_lock, &hold);
}

/*
 * fork(): the child's connection is made before, because only now are the
 * special ports what the child is to inherit, and because the parent may be
 * dead by the time the child needs it.
 */
static void
fork_prepare(void)
{
	struct lock_hold hold;
	int saved_errno = errno;

	if (attach_is_stray())
		attach_adopt();
	extent_fork_prepare();
	lock_take(&process_lock, &hold);
	attachment.hold = hold;
	attachment.child = -1;
	if (attachment.state == ATTACH_UNBORN)
		(void)attach_locked();
	if (attachment.state == ATTACH_LIVE)
		attachment.child = connect_locked(WIRE_KIND_CHILD, 0);
	errno = saved_errno;
}

static void
fork_parent(void)
{
	struct lock_hold hold = attachment.hold;
	int saved_errno = errno;

	close_descriptor(&attachment.child);
	lock_give(&process_lock, &hold);
	extent_fork_parent();
	errno = saved_errno;
}

static void
fork_child(void)
{
	struct lock_hold hold = attachment.hold;
	int saved_errno = errno;

	forget_locked();
	if (attachment.child >= 0) {
		attachment.task = attachment.child;
		attachment.task_identity = packet_identity(attachment.task);
		attachment.child = -1;
		attachment.state = ATTACH_UNBORN;
	}
	if (guard)
		guard_set_locked();
	lock_give(&process_lock, &hold);
	extent_fork_child();
	errno = saved_errno;
}

/* Costs a program that never calls us two handlers, and nothing else: what they
 * need could not be had later, in a signal handler. */
__attribute__((constructor)) static void
attach_init(void)
{
	(void)pthread_atfork(fork_prepare, fork_parent, fork_child);
	thread_conn_init();
}
