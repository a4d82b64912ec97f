/* Waiting for room in a lane that is full. */
#include "lanes_room.h"

#include <errno.h>

#include "deadline.h"
#include "lane_sleep.h"
#include "lane_spin.h"
#include "lanes_open.h"
#include "wire_lane.h"

/* A sleep lasts no longer: a kernel that has died rings no bell. */
#define SLEEP_MAX_NS 5000000000

/* Nor this one, for a ring that is full while the queue of the port would not be. */
#define SLEEP_FOR_RING_NS 100000000

/* Who spins waits for so large a part of what the lane holds: else each message waits for
 * the one that B takes just then. */
#define PART 4

/* What a thread saw of a lane that was full. The lock is not held while it waits: the lane may
 * go. What is read here can be read all the same (lanes_view.h). */
struct full {
	const lane_mark_t *theirs; /* B's head */
	const struct lane_board_lane *board;
	uint32_t ring_bytes;
	uint32_t id;
	uint32_t gone; /* lanes that had been there before */
	uint64_t head; /* a mark */
	uint32_t limit;
	bool is_at_limit; /* not for the ring only */
};

/* TSan takes it for a write when something else is mapped there. */
__attribute__((no_sanitize("thread"))) static bool
has_changed(const struct full *full, uint32_t bytes, uint32_t records)
{
	const uint64_t head =
	    atomic_load_explicit(full->theirs, memory_order_acquire);

	return lane_position(head) - lane_position(full->head) >= bytes ||
	    lane_count(head) - lane_count(full->head) >= records ||
	    atomic_load_explicit(&full->board->state, memory_order_acquire) !=
	    LANE_OPEN ||
	    atomic_load_explicit(&full->board->limit, memory_order_acquire) !=
	    full->limit;
}

/* Any room, or another reason to look again? */
static bool
has_any(const struct full *full)
{
	return has_changed(full, 1, 1);
}

static bool
has_much(void *of)
{
	const struct full *full = of;

	return has_changed(
	    full, full->ring_bytes / PART, full->limit / PART + 1);
}

/* Until something has changed. What is read of the lane may be of the next by now, and look the
 * same: so how many have gone is compared after it. */
static enum lanes_room
sleep_on(const struct lanes_out *out, const struct full *full,
    const struct timespec *deadline)
{
	const struct lane_sleep_word words[] = {
	    {lane_position_word(full->theirs), lane_position(full->head)},
	    {&full->board->state, LANE_OPEN},
	    {&full->board->limit, full->limit},
	    {&out->gone, full->gone},
	};
	const struct timespec soon = deadline_after_ns(
	    full->is_at_limit ? SLEEP_MAX_NS : SLEEP_FOR_RING_NS);
	const bool is_last = deadline && deadline_is_before(deadline, &soon);

	if (lane_sleep(words, sizeof(words) / sizeof(words[0]),
	        is_last ? deadline : &soon) != -ETIMEDOUT)
		return LANES_ROOM_MAYBE;
	if (is_last)
		return LANES_ROOM_LATE;
	/* Is there a kernel still? It has room for what the ring has not, and takes it over if
	 * B does not. */
	return lanes_tell(full->is_at_limit ? WIRE_LANE_SYNC : WIRE_LANE_CLOSE,
	           full->id)
	    ? LANES_ROOM_MAYBE
	    : LANES_ROOM_NONE;
}

/* Lock @out if its lane is that one still. */
static bool
lock_again(struct lanes_out *out, const struct full *full)
{
	if (!lanes_lock_take(&out->lock))
		return false;
	if (lanes_out_gone(out) == full->gone)
		return true;
	lanes_lock_give(&out->lock);
	return false;
}

/* Have B wake those who sleep. Each time has its own number, which is not LANE_RUN. */
static void
tell_sleep_locked(struct lanes_out *out)
{
	atomic_store_explicit(
	    &out->lane.mine->space_wait, 1 + out->sleeps, memory_order_relaxed);
	out->sleeps += 2;
}

static void
begin_sleep_locked(struct lanes_out *out)
{
	out->waiters++;
	tell_sleep_locked(out);
}

/* If nobody sleeps any more, B needs not wake us. But of so many it may have left some asleep, and
 * those that it has woken may all find room: then nobody else tells a number again. */
static void
end_sleep_locked(struct lanes_out *out)
{
	out->waiters--;
	if (out->waiters == 0)
		atomic_store_explicit(&out->lane.mine->space_wait, LANE_RUN,
		    memory_order_relaxed);
	else if (out->waiters >= LANE_WAKE_MANY)
		tell_sleep_locked(out);
}

/* The lock is held when this ends, unless it ends with NONE. */
static enum lanes_room
sleep_for_room(struct lanes_out *out, const struct full *full,
    const struct timespec *deadline)
{
	enum lanes_room room = LANES_ROOM_MAYBE;

	if (!lock_again(out, full))
		return LANES_ROOM_NONE;
	begin_sleep_locked(out);
	lanes_lock_give(&out->lock);
	lane_fence(); /* pairs with take 4 */
	if (!has_any(full))
		room = sleep_on(out, full, deadline);
	if (!lock_again(out, full))
		return LANES_ROOM_NONE;
	end_sleep_locked(out);
	if (room == LANES_ROOM_NONE)
		lanes_lock_give(&out->lock);
	return room;
}

static enum lanes_room
wait_for_room(struct lanes_out *out, const struct timespec *deadline)
{
	struct full full = {
	    .theirs = &out->lane.theirs->head,
	    .board = out->lane.board,
	    .ring_bytes = out->lane.sizes.ring_bytes,
	    .id = atomic_load_explicit(&out->id, memory_order_relaxed),
	    .gone = lanes_out_gone(out),
	    .head = out->lane.head,
	    .limit = out->lane.limit,
	    .is_at_limit = lane_is_at_limit(&out->lane),
	};
	const uint32_t peer =
	    atomic_load_explicit(&out->lane.theirs->cpu, memory_order_relaxed);

	lanes_lock_give(&out->lock);
	if (!lane_spin(&out->space_spin, peer, has_much, &full))
		return sleep_for_room(out, &full, deadline);
	return lock_again(out, &full) ? LANES_ROOM_MAYBE : LANES_ROOM_NONE;
}

/* Not for who wants to know of a signal while it waits, nor for who wants to be told when
 * there is room. */
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

enum lanes_room
lanes_room_wait(struct lanes_out *out, struct lanes_patience *patience)
{
	const struct msg_call *call = patience->call;

	if (!may_wait(call, out)) {
		lanes_lock_give(&out->lock);
		return LANES_ROOM_NONE;
	}
	if ((call->option & MACH_SEND_TIMEOUT) && !patience->has_deadline) {
		patience->deadline = deadline_after(call->timeout);
		patience->has_deadline = true;
	}
	return wait_for_room(
	    out, patience->has_deadline ? &patience->deadline : NULL);
}
