/* Tokens become rights, and their names are free again: resolve 1-4 of lane.pml. */
#include "ipc_token.h"

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_origin.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"

static void
push_notice(struct ipc_lane *lane, struct ipc_kmsg *notice)
{
	notice->next = lane->notices;
	lane->notices = notice;
}

static struct ipc_kmsg *
pop_notice(struct ipc_lane *lane)
{
	struct ipc_kmsg *notice = lane->notices;

	if (notice) {
		lane->notices = notice->next;
		notice->next = NULL;
	}
	return notice;
}

void
ipc_token_release_notices(struct ipc_lane *lane)
{
	while (lane->notices)
		ipc_kmsg_free(pop_notice(lane));
}

bool
ipc_token_prepare(struct ipc_lane *lane)
{
	for (uint32_t i = 0; i < lane->view.sizes.slots; i++) {
		struct ipc_kmsg *notice = ipc_port_new_notice(lane->account);

		if (!notice) {
			ipc_token_release_notices(lane);
			return false;
		}
		push_notice(lane, notice);
	}
	return true;
}

/* The name of the last token there was in @slot has this low byte. */
static uint8_t
last_generation(const struct ipc_lane *lane, uint32_t slot)
{
	return lane_name_generation(
	    atomic_load_explicit(
	        &lane->view.sender->slot[slot].word, memory_order_relaxed) >>
	    2);
}

static void
release_some(struct ipc_lane *lane, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		ipc_space_unreserve(
		    lane->to, lane->tokens[i], last_generation(lane, i));
}

bool
ipc_token_reserve(struct ipc_lane *lane)
{
	for (uint32_t i = 0; i < lane->view.sizes.slots; i++)
		if (!ipc_space_reserve(lane->to, lane, &lane->tokens[i])) {
			release_some(lane, i);
			return false;
		}
	return true;
}

void
ipc_token_release_names(struct ipc_lane *lane)
{
	release_some(lane, lane->view.sizes.slots);
}

struct ipc_port *
ipc_token_right(struct ipc_lane *lane, uint32_t index)
{
	struct ipc_port *port = ipc_board_port(lane->from->board, index);
	struct ipc_kmsg *notice;

	if (!port)
		return NULL;
	notice = pop_notice(lane);
	if (!notice)
		return NULL;
	ipc_port_add_notice(port, notice);
	ipc_port_make_send_once(port);
	return port;
}

/* Into B's space; the slot is reserved. */
static void
enter(struct ipc_lane *lane, uint32_t slot, uint32_t generation,
    struct ipc_port *port)
{
	const struct ipc_origin origin =
	    ipc_origin_new(IPC_ORIGIN_REPLY, lane->from);

	ipc_space_enter_token(lane->to, lane->tokens[slot],
	    lane_name_generation(generation), port, &origin);
}

void
ipc_token_enter(struct ipc_lane *lane, uint32_t slot, uint32_t generation,
    struct ipc_port *port)
{
	if (ipc_space_is_reserved(lane->to, lane->tokens[slot]))
		enter(lane, slot, generation, port);
	else /* A has issued what was not freed */
		ipc_port_release_send_once(port);
}

void
ipc_token_tell_sender(const struct ipc_lane *lane, uint32_t slot,
    uint32_t generation, enum lane_kslot_state state)
{
	/* Pairs with accept 4. */
	atomic_store_explicit(&ipc_lane_from_entry(lane)->kslot[slot],
	    lane_word(generation, state), memory_order_release);
}

bool
ipc_token_is_late(
    const struct ipc_lane *lane, uint32_t slot, uint32_t generation)
{
	const uint32_t held = lane_drain_held(&lane->view, slot);

	return held != 0 && held != generation && held != lane->resolved[slot];
}

void
ipc_token_bury(struct ipc_lane *lane)
{
	const struct ipc_origin origin =
	    ipc_origin_new(IPC_ORIGIN_REPLY, lane->from);

	for (uint32_t i = 0; i < lane->view.sizes.slots; i++) {
		const uint32_t held = lane_drain_held(&lane->view, i);

		if (held == 0 || held == lane->resolved[i] ||
		    !ipc_space_is_reserved(lane->to, lane->tokens[i]))
			continue;
		/* Were the name free, another right could have it next. */
		ipc_space_enter_dead(lane->to, lane->tokens[i],
		    lane_name_generation(held), &origin);
		ipc_token_tell(lane, i, held, LANE_KSLOT_RIGHT);
	}
}

void
ipc_token_tell(const struct ipc_lane *lane, uint32_t slot, uint32_t generation,
    enum lane_kslot_state state)
{
	/* Pairs with reply 2. */
	atomic_store_explicit(&ipc_lane_to_entry(lane)->kslot[slot],
	    lane_word(generation, state), memory_order_release);
	ipc_token_tell_sender(lane, slot, generation, state);
}

uint32_t
ipc_token_count(const struct ipc_lane *lane, uint32_t index)
{
	const struct lane_cut cut = lane_drain_cut(&lane->view);
	uint32_t count = 0;

	for (uint32_t i = 0; i < lane->view.sizes.slots; i++) {
		uint32_t generation;
		uint32_t port;

		if (lane_drain_token(&lane->view, &cut, i, &generation,
		        &port) != LANE_TOKEN_NONE &&
		    generation != lane->resolved[i] && port == index)
			count++;
	}
	return count;
}

uint64_t
ipc_token_first(const struct ipc_lane *lane, uint32_t index)
{
	uint64_t first = 0;

	for (uint32_t i = 0; i < lane->view.sizes.slots; i++) {
		uint32_t generation;
		uint32_t port;
		const uint64_t ticket =
		    lane_drain_first_reply(&lane->view, i, &generation, &port);

		if (ticket != 0 && port == index &&
		    generation != lane->resolved[i] &&
		    (first == 0 || ticket < first))
			first = ticket;
	}
	return first;
}

/* Which slot of @lane has its name at @index? */
static uint32_t
slot_of(const struct ipc_lane *lane, uint32_t index)
{
	uint32_t slot = 0;

	while (lane->tokens[slot] != index)
		mp_assert(++slot < lane->view.sizes.slots);
	return slot;
}

/* Resolve the token of @slot if B holds it, and its name ends in @low. */
static bool
resolve(struct ipc_lane *lane, uint32_t slot, uint8_t low)
{
	const struct lane_cut cut = lane_drain_cut(&lane->view);
	uint32_t generation;
	struct ipc_port *port;
	uint32_t index;

	/* lane.pml: resolve 1 */
	if (lane_drain_token(&lane->view, &cut, slot, &generation, &index) !=
	        LANE_TOKEN_HELD ||
	    lane_name_generation(generation) != low ||
	    lane->resolved[slot] == generation ||
	    ipc_token_is_late(lane, slot, generation))
		return false;
	/* lane.pml: resolve 2. Pairs with reply 1 and accept 3. */
	ipc_token_tell(lane, slot, generation, LANE_KSLOT_RIGHT);
	lane_fence();
	/* lane.pml: resolve 3 */
	/* not reached: it was answered since resolve 1, by another CPU */
	if (!lane_drain_live(&lane->view, slot, generation)) {
		ipc_token_tell(lane, slot, 0, LANE_KSLOT_NONE);
		return false;
	}
	port = ipc_token_right(lane, index);
	if (!port) {
		ipc_token_tell(lane, slot, 0, LANE_KSLOT_NONE);
		return false;
	}
	lane->resolved[slot] = generation;
	enter(lane, slot, generation, port);
	return true;
}

bool
ipc_lane_resolve(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_lane *lane = entry->lane;

	mp_assert(lane->to == space && entry->type == MACH_PORT_TYPE_NONE);
	if (lane->state != IPC_LANE_OPEN)
		return false;
	return resolve(lane, slot_of(lane, name >> 8), name & 0xFF);
}

void
ipc_lane_resolve_all(struct ipc_space *space)
{
	LIST_FOREACH (node, &space->lanes_in) {
		struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, to_link);

		if (lane->state != IPC_LANE_OPEN)
			continue;
		for (uint32_t i = 0; i < lane->view.sizes.slots; i++)
			if (ipc_space_is_reserved(space, lane->tokens[i]))
				(void)resolve(
				    lane, i, last_generation(lane, i));
	}
}

void
ipc_lane_freed(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_lane *lane = entry->lane;
	const uint32_t slot = slot_of(lane, name >> 8);
	struct ipc_kmsg *notice;

	mp_assert(lane->to == space && lane->state == IPC_LANE_OPEN);
	/* lane.pml: resolve 4. Without memory, A has a slot less from now on. */
	notice = ipc_port_new_notice(lane->account);
	if (!notice)
		return;
	push_notice(lane, notice);
	ipc_token_tell(lane, slot, lane->resolved[slot], LANE_KSLOT_FREED);
}
