#include "lane_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct lane_board *fake_board;
struct message fake_message;

static void *
new_memory(size_t bytes)
{
	void *memory = aligned_alloc(4096, bytes);

	assert_non_null(memory);
	memset(memory, 0, bytes);
	return memory;
}

int
fake_board_setup(void **state)
{
	(void)state;
	fake_board = new_memory(sizeof(*fake_board));
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++)
		fake_board->port[i].bell = 1;
	lanes_port_begin(fake_board);
	memset(&fake_message, 0xee, sizeof(fake_message));
	return 0;
}

int
fake_board_teardown(void **state)
{
	(void)state;
	lanes_port_forget();
	free(fake_board);
	return 0;
}

struct lanes_port *
fake_post(mach_port_name_t name, uint32_t index, struct fake_in *fake,
    const struct wire_lane_set *sets, uint32_t set_count)
{
	bool added;

	fake_board->port[index].serial |= 1;
	for (uint32_t i = 0; i < set_count; i++)
		fake_board->port[sets[i].index].serial |= 1;
	added = lanes_lock_take(&lanes_post_lock);
	assert_true(added);
	added = lanes_port_add_in(name, index, 40, sets, set_count, &fake->in);
	lanes_lock_give(&lanes_post_lock);
	assert_true(added);
	return lanes_port_find(name);
}

struct fake_in *
fake_new_in(uint32_t number)
{
	const struct lane_sizes sizes = {RING, SLOTS, LANE_SLOT_BYTES_MIN};
	struct fake_in *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->sender = new_memory(lane_sender_bytes(&sizes));
	fake_board->lane[number].state = LANE_OPEN;
	fake_board->lane[number].limit = 5;
	fake->in.id = number;
	fake->in.sender = (struct wire_lane_identity){
	    .security = {number, 8},
	    .audit = {1, 2, 3, 4, 5, 6, 7, number},
	};
	for (uint32_t i = 0; i < SLOTS; i++)
		fake->in.names[i] = (0x40 + i) << 8;
	lane_in_init(&fake->in.lane, fake->sender,
	    new_memory(lane_receiver_bytes(&sizes)), &fake_board->lane[number],
	    &sizes);
	return fake;
}

void
fake_free_in(struct fake_in *fake)
{
	free(fake->in.lane.mine);
	free(fake->sender);
	free(fake);
}

void
fake_put(struct fake_in *fake, int32_t id, uint64_t ticket, uint32_t token,
    uint32_t body)
{
	const uint64_t tail = fake->sender->tail;
	const uint32_t at = lane_position(tail) % RING;
	const struct lane_record record = {
	    .bytes = lane_record_bytes(body, 0),
	    .kind = LANE_KIND_MESSAGE,
	    .ticket = ticket,
	    .token = token,
	    .body = body,
	    .id = id,
	};

	assert_true(at + record.bytes <= RING);
	memcpy(fake->sender->ring + at, &record, sizeof(record));
	memset(fake->sender->ring + at + sizeof(record), id, body);
	fake->sender->tail =
	    lane_mark(lane_position(tail) + record.bytes, lane_count(tail) + 1);
}

struct msg_call
fake_call_with(mach_msg_option_t option, uint32_t size)
{
	return (struct msg_call){
	    .option = MACH_RCV_MSG | option,
	    .receive = {&fake_message, size},
	};
}

enum lanes_taken
fake_take_with(struct lanes_port *port, mach_msg_option_t option, uint32_t size,
    mach_msg_return_t *mr_out)
{
	const struct msg_call call = fake_call_with(option, size);
	enum lanes_taken taken;
	bool locked = lanes_port_lock(port, port->name);

	assert_true(locked);
	taken = port->is_set ? lanes_take_of_set(port, &call, mr_out)
	                     : lanes_take(port, &call, mr_out);
	lanes_lock_give(&port->lock);
	return taken;
}

void
fake_expect_taken(struct lanes_port *port, mach_msg_option_t option, int32_t id)
{
	mach_msg_return_t mr = MACH_RCV_IN_PROGRESS;

	assert_int_equal(
	    fake_take_with(port, option, sizeof(fake_message), &mr),
	    LANES_TAKEN);
	assert_int_equal(mr, MACH_MSG_SUCCESS);
	assert_int_equal(fake_message.header.msgh_id, id);
}

void
fake_expect_nothing(struct lanes_port *port)
{
	mach_msg_return_t mr;

	assert_int_equal(
	    fake_take_with(port, 0, sizeof(fake_message), &mr), LANES_NOTHING);
}

struct fake_out *
fake_new_out(uint32_t number)
{
	const struct lane_sizes sizes = {RING, SLOTS, LANE_SLOT_BYTES_MIN};
	struct fake_out *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->receiver = new_memory(lane_receiver_bytes(&sizes));
	fake_board->lane[number].state = LANE_OPEN;
	fake->out.id = number;
	fake->out.receiver.security[0] = 77;
	lane_out_init(&fake->out.lane, new_memory(lane_sender_bytes(&sizes)),
	    fake->receiver, &fake_board->lane[number], &sizes,
	    LANE_CLOCK_MONOTONIC);
	return fake;
}

void
fake_free_out(struct fake_out *fake)
{
	free(fake->out.lane.mine);
	free(fake->receiver);
	free(fake);
}

void
fake_issue(struct fake_out *fake, uint32_t slot, uint32_t generation)
{
	fake->out.lane.generation[slot] = generation;
	fake->out.lane.port[slot] = PORT_INDEX;
	fake->out.lane.issued |= 1u << slot;
}

void
fake_answer(struct fake_out *fake, uint32_t slot, uint64_t ticket, int32_t id,
    uint32_t bytes)
{
	struct lane_reply_slot *reply =
	    lane_reply_slot(fake->receiver, &fake->out.lane.sizes, slot);

	reply->bytes = bytes;
	reply->ticket = ticket;
	reply->id = id;
	reply->word = lane_word(fake->out.lane.generation[slot], LANE_REPLIED);
}

struct lanes_port *
fake_post_for_replies(struct fake_in *in, struct fake_out *out)
{
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	bool added =
	    lanes_port_add_out(PORT_INDEX, PORT, &out->out, out->out.id);

	assert_true(added);
	return port;
}
