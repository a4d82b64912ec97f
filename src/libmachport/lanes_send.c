/*
 * A message by a lane, or the reply to one.
 *
 * Every error that a program would get comes from the kernel: what is not as a lane
 * needs it goes by trap.
 */
#include "lanes.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "lane_reply.h"
#include "lane_wait.h"
#include "lanes_begin.h"
#include "lanes_heat.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lanes_table.h"
#include "msg_encode.h"
#include "trap.h"
#include "user_memory.h"

/* With other options a message goes by trap (lanes.md 1). */
#define OPTIONS                                                                \
	(MACH_SEND_MSG | MACH_RCV_MSG | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT | \
	    MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT | MACH_RCV_LARGE |        \
	    MACH_SEND_NOTIFY | MACH_RCV_TRAILER_MASK)

/* No larger message is eligible, whatever the lane. */
#define SIZE_MAX_OF_ALL (LANE_RING_MAX / 4)

/* A sleep lasts no longer: a kernel that has died rings no bell. */
#define SLEEP_MAX_NS 5000000000

/* Nor this one, for a ring that is full while the queue of the port would not be. */
#define SLEEP_FOR_RING_NS 10000000

/* Of so many messages, one is the last before its lane is closed (LANES_FLIP). */
#define FLIP_ONE_IN 16u

void
lanes_look(const struct msg_call *call, struct lanes_sending *sending_out)
{
	mach_msg_header_t *header = &sending_out->header;

	sending_out->kind = LANES_NOT_BY_LANE;
	if ((call->option & ~OPTIONS) || call->send.size < sizeof(*header) ||
	    call->send.size % 4 != 0 || call->send.size > SIZE_MAX_OF_ALL ||
	    !(user_memory_is_own(call->send.bytes, call->send.size) ||
	        user_memory_readable(call->send.bytes, call->send.size)))
		return;
	memcpy(header, call->send.bytes, sizeof(*header));
	if (MACH_MSGH_BITS_IS_COMPLEX(header->msgh_bits) ||
	    MACH_MSGH_BITS_VOUCHER(header->msgh_bits) != 0 ||
	    header->msgh_voucher_port != MACH_PORT_NULL)
		return;
	switch (MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(header->msgh_bits),
	    MACH_MSGH_BITS_LOCAL(header->msgh_bits))) {
	case MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE):
		if (MACH_PORT_VALID(header->msgh_local_port))
			sending_out->kind = LANES_REQUEST;
		break;
	case MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0):
		if (header->msgh_local_port == MACH_PORT_NULL)
			sending_out->kind = LANES_MESSAGE;
		break;
	case MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0):
		if (header->msgh_local_port == MACH_PORT_NULL)
			sending_out->kind = LANES_REPLY;
		break;
	default:
		break;
	}
}

/* --- waking -------------------------------------------------------------------- */

/* WIRE_KICK: no answer comes. */
static void
kick(uint32_t id, uint32_t slot)
{
	struct wire_kick kick = {.lane = id, .slot = slot};
	struct iovec part = {&kick, sizeof(kick)};
	struct trap trap;

	if (trap_begin(&trap, WIRE_KICK) < 0)
		return;
	kick.header = trap.header;
	(void)trap_send(&trap, &part, 1, NULL, false);
	trap_end(&trap);
}

/* publish 6, reply 3. No lock is held: the memory of @wake may have gone, which does no
 * harm. */
static void
wake_peer(const struct lane_wake *wake, uint32_t id, uint32_t slot)
{
	if (wake->how == LANE_FUTEX)
		lane_wake_one(wake->word);
	else if (wake->how == LANE_KICK)
		kick(id, slot);
}

/* The kernel is done with closing the lane; or with resolving a token of it. */
static void
sync_lane(uint32_t id)
{
	(void)lanes_tell(WIRE_LANE_SYNC, id);
}

/* For tests: lanes close at any time. */
static void
flip(uint32_t id)
{
	static _Atomic uint32_t random = 1;
	const uint32_t next =
	    atomic_load_explicit(&random, memory_order_relaxed) * 1664525u +
	    1013904223u;

	atomic_store_explicit(&random, next, memory_order_relaxed);
	if (next >> 16 & (FLIP_ONE_IN - 1))
		return;
	(void)lanes_tell(WIRE_LANE_CLOSE, id);
}

/* --- waiting for room ------------------------------------------------------------ */

/* What a thread saw of a lane that was full. Its memory stays while it waits. */
struct room {
	const struct lane_out *lane;
	uint32_t head;
	uint32_t limit;
	bool is_at_limit; /* not for the ring only */
};

static const _Atomic uint32_t *
head_word(const struct lane_out *lane)
{
	return (const _Atomic uint32_t *)(uintptr_t)&lane->theirs->head;
}

static bool
has_changed(void *of)
{
	const struct room *room = of;
	const struct lane_board_lane *board = room->lane->board;

	return atomic_load_explicit(
	           head_word(room->lane), memory_order_acquire) != room->head ||
	    atomic_load_explicit(&board->state, memory_order_acquire) !=
	    LANE_OPEN ||
	    atomic_load_explicit(&board->limit, memory_order_acquire) !=
	    room->limit;
}

static struct timespec
time_after(int64_t ns)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	ns += time.tv_nsec;
	time.tv_sec += ns / 1000000000;
	time.tv_nsec = ns % 1000000000;
	return time;
}

static bool
is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	    (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

enum waited {
	WAITED,      /* look again */
	WAITED_LATE, /* the deadline has passed: once more */
	WAITED_GONE, /* no lock is held, and it is not known what to wait for */
};

/* Sleep until something changed. */
static enum waited
sleep_for_room(struct room *room, const struct timespec *deadline, uint32_t id)
{
	const struct lane_out *lane = room->lane;
	const struct lane_sleep_word words[] = {
	    {head_word(lane), room->head},
	    {&lane->board->state, LANE_OPEN},
	    {&lane->board->limit, room->limit},
	};
	const struct timespec soon =
	    time_after(room->is_at_limit ? SLEEP_MAX_NS : SLEEP_FOR_RING_NS);
	const bool is_last = deadline && is_before(deadline, &soon);

	if (lane_sleep(words, sizeof(words) / sizeof(words[0]),
	        is_last ? deadline : &soon) != -ETIMEDOUT)
		return WAITED;
	if (is_last)
		return WAITED_LATE;
	/* Is there a kernel still? It has room for what the ring has not, and takes it over if
	 * B does not. */
	return lanes_tell(
	           room->is_at_limit ? WIRE_LANE_SYNC : WIRE_LANE_CLOSE, id)
	    ? WAITED
	    : WAITED_GONE;
}

/* Of one for room. Each has its own, and none is LANE_RUN. */
static uint32_t
number_sleep(struct lanes_out *out)
{
	uint32_t number;

	do
		number = 1 +
		    atomic_fetch_add_explicit(
		        &out->sleeps, 1, memory_order_relaxed);
	while (number == LANE_RUN);
	return number;
}

/* The lane was full, and its lock is held; it is again when this returns, unless GONE. */
static enum waited
wait_for_room(
    struct lanes_out *out, uint32_t id, const struct timespec *deadline)
{
	struct room room = {
	    .lane = &out->lane,
	    .head = lane_position(out->lane.head),
	    .limit = out->lane.limit,
	    .is_at_limit = lane_is_at_limit(&out->lane),
	};
	const uint32_t peer =
	    atomic_load_explicit(&out->lane.theirs->cpu, memory_order_relaxed);
	enum waited waited = WAITED;

	atomic_fetch_add_explicit(&out->waiters, 1, memory_order_relaxed);
	lanes_lock_give(&out->lock);
	if (!lane_spin(&out->space_spin, peer, has_changed, &room)) {
		atomic_store_explicit(&out->lane.mine->space_wait,
		    number_sleep(out), memory_order_relaxed);
		lane_fence(); /* pairs with take 4 */
		if (!has_changed(&room))
			waited = sleep_for_room(&room, deadline, id);
	}
	if (waited != WAITED_GONE && lanes_lock_take(&out->lock)) {
		if (atomic_fetch_sub_explicit(
		        &out->waiters, 1, memory_order_relaxed) == 1)
			atomic_store_explicit(&out->lane.mine->space_wait,
			    LANE_RUN, memory_order_relaxed);
		return waited;
	}
	atomic_fetch_sub_explicit(&out->waiters, 1, memory_order_relaxed);
	return WAITED_GONE;
}

/* Does a lane decide that it is full? Not for who wants to know of a signal while it
 * waits, nor for who wants to be told when there is room. */
static bool
may_wait(const struct msg_call *call, const struct lanes_out *out)
{
	if ((call->option & (MACH_SEND_NOTIFY | MACH_SEND_INTERRUPT)) ||
	    ((call->option & MACH_SEND_TIMEOUT) && call->timeout == 0))
		return false;
	return lane_can_sleep() &&
	    atomic_load_explicit(
	        &out->lane.board->whole, memory_order_relaxed) == 1;
}

/* --- a message ------------------------------------------------------------------- */

/* The message that is being sent. */
struct sending {
	const struct msg_call *call;
	struct lane_message message;
	struct timespec
	    deadline; /* has_deadline: until when to wait for room */
	bool has_deadline;
};

/* A slot needs a reply port that has a place on our board; no lock is held. */
static bool
prepare_reply(
    struct lane_message *message, mach_port_name_t name, struct lanes_out *out)
{
	if (lanes_mode() == LANES_AUTO && !lanes_heat_replies(name))
		return false;
	message->replies = true;
	return lanes_port_for_reply(name, &message->reply_port) &&
	    lanes_port_add_out(message->reply_port, name, out);
}

static enum lane_published
publish_locked(struct lanes_out *out, struct lane_message *message,
    uint32_t *slot_out, struct lane_wake *wake_out)
{
	if (message->replies)
		message->reply_wait = lanes_port_waiting(message->reply_port);
	lane_tell_cpu(&out->lane.mine->cpu);
	return lane_publish(&out->lane, message, slot_out, wake_out);
}

static bool
is_closed(const struct lanes_out *out)
{
	return atomic_load_explicit(&out->lane.board->state,
	           memory_order_acquire) == LANE_CLOSED;
}

/* It is full. As wait_for_room(); GONE also: it is not for the lane to wait. */
static enum waited
wait_in_time(struct lanes_out *out, uint32_t id, struct sending *sending)
{
	const struct msg_call *call = sending->call;

	if (!may_wait(call, out)) {
		lanes_lock_give(&out->lock);
		return WAITED_GONE;
	}
	if ((call->option & MACH_SEND_TIMEOUT) && !sending->has_deadline) {
		sending->deadline =
		    time_after((int64_t)call->timeout * 1000000);
		sending->has_deadline = true;
	}
	return wait_for_room(
	    out, id, sending->has_deadline ? &sending->deadline : NULL);
}

/* Publish, and wait for room as long as the call has it. The lock is held, and is given
 * back. */
static enum lanes_result
send_locked(struct lanes_out *out, uint32_t id, struct sending *sending)
{
	struct lane_wake wake = {.how = LANE_RUN};
	enum waited waited = WAITED;
	enum lane_published published;
	enum lanes_result result = LANES_TRAP;
	uint32_t slot;

	while ((published = publish_locked(
	            out, &sending->message, &slot, &wake)) == LANE_FULL) {
		if (waited == WAITED_LATE) {
			lanes_lock_give(&out->lock);
			return LANES_TRAP_NOW;
		}
		waited = wait_in_time(out, id, sending);
		if (waited == WAITED_GONE)
			return LANES_TRAP;
	}
	if (published == LANE_SETTLE) {
		sync_lane(id); /* publish 7 */
		if (lane_settle(&out->lane, slot))
			result = LANES_DONE;
	} else if (published == LANE_BROKEN) {
		(void)lanes_tell(WIRE_LANE_DROP, id);
	} else if (published == LANE_TAKEN) {
		result = LANES_DONE;
	}
	if (is_closed(out))
		lanes_open_gone_out(out);
	lanes_lock_give(&out->lock);
	wake_peer(&wake, id, WIRE_KICK_MESSAGE);
	return result;
}

static enum lanes_result
send_message(const struct msg_call *call, const struct lanes_sending *what)
{
	const mach_port_name_t name = what->header.msgh_remote_port;
	struct sending sending = {
	    .call = call,
	    .message.id = what->header.msgh_id,
	    .message.body =
	        (const char *)call->send.bytes + sizeof(what->header),
	    .message.body_bytes =
	        call->send.size - (uint32_t)sizeof(what->header),
	};
	struct lanes_out *out = lanes_out_find(name);
	enum lanes_result result;
	uint32_t id;

	if (!out)
		return LANES_TRAP;
	id = atomic_load_explicit(&out->id, memory_order_acquire);
	if (what->kind == LANES_REQUEST &&
	    !prepare_reply(&sending.message, what->header.msgh_local_port, out))
		return LANES_TRAP;
	if (!lanes_lock_take(&out->lock))
		return LANES_TRAP;
	/* Another may be here by now, for which the reply port was not meant. */
	if (atomic_load_explicit(&out->name, memory_order_relaxed) != name ||
	    atomic_load_explicit(&out->id, memory_order_relaxed) != id) {
		lanes_lock_give(&out->lock);
		return LANES_TRAP;
	}
	result = send_locked(out, id, &sending);
	if (result == LANES_DONE && lanes_mode() == LANES_FLIP)
		flip(id);
	return result;
}

/* --- a reply --------------------------------------------------------------------- */

/* Is the token of @slot called @name, and has the program got it? Its generation, or 0. */
static uint32_t
live_locked(const struct lanes_in *in, uint32_t slot, mach_port_name_t name)
{
	const uint32_t generation = in->live[slot];

	if (atomic_load_explicit(&in->id, memory_order_relaxed) ==
	        LANES_NO_ID ||
	    !in->lane.mine ||
	    name != (in->names[slot] | lane_name_generation(generation)))
		return 0;
	return generation;
}

static enum lanes_result
send_reply(const struct msg_call *call, const struct lanes_sending *what)
{
	const mach_msg_header_t *header = &what->header;
	struct lane_wake wake = {.how = LANE_RUN};
	enum lane_replied replied = LANE_REPLY_TRAP;
	uint32_t generation;
	uint32_t id;
	uint32_t slot;
	struct lanes_in *in = lanes_in_find(header->msgh_remote_port, &slot);

	if (!in || !lanes_lock_take(&in->slot_lock))
		return LANES_TRAP;
	id = atomic_load_explicit(&in->id, memory_order_relaxed);
	generation = live_locked(in, slot, header->msgh_remote_port);
	if (generation != 0)
		replied = lane_reply(&in->lane, slot, generation, lanes_clock(),
		    header->msgh_id,
		    (const char *)call->send.bytes + sizeof(*header),
		    call->send.size - (uint32_t)sizeof(*header), &wake);
	if (replied == LANE_REPLY_SETTLE) {
		sync_lane(id);
		replied = lane_reply_settle(&in->lane, slot, generation)
		    ? LANE_REPLY_SENT
		    : LANE_REPLY_TRAP;
	}
	if (replied == LANE_REPLY_SENT)
		lanes_in_hold(in, slot, 0); /* used up, and its name with it */
	lanes_lock_give(&in->slot_lock);
	wake_peer(&wake, id, slot);
	return replied == LANE_REPLY_SENT ? LANES_DONE : LANES_TRAP;
}

enum lanes_result
lanes_send(const struct msg_call *call, const struct lanes_sending *what)
{
	switch (what->kind) {
	case LANES_MESSAGE:
	case LANES_REQUEST:
		return send_message(call, what);
	case LANES_REPLY:
		return send_reply(call, what);
	case LANES_NOT_BY_LANE:
		break;
	}
	return LANES_TRAP;
}

void
lanes_note_sent(const struct msg_call *call, const struct lanes_sending *what)
{
	struct lanes_want want = {
	    .name = what->header.msgh_remote_port,
	    .body_bytes = call->send.size - (uint32_t)sizeof(what->header),
	    .replies = what->kind == LANES_REQUEST,
	};
	struct timespec now;

	if (what->kind != LANES_MESSAGE && what->kind != LANES_REQUEST)
		return;
	/* Or the first request to find a lane would go by trap for that. */
	if (want.replies)
		(void)lanes_heat_replies(what->header.msgh_local_port);
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (lanes_heat_sent(&want, lanes_mode() != LANES_AUTO,
	        (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000))
		lanes_offer(&want);
}
