/* Lanes go. */
#include "lanes_gone.h"

#include <mach/mach_init.h>
#include <string.h>

#include "call.h"
#include "deadline.h"
#include "lane_memory.h"
#include "lanes_heat.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lanes_view.h"
#include "wire_lane.h"

void
lanes_gone_unmap_out(struct lanes_out *out)
{
	lane_memory_unmap(out->lane.mine, lane_sender_bytes(&out->lane.sizes));
	lanes_view_unmap(&out->view);
	out->lane = (struct lane_out){0};
	out->wanted = MACH_PORT_NULL;
	memset(out->reply_ports, 0, sizeof(out->reply_ports));
	out->waiters = 0;
	atomic_store_explicit(
	    &out->gone, lanes_out_gone(out) + 1, memory_order_relaxed);
}

void
lanes_gone_out(struct lanes_out *out)
{
	const mach_port_name_t name =
	    atomic_load_explicit(&out->name, memory_order_relaxed);
	bool forced;

	if (!lanes_out_unlist(out))
		return;
	forced = atomic_load_explicit(
	    &out->lane.board->forced, memory_order_relaxed);
	lanes_gone_unmap_out(out);
	(void)lanes_tell(WIRE_LANE_FORGET,
	    atomic_load_explicit(&out->id, memory_order_relaxed));
	lanes_out_free(out);
	if (forced)
		lanes_heat_closed(name, deadline_now_ms());
}

static bool
is_closed(const struct lanes_out *out)
{
	return atomic_load_explicit(&out->name, memory_order_relaxed) !=
	    MACH_PORT_NULL &&
	    atomic_load_explicit(
	        &out->lane.board->state, memory_order_acquire) == LANE_CLOSED;
}

void
lanes_gone_all_out(void)
{
	struct lanes_out *out;
	uint32_t at = 0;

	while ((out = lanes_out_next(&at)) != NULL) {
		if (!lanes_lock_take(&out->lock))
			continue;
		if (is_closed(out))
			lanes_gone_out(out);
		lanes_lock_give(&out->lock);
	}
}

void
lanes_gone_unmap_in(struct lanes_in *in)
{
	lanes_view_unmap(&in->view);
	lane_memory_unmap(in->lane.mine, lane_receiver_bytes(&in->lane.sizes));
	in->lane = (struct lane_in){0};
}

/* A token is what A says it is: so the kernel may have made a right of one whose request never
 * came. Who has issued it is told that nobody will answer. */
static void
release_untold(const struct lanes_in *in)
{
	for (uint32_t i = 0; i < in->lane.sizes.slots; i++) {
		const uint32_t kslot = atomic_load_explicit(
		    &in->lane.board->kslot[i], memory_order_acquire);
		kern_return_t kr;

		if ((kslot & 3) != LANE_KSLOT_RIGHT ||
		    kslot >> 2 == in->told[i])
			continue;
		kr = CALL(PORT_DEALLOCATE, NULL, mach_task_self(),
		    in->names[i] | lane_name_generation(kslot >> 2));
		(void)kr; /* somebody else may have had it meanwhile */
	}
}

/* False: not now, this is a handler in the middle of something with it. */
static bool
let_go_in(struct lanes_in *in)
{
	bool gone;

	if (!lanes_lock_take(&in->slot_lock))
		return false;
	gone = lanes_in_unlist(in);
	if (gone) {
		release_untold(in);
		lanes_gone_unmap_in(in);
		(void)lanes_tell(WIRE_LANE_FORGET,
		    atomic_load_explicit(&in->id, memory_order_relaxed));
		lanes_in_free(in);
	}
	lanes_lock_give(&in->slot_lock);
	return gone;
}

void
lanes_gone_in(void)
{
	struct lanes_in *in = lanes_port_take_gone();

	while (in) {
		struct lanes_in *next = in->next;

		if (!let_go_in(in))
			lanes_port_put_gone(in);
		in = next;
	}
}
