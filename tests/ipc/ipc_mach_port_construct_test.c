/* mach_port_construct() and mach_port_destruct(), by ports.md 10.27, 10.28 and
 * notifications.md 11.3. */
#include "names.h"

#include "ipc_account.h"

#define GUARD ((mach_port_context_t)0x1234567890)

#define GUARDED MACH_PORT_STATUS_FLAG_GUARDED
#define STRICT MACH_PORT_STATUS_FLAG_STRICT_GUARD
#define IMMOVABLE MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE

/* With a queue limit that is looked at only if @flags say so. */
static kern_return_t
construct_with_limit(
    uint32_t flags, uint32_t qlimit, mach_port_name_t *name_out)
{
	const mach_port_options_t options = {
	    .flags = flags,
	    .mpl = {.mpl_qlimit = qlimit},
	};

	return ipc_mach_port_construct(alice, &options, GUARD, name_out);
}

static kern_return_t
try_construct(uint32_t flags)
{
	mach_port_name_t name = 77;
	kern_return_t kr = construct_with_limit(flags, 2000, &name);

	if (kr != KERN_SUCCESS)
		assert_int_equal(name, 77); /* not written */
	return kr;
}

static mach_port_name_t
construct(uint32_t flags)
{
	mach_port_name_t name;

	EXPECT(construct_with_limit(flags, 2000, &name), KERN_SUCCESS);
	return name;
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

TEST(without_options_a_port_is_as_allocated_but_for_its_context)
{
	mach_port_name_t name = construct(0);
	mach_port_status_t status = world_status(alice, name);
	mach_port_status_t plain = world_status(alice, world_port(alice));

	assert_memory_equal(&status, &plain, sizeof(status));
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_RECEIVE);
	assert_int_equal(context(name), GUARD);
}

TEST(a_queue_limit_is_up_to_1024)
{
	mach_port_name_t name;

	EXPECT(construct_with_limit(MPO_QLIMIT, 1024, &name), KERN_SUCCESS);
	assert_int_equal(world_status(alice, name).mps_qlimit, 1024);
	EXPECT(construct_with_limit(MPO_QLIMIT, 0, &name), KERN_SUCCESS);
	assert_int_equal(world_status(alice, name).mps_qlimit, 0);
	EXPECT(
	    construct_with_limit(MPO_QLIMIT, 1025, &name), KERN_INVALID_VALUE);
}

TEST(a_send_right_comes_with_the_port)
{
	mach_port_name_t name = construct(MPO_INSERT_SEND_RIGHT);

	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(alice, name, SEND), 1);
	assert_int_equal(world_srights(alice, name), 1);
	assert_int_equal(world_status(alice, name).mps_mscount, 1);
}

TEST(the_context_is_a_guard_if_it_shall_be)
{
	assert_int_equal(flags_of(construct(MPO_CONTEXT_AS_GUARD)), GUARDED);
	assert_int_equal(flags_of(construct(MPO_CONTEXT_AS_GUARD | MPO_STRICT)),
	    GUARDED | STRICT);
	assert_int_equal(
	    flags_of(construct(MPO_CONTEXT_AS_GUARD | MPO_IMMOVABLE_RECEIVE)),
	    GUARDED | IMMOVABLE);
}

TEST(without_a_guard_nothing_is_strict_or_immovable)
{
	mach_port_name_t name = construct(MPO_STRICT | MPO_IMMOVABLE_RECEIVE);

	assert_int_equal(context(name), GUARD);
	(void)world_give(alice, name, MOVE_RECEIVE, bob);
}

TEST(options_without_behaviour_are_accepted)
{
	static const uint32_t flags[] = {MPO_DENAP_RECEIVER, MPO_FILTER_MSG,
	    MPO_REPLY_PORT, MPO_ENFORCE_REPLY_PORT_SEMANTICS,
	    MPO_PROVISIONAL_REPLY_PORT, MPO_EXCEPTION_PORT};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		assert_int_equal(flags_of(construct(flags[i])), 0);
	assert_int_equal(flags_of(construct(MPO_TEMPOWNER)), 0);
	assert_int_equal(flags_of(construct(MPO_IMPORTANCE_RECEIVER)),
	    MACH_PORT_STATUS_FLAG_IMP_DONATION);
	assert_int_equal(
	    flags_of(construct(MPO_TEMPOWNER | MPO_IMPORTANCE_RECEIVER)),
	    MACH_PORT_STATUS_FLAG_IMP_DONATION |
	        MACH_PORT_STATUS_FLAG_TEMPOWNER);
}

TEST(kinds_of_port_exclude_each_other)
{
	static const uint32_t services[] = {
	    MPO_SERVICE_PORT, MPO_CONNECTION_PORT, MPO_TG_BLOCK_TRACKING};
	static const uint32_t replies[] = {MPO_REPLY_PORT,
	    MPO_ENFORCE_REPLY_PORT_SEMANTICS, MPO_EXCEPTION_PORT,
	    MPO_PROVISIONAL_REPLY_PORT};

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < i; j++)
			EXPECT(try_construct(services[i] | services[j]),
			    KERN_INVALID_ARGUMENT);
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < i; j++)
			EXPECT(try_construct(replies[i] | replies[j]),
			    KERN_INVALID_ARGUMENT);
	/* Before the limit, which is too high. */
	EXPECT(try_construct(MPO_REPLY_PORT | MPO_EXCEPTION_PORT | MPO_QLIMIT),
	    KERN_INVALID_ARGUMENT);
}

TEST(what_is_out_of_scope_is_denied)
{
	mach_port_options_t options = {.flags = MPO_CONNECTION_PORT};
	mach_port_name_t name;

	EXPECT(try_construct(MPO_TG_BLOCK_TRACKING), KERN_DENIED);
	EXPECT(try_construct(MPO_SERVICE_PORT), KERN_DENIED);
	EXPECT(try_construct(MPO_CONNECTION_PORT), KERN_INVALID_ARGUMENT);
	options.service_port_name = names.send;
	EXPECT(ipc_mach_port_construct(alice, &options, 0, &name), KERN_DENIED);
}

TEST(a_full_space_has_no_room_for_a_port)
{
	alice->account->limits.names = alice->used;
	EXPECT(try_construct(MPO_INSERT_SEND_RIGHT), KERN_NO_SPACE);
}

/* Destruct. */

static kern_return_t
destruct(mach_port_name_t name, mach_port_delta_t srdelta)
{
	return ipc_mach_port_destruct(alice, name, srdelta, GUARD);
}

TEST(only_receive_rights_are_destructed)
{
	EXPECT(destruct(MACH_PORT_NULL, 0), KERN_INVALID_NAME);
	EXPECT(destruct(MACH_PORT_DEAD, 0), KERN_INVALID_NAME);
	EXPECT(destruct(names.absent, 0), KERN_INVALID_NAME);
	EXPECT(destruct(names.dead, 0), KERN_INVALID_NAME);
	EXPECT(destruct(names.send, 0), KERN_INVALID_RIGHT);
	EXPECT(destruct(names.once, 0), KERN_INVALID_RIGHT);
	EXPECT(destruct(names.set, 0), KERN_INVALID_RIGHT);
	EXPECT(destruct(names.receive, 0), KERN_SUCCESS);
	assert_false(world_has(alice, names.receive));
}

TEST(send_references_are_taken_where_there_are_any)
{
	EXPECT(destruct(names.receive, -1), KERN_INVALID_RIGHT);
	EXPECT(destruct(names.receive, 1), KERN_INVALID_RIGHT);
	EXPECT(destruct(names.both, 1), KERN_INVALID_VALUE);
	EXPECT(destruct(names.both, INT32_MAX), KERN_INVALID_VALUE);
	EXPECT(destruct(names.both, -2), KERN_INVALID_VALUE);
	EXPECT(destruct(names.both, INT32_MIN), KERN_INVALID_VALUE);
	EXPECT(destruct(names.both, -1), KERN_SUCCESS);
	assert_false(world_has(alice, names.both));
}

TEST(the_guard_is_asked_for_last)
{
	mach_port_name_t name = construct(
	    MPO_CONTEXT_AS_GUARD | MPO_STRICT | MPO_INSERT_SEND_RIGHT);

	EXPECT(ipc_mach_port_destruct(alice, name, 1, GUARD + 1),
	    KERN_INVALID_VALUE);
	EXPECT(ipc_mach_port_destruct(alice, name, -2, GUARD + 1),
	    KERN_INVALID_VALUE);
	EXPECT(ipc_mach_port_destruct(alice, name, -1, GUARD + 1),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(world_refs(alice, name, SEND), 1);
	EXPECT(ipc_mach_port_destruct(alice, name, -1, GUARD), KERN_SUCCESS);
}

TEST(a_port_without_a_guard_is_destructed_with_any)
{
	mach_port_name_t name = construct(0); /* the context is none */

	EXPECT(ipc_mach_port_destruct(alice, name, 0, GUARD + 1), KERN_SUCCESS);
}

TEST(references_that_are_left_become_a_dead_name)
{
	mach_port_name_t notify = world_port(alice);

	world_make_send(alice, names.both);
	world_make_send(alice, names.both);
	(void)world_request(
	    alice, names.both, MACH_NOTIFY_DEAD_NAME, 0, notify);
	EXPECT(destruct(names.both, -2), KERN_SUCCESS);
	assert_int_equal(
	    world_type(alice, names.both), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(alice, names.both, DEAD_NAME), 2);
	world_expect_notice(alice, notify, MACH_NOTIFY_DEAD_NAME, names.both);
	world_expect_empty(alice, notify);
}

TEST(a_count_that_sticks_is_taken_as_a_whole_or_not_at_all)
{
	world_make_send(alice, names.receive);
	EXPECT(ipc_mach_port_mod_refs(alice, names.receive, SEND, 65535),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(alice, names.both, SEND, 65535),
	    KERN_SUCCESS);
	EXPECT(destruct(names.both, -65536), KERN_INVALID_VALUE);
	EXPECT(destruct(names.both, -65534), KERN_SUCCESS);
	assert_int_equal(world_refs(alice, names.both, DEAD_NAME), 65535);
	EXPECT(destruct(names.receive, -65535), KERN_SUCCESS);
	assert_false(world_has(alice, names.receive));
}

TEST(the_last_send_right_tells_before_the_port_is_dead)
{
	mach_port_name_t notify = world_port(alice);

	(void)world_request(
	    alice, names.both, MACH_NOTIFY_NO_SENDERS, 0, notify);
	(void)world_request(
	    alice, names.both, MACH_NOTIFY_DEAD_NAME, 0, notify);
	EXPECT(world_send_id(alice, names.both, MAKE_SEND_ONCE, 5), 0);
	EXPECT(destruct(names.both, -1), KERN_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_NO_SENDERS, 1);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_PORT_DELETED, names.both);
	world_expect_empty(alice, notify);
}

TEST(send_rights_elsewhere_end_a_request_without_firing)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t theirs = world_give(alice, names.both, MAKE_SEND, bob);

	(void)world_request(
	    alice, names.both, MACH_NOTIFY_NO_SENDERS, 0, notify);
	EXPECT(destruct(names.both, -1), KERN_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(alice, notify);
	assert_int_equal(world_type(bob, theirs), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_right_that_is_wanted_back_is_sent_and_the_send_right_stays)
{
	mach_port_name_t notify = world_port(bob);
	mach_port_name_t notify_once =
	    world_give(bob, notify, MAKE_SEND_ONCE, alice);
	mach_port_name_t previous;
	mach_port_name_t name;

	world_make_send(alice, names.both);
	EXPECT(ipc_mach_port_request_notification(alice, names.both,
	           MACH_NOTIFY_PORT_DESTROYED, 0, alice, notify_once,
	           MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(destruct(names.both, -1), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.both), MACH_PORT_TYPE_SEND);
	assert_int_equal(world_refs(alice, names.both, SEND), 1);
	name = world_expect_destroyed(bob, notify);
	assert_ptr_equal(
	    world_lookup(bob, name), world_lookup(alice, names.both));
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(without_options_a_port_is_as_allocated_but_for_its_context),
	    HERE(a_queue_limit_is_up_to_1024),
	    HERE(a_send_right_comes_with_the_port),
	    HERE(the_context_is_a_guard_if_it_shall_be),
	    HERE(without_a_guard_nothing_is_strict_or_immovable),
	    HERE(options_without_behaviour_are_accepted),
	    HERE(kinds_of_port_exclude_each_other),
	    HERE(what_is_out_of_scope_is_denied),
	    HERE(a_full_space_has_no_room_for_a_port),
	    HERE(only_receive_rights_are_destructed),
	    HERE(send_references_are_taken_where_there_are_any),
	    HERE(the_guard_is_asked_for_last),
	    HERE(a_port_without_a_guard_is_destructed_with_any),
	    HERE(references_that_are_left_become_a_dead_name),
	    HERE(a_count_that_sticks_is_taken_as_a_whole_or_not_at_all),
	    HERE(the_last_send_right_tells_before_the_port_is_dead),
	    HERE(send_rights_elsewhere_end_a_request_without_firing),
	    HERE(a_right_that_is_wanted_back_is_sent_and_the_send_right_stays),
	};

	return RUN("ipc_mach_port_construct", tests);
}
