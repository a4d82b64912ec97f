/* What a receive makes of lanes: fake ones, on a fake board, without a kernel. */
#include "lanes_take.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "lanes_need.h"
#include "lanes_open.h"
#include "lanes_sleep.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define RING LANE_RING_MIN
#define SLOTS 4u

#define PORT 0x103u
#define PORT_INDEX 3u
#define SET 0x207u
#define SET_INDEX 9u

/* What the test writes as the kernel. */
static struct lane_board *board;

/* A lane to a port of ours, of which the test is the sender, too. */
struct fake_in {
	struct lane_sender *sender;
	struct lanes_in in;
};

/* A lane of ours, of which the test is the receiver, too. */
struct fake_out {
	struct lane_receiver *receiver;
	struct lanes_out out;
};

struct message {
	mach_msg_header_t header;
	uint8_t body[RING];
	mach_msg_max_trailer_t room;
};

static struct message message;

static void *
new_memory(size_t bytes)
{
	void *memory = aligned_alloc(4096, bytes);

	assert_non_null(memory);
	memset(memory, 0, bytes);
	return memory;
}

static int
board_setup(void **state)
{
	(void)state;
	board = new_memory(sizeof(*board));
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++)
		board->port[i].bell = 1;
	lanes_port_begin(board);
	memset(&message, 0xee, sizeof(message));
	return 0;
}

static int
board_teardown(void **state)
{
	(void)state;
	lanes_port_forget();
	free(board);
	return 0;
}

static struct lanes_port *
post(mach_port_name_t name, uint32_t index, struct fake_in *fake,
    const struct wire_lane_set *sets, uint32_t set_count)
{
	bool added;

	board->port[index].serial |= 1;
	for (uint32_t i = 0; i < set_count; i++)
		board->port[sets[i].index].serial |= 1;
	added = lanes_lock_take(&lanes_post_lock);
	assert_true(added);
	added = lanes_port_add_in(name, index, 40, sets, set_count, &fake->in);
	lanes_lock_give(&lanes_post_lock);
	assert_true(added);
	return lanes_port_find(name);
}

/* A lane with board index and id @number. */
static struct fake_in *
new_in(uint32_t number)
{
	const struct lane_sizes sizes = {RING, SLOTS, LANE_SLOT_BYTES_MIN};
	struct fake_in *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->sender = new_memory(lane_sender_bytes(&sizes));
	board->lane[number].state = LANE_OPEN;
	board->lane[number].limit = 5;
	fake->in.id = number;
	fake->in.sender = (struct wire_lane_identity){
	    .security = {number, 8},
	    .audit = {1, 2, 3, 4, 5, 6, 7, number},
	};
	for (uint32_t i = 0; i < SLOTS; i++)
		fake->in.names[i] = (0x40 + i) << 8;
	lane_in_init(&fake->in.lane, fake->sender,
	    new_memory(lane_receiver_bytes(&sizes)), &board->lane[number],
	    &sizes);
	return fake;
}

static void
free_in(struct fake_in *fake)
{
	free(fake->in.lane.mine);
	free(fake->sender);
	free(fake);
}

static void
put(struct fake_in *fake, int32_t id, uint64_t ticket, uint32_t token,
    uint32_t body)
{
	const uint64_t tail = fake->sender->tail;
	const uint32_t at = lane_position(tail) % RING;
	const struct lane_record record = {
	    .bytes = lane_record_bytes(body),
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

static struct msg_call
call_with(mach_msg_option_t option, uint32_t size)
{
	return (struct msg_call){
	    .option = MACH_RCV_MSG | option,
	    .receive = {&message, size},
	};
}

/* Take from @port; the result in *@mr_out. */
static enum lanes_taken
take_with(struct lanes_port *port, mach_msg_option_t option, uint32_t size,
    mach_msg_return_t *mr_out)
{
	const struct msg_call call = call_with(option, size);
	struct lanes_words words = {.known = false};
	enum lanes_taken taken;
	bool locked = lanes_port_lock(port, port->name);

	assert_true(locked);
	taken = port->is_set ? lanes_take_of_set(port, &call, mr_out, &words)
	                     : lanes_take(port, &call, mr_out, &words);
	lanes_lock_give(&port->lock);
	return taken;
}

static void
expect_taken(struct lanes_port *port, mach_msg_option_t option, int32_t id)
{
	mach_msg_return_t mr = MACH_RCV_IN_PROGRESS;

	assert_int_equal(
	    take_with(port, option, sizeof(message), &mr), LANES_TAKEN);
	assert_int_equal(mr, MACH_MSG_SUCCESS);
	assert_int_equal(message.header.msgh_id, id);
}

static void
expect_nothing(struct lanes_port *port)
{
	mach_msg_return_t mr;

	assert_int_equal(
	    take_with(port, 0, sizeof(message), &mr), LANES_NOTHING);
}

TEST(a_message_looks_as_one_that_came_by_a_trap)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 0, 8);
	expect_taken(port, 0, 7);
	assert_int_equal(message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND));
	assert_int_equal(message.header.msgh_size, 32);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(message.header.msgh_local_port, PORT);
	assert_int_equal(message.header.msgh_voucher_port, MACH_PORT_NULL);
	assert_int_equal(message.body[7], 7);
	expect_nothing(port);
	free_in(fake);
}

static const mach_msg_max_trailer_t *
trailer_after(uint32_t body)
{
	return (const void *)(message.body + body);
}

TEST(a_trailer_has_what_was_asked_for_and_no_byte_more)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	const mach_msg_max_trailer_t *trailer = trailer_after(4);

	board->port[PORT_INDEX].context = 0x1234567890;
	put(fake, 7, 100, 0, 4);
	expect_taken(port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV), 7);
	assert_int_equal(trailer->msgh_trailer_type, 0);
	assert_int_equal(trailer->msgh_trailer_size, 68);
	assert_int_equal(trailer->msgh_seqno, 40);
	assert_int_equal(trailer->msgh_sender.val[1], 8);
	assert_int_equal(trailer->msgh_audit.val[6], 7);
	assert_int_equal(trailer->msgh_context, 0x1234567890);
	assert_int_equal(trailer->msgh_labels.sender, MACH_PORT_NULL);
	put(fake, 8, 101, 0, 4);
	memset(&message, 0xee, sizeof(message));
	expect_taken(port, 0, 8);
	assert_int_equal(trailer->msgh_trailer_size, 8);
	assert_int_equal(message.body[4 + 8], 0xee);
	free_in(fake);
}

TEST(sequence_numbers_count_and_may_be_set)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	const mach_msg_option_t seqno =
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO);

	for (int32_t i = 0; i < 3; i++) {
		put(fake, i, 100, 0, 0);
		expect_taken(port, seqno, i);
		assert_int_equal(trailer_after(0)->msgh_seqno, 40 + i);
	}
	board->port[PORT_INDEX].seqno = 9;
	board->port[PORT_INDEX].reset++;
	put(fake, 3, 100, 0, 0);
	expect_taken(port, seqno, 3);
	assert_int_equal(trailer_after(0)->msgh_seqno, 9);
	free_in(fake);
}

TEST(the_oldest_message_of_several_lanes_is_first)
{
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);
	struct lanes_port *port = post(PORT, PORT_INDEX, one, NULL, 0);

	assert_ptr_equal(post(PORT, PORT_INDEX, two, NULL, 0), port);
	put(one, 1, 100, 0, 0);
	put(one, 3, 300, 0, 0);
	put(two, 2, 200, 0, 0);
	put(two, 4, 400, 0, 0);
	for (int32_t i = 1; i < 5; i++)
		expect_taken(port, 0, i);
	expect_nothing(port);
	free_in(one);
	free_in(two);
}

TEST(a_token_is_a_send_once_right_by_its_name)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 5 << 4 | 2, 0);
	expect_taken(port, 0, 7);
	assert_int_equal(message.header.msgh_bits,
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND));
	assert_int_equal(
	    message.header.msgh_remote_port, 0x42 << 8 | (5 * 4 + 3));
	assert_int_equal(fake->in.live[2], 5);
	assert_int_equal(fake->in.lane.mine->held[2], 5);
	free_in(fake);
}

TEST(a_slot_whose_token_the_program_has_gives_no_other)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 5 << 4 | 2, 0);
	expect_taken(port, 0, 7);
	put(fake, 8, 100, 6 << 4 | 2, 0);
	expect_taken(port, 0, 8);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_DEAD);
	assert_int_equal(fake->in.lane.mine->held[2], 5);
	board->lane[1].kslot[2] = lane_word(5, LANE_KSLOT_FREED);
	put(fake, 9, 100, 7 << 4 | 2, 0);
	expect_taken(port, 0, 9);
	assert_int_equal(
	    message.header.msgh_remote_port, 0x42 << 8 | (7 * 4 + 3));
	free_in(fake);
}

TEST(a_token_of_no_generation_is_dead)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 2, 0);
	expect_taken(port, 0, 7);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_DEAD);
	free_in(fake);
}

TEST(a_token_that_is_used_up_is_dead)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	board->lane[1].kslot[2] = lane_word(5, LANE_KSLOT_FREED);
	put(fake, 7, 100, 5 << 4 | 2, 0);
	expect_taken(port, 0, 7);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_DEAD);
	board->lane[1].kslot[2] = lane_word(6, LANE_KSLOT_RIGHT);
	put(fake, 8, 100, 6 << 4 | 2, 0);
	expect_taken(port, 0, 8);
	assert_int_equal(
	    message.header.msgh_remote_port, 0x42 << 8 | (6 * 4 + 3));
	free_in(fake);
}

TEST(what_is_too_large_stays_and_tells_its_size_alone)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	mach_msg_return_t mr;

	put(fake, 7, 100, 0, 40);
	assert_int_equal(
	    take_with(port, MACH_RCV_LARGE, 24 + 40 + 8 - 1, &mr), LANES_TAKEN);
	assert_int_equal(mr, MACH_RCV_TOO_LARGE);
	assert_int_equal(message.header.msgh_size, 64);
	assert_int_equal(message.header.msgh_local_port, 0xeeeeeeee);
	assert_int_equal(
	    take_with(port, MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY,
	        24 + 40 + 8 - 1, &mr),
	    LANES_TAKEN);
	assert_int_equal(message.header.msgh_local_port, PORT);
	assert_int_equal(
	    take_with(port, MACH_RCV_LARGE, 24 + 40 + 8, &mr), LANES_TAKEN);
	assert_int_equal(mr, MACH_MSG_SUCCESS);
	free_in(fake);
}

/* The lane is closed for it, so that the kernel says what is wrong with the buffer; a lane
 * that it does not know stays as it is. */
static void
expect_left(struct lanes_port *port, void *buffer, uint32_t size)
{
	const struct msg_call call = {
	    .option = MACH_RCV_MSG,
	    .receive = {buffer, size},
	};
	struct lanes_words words = {.known = false};
	mach_msg_return_t mr;
	bool locked = lanes_port_lock(port, port->name);

	assert_true(locked);
	assert_int_equal(lanes_take(port, &call, &mr, &words), LANES_AGAIN);
	lanes_lock_give(&port->lock);
}

TEST(a_buffer_without_room_for_a_header_and_a_trailer_gets_nothing)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 0, 8);
	for (uint32_t size = 0; size < 24 + 8; size++)
		expect_left(port, &message, size);
	assert_int_equal(message.header.msgh_id, (int32_t)0xeeeeeeee);
	expect_taken(port, 0, 7);
	free_in(fake);
}

TEST(a_buffer_that_cannot_be_written_gets_nothing)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	void *page =
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	put(fake, 7, 100, 0, 8);
	expect_left(port, page, 4096);
	expect_taken(port, 0, 7);
	assert_int_equal(munmap(page, 4096), 0);
	free_in(fake);
}

/* What is taken while the lane closes is B's if the kernel says so. */
static void
expect_settled(uint32_t from, uint32_t kslot, enum lanes_taken taken)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	mach_msg_return_t mr;

	expect_nothing(port);
	put(fake, 7, 100, 5 << 4 | 2, 0);
	board->lane[1].from = from;
	board->lane[1].kslot[2] = kslot;
	board->lane[1].state = LANE_CLOSED;
	assert_int_equal(take_with(port, 0, sizeof(message), &mr), taken);
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	expect_nothing(port);
	free_in(fake);
}

TEST(what_was_taken_before_a_close_is_received)
{
	const uint32_t right = lane_word(5, LANE_KSLOT_RIGHT);

	expect_settled(32, right, LANES_TAKEN);
	assert_int_equal(message.header.msgh_id, 7);
	assert_int_equal(
	    message.header.msgh_remote_port, 0x42 << 8 | (5 * 4 + 3));
	assert_int_equal(trailer_after(0)->msgh_trailer_size, 8);
}

TEST(its_right_to_reply_is_dead_if_the_kernel_made_none)
{
	expect_settled(32, 0, LANES_TAKEN);
	assert_int_equal(message.header.msgh_id, 7);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_DEAD);
}

TEST(what_the_kernel_took_over_is_not_received_twice)
{
	expect_settled(0, 0, LANES_AGAIN);
	assert_int_equal(message.header.msgh_id, (int32_t)0xeeeeeeee);
}

TEST(a_token_that_the_program_was_told_of_is_remembered)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 5 << 4 | 2, 0);
	expect_taken(port, 0, 7);
	assert_int_equal(fake->in.told[2], 5);
	free_in(fake);
}

TEST(a_lane_that_was_closed_is_let_go)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);

	put(fake, 7, 100, 0, 0);
	board->lane[1].state = LANE_CLOSED;
	board->port[PORT_INDEX].bell++;
	expect_nothing(port);
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	assert_null(lanes_port_take_gone());
	free_in(fake);
}

/* A handler that receives while its thread replies. */
TEST(a_lane_that_cannot_be_let_go_of_now_is_later)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	void *mine = fake->in.lane.mine;
	bool locked;

	board->lane[1].state = LANE_CLOSED;
	board->port[PORT_INDEX].bell++;
	expect_nothing(port);
	fake->in.lane.mine = NULL; /* is not to be unmapped */
	locked = lanes_lock_take(&fake->in.slot_lock);
	assert_true(locked);
	lanes_open_let_go();
	assert_int_equal(fake->in.id, 1);
	lanes_lock_give(&fake->in.slot_lock);
	lanes_open_let_go();
	assert_int_equal(fake->in.id, LANES_NO_ID);
	assert_false(lanes_port_has_gone());
	free(mine);
	fake->in.lane.mine = NULL;
	free_in(fake);
}

TEST(a_port_that_is_not_posted_any_more_is_forgotten)
{
	struct fake_in *fake = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, fake, NULL, 0);
	bool locked;

	board->port[PORT_INDEX].serial++;
	locked = lanes_port_lock(port, PORT);
	assert_false(locked);
	assert_null(lanes_port_find(PORT));
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	free_in(fake);
}

TEST(an_entry_of_the_board_is_another_ports_after_that)
{
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);

	(void)post(PORT, PORT_INDEX, one, NULL, 0);
	board->port[PORT_INDEX].serial++;
	(void)post(PORT + 0x100, PORT_INDEX, two, NULL, 0);
	assert_null(lanes_port_find(PORT));
	assert_non_null(lanes_port_find(PORT + 0x100));
	put(one, 1, 1, 0, 0);
	expect_nothing(lanes_port_find(PORT + 0x100));
	free_in(one);
	free_in(two);
}

TEST(the_members_of_a_set_have_their_turns)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);

	(void)post(PORT, PORT_INDEX, one, &set, 1);
	(void)post(PORT + 0x100, PORT_INDEX + 1, two, &set, 1);
	for (int32_t i = 0; i < 3; i++) {
		put(one, 10 + i, 1, 0, 0);
		put(two, 20 + i, 9, 0, 0);
	}
	for (int32_t i = 0; i < 3; i++) {
		expect_taken(lanes_port_find(SET), 0, 10 + i);
		assert_int_equal(message.header.msgh_local_port, PORT);
		expect_taken(lanes_port_find(SET), 0, 20 + i);
		assert_int_equal(message.header.msgh_local_port, PORT + 0x100);
	}
	expect_nothing(lanes_port_find(SET));
	free_in(one);
	free_in(two);
}

TEST(a_set_without_one_of_its_members_goes_on)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);

	(void)post(PORT, PORT_INDEX, one, &set, 1);
	(void)post(PORT + 0x100, PORT_INDEX + 1, two, &set, 1);
	board->port[PORT_INDEX].serial++;
	put(one, 1, 1, 0, 0);
	put(two, 2, 2, 0, 0);
	expect_taken(lanes_port_find(SET), 0, 2);
	expect_nothing(lanes_port_find(SET));
	free_in(one);
	free_in(two);
}

TEST(a_port_that_left_a_set_is_not_received_from_by_that)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);

	(void)post(PORT, PORT_INDEX, one, &set, 1);
	/* By the next lane it is told of. */
	(void)post(PORT, PORT_INDEX, two, NULL, 0);
	put(one, 1, 1, 0, 0);
	expect_nothing(lanes_port_find(SET));
	expect_taken(lanes_port_find(PORT), 0, 1);
	free_in(one);
	free_in(two);
}

/* --- replies ---------------------------------------------------------------- */

static struct fake_out *
new_out(uint32_t number)
{
	const struct lane_sizes sizes = {RING, SLOTS, LANE_SLOT_BYTES_MIN};
	struct fake_out *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->receiver = new_memory(lane_receiver_bytes(&sizes));
	board->lane[number].state = LANE_OPEN;
	fake->out.id = number;
	fake->out.receiver.security[0] = 77;
	lane_out_init(&fake->out.lane, new_memory(lane_sender_bytes(&sizes)),
	    fake->receiver, &board->lane[number], &sizes, LANE_CLOCK_MONOTONIC);
	return fake;
}

static void
free_out(struct fake_out *fake)
{
	free(fake->out.lane.mine);
	free(fake->receiver);
	free(fake);
}

/* A request that is to be answered to PORT went by @fake. */
static void
issue(struct fake_out *fake, uint32_t slot, uint32_t generation)
{
	fake->out.lane.generation[slot] = generation;
	fake->out.lane.port[slot] = PORT_INDEX;
	fake->out.lane.issued |= 1u << slot;
}

static void
answer(struct fake_out *fake, uint32_t slot, uint64_t ticket, int32_t id,
    uint32_t bytes)
{
	struct lane_reply_slot *reply =
	    lane_reply_slot(fake->receiver, &fake->out.lane.sizes, slot);

	reply->bytes = bytes;
	reply->ticket = ticket;
	reply->id = id;
	reply->word = lane_word(fake->out.lane.generation[slot], LANE_REPLIED);
}

/* PORT, with a lane to it and replies by another. */
static struct lanes_port *
post_for_replies(struct fake_in *in, struct fake_out *out)
{
	struct lanes_port *port = post(PORT, PORT_INDEX, in, NULL, 0);
	bool added = lanes_port_add_out(PORT_INDEX, PORT, &out->out);

	assert_true(added);
	return port;
}

TEST(a_reply_looks_as_one_that_came_by_a_trap)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 1, 3);
	expect_nothing(port);
	answer(out, 1, 100, 9, 4);
	expect_taken(
	    port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER), 9);
	assert_int_equal(message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	assert_int_equal(message.header.msgh_size, 28);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(message.header.msgh_local_port, PORT);
	assert_int_equal(trailer_after(4)->msgh_sender.val[0], 77);
	assert_int_equal(trailer_after(4)->msgh_seqno, 40);
	expect_nothing(port);
	free_in(in);
	free_out(out);
}

TEST(replies_and_messages_come_by_age)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 0, 1);
	issue(out, 3, 1);
	answer(out, 0, 300, 3, 0);
	answer(out, 3, 100, 1, 0);
	put(in, 2, 200, 0, 0);
	for (int32_t i = 1; i < 4; i++)
		expect_taken(port, 0, i);
	expect_nothing(port);
	free_in(in);
	free_out(out);
}

TEST(a_reply_that_the_kernel_has_is_not_taken_again)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 1, 3);
	answer(out, 1, 100, 9, 0);
	board->lane[2].kslot[1] = lane_word(3, LANE_KSLOT_REPLY);
	expect_nothing(port);
	free_in(in);
	free_out(out);
}

TEST(a_reply_to_another_port_is_not_seen)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 1, 3);
	out->out.lane.port[1] = PORT_INDEX + 1;
	answer(out, 1, 100, 9, 0);
	expect_nothing(port);
	free_in(in);
	free_out(out);
}

TEST(a_lane_that_is_another_by_now_brings_no_replies)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 1, 3);
	answer(out, 1, 100, 9, 0);
	out->out.id = 5;
	expect_nothing(port);
	free_in(in);
	free_out(out);
}

/* --- waking ----------------------------------------------------------------- */

TEST(those_who_send_are_told_how_to_wake)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 2, 1);
	assert_int_equal(in->in.lane.mine->wait, LANE_RUN);
	port->sleepers[LANE_FUTEX]++;
	lanes_need_tell(port, true);
	assert_int_equal(in->in.lane.mine->wait, LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[1], LANE_RUN);
	port->sleepers[LANE_KICK]++;
	lanes_need_tell(port, true);
	assert_int_equal(in->in.lane.mine->wait, LANE_KICK);
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	free_in(in);
	free_out(out);
}

TEST(a_lane_that_comes_while_somebody_sleeps_is_told)
{
	struct fake_in *one = new_in(1);
	struct fake_in *two = new_in(2);
	struct lanes_port *port = post(PORT, PORT_INDEX, one, NULL, 0);

	port->sleepers[LANE_FUTEX]++;
	(void)post(PORT, PORT_INDEX, two, NULL, 0);
	assert_int_equal(two->in.lane.mine->wait, LANE_FUTEX);
	free_in(one);
	free_in(two);
}

/* They may not sleep on the word of a slot. */
TEST(those_who_reply_to_sleepers_of_before_have_the_kernel_ring)
{
	struct fake_in *in = new_in(1);
	struct fake_out *out = new_out(2);
	struct lanes_port *port = post_for_replies(in, out);

	issue(out, 2, 1);
	port->sleepers[LANE_FUTEX]++;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	lanes_need_tell(port, false);
	assert_int_equal(in->in.lane.mine->wait, LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_KICK);
	port->sleepers[LANE_FUTEX]++;
	lanes_need_tell(port, true);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_KICK);
	free_in(in);
	free_out(out);
}

TEST(who_sleeps_on_a_set_is_to_be_woken_by_its_members)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *in = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, in, &set, 1);

	lanes_port_find(SET)->sleepers[LANE_FUTEX]++;
	assert_int_equal(lanes_need_of(port), LANE_FUTEX);
	free_in(in);
}

TEST(whether_there_is_anything_is_seen_without_taking_it)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *in = new_in(1);
	struct lanes_port *port = post(PORT, PORT_INDEX, in, &set, 1);

	assert_false(lanes_has_any(port, PORT));
	assert_false(lanes_has_any(lanes_port_find(SET), SET));
	put(in, 1, 1, 0, 0);
	assert_true(lanes_has_any(port, PORT));
	assert_true(lanes_has_any(lanes_port_find(SET), SET));
	expect_taken(port, 0, 1);
	assert_false(lanes_has_any(port, PORT));
	board->port[SET_INDEX].oldest = 7;
	assert_true(lanes_has_any(lanes_port_find(SET), SET));
	free_in(in);
}

#define BOARD_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, board_setup, board_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(a_message_looks_as_one_that_came_by_a_trap),
	    BOARD_TEST(a_trailer_has_what_was_asked_for_and_no_byte_more),
	    BOARD_TEST(sequence_numbers_count_and_may_be_set),
	    BOARD_TEST(the_oldest_message_of_several_lanes_is_first),
	    BOARD_TEST(a_token_is_a_send_once_right_by_its_name),
	    BOARD_TEST(a_slot_whose_token_the_program_has_gives_no_other),
	    BOARD_TEST(a_token_of_no_generation_is_dead),
	    BOARD_TEST(a_token_that_is_used_up_is_dead),
	    BOARD_TEST(what_is_too_large_stays_and_tells_its_size_alone),
	    BOARD_TEST(
	        a_buffer_without_room_for_a_header_and_a_trailer_gets_nothing),
	    BOARD_TEST(a_buffer_that_cannot_be_written_gets_nothing),
	    BOARD_TEST(what_was_taken_before_a_close_is_received),
	    BOARD_TEST(its_right_to_reply_is_dead_if_the_kernel_made_none),
	    BOARD_TEST(what_the_kernel_took_over_is_not_received_twice),
	    BOARD_TEST(a_token_that_the_program_was_told_of_is_remembered),
	    BOARD_TEST(a_lane_that_was_closed_is_let_go),
	    BOARD_TEST(a_lane_that_cannot_be_let_go_of_now_is_later),
	    BOARD_TEST(a_port_that_is_not_posted_any_more_is_forgotten),
	    BOARD_TEST(an_entry_of_the_board_is_another_ports_after_that),
	    BOARD_TEST(the_members_of_a_set_have_their_turns),
	    BOARD_TEST(a_set_without_one_of_its_members_goes_on),
	    BOARD_TEST(a_port_that_left_a_set_is_not_received_from_by_that),
	    BOARD_TEST(a_reply_looks_as_one_that_came_by_a_trap),
	    BOARD_TEST(replies_and_messages_come_by_age),
	    BOARD_TEST(a_reply_that_the_kernel_has_is_not_taken_again),
	    BOARD_TEST(a_reply_to_another_port_is_not_seen),
	    BOARD_TEST(a_lane_that_is_another_by_now_brings_no_replies),
	    BOARD_TEST(those_who_send_are_told_how_to_wake),
	    BOARD_TEST(a_lane_that_comes_while_somebody_sleeps_is_told),
	    BOARD_TEST(
	        those_who_reply_to_sleepers_of_before_have_the_kernel_ring),
	    BOARD_TEST(who_sleeps_on_a_set_is_to_be_woken_by_its_members),
	    BOARD_TEST(whether_there_is_anything_is_seen_without_taking_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
