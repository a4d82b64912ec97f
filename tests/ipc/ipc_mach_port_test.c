/* Names, their making and their end, by the tables of ports.md 10.1 to 10.9. */
#include "ipc_mach_port.h"

#include "base_alloc.h"
#include "names.h"

/* 10.1 and 10.2: names and types. */

TEST(names_lists_every_name_once_with_its_type)
{
	const mach_port_name_t known[6] = {names.send, names.receive,
	    names.both, names.once, names.set, names.dead};
	mach_port_name_t *list;
	mach_port_type_t *types;
	uint32_t count;
	unsigned found = 0;

	EXPECT(ipc_mach_port_names(alice, &list, &types, &count), 0);
	assert_int_equal(count, 6);
	for (uint32_t i = 0; i < count; i++)
		for (unsigned k = 0; k < 6; k++)
			if (list[i] == known[k]) {
				found |= 1u << k;
				assert_int_equal(
				    types[i], world_type(alice, known[k]));
			}
	assert_int_equal(found, 0x3f);
	base_free(list);
	base_free(types);
}

TEST(names_of_an_empty_space_are_null)
{
	mach_port_name_t *list;
	mach_port_type_t *types;
	uint32_t count = 5;

	EXPECT(ipc_mach_port_names(carol, &list, &types, &count), 0);
	assert_int_equal(count, 0);
	assert_null(list);
	assert_null(types);
}

TEST(names_tells_dead_names_whose_death_nobody_noticed)
{
	mach_port_name_t *list;
	mach_port_type_t *types;
	uint32_t count;

	world_drop_receive(bob, names.service);
	EXPECT(ipc_mach_port_names(alice, &list, &types, &count), 0);
	for (uint32_t i = 0; i < count; i++)
		if (list[i] == names.send || list[i] == names.once)
			assert_int_equal(types[i], MACH_PORT_TYPE_DEAD_NAME);
	base_free(list);
	base_free(types);
}

TEST(type_tells_each_kind)
{
	mach_port_type_t type;

	assert_int_equal(world_type(alice, names.send), 0x00010000);
	assert_int_equal(world_type(alice, names.receive), 0x00020000);
	assert_int_equal(world_type(alice, names.both), 0x00030000);
	assert_int_equal(world_type(alice, names.once), 0x00040000);
	assert_int_equal(world_type(alice, names.set), 0x00080000);
	assert_int_equal(world_type(alice, names.dead), 0x00100000);
	assert_int_equal(world_type(alice, MACH_PORT_DEAD), 0x00100000);
	EXPECT(ipc_mach_port_type(alice, MACH_PORT_NULL, &type),
	    KERN_INVALID_NAME);
	EXPECT(
	    ipc_mach_port_type(alice, names.absent, &type), KERN_INVALID_NAME);
}

/* 10.4 and 10.5: allocate. */

TEST(allocate_makes_three_kinds_and_refuses_the_rest)
{
	mach_port_name_t name;

	for (mach_port_right_t right = 0; right < 9; right++) {
		bool good =
		    right == RECEIVE || right == PORT_SET || right == DEAD_NAME;

		EXPECT(ipc_mach_port_allocate(carol, right, &name),
		    good ? KERN_SUCCESS : KERN_INVALID_VALUE);
		if (good)
			assert_int_equal(
			    world_type(carol, name), MACH_PORT_TYPE(right));
	}
	EXPECT(ipc_mach_port_allocate(carol, ~0u, &name), KERN_INVALID_VALUE);
}

TEST(allocate_name_makes_three_kinds_and_refuses_the_rest)
{
	for (mach_port_right_t right = 0; right < 9; right++) {
		mach_port_name_t name = 0x3003 + (right << 8);
		bool good =
		    right == RECEIVE || right == PORT_SET || right == DEAD_NAME;

		EXPECT(ipc_mach_port_allocate_name(carol, right, name),
		    good ? KERN_SUCCESS : KERN_INVALID_VALUE);
		assert_int_equal(world_has(carol, name), good);
	}
}

TEST(a_new_dead_name_has_one_reference)
{
	assert_int_equal(world_refs(alice, names.dead, DEAD_NAME), 1);
}

/* 10.8: destroy. */

TEST(destroy_removes_whatever_the_name_is)
{
	const mach_port_name_t all[6] = {names.send, names.receive, names.both,
	    names.once, names.set, names.dead};

	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 10), 0);
	EXPECT(ipc_mach_port_mod_refs(alice, names.dead, DEAD_NAME, 10), 0);
	for (int i = 0; i < 6; i++) {
		EXPECT(ipc_mach_port_destroy(alice, all[i]), KERN_SUCCESS);
		assert_false(world_has(alice, all[i]));
		EXPECT(ipc_mach_port_destroy(alice, all[i]), KERN_INVALID_NAME);
	}
	assert_int_equal(alice->used, 0);
}

TEST(destroying_null_or_dead_succeeds)
{
	EXPECT(ipc_mach_port_destroy(alice, MACH_PORT_NULL), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, MACH_PORT_DEAD), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, names.absent), KERN_INVALID_NAME);
}

/* 10.9: deallocate. */

TEST(deallocate_releases_one_reference)
{
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 1), 0);
	EXPECT(ipc_mach_port_deallocate(alice, names.send), KERN_SUCCESS);
	assert_int_equal(world_refs(alice, names.send, SEND), 1);
	EXPECT(ipc_mach_port_deallocate(alice, names.send), KERN_SUCCESS);
	assert_false(world_has(alice, names.send));
	EXPECT(ipc_mach_port_deallocate(alice, names.send), KERN_INVALID_NAME);
}

TEST(deallocate_of_send_and_receive_leaves_the_receive_right)
{
	world_make_send(alice, names.both);
	EXPECT(ipc_mach_port_deallocate(alice, names.both), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.both), 0x00030000);
	EXPECT(ipc_mach_port_deallocate(alice, names.both), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.both), 0x00020000);
	EXPECT(ipc_mach_port_deallocate(alice, names.both), KERN_INVALID_RIGHT);
}

TEST(deallocate_of_every_other_kind)
{
	EXPECT(ipc_mach_port_deallocate(alice, MACH_PORT_NULL), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, MACH_PORT_DEAD), KERN_SUCCESS);
	EXPECT(
	    ipc_mach_port_deallocate(alice, names.absent), KERN_INVALID_NAME);
	EXPECT(
	    ipc_mach_port_deallocate(alice, names.receive), KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_deallocate(alice, names.set), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, names.once), KERN_SUCCESS);
	world_expect_notice(bob, names.service, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(ipc_mach_port_mod_refs(alice, names.dead, DEAD_NAME, 1), 0);
	EXPECT(ipc_mach_port_deallocate(alice, names.dead), KERN_SUCCESS);
	assert_int_equal(world_refs(alice, names.dead, DEAD_NAME), 1);
	EXPECT(ipc_mach_port_deallocate(alice, names.dead), KERN_SUCCESS);
	assert_false(world_has(alice, names.dead));
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(names_lists_every_name_once_with_its_type),
	    HERE(names_of_an_empty_space_are_null),
	    HERE(names_tells_dead_names_whose_death_nobody_noticed),
	    HERE(type_tells_each_kind),
	    HERE(allocate_makes_three_kinds_and_refuses_the_rest),
	    HERE(allocate_name_makes_three_kinds_and_refuses_the_rest),
	    HERE(a_new_dead_name_has_one_reference),
	    HERE(destroy_removes_whatever_the_name_is),
	    HERE(destroying_null_or_dead_succeeds),
	    HERE(deallocate_releases_one_reference),
	    HERE(deallocate_of_send_and_receive_leaves_the_receive_right),
	    HERE(deallocate_of_every_other_kind),
	};

	return RUN("ipc_mach_port", tests);
}
