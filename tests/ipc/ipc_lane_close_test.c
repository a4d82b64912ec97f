/* What becomes of all that is in a lane when it closes. */
#include "ipc_lane.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_port.h"
#include "lane_pair.h"

static struct pair first;
static struct pair second;

static void
close_it(struct pair *pair)
{
	ipc_lane_close(&pair->lane, IPC_LANE_ASKED_TO);
	ipc_check();
}

/* The next message in the inbox, which must be this one. */
static struct got
receive(mach_msg_id_t id)
{
	struct got got = world_receive(bob, pair_inbox);

	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
	return got;
}

TEST(an_empty_lane_leaves_nothing)
{
	pair_open(&first, alice);
	close_it(&first);
	assert_int_equal(first.closed, 1);
	assert_int_equal(first.why, IPC_LANE_ASKED_TO);
	assert_int_equal(pair_from_entry(&first)->state, LANE_CLOSED);
	assert_int_equal(pair_to_entry(&first)->state, LANE_CLOSED);
	assert_false(ipc_port_is_posted(pair_inbox_port()));
	world_expect_empty(bob, pair_inbox);
}

TEST(what_was_not_taken_is_in_the_queue)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	pair_send(&first, 3);
	(void)pair_take(&first, 1);
	close_it(&first);
	world_expect_id(bob, pair_inbox, 2);
	world_expect_id(bob, pair_inbox, 3);
	world_expect_empty(bob, pair_inbox);
}

TEST(both_are_told_how_far_they_got)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	(void)pair_take(&first, 1);
	close_it(&first);
	assert_int_equal(
	    pair_from_entry(&first)->end, lane_position(first.out.tail));
	assert_int_equal(
	    pair_to_entry(&first)->from, lane_position(first.in.head));
	assert_true(lane_in_settle(&first.in));
}

static void
expect_forced(struct pair *pair, enum ipc_lane_why why, uint32_t forced)
{
	pair_open(pair, alice);
	ipc_lane_close(&pair->lane, why);
	assert_int_equal(pair_from_entry(pair)->forced, forced);
	assert_int_equal(pair_to_entry(pair)->forced, forced);
	pair_end(pair);
}

TEST(both_are_told_whether_such_a_lane_would_close_again)
{
	expect_forced(&first, IPC_LANE_EXACT, 1);
	expect_forced(&first, IPC_LANE_SHARE, 0);
	expect_forced(&first, IPC_LANE_FULL, 1);
	expect_forced(&first, IPC_LANE_IDLE, 0);
	expect_forced(&first, IPC_LANE_BROKEN, 1);
	expect_forced(&first, IPC_LANE_TRACED, 0);
	expect_forced(&first, IPC_LANE_ASKED_TO, 1);
	expect_forced(&first, IPC_LANE_OVER, 0);
}

/* Close a lane by which so many messages have passed. */
static void
close_after(unsigned messages, enum ipc_lane_why why, uint32_t forced)
{
	pair_open(&first, alice);
	for (unsigned i = 0; i < messages; i++) {
		pair_send(&first, 1);
		(void)pair_take(&first, 1);
	}
	ipc_lane_close(&first.lane, why);
	assert_int_equal(pair_from_entry(&first)->forced, forced);
	pair_end(&first);
}

TEST(a_lane_that_has_paid_may_come_again)
{
	close_after(IPC_LANE_PAID - 1, IPC_LANE_FULL, 1);
	close_after(IPC_LANE_PAID, IPC_LANE_FULL, 0);
	close_after(IPC_LANE_PAID, IPC_LANE_EXACT, 0);
	close_after(IPC_LANE_PAID, IPC_LANE_BROKEN, 1);
}

TEST(a_lane_that_its_sender_gives_up_may_come_again)
{
	pair_open(&first, alice);
	first.lane.given_up = true;
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(pair_from_entry(&first)->forced, 0);
}

TEST(a_drained_message_is_as_it_was_sent)
{
	uint8_t bytes[100];
	struct got got;

	pair_open(&first, alice);
	assert_int_equal(pair_publish(&first, 77, 100), LANE_TAKEN);
	close_it(&first);
	got = receive(77);
	assert_int_equal(got.header.msgh_size, 124);
	assert_int_equal(got.header.msgh_local_port, pair_inbox);
	assert_int_equal(got.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(
	    got.header.msgh_bits, MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND));
	got_bytes(&got, 24, bytes, sizeof(bytes));
	for (unsigned i = 0; i < sizeof(bytes); i++)
		assert_int_equal(bytes[i], 77);
}

TEST(a_drained_message_is_from_who_sent_it)
{
	struct got got;

	pair_open(&first, carol);
	pair_send(&first, 1);
	close_it(&first);
	got = receive(1);
	assert_int_equal(
	    got.trailer.msgh_audit.val[5], carol->identity->audit.val[5]);
}

TEST(messages_of_a_lane_and_of_traps_come_in_their_order)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, alice);
	first.lane.whole = true;
	pair_send(&first, 1);
	/* As by a trap that found room: not what closes the lane. */
	pair_inbox_port()->qlimit = 1000;
	EXPECT(
	    world_send_id(alice, first.send, COPY_SEND, 2), MACH_MSG_SUCCESS);
	pair_send(&first, 3);
	EXPECT(
	    world_send_id(alice, first.send, COPY_SEND, 4), MACH_MSG_SUCCESS);
	close_it(&first);
	for (mach_msg_id_t id = 1; id <= 4; id++)
		world_expect_id(bob, pair_inbox, id);
}

TEST(all_lanes_of_a_port_are_drained_by_ticket)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, alice);
	pair_inbox_port()->qlimit = 1000;
	pair_open(&second, carol);
	assert_int_equal(first.closed, 0);
	pair_send(&first, 1);
	pair_send(&second, 2);
	pair_send(&first, 3);
	pair_send(&second, 4);
	ipc_lane_close_port(pair_inbox_port(), IPC_LANE_EXACT);
	ipc_check();
	assert_int_equal(first.closed + second.closed, 2);
	for (mach_msg_id_t id = 1; id <= 4; id++)
		world_expect_id(bob, pair_inbox, id);
}

TEST(a_drained_message_has_a_send_right)
{
	uint32_t srights;

	pair_open(&first, alice);
	srights = pair_inbox_port()->srights;
	pair_send(&first, 1);
	close_it(&first);
	assert_int_equal(pair_inbox_port()->srights, srights + 1);
	world_expect_id(bob, pair_inbox, 1);
	assert_int_equal(pair_inbox_port()->srights, srights);
}

TEST(sequence_numbers_go_on)
{
	struct got got;

	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	pair_send(&first, 3);
	(void)pair_take(&first, 1);
	assert_int_equal(ipc_lane_seqno(pair_inbox_port()), 1);
	(void)pair_take(&first, 2);
	assert_int_equal(ipc_lane_seqno(pair_inbox_port()), 2);
	close_it(&first);
	got = receive(3);
	assert_int_equal(got.trailer.msgh_seqno, 2);
	assert_int_equal(ipc_lane_seqno(pair_inbox_port()), 3);
}

TEST(what_went_by_a_lane_is_counted)
{
	const uint64_t messages = ipc_world.messages;
	uint64_t sent;

	pair_open(&first, alice);
	sent = alice->sent;
	pair_send(&first, 1);
	pair_send(&first, 2);
	(void)pair_take(&first, 1);
	close_it(&first);
	assert_int_equal(alice->sent - sent, 2);
	assert_int_equal(bob->received, 1);
	assert_int_equal(pair_inbox_port()->enqueued, 2);
	assert_true(ipc_world.messages - messages >= 2);
	world_expect_id(bob, pair_inbox, 2);
	assert_int_equal(bob->received, 2);
}

TEST(a_drained_message_is_charged_to_its_sender)
{
	uint32_t before;

	before = alice->account->used.messages;
	pair_open(&first, alice);
	pair_send(&first, 1);
	close_it(&first);
	assert_int_equal(alice->account->used.messages, before + 1);
	assert_int_equal(alice->account->queued, 1);
	world_expect_id(bob, pair_inbox, 1);
	assert_int_equal(alice->account->queued, 0);
}

TEST(a_lower_limit_does_not_stop_what_is_charged_already)
{
	pair_open(&first, alice);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		pair_send(&first, id);
	alice->account->limits = (struct ipc_charge){0};
	close_it(&first);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		world_expect_id(bob, pair_inbox, id);
}

TEST(no_more_is_drained_than_the_limit)
{
	pair_open(&first, alice);
	pair_from_entry(&first)->limit = 100; /* A does not care */
	for (mach_msg_id_t id = 1; id <= 7; id++)
		assert_int_equal(pair_publish(&first, id, 8), LANE_TAKEN);
	pair_from_entry(&first)->limit = first.lane.limit;
	close_it(&first);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		world_expect_id(bob, pair_inbox, id);
	world_expect_empty(bob, pair_inbox);
}

TEST(a_message_without_memory_is_lost)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	base_alloc_fail_at(1);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	base_alloc_fail_at(0);
	ipc_check();
	world_expect_id(bob, pair_inbox, 2);
	world_expect_empty(bob, pair_inbox);
}

TEST(a_request_without_memory_is_told_to_its_sender)
{
	mach_port_name_t reply;
	uint32_t index;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	(void)pair_ask(&first, 1, index);
	base_alloc_fail_at(1);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	base_alloc_fail_at(0);
	ipc_check();
	world_expect_empty(bob, pair_inbox);
	pair_withdraw(alice, reply);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_message_with_a_ticket_of_the_future_comes_now)
{
	struct lane_record *record;

	pair_open(&first, alice);
	pair_send(&first, 1);
	record = (struct lane_record *)(void *)first.sender->ring;
	record->ticket = UINT64_MAX;
	close_it(&first);
	EXPECT(
	    world_send_id(alice, first.send, COPY_SEND, 2), MACH_MSG_SUCCESS);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_id(bob, pair_inbox, 2);
}

TEST(tickets_that_lie_do_not_change_the_order_of_a_sender)
{
	struct lane_record *records;

	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	records = (struct lane_record *)(void *)first.sender->ring;
	records[2].ticket = 0; /* each has a body of 32 bytes */
	assert_int_equal(records[2].id, 2);
	close_it(&first);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_id(bob, pair_inbox, 2);
}

TEST(a_queue_that_can_take_no_more_loses_the_message)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_inbox_port()->msgcount += IPC_QUEUE_MAX;
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	pair_inbox_port()->msgcount -= IPC_QUEUE_MAX;
	ipc_check();
	world_expect_empty(bob, pair_inbox);
}

TEST(a_lane_that_never_opened_closes)
{
	const mach_port_name_t send =
	    world_give(bob, pair_inbox, MAKE_SEND, alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	close_it(&first);
	assert_int_equal(first.closed, 1);
	EXPECT(pair_offer(&second, alice, send), KERN_SUCCESS);
	EXPECT(pair_accept(&second), KERN_SUCCESS);
	close_it(&second);
	assert_int_equal(pair_to_entry(&second)->state, LANE_CLOSED);
	assert_false(ipc_port_is_posted(pair_inbox_port()));
}

TEST(the_last_lane_takes_its_port_off_the_board)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, alice);
	pair_inbox_port()->qlimit = 1000;
	pair_open(&second, carol);
	close_it(&first);
	assert_true(ipc_port_is_posted(pair_inbox_port()));
	close_it(&second);
	assert_false(ipc_port_is_posted(pair_inbox_port()));
}

TEST(who_sleeps_at_the_port_or_the_lane_is_woken)
{
	struct thread *thread = world_thread(bob);
	struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG,
	    .rcv_size = ROOMY,
	    .rcv_name = pair_inbox,
	    .lanes = IPC_LANES_KNOWN | IPC_LANES_WAIT,
	};
	unsigned wakes;

	pair_open(&first, alice);
	args.bell = ipc_board_bell(bob, pair_inbox_port()->board_index);
	ipc_waiter_reset(&thread->waiter);
	EXPECT(ipc_mach_msg_receive(bob, &args, &thread->waiter),
	    MACH_RCV_IN_PROGRESS);
	wakes = pair_wakes;
	close_it(&first);
	assert_false(thread_blocked(thread));
	assert_int_equal(thread->waiter.result, IPC_RCV_AGAIN);
	assert_true(pair_wakes - wakes >= 3); /* two states, and a bell */
}

TEST(a_sender_that_loses_its_right_has_sent)
{
	const mach_port_name_t notify = world_port(bob);

	pair_open(&first, alice);
	(void)world_request(bob, pair_inbox, MACH_NOTIFY_NO_SENDERS, 0, notify);
	pair_send(&first, 1);
	EXPECT(ipc_mach_port_deallocate(alice, first.send), KERN_SUCCESS);
	assert_int_equal(first.why, IPC_LANE_OVER);
	world_expect_empty(bob, notify);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_notice(bob, notify, MACH_NOTIFY_NO_SENDERS, 1);
}

TEST(a_send_right_that_moves_closes_its_lane)
{
	const mach_port_name_t port = world_port(carol);
	const mach_port_name_t to_carol =
	    world_give(carol, port, MAKE_SEND, alice);
	struct message message;

	pair_open(&first, alice);
	pair_send(&first, 1);
	message_init(&message, to_carol, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, first.send, MOVE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(first.closed, 1);
	world_expect_id(bob, pair_inbox, 1);
}

TEST(a_reference_of_several_may_go)
{
	pair_open(&first, alice);
	EXPECT(
	    ipc_mach_port_mod_refs(alice, first.send, SEND, 1), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, first.send), KERN_SUCCESS);
	assert_int_equal(first.closed, 0);
}

TEST(a_send_right_that_is_renamed_closes_its_lane)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	EXPECT(ipc_mach_port_rename(alice, first.send, 0x5003), KERN_SUCCESS);
	assert_int_equal(first.closed, 1);
	world_expect_id(bob, pair_inbox, 1);
}

TEST(a_sender_that_dies_has_sent)
{
	struct ipc_space *mortal = alice;

	pair_open(&first, alice);
	pair_send(&first, 1);
	world_kill(&mortal);
	alice = mortal;
	assert_int_equal(first.why, IPC_LANE_OVER);
	world_expect_id(bob, pair_inbox, 1);
}

TEST(a_receiver_that_dies_destroys_what_was_sent)
{
	struct ipc_space *mortal = bob;
	mach_port_name_t reply;
	uint32_t index;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	(void)pair_ask(&first, 1, index);
	(void)pair_ask(&first, 2, index);
	(void)pair_take(&first, 1);
	world_kill(&mortal);
	bob = mortal;
	pair_withdraw(alice, reply);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(alice, reply);
}

TEST(a_port_that_dies_destroys_what_was_sent)
{
	mach_port_name_t reply;
	uint32_t index;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	(void)pair_ask(&first, 1, index);
	world_drop_receive(bob, pair_inbox);
	assert_int_equal(first.closed, 1);
	pair_withdraw(alice, reply);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_port_that_moves_takes_its_messages_along)
{
	const mach_port_name_t port = world_port(carol);
	const mach_port_name_t to_carol =
	    world_give(carol, port, MAKE_SEND, bob);
	struct message message;
	struct got got;
	mach_port_name_t moved;

	pair_open(&first, alice);
	pair_send(&first, 1);
	message_init(&message, to_carol, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, pair_inbox, MOVE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	got = world_receive(carol, port);
	moved = got_port(&got, 0).name;
	world_expect_id(carol, moved, 1);
}

TEST(lanes_from_a_task_close_together)
{
	const mach_port_name_t other = world_port(bob);
	const mach_port_name_t send = world_give(bob, other, MAKE_SEND, alice);

	pair_open(&first, alice);
	EXPECT(pair_offer(&second, alice, send), KERN_SUCCESS);
	ipc_lane_close_from(alice, IPC_LANE_EXACT);
	assert_int_equal(first.closed + second.closed, 2);
	ipc_lane_close_from(alice, IPC_LANE_EXACT);
	assert_int_equal(first.closed + second.closed, 2);
}

TEST(a_lane_that_cannot_be_leaves_nothing)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	first.receiver->head = lane_mark(4096, 3);
	close_it(&first);
	world_expect_empty(bob, pair_inbox);
	/* Its receiver's own count is its own. */
	assert_int_equal(ipc_lane_seqno(pair_inbox_port()), 3);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    PAIR_CASE(an_empty_lane_leaves_nothing),
	    PAIR_CASE(what_was_not_taken_is_in_the_queue),
	    PAIR_CASE(both_are_told_how_far_they_got),
	    PAIR_CASE(both_are_told_whether_such_a_lane_would_close_again),
	    PAIR_CASE(a_lane_that_has_paid_may_come_again),
	    PAIR_CASE(a_lane_that_its_sender_gives_up_may_come_again),
	    PAIR_CASE(a_drained_message_is_as_it_was_sent),
	    PAIR_CASE(a_drained_message_is_from_who_sent_it),
	    PAIR_CASE(messages_of_a_lane_and_of_traps_come_in_their_order),
	    PAIR_CASE(all_lanes_of_a_port_are_drained_by_ticket),
	    PAIR_CASE(a_drained_message_has_a_send_right),
	    PAIR_CASE(sequence_numbers_go_on),
	    PAIR_CASE(what_went_by_a_lane_is_counted),
	    PAIR_CASE(a_drained_message_is_charged_to_its_sender),
	    PAIR_CASE(a_lower_limit_does_not_stop_what_is_charged_already),
	    PAIR_CASE(no_more_is_drained_than_the_limit),
	    PAIR_CASE(a_message_without_memory_is_lost),
	    PAIR_CASE(a_request_without_memory_is_told_to_its_sender),
	    PAIR_CASE(a_message_with_a_ticket_of_the_future_comes_now),
	    PAIR_CASE(tickets_that_lie_do_not_change_the_order_of_a_sender),
	    PAIR_CASE(a_queue_that_can_take_no_more_loses_the_message),
	    PAIR_CASE(a_lane_that_never_opened_closes),
	    PAIR_CASE(the_last_lane_takes_its_port_off_the_board),
	    PAIR_CASE(who_sleeps_at_the_port_or_the_lane_is_woken),
	    PAIR_CASE(a_sender_that_loses_its_right_has_sent),
	    PAIR_CASE(a_send_right_that_moves_closes_its_lane),
	    PAIR_CASE(a_reference_of_several_may_go),
	    PAIR_CASE(a_send_right_that_is_renamed_closes_its_lane),
	    PAIR_CASE(a_sender_that_dies_has_sent),
	    PAIR_CASE(a_receiver_that_dies_destroys_what_was_sent),
	    PAIR_CASE(a_port_that_dies_destroys_what_was_sent),
	    PAIR_CASE(a_port_that_moves_takes_its_messages_along),
	    PAIR_CASE(lanes_from_a_task_close_together),
	    PAIR_CASE(a_lane_that_cannot_be_leaves_nothing),
	};

	return RUN("ipc_lane_close", tests);
}
