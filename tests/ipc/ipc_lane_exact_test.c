/*
 * What is exact though lanes are open: they close before it (lanes.md 5.2), or what they say
 * is added.
 */
#include <string.h>

#include "ipc_lane.h"
#include "ipc_port.h"
#include "lane_pair.h"
#include "world.h"

static struct pair pair; /* from alice to pair_inbox */
static struct pair other;

static int
setup(void **state)
{
	(void)pair_setup(state);
	pair_open(&pair, alice);
	return 0;
}

static void
expect_closed(const struct pair *of)
{
	ipc_check();
	assert_int_equal(of->lane.state, IPC_LANE_CLOSED);
	assert_int_equal(of->closed, 1);
}

static void
expect_open(const struct pair *of)
{
	ipc_check();
	assert_int_equal(of->lane.state, IPC_LANE_OPEN);
}

/* The message that the kernel has next for @name, posted or not. */
static struct got
take_queued(struct thread *thread, mach_port_name_t name)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | POLL,
	    .rcv_size = ROOMY,
	    .rcv_name = name,
	    .lanes = IPC_LANES_KNOWN | IPC_LANES_QUEUE,
	};

	ipc_waiter_reset(&thread->waiter);
	EXPECT(ipc_mach_msg_receive(thread->space, &args, &thread->waiter),
	    MACH_MSG_SUCCESS);
	return thread_got(thread);
}

static void
expect_queued(struct ipc_space *space, mach_port_name_t name, mach_msg_id_t id)
{
	struct thread *thread = world_thread(space);

	assert_int_equal(take_queued(thread, name).header.msgh_id, id);
	thread_end(thread);
}

/* By trap, never waiting. */
static mach_msg_return_t
send_by_trap(const struct pair *by, mach_msg_id_t id)
{
	return world_send_id(by->lane.from, by->send, COPY_SEND, id);
}

/* What changes the receive right. */

TEST(a_receive_right_moves_with_what_was_in_the_lane)
{
	mach_port_name_t moved;

	pair_send(&pair, 1);
	moved = world_give(bob, pair_inbox, MOVE_RECEIVE, carol);
	expect_closed(&pair);
	world_expect_id(carol, moved, 1);
}

TEST(a_receive_right_dies_with_what_was_in_the_lane)
{
	pair_send(&pair, 1);
	world_drop_receive(bob, pair_inbox);
	expect_closed(&pair);
	assert_int_equal(
	    world_type(alice, pair.send), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_receive_right_with_another_name_has_no_lane)
{
	pair_send(&pair, 1);
	EXPECT(ipc_mach_port_rename(bob, pair_inbox, 0x50003), KERN_SUCCESS);
	expect_closed(&pair);
	world_expect_id(bob, 0x50003, 1);
}

TEST(what_was_in_the_lane_comes_by_the_set_that_the_port_is_put_into)
{
	mach_port_name_t set = world_set(bob);

	pair_send(&pair, 1);
	EXPECT(ipc_mach_port_insert_member(bob, pair_inbox, set), 0);
	expect_closed(&pair);
	world_expect_id(bob, set, 1);
}

TEST(a_port_that_leaves_its_set_has_no_lane)
{
	mach_port_name_t set = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, pair_inbox, set), 0);
	pair_open(&other, carol);
	EXPECT(ipc_mach_port_extract_member(bob, pair_inbox, set), 0);
	expect_closed(&other);
}

TEST(a_set_that_dies_or_is_renamed_has_members_without_lanes)
{
	mach_port_name_t set = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, pair_inbox, set), 0);
	pair_open(&other, carol);
	EXPECT(ipc_mach_port_rename(bob, set, 0x50003), KERN_SUCCESS);
	expect_closed(&other);
	pair_end(&other);
	pair_open(&other, carol);
	EXPECT(ipc_mach_port_destroy(bob, 0x50003), KERN_SUCCESS);
	expect_closed(&other);
}

TEST(attributes_are_set_without_lanes)
{
	pair_send(&pair, 1);
	world_set_qlimit(bob, pair_inbox, 1);
	expect_closed(&pair);
	assert_int_equal(send_by_trap(&pair, 2), MACH_SEND_TIMED_OUT);
}

TEST(a_context_is_set_without_lanes)
{
	EXPECT(ipc_mach_port_set_context(bob, pair_inbox, 7), KERN_SUCCESS);
	expect_closed(&pair);
}

TEST(a_guard_is_set_without_lanes)
{
	EXPECT(ipc_mach_port_guard(bob, pair_inbox, 7, 0), KERN_SUCCESS);
	expect_closed(&pair);
}

TEST(a_sequence_number_is_set_without_lanes)
{
	pair_send(&pair, 1);
	pair_send(&pair, 2);
	(void)pair_take(&pair, 1);
	EXPECT(ipc_mach_port_set_seqno(bob, pair_inbox, 42), KERN_SUCCESS);
	expect_closed(&pair);
	assert_int_equal(world_status(bob, pair_inbox).mps_seqno, 42);
	assert_int_equal(world_receive(bob, pair_inbox).trailer.msgh_seqno, 42);
}

TEST(a_look_at_the_queue_sees_what_was_in_the_lane)
{
	struct ipc_peek peek;

	pair_send(&pair, 5);
	EXPECT(ipc_mach_port_peek(bob, pair_inbox, 0, 0,
	           sizeof(mach_msg_max_trailer_t), &peek),
	    KERN_SUCCESS);
	assert_int_equal(peek.id, 5);
	expect_closed(&pair);
}

/* The limit. */

TEST(a_trap_closes_the_lane_that_has_all_the_room)
{
	pair_open(&other, carol);
	expect_closed(&pair);
	ipc_lane_close(&other.lane, IPC_LANE_ASKED_TO);
	pair_end(&pair);
	pair_open(&pair, alice);
	pair_send(&pair, 1);
	EXPECT(send_by_trap(&other, 2), MACH_MSG_SUCCESS);
	expect_closed(&pair);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_id(bob, pair_inbox, 2);
}

TEST(a_trap_that_finds_room_beside_the_lanes_leaves_them)
{
	world_set_qlimit(bob, pair_inbox, 16);
	pair_end(&pair);
	pair_open(&pair, alice);
	pair_open(&other, carol);
	if (pair.lane.state == IPC_LANE_CLOSED) {
		pair_end(&pair);
		pair_open(&pair, alice);
	}
	expect_open(&pair);
	expect_open(&other);
	EXPECT(send_by_trap(&pair, 1), MACH_MSG_SUCCESS);
	expect_open(&pair);
	expect_open(&other);
}

TEST(a_limit_reached_by_a_lane_holds_who_sends_by_trap)
{
	mach_port_name_t send = world_give(bob, pair_inbox, MAKE_SEND, carol);

	for (mach_msg_id_t id = 1; id <= MACH_PORT_QLIMIT_DEFAULT; id++)
		pair_send(&pair, id);
	assert_int_equal(pair_publish(&pair, 6, 8), LANE_FULL);
	EXPECT(world_send_id(carol, send, COPY_SEND, 6), MACH_SEND_TIMED_OUT);
	expect_closed(&pair);
	for (mach_msg_id_t id = 1; id <= MACH_PORT_QLIMIT_DEFAULT; id++)
		world_expect_id(bob, pair_inbox, id);
	world_expect_empty(bob, pair_inbox);
}

TEST(who_blocks_blocks_without_lanes)
{
	struct thread *thread = world_thread(carol);
	struct message message;

	message_init(&message, world_give(bob, pair_inbox, MAKE_SEND, carol),
	    COPY_SEND, MACH_PORT_NULL, 0);
	for (mach_msg_id_t id = 1; id <= MACH_PORT_QLIMIT_DEFAULT; id++)
		pair_send(&pair, id);
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	expect_closed(&pair);
	world_expect_id(bob, pair_inbox, 1);
	assert_false(thread_blocked(thread));
}

TEST(a_send_possible_request_is_armed_without_lanes)
{
	mach_port_name_t notify = world_port(alice);

	for (mach_msg_id_t id = 1; id <= MACH_PORT_QLIMIT_DEFAULT; id++)
		pair_send(&pair, id);
	(void)world_request(
	    alice, pair.send, MACH_NOTIFY_SEND_POSSIBLE, 1, notify);
	expect_closed(&pair);
	world_expect_empty(alice, notify);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_SEND_POSSIBLE, pair.send);
}

TEST(a_send_right_that_is_full_for_now_is_told_of_without_lanes)
{
	struct thread *thread = world_thread(alice);
	mach_port_name_t notify = world_port(alice);
	struct message message;

	(void)world_request(
	    alice, pair.send, MACH_NOTIFY_SEND_POSSIBLE, 0, notify);
	for (mach_msg_id_t id = 1; id <= MACH_PORT_QLIMIT_DEFAULT; id++)
		pair_send(&pair, id);
	message_init(&message, pair.send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	expect_closed(&pair);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_SEND_POSSIBLE, pair.send);
}

TEST(a_queue_that_drains_gives_its_room_to_the_lane)
{
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	pair_end(&pair);
	EXPECT(send_by_trap(&pair, 1), MACH_MSG_SUCCESS);
	EXPECT(send_by_trap(&pair, 2), MACH_MSG_SUCCESS);
	pair_open(&pair, alice);
	assert_int_equal(pair_from_entry(&pair)->limit, 3);
	expect_queued(bob, pair_inbox, 1);
	assert_int_equal(pair_from_entry(&pair)->limit, 4);
	expect_queued(bob, pair_inbox, 2);
	assert_int_equal(pair_from_entry(&pair)->limit, 5);
}

/* What is read out. */

TEST(a_status_counts_what_is_in_the_lane_and_leaves_it_open)
{
	mach_port_status_t status;

	for (mach_msg_id_t id = 1; id <= 3; id++)
		pair_send(&pair, id);
	(void)pair_take(&pair, 1);
	status = world_status(bob, pair_inbox);
	assert_int_equal(status.mps_msgcount, 2);
	assert_int_equal(status.mps_seqno, 1);
	expect_open(&pair);
}

TEST(a_lane_that_is_not_open_counts_nothing)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t send = world_give(bob, port, MAKE_SEND, alice);
	uint32_t index;
	mach_port_name_t replies = pair_reply_port(&pair, &index);

	EXPECT(pair_offer(&other, alice, send), KERN_SUCCESS);
	assert_int_equal(world_status(bob, port).mps_seqno, 0);
	assert_int_equal(world_status(bob, port).mps_msgcount, 0);
	assert_int_equal(world_status(alice, replies).mps_sorights, 0);
}

TEST(a_task_that_chooses_any_name_gets_no_lane)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t send = world_give(bob, port, MAKE_SEND, alice);

	EXPECT(ipc_space_set_mach3(bob, true), KERN_SUCCESS);
	EXPECT(ipc_mach_port_allocate_name(bob, RECEIVE, 0x60000), 0);
	EXPECT(pair_offer(&other, alice, send), KERN_SUCCESS);
	EXPECT(pair_accept(&other), KERN_RESOURCE_SHORTAGE);
}

TEST(sequence_numbers_count_messages_taken_either_way)
{
	struct thread *thread = world_thread(bob);
	mach_port_name_t once =
	    world_give(bob, pair_inbox, MAKE_SEND_ONCE, carol);

	pair_send(&pair, 1);
	pair_send(&pair, 2);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 3), 0);
	(void)pair_take(&pair, 1);
	(void)pair_take(&pair, 2);
	assert_int_equal(take_queued(thread, pair_inbox).trailer.msgh_seqno, 2);
	thread_end(thread);
	expect_open(&pair);
	assert_int_equal(world_status(bob, pair_inbox).mps_seqno, 3);
}

/* Reply ports. */

static mach_port_name_t reply_port; /* alice's */
static uint32_t slot;
static uint32_t token; /* bob's */

/* Alice has asked, and bob has taken that. */
static void
ask(void)
{
	uint32_t index;

	reply_port = pair_reply_port(&pair, &index);
	slot = pair_ask(&pair, 1, index);
	token = pair_take(&pair, 1).token;
}

TEST(a_reply_in_a_slot_moves_with_the_port)
{
	mach_port_name_t moved;

	ask();
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	moved = world_give(alice, reply_port, MOVE_RECEIVE, carol);
	expect_closed(&pair);
	world_expect_id(carol, moved, 2);
}

TEST(a_reply_that_has_not_come_is_owed_to_the_port_where_it_moves)
{
	mach_port_name_t moved;
	mach_port_name_t name;

	ask();
	name = pair_name(&pair, token);
	moved = world_give(alice, reply_port, MOVE_RECEIVE, carol);
	expect_closed(&pair);
	EXPECT(world_send_id(bob, name, MOVE_SEND_ONCE, 3), MACH_MSG_SUCCESS);
	world_expect_id(carol, moved, 3);
}

TEST(a_reply_port_that_dies_leaves_a_dead_right)
{
	ask();
	world_drop_receive(alice, reply_port);
	expect_closed(&pair);
	EXPECT(world_send_id(bob, pair_name(&pair, token), MOVE_SEND_ONCE, 3),
	    MACH_MSG_SUCCESS);
}

TEST(a_look_at_the_queue_sees_the_reply_in_the_slot)
{
	struct ipc_peek peek;

	ask();
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	EXPECT(ipc_mach_port_peek(alice, reply_port, 0, 0,
	           sizeof(mach_msg_max_trailer_t), &peek),
	    KERN_SUCCESS);
	assert_int_equal(peek.id, 2);
	expect_queued(alice, reply_port, 2);
}

TEST(replies_count_in_the_sequence_number_of_their_port)
{
	ask();
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	assert_int_equal(world_status(alice, reply_port).mps_seqno, 0);
	assert_int_equal(pair_accept_reply(&pair, slot), LANE_ACCEPTED);
	assert_int_equal(world_status(alice, reply_port).mps_seqno, 1);
	expect_open(&pair);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(world_status(alice, reply_port).mps_seqno, 1);
}

TEST(a_sequence_number_set_at_a_reply_port_counts_from_there)
{
	ask();
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	assert_int_equal(pair_accept_reply(&pair, slot), LANE_ACCEPTED);
	EXPECT(ipc_mach_port_set_seqno(alice, reply_port, 10), KERN_SUCCESS);
	expect_open(&pair);
	assert_int_equal(world_status(alice, reply_port).mps_seqno, 10);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(world_status(alice, reply_port).mps_seqno, 10);
}

TEST(rights_to_reply_count_while_they_are_tokens)
{
	ask();
	assert_int_equal(world_status(alice, reply_port).mps_sorights, 1);
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	assert_int_equal(pair_accept_reply(&pair, slot), LANE_ACCEPTED);
	assert_int_equal(world_status(alice, reply_port).mps_sorights, 0);
}

TEST(the_name_of_a_token_that_is_a_right_has_one_generation)
{
	mach_port_name_t name;

	ask();
	name = pair_name(&pair, token);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	assert_false(world_has(bob, name + 4));
	assert_false(world_has(bob, pair_inbox + 4));
	assert_false(world_has(bob, 0x1000003));
}

TEST(a_slot_whose_last_token_was_a_right_gives_another)
{
	uint32_t index;

	ask();
	index = world_lookup(alice, reply_port)->board_index;
	pair.receiver->held[slot] = token >> 4;
	(void)pair_ask(&pair, 4, index); /* the other slot */
	(void)pair_take(&pair, 4);
	EXPECT(world_send_id(bob, pair_name(&pair, token), MOVE_SEND_ONCE, 3),
	    MACH_MSG_SUCCESS);
	assert_int_equal(pair_ask(&pair, 2, index), slot);
	token = pair_take(&pair, 2).token;
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_int_equal(
	    world_type(bob, pair_name(&pair, token)), MACH_PORT_TYPE_SEND_ONCE);
}

#define HERE(test)                                                             \
	{                                                                      \
		.test_func = test, .setup_func = setup,                        \
		.teardown_func = pair_teardown, .name = #test,                 \
		.initial_state = (void *)#test                                 \
	}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_receive_right_moves_with_what_was_in_the_lane),
	    HERE(a_receive_right_dies_with_what_was_in_the_lane),
	    HERE(a_receive_right_with_another_name_has_no_lane),
	    HERE(
	        what_was_in_the_lane_comes_by_the_set_that_the_port_is_put_into),
	    HERE(a_port_that_leaves_its_set_has_no_lane),
	    HERE(a_set_that_dies_or_is_renamed_has_members_without_lanes),
	    HERE(attributes_are_set_without_lanes),
	    HERE(a_context_is_set_without_lanes),
	    HERE(a_guard_is_set_without_lanes),
	    HERE(a_sequence_number_is_set_without_lanes),
	    HERE(a_look_at_the_queue_sees_what_was_in_the_lane),
	    HERE(a_trap_closes_the_lane_that_has_all_the_room),
	    HERE(a_trap_that_finds_room_beside_the_lanes_leaves_them),
	    HERE(a_limit_reached_by_a_lane_holds_who_sends_by_trap),
	    HERE(who_blocks_blocks_without_lanes),
	    HERE(a_send_possible_request_is_armed_without_lanes),
	    HERE(a_send_right_that_is_full_for_now_is_told_of_without_lanes),
	    HERE(a_queue_that_drains_gives_its_room_to_the_lane),
	    HERE(a_status_counts_what_is_in_the_lane_and_leaves_it_open),
	    HERE(a_lane_that_is_not_open_counts_nothing),
	    HERE(a_task_that_chooses_any_name_gets_no_lane),
	    HERE(sequence_numbers_count_messages_taken_either_way),
	    HERE(a_reply_in_a_slot_moves_with_the_port),
	    HERE(a_reply_that_has_not_come_is_owed_to_the_port_where_it_moves),
	    HERE(a_reply_port_that_dies_leaves_a_dead_right),
	    HERE(a_look_at_the_queue_sees_the_reply_in_the_slot),
	    HERE(replies_count_in_the_sequence_number_of_their_port),
	    HERE(a_sequence_number_set_at_a_reply_port_counts_from_there),
	    HERE(rights_to_reply_count_while_they_are_tokens),
	    HERE(the_name_of_a_token_that_is_a_right_has_one_generation),
	    HERE(a_slot_whose_last_token_was_a_right_gives_another),
	};

	return RUN("ipc_lane_exact", tests);
}
