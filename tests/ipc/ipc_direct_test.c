/* IPC_LANES_DIRECT: the kernel's next message, if nothing in lanes and slots is older. */
#include "lane_pair.h"

#include "ipc_board.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"

static struct pair pair;      /* from alice to bob's inbox */
static struct pair other;     /* from carol, to the same */
static struct thread *thread; /* bob's */

static int
setup(void **state)
{
	(void)pair_setup(state);
	pair = (struct pair){0};
	other = (struct pair){0};
	pair_open(&pair, alice);
	/* There is room for others. */
	world_lookup(bob, pair_inbox)->qlimit = 100;
	thread = world_thread(bob);
	return 0;
}

static mach_msg_return_t
receive_from(struct ipc_space *task, mach_port_name_t name, struct thread *by,
    mach_msg_option_t option, mach_msg_size_t size)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | option,
	    .rcv_size = size,
	    .rcv_name = name,
	    .lanes = IPC_LANES_KNOWN | IPC_LANES_DIRECT,
	};
	mach_msg_return_t mr;

	ipc_waiter_reset(&by->waiter);
	mr = ipc_mach_msg_receive(task, &args, &by->waiter);
	ipc_check();
	return mr;
}

static mach_msg_return_t
receive(void)
{
	return receive_from(bob, pair_inbox, thread, 0, ROOMY);
}

/* By the kernel. */
static void
send_id(mach_msg_id_t id)
{
	EXPECT(world_send_id(alice, pair.send, COPY_SEND, id), 0);
}

static void
expect_got(mach_msg_id_t id)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).header.msgh_id, id);
}

static void
expect_again(void)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).code, IPC_RCV_AGAIN);
}

static void
expect_queued(struct ipc_space *task, mach_port_name_t name, mach_msg_id_t id)
{
	struct thread *by = world_thread(task);
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG,
	    .rcv_size = ROOMY,
	    .rcv_name = name,
	    .lanes = IPC_LANES_KNOWN | IPC_LANES_QUEUE,
	};

	EXPECT(ipc_mach_msg_receive(task, &args, &by->waiter), 0);
	assert_int_equal(thread_got(by).header.msgh_id, id);
	thread_end(by);
}

TEST(an_older_message_of_the_kernel_comes_before_one_in_a_lane)
{
	send_id(1);
	pair_send(&pair, 2);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(1);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

TEST(an_older_message_in_a_lane_is_to_be_looked_at_first)
{
	pair_send(&pair, 1);
	send_id(2);
	EXPECT(receive(), IPC_RCV_AGAIN);
	(void)pair_take(&pair, 1);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(2);
}

TEST(the_oldest_of_all_lanes_decides)
{
	pair_open(&other, carol);
	pair_send(&other, 1);
	send_id(2);
	pair_send(&pair, 3);
	EXPECT(receive(), IPC_RCV_AGAIN);
	(void)pair_take(&other, 1);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(2);
}

TEST(the_oldest_of_all_lanes_decides_whichever_is_first)
{
	pair_open(&other, carol);
	pair_send(&pair, 1);
	send_id(2);
	pair_send(&other, 3);
	EXPECT(receive(), IPC_RCV_AGAIN);
	(void)pair_take(&pair, 1);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(2);
}

TEST(a_lane_that_is_not_open_yet_holds_up_nothing)
{
	EXPECT(pair_offer(&other, carol,
	           world_give(bob, pair_inbox, MAKE_SEND, carol)),
	    KERN_SUCCESS);
	send_id(1);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(1);
}

TEST(a_message_in_a_lane_alone_is_to_be_looked_at)
{
	pair_send(&pair, 1);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

TEST(who_waits_is_handed_a_message_while_lanes_are_open)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	send_id(1);
	expect_got(1);
}

TEST(who_waits_looks_again_when_a_lane_has_an_older_message)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	pair_send(&pair, 1);
	send_id(2);
	expect_again();
	(void)pair_take(&pair, 1);
	expect_queued(bob, pair_inbox, 2);
}

TEST(who_waits_looks_again_when_a_lane_opens_or_closes)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	expect_again();
}

TEST(what_was_in_a_lane_that_closed_comes_in_its_turn)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	pair_send(&pair, 1);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	send_id(2);
	expect_again();
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(1);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(2);
}

TEST(a_message_has_its_number_among_those_of_lanes)
{
	struct lane_board_port *entry =
	    &bob->board->memory
	         ->port[world_lookup(bob, pair_inbox)->board_index];

	pair_send(&pair, 1);
	(void)pair_take(&pair, 1);
	send_id(2);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	assert_int_equal(entry->seqno, 2);
}

TEST(a_message_too_large_stays_while_lanes_are_open)
{
	send_id(1);
	EXPECT(receive_from(bob, pair_inbox, thread, MACH_RCV_LARGE, 8),
	    MACH_RCV_TOO_LARGE);
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(1);
}

TEST(who_waits_is_told_of_a_message_too_large_while_lanes_are_open)
{
	EXPECT(receive_from(bob, pair_inbox, thread, MACH_RCV_LARGE, 8),
	    MACH_RCV_IN_PROGRESS);
	send_id(1);
	assert_int_equal(thread_got(thread).code, MACH_RCV_TOO_LARGE);
	expect_queued(bob, pair_inbox, 1);
}

TEST(a_port_that_dies_ends_a_direct_receive)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	world_drop_receive(bob, pair_inbox);
	assert_false(thread_blocked(thread));
}

TEST(a_lane_whose_words_cannot_be_is_to_be_looked_at)
{
	send_id(1);
	atomic_store(&pair.sender->tail, lane_mark(8, 1));
	EXPECT(receive(), IPC_RCV_AGAIN);
	atomic_store(&pair.sender->tail, lane_mark(1u << 30, 1));
	EXPECT(receive(), IPC_RCV_AGAIN);
}

/* --- replies --------------------------------------------------------------------- */

static mach_port_name_t reply_port; /* alice's */
static uint32_t slot;
static uint32_t token;

static void
ask(void)
{
	uint32_t index;

	reply_port = pair_reply_port(&pair, &index);
	slot = pair_ask(&pair, 1, index);
	token = pair_take(&pair, 1).token;
	thread_end(thread);
	thread = world_thread(alice);
}

static mach_msg_return_t
receive_reply(void)
{
	return receive_from(alice, reply_port, thread, 0, ROOMY);
}

static void
send_to_reply_port(mach_msg_id_t id)
{
	const mach_port_name_t once =
	    world_give(alice, reply_port, MAKE_SEND_ONCE, carol);

	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, id), 0);
}

TEST(who_waits_at_a_reply_port_is_handed_what_the_kernel_has)
{
	ask();
	EXPECT(receive_reply(), MACH_RCV_IN_PROGRESS);
	send_to_reply_port(3);
	expect_got(3);
}

TEST(a_reply_in_a_slot_is_to_be_looked_at)
{
	ask();
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	EXPECT(receive_reply(), IPC_RCV_AGAIN);
	assert_int_equal(pair_accept_reply(&pair, slot), LANE_ACCEPTED);
	EXPECT(receive_reply(), MACH_RCV_IN_PROGRESS);
}

TEST(a_reply_in_a_slot_for_another_port_does_not_matter)
{
	const mach_port_name_t plain = world_port(alice);

	ask();
	EXPECT(ipc_board_post(world_lookup(alice, plain)), KERN_SUCCESS);
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	EXPECT(
	    receive_from(alice, plain, thread, 0, ROOMY), MACH_RCV_IN_PROGRESS);
}

TEST(a_reply_that_the_kernel_took_over_does_not_matter)
{
	ask();
	EXPECT(
	    world_send_id(bob, pair_name(&pair, token), MOVE_SEND_ONCE, 2), 0);
	assert_int_not_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	EXPECT(receive_reply(), MACH_MSG_SUCCESS);
	expect_got(2);
}

/* Bob says that he has answered, although he was seen to have the right. */
TEST(an_answer_by_a_token_that_is_a_right_does_not_matter)
{
	ask();
	assert_int_equal(
	    world_type(bob, pair_name(&pair, token)), MACH_PORT_TYPE_SEND_ONCE);
	atomic_store(
	    &lane_reply_slot(pair.receiver, &pair.out.sizes, slot)->word,
	    lane_word(token >> 4, LANE_REPLIED));
	EXPECT(receive_reply(), MACH_RCV_IN_PROGRESS);
}

/* Answers in two slots, and between them a message of the kernel's. */
static void
expect_older_reply(bool second_first)
{
	uint32_t tokens[2];
	uint32_t index;

	ask();
	index = world_lookup(alice, reply_port)->board_index;
	tokens[0] = token;
	(void)pair_ask(&pair, 2, index);
	tokens[1] = pair_take(&pair, 2).token;
	assert_int_equal(
	    pair_reply(&pair, tokens[second_first], 3), LANE_REPLY_SENT);
	send_to_reply_port(4);
	assert_int_equal(
	    pair_reply(&pair, tokens[!second_first], 5), LANE_REPLY_SENT);
	EXPECT(receive_reply(), IPC_RCV_AGAIN);
}

TEST(of_two_replies_the_older_decides) { expect_older_reply(false); }

TEST(of_two_replies_the_older_decides_whichever_slot_has_it)
{
	expect_older_reply(true);
}

TEST(a_lane_of_ours_that_is_not_open_yet_brings_no_replies)
{
	ask();
	EXPECT(pair_offer(&other, alice,
	           world_give(bob, world_port(bob), MAKE_SEND, alice)),
	    KERN_SUCCESS);
	EXPECT(receive_reply(), MACH_RCV_IN_PROGRESS);
}

TEST(an_older_message_of_the_kernel_comes_before_a_reply)
{
	ask();
	send_to_reply_port(2);
	assert_int_equal(pair_reply(&pair, token, 3), LANE_REPLY_SENT);
	EXPECT(receive_reply(), MACH_MSG_SUCCESS);
	expect_got(2);
	EXPECT(receive_reply(), IPC_RCV_AGAIN);
}

TEST(who_waits_at_a_reply_port_looks_again_when_a_reply_is_older)
{
	ask();
	EXPECT(receive_reply(), MACH_RCV_IN_PROGRESS);
	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	send_to_reply_port(3);
	expect_again();
	expect_queued(alice, reply_port, 3);
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
	    HERE(an_older_message_of_the_kernel_comes_before_one_in_a_lane),
	    HERE(an_older_message_in_a_lane_is_to_be_looked_at_first),
	    HERE(the_oldest_of_all_lanes_decides),
	    HERE(the_oldest_of_all_lanes_decides_whichever_is_first),
	    HERE(a_lane_that_is_not_open_yet_holds_up_nothing),
	    HERE(a_message_in_a_lane_alone_is_to_be_looked_at),
	    HERE(who_waits_is_handed_a_message_while_lanes_are_open),
	    HERE(who_waits_looks_again_when_a_lane_has_an_older_message),
	    HERE(who_waits_looks_again_when_a_lane_opens_or_closes),
	    HERE(what_was_in_a_lane_that_closed_comes_in_its_turn),
	    HERE(a_message_has_its_number_among_those_of_lanes),
	    HERE(a_message_too_large_stays_while_lanes_are_open),
	    HERE(who_waits_is_told_of_a_message_too_large_while_lanes_are_open),
	    HERE(a_port_that_dies_ends_a_direct_receive),
	    HERE(a_lane_whose_words_cannot_be_is_to_be_looked_at),
	    HERE(who_waits_at_a_reply_port_is_handed_what_the_kernel_has),
	    HERE(a_reply_in_a_slot_is_to_be_looked_at),
	    HERE(a_reply_in_a_slot_for_another_port_does_not_matter),
	    HERE(a_reply_that_the_kernel_took_over_does_not_matter),
	    HERE(an_answer_by_a_token_that_is_a_right_does_not_matter),
	    HERE(of_two_replies_the_older_decides),
	    HERE(of_two_replies_the_older_decides_whichever_slot_has_it),
	    HERE(a_lane_of_ours_that_is_not_open_yet_brings_no_replies),
	    HERE(an_older_message_of_the_kernel_comes_before_a_reply),
	    HERE(who_waits_at_a_reply_port_looks_again_when_a_reply_is_older),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
