/*
 * A worker: says hello, then does whatever comes to its mind with whatever rights
 * it comes by, in one to three threads, until it is killed, kills itself, or has
 * had enough. It checks what it receives, and trusts nothing else: what it sends
 * to may be dead, full or gone.
 */
#include <mach/mach.h>
#include <mach/notify.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "mail.h"
#include "parcel.h"
#include "torture.h"

#define THREADS_MAX 3
#define STEPS_MAX 400
#define BAG_MAX 48
#define WAIT_MAX_MS 4
#define DEATH_MAX_NS 400000000
#define OWN_TIME 8 /* of this, one part is time of ours */

/* A right that a thread has come by; it is this thread's alone. */
struct belonging {
	mach_port_t name;
	mach_port_type_t type; /* one of _SEND, _SEND_ONCE, _RECEIVE */
	bool kept;             /* a gift that is not to be passed on */
};

/* What the threads of a worker share. */
struct worker {
	const struct life *life;
	mach_port_t hub;
	mach_port_t own;    /* its port: what the referee watches */
	mach_port_t notify; /* of its own requests */
	mach_port_t set;    /* of both, and of receive rights it came by */
};

struct thread {
	pthread_t thread;
	struct worker *worker;
	struct chance chance;
	struct parcel parcel;
	mach_msg_header_t *received; /* PARCEL_BYTES_MAX, and a trailer */
	struct belonging bag[BAG_MAX];
	unsigned count;
};

/*
 * Belongings
 */

static void
give_up(const struct belonging *belonging)
{
	mach_port_t self = mach_task_self();

	if (belonging->type == MACH_PORT_TYPE_RECEIVE)
		(void)mach_port_mod_refs(
		    self, belonging->name, MACH_PORT_RIGHT_RECEIVE, -1);
	else
		(void)mach_port_deallocate(self, belonging->name);
}

static void
put_in_bag(struct thread *thread, struct belonging belonging)
{
	if (!MACH_PORT_VALID(belonging.name))
		return;
	if (thread->count == BAG_MAX)
		give_up(&belonging);
	else
		thread->bag[thread->count++] = belonging;
}

static struct belonging *
any_belonging(struct thread *thread)
{
	return thread->count == 0
	    ? NULL
	    : &thread->bag[chance_below(&thread->chance, thread->count)];
}

/* A belonging of @type, if it comes to mind. */
static struct belonging *
any_of_type(struct thread *thread, mach_port_type_t type)
{
	struct belonging *belonging;

	for (unsigned i = 0; i < 8; i++) {
		belonging = any_belonging(thread);
		if (belonging && belonging->type == type)
			return belonging;
	}
	return NULL;
}

static void
take_from_bag(struct thread *thread, struct belonging *belonging)
{
	*belonging = thread->bag[--thread->count];
}

/* Somebody to send to. */
static mach_port_t
any_destination(struct thread *thread)
{
	const struct belonging *belonging =
	    any_of_type(thread, MACH_PORT_TYPE_SEND);

	if (chance_once_in(&thread->chance, 12))
		return thread->worker->hub;
	return belonging ? belonging->name : thread->worker->own;
}

/*
 * Sending
 */

static uint32_t
some_bytes(struct thread *thread, uint32_t most)
{
	/* Mostly few. */
	return chance_below(
	    &thread->chance, 1 + (most >> chance_below(&thread->chance, 16)));
}

/* Put @belonging into the parcel; moved, it is nobody's any more. */
static void
pack(struct thread *thread, struct belonging *belonging)
{
	bool moves = chance_once_in(&thread->chance, 2);
	mach_msg_type_name_t disposition;

	if (belonging->kept && belonging->type != MACH_PORT_TYPE_RECEIVE)
		return;
	switch (belonging->type) {
	case MACH_PORT_TYPE_SEND:
		disposition =
		    moves ? MACH_MSG_TYPE_MOVE_SEND : MACH_MSG_TYPE_COPY_SEND;
		break;
	case MACH_PORT_TYPE_SEND_ONCE:
		moves = true;
		disposition = MACH_MSG_TYPE_MOVE_SEND_ONCE;
		break;
	default:
		moves = moves && !belonging->kept;
		disposition = moves ? MACH_MSG_TYPE_MOVE_RECEIVE
		    : chance_once_in(&thread->chance, 2)
		    ? MACH_MSG_TYPE_MAKE_SEND
		    : MACH_MSG_TYPE_MAKE_SEND_ONCE;
	}
	parcel_add_right(&thread->parcel, belonging->name, disposition);
	if (moves)
		take_from_bag(thread, belonging);
}

static void
pack_array(struct thread *thread)
{
	mach_port_t names[8];
	unsigned count = 0;

	while (count < 8 && !chance_once_in(&thread->chance, 5)) {
		const struct belonging *send =
		    any_of_type(thread, MACH_PORT_TYPE_SEND);

		if (!send || send->kept)
			names[count++] = thread->worker->own;
		else
			names[count++] = send->name;
	}
	parcel_add_array(&thread->parcel, names, count,
	    chance_once_in(&thread->chance, 8) ? MACH_MSG_TYPE_MAKE_SEND
	                                       : MACH_MSG_TYPE_COPY_SEND);
}

/* A parcel with anything in it. */
static void
pack_anything(struct thread *thread)
{
	struct belonging *belonging;

	parcel_begin(&thread->parcel, PARCEL_CHATTER);
	for (unsigned i = chance_below(&thread->chance, 4); i > 0; i--)
		if ((belonging = any_belonging(thread)))
			pack(thread, belonging);
	if (chance_once_in(&thread->chance, 4))
		pack_array(thread);
	if (chance_once_in(&thread->chance, 3))
		parcel_add_memory(&thread->parcel, &thread->chance,
		    some_bytes(thread, PARCEL_MEMORY_MAX));
	parcel_end(&thread->parcel, &thread->chance, 0,
	    some_bytes(thread, PARCEL_INLINE_MAX));
}

/* Send it; what comes back is given up. */
static void
post(struct thread *thread, const struct parcel_address *address,
    mach_msg_option_t option)
{
	mach_msg_return_t code = parcel_send(&thread->parcel, address, option,
	    chance_below(&thread->chance, WAIT_MAX_MS));

	if (code == MACH_MSG_SUCCESS)
		__atomic_fetch_add(&tallies->sent, 1, __ATOMIC_RELAXED);
	if ((code & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT)
		mach_msg_destroy(
		    (mach_msg_header_t *)(void *)thread->parcel.bytes);
}

static void
send_anything(struct thread *thread)
{
	struct parcel_address address = {
	    .to = any_destination(thread),
	    .disposition = MACH_MSG_TYPE_COPY_SEND,
	};

	if (chance_once_in(&thread->chance, 4)) {
		address.reply = thread->worker->own;
		address.reply_disposition = chance_once_in(&thread->chance, 2)
		    ? MACH_MSG_TYPE_MAKE_SEND_ONCE
		    : MACH_MSG_TYPE_MAKE_SEND;
	}
	pack_anything(thread);
	post(thread, &address, MACH_SEND_TIMEOUT);
}

static void
use_send_once(struct thread *thread)
{
	struct belonging *once = any_of_type(thread, MACH_PORT_TYPE_SEND_ONCE);
	struct parcel_address address = {
	    .disposition = MACH_MSG_TYPE_MOVE_SEND_ONCE};

	if (!once)
		return;
	address.to = once->name;
	take_from_bag(thread, once);
	parcel_begin(&thread->parcel, PARCEL_USED);
	parcel_end(&thread->parcel, &thread->chance, 0,
	    some_bytes(thread, PARCEL_INLINE_MAX));
	post(thread, &address, MACH_SEND_TIMEOUT);
}

/* Be told when there is room, and find out that there is none. */
static void
send_with_notice(struct thread *thread)
{
	struct parcel_address address = {
	    .to = any_destination(thread),
	    .disposition = MACH_MSG_TYPE_COPY_SEND,
	};
	mach_port_t previous = MACH_PORT_NULL;

	if (mach_port_request_notification(mach_task_self(), address.to,
	        MACH_NOTIFY_SEND_POSSIBLE, 0, thread->worker->notify,
	        MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) == KERN_SUCCESS &&
	    MACH_PORT_VALID(previous))
		(void)mach_port_deallocate(mach_task_self(), previous);
	for (unsigned i = 0; i < 8; i++) {
		pack_anything(thread);
		post(thread, &address, MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY);
	}
}

/*
 * Receiving
 */

static mach_port_type_t
type_of(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_PORT_RECEIVE:
		return MACH_PORT_TYPE_RECEIVE;
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		return MACH_PORT_TYPE_SEND_ONCE;
	default:
		CHECK(disposition == MACH_MSG_TYPE_PORT_SEND);
		return MACH_PORT_TYPE_SEND;
	}
}

static void
unpack_item(struct thread *thread, const struct parcel_item *item, bool kept)
{
	struct belonging belonging = {.kept = kept};
	mach_port_t *names = item->address;

	if (item->type == MACH_MSG_PORT_DESCRIPTOR) {
		belonging.name = item->name;
		belonging.type = type_of(item->disposition);
		put_in_bag(thread, belonging);
		return;
	}
	if (item->type == MACH_MSG_OOL_PORTS_DESCRIPTOR && item->count > 0) {
		belonging.type = type_of(item->disposition);
		belonging.kept = false; /* peers */
		for (mach_msg_size_t i = 0; i < item->count; i++) {
			belonging.name = names[i];
			put_in_bag(thread, belonging);
		}
		(void)vm_deallocate(mach_task_self(), (vm_address_t)names,
		    item->count * sizeof(*names));
		return;
	}
	if (item->count > 0)
		(void)vm_deallocate(
		    mach_task_self(), (vm_address_t)item->address, item->count);
}

static void
unpack(struct thread *thread)
{
	mach_msg_header_t *message = thread->received;
	uint32_t value = parcel_check(message);
	struct belonging reply = {.name = message->msgh_remote_port};
	struct parcel_cursor cursor;
	struct parcel_item item;

	parcel_items(message, &cursor);
	while (parcel_next(&cursor, &item))
		unpack_item(thread, &item,
		    message->msgh_id == PARCEL_WELCOME &&
		        (value & GIFTS_ARE_KEPT));
	if (MACH_PORT_VALID(reply.name)) {
		reply.type = type_of(MACH_MSGH_BITS_REMOTE(message->msgh_bits));
		put_in_bag(thread, reply);
	}
}

/* A notification of our own requests, or of the rights of others to our ports. */
static void
heed(struct thread *thread)
{
	const mach_dead_name_notification_t *notice =
	    (const mach_dead_name_notification_t *)thread->received;
	const mach_port_destroyed_notification_t *destroyed =
	    (const mach_port_destroyed_notification_t *)thread->received;
	struct belonging back = {.type = MACH_PORT_TYPE_RECEIVE};

	if (notice->not_header.msgh_id == MACH_NOTIFY_DEAD_NAME)
		(void)mach_port_deallocate(mach_task_self(), notice->not_port);
	if (notice->not_header.msgh_id == MACH_NOTIFY_PORT_DESTROYED) {
		back.name = destroyed->not_port.name;
		put_in_bag(thread, back);
	}
}

static void
receive_from(struct thread *thread, mach_port_t port)
{
	/* Now and then what is large does not fit, and is destroyed. */
	mach_msg_size_t room = chance_once_in(&thread->chance, 10)
	    ? 1024
	    : PARCEL_BYTES_MAX + MAX_TRAILER_SIZE;
	mach_msg_return_t code = mach_msg(thread->received,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, room, port,
	    chance_below(&thread->chance, WAIT_MAX_MS), MACH_PORT_NULL);

	if (code != MACH_MSG_SUCCESS)
		return;
	__atomic_fetch_add(&tallies->received, 1, __ATOMIC_RELAXED);
	if (is_notice(thread->received))
		heed(thread);
	else
		unpack(thread);
}

static void
receive_anything(struct thread *thread)
{
	const struct belonging *port =
	    any_of_type(thread, MACH_PORT_TYPE_RECEIVE);

	receive_from(thread,
	    port && chance_once_in(&thread->chance, 3) ? port->name
	                                               : thread->worker->set);
}

/*
 * Everything else
 */

static void
request_anything(struct thread *thread)
{
	static const mach_msg_id_t ids[] = {MACH_NOTIFY_DEAD_NAME,
	    MACH_NOTIFY_NO_SENDERS, MACH_NOTIFY_PORT_DESTROYED,
	    MACH_NOTIFY_SEND_POSSIBLE};
	const struct belonging *belonging = any_belonging(thread);
	mach_msg_id_t id = ids[chance_below(&thread->chance, 4)];
	mach_port_t previous = MACH_PORT_NULL;

	/* What becomes of the referee's gifts is for the referee alone. */
	if (!belonging ||
	    (id == MACH_NOTIFY_PORT_DESTROYED &&
	        belonging->type == MACH_PORT_TYPE_RECEIVE && belonging->kept))
		return;
	if (mach_port_request_notification(mach_task_self(), belonging->name,
	        id, 0, thread->worker->notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
	        &previous) == KERN_SUCCESS &&
	    MACH_PORT_VALID(previous))
		(void)mach_port_deallocate(mach_task_self(), previous);
}

static void
make_port(struct thread *thread)
{
	mach_port_t self = mach_task_self();
	struct belonging belonging = {.type = MACH_PORT_TYPE_RECEIVE};

	if (mach_port_allocate(
	        self, MACH_PORT_RIGHT_RECEIVE, &belonging.name) != KERN_SUCCESS)
		return;
	put_in_bag(thread, belonging);
	if (mach_port_insert_right(self, belonging.name, belonging.name,
	        MACH_MSG_TYPE_MAKE_SEND) != KERN_SUCCESS)
		return;
	belonging.type = MACH_PORT_TYPE_SEND;
	put_in_bag(thread, belonging);
}

static void
change_port(struct thread *thread)
{
	const struct belonging *port =
	    any_of_type(thread, MACH_PORT_TYPE_RECEIVE);
	mach_port_limits_t limits = {
	    .mpl_qlimit = chance_below(&thread->chance, 8)};

	if (!port)
		return;
	if (chance_once_in(&thread->chance, 2))
		(void)mach_port_move_member(
		    mach_task_self(), port->name, thread->worker->set);
	else
		(void)mach_port_set_attributes(mach_task_self(), port->name,
		    MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
		    MACH_PORT_LIMITS_INFO_COUNT);
}

static void
drop_anything(struct thread *thread)
{
	struct belonging *belonging = any_belonging(thread);

	if (!belonging)
		return;
	give_up(belonging);
	take_from_bag(thread, belonging);
}

static void
do_anything(struct thread *thread)
{
	switch (chance_below(&thread->chance, 20)) {
	case 0:
		request_anything(thread);
		break;
	case 1:
		make_port(thread);
		break;
	case 2:
		change_port(thread);
		break;
	case 3:
		drop_anything(thread);
		break;
	case 4:
		use_send_once(thread);
		break;
	case 5:
		send_with_notice(thread);
		break;
	case 6:
	case 7:
	case 8:
	case 9:
	case 10:
	case 11:
		send_anything(thread);
		break;
	default:
		receive_anything(thread);
	}
}

/*
 * The life
 */

static void
say_hello(struct thread *thread)
{
	struct parcel_address hub = {
	    .to = thread->worker->hub,
	    .disposition = MACH_MSG_TYPE_COPY_SEND,
	    .reply = thread->worker->own,
	    .reply_disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE,
	};

	parcel_begin(&thread->parcel, PARCEL_HELLO);
	parcel_add_right(
	    &thread->parcel, thread->worker->own, MACH_MSG_TYPE_MAKE_SEND);
	parcel_end(
	    &thread->parcel, &thread->chance, thread->worker->life->number, 0);
	CHECK_RETURN(
	    parcel_send(&thread->parcel, &hub, 0, 0), MACH_MSG_SUCCESS);
}

static void
thread_init(struct thread *thread, struct worker *worker, uint32_t number)
{
	thread->worker = worker;
	chance_init(&thread->chance, worker->life->round->seed,
	    (uint64_t)worker->life->number * THREADS_MAX + number);
	parcel_init(&thread->parcel);
	thread->received = malloc(PARCEL_BYTES_MAX + MAX_TRAILER_SIZE);
	CHECK(thread->received);
}

static void *
live(void *argument)
{
	struct thread *thread = argument;
	uint32_t steps = 1 + chance_below(&thread->chance, STEPS_MAX);

	while (steps-- > 0)
		do_anything(thread);
	return NULL;
}

/* Perhaps: Linux ends us after a time of any length, whatever we do then. Our own
 * time, on a machine that has much to do, leads to as many points as on others. */
static void
set_fuse(struct chance *chance)
{
	static const clockid_t clocks[] = {
	    CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID};
	struct sigevent event = {
	    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
	struct itimerspec fuse = {
	    .it_value.tv_nsec = 1 + chance_below(chance, DEATH_MAX_NS)};
	uint32_t clock = chance_below(chance, 3);
	timer_t timer;

	if (clock == 2)
		return;
	if (clock == 1)
		fuse.it_value.tv_nsec /= OWN_TIME;
	CHECK(timer_create(clocks[clock], &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &fuse, NULL) == 0);
}

static void
be_born(struct worker *worker)
{
	mach_port_t self = mach_task_self();

	worker->hub = mail_inherited();
	worker->own = mail_port();
	worker->notify = mail_port();
	CHECK_RETURN(
	    mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &worker->set),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_port_insert_member(self, worker->own, worker->set),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_port_insert_member(self, worker->notify, worker->set),
	    KERN_SUCCESS);
}

void
worker(void *argument)
{
	struct worker worker = {.life = argument};
	struct thread threads[THREADS_MAX] = {0};
	uint32_t count;

	for (uint32_t i = 0; i < THREADS_MAX; i++)
		thread_init(&threads[i], &worker, i);
	set_fuse(&threads[0].chance);
	count = 1 + chance_below(&threads[0].chance, THREADS_MAX);
	be_born(&worker);
	say_hello(&threads[0]);
	for (uint32_t i = 1; i < count; i++)
		CHECK(pthread_create(
		          &threads[i].thread, NULL, live, &threads[i]) == 0);
	(void)live(&threads[0]);
	for (uint32_t i = 1; i < count; i++)
		CHECK(pthread_join(threads[i].thread, NULL) == 0);
	for (uint32_t i = 0; i < THREADS_MAX; i++) {
		parcel_free(&threads[i].parcel);
		free(threads[i].received);
	}
}
