/*
 * A message by a lane.
 *
 * Every error that a program would get comes from the kernel: what is not as a lane
 * needs it goes by trap.
 */
#include "lanes.h"

#include <stddef.h>
#include <time.h>

#include "deadline.h"
#include "lane_publish.h"
#include "lane_spin.h"
#include "lanes_gone.h"
#include "lanes_heat.h"
#include "lanes_large.h"
#include "lanes_need.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lanes_region_send.h"
#include "lanes_reply_send.h"
#include "lanes_room.h"
#include "lanes_table.h"
#include "lanes_wake.h"
#include "user_memory.h"

/* With other options a message goes by trap (lanes.md 1). */
#define OPTIONS                                                                \
	(MACH_SEND_MSG | MACH_RCV_MSG | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT | \
	    MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT | MACH_RCV_LARGE |        \
	    MACH_SEND_NOTIFY | MACH_RCV_TRAILER_MASK)

/* No larger message is eligible, whatever the lane. */
#define SIZE_MAX_OF_ALL (LANE_RING_PLAIN / 4)

/* Of so many messages, one is the last before its lane is closed (LANES_FLIP). */
#define FLIP_ONE_IN 16u

/* Could it be by a lane, for all that is not in its header? */
static bool
may_be_by_lane(const struct msg_call *call)
{
	return !(call->option & ~OPTIONS) &&
	    call->send.size >= sizeof(mach_msg_header_t) &&
	    call->send.size % 4 == 0 && call->send.size <= SIZE_MAX_OF_ALL &&
	    (user_memory_is_own(call->send.bytes, call->send.size) ||
	        user_memory_readable(call->send.bytes, call->send.size));
}

/* By the rights in its header, and if it has none elsewhere. */
static enum lanes_kind
kind_of(mach_msg_bits_t bits, mach_port_name_t local)
{
	switch (bits & MACH_MSGH_BITS_USER) {
	case MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE):
		return MACH_PORT_VALID(local) ? LANES_REQUEST
		                              : LANES_NOT_BY_LANE;
	case MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0):
		return local == MACH_PORT_NULL ? LANES_MESSAGE
		                               : LANES_NOT_BY_LANE;
	case MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0):
		return local == MACH_PORT_NULL ? LANES_REPLY
		                               : LANES_NOT_BY_LANE;
	default:
		return MACH_MSGH_BITS_IS_COMPLEX(bits) ? LANES_COMPLEX
		                                       : LANES_NOT_BY_LANE;
	}
}

/* The program has just written its header, field by field: a load of two at once, as the
 * compiler would make it, would wait until both are in the cache. */
static inline uint32_t
field(const volatile mach_port_name_t *at)
{
	return *at;
}

static inline void
look(const struct msg_call *call, struct lanes_sending *sending_out)
{
	const mach_msg_header_t *header = call->send.bytes;

	sending_out->kind = LANES_NOT_BY_LANE;
	if (!may_be_by_lane(call) ||
	    header->msgh_voucher_port != MACH_PORT_NULL)
		return;
	sending_out->remote = field(&header->msgh_remote_port);
	sending_out->local = field(&header->msgh_local_port);
	sending_out->id = header->msgh_id;
	sending_out->kind = kind_of(header->msgh_bits, sending_out->local);
}

/* What a COMPLEX message is. A slot for replies has no room for memory. */
static enum lanes_kind
kind_with_regions(const struct msg_call *call, struct lanes_sending *sending)
{
	const mach_msg_header_t *header = call->send.bytes;
	const enum lanes_kind kind = kind_of(
	    header->msgh_bits & ~MACH_MSGH_BITS_COMPLEX, sending->local);

	if ((kind != LANES_MESSAGE && kind != LANES_REQUEST) ||
	    !lanes_region_look(call, &sending->block_bytes))
		return LANES_NOT_BY_LANE;
	return kind == LANES_REQUEST ? LANES_REGIONS_REQUEST : LANES_REGIONS;
}

void
lanes_look(const struct msg_call *call, struct lanes_sending *sending_out)
{
	look(call, sending_out);
	if (sending_out->kind == LANES_COMPLEX)
		sending_out->kind = kind_with_regions(call, sending_out);
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

/* --- a message ------------------------------------------------------------------- */

/* A message, and what became of it. */
struct sending {
	struct lane_message message;
	enum lane_published published;
	uint32_t slot;
	struct lane_wake wake;
};

/* Lock @out, if messages to @name go by it. */
static inline bool
lock_out(struct lanes_out *out, mach_port_name_t name)
{
	if (!lanes_lock_take(&out->lock))
		return false;
	if (atomic_load_explicit(&out->name, memory_order_relaxed) == name)
		return true;
	lanes_lock_give(&out->lock);
	return false;
}

static struct lanes_reply_port *
place_of(struct lanes_out *out, mach_port_name_t name)
{
	return &out->reply_ports[(name >> 8) % LANES_REPLY_PORTS];
}

/* Have replies to @name come by @out. Its lock is given meanwhile, and held again if this is
 * true. */
static __attribute__((noinline)) bool
learn_reply_port(struct lanes_out *out, mach_port_name_t name)
{
	struct lanes_reply_port port = {.name = name};
	const mach_port_name_t sent_to =
	    atomic_load_explicit(&out->name, memory_order_relaxed);
	const uint32_t id =
	    atomic_load_explicit(&out->id, memory_order_relaxed);
	const uint32_t gone = lanes_out_gone(out);

	lanes_lock_give(&out->lock);
	if ((lanes_mode() == LANES_AUTO && !lanes_heat_replies(name)) ||
	    !lanes_port_for_reply(name, &port.index))
		return false;
	port.serial = lanes_port_serial(port.index);
	if (!lanes_port_add_out(port.index, name, out, id) ||
	    !lock_out(out, sent_to))
		return false;
	if (lanes_out_gone(out) == gone) {
		*place_of(out, name) = port;
		return true;
	}
	lanes_lock_give(&out->lock);
	return false;
}

/* A slot needs a reply port that has a place on our board. False: it has none, and the lock
 * is given. */
static inline bool
find_reply_port(
    struct lanes_out *out, mach_port_name_t name, struct lane_message *message)
{
	const struct lanes_reply_port *port = place_of(out, name);

	if ((port->name != name ||
	        port->serial != lanes_port_serial(port->index)) &&
	    !learn_reply_port(out, name))
		return false;
	message->replies = true;
	message->reply_port = port->index;
	return true;
}

static inline void
prepare_locked(struct lanes_out *out, struct lane_message *message)
{
	if (message->replies)
		message->reply_wait = lanes_need_of_reply(message->reply_port);
	lane_tell_cpu(&out->lane.mine->cpu);
}

static void
publish_locked(struct lanes_out *out, struct sending *sending)
{
	prepare_locked(out, &sending->message);
	sending->published = lane_publish(
	    &out->lane, &sending->message, &sending->slot, &sending->wake);
}

/* Wake who sleeps, and remember that: not again before he has run. Only after it is done: a
 * handler could come between. The lane may be another by then. */
static void
ring(struct lanes_out *out, uint32_t id, uint32_t gone,
    const struct sending *sending)
{
	if (!lanes_wake(
	        sending->wake.how, sending->wake.word, id, WIRE_KICK_MESSAGE) ||
	    sending->message.replies || !lanes_lock_take(&out->lock))
		return;
	if (lanes_out_gone(out) == gone)
		lane_note_rung(&out->lane, &sending->wake);
	lanes_lock_give(&out->lock);
}

/* The lane has it, and there is something to be done about that. The lock is given. */
static __attribute__((noinline)) void
end_with_more(struct lanes_out *out, const struct sending *sending)
{
	const uint32_t id =
	    atomic_load_explicit(&out->id, memory_order_relaxed);
	const uint32_t gone = lanes_out_gone(out);
	const bool is_idle = lanes_large_is_idle(out, &sending->message);

	lanes_lock_give(&out->lock);
	if (sending->wake.how != LANE_RUN)
		ring(out, id, gone, sending);
	if (is_idle)
		(void)lanes_tell(WIRE_LANE_CLOSE, id);
	if (lanes_mode() == LANES_FLIP)
		flip(id);
}

/* The lane has it. The lock is given. */
static inline enum lanes_result
end_taken(struct lanes_out *out, const struct sending *sending)
{
	if (sending->wake.how != LANE_RUN || out->is_watched)
		end_with_more(out, sending);
	else
		lanes_lock_give(&out->lock);
	return LANES_DONE;
}

/* Whatever was to be settled is: another lane can come. */
static void
let_go_if_closed(struct lanes_out *out)
{
	if (atomic_load_explicit(
	        &out->lane.board->state, memory_order_acquire) == LANE_CLOSED)
		lanes_gone_out(out);
}

/* The lane cannot have it, or is closing. The lock is given. */
static enum lanes_result
end_otherwise(struct lanes_out *out, const struct sending *sending)
{
	const uint32_t id =
	    atomic_load_explicit(&out->id, memory_order_relaxed);
	enum lanes_result result = LANES_TRAP;

	if (sending->published == LANE_SETTLE) {
		(void)lanes_tell(WIRE_LANE_SYNC, id); /* publish 7 */
		if (lane_settle(&out->lane, sending->slot))
			result = LANES_DONE;
	} else if (sending->published == LANE_BROKEN) {
		(void)lanes_tell(WIRE_LANE_DROP, id);
	}
	let_go_if_closed(out);
	lanes_lock_give(&out->lock);
	return result;
}

/* It is full: wait for room. Meanwhile the reply port may go, and another have its place on the
 * board: so it is found anew, or by the kernel. The lock is given. */
static enum lanes_result
wait_and_send(struct lanes_out *out, struct lanes_patience *patience,
    const struct lanes_sending *what, struct sending *sending)
{
	for (;;) {
		const enum lanes_room room = lanes_room_wait(out, patience);

		if (room == LANES_ROOM_NONE ||
		    (sending->message.replies &&
		        !find_reply_port(out, what->local, &sending->message)))
			return LANES_TRAP;
		publish_locked(out, sending);
		if (sending->published == LANE_TAKEN)
			return end_taken(out, sending);
		if (sending->published != LANE_FULL)
			return end_otherwise(out, sending);
		if (room == LANES_ROOM_LATE)
			break;
	}
	lanes_lock_give(&out->lock);
	return LANES_TRAP;
}

/* The lane has not just taken it. It may be full: then wait, for as long as the call has it. The
 * lock is given. */
static __attribute__((noinline)) enum lanes_result
end_untaken(struct lanes_out *out, const struct msg_call *call,
    struct lanes_sending *what, struct sending *sending)
{
	struct lanes_patience patience = {.call = call};
	enum lanes_result result;

	if (sending->published != LANE_FULL)
		return end_otherwise(out, sending);
	result = wait_and_send(out, &patience, what, sending);
	if (result == LANES_TRAP && patience.has_deadline) {
		what->timeout_left = deadline_left(&patience.deadline);
		result = LANES_TRAP_LATE;
	}
	return result;
}

/* Not inlined: the one that looks for the lane needs no stack frame. */
static __attribute__((noinline)) enum lanes_result
send_message(struct lanes_out *out, const struct msg_call *call,
    struct lanes_sending *what)
{
	struct sending sending;

	if (!lock_out(out, what->remote))
		return LANES_TRAP;
	sending.message = (struct lane_message){
	    .id = what->id,
	    .body = msg_send_body(call),
	    .body_bytes = msg_send_body_bytes(call),
	};
	if (what->kind == LANES_REQUEST &&
	    !find_reply_port(out, what->local, &sending.message))
		return LANES_TRAP;
	prepare_locked(out, &sending.message);
	sending.published = lane_publish_plain(
	    &out->lane, &sending.message, &sending.slot, &sending.wake);
	return sending.published == LANE_TAKEN
	    ? end_taken(out, &sending)
	    : end_untaken(out, call, what, &sending);
}

/* --- a message with regions ------------------------------------------------------ */

/* Has the lane room for it at all? Else nothing is made ready. */
static bool
is_large_enough(struct lanes_out *out, const struct msg_call *call,
    const struct lanes_sending *what)
{
	bool fits;

	if (!lock_out(out, what->remote))
		return false;
	fits = lane_regions_fit(out->lane.sizes.ring_bytes,
	    msg_send_body_bytes(call), what->block_bytes);
	let_go_if_closed(out);
	lanes_lock_give(&out->lock);
	return fits;
}

static __attribute__((noinline)) enum lanes_result
send_regions(struct lanes_out *out, const struct msg_call *call,
    struct lanes_sending *what)
{
	struct lanes_region_sending regions;
	struct sending sending;
	enum lanes_result result;

	if (!is_large_enough(out, call, what) ||
	    !lanes_region_begin(&regions, call) || !lock_out(out, what->remote))
		return LANES_TRAP;
	sending.message = (struct lane_message){
	    .id = what->id,
	    .body_bytes = msg_send_body_bytes(call),
	};
	lanes_region_describe(&regions, &sending.message);
	if (what->kind == LANES_REGIONS_REQUEST &&
	    !find_reply_port(out, what->local, &sending.message))
		return LANES_TRAP;
	publish_locked(out, &sending);
	result = sending.published == LANE_TAKEN
	    ? end_taken(out, &sending)
	    : end_untaken(out, call, what, &sending);
	if (result == LANES_DONE)
		lanes_region_end(&regions);
	return result;
}

static __attribute__((noinline)) enum lanes_result
send_complex(const struct msg_call *call, struct lanes_sending *what)
{
	struct lanes_out *out = NULL;

	what->kind = kind_with_regions(call, what);
	if (what->kind != LANES_NOT_BY_LANE)
		out = lanes_out_find(what->remote);
	return out ? send_regions(out, call, what) : LANES_TRAP;
}

/* --- either ---------------------------------------------------------------------- */

enum lanes_result
lanes_send(const struct msg_call *call, struct lanes_sending *what_out)
{
	struct lanes_out *out;
	struct lanes_in *in;
	uint32_t slot;

	look(call, what_out);
	switch (what_out->kind) {
	case LANES_MESSAGE:
	case LANES_REQUEST:
		out = lanes_out_find(what_out->remote);
		return out ? send_message(out, call, what_out) : LANES_TRAP;
	case LANES_REPLY:
		in = lanes_in_find(what_out->remote, &slot);
		return in ? lanes_reply_send(in, slot, call, what_out)
		          : LANES_TRAP;
	case LANES_COMPLEX:
		return send_complex(call, what_out);
	case LANES_REGIONS: /* it is not known yet */
	case LANES_REGIONS_REQUEST:
	case LANES_NOT_BY_LANE:
		break;
	}
	return LANES_TRAP;
}

void
lanes_note_sent(const struct msg_call *call, const struct lanes_sending *what)
{
	struct lanes_want want = {
	    .name = what->remote,
	    .body_bytes = msg_send_body_bytes(call),
	    .replies = what->kind == LANES_REQUEST ||
	        what->kind == LANES_REGIONS_REQUEST,
	};
	struct timespec now;

	if (what->kind == LANES_NOT_BY_LANE || what->kind == LANES_REPLY)
		return;
	if (what->kind >= LANES_REGIONS)
		want.all_bytes =
		    lane_regions_at(want.body_bytes) + what->block_bytes;
	/* Or the first request to find a lane would go by trap for that. */
	if (want.replies)
		(void)lanes_heat_replies(what->local);
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (lanes_heat_sent(&want, lanes_mode() != LANES_AUTO,
	        (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000))
		lanes_offer(&want);
}
