/*
 * close 2-4 of lane.pml, and the looking of resolve.
 *
 * Two tasks write here while the kernel reads, and either may lie. Each word is loaded once;
 * what was copied is checked, and then only the copy is used.
 */
#include "lane_drain.h"

#include <string.h>

/* What was copied is what is looked at from here on: nothing is loaded again. */
static void
settle_copy(void)
{
	__asm__ volatile("" ::: "memory");
}

/* What does not fit before the ring's end goes on at its begin. */
void
lane_drain_copy(
    const struct lane_view *view, uint32_t position, void *to, uint32_t bytes)
{
	const uint32_t at = position & (view->sizes.ring_bytes - 1);
	const uint32_t before = view->sizes.ring_bytes - at;
	const uint32_t first = bytes < before ? bytes : before;

	memcpy(to, view->sender->ring + at, first);
	memcpy((uint8_t *)to + first, view->sender->ring, bytes - first);
	settle_copy();
}

/* lane.pml: close 2. What nobody can have written and read so counts as all taken: the
 * tokens of A are as they are, whatever B says of its head. */
struct lane_cut
lane_drain_cut(const struct lane_view *view)
{
	/* Pairs with take 4 and publish 4, in this order: what counts as consumed
	 * must count as sent. */
	const uint64_t head =
	    atomic_load_explicit(&view->receiver->head, memory_order_acquire);
	const uint64_t end =
	    atomic_load_explicit(&view->sender->tail, memory_order_acquire);
	const uint32_t used = lane_position(end) - lane_position(head);
	const bool possible =
	    used <= view->sizes.ring_bytes && used % LANE_ALIGN == 0;

	return (struct lane_cut){
	    .from = possible ? head : end,
	    .end = end,
	    .taken = lane_count(head),
	    .unseen = view->sizes.ring_bytes / LANE_ALIGN,
	};
}

struct lane_cut
lane_drain_last_cut(const struct lane_view *view)
{
	struct lane_cut cut = lane_drain_cut(view);

	cut.unseen = 1;
	return cut;
}

/*
 * Is record @number one of the next @count after @last? A token may be held while any number
 * of others go by, so being before is not asked.
 */
static bool
is_within(uint32_t number, uint32_t last, uint32_t count)
{
	return number - (last + 1) < count;
}

enum lane_token
lane_drain_token(const struct lane_view *view, const struct lane_cut *cut,
    uint32_t slot, uint32_t *generation_out, uint32_t *port_out)
{
	const struct lane_request_slot *request = &view->sender->slot[slot];
	const struct lane_reply_slot *reply =
	    lane_reply_slot(view->receiver, &view->sizes, slot);
	const uint32_t from = lane_count(cut->from);
	const uint32_t end = lane_count(cut->end);
	/* Pairs with reply 1; then with publish 2 and accept 3. */
	const uint32_t replied =
	    atomic_load_explicit(&reply->word, memory_order_acquire);
	const uint32_t issued =
	    atomic_load_explicit(&request->word, memory_order_acquire);
	const uint32_t number =
	    atomic_load_explicit(&request->number, memory_order_acquire);
	const uint32_t port =
	    atomic_load_explicit(&request->port, memory_order_acquire);
	const uint32_t generation = issued >> 2;

	if (issued != lane_word(generation, LANE_SLOT_ISSUED) ||
	    generation == 0 || generation > LANE_GENERATION_MAX)
		return LANE_TOKEN_NONE;
	if (is_within(number, end, cut->unseen))
		return LANE_TOKEN_NONE;
	*generation_out = generation;
	*port_out = port;
	if (replied == lane_word(generation, LANE_REPLIED))
		return LANE_TOKEN_REPLIED;
	return is_within(number, from, end - from) ? LANE_TOKEN_WAITING
	                                           : LANE_TOKEN_HELD;
}

bool
lane_drain_live(
    const struct lane_view *view, uint32_t slot, uint32_t generation)
{
	const struct lane_reply_slot *reply =
	    lane_reply_slot(view->receiver, &view->sizes, slot);
	const uint32_t issued = atomic_load_explicit(
	    &view->sender->slot[slot].word, memory_order_acquire);
	const uint32_t replied =
	    atomic_load_explicit(&reply->word, memory_order_acquire);

	return issued == lane_word(generation, LANE_SLOT_ISSUED) &&
	    replied != lane_word(generation, LANE_REPLIED);
}

uint32_t
lane_drain_held(const struct lane_view *view, uint32_t slot)
{
	const struct lane_reply_slot *reply =
	    lane_reply_slot(view->receiver, &view->sizes, slot);
	/* Pairs with take 7: either the kernel sees it, or B sees that the lane closes. */
	const uint32_t held = atomic_load_explicit(
	    &view->receiver->held[slot], memory_order_acquire);
	const uint32_t replied =
	    atomic_load_explicit(&reply->word, memory_order_acquire);

	return replied == lane_word(held, LANE_REPLIED) ? 0 : held;
}

/* Can this be a body, and regions, of such a kind? */
static bool
check_contents(const struct lane_record *record, uint32_t ring_bytes)
{
	const uint32_t room = record->bytes - (uint32_t)sizeof(*record);

	switch (record->kind) {
	case LANE_KIND_MESSAGE:
		return record->body <= lane_plain_max(ring_bytes) &&
		    record->body <= room;
	case LANE_KIND_REGIONS:
		return lane_regions_fit(
		           ring_bytes, record->body, record->regions) &&
		    lane_regions_at(record->body) + record->regions <= room;
	default:
		return false;
	}
}

/* As take 2. */
static bool
check_record(const struct lane_record *record, const struct lane_sizes *sizes,
    uint32_t used)
{
	if (record->bytes < sizeof(*record) || record->bytes > used ||
	    record->bytes % LANE_ALIGN != 0)
		return false;
	if (record->body % 4 != 0 || !check_contents(record, sizes->ring_bytes))
		return false;
	return record->token == 0 || (record->token & 0xF) < sizes->slots;
}

bool
lane_drain_header(const struct lane_view *view, const struct lane_cut *cut,
    uint32_t position, struct lane_record *record_out)
{
	const uint32_t used = lane_position(cut->end) - position;

	if (used < sizeof(*record_out))
		return false;
	lane_drain_copy(view, position, record_out, sizeof(*record_out));
	return check_record(record_out, &view->sizes, used);
}

/* As lane_in_ticket(): 0 is no ticket. */
static uint64_t
ticket_of(uint64_t ticket)
{
	return ticket != 0 ? ticket : 1;
}

uint64_t
lane_drain_first(const struct lane_view *view)
{
	const lane_mark_t *head = &view->receiver->head;
	const uint64_t from = atomic_load_explicit(head, memory_order_acquire);
	/* Pairs with publish 4. */
	const uint64_t end =
	    atomic_load_explicit(&view->sender->tail, memory_order_acquire);
	const uint32_t used = lane_position(end) - lane_position(from);
	uint64_t ticket;

	if (used == 0)
		return 0;
	if (used > view->sizes.ring_bytes || used < sizeof(struct lane_record))
		return 1;
	lane_drain_copy(view,
	    lane_position(from) +
	        (uint32_t)offsetof(struct lane_record, ticket),
	    &ticket, sizeof(ticket));
	/* What B has taken by now, A may have written over: pairs with take 4. */
	lane_fence();
	if (atomic_load_explicit(head, memory_order_relaxed) != from)
		return 1;
	return ticket_of(ticket);
}

uint64_t
lane_drain_first_reply(const struct lane_view *view, uint32_t slot,
    uint32_t *generation_out, uint32_t *port_out)
{
	const struct lane_request_slot *request = &view->sender->slot[slot];
	const struct lane_reply_slot *reply =
	    lane_reply_slot(view->receiver, &view->sizes, slot);
	/* First what is in few cache lines for all slots. Who has replied has seen it there. */
	const uint32_t issued =
	    atomic_load_explicit(&request->word, memory_order_acquire);
	const uint32_t generation = issued >> 2;
	uint64_t ticket;

	/* Pairs with reply 1. */
	if (issued != lane_word(generation, LANE_SLOT_ISSUED) ||
	    atomic_load_explicit(&reply->word, memory_order_acquire) !=
	        lane_word(generation, LANE_REPLIED))
		return 0;
	memcpy(&ticket, &reply->ticket, sizeof(ticket));
	settle_copy();
	*generation_out = generation;
	*port_out = atomic_load_explicit(&request->port, memory_order_relaxed);
	return ticket_of(ticket);
}

bool
lane_drain_peek(const struct lane_view *view, const struct lane_cut *cut,
    uint32_t *position, struct lane_record *record_out)
{
	const uint32_t start = *position;
	uint64_t head;

	if (!lane_drain_header(view, cut, start, record_out))
		return false;
	/* What B has taken since, A may have written over before it was read. */
	lane_fence();
	head =
	    atomic_load_explicit(&view->receiver->head, memory_order_acquire);
	*position += record_out->bytes;
	return (int32_t)(lane_position(head) - start) <= 0;
}

bool
lane_drain_reply_port(
    const struct lane_view *view, uint32_t token, uint32_t *port_out)
{
	const struct lane_request_slot *slot =
	    &view->sender->slot[token & (LANE_SLOTS_MAX - 1)];
	/* Pairs with publish 2. */
	const uint32_t word =
	    atomic_load_explicit(&slot->word, memory_order_acquire);

	*port_out = atomic_load_explicit(&slot->port, memory_order_relaxed);
	return token != 0 && word == lane_word(token >> 4, LANE_SLOT_ISSUED);
}

bool
lane_drain_reply(const struct lane_view *view, uint32_t slot,
    uint32_t generation, struct lane_reply_slot *reply_out, void *body_out)
{
	const struct lane_reply_slot *reply =
	    lane_reply_slot(view->receiver, &view->sizes, slot);

	/* Pairs with reply 1. */
	if (atomic_load_explicit(&reply->word, memory_order_acquire) !=
	    lane_word(generation, LANE_REPLIED))
		return false;
	memcpy(reply_out, reply, sizeof(*reply_out));
	settle_copy();
	if (reply_out->bytes > view->sizes.slot_bytes - sizeof(*reply) ||
	    reply_out->bytes % 4 != 0)
		return false;
	memcpy(body_out, reply->body, reply_out->bytes);
	settle_copy();
	return true;
}

/* A writes what the count of a port is with a reply that it takes along with DONE, and in
 * accepted[] only when it knows that the reply is its own: by one more, or it has. */
uint32_t
lane_drain_accepted(const struct lane_view *view, uint32_t port)
{
	uint32_t accepted = atomic_load_explicit(
	    &view->sender->accepted[port], memory_order_acquire);

	for (uint32_t i = 0; i < view->sizes.slots; i++) {
		const struct lane_request_slot *slot = &view->sender->slot[i];
		/* Pairs with accept 3. */
		const uint32_t word =
		    atomic_load_explicit(&slot->word, memory_order_acquire);

		if ((word & 3) == LANE_SLOT_DONE &&
		    atomic_load_explicit(&slot->port, memory_order_relaxed) ==
		        port &&
		    atomic_load_explicit(
		        &slot->accepted, memory_order_relaxed) == accepted + 1)
			return accepted + 1;
	}
	return accepted;
}

uint32_t
lane_drain_depth(const struct lane_view *view, uint32_t limit)
{
	/* In this order: else there may be fewer than none. */
	const uint64_t head =
	    atomic_load_explicit(&view->receiver->head, memory_order_acquire);
	const uint64_t tail =
	    atomic_load_explicit(&view->sender->tail, memory_order_acquire);
	const uint32_t depth = lane_count(tail) - lane_count(head);

	return depth < limit ? depth : limit;
}

static bool
sleeps(const _Atomic uint32_t *wait)
{
	return atomic_load_explicit(wait, memory_order_relaxed) == LANE_FUTEX;
}

bool
lane_drain_sleeps_for_message(const struct lane_view *view)
{
	return sleeps(&view->receiver->wait);
}

bool
lane_drain_sleeps_for_room(const struct lane_view *view)
{
	return atomic_load_explicit(
	           &view->sender->space_wait, memory_order_relaxed) != LANE_RUN;
}

bool
lane_drain_sleeps_for_reply(const struct lane_view *view, uint32_t port)
{
	for (uint32_t i = 0; i < view->sizes.slots; i++) {
		const struct lane_request_slot *slot = &view->sender->slot[i];
		/* Pairs with publish 2. */
		const uint32_t word =
		    atomic_load_explicit(&slot->word, memory_order_acquire);

		if ((word & 3) == LANE_SLOT_ISSUED &&
		    atomic_load_explicit(&slot->port, memory_order_relaxed) ==
		        port &&
		    sleeps(&view->sender->slot_wait[i]))
			return true;
	}
	return false;
}
