/*
 * The referee: gives each worker rights of which the specification promises what
 * becomes of them, whatever becomes of the worker.
 *
 *	the worker's port	a send right, from its hello. Dead name, when it
 *				dies; port deleted if we drop the name before
 *	watched			a send right; we have the receive right. No senders
 *	once			a send-once right; we have the receive right. A
 *				message, or send-once
 *	lent			a receive right with a queue that is full. Port
 *				destroyed, which brings it back; and send possible,
 *				when a worker, or else we, received from it
 *	doomed			a receive right. Dead name; what is in its queue,
 *				perhaps the send-once right, is destroyed or received
 *
 * Each comes exactly once, and nothing else. For the notifications each worker has
 * a port of its own, which stays until the end of the round.
 */
#include <inttypes.h>
#include <mach/mach.h>
#include <mach/notify.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail.h"
#include "parcel.h"
#include "progress.h"
#include "torture.h"

#define LOST_NS (LOST_MS * UINT64_C(1000000))

/* What is promised of one worker, and has not come. */
enum promise {
	PROMISE_WORKER = 1,  /* dead name, or port deleted */
	PROMISE_WATCHED = 2, /* no senders */
	PROMISE_ONCE = 4,    /* send-once, or a message */
	PROMISE_LENT = 8,    /* port destroyed */
	PROMISE_ROOM = 16,   /* send possible */
	PROMISE_DOOMED = 32, /* dead name */
};

struct record {
	mach_port_t notify; /* NULL: not known yet */
	mach_port_t worker; /* NULL: it was dead already */
	mach_port_t watched;
	mach_port_t once;
	mach_port_t lent;
	mach_port_t doomed;
	unsigned promised; /* of enum promise: to come */
	bool dropped;      /* the name of its port */
	bool keeps;        /* the gifts, until death */
	uint64_t ended_ns; /* 0: lives */
};

struct referee {
	const struct round *round;
	struct chance chance;
	struct parcel parcel;
	mach_port_t set;
	struct record *records;
	bool round_ended;
	unsigned names; /* when nobody is there */
	union {
		mach_msg_header_t header;
		mach_dead_name_notification_t name;
		mach_no_senders_notification_t senders;
		mach_port_destroyed_notification_t destroyed;
		uint8_t bytes[PARCEL_BYTES_MAX + MAX_TRAILER_SIZE];
	} received;
};

static struct referee referee;
static mach_port_t hub;

static mach_port_t
new_right(mach_port_right_t right)
{
	mach_port_t name;

	CHECK_RETURN(
	    mach_port_allocate(mach_task_self(), right, &name), KERN_SUCCESS);
	return name;
}

static void
change_refs(mach_port_t name, mach_port_right_t right, int delta)
{
	CHECK_RETURN(mach_port_mod_refs(mach_task_self(), name, right, delta),
	    KERN_SUCCESS);
}

static void
watch(mach_port_t port)
{
	CHECK_RETURN(
	    mach_port_insert_member(mach_task_self(), port, referee.set),
	    KERN_SUCCESS);
}

static void
add_send_right(mach_port_t port)
{
	CHECK_RETURN(mach_port_insert_right(
	                 mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
}

static void
request(const struct record *record, mach_port_t name, mach_msg_id_t id,
    mach_port_mscount_t sync)
{
	mach_port_t previous;

	CHECK_RETURN(
	    mach_port_request_notification(mach_task_self(), name, id, sync,
	        record->notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK(previous == MACH_PORT_NULL);
}

static void
set_limit(mach_port_t port, mach_port_msgcount_t limit)
{
	mach_port_limits_t limits = {.mpl_qlimit = limit};

	CHECK_RETURN(mach_port_set_attributes(mach_task_self(), port,
	                 MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	                 MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

/*
 * Gifts
 */

static uint32_t
some_bytes(uint32_t most)
{
	return chance_below(
	    &referee.chance, 1 + chance_below(&referee.chance, most));
}

/* Put a message into the queue of @port, with the right in it if there is one. */
static void
put_into(mach_port_t port, mach_port_t once)
{
	struct parcel_address address = {
	    .to = port, .disposition = MACH_MSG_TYPE_COPY_SEND};

	parcel_begin(&referee.parcel, PARCEL_CHATTER);
	if (once != MACH_PORT_NULL)
		parcel_add_right(
		    &referee.parcel, once, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	parcel_add_memory(&referee.parcel, &referee.chance,
	    some_bytes(PARCEL_MEMORY_MAX / 2));
	parcel_end(&referee.parcel, &referee.chance, 0, some_bytes(4096));
	CHECK_RETURN(
	    parcel_send(&referee.parcel, &address, MACH_SEND_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
}

static mach_port_t
make_lent(const struct record *record)
{
	mach_port_t port = mail_port();

	set_limit(port, 1);
	put_into(port, MACH_PORT_NULL);
	request(record, port, MACH_NOTIFY_SEND_POSSIBLE, 1);
	request(record, port, MACH_NOTIFY_PORT_DESTROYED, 0);
	return port;
}

static void
make_gifts(struct record *record)
{
	record->watched = new_right(MACH_PORT_RIGHT_RECEIVE);
	watch(record->watched);
	request(record, record->watched, MACH_NOTIFY_NO_SENDERS, 1);
	record->once = new_right(MACH_PORT_RIGHT_RECEIVE);
	watch(record->once);
	record->lent = make_lent(record);
	record->doomed = mail_port();
	request(record, record->doomed, MACH_NOTIFY_DEAD_NAME, 0);
	record->promised |= PROMISE_WATCHED | PROMISE_ONCE | PROMISE_LENT |
	    PROMISE_ROOM | PROMISE_DOOMED;
}

/* Some ports of other workers, alive or not. */
static void
add_peers(const struct record *self)
{
	mach_port_t peers[8];
	unsigned count = 0;

	for (const struct record *record = referee.records;
	     record < referee.records + referee.round->workers && count < 8;
	     record++)
		if (record != self && record->worker != MACH_PORT_NULL &&
		    (record->promised & PROMISE_WORKER) && !record->dropped)
			peers[count++] = record->worker;
	parcel_add_array(
	    &referee.parcel, peers, count, MACH_MSG_TYPE_COPY_SEND);
}

/* The worker has gone, and so the gifts were not given: be all who had them. */
static void
take_back(struct record *record, bool once_is_gone)
{
	add_send_right(record->watched);
	change_refs(record->watched, MACH_PORT_RIGHT_SEND, -1);
	if (!once_is_gone)
		record->promised &= ~(unsigned)PROMISE_ONCE;
	change_refs(record->lent, MACH_PORT_RIGHT_RECEIVE, -1);
	change_refs(record->doomed, MACH_PORT_RIGHT_RECEIVE, -1);
}

/* Give @record's worker what it gets, over @reply, a send-once right. */
static void
welcome(struct record *record, mach_port_t reply)
{
	struct parcel_address address = {
	    .to = reply, .disposition = MACH_MSG_TYPE_MOVE_SEND_ONCE};
	bool once_is_in_queue = chance_once_in(&referee.chance, 3);
	struct parcel *parcel = &referee.parcel;
	mach_msg_return_t code;

	make_gifts(record);
	if (once_is_in_queue)
		put_into(record->doomed, record->once);
	record->keeps = chance_once_in(&referee.chance, 2);
	parcel_begin(parcel, PARCEL_WELCOME);
	parcel_add_right(parcel, record->watched, MACH_MSG_TYPE_MAKE_SEND);
	if (!once_is_in_queue)
		parcel_add_right(
		    parcel, record->once, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	parcel_add_right(parcel, record->lent, MACH_MSG_TYPE_MOVE_RECEIVE);
	parcel_add_right(parcel, record->doomed, MACH_MSG_TYPE_MOVE_RECEIVE);
	add_peers(record);
	parcel_add_memory(
	    parcel, &referee.chance, some_bytes(PARCEL_MEMORY_MAX));
	parcel_end(parcel, &referee.chance, record->keeps ? GIFTS_ARE_KEPT : 0,
	    some_bytes(PARCEL_INLINE_MAX));
	code = parcel_send(parcel, &address, 0, 0);
	if (code == MACH_MSG_SUCCESS) {
		tallies->welcomed++;
		return;
	}
	CHECK_RETURN(code, MACH_SEND_INVALID_DEST);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), reply), KERN_SUCCESS);
	take_back(record, once_is_in_queue);
}

/* Sometimes: drop the name of a worker's port, dead or alive. */
static void
drop_worker(struct record *record)
{
	if (!chance_once_in(&referee.chance, 4))
		return;
	CHECK_RETURN(mach_port_deallocate(mach_task_self(), record->worker),
	    KERN_SUCCESS);
	record->dropped = true;
}

static void
hear_hello(const mach_msg_header_t *message, uint32_t number)
{
	struct record *record = &referee.records[number];
	struct parcel_cursor cursor;
	struct parcel_item item;

	CHECK(number < referee.round->workers);
	CHECK(record->notify == MACH_PORT_NULL);
	parcel_items(message, &cursor);
	CHECK(parcel_next(&cursor, &item));
	record->notify = new_right(MACH_PORT_RIGHT_RECEIVE);
	watch(record->notify);
	if (!MACH_PORT_VALID(item.name)) {
		CHECK(!MACH_PORT_VALID(message->msgh_remote_port));
		return;
	}
	record->worker = item.name;
	request(record, record->worker, MACH_NOTIFY_DEAD_NAME, 1);
	record->promised |= PROMISE_WORKER;
	welcome(record, message->msgh_remote_port);
	drop_worker(record);
}

/*
 * Notifications
 */

static void
keep_promise(struct record *record, enum promise promise, mach_msg_id_t id)
{
	CHECK(record->promised & (unsigned)promise);
	record->promised &= ~(unsigned)promise;
	tallies->notices[id - MACH_NOTIFY_FIRST]++;
}

/* The name that a dead-name notification is about, with the reference that it
 * brings; ours go. */
static void
bury(mach_port_t name, mach_port_urefs_t refs)
{
	mach_port_urefs_t found;

	CHECK_RETURN(mach_port_get_refs(mach_task_self(), name,
	                 MACH_PORT_RIGHT_DEAD_NAME, &found),
	    KERN_SUCCESS);
	CHECK(found == refs);
	change_refs(name, MACH_PORT_RIGHT_DEAD_NAME, -(int)refs);
}

static void
hear_dead_name(struct record *record, mach_port_t name)
{
	if (name == record->worker && (record->promised & PROMISE_WORKER)) {
		keep_promise(record, PROMISE_WORKER, MACH_NOTIFY_DEAD_NAME);
		bury(name, record->dropped ? 1 : 2);
		return;
	}
	CHECK(name == record->doomed);
	keep_promise(record, PROMISE_DOOMED, MACH_NOTIFY_DEAD_NAME);
	bury(name, 2);
}

static void
hear_port_destroyed(struct record *record, mach_port_t name)
{
	CHECK(name == record->lent);
	keep_promise(record, PROMISE_LENT, MACH_NOTIFY_PORT_DESTROYED);
	watch(name);
}

static void
hear_notice(struct record *record)
{
	mach_msg_header_t *header = &referee.received.header;

	switch (header->msgh_id) {
	case MACH_NOTIFY_DEAD_NAME:
		hear_dead_name(record, referee.received.name.not_port);
		break;
	case MACH_NOTIFY_PORT_DELETED:
		CHECK(referee.received.name.not_port == record->worker);
		CHECK(record->dropped);
		keep_promise(record, PROMISE_WORKER, header->msgh_id);
		break;
	case MACH_NOTIFY_NO_SENDERS:
		CHECK(referee.received.senders.not_count == 1);
		keep_promise(record, PROMISE_WATCHED, header->msgh_id);
		break;
	case MACH_NOTIFY_SEND_POSSIBLE:
		CHECK(referee.received.name.not_port == record->lent);
		keep_promise(record, PROMISE_ROOM, header->msgh_id);
		break;
	case MACH_NOTIFY_PORT_DESTROYED:
		hear_port_destroyed(
		    record, referee.received.destroyed.not_port.name);
		break;
	default:
		task_fail(__FILE__, __LINE__, "nobody promised this");
	}
}

/* Over the send-once right that was a gift. */
static void
hear_once(struct record *record)
{
	mach_msg_header_t *header = &referee.received.header;

	CHECK(record->promised & PROMISE_ONCE);
	if (header->msgh_id == MACH_NOTIFY_SEND_ONCE) {
		keep_promise(record, PROMISE_ONCE, header->msgh_id);
		return;
	}
	CHECK(header->msgh_id == PARCEL_USED);
	record->promised &= ~(unsigned)PROMISE_ONCE;
	tallies->used++;
	(void)parcel_check(header);
	mach_msg_destroy(header);
}

/*
 * Messages
 */

static void
hear_ended(uint32_t number)
{
	CHECK(number < referee.round->workers);
	CHECK(referee.records[number].ended_ns == 0);
	referee.records[number].ended_ns = now_ns();
}

static void
hear_parcel(void)
{
	mach_msg_header_t *message = &referee.received.header;
	uint32_t value = parcel_check(message);

	switch (message->msgh_id) {
	case PARCEL_HELLO:
		hear_hello(message, value); /* consumes its rights */
		return;
	case PARCEL_ENDED:
		hear_ended(value);
		return;
	case PARCEL_ROUND_ENDED:
		CHECK(value == referee.round->workers);
		referee.round_ended = true;
		return;
	default:
		CHECK(message->msgh_id == PARCEL_CHATTER);
		tallies->chatter++;
		mach_msg_destroy(message);
	}
}

/* At the port that was lent: what it brought along, and what workers still send
 * to it. */
static void
hear_stray(void)
{
	mach_msg_header_t *message = &referee.received.header;

	if (!is_notice(message))
		(void)parcel_check(message);
	mach_msg_destroy(message);
}

/* Whose port is it, and which? */
static void
dispatch(void)
{
	mach_port_t port = referee.received.header.msgh_local_port;
	struct record *record = referee.records;

	if (port == hub) {
		hear_parcel();
		return;
	}
	while (port != record->notify && port != record->once &&
	    port != record->watched && port != record->lent)
		CHECK(++record < referee.records + referee.round->workers);
	if (port == record->notify)
		hear_notice(record);
	else if (port == record->once)
		hear_once(record);
	else if (port == record->lent)
		hear_stray();
	else
		hear_parcel();
}

/* The next message on any of our ports; false: there is none in time. */
static bool
hear(mach_msg_timeout_t timeout)
{
	mach_msg_return_t code = mach_msg(&referee.received.header,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof(referee.received),
	    referee.set, timeout, MACH_PORT_NULL);

	if (code == MACH_RCV_TIMED_OUT)
		return false;
	CHECK_RETURN(code, MACH_MSG_SUCCESS);
	dispatch();
	return true;
}

static void
complain(const struct record *record)
{
	fprintf(stderr,
	    "torture: worker %td has ended, gifts %s; of what was promised "
	    "%#x has not come:%s%s%s%s%s%s\n",
	    record - referee.records, record->keeps ? "kept" : "passed on",
	    record->promised,
	    record->promised & PROMISE_WORKER ? " dead name" : "",
	    record->promised & PROMISE_WATCHED ? " no senders" : "",
	    record->promised & PROMISE_ONCE ? " send-once" : "",
	    record->promised & PROMISE_LENT ? " port destroyed" : "",
	    record->promised & PROMISE_ROOM ? " send possible" : "",
	    record->promised & PROMISE_DOOMED ? " dead name of a gift" : "");
}

/* What should have come by now. */
static unsigned
overdue(const struct record *record)
{
	unsigned due = record->keeps || referee.round_ended
	    ? record->promised
	    : record->promised & PROMISE_WORKER;

	return record->ended_ns == 0 || now_ns() - record->ended_ns < LOST_NS
	    ? 0
	    : due;
}

/* How many promises are open; none is overdue. */
static unsigned
count_open(void)
{
	unsigned open = 0;

	for (uint32_t i = 0; i < referee.round->workers; i++) {
		const struct record *record = &referee.records[i];

		if (overdue(record))
			complain(record);
		CHECK(!overdue(record));
		open += record->promised != 0;
	}
	return open;
}

/*
 * The round
 */

/* Linux tells the kernel of deaths in its own time: ask until it has looked at
 * all of them. No message is on its way from then on. */
static void
wait_until_all_have_gone(void)
{
	uint64_t began = now_ns();

	while (kernel_count_files(referee.round->kernel) != tallies->files) {
		CHECK(now_ns() - began < LOST_NS);
		(void)hear(0); /* a call to the kernel */
		sched_yield();
	}
}

static void
destroy(mach_port_t name)
{
	if (name != MACH_PORT_NULL)
		CHECK_RETURN(
		    mach_port_destroy(mach_task_self(), name), KERN_SUCCESS);
}

/* Nothing is promised any more; so nothing comes of what goes. */
static void
forget(struct record *record)
{
	CHECK(record->promised == 0);
	destroy(record->watched);
	destroy(record->once);
	destroy(record->lent);
	destroy(record->notify);
}

static void
settle(void)
{
	while (count_open() > 0)
		if (!hear(LOST_MS)) {
			for (uint32_t i = 0; i < referee.round->workers; i++)
				if (referee.records[i].promised)
					complain(&referee.records[i]);
			task_fail(__FILE__, __LINE__, "a promise was not kept");
		}
	while (hear(0))
		;
	CHECK(count_open() == 0);
	for (uint32_t i = 0; i < referee.round->workers; i++)
		forget(&referee.records[i]);
	CHECK(!hear(0));
	CHECK(mail_count_names() == referee.names);
}

void
referee_begin(const struct kernel *kernel)
{
	hub = mail_port();
	set_limit(hub, MACH_PORT_QLIMIT_MAX);
	mail_bequeath(hub);
	referee.set = new_right(MACH_PORT_RIGHT_PORT_SET);
	watch(hub);
	parcel_init(&referee.parcel);
	referee.names = mail_count_names();
	tallies->files = kernel_count_files(kernel);
}

void
referee_round(const struct round *round)
{
	pid_t nursery_pid;

	referee.round = round;
	referee.round_ended = false;
	referee.records = calloc(round->workers, sizeof(*referee.records));
	CHECK(referee.records);
	chance_init(&referee.chance, round->seed, UINT32_MAX - 1);
	nursery_pid = task_start(nursery, (void *)(uintptr_t)round);
	while (!referee.round_ended) {
		CHECK(hear(LOST_MS));
		(void)count_open();
		progress_show("torture: round %u, %u workers, %u killed, "
		              "%" PRIu64 " messages",
		    round->number, tallies->workers, tallies->killed,
		    tallies->sent);
	}
	task_expect_success(nursery_pid);
	wait_until_all_have_gone();
	settle();
	free(referee.records);
	tallies->rounds++;
}
