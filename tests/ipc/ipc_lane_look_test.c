/* What is told of lanes while they are open, and what is counted of them. */
#include "ipc_lane_look.h"

#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"
#include "lane_pair.h"

static struct pair first;
static struct pair second;

/* alice asks, bob answers, and she has the reply. */
static void
call(struct pair *pair, uint32_t reply_port)
{
	const uint32_t slot = pair_ask(pair, 1, reply_port);
	const struct lane_record record = pair_take(pair, 1);

	assert_int_equal(pair_reply(pair, record.token, 2), LANE_REPLY_SENT);
	assert_int_equal(pair_accept_reply(pair, slot), LANE_ACCEPTED);
}

/* Both totals, counted or not. */
static uint64_t
sent_by(const struct ipc_space *space)
{
	return space->sent + ipc_lane_look(space).sent;
}

static uint64_t
received_by(const struct ipc_space *space)
{
	return space->received + ipc_lane_look(space).received;
}

static void
count_now(struct pair *pair)
{
	const struct lane_cut cut = lane_drain_cut(&pair->lane.view);

	ipc_lane_count(&pair->lane, &cut);
}

static struct ipc_pset *
set_of(mach_port_name_t set)
{
	return ipc_space_find(bob, set)->pset;
}

/* The inbox comes into it. */
static void
join(mach_port_name_t set)
{
	EXPECT(ipc_pset_add(set_of(set), pair_inbox_port()), KERN_SUCCESS);
}

/* --- what has passed --------------------------------------------------------- */

TEST(messages_on_their_way_are_sent_and_those_taken_received)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	pair_send(&first, 2);
	(void)pair_take(&first, 1);
	assert_int_equal(sent_by(alice), 2);
	assert_int_equal(received_by(bob), 1);
	assert_int_equal(ipc_lane_passed(&first.lane).messages, 1);
	assert_int_equal(ipc_lane_enqueued(pair_inbox_port()), 2);
}

TEST(replies_are_sent_by_the_receiver)
{
	uint32_t index;
	mach_port_name_t reply;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	call(&first, index);
	call(&first, index);
	assert_int_equal(sent_by(bob), 2);
	assert_int_equal(received_by(alice), 2);
	assert_int_equal(ipc_lane_passed(&first.lane).replies, 2);
	assert_int_equal(ipc_lane_enqueued(world_lookup(alice, reply)), 2);
}

/* Looking at it, counting it, and closing the lane: each counts a message once. */
TEST(counting_and_closing_change_no_total)
{
	uint32_t index;

	pair_open(&first, alice);
	(void)pair_reply_port(&first, &index);
	call(&first, index);
	count_now(&first);
	count_now(&first);
	assert_int_equal(alice->sent, 1);
	assert_int_equal(alice->received, 1);
	pair_send(&first, 3);
	assert_int_equal(sent_by(alice), 2);
	assert_int_equal(ipc_lane_enqueued(pair_inbox_port()), 2);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(sent_by(alice), 2);
	assert_int_equal(received_by(alice), 1);
	assert_int_equal(sent_by(bob), 1);
	assert_int_equal(received_by(bob), 1);
	assert_int_equal(ipc_lane_enqueued(pair_inbox_port()), 2);
	world_expect_id(bob, pair_inbox, 3);
}

TEST(a_counter_that_goes_round_loses_nothing)
{
	pair_open(&first, alice);
	first.lane.passed.messages = UINT32_MAX - 1;
	first.sender->tail = lane_mark(0, UINT32_MAX - 1);
	first.receiver->head = lane_mark(0, UINT32_MAX - 1);
	count_now(&first);
	first.sender->tail = lane_mark(0, 3);
	first.receiver->head = lane_mark(0, 3);
	count_now(&first);
	assert_int_equal(first.lane.passed.messages, UINT64_C(0x100000003));
	assert_int_equal(alice->sent, 5);
}

TEST(no_more_is_taken_than_was_sent)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	(void)pair_take(&first, 1);
	first.receiver->head = lane_mark(lane_position(first.in.head), 1000);
	assert_int_equal(ipc_lane_passed(&first.lane).messages, 1);
	assert_int_equal(sent_by(alice), 1);
}

TEST(no_more_is_answered_than_was_asked)
{
	uint32_t index;

	pair_open(&first, alice);
	(void)pair_reply_port(&first, &index);
	pair_send(&first, 1);
	(void)pair_take(&first, 1);
	first.sender->accepted[index] = 1000;
	assert_int_equal(ipc_lane_passed(&first.lane).replies, 1);
	first.sender->accepted[index] = 0;
}

TEST(a_lane_without_slots_has_no_replies)
{
	pair_open(&first, alice);
	first.lane.view.sizes.slots = 0;
	assert_int_equal(ipc_lane_passed(&first.lane).replies, 0);
	first.lane.view.sizes.slots = PAIR_SLOTS;
}

TEST(a_lane_that_is_not_open_has_nothing)
{
	const mach_port_name_t send =
	    world_give(bob, pair_inbox, MAKE_SEND, alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	assert_int_equal(sent_by(alice), 0);
	assert_int_equal(received_by(bob), 0);
	assert_int_equal(ipc_lane_look(alice).lanes_out, 0);
	assert_int_equal(ipc_lane_look(bob).lanes_in, 0);
	assert_int_equal(ipc_lane_enqueued(pair_inbox_port()), 0);
	assert_int_equal(ipc_lane_number(pair_inbox_port()), 0);
	assert_int_equal(ipc_lane_blocked(pair_inbox_port()), 0);
	assert_null(ipc_lane_find(alice, pair_inbox_port()));
	assert_false(ipc_lane_port_is_awaited(pair_inbox_port()));
}

/* --- which there are --------------------------------------------------------- */

TEST(lanes_are_told_at_both_ends)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, carol);
	/* The first makes way for it. */
	pair_open(&second, alice);
	assert_int_equal(ipc_lane_look(alice).lanes_out, 1);
	assert_int_equal(ipc_lane_look(alice).lanes_in, 0);
	assert_int_equal(ipc_lane_look(bob).lanes_in, 1);
	assert_int_equal(ipc_lane_number(pair_inbox_port()), 1);
	assert_ptr_equal(ipc_lane_find(alice, pair_inbox_port()), &second.lane);
	assert_null(ipc_lane_find(carol, pair_inbox_port()));
}

TEST(why_the_last_one_closed_is_noted_at_the_port)
{
	assert_int_equal(pair_inbox_port()->lane_why, IPC_LANE_NO_REASON);
	pair_open(&first, alice);
	ipc_world.now_ns = 4711;
	ipc_lane_close(&first.lane, IPC_LANE_IDLE);
	assert_int_equal(pair_inbox_port()->lane_why, IPC_LANE_IDLE);
	assert_int_equal(pair_inbox_port()->lane_closed_ns, 4711);
}

TEST(one_that_never_opened_is_not)
{
	EXPECT(pair_offer(&first, alice,
	           world_give(bob, pair_inbox, MAKE_SEND, alice)),
	    KERN_SUCCESS);
	ipc_lane_close(&first.lane, IPC_LANE_IDLE);
	assert_int_equal(pair_inbox_port()->lane_why, IPC_LANE_NO_REASON);
}

/* --- who sleeps -------------------------------------------------------------- */

TEST(who_sleeps_for_a_message_awaits_the_port)
{
	pair_open(&first, alice);
	assert_false(ipc_lane_port_is_awaited(pair_inbox_port()));
	first.receiver->wait = LANE_FUTEX;
	assert_true(ipc_lane_port_is_awaited(pair_inbox_port()));
}

/* He is in the kernel's list. */
TEST(who_is_to_be_kicked_is_not_told)
{
	pair_open(&first, alice);
	first.receiver->wait = LANE_KICK;
	assert_false(ipc_lane_port_is_awaited(pair_inbox_port()));
}

TEST(who_sleeps_for_a_reply_awaits_the_reply_port)
{
	uint32_t index;
	mach_port_name_t reply;
	uint32_t slot;

	pair_open(&first, alice);
	reply = pair_reply_port(&first, &index);
	slot = pair_ask(&first, 1, index);
	assert_false(ipc_lane_port_is_awaited(world_lookup(alice, reply)));
	first.sender->slot_wait[slot] = LANE_FUTEX;
	assert_true(ipc_lane_port_is_awaited(world_lookup(alice, reply)));
	assert_false(ipc_lane_port_is_awaited(pair_inbox_port()));
}

TEST(a_lane_from_a_task_that_is_not_open_awaits_nothing)
{
	uint32_t index;
	mach_port_name_t reply;

	EXPECT(pair_offer(&first, alice,
	           world_give(bob, pair_inbox, MAKE_SEND, alice)),
	    KERN_SUCCESS);
	reply = pair_reply_port(&first, &index);
	assert_false(ipc_lane_port_is_awaited(world_lookup(alice, reply)));
}

TEST(who_sleeps_on_a_member_awaits_the_set)
{
	const mach_port_name_t set = world_set(bob);

	join(set);
	pair_open(&first, alice);
	assert_false(ipc_lane_set_is_awaited(set_of(set)));
	first.receiver->wait = LANE_FUTEX;
	assert_true(ipc_lane_set_is_awaited(set_of(set)));
	assert_false(ipc_lane_port_is_awaited(pair_inbox_port()));
}

TEST(of_a_member_of_two_sets_it_is_not_known)
{
	const mach_port_name_t set = world_set(bob);
	const mach_port_name_t other = world_set(bob);

	join(set);
	join(other);
	pair_open(&first, alice);
	first.receiver->wait = LANE_FUTEX;
	assert_false(ipc_lane_set_is_awaited(set_of(set)));
	assert_false(ipc_lane_set_is_awaited(set_of(other)));
}

TEST(who_sleeps_for_room_is_blocked)
{
	pair_open(&first, alice);
	assert_int_equal(ipc_lane_blocked(pair_inbox_port()), 0);
	first.sender->space_wait = LANE_FUTEX;
	assert_int_equal(ipc_lane_blocked(pair_inbox_port()), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_CASE(messages_on_their_way_are_sent_and_those_taken_received),
	    PAIR_CASE(replies_are_sent_by_the_receiver),
	    PAIR_CASE(counting_and_closing_change_no_total),
	    PAIR_CASE(a_counter_that_goes_round_loses_nothing),
	    PAIR_CASE(no_more_is_taken_than_was_sent),
	    PAIR_CASE(no_more_is_answered_than_was_asked),
	    PAIR_CASE(a_lane_without_slots_has_no_replies),
	    PAIR_CASE(a_lane_that_is_not_open_has_nothing),
	    PAIR_CASE(lanes_are_told_at_both_ends),
	    PAIR_CASE(why_the_last_one_closed_is_noted_at_the_port),
	    PAIR_CASE(one_that_never_opened_is_not),
	    PAIR_CASE(who_sleeps_for_a_message_awaits_the_port),
	    PAIR_CASE(who_is_to_be_kicked_is_not_told),
	    PAIR_CASE(who_sleeps_for_a_reply_awaits_the_reply_port),
	    PAIR_CASE(a_lane_from_a_task_that_is_not_open_awaits_nothing),
	    PAIR_CASE(who_sleeps_on_a_member_awaits_the_set),
	    PAIR_CASE(of_a_member_of_two_sets_it_is_not_known),
	    PAIR_CASE(who_sleeps_for_room_is_blocked),
	};

	return RUN("ipc_lane_look", tests);
}
