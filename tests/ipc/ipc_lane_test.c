/* Lanes: who may have one, and what it is charged. */
#include "ipc_lane.h"

#include "base_alloc.h"
#include "ipc_port.h"
#include "ipc_trace.h"
#include "lane_pair.h"

static struct pair first;
static struct pair second;

TEST(a_lane_opens_step_by_step)
{
	const mach_port_name_t send = pair_send_right(alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	assert_int_equal(first.lane.state, IPC_LANE_OFFERED);
	EXPECT(pair_accept(&first), KERN_SUCCESS);
	assert_int_equal(first.lane.state, IPC_LANE_ACCEPTED);
	assert_true(ipc_port_is_posted(pair_inbox_port()));
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

	pair_get_ready(&first, alice);
	entry = &bob->board->memory->port[pair_inbox_port()->board_index];
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
	const mach_port_name_t send = pair_send_right(alice);
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
	const mach_port_name_t send = pair_send_right(alice);

	ipc_board_remove(alice);
	EXPECT(pair_offer(&first, alice, send), KERN_NOT_SUPPORTED);
	ipc_board_remove(bob);
	EXPECT(pair_offer(&first, carol, pair_send_right(carol)),
	    KERN_NOT_SUPPORTED);
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
	const mach_port_name_t send = pair_send_right(alice);

	pair_get_ready(&first, carol);
	ipc_world.tracer = &tracer;
	EXPECT(pair_offer(&second, alice, send), KERN_NOT_SUPPORTED);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
	ipc_world.tracer = NULL;
}

TEST(there_is_one_lane_of_a_pair)
{
	const mach_port_name_t send = pair_send_right(alice);

	EXPECT(pair_offer(&first, alice, send), KERN_SUCCESS);
	EXPECT(pair_offer(&second, alice, send), KERN_NAME_EXISTS);
	EXPECT(
	    pair_offer(&second, carol, pair_send_right(carol)), KERN_SUCCESS);
}

TEST(a_port_has_a_lane_beside_those_to_others)
{
	const mach_port_name_t other = world_port(bob);

	EXPECT(pair_offer(&first, alice, pair_send_right(alice)), KERN_SUCCESS);
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

	EXPECT(pair_offer(&first, alice, pair_send_right(alice)), KERN_SUCCESS);
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
	const mach_port_name_t send = pair_send_right(alice);

	alice->account->limits.bytes =
	    alice->account->used.bytes + LANE_RING_MIN - 1;
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
	alice->account->limits.bytes +=
	    PAIR_SLOTS * (LANE_SLOT_BYTES_MIN + 2 * IPC_KMSG_CHARGE);
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
}

TEST(a_lane_without_memory_is_not_offered)
{
	const mach_port_name_t send = pair_send_right(alice);

	base_alloc_fail_at(2);
	EXPECT(pair_offer(&first, alice, send), KERN_RESOURCE_SHORTAGE);
	base_alloc_fail_at(0);
}

TEST(a_lane_beyond_the_budget_of_its_receiver_is_not_accepted)
{
	const struct ipc_charge limits = bob->account->limits;

	EXPECT(pair_offer(&first, alice, pair_send_right(alice)), KERN_SUCCESS);
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
	EXPECT(pair_offer(&first, alice, pair_send_right(alice)), KERN_SUCCESS);
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
	EXPECT(pair_offer(&first, alice, pair_send_right(alice)), KERN_SUCCESS);
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
	const mach_port_name_t send = pair_send_right(alice);
	struct message message;

	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(alice, send), MACH_MSG_SUCCESS);
	message_init(&message, send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, 0, MACH_PORT_NULL),
	    MACH_SEND_IN_PROGRESS);
	pair_get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
}

TEST(no_lane_opens_while_a_request_is_armed)
{
	struct thread *thread = world_thread(carol);
	const mach_port_name_t send = pair_send_right(carol);
	const mach_port_name_t notify = world_port(carol);
	struct message message;

	(void)world_request(carol, send, MACH_NOTIFY_SEND_POSSIBLE, 0, notify);
	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		EXPECT(world_send_empty(carol, send), MACH_MSG_SUCCESS);
	message_init(&message, send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	pair_get_ready(&first, alice);
	EXPECT(ipc_lane_open(&first.lane), KERN_FAILURE);
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
	};

	return RUN("ipc_lane", tests);
}
