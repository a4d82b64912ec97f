/* Queues: order, limits, and who waits (messages.md 10 and 11). */
#include "ipc_mqueue.h"

#include <string.h>

#include "ipc_lane.h"
#include "ipc_port.h"
#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static mach_msg_return_t
send_id(mach_msg_id_t id)
{
	return world_send_id(alice, to_bob, COPY_SEND, id);
}

/* A thread of alice's that waits for room. */
static struct thread *
block_sender(mach_msg_id_t id)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = id;
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	return thread;
}

/* A thread of bob's that waits for a message. */
static struct thread *
block_receiver(
    mach_port_name_t name, mach_msg_option_t option, mach_msg_size_t rcv_size)
{
	struct thread *thread = world_thread(bob);

	EXPECT(thread_receive(thread, name, option, rcv_size),
	    MACH_RCV_IN_PROGRESS);
	return thread;
}

static void
expect_sent(const struct thread *thread)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).code, MACH_MSG_SUCCESS);
	assert_int_equal(thread->woken, 1);
}

static void
expect_got(const struct thread *thread, mach_msg_id_t id)
{
	struct got got;

	assert_false(thread_blocked(thread));
	got = thread_got(thread);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
	assert_int_equal(thread->woken, 1);
}

/* Order and limit. */

TEST(a_port_is_first_in_first_out)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, carol);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 2), 0);
	EXPECT(world_send_id(bob, inbox, MAKE_SEND, 3), MACH_MSG_SUCCESS);
	for (mach_msg_id_t id = 1; id <= 3; id++)
		world_expect_id(bob, inbox, id);
	world_expect_empty(bob, inbox);
}

TEST(scenario_8_five_sends_succeed_and_the_sixth_would_block)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, carol);

	for (mach_msg_id_t id = 1; id <= 5; id++)
		EXPECT(send_id(id), MACH_MSG_SUCCESS);
	EXPECT(send_id(6), MACH_SEND_TIMED_OUT);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 7), 0);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 6);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		world_expect_id(bob, inbox, id);
	world_expect_id(bob, inbox, 7);
}

TEST(messages_beyond_the_limit_count_against_it)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, carol);

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 2), 0);
	world_expect_id(bob, inbox, 1);
	EXPECT(send_id(3), MACH_SEND_TIMED_OUT);
	world_expect_id(bob, inbox, 2);
	EXPECT(send_id(4), MACH_MSG_SUCCESS);
}

TEST(lowering_the_limit_discards_nothing)
{
	for (mach_msg_id_t id = 1; id <= 5; id++)
		EXPECT(send_id(id), MACH_MSG_SUCCESS);
	world_set_qlimit(bob, inbox, 2);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 5);
	for (mach_msg_id_t id = 1; id <= 3; id++)
		world_expect_id(bob, inbox, id);
	EXPECT(send_id(6), MACH_SEND_TIMED_OUT);
	world_expect_id(bob, inbox, 4);
	EXPECT(send_id(7), MACH_MSG_SUCCESS);
}

/* Blocked senders. */

TEST(blocked_senders_are_let_in_first_in_first_out)
{
	struct thread *senders[3];

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	for (int i = 0; i < 3; i++)
		senders[i] = block_sender(2 + i);
	for (int i = 0; i < 3; i++) {
		world_expect_id(bob, inbox, 1 + i);
		expect_sent(senders[i]);
		if (i < 2)
			assert_true(thread_blocked(senders[i + 1]));
	}
	world_expect_id(bob, inbox, 4);
}

TEST(a_newcomer_cannot_take_the_place_of_one_who_waits)
{
	struct thread *sender;

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	sender = block_sender(2);
	world_expect_id(bob, inbox, 1);
	expect_sent(sender);
	EXPECT(send_id(3), MACH_SEND_TIMED_OUT);
	world_expect_id(bob, inbox, 2);
	EXPECT(send_id(4), MACH_MSG_SUCCESS);
}

TEST(raising_the_limit_lets_in_as_many_as_there_is_new_room)
{
	struct thread *senders[4];

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	for (int i = 0; i < 4; i++)
		senders[i] = block_sender(2 + i);
	world_set_qlimit(bob, inbox, 3);
	expect_sent(senders[0]);
	expect_sent(senders[1]);
	assert_true(thread_blocked(senders[2]));
	assert_true(thread_blocked(senders[3]));
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 3);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		world_expect_id(bob, inbox, id);
}

TEST(a_limit_of_zero_holds_every_sender_until_it_is_raised)
{
	struct thread *sender;

	world_set_qlimit(bob, inbox, 0);
	EXPECT(send_id(1), MACH_SEND_TIMED_OUT);
	sender = block_sender(2);
	world_set_qlimit(bob, inbox, 1);
	expect_sent(sender);
	world_expect_id(bob, inbox, 2);
}

TEST(a_waiting_receiver_does_not_help_a_sender_at_a_limit_of_zero)
{
	struct thread *receiver;
	struct thread *sender;

	world_set_qlimit(bob, inbox, 0);
	receiver = block_receiver(inbox, 0, ROOMY);
	sender = block_sender(2);
	assert_true(thread_blocked(receiver));
	world_set_qlimit(bob, inbox, 5);
	expect_sent(sender);
	expect_got(receiver, 2);
}

TEST(a_sender_that_gives_up_makes_way_for_the_next)
{
	struct thread *first;
	struct thread *second;

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	first = block_sender(2);
	second = block_sender(3);
	thread_time_out(first);
	assert_int_equal(thread_got(first).code, MACH_SEND_TIMED_OUT);
	world_expect_id(bob, inbox, 1);
	expect_sent(second);
	world_expect_id(bob, inbox, 3);
}

TEST(cancelling_who_does_not_wait_changes_nothing)
{
	struct thread *thread = block_receiver(inbox, 0, ROOMY);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	thread_time_out(thread);
	thread_interrupt(thread);
	expect_got(thread, 1);
}

TEST(a_send_once_message_passes_those_who_wait)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, carol);
	struct thread *sender;

	world_set_qlimit(bob, inbox, 0);
	sender = block_sender(1);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 2), 0);
	world_expect_id(bob, inbox, 2);
	assert_true(thread_blocked(sender));
}

TEST(a_queue_holds_65534_messages_by_any_means)
{
	struct message message;
	struct got got;

	message_init(&message, inbox, MAKE_SEND_ONCE, MACH_PORT_NULL, 0);
	for (int i = 0; i < IPC_QUEUE_MAX; i++)
		assert_int_equal(world_send_unchecked(bob, &message), 0);
	ipc_check();
	EXPECT(world_send(bob, &message), MACH_SEND_NO_BUFFER);
	got = world_sent(bob);
	assert_int_equal(got.outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(got.header.msgh_bits, MOVE_SEND_ONCE);
	assert_int_equal(world_type(bob, got.header.msgh_remote_port),
	    MACH_PORT_TYPE_SEND_ONCE);
	/* A notification is dropped silently (notifications.md 1.3). */
	EXPECT(ipc_mach_port_deallocate(bob, got.header.msgh_remote_port),
	    KERN_SUCCESS);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, IPC_QUEUE_MAX);
	world_expect_id(bob, inbox, 0);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
}

/* Blocked receivers. */

TEST(a_message_is_handed_to_who_waits)
{
	struct thread *thread = block_receiver(inbox, 0, ROOMY);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_got(thread, 1);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 0);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 1);
}

TEST(receivers_are_served_first_in_first_out_one_message_each)
{
	struct thread *threads[3];

	for (int i = 0; i < 3; i++)
		threads[i] = block_receiver(inbox, 0, ROOMY);
	for (int i = 0; i < 3; i++) {
		EXPECT(send_id(10 + i), MACH_MSG_SUCCESS);
		expect_got(threads[i], 10 + i);
	}
	EXPECT(send_id(13), MACH_MSG_SUCCESS);
	world_expect_id(bob, inbox, 13);
}

TEST(a_receiver_that_gives_up_gets_nothing)
{
	struct thread *first = block_receiver(inbox, 0, ROOMY);
	struct thread *second = block_receiver(inbox, 0, ROOMY);

	thread_time_out(first);
	assert_int_equal(thread_got(first).code, MACH_RCV_TIMED_OUT);
	assert_int_equal(first->woken, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_got(second, 1);
	assert_int_equal(thread_got(first).outcome, IPC_OUTCOME_NONE);
}

TEST(a_signal_ends_a_receive)
{
	struct thread *thread = block_receiver(inbox, 0, ROOMY);

	thread_interrupt(thread);
	assert_int_equal(thread_got(thread).code, MACH_RCV_INTERRUPTED);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_NONE);
}

TEST(a_receiver_whose_thread_died_gets_nothing)
{
	struct thread *first = block_receiver(inbox, 0, ROOMY);
	struct thread *second = block_receiver(inbox, 0, ROOMY);

	thread_end(first);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_got(second, 1);
}

TEST(a_result_that_was_not_fetched_ends_with_its_thread)
{
	struct thread *thread = block_receiver(inbox, 0, ROOMY);
	uint32_t messages = alice->account->used.messages;

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	thread_end(thread);
	assert_int_equal(alice->account->used.messages, messages);
}

/* Large messages: 11.3. */

TEST(a_message_too_large_is_told_to_one_who_waits_and_stays)
{
	struct thread *small =
	    block_receiver(inbox, MACH_RCV_LARGE, 24 + 8 - 1);
	struct got got;

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	got = thread_got(small);
	assert_int_equal(got.code, MACH_RCV_TOO_LARGE);
	assert_int_equal(got.outcome, IPC_OUTCOME_SIZE);
	assert_int_equal(got.large_size, 24);
	assert_int_equal(got.large_name, inbox);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 0);
	world_expect_id(bob, inbox, 1);
}

TEST(a_message_too_large_for_the_first_goes_to_the_next)
{
	struct thread *small = block_receiver(inbox, MACH_RCV_LARGE, 0);
	struct thread *large = block_receiver(inbox, 0, ROOMY);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(small).code, MACH_RCV_TOO_LARGE);
	expect_got(large, 1);
}

TEST(a_message_too_large_without_the_option_is_destroyed)
{
	mach_port_name_t reply = world_port(alice);
	mach_port_name_t carried = world_port(alice);
	mach_port_name_t watch = world_give(alice, carried, MAKE_SEND, carol);
	struct thread *thread = world_thread(bob);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_header(&message)->msgh_id = 42;
	message_header(&message)->msgh_voucher_port = 0x1111;
	message_add_port(&message, carried, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, inbox, POLL, 24 + MAX_TRAILER_SIZE),
	    MACH_RCV_TOO_LARGE);
	got = thread_got(thread);
	assert_int_equal(got.outcome, IPC_OUTCOME_BARE);
	assert_int_equal(got.header.msgh_size, 24);
	assert_int_equal(got.header.msgh_bits, 0x1112);
	assert_int_equal(got.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_local_port, inbox);
	assert_int_equal(got.header.msgh_voucher_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_id, 42);
	assert_int_equal(got.trailer_bytes, MAX_TRAILER_SIZE);
	assert_int_equal(got.trailer.msgh_seqno, 0);
	assert_int_equal(got.trailer.msgh_sender.val[0], 0);
	assert_int_equal(got.trailer.msgh_sender.val[1], 1);
	assert_int_equal(got.trailer.msgh_audit.val[5], 0);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 1);
	assert_int_equal(world_type(carol, watch), MACH_PORT_TYPE_DEAD_NAME);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(bob, inbox);
}

TEST(a_dead_reply_name_is_kept_in_the_bare_header)
{
	struct thread *thread = world_thread(bob);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_DEAD, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, inbox, POLL, 40), MACH_RCV_TOO_LARGE);
	assert_int_equal(
	    thread_got(thread).header.msgh_remote_port, MACH_PORT_DEAD);
}

TEST(a_buffer_smaller_than_a_header_is_invalid_data)
{
	struct thread *thread = world_thread(bob);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, inbox, POLL, 23), MACH_RCV_INVALID_DATA);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_NONE);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 1);
	world_expect_empty(bob, inbox);
	/* The same for one who waits. */
	EXPECT(thread_receive(thread, inbox, 0, 0), MACH_RCV_IN_PROGRESS);
	EXPECT(send_id(2), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).code, MACH_RCV_INVALID_DATA);
	world_expect_empty(bob, inbox);
}

TEST(a_destroyed_large_message_makes_room_for_a_blocked_sender)
{
	struct thread *thread = world_thread(bob);
	struct thread *sender;

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	sender = block_sender(2);
	EXPECT(thread_receive(thread, inbox, POLL, 30), MACH_RCV_TOO_LARGE);
	expect_sent(sender);
	world_expect_id(bob, inbox, 2);
}

TEST(a_message_kept_by_the_option_makes_no_room)
{
	struct thread *thread = world_thread(bob);

	world_set_qlimit(bob, inbox, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, inbox, POLL | MACH_RCV_LARGE, 0),
	    MACH_RCV_TOO_LARGE);
	EXPECT(send_id(2), MACH_SEND_TIMED_OUT);
}

TEST(the_number_that_a_message_gets_is_the_ports_when_it_leaves)
{
	struct got got;

	for (mach_msg_id_t id = 0; id < 3; id++)
		EXPECT(send_id(id), MACH_MSG_SUCCESS);
	for (uint32_t i = 0; i < 3; i++) {
		got = world_receive(bob, inbox);
		assert_int_equal(got.trailer.msgh_seqno, i);
	}
	assert_int_equal(world_status(bob, inbox).mps_seqno, 3);
}

TEST(a_message_not_too_large_is_handed_over_whatever_the_option)
{
	struct thread *thread = block_receiver(inbox, MACH_RCV_LARGE, ROOMY);

	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_got(thread, 1);
}

/* Tickets. */

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_port_is_first_in_first_out),
	    HERE(scenario_8_five_sends_succeed_and_the_sixth_would_block),
	    HERE(messages_beyond_the_limit_count_against_it),
	    HERE(lowering_the_limit_discards_nothing),
	    HERE(blocked_senders_are_let_in_first_in_first_out),
	    HERE(a_newcomer_cannot_take_the_place_of_one_who_waits),
	    HERE(raising_the_limit_lets_in_as_many_as_there_is_new_room),
	    HERE(a_limit_of_zero_holds_every_sender_until_it_is_raised),
	    HERE(a_waiting_receiver_does_not_help_a_sender_at_a_limit_of_zero),
	    HERE(a_sender_that_gives_up_makes_way_for_the_next),
	    HERE(cancelling_who_does_not_wait_changes_nothing),
	    HERE(a_send_once_message_passes_those_who_wait),
	    HERE(a_queue_holds_65534_messages_by_any_means),
	    HERE(a_message_is_handed_to_who_waits),
	    HERE(receivers_are_served_first_in_first_out_one_message_each),
	    HERE(a_receiver_that_gives_up_gets_nothing),
	    HERE(a_signal_ends_a_receive),
	    HERE(a_receiver_whose_thread_died_gets_nothing),
	    HERE(a_result_that_was_not_fetched_ends_with_its_thread),
	    HERE(a_message_too_large_is_told_to_one_who_waits_and_stays),
	    HERE(a_message_too_large_for_the_first_goes_to_the_next),
	    HERE(a_message_too_large_without_the_option_is_destroyed),
	    HERE(a_dead_reply_name_is_kept_in_the_bare_header),
	    HERE(a_buffer_smaller_than_a_header_is_invalid_data),
	    HERE(a_destroyed_large_message_makes_room_for_a_blocked_sender),
	    HERE(a_message_kept_by_the_option_makes_no_room),
	    HERE(the_number_that_a_message_gets_is_the_ports_when_it_leaves),
	    HERE(a_message_not_too_large_is_handed_over_whatever_the_option),
	};

	return RUN("ipc_mqueue", tests);
}
