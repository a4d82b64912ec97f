/* Messages with regions that a lane has when it closes, and what only looks like one. */
#include "ipc_lane_message.h"

#include <string.h>

#include "base_alloc.h"
#include "lane_pair.h"

static struct pair first;
static struct message message;

static void
close_it(void)
{
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	ipc_check();
}

/* Two regions, one that is empty between them, and some data. */
static const struct message *
letter(mach_msg_id_t id)
{
	message_init(&message, first.send, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = id;
	message_add_ool(&message, "physical", 9, MACH_MSG_PHYSICAL_COPY);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_add_ool(&message, "virtually", 10, MACH_MSG_VIRTUAL_COPY);
	message_add_data(&message, "data", 4);
	return &message;
}

/* The next message is that one. */
static struct got
receive_letter(mach_msg_id_t id)
{
	struct got got = world_receive(bob, pair_inbox);

	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
	assert_int_equal(got.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND) |
	        MACH_MSGH_BITS_COMPLEX);
	assert_int_equal(got.kmsg->ool_bytes, 16 + 10);
	assert_memory_equal(got.kmsg->ool, "physical", 9);
	assert_memory_equal(got.kmsg->ool + 16, "virtually", 10);
	return got;
}

TEST(a_message_with_regions_is_drained_as_it_came_by_trap)
{
	uint8_t by_lane[124];
	struct got got;

	pair_open(&first, alice);
	pair_send_regions(&first, letter(7), IPC_BOARD_NONE);
	close_it();
	got = receive_letter(7);
	assert_int_equal(got.header.msgh_size, 28 + 3 * 16 + 4);
	assert_true(got.kmsg->byte_count <= sizeof(by_lane));
	memcpy(by_lane, got.kmsg->bytes, got.kmsg->byte_count);
	EXPECT(world_send(alice, letter(7)), MACH_MSG_SUCCESS);
	got = receive_letter(7);
	assert_memory_equal(by_lane, got.kmsg->bytes, got.kmsg->byte_count);
}

TEST(regions_are_charged_as_those_that_came_by_trap)
{
	struct ipc_charge by_lane;
	uint64_t before;

	pair_open(&first, alice);
	before = alice->account->queued_bytes;
	pair_send_regions(&first, letter(7), IPC_BOARD_NONE);
	close_it();
	by_lane.bytes = alice->account->queued_bytes - before;
	(void)receive_letter(7);
	EXPECT(world_send(alice, letter(7)), MACH_MSG_SUCCESS);
	assert_int_equal(by_lane.bytes, alice->account->queued_bytes - before);
	(void)receive_letter(7);
}

TEST(messages_with_and_without_regions_come_in_their_order)
{
	pair_open(&first, alice);
	pair_send_regions(&first, letter(1), IPC_BOARD_NONE);
	pair_send(&first, 2);
	pair_send_regions(&first, letter(3), IPC_BOARD_NONE);
	close_it();
	(void)receive_letter(1);
	world_expect_id(bob, pair_inbox, 2);
	(void)receive_letter(3);
	world_expect_empty(bob, pair_inbox);
}

TEST(regions_that_were_taken_are_not_drained)
{
	static uint8_t places[2][16];
	const struct lane_place to[] = {{places[0], 9}, {places[1], 10}};
	struct lane_record record;
	struct lane_wake wake;

	pair_open(&first, alice);
	pair_send_regions(&first, letter(1), IPC_BOARD_NONE);
	pair_send_regions(&first, letter(2), IPC_BOARD_NONE);
	assert_int_equal(lane_take(&first.in, NULL, 0, true, &record, &wake),
	    LANE_TAKE_REGIONS);
	assert_int_equal(
	    lane_take_regions(&first.in, &record, to, 2, &wake), LANE_TOOK);
	assert_memory_equal(places[1], "virtually", 10);
	close_it();
	(void)receive_letter(2);
	world_expect_empty(bob, pair_inbox);
}

/* Messages pass until A is there. */
static void
go_to(uint32_t position)
{
	while (lane_position(first.out.tail) < position) {
		assert_int_equal(pair_publish(&first, 1, 0), LANE_TAKEN);
		(void)pair_take(&first, 1);
	}
}

TEST(regions_over_the_end_of_the_ring_are_drained_whole)
{
	for (uint32_t before = 32; before <= 192; before += 32) {
		pair_open(&first, alice);
		go_to(LANE_RING_MIN - before);
		pair_send_regions(&first, letter(7), IPC_BOARD_NONE);
		close_it();
		(void)receive_letter(7);
		pair_end(&first);
	}
}

TEST(a_message_whose_regions_are_all_empty_is_drained)
{
	struct got got;

	pair_open(&first, alice);
	message_init(&message, first.send, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	pair_send_regions(&first, &message, IPC_BOARD_NONE);
	close_it();
	got = world_receive(bob, pair_inbox);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_size, 28 + 16);
	assert_int_equal(got.kmsg->ool_bytes, 0);
}

TEST(a_request_with_regions_has_its_reply_right)
{
	mach_port_name_t reply;
	struct got got;
	uint32_t index;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	pair_send_regions(&first, letter(7), index);
	close_it();
	got = world_receive(bob, pair_inbox);
	assert_int_equal(got.header.msgh_id, 7);
	EXPECT(
	    world_send_id(bob, got.header.msgh_remote_port, MOVE_SEND_ONCE, 8),
	    MACH_MSG_SUCCESS);
	pair_withdraw(alice, reply);
	world_expect_id(alice, reply, 8);
}

TEST(a_message_with_regions_for_which_there_is_no_memory_is_lost)
{
	pair_open(&first, alice);
	pair_send_regions(&first, letter(1), IPC_BOARD_NONE);
	pair_send_regions(&first, letter(2), IPC_BOARD_NONE);
	base_alloc_fail_at(1);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	base_alloc_fail_at(0);
	ipc_check();
	(void)receive_letter(2);
	world_expect_empty(bob, pair_inbox);
}

/* --- rings that messages keep -------------------------------------------------- */

static uint8_t large[3][4096];

static void
put_large(int32_t id)
{
	memset(large[id], id + 1, sizeof(large[id]));
	message_init(&message, first.send, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = id;
	message_add_ool(
	    &message, large[id], sizeof(large[id]), MACH_MSG_VIRTUAL_COPY);
	pair_send_regions(&first, &message, IPC_BOARD_NONE);
}

/* A lane whose ring may be kept, and three such messages in it. */
static void
send_large(void)
{
	pair_ring_bytes = 2 * LANE_RING_PLAIN;
	pair_open(&first, alice);
	for (int32_t id = 0; id < 3; id++)
		put_large(id);
}

/* As who has the memory does when it knows that the lane is closed. */
static void
let_ring_go(void)
{
	(void)ipc_ring_unref(&first.ring);
	ipc_check();
}

static void
expect_large(int32_t id)
{
	struct got got = world_receive(bob, pair_inbox);
	uint8_t region[sizeof(large[id])];

	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
	got_region(&got, 0, region, sizeof(region));
	assert_memory_equal(region, large[id], sizeof(region));
}

TEST(large_regions_stay_in_the_ring_until_they_are_received)
{
	send_large();
	close_it();
	let_ring_go();
	expect_large(0);
	expect_large(1);
	assert_int_equal(first.ring_freed, 0);
	expect_large(2);
	world_expect_empty(bob, pair_inbox);
	assert_int_equal(first.ring_freed, 1);
}

TEST(a_ring_that_is_kept_is_paid_for_until_it_goes)
{
	const uint64_t before = alice->account->used.bytes;

	send_large();
	close_it();
	let_ring_go();
	assert_true(alice->account->used.bytes >= before + pair_ring_bytes);
	expect_large(0);
	expect_large(1);
	assert_true(alice->account->used.bytes >= before + pair_ring_bytes);
	expect_large(2);
	world_expect_empty(bob, pair_inbox);
	/* She has a name, and its table. */
	assert_true(alice->account->used.bytes < before + 4096);
}

TEST(messages_that_die_let_the_ring_go)
{
	send_large();
	close_it();
	let_ring_go();
	assert_int_equal(first.ring_freed, 0);
	world_drop_receive(bob, pair_inbox);
	assert_int_equal(first.ring_freed, 1);
}

TEST(a_ring_of_which_nothing_is_left_goes_with_its_lane)
{
	pair_ring_bytes = 2 * LANE_RING_PLAIN;
	pair_open(&first, alice);
	pair_send_regions(&first, letter(7), IPC_BOARD_NONE);
	close_it();
	let_ring_go();
	assert_int_equal(first.ring_freed, 1);
	(void)receive_letter(7);
}

TEST(a_message_that_cannot_be_keeps_no_ring)
{
	send_large();
	/* The size of the one region of the first. */
	first.sender
	    ->ring[32 + 4 + offsetof(mach_msg_ool_descriptor_t, size)]++;
	close_it();
	world_expect_empty(bob, pair_inbox);
	let_ring_go();
	assert_int_equal(first.ring_freed, 1);
}

/* All before @position has passed. */
static void
start_at(uint32_t position)
{
	const uint64_t mark = lane_mark(position, 0);

	first.out.tail = mark;
	first.out.head = mark;
	first.sender->tail = mark;
	first.receiver->head = mark;
}

TEST(large_regions_over_the_end_of_the_ring_are_drained_whole)
{
	static const uint32_t before[] = {32, 64, 96, 4096, 4096 + 64};

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		pair_ring_bytes = 2 * LANE_RING_PLAIN;
		pair_open(&first, alice);
		start_at(pair_ring_bytes - before[i]);
		put_large(0);
		close_it();
		let_ring_go();
		assert_int_equal(first.ring_freed, 0);
		expect_large(0);
		world_expect_empty(bob, pair_inbox);
		assert_int_equal(first.ring_freed, 1);
		pair_end(&first);
	}
}

/* --- lies -------------------------------------------------------------------- */

/* What A has in the ring: a message as letter(), a field of which it writes over. */
static struct lane_record *
record(void)
{
	return (struct lane_record *)(void *)first.sender->ring;
}

static void
write_body(size_t at, uint32_t word)
{
	memcpy(first.sender->ring + sizeof(struct lane_record) + at, &word,
	    sizeof(word));
}

/* Of the last descriptor; behind the count of them. */
static void
write_descriptor(size_t at, uint32_t word)
{
	write_body(4 + 2 * 16 + at, word);
}

#define SIZE_AT offsetof(mach_msg_ool_descriptor_t, size)

/* The lie that was written ends the lane: nothing comes, nor what is behind it. */
static void
expect_end(void)
{
	pair_send(&first, 8);
	close_it();
	world_expect_empty(bob, pair_inbox);
	assert_int_equal(alice->account->queued, 0);
	pair_end(&first);
}

static void
send_letter(void)
{
	pair_open(&first, alice);
	pair_send_regions(&first, letter(7), IPC_BOARD_NONE);
}

TEST(no_descriptor_is_of_rights)
{
	static const uint32_t types[] = {MACH_MSG_PORT_DESCRIPTOR,
	    MACH_MSG_OOL_PORTS_DESCRIPTOR, MACH_MSG_GUARDED_PORT_DESCRIPTOR, 5,
	    255};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		send_letter();
		write_descriptor(
		    8, types[i] << 24 | (uint32_t)MACH_MSG_VIRTUAL_COPY << 8);
		expect_end();
	}
}

TEST(a_volatile_descriptor_is_one_of_memory)
{
	send_letter();
	write_descriptor(8,
	    (uint32_t)MACH_MSG_OOL_VOLATILE_DESCRIPTOR << 24 |
	        (uint32_t)MACH_MSG_VIRTUAL_COPY << 8);
	close_it();
	(void)receive_letter(7);
}

TEST(no_descriptor_has_another_way_to_copy)
{
	for (uint32_t copy = 2; copy < 256; copy += 251) {
		send_letter();
		write_descriptor(
		    8, (uint32_t)MACH_MSG_OOL_DESCRIPTOR << 24 | copy << 8);
		expect_end();
	}
}

TEST(no_more_descriptors_are_there_than_the_body_has)
{
	static const uint32_t counts[] = {4, 5, 4096, UINT32_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		send_letter();
		write_body(0, counts[i]);
		expect_end();
	}
}

TEST(fewer_descriptors_have_fewer_regions)
{
	for (uint32_t count = 0; count < 3; count++) {
		send_letter();
		write_body(0, count);
		expect_end();
	}
}

TEST(no_message_with_regions_is_without_a_count_of_descriptors)
{
	send_letter();
	record()->body = 0;
	record()->regions = 0;
	expect_end();
}

TEST(no_message_with_regions_is_without_descriptors)
{
	send_letter();
	write_body(0, 0);
	record()->regions = 0;
	expect_end();
}

/* A message with @count regions of a byte each. */
static void
send_many(uint32_t count)
{
	const mach_msg_ool_descriptor_t one = {
	    .size = 1,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	};
	struct {
		mach_msg_body_t count;
		mach_msg_ool_descriptor_t memory[LANE_REGIONS_MAX + 1];
	} body = {.count.msgh_descriptor_count = count};
	struct lane_region regions[LANE_REGIONS_MAX + 1];
	const struct lane_message many = {
	    .body = &body,
	    .body_bytes = (uint32_t)(sizeof(body.count) + count * sizeof(one)),
	    .has_regions = true,
	    .region_count = count,
	    .regions = regions,
	    .region_bytes = (count - 1) * LANE_REGION_ALIGN + 1,
	};
	struct lane_wake wake;
	uint32_t slot;

	for (uint32_t i = 0; i < count; i++) {
		memcpy(&body.memory[i], &one, sizeof(one));
		regions[i] = (struct lane_region){.address = "x", .bytes = 1};
	}
	pair_open(&first, alice);
	assert_int_equal(
	    lane_publish(&first.out, &many, &slot, &wake), LANE_TAKEN);
}

TEST(no_message_has_more_regions_than_its_receiver_would_take)
{
	struct got got;

	send_many(LANE_REGIONS_MAX);
	close_it();
	got = world_receive(bob, pair_inbox);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	pair_end(&first);
	send_many(LANE_REGIONS_MAX + 1);
	expect_end();
}

TEST(the_sizes_of_regions_are_those_of_the_block)
{
	static const uint32_t sizes[] = {0, 9, 11, 16, LANE_RING_MIN,
	    UINT32_MAX - 15, UINT32_MAX - 5, UINT32_MAX};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		send_letter();
		write_descriptor(SIZE_AT, sizes[i]);
		expect_end();
	}
}

TEST(the_block_is_that_of_its_regions)
{
	static const uint32_t blocks[] = {0, 25, 27, 64, UINT32_MAX};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		send_letter();
		record()->regions = blocks[i];
		expect_end();
	}
}

TEST(a_request_that_cannot_be_is_told_to_its_sender)
{
	mach_port_name_t reply;
	uint32_t index;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	pair_send_regions(&first, letter(7), index);
	write_descriptor(SIZE_AT, 11);
	close_it();
	world_expect_empty(bob, pair_inbox);
	pair_withdraw(alice, reply);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_CASE(a_message_with_regions_is_drained_as_it_came_by_trap),
	    PAIR_CASE(regions_are_charged_as_those_that_came_by_trap),
	    PAIR_CASE(messages_with_and_without_regions_come_in_their_order),
	    PAIR_CASE(regions_that_were_taken_are_not_drained),
	    PAIR_CASE(regions_over_the_end_of_the_ring_are_drained_whole),
	    PAIR_CASE(a_message_whose_regions_are_all_empty_is_drained),
	    PAIR_CASE(a_request_with_regions_has_its_reply_right),
	    PAIR_CASE(
	        a_message_with_regions_for_which_there_is_no_memory_is_lost),
	    PAIR_CASE(large_regions_stay_in_the_ring_until_they_are_received),
	    PAIR_CASE(a_ring_that_is_kept_is_paid_for_until_it_goes),
	    PAIR_CASE(messages_that_die_let_the_ring_go),
	    PAIR_CASE(a_ring_of_which_nothing_is_left_goes_with_its_lane),
	    PAIR_CASE(a_message_that_cannot_be_keeps_no_ring),
	    PAIR_CASE(large_regions_over_the_end_of_the_ring_are_drained_whole),
	    PAIR_CASE(no_descriptor_is_of_rights),
	    PAIR_CASE(a_volatile_descriptor_is_one_of_memory),
	    PAIR_CASE(no_descriptor_has_another_way_to_copy),
	    PAIR_CASE(no_more_descriptors_are_there_than_the_body_has),
	    PAIR_CASE(fewer_descriptors_have_fewer_regions),
	    PAIR_CASE(
	        no_message_with_regions_is_without_a_count_of_descriptors),
	    PAIR_CASE(no_message_with_regions_is_without_descriptors),
	    PAIR_CASE(no_message_has_more_regions_than_its_receiver_would_take),
	    PAIR_CASE(the_sizes_of_regions_are_those_of_the_block),
	    PAIR_CASE(the_block_is_that_of_its_regions),
	    PAIR_CASE(a_request_that_cannot_be_is_told_to_its_sender),
	};

	return RUN("ipc_lane_message", tests);
}
