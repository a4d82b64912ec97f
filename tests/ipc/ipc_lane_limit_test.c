/* How much each of the lanes of a port may hold. */
#include "ipc_lane_limit.h"

#include <string.h>

#include "ipc_port.h"
#include "lane_pair.h"

static struct pair first;
static struct pair second;
static struct pair third;

TEST(a_sender_alone_has_all_of_the_queue_limit)
{
	pair_open(&first, alice);
	assert_int_equal(first.lane.limit, MACH_PORT_QLIMIT_DEFAULT);
	assert_true(first.lane.whole);
	assert_int_equal(pair_from_entry(&first)->whole, 1);
	assert_int_equal(
	    ipc_lane_limits(pair_inbox_port()), MACH_PORT_QLIMIT_DEFAULT);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		pair_send(&first, 1);
	assert_int_equal(pair_publish(&first, 1, 0), LANE_FULL);
	assert_int_equal(
	    ipc_lane_depth(pair_inbox_port()), MACH_PORT_QLIMIT_DEFAULT);
}

TEST(what_is_queued_counts_against_the_limit)
{
	pair_get_ready(&first, alice);
	EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, MACH_PORT_QLIMIT_DEFAULT - 2);
}

TEST(the_limit_rises_as_the_queue_drains)
{
	unsigned wakes;

	pair_get_ready(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 0);
	wakes = pair_wakes;
	pair_inbox_port()->qlimit += 2;
	ipc_lane_share(pair_inbox_port());
	ipc_check();
	assert_int_equal(first.lane.limit, 2);
	assert_int_equal(pair_from_entry(&first)->limit, 2);
	assert_true(pair_wakes > wakes);
}

TEST(sharing_with_no_lanes_is_nothing)
{
	ipc_lane_share(pair_inbox_port());
	assert_int_equal(ipc_lane_limits(pair_inbox_port()), 0);
}

TEST(two_senders_share_half_of_the_limit)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, alice);
	assert_int_equal(first.lane.limit, 100);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	/* Who had it all made way. */
	assert_int_equal(first.closed, 1);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	pair_end(&first);
	/* It comes again for its share. */
	assert_int_equal(second.lane.limit, 12);
	assert_false(second.lane.whole);
	pair_open(&third, alice);
	assert_int_equal(third.lane.limit, 12);
	assert_int_equal(second.closed, 0);
}

TEST(senders_who_come_together_share)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_get_ready(&first, alice);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 12);
	assert_int_equal(second.lane.limit, 12);
	assert_false(first.lane.whole);
	assert_false(second.lane.whole);
	/* One who is left keeps to that: the other may come again. */
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	ipc_lane_share(pair_inbox_port());
	assert_int_equal(second.lane.limit, 12);
	assert_false(second.lane.whole);
}

TEST(everybody_has_one_message_at_least)
{
	world_set_qlimit(bob, pair_inbox, 2);
	pair_get_ready(&first, alice);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 1);
	assert_int_equal(second.lane.limit, 1);
}

TEST(where_nothing_is_left_no_lane_opens)
{
	world_set_qlimit(bob, pair_inbox, 1);
	pair_get_ready(&first, alice);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(second.lane.state, IPC_LANE_READY);
}

TEST(a_limit_beyond_the_budget_is_not_given)
{
	pair_get_ready(&first, alice);
	alice->account->limits.messages = alice->account->used.messages + 2;
	EXPECT(ipc_lane_open(&first.lane), KERN_RESOURCE_SHORTAGE);
}

TEST(who_cannot_pay_has_nobody_make_way)
{
	pair_open(&first, alice);
	pair_get_ready(&second, carol);
	carol->account->limits.messages = carol->account->used.messages;
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(first.closed, 0);
	assert_int_equal(first.lane.limit, MACH_PORT_QLIMIT_DEFAULT);
}

TEST(where_a_lane_has_filled_the_queue_it_makes_no_way)
{
	pair_open(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		pair_send(&first, 1);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(first.closed, 0);
	pair_take(&first, 1);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	assert_int_equal(second.lane.limit, 1);
}

/* The count beside its tail is A's to write. */
TEST(where_a_lane_had_more_than_it_said_no_other_opens)
{
	pair_open(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		pair_send(&first, 1);
	first.sender->tail = lane_mark(lane_position(first.sender->tail), 0);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	assert_int_equal(second.lane.state, IPC_LANE_READY);
}

TEST(who_cannot_pay_for_more_sends_the_rest_by_trap)
{
	const mach_port_name_t send = pair_send_right(carol);

	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT - 2; i++)
		EXPECT(world_send_empty(carol, send), MACH_MSG_SUCCESS);
	pair_get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	alice->account->limits.messages = alice->account->used.messages;
	pair_inbox_port()->qlimit++;
	ipc_lane_share(pair_inbox_port());
	ipc_check();
	assert_int_equal(first.lane.limit, 2);
	assert_false(first.lane.whole);
	assert_int_equal(pair_from_entry(&first)->whole, 0);
}

TEST(a_sender_beyond_the_limit_closes_the_lane)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	EXPECT(world_send_id(carol, pair_send_right(carol), COPY_SEND, 2),
	    MACH_MSG_SUCCESS);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	world_expect_id(bob, pair_inbox, 1);
	world_expect_id(bob, pair_inbox, 2);
}

TEST(a_sender_beyond_a_queue_that_is_full_closes_the_lane)
{
	pair_open(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		pair_send(&first, 1);
	EXPECT(world_send_id(carol, pair_send_right(carol), COPY_SEND, 2),
	    MACH_SEND_TIMED_OUT);
	assert_int_equal(first.why, IPC_LANE_FULL);
}

TEST(a_lane_leaves_room_where_others_send_too)
{
	const mach_port_name_t send = pair_send_right(carol);

	pair_open(&first, alice);
	EXPECT(world_send_id(carol, send, COPY_SEND, 1), MACH_MSG_SUCCESS);
	pair_end(&first);
	world_expect_id(bob, pair_inbox, 1);
	pair_open(&second, alice);
	assert_int_equal(second.lane.limit, MACH_PORT_QLIMIT_DEFAULT / 2);
	assert_false(second.lane.whole);
	EXPECT(world_send_id(carol, send, COPY_SEND, 2), MACH_MSG_SUCCESS);
	assert_int_equal(second.closed, 0);
}

TEST(a_lane_leaves_room_for_what_its_sender_sends_besides)
{
	pair_open(&first, alice);
	EXPECT(
	    world_send_id(alice, first.send, COPY_SEND, 1), MACH_MSG_SUCCESS);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	pair_end(&first);
	world_expect_id(bob, pair_inbox, 1);
	pair_open(&second, alice);
	assert_int_equal(second.lane.limit, MACH_PORT_QLIMIT_DEFAULT / 2);
	assert_false(second.lane.whole);
	EXPECT(
	    world_send_id(alice, second.send, COPY_SEND, 2), MACH_MSG_SUCCESS);
	assert_int_equal(second.closed, 0);
}

/* @messages pass by a lane that goes one way, and one by the kernel. */
static void
stream(unsigned messages)
{
	pair_slots = 0;
	pair_open(&first, alice);
	for (unsigned i = 0; i < messages; i++) {
		pair_send(&first, 1);
		(void)pair_take(&first, 1);
	}
	EXPECT(
	    world_send_id(alice, first.send, COPY_SEND, 2), MACH_MSG_SUCCESS);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	pair_end(&first);
	world_expect_id(bob, pair_inbox, 2);
}

TEST(what_goes_one_way_has_all_again_when_that_has_paid)
{
	stream(IPC_LANE_PAID);
	pair_open(&second, alice);
	assert_true(second.lane.whole);
}

TEST(what_goes_one_way_leaves_room_when_that_has_not_paid)
{
	stream(IPC_LANE_PAID - 1);
	pair_open(&second, alice);
	assert_false(second.lane.whole);
	/* Beyond the room that it leaves. */
	for (unsigned i = 0; i <= MACH_PORT_QLIMIT_DEFAULT / 2; i++)
		EXPECT(world_send_id(alice, second.send, COPY_SEND, 1),
		    MACH_MSG_SUCCESS);
	assert_int_equal(second.closed, 0);
	EXPECT(
	    world_send_id(alice, second.send, COPY_SEND, 1), MACH_MSG_SUCCESS);
	assert_int_equal(second.why, IPC_LANE_SHARE);
}

TEST(a_lane_that_is_being_opened_stays_while_the_queue_is_full)
{
	pair_get_ready(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, first.send), MACH_SEND_TIMED_OUT);
	assert_int_equal(first.closed, 0);
	/* There was no lane to be closed: so it is not to leave room. */
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_true(first.lane.whole);
}

TEST(a_lane_has_all_again_when_others_have_not_sent_for_a_while)
{
	pair_open(&first, alice);
	EXPECT(world_send_id(carol, pair_send_right(carol), COPY_SEND, 1),
	    MACH_MSG_SUCCESS);
	world_expect_id(bob, pair_inbox, 1);
	ipc_world.now_ns += UINT64_C(11000000000);
	pair_end(&first);
	pair_open(&second, alice);
	assert_true(second.lane.whole);
}

TEST(not_each_lane_that_comes_has_others_make_way)
{
	static struct lane_board memory;
	struct ipc_space *dave = world_new_task();

	memset(&memory, 0, sizeof(memory));
	assert_true(ipc_board_add(dave, &memory));
	world_set_qlimit(bob, pair_inbox, 100);
	pair_get_ready(&first, alice);
	pair_get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	pair_open(&third, dave);
	assert_int_equal(first.closed, 0);
	assert_int_equal(second.closed, 0);
	assert_int_equal(third.lane.limit, 12);
	world_kill(&dave);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    PAIR_CASE(a_sender_alone_has_all_of_the_queue_limit),
	    PAIR_CASE(what_is_queued_counts_against_the_limit),
	    PAIR_CASE(the_limit_rises_as_the_queue_drains),
	    PAIR_CASE(sharing_with_no_lanes_is_nothing),
	    PAIR_CASE(two_senders_share_half_of_the_limit),
	    PAIR_CASE(senders_who_come_together_share),
	    PAIR_CASE(everybody_has_one_message_at_least),
	    PAIR_CASE(where_nothing_is_left_no_lane_opens),
	    PAIR_CASE(a_limit_beyond_the_budget_is_not_given),
	    PAIR_CASE(who_cannot_pay_has_nobody_make_way),
	    PAIR_CASE(where_a_lane_has_filled_the_queue_it_makes_no_way),
	    PAIR_CASE(where_a_lane_had_more_than_it_said_no_other_opens),
	    PAIR_CASE(who_cannot_pay_for_more_sends_the_rest_by_trap),
	    PAIR_CASE(a_sender_beyond_the_limit_closes_the_lane),
	    PAIR_CASE(a_sender_beyond_a_queue_that_is_full_closes_the_lane),
	    PAIR_CASE(a_lane_leaves_room_where_others_send_too),
	    PAIR_CASE(a_lane_leaves_room_for_what_its_sender_sends_besides),
	    PAIR_CASE(what_goes_one_way_has_all_again_when_that_has_paid),
	    PAIR_CASE(what_goes_one_way_leaves_room_when_that_has_not_paid),
	    PAIR_CASE(
	        a_lane_that_is_being_opened_stays_while_the_queue_is_full),
	    PAIR_CASE(
	        a_lane_has_all_again_when_others_have_not_sent_for_a_while),
	    PAIR_CASE(not_each_lane_that_comes_has_others_make_way),
	};

	return RUN("ipc_lane_limit", tests);
}
