/* The lanes of this process, by name and by number. */
#include "lanes_table.h"

#include <string.h>

#include "lanes_child.h"
#include "lanes_port.h"

static struct lanes_lock table_lock; /* for changing the maps */

struct lanes_out lanes_outs[LANES_OUT_MAX];
struct lanes_in lanes_ins[LANES_IN_MAX];

_Atomic uint64_t lanes_out_cells[2 * LANES_OUT_MAX];
_Atomic uint64_t lanes_token_cells[2 * LANES_IN_MAX * LANE_SLOTS_MAX];

struct lanes_out *
lanes_out_next(uint32_t *at)
{
	while (*at < LANES_OUT_MAX) {
		struct lanes_out *out = &lanes_outs[(*at)++];

		if (atomic_load_explicit(&out->id, memory_order_acquire) !=
		    LANES_NO_ID)
			return out;
	}
	return NULL;
}

struct lanes_out *
lanes_out_take(void)
{
	/* Pairs with lanes_out_free(), of another thread. */
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		if (atomic_load_explicit(
		        &lanes_outs[i].id, memory_order_acquire) == LANES_NO_ID)
			return &lanes_outs[i];
	return NULL;
}

struct lanes_in *
lanes_in_take(void)
{
	/* Pairs with lanes_in_free(), of another thread. */
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (atomic_load_explicit(&lanes_ins[i].id,
		        memory_order_acquire) == LANES_NO_ID &&
		    !lanes_lock_is_lost(&lanes_ins[i].slot_lock))
			return &lanes_ins[i];
	return NULL;
}

bool
lanes_in_fits(const struct lane_sizes *sizes)
{
	size_t bytes = lane_receiver_bytes(sizes);

	if (bytes <= LANES_IN_BYTES_USUAL)
		return true;
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (atomic_load_explicit(
		        &lanes_ins[i].id, memory_order_relaxed) != LANES_NO_ID)
			bytes += lane_receiver_bytes(&lanes_ins[i].lane.sizes);
	return bytes <= LANES_IN_BYTES_MOST;
}

void
lanes_out_reserve(struct lanes_out *out, uint32_t id)
{
	atomic_store_explicit(&out->id, id, memory_order_release);
}

bool
lanes_out_list(struct lanes_out *out, mach_port_name_t name)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	atomic_store_explicit(&out->name, name, memory_order_release);
	lanes_map_set(&lanes_by_name, name, (uint32_t)(out - lanes_outs));
	lanes_lock_give(&table_lock);
	return true;
}

static uint32_t
place_of(const struct lanes_in *in, uint32_t slot)
{
	return (uint32_t)(in - lanes_ins) * LANE_SLOTS_MAX + slot;
}

bool
lanes_in_list(struct lanes_in *in, uint32_t id)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	atomic_store_explicit(&in->id, id, memory_order_release);
	for (uint32_t i = 0; i < in->lane.sizes.slots; i++)
		lanes_map_set(&lanes_by_token, lanes_token_key(in->names[i]),
		    place_of(in, i));
	lanes_lock_give(&table_lock);
	return true;
}

bool
lanes_out_unlist(struct lanes_out *out)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	lanes_map_clear(
	    &lanes_by_name, out->name, (uint32_t)(out - lanes_outs));
	atomic_store_explicit(&out->name, MACH_PORT_NULL, memory_order_release);
	lanes_lock_give(&table_lock);
	return true;
}

bool
lanes_in_unlist(struct lanes_in *in)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	for (uint32_t i = 0; i < in->lane.sizes.slots; i++)
		lanes_map_clear(&lanes_by_token, lanes_token_key(in->names[i]),
		    place_of(in, i));
	lanes_lock_give(&table_lock);
	return true;
}

void
lanes_out_free(struct lanes_out *out)
{
	atomic_store_explicit(&out->id, LANES_NO_ID, memory_order_release);
}

void
lanes_in_free(struct lanes_in *in)
{
	atomic_store_explicit(&in->id, LANES_NO_ID, memory_order_release);
}

static void
forget_out(struct lanes_out *out)
{
	const uint32_t gone =
	    lanes_out_gone(out) + 1; /* for who waits for room */
	struct lanes_view view;

	(void)lanes_out_unlist(out);
	lanes_view_inherit(&out->view);
	if (lanes_lock_inherit(&out->lock)) {
		lanes_child_keep_out(out);
		return;
	}
	view = out->view;
	memset(out, 0, sizeof(*out));
	out->view = view;
	out->gone = gone;
}

static void
forget_in(struct lanes_in *in)
{
	struct lanes_view view;

	(void)lanes_in_unlist(in);
	lanes_view_inherit(&in->view);
	if (lanes_lock_inherit(&in->slot_lock) ||
	    (in->port && lanes_lock_is_own(&in->port->lock))) {
		lanes_child_keep_in(in);
		return;
	}
	view = in->view;
	memset(in, 0, sizeof(*in));
	in->view = view;
}

/* Not more is written than was: a child that uses no lanes copies no pages. */
void
lanes_table_forget(void)
{
	(void)lanes_lock_inherit(&table_lock);
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		if (lanes_outs[i].id != LANES_NO_ID ||
		    lanes_outs[i].lock.word != 0 || lanes_outs[i].view.place)
			forget_out(&lanes_outs[i]);
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (lanes_ins[i].id != LANES_NO_ID ||
		    lanes_ins[i].slot_lock.word != 0 || lanes_ins[i].view.place)
			forget_in(&lanes_ins[i]);
}
