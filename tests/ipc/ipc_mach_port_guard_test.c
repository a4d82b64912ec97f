/* Contexts and guards, by ports.md 6.4, 6.5, 10.15, 10.16 and 10.26 to 10.32. */
#include "names.h"

#include "ipc_port.h"

#define GUARD ((mach_port_context_t)0x1234567890)
#define WRONG ((mach_port_context_t)0x99)

#define GUARDED MACH_PORT_STATUS_FLAG_GUARDED
#define STRICT MACH_PORT_STATUS_FLAG_STRICT_GUARD
#define IMMOVABLE MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE

static kern_return_t
guard(mach_port_name_t name, uint64_t flags)
{
	return ipc_mach_port_guard(alice, name, GUARD, flags);
}

static kern_return_t
unguard(mach_port_name_t name, mach_port_context_t value)
{
	return ipc_mach_port_unguard(alice, name, value);
}

static mach_port_context_t
context(mach_port_name_t name)
{
	mach_port_context_t value = 77;

	EXPECT(ipc_mach_port_get_context(alice, name, &value), KERN_SUCCESS);
	return value;
}

static natural_t
flags_of(mach_port_name_t name)
{
	return world_status(alice, name).mps_flags;
}

/* Contexts. */

static kern_return_t
call_get_context(mach_port_name_t name)
{
	mach_port_context_t value;

	return ipc_mach_port_get_context(alice, name, &value);
}

static kern_return_t
call_set_context(mach_port_name_t name)
{
	return ipc_mach_port_set_context(alice, name, GUARD);
}

TEST(a_context_is_kept_with_a_receive_right)
{
	names_expect_receive_only(call_get_context);
	assert_int_equal(context(names.receive), 0);
	names_expect_receive_only(call_set_context);
	assert_int_equal(context(names.receive), GUARD);
	assert_int_equal(flags_of(names.receive), 0);
}

TEST(a_strict_guard_can_neither_be_read_nor_set)
{
	EXPECT(guard(names.receive, MPG_STRICT), KERN_SUCCESS);
	assert_int_equal(context(names.receive), 0);
	EXPECT(call_set_context(names.receive), KERN_INVALID_ARGUMENT);
	EXPECT(unguard(names.receive, GUARD), KERN_SUCCESS);
	EXPECT(call_set_context(names.receive), KERN_SUCCESS);
}

TEST(a_context_that_is_set_becomes_the_guard)
{
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	assert_int_equal(context(names.receive), GUARD);
	EXPECT(ipc_mach_port_set_context(alice, names.receive, WRONG),
	    KERN_SUCCESS);
	EXPECT(unguard(names.receive, GUARD), KERN_INVALID_ARGUMENT);
	EXPECT(unguard(names.receive, WRONG), KERN_SUCCESS);
}

TEST(a_context_is_forgotten_when_the_right_moves)
{
	mach_port_name_t name;
	mach_port_context_t value = 77;

	EXPECT(call_set_context(names.receive), KERN_SUCCESS);
	name = world_give(alice, names.receive, MOVE_RECEIVE, bob);
	EXPECT(ipc_mach_port_get_context(bob, name, &value), KERN_SUCCESS);
	assert_int_equal(value, 0);
}

/* Guards. */

static kern_return_t
call_guard(mach_port_name_t name)
{
	return guard(name, MPG_STRICT);
}

static kern_return_t
call_unguard(mach_port_name_t name)
{
	return unguard(name, GUARD);
}

static kern_return_t
call_swap_guard(mach_port_name_t name)
{
	return ipc_mach_port_swap_guard(alice, name, GUARD, GUARD);
}

TEST(receive_rights_are_guarded_and_unguarded)
{
	names_expect_receive_or_absent(call_guard);
	assert_int_equal(flags_of(names.both), GUARDED | STRICT);
	names_expect_receive_or_absent(call_unguard);
	assert_int_equal(flags_of(names.both), 0);
	assert_int_equal(context(names.both), 0);
}

TEST(receive_rights_swap_their_guards)
{
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	EXPECT(guard(names.both, 0), KERN_SUCCESS);
	names_expect_receive_or_absent(call_swap_guard);
}

TEST(flags_are_told_while_there_is_a_guard)
{
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	assert_int_equal(flags_of(names.receive), GUARDED);
	EXPECT(unguard(names.receive, GUARD), KERN_SUCCESS);
	EXPECT(guard(names.receive, MPG_IMMOVABLE_RECEIVE), KERN_SUCCESS);
	assert_int_equal(flags_of(names.receive), GUARDED | IMMOVABLE);
	EXPECT(unguard(names.receive, GUARD), KERN_SUCCESS);
	assert_int_equal(flags_of(names.receive), 0);
	/* It stuck. */
	EXPECT(guard(names.receive, MPG_STRICT), KERN_SUCCESS);
	assert_int_equal(flags_of(names.receive), GUARDED | STRICT | IMMOVABLE);
}

TEST(a_port_with_a_context_is_not_guarded)
{
	EXPECT(call_set_context(names.receive), KERN_SUCCESS);
	EXPECT(guard(names.receive, 0), KERN_INVALID_ARGUMENT);
	EXPECT(ipc_mach_port_set_context(alice, names.receive, 0), 0);
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	EXPECT(guard(names.receive, 0), KERN_INVALID_ARGUMENT);
}

TEST(only_the_guard_unguards)
{
	EXPECT(unguard(names.receive, 0), KERN_INVALID_ARGUMENT);
	EXPECT(call_set_context(names.receive), KERN_SUCCESS);
	EXPECT(unguard(names.receive, GUARD), KERN_INVALID_ARGUMENT);
	EXPECT(ipc_mach_port_set_context(alice, names.receive, 0), 0);
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	EXPECT(unguard(names.receive, WRONG), KERN_INVALID_ARGUMENT);
	assert_int_equal(flags_of(names.receive), GUARDED);
}

TEST(only_a_guard_that_is_known_and_not_strict_is_swapped)
{
	EXPECT(ipc_mach_port_swap_guard(alice, names.receive, 0, WRONG),
	    KERN_INVALID_ARGUMENT);
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	EXPECT(ipc_mach_port_swap_guard(alice, names.receive, WRONG, GUARD),
	    KERN_INVALID_ARGUMENT);
	EXPECT(ipc_mach_port_swap_guard(alice, names.receive, GUARD, WRONG),
	    KERN_SUCCESS);
	EXPECT(unguard(names.receive, WRONG), KERN_SUCCESS);
	EXPECT(guard(names.receive, MPG_STRICT), KERN_SUCCESS);
	EXPECT(ipc_mach_port_swap_guard(alice, names.receive, GUARD, WRONG),
	    KERN_INVALID_ARGUMENT);
}

TEST(a_guarded_port_is_not_destroyed)
{
	EXPECT(guard(names.both, 0), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, names.both), KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_mod_refs(alice, names.both, RECEIVE, -1),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_mod_refs(alice, names.both, RECEIVE, 0),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(alice, names.both, RECEIVE, 1),
	    KERN_INVALID_VALUE);
	/* The send right is not guarded. */
	EXPECT(ipc_mach_port_deallocate(alice, names.both), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.both), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_guard_of_zero_stops_mod_refs_alone)
{
	EXPECT(ipc_mach_port_guard(alice, names.receive, 0, 0), KERN_SUCCESS);
	assert_int_equal(flags_of(names.receive), GUARDED);
	EXPECT(ipc_mach_port_mod_refs(alice, names.receive, RECEIVE, -1),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_destroy(alice, names.receive), KERN_SUCCESS);
	assert_false(world_has(alice, names.receive));
}

/* Moving. */

TEST(a_guarded_right_moves_and_loses_its_guard)
{
	mach_port_name_t name;

	EXPECT(guard(names.receive, MPG_STRICT), KERN_SUCCESS);
	name = world_give(alice, names.receive, MOVE_RECEIVE, bob);
	assert_int_equal(world_status(bob, name).mps_flags, 0);
	EXPECT(ipc_mach_port_destroy(bob, name), KERN_SUCCESS);
}

TEST(an_immovable_right_is_not_moved_by_any_means)
{
	mach_port_name_t inbox = world_port(alice);
	mach_msg_type_name_t type;
	struct message message;
	mach_port_name_t name;

	world_make_send(alice, inbox);
	EXPECT(guard(names.receive, MPG_IMMOVABLE_RECEIVE), KERN_SUCCESS);
	/* Unguarding does not help. */
	for (int i = 0; i < 2; i++) {
		EXPECT(ipc_mach_port_extract_right(alice, names.receive,
		           MOVE_RECEIVE, bob, &name, &type),
		    KERN_INVALID_CAPABILITY);
		EXPECT(ipc_mach_port_insert_right(
		           alice, 0x77703, alice, names.receive, MOVE_RECEIVE),
		    KERN_INVALID_CAPABILITY);
		EXPECT(ipc_mach_port_insert_right(
		           bob, 0x77703, alice, names.receive, MOVE_RECEIVE),
		    MACH_SEND_INVALID_RIGHT);
		message_init(&message, inbox, COPY_SEND, MACH_PORT_NULL, 0);
		message_add_port(&message, names.receive, MOVE_RECEIVE);
		EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
		message_init(&message, inbox, COPY_SEND, MACH_PORT_NULL, 0);
		message_add_guarded(&message, names.receive, i ? 0 : GUARD,
		    i ? MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND
		      : MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
		(void)unguard(names.receive, GUARD);
	}
	/* Other rights can still be made of it. */
	world_make_send(alice, names.receive);
	EXPECT(ipc_mach_port_destroy(alice, names.receive), KERN_SUCCESS);
}

TEST(an_immovable_right_moves_when_it_is_wanted_back)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t name;

	(void)world_request(
	    alice, names.receive, MACH_NOTIFY_PORT_DESTROYED, 0, notify);
	EXPECT(guard(names.receive, MPG_STRICT | MPG_IMMOVABLE_RECEIVE), 0);
	EXPECT(ipc_mach_port_destruct(alice, names.receive, 0, GUARD), 0);
	name = world_expect_destroyed(alice, notify);
	assert_int_equal(flags_of(name), 0);
	assert_int_equal(context(name), 0);
	EXPECT(guard(name, 0), KERN_SUCCESS);
	assert_int_equal(flags_of(name), GUARDED);
}

/* 10.26. */

static kern_return_t
assert_guard(mach_port_name_t name, mach_port_flavor_t flavor, uint64_t value,
    mach_msg_type_number_t count)
{
	const uint32_t info[] = {(uint32_t)value, (uint32_t)(value >> 32)};

	return ipc_mach_port_assert_attributes(
	    alice, name, flavor, info, count);
}

static kern_return_t
call_assert_guard(mach_port_name_t name)
{
	return assert_guard(name, MACH_PORT_GUARD_INFO, GUARD, 2);
}

TEST(a_strict_guard_is_asserted)
{
	EXPECT(guard(names.receive, MPG_STRICT), KERN_SUCCESS);
	EXPECT(guard(names.both, MPG_STRICT), KERN_SUCCESS);
	names_expect_receive_only(call_assert_guard);
	EXPECT(assert_guard(names.both, MACH_PORT_GUARD_INFO, WRONG, 2),
	    KERN_INVALID_ARGUMENT);
	EXPECT(assert_guard(
	           names.both, MACH_PORT_GUARD_INFO, GUARD & UINT32_MAX, 2),
	    KERN_INVALID_ARGUMENT);
}

TEST(the_arguments_of_an_assertion_are_checked_before_the_name)
{
	static const mach_port_flavor_t flavors[] = {
	    0, 1, 2, 3, 4, 5, 6, 7, 9, 10, -1};

	for (size_t i = 0; i < sizeof(flavors) / sizeof(flavors[0]); i++)
		EXPECT(assert_guard(names.absent, flavors[i], GUARD, 0),
		    KERN_INVALID_ARGUMENT);
	EXPECT(assert_guard(names.absent, MACH_PORT_GUARD_INFO, GUARD, 1),
	    KERN_FAILURE);
}

TEST(what_is_not_a_strict_guard_is_not_asserted)
{
	EXPECT(assert_guard(names.receive, MACH_PORT_GUARD_INFO, 0, 2),
	    KERN_INVALID_ARGUMENT);
	EXPECT(guard(names.receive, 0), KERN_SUCCESS);
	EXPECT(call_assert_guard(names.receive), KERN_INVALID_ARGUMENT);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_context_is_kept_with_a_receive_right),
	    HERE(a_strict_guard_can_neither_be_read_nor_set),
	    HERE(a_context_that_is_set_becomes_the_guard),
	    HERE(a_context_is_forgotten_when_the_right_moves),
	    HERE(receive_rights_are_guarded_and_unguarded),
	    HERE(receive_rights_swap_their_guards),
	    HERE(flags_are_told_while_there_is_a_guard),
	    HERE(a_port_with_a_context_is_not_guarded),
	    HERE(only_the_guard_unguards),
	    HERE(only_a_guard_that_is_known_and_not_strict_is_swapped),
	    HERE(a_guarded_port_is_not_destroyed),
	    HERE(a_guard_of_zero_stops_mod_refs_alone),
	    HERE(a_guarded_right_moves_and_loses_its_guard),
	    HERE(an_immovable_right_is_not_moved_by_any_means),
	    HERE(an_immovable_right_moves_when_it_is_wanted_back),
	    HERE(a_strict_guard_is_asserted),
	    HERE(the_arguments_of_an_assertion_are_checked_before_the_name),
	    HERE(what_is_not_a_strict_guard_is_not_asserted),
	};

	return RUN("ipc_mach_port_guard", tests);
}
