/*
 * What waits for time, or for a semaphore: two tasks make semaphores, timers and
 * alarms, wait, signal, arm, give rights away, die, and have no memory at times, while
 * time passes. The world is recounted after each step, and in the end nothing is left.
 *
 * An input is a series of steps: what is done, by whom, and which allocation fails;
 * then what that needs.
 */
#include <limits.h>
#include <mach/ndr.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_entry.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_waiter.h"
#include "kern_clock.h"
#include "kern_host.h"
#include "kern_mk_timer.h"
#include "kern_platform.h"
#include "kern_port.h"
#include "kern_semaphore.h"
#include "kern_task.h"
#include "kern_thread.h"
#include "kern_timer.h"

/* More steps than this find nothing that fewer do not, but slowly. */
#define STEPS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static struct {
	const uint8_t *bytes;
	size_t count;
} input;

static struct kern_task *tasks[2];
static struct kern_thread *threads[2]; /* the first of each */
static uint64_t now_ns;
static uint64_t set_ns; /* what the calendar is ahead */

static uint8_t
take_byte(void)
{
	if (input.count == 0)
		return 0;
	input.count--;
	return *input.bytes++;
}

/* What names denote: an object of the kernel (enum ipc_kobject_type), or these. */
enum {
	ANYTHING = -1,
	RECEIVE = -2, /* a receive right */
};

static bool
is_of(const struct ipc_entry *entry, int kind)
{
	if (kind == ANYTHING)
		return true;
	if (kind == RECEIVE)
		return (entry->type & MACH_PORT_TYPE_RECEIVE) != 0;
	if (!(entry->type & MACH_PORT_TYPE_SEND_RECEIVE))
		return false;
	if (entry->port->attached)
		return entry->port->attached->type == kind;
	return entry->port->place == IPC_PORT_PLACE_KERNEL &&
	    entry->port->kobject->type == kind;
}

/* One of those names of @space that are of @kind, by a byte; or any that is there, or
 * none, or that of what is dead. */
static mach_port_name_t
take_name(struct ipc_space *space, int kind)
{
	const uint8_t byte = take_byte();
	mach_port_name_t found = MACH_PORT_NULL;
	mach_port_name_t from = 0;
	mach_port_name_t name;
	unsigned nth = byte & 31;
	struct ipc_entry *entry;

	if (byte == UINT8_MAX)
		return MACH_PORT_DEAD;
	if (byte >= 0xe0)
		kind = ANYTHING;
	if (byte == 0)
		return MACH_PORT_NULL;
	while ((entry = ipc_space_next(space, &from, &name)))
		if (is_of(entry, kind)) {
			found = name;
			if (nth-- == 0)
				break;
		}
	return found;
}

/* --- requests -------------------------------------------------------------- */

enum ask {
	WORDS = 1, /* an NDR record and words */
	PORT = 2,  /* a port */
};

static const struct routine {
	mach_msg_id_t id;
	int of;       /* what it is sent to */
	unsigned has; /* enum ask */
	int port;     /* what that is */
	unsigned words;
} routines[] = {
    {3418, IPC_KOBJECT_TASK, WORDS, 0, 2}, /* semaphore_create */
    {3419, IPC_KOBJECT_TASK, PORT, IPC_KOBJECT_SEMAPHORE, 0}, /* _destroy */
    {617200, IPC_KOBJECT_SEMAPHORE, 0, 0, 0}, /* semaphore_signal */
    {617201, IPC_KOBJECT_SEMAPHORE, 0, 0, 0}, /* _signal_all */
    {617202, IPC_KOBJECT_SEMAPHORE, 0, 0, 0}, /* _wait */
    {617202, IPC_KOBJECT_SEMAPHORE, 0, 0, 0}, /* the same */
    {617203, IPC_KOBJECT_SEMAPHORE, PORT, IPC_KOBJECT_THREAD, 0},
    {617204, IPC_KOBJECT_SEMAPHORE, WORDS, 0, 2}, /* _timedwait */
    {617205, IPC_KOBJECT_SEMAPHORE, PORT | WORDS, IPC_KOBJECT_SEMAPHORE, 2},
    {617206, IPC_KOBJECT_SEMAPHORE, PORT, IPC_KOBJECT_SEMAPHORE, 0},
    {617207, IPC_KOBJECT_SEMAPHORE, PORT, RECEIVE, 0}, /* none */
    {206, IPC_KOBJECT_HOST, WORDS, 0, 1},   /* host_get_clock_service */
    {1000, IPC_KOBJECT_CLOCK, 0, 0, 0},     /* clock_get_time */
    {1001, IPC_KOBJECT_CLOCK, WORDS, 0, 2}, /* clock_get_attributes */
    {1002, IPC_KOBJECT_CLOCK, PORT | WORDS, RECEIVE, 3}, /* clock_alarm */
};
#define ROUTINES (sizeof(routines) / sizeof(routines[0]))

struct request {
	union {
		mach_msg_header_t header;
		mach_msg_base_t base;
		uint8_t bytes[128];
	} message;
	mach_msg_size_t size;
};

static void
append(struct request *request, const void *bytes, size_t count)
{
	memcpy(request->message.bytes + request->size, bytes, count);
	request->size += (mach_msg_size_t)count;
}

static void
append_port(struct request *request, struct ipc_space *space, int kind)
{
	const mach_msg_body_t body = {.msgh_descriptor_count = 1};
	const mach_msg_port_descriptor_t port = {
	    .name = take_name(space, kind),
	    .disposition = 16 + take_byte() % 6,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	request->message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	append(request, &body, sizeof(body));
	append(request, &port, sizeof(port));
}

/* Small ones: policies, seconds, nanoseconds. */
static void
append_words(struct request *request, unsigned count)
{
	const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};

	append(request, &ndr, sizeof(ndr));
	for (unsigned i = 0; i < count; i++) {
		uint8_t byte = take_byte();
		int32_t word = byte < 250 ? byte % 8 : INT_MIN + byte - 250;

		append(request, &word, sizeof(word));
	}
}

static void
send(struct kern_task *task, const struct request *request)
{
	const struct ipc_msg_args args = {.option = MACH_SEND_MSG};
	const struct ipc_kmsg_source source = {
	    .bytes = request->message.bytes,
	    .byte_count = request->size,
	    .size = request->size,
	    .unreadable = UINT32_MAX,
	};
	struct ipc_waiter waiter;
	uint32_t taken;

	ipc_waiter_init(&waiter, NULL);
	kern_caller = (struct kern_caller){task, take_byte() % 2};
	if (ipc_mach_msg_send(task->space, &args, &source, &waiter, &taken) ==
	    MACH_SEND_IN_PROGRESS)
		ipc_waiter_abandon(&waiter);
	kern_caller = (struct kern_caller){NULL, 0};
	ipc_waiter_reset(&waiter);
}

/* A request of any routine to any port, with a reply to any. */
static void
ask(struct kern_task *task)
{
	const struct routine *routine = &routines[take_byte() % ROUTINES];
	struct request request = {.size = sizeof(mach_msg_header_t)};
	mach_port_name_t to = take_name(task->space, routine->of);
	mach_port_name_t reply = take_name(task->space, RECEIVE);

	request.message.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        reply != MACH_PORT_NULL ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0);
	request.message.header.msgh_remote_port = to;
	request.message.header.msgh_local_port = reply;
	request.message.header.msgh_id = routine->id;
	if (routine->has & PORT)
		append_port(&request, task->space, routine->port);
	if (routine->has & WORDS)
		append_words(&request, routine->words);
	request.message.header.msgh_size = request.size;
	send(task, &request);
}

/* --- the other steps ------------------------------------------------------- */

static void
use_timer(struct kern_task *task)
{
	struct ipc_space *space = task->space;
	uint8_t what = take_byte();
	mach_port_name_t name;
	uint64_t deadline_ns;

	switch (what % 4) {
	case 0:
		(void)kern_mk_timer_create(space, &name);
		break;
	case 1:
		name = take_name(space, IPC_KOBJECT_TIMER);
		(void)kern_mk_timer_arm(space, name, now_ns + take_byte() % 8);
		break;
	case 2:
		(void)kern_mk_timer_cancel(
		    space, take_name(space, IPC_KOBJECT_TIMER), &deadline_ns);
		break;
	default:
		(void)kern_mk_timer_destroy(
		    space, take_name(space, IPC_KOBJECT_TIMER));
		break;
	}
}

/* What came to one of the task's ports. */
static void
receive(struct kern_task *task)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_size = 1 << 12,
	    .rcv_name = take_name(task->space, RECEIVE),
	};
	struct ipc_waiter waiter;

	ipc_waiter_init(&waiter, NULL);
	(void)ipc_mach_msg_receive(task->space, &args, &waiter);
	ipc_waiter_reset(&waiter);
}

/* One task's right is another's now. */
static void
give(struct kern_task *from, struct kern_task *to)
{
	const mach_port_name_t name = take_name(from->space, ANYTHING);
	const mach_msg_type_name_t disposition = 16 + take_byte() % 6;
	const mach_port_name_t new_name = 0x10003u + (take_byte() % 16u << 8);

	(void)ipc_mach_port_insert_right(
	    to->space, new_name, from->space, name, disposition);
}

static void
make_port(struct kern_task *task)
{
	mach_port_name_t name;

	(void)ipc_mach_port_allocate(
	    task->space, MACH_PORT_RIGHT_RECEIVE, &name);
}

static void
pass_time(void)
{
	uint8_t how = take_byte();

	if (how & 1)
		set_ns += take_byte() - UINT64_C(100);
	/* Some nanoseconds, or seconds. */
	now_ns += how % 16 * (how & 16 ? UINT64_C(1000000000) : 1);
	kern_timer_expire(now_ns, how & 2 ? 1 : UINT_MAX);
}

static void
begin_task(unsigned who)
{
	static const struct ipc_charge limits = {100, 100, 1 << 17, 1 << 17};
	struct ipc_account *account = ipc_account_new(NULL, &limits);
	struct kern_task *task = kern_task_new(account, NULL, NULL);
	struct kern_semaphore *semaphore;
	mach_port_name_t name;
	kern_return_t kr;

	mp_assert(task);
	(void)ipc_account_unref(account);
	kr = kern_task_host_self(task, &name);
	mp_assert(kr == KERN_SUCCESS);
	threads[who] = kern_thread_get(task, 1);
	mp_assert(threads[who]);
	kr = kern_thread_self(threads[who], task, &name);
	mp_assert(kr == KERN_SUCCESS);
	kr = kern_semaphore_new(task, task->space->account, 0, 0, &semaphore);
	mp_assert(kr == KERN_SUCCESS);
	kr = kern_port_give_send(
	    task->space, ipc_kobject_make_send(&semaphore->self), &name);
	mp_assert(kr == KERN_SUCCESS);
	kr = kern_port_give_send(
	    task->space, kern_clock_make_send((clock_id_t)who), &name);
	mp_assert(kr == KERN_SUCCESS);
	make_port(task);
	tasks[who] = task;
}

static void
end_task(unsigned who)
{
	kern_task_destroy(tasks[who]);
	(void)kern_thread_unref(threads[who]);
}

/* --- all ------------------------------------------------------------------- */

static void
step(unsigned what, unsigned who)
{
	struct kern_task *task = tasks[who];

	switch (what) {
	default:
		ask(task);
		break;
	case 8:
	case 9:
		use_timer(task);
		break;
	case 10:
		receive(task);
		break;
	case 11:
		give(task, tasks[1 - who]);
		break;
	case 12:
		make_port(task);
		break;
	case 13:
		pass_time();
		break;
	case 14:
		(void)ipc_mach_port_destroy(
		    task->space, take_name(task->space, ANYTHING));
		break;
	case 15:
		end_task(who);
		base_alloc_fail_at(0);
		begin_task(who);
		break;
	}
}

static uint64_t
tell_now(void)
{
	return now_ns;
}

static uint64_t
tell_calendar(void)
{
	return now_ns + set_ns;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const struct kern_platform platform = {
	    .now_ns = tell_now, .calendar_ns = tell_calendar};
	bool made;

	input.bytes = bytes;
	input.count = count;
	now_ns = 1000;
	set_ns = 1000;
	kern_platform = &platform;
	ipc_init(4096);
	made = kern_host_init();
	mp_assert(made);
	for (unsigned i = 0; i < 2; i++)
		begin_task(i);
	for (unsigned i = 0; i < STEPS_MAX && input.count > 0; i++) {
		uint8_t what = take_byte();

		/* Three bits: which allocation fails; none, mostly. */
		base_alloc_fail_at(what & 0x80 ? 1u + (what >> 5 & 3) : 0);
		step(what & 15, what >> 4 & 1);
		base_alloc_fail_at(0);
		ipc_check();
	}
	for (unsigned i = 0; i < 2; i++)
		end_task(i);
	mp_assert(kern_timer_next() == UINT64_MAX);
	kern_host_deinit();
	ipc_check();
	ipc_deinit();
	mp_assert(base_alloc_live() == 0);
	return 0;
}
