/*
 * Those who read memory that another task writes: the kernel, when it closes a lane; the one
 * who receives, and the one who waits for replies.
 *
 * An input is, in a row, as much as there is of: 4 bytes, how many slots there are and how
 * many messages the lane may hold; B's head and 8 bytes more; A's tail; A's slots; the heads
 * of B's; and the ring.
 */
#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "lane_drain.h"
#include "lane_receive.h"
#include "lane_reply.h"

#define RING LANE_RING_MIN
#define PLACES_MOST 8

/* Of each lane that is tried. */
static struct {
	_Alignas(4096) uint8_t sender[sizeof(struct lane_sender) + RING];
	_Alignas(4096) uint8_t receiver[sizeof(struct lane_receiver) +
	    LANE_SLOTS_MAX * LANE_SLOT_BYTES_MIN];
	uint8_t body[RING];
} memory;
static struct lane_board_lane board;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

struct input {
	const uint8_t *bytes;
	size_t count;
};

static void
take_bytes(struct input *input, void *to, size_t count)
{
	const size_t some = count < input->count ? count : input->count;

	memcpy(to, input->bytes, some);
	input->bytes += some;
	input->count -= some;
}

/* The kernel: nothing is read beyond what there is, and no more comes out than went in. */
static void
drain(const struct lane_view *view)
{
	const struct lane_cut cut = lane_drain_cut(view);
	uint32_t position = lane_position(cut.from);
	uint32_t generation;
	uint32_t port;
	uint32_t bytes = 0;
	struct lane_reply_slot reply;
	struct lane_record record;

	for (uint32_t i = 0; i < view->sizes.slots; i++) {
		if (lane_drain_token(view, &cut, i, &generation, &port) !=
		    LANE_TOKEN_NONE)
			mp_assert(generation != 0 &&
			    generation <= LANE_GENERATION_MAX);
		generation = view->sender->slot[i].word >> 2;
		if (lane_drain_reply(view, i, generation, &reply, memory.body))
			mp_assert(reply.bytes <=
			    view->sizes.slot_bytes - sizeof(reply));
		(void)lane_drain_live(view, i, generation);
	}
	while (lane_drain_header(view, &cut, position, &record)) {
		mp_assert(lane_drain_body_bytes(&record) <=
		    lane_body_max(view->sizes.ring_bytes));
		lane_drain_copy(view, position + (uint32_t)sizeof(record),
		    memory.body, lane_drain_body_bytes(&record));
		position += record.bytes;
		bytes += record.bytes;
	}
	mp_assert(bytes <= view->sizes.ring_bytes);
	mp_assert(lane_drain_depth(view, 5) <= 5);
	(void)lane_drain_accepted(view, 0);
}

/* Of regions B believes that they have the sizes that the body begins with, and if they
 * cannot be those, that there is one. */
static enum lane_took
take_regions(struct lane_in *in, const struct lane_record *record)
{
	const uint32_t count = record->body / sizeof(uint32_t) % PLACES_MOST;
	struct lane_place places[PLACES_MOST];
	struct lane_wake wake;
	uint32_t sizes[PLACES_MOST] = {0};
	enum lane_took took;

	lane_copy_body(in, record, memory.body);
	memcpy(sizes, memory.body, count * sizeof(*sizes));
	for (uint32_t i = 0; i < count; i++)
		places[i] = (struct lane_place){memory.body, sizes[i]};
	took = lane_take_regions(in, record, places, count, &wake);
	if (took != LANE_TAKE_BROKEN)
		return took;
	places[0] = (struct lane_place){memory.body, record->regions};
	took = lane_take_regions(in, record, places, 1, &wake);
	mp_assert(took == LANE_TOOK);
	return took;
}

static enum lane_took
take(struct lane_in *in, struct lane_record *record_out)
{
	struct lane_wake wake;
	const enum lane_took took =
	    lane_take(in, memory.body, 4096, false, record_out, &wake);

	return took == LANE_TAKE_REGIONS ? take_regions(in, record_out) : took;
}

/* B, whose head is its own. */
static void
receive(const struct lane_sizes *sizes)
{
	struct lane_record record;
	struct lane_in in;
	uint32_t bytes = 0;

	lane_in_init(&in, (const struct lane_sender *)(void *)memory.sender,
	    (struct lane_receiver *)(void *)memory.receiver, &board, sizes);
	in.head &= ~(uint64_t)(LANE_ALIGN - 1);
	(void)lane_in_ticket(&in);
	while (take(&in, &record) == LANE_TOOK)
		bytes += record.bytes;
	mp_assert(bytes <= sizes->ring_bytes);
}

/* A, which has issued all tokens, of generation 1. */
static void
accept_replies(const struct lane_sizes *sizes)
{
	struct lane_answer answer;
	struct lane_out out;

	lane_out_init(&out, (struct lane_sender *)(void *)memory.sender,
	    (const struct lane_receiver *)(void *)memory.receiver, &board,
	    sizes, LANE_CLOCK_MONOTONIC);
	for (uint32_t i = 0; i < sizes->slots; i++) {
		out.issued |= 1u << i;
		out.generation[i] = 1;
		(void)lane_reply_ticket(&out, i);
		if (lane_accept(&out, i, memory.body, 512, true, &answer) ==
		    LANE_ACCEPTED)
			mp_assert(answer.body_bytes <=
			    sizes->slot_bytes - sizeof(struct lane_reply_slot));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct input input = {.bytes = bytes, .count = count};
	uint8_t choices[4] = {0};
	struct lane_sizes sizes = {.ring_bytes = RING};
	struct lane_view view;

	take_bytes(&input, choices, sizeof(choices));
	sizes.slots = choices[0] % (LANE_SLOTS_MAX + 1);
	sizes.slot_bytes = sizes.slots ? LANE_SLOT_BYTES_MIN : 0;
	memset(&memory, 0, sizeof(memory));
	board.state = LANE_OPEN;
	board.limit = choices[1];
	take_bytes(&input, memory.receiver, 16); /* its mark */
	take_bytes(&input, memory.sender, 8);
	take_bytes(&input, memory.sender + offsetof(struct lane_sender, slot),
	    sizes.slots * sizeof(struct lane_request_slot));
	for (uint32_t i = 0; i < sizes.slots; i++)
		take_bytes(&input,
		    memory.receiver + sizeof(struct lane_receiver) +
		        (size_t)i * sizes.slot_bytes,
		    sizeof(struct lane_reply_slot));
	take_bytes(&input, memory.sender + sizeof(struct lane_sender), RING);
	view = (struct lane_view){
	    .sender = (const struct lane_sender *)(void *)memory.sender,
	    .receiver = (const struct lane_receiver *)(void *)memory.receiver,
	    .sizes = sizes,
	};
	drain(&view);
	receive(&sizes);
	accept_replies(&sizes);
	return 0;
}
