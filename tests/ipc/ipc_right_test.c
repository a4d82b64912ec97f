/* Rights: counts of what is taken from a space and given to one. */
#include "ipc_right.h"

#include "ipc_port.h"
#include "ipc_slot.h"
#include "world.h"

/* Bob's send right for a port of alice's, with some user references. */
static mach_port_name_t
send_right(mach_port_name_t port, mach_port_delta_t urefs)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	EXPECT(
	    ipc_mach_port_mod_refs(bob, name, SEND, urefs - 1), KERN_SUCCESS);
	return name;
}

/* Takes a right from bob into the kernel. */
static struct ipc_port *
copyin(mach_port_name_t name, mach_msg_type_name_t disposition)
{
	struct ipc_port *port = IPC_PORT_NULL;

	assert_int_equal(ipc_right_copyin(bob, name, disposition, &port), 0);
	return port;
}

static mach_port_name_t
copyout(
    struct ipc_space *task, struct ipc_port *port, mach_msg_type_name_t type)
{
	mach_port_name_t name = MACH_PORT_NULL;

	EXPECT(ipc_right_copyout(task, port, type, &name), KERN_SUCCESS);
	return name;
}

TEST(copy_send_keeps_the_reference_and_makes_a_naked_right)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);
	struct ipc_port *right = copyin(name, COPY_SEND);

	assert_int_equal(right->srights, 2);
	assert_int_equal(right->mscount, 1);
	ipc_port_release_send(right);
	assert_int_equal(world_refs(bob, name, SEND), 1);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(move_send_takes_one_reference_of_many_and_makes_a_naked_right)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 3);
	struct ipc_port *right = copyin(name, MOVE_SEND);

	assert_int_equal(right->srights, 2);
	ipc_port_release_send(right);
	assert_int_equal(world_refs(bob, name, SEND), 2);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(move_send_of_the_last_reference_takes_the_spaces_own_right)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);
	struct ipc_port *right = copyin(name, MOVE_SEND);

	assert_int_equal(right->srights, 1);
	assert_false(world_has(bob, name));
	ipc_port_release_send(right);
	assert_int_equal(world_srights(alice, port), 0);
}

TEST(move_send_never_lowers_a_pegged_count)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, MACH_PORT_UREFS_MAX);

	for (int i = 0; i < 3; i++)
		ipc_port_release_send(copyin(name, MOVE_SEND));
	assert_int_equal(world_refs(bob, name, SEND), MACH_PORT_UREFS_MAX);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(make_send_counts_as_made_and_make_send_once_does_not)
{
	mach_port_name_t port = world_port(bob);
	struct ipc_port *send = copyin(port, MAKE_SEND);
	struct ipc_port *once = copyin(port, MAKE_SEND_ONCE);

	assert_int_equal(send->mscount, 1);
	assert_int_equal(send->srights, 1);
	assert_int_equal(send->sorights, 1);
	ipc_port_release_send(send);
	ipc_port_use_send_once(once);
	assert_int_equal(world_status(bob, port).mps_mscount, 1);
	assert_int_equal(world_status(bob, port).mps_sorights, 0);
}

TEST(move_send_once_takes_the_name_and_keeps_the_count)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND_ONCE, bob);
	struct ipc_port *once = copyin(name, MOVE_SEND_ONCE);

	assert_false(world_has(bob, name));
	assert_int_equal(once->sorights, 1);
	ipc_port_release_send_once(once);
	ipc_check();
	world_expect_notice(alice, port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(move_receive_leaves_the_send_right_with_its_references)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	world_make_send(alice, port);
	(void)world_give(alice, port, MOVE_RECEIVE, bob);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND);
	assert_int_equal(world_refs(alice, port, SEND), 2);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(move_receive_without_a_send_right_frees_the_name)
{
	mach_port_name_t port = world_port(alice);

	(void)world_give(alice, port, MOVE_RECEIVE, bob);
	assert_false(world_has(alice, port));
}

TEST(moving_a_dead_name_takes_one_of_its_references)
{
	mach_port_name_t name = world_dead_name(bob);

	EXPECT(ipc_mach_port_mod_refs(bob, name, DEAD_NAME, 2), KERN_SUCCESS);
	assert_ptr_equal(copyin(name, MOVE_SEND), IPC_PORT_DEAD);
	assert_int_equal(world_refs(bob, name, DEAD_NAME), 2);
	assert_ptr_equal(copyin(name, MOVE_SEND_ONCE), IPC_PORT_DEAD);
	assert_ptr_equal(copyin(name, COPY_SEND), IPC_PORT_DEAD);
	assert_int_equal(world_refs(bob, name, DEAD_NAME), 1);
	assert_ptr_equal(copyin(name, MOVE_SEND), IPC_PORT_DEAD);
	assert_false(world_has(bob, name));
}

/* ipc_right_check() promises what ipc_right_take() then does. */

TEST(a_check_that_succeeds_changes_nothing)
{
	mach_port_name_t port = world_port(bob);

	EXPECT(
	    ipc_right_check(ipc_space_find(bob, port), MAKE_SEND_ONCE, false),
	    KERN_SUCCESS);
	assert_int_equal(world_status(bob, port).mps_sorights, 0);
}

TEST(a_check_lets_dead_names_pass_only_if_asked)
{
	mach_port_name_t name = world_dead_name(bob);

	EXPECT(ipc_right_check(ipc_space_find(bob, name), MOVE_SEND, true),
	    KERN_SUCCESS);
	EXPECT(ipc_right_check(ipc_space_find(bob, name), MOVE_SEND, false),
	    KERN_INVALID_RIGHT);
	assert_int_equal(world_refs(bob, name, DEAD_NAME), 1);
}

/* The table of messages.md 11.5. */

TEST(a_send_right_joins_the_send_right_that_is_there)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 2);

	assert_int_equal(world_give(alice, port, MAKE_SEND, bob), name);
	assert_int_equal(world_refs(bob, name, SEND), 3);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(a_send_right_joins_the_receive_right_that_is_there)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);

	assert_int_equal(world_give(bob, name, COPY_SEND, alice), port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(alice, port, SEND), 1);
	assert_int_equal(world_srights(alice, port), 2);
}

TEST(a_send_right_joins_send_and_receive_rights)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);

	world_make_send(alice, port);
	assert_int_equal(world_give(bob, name, COPY_SEND, alice), port);
	assert_int_equal(world_refs(alice, port, SEND), 2);
	assert_int_equal(world_srights(alice, port), 2);
}

TEST(a_send_right_gets_a_new_name_beside_send_once_rights)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t once = world_give(alice, port, MAKE_SEND_ONCE, bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	assert_int_not_equal(name, once);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND);
	assert_int_equal(world_type(bob, once), MACH_PORT_TYPE_SEND_ONCE);
}

TEST(a_send_right_leaves_a_pegged_count_alone)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, MACH_PORT_UREFS_MAX);

	assert_int_equal(world_give(alice, port, MAKE_SEND, bob), name);
	assert_int_equal(world_refs(bob, name, SEND), MACH_PORT_UREFS_MAX);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(a_send_once_right_always_gets_a_new_name)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t send = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t first = world_give(alice, port, MAKE_SEND_ONCE, bob);
	mach_port_name_t second = world_give(alice, port, MAKE_SEND_ONCE, bob);
	mach_port_name_t own = world_give(alice, port, MAKE_SEND_ONCE, alice);

	assert_true(send != first && send != second && first != second);
	assert_int_not_equal(own, port);
	assert_int_equal(world_refs(bob, first, SEND_ONCE), 1);
	assert_int_equal(world_status(alice, port).mps_sorights, 3);
}

TEST(a_receive_right_joins_the_send_right_that_is_there)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 2);

	assert_int_equal(world_give(alice, port, MOVE_RECEIVE, bob), name);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(bob, name, SEND), 2);
}

TEST(a_receive_right_gets_a_new_name_where_nothing_is)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t once = world_give(alice, port, MAKE_SEND_ONCE, bob);
	mach_port_name_t name = world_give(alice, port, MOVE_RECEIVE, bob);

	assert_int_not_equal(name, once);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_right_whose_port_died_comes_out_as_the_constant_dead)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 2);
	mach_port_name_t dead = world_dead_name(bob);
	struct ipc_port *right;
	struct ipc_slot slot; /* where ipc_check() finds the naked right */
	uint32_t used = bob->used;

	ipc_slot_init(&slot);
	ipc_slot_set(&slot, copyin(name, MOVE_SEND));
	EXPECT(ipc_mach_port_destroy(alice, port), KERN_SUCCESS);
	right = TAKE(slot.port);
	assert_int_equal(
	    copyout(bob, right, MACH_MSG_TYPE_PORT_SEND), MACH_PORT_DEAD);
	ipc_slot_deinit(&slot);
	assert_int_equal(bob->used, used);
	assert_int_equal(world_refs(bob, name, DEAD_NAME), 1);
	assert_int_equal(world_refs(bob, dead, DEAD_NAME), 1);
}

TEST(null_and_dead_pass_through)
{
	static const mach_msg_type_name_t types[] = {MACH_MSG_TYPE_PORT_RECEIVE,
	    MACH_MSG_TYPE_PORT_SEND, MACH_MSG_TYPE_PORT_SEND_ONCE};

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    copyout(bob, IPC_PORT_NULL, types[i]), MACH_PORT_NULL);
		assert_int_equal(
		    copyout(bob, IPC_PORT_DEAD, types[i]), MACH_PORT_DEAD);
	}
	assert_int_equal(bob->used, 0);
}

TEST(without_a_free_name_the_right_stays_with_the_caller)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);
	mach_port_name_t out = 0x1234;
	struct ipc_port *right = copyin(name, COPY_SEND);

	carol->account->limits.names = 0;
	assert_int_equal(
	    ipc_right_copyout(carol, right, MACH_MSG_TYPE_PORT_SEND, &out),
	    KERN_NO_SPACE);
	assert_int_equal(out, MACH_PORT_NULL);
	assert_int_equal(right->srights, 2);
	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	ipc_check();
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(a_right_that_joins_an_entry_needs_no_free_name)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);

	bob->account->limits.names = 1;
	assert_int_equal(world_give(alice, port, MAKE_SEND, bob), name);
	assert_int_equal(world_give(alice, port, MOVE_RECEIVE, bob), name);
}

/* Naked rights die with all their effects. */

TEST(a_naked_receive_right_that_dies_takes_its_port_along)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t name = world_give(bob, port, MAKE_SEND, alice);
	struct ipc_port *right = copyin(port, MOVE_RECEIVE);

	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_RECEIVE);
	ipc_check();
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(null_and_dead_die_without_effect)
{
	ipc_right_destroy_naked(IPC_PORT_NULL, MACH_MSG_TYPE_PORT_SEND);
	ipc_right_destroy_naked(IPC_PORT_DEAD, MACH_MSG_TYPE_PORT_SEND_ONCE);
	ipc_right_destroy_naked(IPC_PORT_DEAD, MACH_MSG_TYPE_PORT_RECEIVE);
	ipc_check();
}

/* Worked scenarios of ports.md 11. */

TEST(scenario_4_a_receive_right_finds_the_send_right_of_its_receiver)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 5);
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to = world_give(bob, inbox, MAKE_SEND, alice);
	struct message message;
	struct got got;

	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, port));
	got = world_receive(bob, inbox);
	assert_int_equal(got_port(&got, 0).name, name);
	assert_int_equal(got_port(&got, 0).disposition, MOVE_RECEIVE);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(bob, name, SEND), 5);
}

TEST(scenario_5_a_send_right_comes_home_to_the_receive_right)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);
	struct message message;
	struct got got;

	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, name, COPY_SEND);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	got = world_receive(alice, port);
	assert_int_equal(got_port(&got, 0).name, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(alice, port, SEND), 1);
}

TEST(scenario_6_two_send_once_rights_have_two_names_and_two_ends)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t first = world_give(alice, port, MAKE_SEND_ONCE, bob);
	mach_port_name_t second = world_give(alice, port, MAKE_SEND_ONCE, bob);

	assert_int_not_equal(first, second);
	assert_int_equal(world_status(alice, port).mps_sorights, 2);
	EXPECT(ipc_mach_port_deallocate(bob, first), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(bob, second), KERN_SUCCESS);
	world_expect_notice(alice, port, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(alice, port, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(alice, port);
}

TEST(scenario_12_a_pegged_count_moves_no_more)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = send_right(port, 1);

	EXPECT(ipc_mach_port_mod_refs(bob, name, SEND, 65534), KERN_SUCCESS);
	assert_int_equal(world_refs(bob, name, SEND), 65535);
	EXPECT(ipc_mach_port_mod_refs(bob, name, SEND, 1), KERN_SUCCESS);
	assert_int_equal(world_refs(bob, name, SEND), 65535);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	assert_int_equal(world_refs(bob, name, SEND), 65535);
	EXPECT(ipc_mach_port_mod_refs(bob, name, SEND, -1), KERN_SUCCESS);
	assert_int_equal(world_refs(bob, name, SEND), 65535);
	EXPECT(ipc_mach_port_mod_refs(bob, name, SEND, -65535), KERN_SUCCESS);
	assert_false(world_has(bob, name));
	assert_int_equal(world_srights(alice, port), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(copy_send_keeps_the_reference_and_makes_a_naked_right),
	    CASE(move_send_takes_one_reference_of_many_and_makes_a_naked_right),
	    CASE(move_send_of_the_last_reference_takes_the_spaces_own_right),
	    CASE(move_send_never_lowers_a_pegged_count),
	    CASE(make_send_counts_as_made_and_make_send_once_does_not),
	    CASE(move_send_once_takes_the_name_and_keeps_the_count),
	    CASE(move_receive_leaves_the_send_right_with_its_references),
	    CASE(move_receive_without_a_send_right_frees_the_name),
	    CASE(moving_a_dead_name_takes_one_of_its_references),
	    CASE(a_check_that_succeeds_changes_nothing),
	    CASE(a_check_lets_dead_names_pass_only_if_asked),
	    CASE(a_send_right_joins_the_send_right_that_is_there),
	    CASE(a_send_right_joins_the_receive_right_that_is_there),
	    CASE(a_send_right_joins_send_and_receive_rights),
	    CASE(a_send_right_gets_a_new_name_beside_send_once_rights),
	    CASE(a_send_right_leaves_a_pegged_count_alone),
	    CASE(a_send_once_right_always_gets_a_new_name),
	    CASE(a_receive_right_joins_the_send_right_that_is_there),
	    CASE(a_receive_right_gets_a_new_name_where_nothing_is),
	    CASE(a_right_whose_port_died_comes_out_as_the_constant_dead),
	    CASE(null_and_dead_pass_through),
	    CASE(without_a_free_name_the_right_stays_with_the_caller),
	    CASE(a_right_that_joins_an_entry_needs_no_free_name),
	    CASE(a_naked_receive_right_that_dies_takes_its_port_along),
	    CASE(null_and_dead_die_without_effect),
	    CASE(
	        scenario_4_a_receive_right_finds_the_send_right_of_its_receiver),
	    CASE(scenario_5_a_send_right_comes_home_to_the_receive_right),
	    CASE(scenario_6_two_send_once_rights_have_two_names_and_two_ends),
	    CASE(scenario_12_a_pegged_count_moves_no_more),
	};

	return RUN("ipc_right", tests);
}
