/* Lanes: who may have one, what it is charged, and how much it may hold. */
#include "ipc_lane.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_port.h"
#include "ipc_trace.h"
#include "lane_pair.h"

static struct pair first;
static struct pair second;
static struct pair third;

static mach_port_name_t
send_right(struct ipc_space *task)
{
	return world_give(bob, pair_inbox, MAKE_SEND, task);
}

static struct ipc_port *
inbox(void)
{
	return world_lookup(bob, pair_inbox);
}

/* Alice's lane to the inbox, not open yet. */
static void
get_ready(struct pair *pair, struct ipc_space *from)
{
	EXPECT(pair_offer(pair, from, send_right(from)), KERN_SUCCESS);
	EXPECT(pair_accept(pair), KERN_SUCCESS);
	EXPECT(ipc_lane_ready(&pair->lane), KERN_SUCCESS);
	pair_join(pair);
}

TEST(a_lane_opens_step_by_step)
{
	const mach_port_name_t send = send_right(alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	assert_int_equal(first.lane.state, IPC_LANE_OFFERED);
	EXPECT(pair_accept(&first), KERN_SUCCESS);
	assert_int_equal(first.lane.state, IPC_LANE_ACCEPTED);
	assert_true(ipc_port_is_posted(inbox()));
	assert_int_equal(pair_to_entry(&first)->state, LANE_NONE);
	EXPECT(ipc_lane_ready(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(pair_to_entry(&first)->state, LANE_OPEN);
	assert_int_equal(pair_from_entry(&first)->state, LANE_OPEN);
	assert_int_equal(first.closed, 0);
}

TEST(opening_rings_the_bell)
{
	const struct lane_board_port *entry;
	uint32_t bell;

	get_ready(&first, alice);
	entry = &bob->board->memory->port[inbox()->board_index];
	bell = entry->bell;
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_not_equal(entry->bell, bell);
}

TEST(a_lane_goes_where_a_send_right_is)
{
	EXPECT(
	    pair_offer(&first, alice, world_absent(alice)), KERN_INVALID_NAME);
	EXPECT(
	    pair_offer(&first, alice, world_port(alice)), KERN_INVALID_RIGHT);
	EXPECT(pair_offer(&first, alice, world_dead_name(alice)),
	    KERN_INVALID_RIGHT);
	EXPECT(pair_offer(&first, alice,
	           world_give(bob, pair_inbox, MAKE_SEND_ONCE, alice)),
	    KERN_INVALID_RIGHT);
}

TEST(a_lane_goes_to_another_task)
{
	const mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	EXPECT(pair_offer(&first, alice, port), KERN_NOT_SUPPORTED);
}

TEST(a_lane_goes_to_a_port_that_is_in_a_space)
{
	const mach_port_name_t send = send_right(alice);
	const mach_port_name_t carrier = world_port(carol);
	const mach_port_name_t to_carol =
	    world_give(carol, carrier, MAKE_SEND, bob);
	struct message message;

	message_init(&message, to_carol, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, pair_inbox, MOVE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	EXPECT(pair_offer(&first, alice, send), KERN_NOT_SUPPORTED);
}

TEST(both_tasks_have_boards)
{
	const mach_port_name_t send = send_right(alice);

	ipc_board_remove(alice);
	EXPECT(pair_offer(&first, alice, send), KERN_NOT_SUPPORTED);
	ipc_board_remove(bob);
	EXPECT(
	    pair_offer(&first, carol, send_right(carol)), KERN_NOT_SUPPORTED);
}

static void
ignore(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	(void)event;
	(void)port;
	(void)kmsg;
}

static const struct ipc_tracer tracer = {.event = ignore};

TEST(there_are_no_lanes_while_somebody_traces)
{
	const mach_port_name_t send = send_right(alice);

	get_ready(&first, carol);
	ipc_world.tracer = &tracer;
	EXPECT(pair_offer(&second, alice, send), KERN_NOT_SUPPORTED);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
	ipc_world.tracer = NULL;
}

TEST(there_is_one_lane_of_a_pair)
{
	const mach_port_name_t send = send_right(alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	EXPECT(pair_offer(&second, alice, send), KERN_NAME_EXISTS);
	EXPECT(pair_offer(&second, carol, send_right(carol)), KERN_SUCCESS);
}

TEST(a_port_has_a_lane_beside_those_to_others)
{
	const mach_port_name_t other = world_port(bob);

	EXPECT(pair_offer(&first, alice, send_right(alice)), KERN_SUCCESS);
	EXPECT(pair_offer(
	           &second, alice, world_give(bob, other, MAKE_SEND, alice)),
	    KERN_SUCCESS);
	ipc_lane_close_right(alice, world_lookup(bob, other));
	assert_int_equal(first.closed, 0);
	assert_int_equal(second.closed, 1);
}

TEST(what_a_lane_may_hold_is_charged)
{
	const struct ipc_charge before = alice->account->used;

	EXPECT(pair_offer(&first, alice, send_right(alice)), KERN_SUCCESS);
	/* Replies, and what tells that there will be none. */
	assert_int_equal(alice->account->used.messages - before.messages,
	    PAIR_SLOTS + PAIR_SLOTS);
	assert_true(alice->account->used.bytes - before.bytes >=
	    LANE_RING_MIN + (uint64_t)PAIR_SLOTS * LANE_SLOT_BYTES_MIN);
	EXPECT(pair_accept(&first), KERN_SUCCESS);
	EXPECT(ipc_lane_ready(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(alice->account->used.messages - before.messages,
	    PAIR_SLOTS + PAIR_SLOTS + MACH_PORT_QLIMIT_DEFAULT);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(alice->account->used.messages, before.messages);
}

TEST(a_lane_costs_its_receiver_names_alone)
{
	const struct ipc_charge before = bob->account->used;

	pair_open(&first, alice);
	assert_int_equal(bob->account->used.names - before.names, PAIR_SLOTS);
	assert_int_equal(bob->account->used.messages, before.messages);
	assert_int_equal(bob->account->used.bytes, before.bytes);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	assert_int_equal(bob->account->used.names, before.names);
}

TEST(a_lane_beyond_the_budget_of_its_sender_is_not_offered)
{
	const mach_port_name_t send = send_right(alice);

	alice->account->limits.bytes =
	    alice->account->used.bytes + LANE_RING_MIN - 1;
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
	alice->account->limits.bytes +=
	    PAIR_SLOTS * (LANE_SLOT_BYTES_MIN + 2 * IPC_KMSG_CHARGE);
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
}

TEST(a_lane_without_memory_is_not_offered)
{
	const mach_port_name_t send = send_right(alice);

	base_alloc_fail_at(2);
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
	base_alloc_fail_at(0);
}

TEST(a_lane_beyond_the_budget_of_its_receiver_is_not_accepted)
{
	const struct ipc_charge limits = bob->account->limits;

	EXPECT(pair_offer(&first, alice, send_right(alice)), KERN_SUCCESS);
	bob->account->limits.names = bob->account->used.names + 1;
	EXPECT(pair_accept(&first), KERN_RESOURCE_SHORTAGE);
	bob->account->limits = limits;
	assert_int_equal(first.lane.state, IPC_LANE_OFFERED);
	EXPECT(pair_accept(&first), KERN_SUCCESS);
}

static void
use_up_lanes(struct ipc_space *space)
{
	while (ipc_board_take_lane(space->board) != IPC_BOARD_NONE)
		;
}

TEST(a_lane_needs_room_on_both_boards)
{
	EXPECT(pair_offer(&first, alice, send_right(alice)), KERN_SUCCESS);
	use_up_lanes(bob);
	EXPECT(pair_accept(&first), KERN_RESOURCE_SHORTAGE);
	ipc_board_give_lane(bob->board, 7);
	EXPECT(pair_accept(&first), KERN_SUCCESS);
	assert_int_equal(first.lane.to_index, 7);
	use_up_lanes(alice);
	EXPECT(ipc_lane_ready(&first.lane), KERN_RESOURCE_SHORTAGE);
	ipc_board_give_lane(alice->board, 9);
	EXPECT(ipc_lane_ready(&first.lane), KERN_SUCCESS);
}

TEST(a_lane_needs_a_place_for_its_port)
{
	for (unsigned i = 0; i < LANE_BOARD_PORTS; i++)
		assert_int_equal(
		    ipc_board_post(world_lookup(bob, world_port(bob))),
		    KERN_SUCCESS);
	EXPECT(pair_offer(&first, alice, send_right(alice)), KERN_SUCCESS);
	EXPECT(pair_accept(&first), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(first.lane.to_index, IPC_BOARD_NONE);
}

TEST(an_entry_says_nothing_of_an_earlier_lane)
{
	uint32_t index;

	pair_open(&first, alice);
	pair_send(&first, 1);
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	index = first.lane.to_index;
	assert_int_not_equal(pair_to_entry(&first)->end, 0);
	pair_end(&first);
	pair_open(&second, alice);
	assert_int_equal(second.lane.to_index, index);
	assert_int_equal(pair_to_entry(&second)->end, 0);
}

TEST(no_lane_opens_while_senders_are_blocked)
{
	struct thread *thread = world_thread(alice);
	const mach_port_name_t send = send_right(alice);
	struct message message;

	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(alice, send), MACH_MSG_SUCCESS);
	message_init(&message, send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, 0, MACH_PORT_NULL),
	    MACH_SEND_IN_PROGRESS);
	get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
}

TEST(no_lane_opens_while_a_request_is_armed)
{
	struct thread *thread = world_thread(carol);
	const mach_port_name_t send = send_right(carol);
	const mach_port_name_t notify = world_port(carol);
	struct message message;

	(void)world_request(carol, send, MACH_NOTIFY_SEND_POSSIBLE, 0, notify);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(carol, send), MACH_MSG_SUCCESS);
	message_init(&message, send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
}

TEST(a_sender_alone_has_all_of_the_queue_limit)
{
	pair_open(&first, alice);
	assert_int_equal(first.lane.limit, MACH_PORT_QLIMIT_DEFAULT);
	assert_true(first.lane.whole);
	assert_int_equal(pair_from_entry(&first)->whole, 1);
	assert_int_equal(ipc_lane_limits(inbox()), MACH_PORT_QLIMIT_DEFAULT);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		pair_send(&first, 1);
	assert_int_equal(pair_publish(&first, 1, 0), LANE_FULL);
	assert_int_equal(ipc_lane_depth(inbox()), MACH_PORT_QLIMIT_DEFAULT);
}

TEST(what_is_queued_counts_against_the_limit)
{
	get_ready(&first, alice);
	EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, MACH_PORT_QLIMIT_DEFAULT - 2);
}

TEST(the_limit_rises_as_the_queue_drains)
{
	unsigned wakes;

	get_ready(&first, alice);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(alice, first.send), MACH_MSG_SUCCESS);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 0);
	wakes = pair_wakes;
	inbox()->qlimit += 2;
	ipc_lane_share(inbox());
	ipc_check();
	assert_int_equal(first.lane.limit, 2);
	assert_int_equal(pair_from_entry(&first)->limit, 2);
	assert_true(pair_wakes > wakes);
}

TEST(sharing_with_no_lanes_is_nothing)
{
	ipc_lane_share(inbox());
	assert_int_equal(ipc_lane_limits(inbox()), 0);
}

TEST(two_senders_share_half_of_the_limit)
{
	world_set_qlimit(bob, pair_inbox, 100);
	pair_open(&first, alice);
	assert_int_equal(first.lane.limit, 100);
	get_ready(&second, carol);
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
	get_ready(&first, alice);
	get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 12);
	assert_int_equal(second.lane.limit, 12);
	assert_false(first.lane.whole);
	assert_false(second.lane.whole);
	/* One who is left keeps to that: the other may come again. */
	ipc_lane_close(&first.lane, IPC_LANE_ASKED_TO);
	ipc_lane_share(inbox());
	assert_int_equal(second.lane.limit, 12);
	assert_false(second.lane.whole);
}

TEST(everybody_has_one_message_at_least)
{
	world_set_qlimit(bob, pair_inbox, 2);
	get_ready(&first, alice);
	get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_SUCCESS);
	assert_int_equal(first.lane.limit, 1);
	assert_int_equal(second.lane.limit, 1);
}

TEST(where_nothing_is_left_no_lane_opens)
{
	world_set_qlimit(bob, pair_inbox, 1);
	get_ready(&first, alice);
	get_ready(&second, carol);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(second.lane.state, IPC_LANE_READY);
}

TEST(a_limit_beyond_the_budget_is_not_given)
{
	get_ready(&first, alice);
	alice->account->limits.messages = alice->account->used.messages + 2;
	EXPECT(ipc_lane_open(&first.lane), KERN_RESOURCE_SHORTAGE);
}

TEST(who_cannot_pay_has_nobody_make_way)
{
	pair_open(&first, alice);
	get_ready(&second, carol);
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
	get_ready(&second, carol);
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
	get_ready(&second, carol);
	EXPECT(ipc_lane_open(&second.lane), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(first.why, IPC_LANE_SHARE);
	assert_int_equal(second.lane.state, IPC_LANE_READY);
}

TEST(who_cannot_pay_for_more_sends_the_rest_by_trap)
{
	const mach_port_name_t send = send_right(carol);

	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT - 2; i++)
		EXPECT(world_send_empty(carol, send), MACH_MSG_SUCCESS);
	get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_SUCCESS);
	alice->account->limits.messages = alice->account->used.messages;
	inbox()->qlimit++;
	ipc_lane_share(inbox());
	ipc_check();
	assert_int_equal(first.lane.limit, 2);
	assert_false(first.lane.whole);
	assert_int_equal(pair_from_entry(&first)->whole, 0);
}

TEST(a_sender_beyond_the_limit_closes_the_lane)
{
	pair_open(&first, alice);
	pair_send(&first, 1);
	EXPECT(world_send_id(carol, send_right(carol), COPY_SEND, 2),
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
	EXPECT(world_send_id(carol, send_right(carol), COPY_SEND, 2),
	    MACH_SEND_TIMED_OUT);
	assert_int_equal(first.why, IPC_LANE_FULL);
}

TEST(a_lane_leaves_room_where_others_send_too)
{
	const mach_port_name_t send = send_right(carol);

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
	get_ready(&first, alice);
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
	EXPECT(world_send_id(carol, send_right(carol), COPY_SEND, 1),
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
	get_ready(&first, alice);
	get_ready(&second, carol);
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
	    PAIR_CASE(a_lane_opens_step_by_step),
	    PAIR_CASE(opening_rings_the_bell),
	    PAIR_CASE(a_lane_goes_where_a_send_right_is),
	    PAIR_CASE(a_lane_goes_to_another_task),
	    PAIR_CASE(a_lane_goes_to_a_port_that_is_in_a_space),
	    PAIR_CASE(both_tasks_have_boards),
	    PAIR_CASE(there_are_no_lanes_while_somebody_traces),
	    PAIR_CASE(there_is_one_lane_of_a_pair),
	    PAIR_CASE(a_port_has_a_lane_beside_those_to_others),
	    PAIR_CASE(what_a_lane_may_hold_is_charged),
	    PAIR_CASE(a_lane_costs_its_receiver_names_alone),
	    PAIR_CASE(a_lane_beyond_the_budget_of_its_sender_is_not_offered),
	    PAIR_CASE(a_lane_without_memory_is_not_offered),
	    PAIR_CASE(a_lane_beyond_the_budget_of_its_receiver_is_not_accepted),
	    PAIR_CASE(a_lane_needs_room_on_both_boards),
	    PAIR_CASE(a_lane_needs_a_place_for_its_port),
	    PAIR_CASE(an_entry_says_nothing_of_an_earlier_lane),
	    PAIR_CASE(no_lane_opens_while_senders_are_blocked),
	    PAIR_CASE(no_lane_opens_while_a_request_is_armed),
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

	return RUN("ipc_lane", tests);
}
