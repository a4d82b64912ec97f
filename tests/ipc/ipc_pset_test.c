/* Port sets: ports.md 8, 10.17 to 10.20, and messages.md 11.1. */
#include "ipc_pset.h"

#include "base_alloc.h"
#include "world.h"

static mach_port_name_t set;      /* bob's */
static mach_port_name_t ports[3]; /* bob's, members */
static mach_port_name_t names[3]; /* alice's send rights */

static int
setup(void **state)
{
	(void)world_setup(state);
	set = world_set(bob);
	for (int i = 0; i < 3; i++) {
		ports[i] = world_port(bob);
		names[i] = world_give(bob, ports[i], MAKE_SEND, alice);
		EXPECT(ipc_mach_port_insert_member(bob, ports[i], set),
		    KERN_SUCCESS);
	}
	return 0;
}

static mach_msg_return_t
send_to(int member, mach_msg_id_t id)
{
	return world_send_id(alice, names[member], COPY_SEND, id);
}

static struct thread *
block_on(
    mach_port_name_t name, mach_msg_option_t option, mach_msg_size_t rcv_size)
{
	struct thread *thread = world_thread(bob);

	EXPECT(thread_receive(thread, name, option, rcv_size),
	    MACH_RCV_IN_PROGRESS);
	return thread;
}

static void
expect_got(const struct thread *thread, mach_port_name_t port, mach_msg_id_t id)
{
	struct got got;

	assert_false(thread_blocked(thread));
	got = thread_got(thread);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
	assert_int_equal(got.header.msgh_local_port, port);
}

/* Membership. */

static void
expect_members(mach_port_name_t name, const mach_port_name_t *expected,
    uint32_t expected_count)
{
	mach_port_name_t *members = NULL;
	uint32_t count = 77;

	EXPECT(ipc_mach_port_get_set_status(bob, name, &members, &count),
	    KERN_SUCCESS);
	assert_int_equal(count, expected_count);
	if (count == 0)
		assert_null(members);
	else
		assert_memory_equal(
		    members, expected, count * sizeof(*members));
	base_free(members);
}

TEST(the_status_of_a_set_lists_its_members_in_ascending_order)
{
	mach_port_name_t other = world_set(bob);

	expect_members(set, ports, 3);
	expect_members(other, NULL, 0);
	for (int i = 2; i >= 0; i--)
		EXPECT(ipc_mach_port_insert_member(bob, ports[i], other),
		    KERN_SUCCESS);
	expect_members(other, ports, 3);
}

TEST(a_port_cannot_be_in_a_set_twice)
{
	EXPECT(ipc_mach_port_insert_member(bob, ports[0], set),
	    KERN_ALREADY_IN_SET);
	expect_members(set, ports, 3);
}

TEST(extracting_what_is_not_there_is_refused)
{
	mach_port_name_t port = world_port(bob);

	EXPECT(ipc_mach_port_extract_member(bob, port, set), KERN_NOT_IN_SET);
	EXPECT(ipc_mach_port_extract_member(bob, ports[0], set), KERN_SUCCESS);
	EXPECT(
	    ipc_mach_port_extract_member(bob, ports[0], set), KERN_NOT_IN_SET);
	expect_members(set, ports + 1, 2);
}

TEST(scenario_8_a_port_in_two_sets)
{
	mach_port_name_t other = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, ports[0], other), KERN_SUCCESS);
	expect_members(set, ports, 3);
	expect_members(other, ports, 1);
	EXPECT(ipc_mach_port_move_member(bob, ports[0], other), KERN_SUCCESS);
	expect_members(set, ports + 1, 2);
	expect_members(other, ports, 1);
	assert_int_equal(world_status(bob, ports[0]).mps_pset, 1);
	EXPECT(ipc_mach_port_move_member(bob, ports[0], MACH_PORT_NULL),
	    KERN_SUCCESS);
	expect_members(other, NULL, 0);
	assert_int_equal(world_status(bob, ports[0]).mps_pset, 0);
	EXPECT(ipc_mach_port_move_member(bob, ports[0], MACH_PORT_NULL),
	    KERN_NOT_IN_SET);
}

TEST(moving_a_member_to_where_it_is_succeeds)
{
	EXPECT(ipc_mach_port_move_member(bob, ports[1], set), KERN_SUCCESS);
	expect_members(set, ports, 3);
}

TEST(members_and_sets_are_checked_by_their_kinds)
{
	mach_port_name_t send =
	    world_give(alice, world_port(alice), MAKE_SEND, bob);
	mach_port_name_t dead = world_dead_name(bob);
	mach_port_name_t absent = world_absent(bob);
	const struct {
		mach_port_name_t member;
		mach_port_name_t set;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, set, KERN_INVALID_RIGHT},
	    {MACH_PORT_DEAD, set, KERN_INVALID_RIGHT},
	    {absent, set, KERN_INVALID_NAME},
	    {send, set, KERN_INVALID_RIGHT},
	    {dead, set, KERN_INVALID_RIGHT},
	    {set, set, KERN_INVALID_RIGHT},
	    {ports[0], MACH_PORT_DEAD, KERN_INVALID_RIGHT},
	    {ports[0], absent, KERN_INVALID_NAME},
	    {ports[0], send, KERN_INVALID_RIGHT},
	    {ports[0], dead, KERN_INVALID_RIGHT},
	    {ports[0], ports[1], KERN_INVALID_RIGHT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(ipc_mach_port_insert_member(
		           bob, rows[i].member, rows[i].set),
		    rows[i].code);
		EXPECT(ipc_mach_port_extract_member(
		           bob, rows[i].member, rows[i].set),
		    rows[i].code);
		EXPECT(
		    ipc_mach_port_move_member(bob, rows[i].member, rows[i].set),
		    rows[i].code);
	}
	EXPECT(ipc_mach_port_insert_member(bob, ports[0], MACH_PORT_NULL),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_extract_member(bob, ports[0], MACH_PORT_NULL),
	    KERN_INVALID_RIGHT);
	expect_members(set, ports, 3);
}

TEST(the_status_is_that_of_sets_only)
{
	mach_port_name_t *members;
	uint32_t count;
	mach_port_name_t dead = world_dead_name(bob);

	EXPECT(
	    ipc_mach_port_get_set_status(bob, MACH_PORT_NULL, &members, &count),
	    KERN_INVALID_RIGHT);
	EXPECT(
	    ipc_mach_port_get_set_status(bob, MACH_PORT_DEAD, &members, &count),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_get_set_status(
	           bob, world_absent(bob), &members, &count),
	    KERN_INVALID_NAME);
	EXPECT(ipc_mach_port_get_set_status(bob, ports[0], &members, &count),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_get_set_status(bob, dead, &members, &count),
	    KERN_INVALID_NAME); /* ports.md 5, Choose */
}

TEST(a_member_that_moves_away_leaves_its_sets)
{
	(void)world_give(bob, ports[1], MOVE_RECEIVE, carol);
	assert_int_equal(world_refs(bob, set, PORT_SET), 1);
	ports[1] = ports[2];
	expect_members(set, ports, 2);
}

TEST(a_member_that_dies_leaves_its_sets)
{
	world_drop_receive(bob, ports[2]);
	expect_members(set, ports, 2);
}

TEST(a_set_that_is_destroyed_leaves_ports_and_messages_alone)
{
	EXPECT(send_to(0, 5), MACH_MSG_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(bob, set, PORT_SET, -1), KERN_SUCCESS);
	assert_false(world_has(bob, set));
	assert_int_equal(world_status(bob, ports[0]).mps_pset, 0);
	world_expect_id(bob, ports[0], 5);
}

TEST(a_set_can_be_deallocated_or_destroyed)
{
	mach_port_name_t other = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, ports[0], other), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(bob, set), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(bob, other), KERN_SUCCESS);
	assert_false(world_has(bob, set));
	assert_false(world_has(bob, other));
}

/* Receiving. */

TEST(an_empty_set_can_be_waited_on)
{
	mach_port_name_t other = world_set(bob);
	struct thread *thread = block_on(other, 0, ROOMY);

	world_expect_empty(bob, world_set(bob));
	assert_true(thread_blocked(thread));
}

TEST(one_receives_through_a_set_what_any_member_has)
{
	EXPECT(send_to(2, 9), MACH_MSG_SUCCESS);
	{
		struct got got = world_receive(bob, set);

		assert_int_equal(got.header.msgh_id, 9);
		assert_int_equal(got.header.msgh_local_port, ports[2]);
	}
	world_expect_empty(bob, set);
}

TEST(a_busy_member_cannot_starve_the_others)
{
	for (mach_msg_id_t id = 0; id < 5; id++)
		EXPECT(send_to(0, id), MACH_MSG_SUCCESS);
	EXPECT(send_to(1, 10), MACH_MSG_SUCCESS);
	EXPECT(send_to(2, 20), MACH_MSG_SUCCESS);
	world_expect_id(bob, set, 0);
	EXPECT(send_to(0, 5), MACH_MSG_SUCCESS);
	world_expect_id(bob, set, 10);
	world_expect_id(bob, set, 20);
	world_expect_id(bob, set, 1);
}

TEST(members_take_turns)
{
	for (mach_msg_id_t id = 0; id < 4; id++)
		for (int member = 0; member < 3; member++)
			EXPECT(send_to(member, member), MACH_MSG_SUCCESS);
	for (int round = 0; round < 4; round++) {
		int seen = 0;

		for (int i = 0; i < 3; i++)
			seen |= 1 << world_receive(bob, set).header.msgh_id;
		assert_int_equal(seen, 7);
	}
}

TEST(one_port_stays_first_in_first_out_through_a_set)
{
	for (mach_msg_id_t id = 1; id <= 3; id++)
		EXPECT(send_to(1, id), MACH_MSG_SUCCESS);
	world_expect_id(bob, set, 1);
	world_expect_id(bob, ports[1], 2);
	world_expect_id(bob, set, 3);
}

TEST(who_waits_on_a_set_is_handed_a_members_message)
{
	struct thread *first = block_on(set, 0, ROOMY);
	struct thread *second = block_on(set, 0, ROOMY);

	EXPECT(send_to(2, 1), MACH_MSG_SUCCESS);
	expect_got(first, ports[2], 1);
	EXPECT(send_to(0, 2), MACH_MSG_SUCCESS);
	expect_got(second, ports[0], 2);
}

TEST(a_member_can_be_received_from_directly)
{
	struct thread *on_set = block_on(set, 0, ROOMY);
	struct thread *on_port = block_on(ports[0], 0, ROOMY);

	EXPECT(send_to(1, 1), MACH_MSG_SUCCESS);
	expect_got(on_set, ports[1], 1);
	EXPECT(send_to(0, 2), MACH_MSG_SUCCESS);
	expect_got(on_port, ports[0], 2);
}

TEST(a_port_put_into_a_set_still_serves_who_waits_on_itself)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t name = world_give(bob, port, MAKE_SEND, alice);
	struct thread *thread = block_on(port, 0, ROOMY);

	EXPECT(ipc_mach_port_insert_member(bob, port, set), KERN_SUCCESS);
	assert_true(thread_blocked(thread));
	EXPECT(world_send_id(alice, name, COPY_SEND, 3), MACH_MSG_SUCCESS);
	expect_got(thread, port, 3);
}

TEST(a_port_with_messages_serves_the_set_at_once)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t name = world_give(bob, port, MAKE_SEND, alice);
	struct thread *threads[3];

	for (mach_msg_id_t id = 1; id <= 2; id++)
		EXPECT(world_send_id(alice, name, COPY_SEND, id), 0);
	for (int i = 0; i < 3; i++)
		threads[i] = block_on(set, 0, ROOMY);
	EXPECT(ipc_mach_port_insert_member(bob, port, set), KERN_SUCCESS);
	expect_got(threads[0], port, 1);
	expect_got(threads[1], port, 2);
	assert_true(thread_blocked(threads[2]));
}

TEST(a_port_moved_in_with_messages_serves_the_set_at_once)
{
	mach_port_name_t other = world_set(bob);
	struct thread *thread = block_on(other, 0, ROOMY);

	EXPECT(send_to(0, 6), MACH_MSG_SUCCESS);
	EXPECT(ipc_mach_port_move_member(bob, ports[0], other), KERN_SUCCESS);
	expect_got(thread, ports[0], 6);
}

TEST(who_waits_on_a_set_goes_on_when_a_member_is_removed)
{
	struct thread *thread = block_on(set, 0, ROOMY);

	EXPECT(ipc_mach_port_extract_member(bob, ports[0], set), KERN_SUCCESS);
	(void)world_give(bob, ports[1], MOVE_RECEIVE, carol);
	assert_true(thread_blocked(thread));
	EXPECT(send_to(0, 1), MACH_MSG_SUCCESS);
	assert_true(thread_blocked(thread));
	world_drop_receive(bob, ports[0]);
	assert_true(thread_blocked(thread));
	EXPECT(send_to(2, 2), MACH_MSG_SUCCESS);
	expect_got(thread, ports[2], 2);
}

TEST(who_waits_on_a_set_is_told_when_it_is_destroyed)
{
	struct thread *first = block_on(set, 0, ROOMY);
	struct thread *second = block_on(set, 0, ROOMY);

	EXPECT(ipc_mach_port_mod_refs(bob, set, PORT_SET, -1), KERN_SUCCESS);
	assert_int_equal(thread_got(first).code, MACH_RCV_PORT_CHANGED);
	assert_int_equal(thread_got(second).code, MACH_RCV_PORT_CHANGED);
}

TEST(a_message_too_large_names_the_member_that_holds_it)
{
	struct thread *thread = world_thread(bob);
	struct got got;

	EXPECT(send_to(1, 1), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, set,
	           POLL | MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY, 0),
	    MACH_RCV_TOO_LARGE);
	got = thread_got(thread);
	assert_int_equal(got.large_name, ports[1]);
	assert_int_equal(got.large_size, 24);
	world_expect_id(bob, set, 1);
}

TEST(a_message_too_large_for_one_set_can_be_taken_through_another)
{
	mach_port_name_t other = world_set(bob);
	struct thread *small;
	struct thread *large;

	EXPECT(ipc_mach_port_insert_member(bob, ports[0], other), KERN_SUCCESS);
	small = block_on(set, MACH_RCV_LARGE, 0);
	large = block_on(other, 0, ROOMY);
	EXPECT(send_to(0, 8), MACH_MSG_SUCCESS);
	if (thread_blocked(small))
		expect_got(large, ports[0], 8);
	else
		assert_int_equal(thread_got(small).code, MACH_RCV_TOO_LARGE);
	expect_got(large, ports[0], 8);
}

TEST(each_of_several_sets_serves_a_port_that_is_in_all)
{
	mach_port_name_t other = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, ports[0], other), KERN_SUCCESS);
	EXPECT(send_to(0, 1), MACH_MSG_SUCCESS);
	EXPECT(send_to(0, 2), MACH_MSG_SUCCESS);
	world_expect_id(bob, other, 1);
	world_expect_id(bob, set, 2);
	world_expect_empty(bob, other);
	world_expect_empty(bob, set);
}

TEST(members_are_charged_to_their_task)
{
	mach_port_name_t port = world_port(bob);
	uint64_t bytes = bob->account->used.bytes;

	bob->account->limits.bytes = bytes;
	EXPECT(ipc_mach_port_insert_member(bob, port, set),
	    KERN_RESOURCE_SHORTAGE);
	EXPECT(ipc_mach_port_extract_member(bob, ports[0], set), KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_member(bob, port, set), KERN_SUCCESS);
	assert_int_equal(bob->account->used.bytes, bytes);
}

TEST(a_port_with_messages_that_nobody_waits_for_makes_the_set_ready)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t name = world_give(bob, port, MAKE_SEND, alice);

	EXPECT(world_send_id(alice, name, COPY_SEND, 5), MACH_MSG_SUCCESS);
	EXPECT(ipc_mach_port_insert_member(bob, port, set), KERN_SUCCESS);
	world_expect_id(bob, set, 5);
}

TEST(a_port_is_in_1024_sets_at_most)
{
	mach_port_name_t port = world_port(bob);

	for (int i = 0; i < IPC_SETS_MAX; i++)
		assert_int_equal(
		    ipc_mach_port_insert_member(bob, port, world_set(bob)),
		    KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_member(bob, port, world_set(bob)),
	    KERN_RESOURCE_SHORTAGE);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(the_status_of_a_set_lists_its_members_in_ascending_order),
	    HERE(a_port_cannot_be_in_a_set_twice),
	    HERE(extracting_what_is_not_there_is_refused),
	    HERE(scenario_8_a_port_in_two_sets),
	    HERE(moving_a_member_to_where_it_is_succeeds),
	    HERE(members_and_sets_are_checked_by_their_kinds),
	    HERE(the_status_is_that_of_sets_only),
	    HERE(a_member_that_moves_away_leaves_its_sets),
	    HERE(a_member_that_dies_leaves_its_sets),
	    HERE(a_set_that_is_destroyed_leaves_ports_and_messages_alone),
	    HERE(a_set_can_be_deallocated_or_destroyed),
	    HERE(an_empty_set_can_be_waited_on),
	    HERE(one_receives_through_a_set_what_any_member_has),
	    HERE(a_busy_member_cannot_starve_the_others),
	    HERE(members_take_turns),
	    HERE(one_port_stays_first_in_first_out_through_a_set),
	    HERE(who_waits_on_a_set_is_handed_a_members_message),
	    HERE(a_member_can_be_received_from_directly),
	    HERE(a_port_put_into_a_set_still_serves_who_waits_on_itself),
	    HERE(a_port_with_messages_serves_the_set_at_once),
	    HERE(a_port_moved_in_with_messages_serves_the_set_at_once),
	    HERE(who_waits_on_a_set_goes_on_when_a_member_is_removed),
	    HERE(who_waits_on_a_set_is_told_when_it_is_destroyed),
	    HERE(a_message_too_large_names_the_member_that_holds_it),
	    HERE(a_message_too_large_for_one_set_can_be_taken_through_another),
	    HERE(each_of_several_sets_serves_a_port_that_is_in_all),
	    HERE(members_are_charged_to_their_task),
	    HERE(
	        a_port_with_messages_that_nobody_waits_for_makes_the_set_ready),
	    HERE(a_port_is_in_1024_sets_at_most),
	};

	return RUN("ipc_pset", tests);
}
