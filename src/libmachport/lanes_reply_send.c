/* A reply by a lane: it goes into the slot that its token tells. */
#include "lanes_reply_send.h"

#include "lane_reply.h"
#include "lanes_begin.h"
#include "lanes_open.h"
#include "lanes_wake.h"

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

enum lanes_result
lanes_reply_send(struct lanes_in *in, uint32_t slot,
    const struct msg_call *call, const struct lanes_sending *what)
{
	struct lane_wake wake;
	enum lane_replied replied = LANE_REPLY_TRAP;
	uint32_t generation;
	uint32_t id;

	if (!lanes_lock_take(&in->slot_lock))
		return LANES_TRAP;
	wake.how = LANE_RUN;
	id = atomic_load_explicit(&in->id, memory_order_relaxed);
	generation = live_locked(in, slot, what->remote);
	if (generation != 0)
		replied = lane_reply(&in->lane, slot, generation, lanes_clock(),
		    what->id, msg_send_body(call), msg_send_body_bytes(call),
		    &wake);
	if (replied == LANE_REPLY_SETTLE) {
		(void)lanes_tell(WIRE_LANE_SYNC, id);
		replied = lane_reply_settle(&in->lane, slot, generation)
		    ? LANE_REPLY_SENT
		    : LANE_REPLY_TRAP;
	}
	if (replied == LANE_REPLY_SENT)
		lanes_in_hold(in, slot, 0); /* used up, and its name with it */
	lanes_lock_give(&in->slot_lock);
	/* If Linux refuses, A sees the reply when it looks next. */
	if (wake.how != LANE_RUN)
		(void)lanes_wake(wake.how, wake.word, id, slot);
	return replied == LANE_REPLY_SENT ? LANES_DONE : LANES_TRAP;
}
