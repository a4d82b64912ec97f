/* Names: what they look like, when they are reused, how many there may be. */
#include "ipc_space_hash.h"
#include "world.h"

TEST(the_first_name_is_0x103)
{
	assert_int_equal(world_port(alice), 0x103);
	assert_int_equal(world_port(alice), 0x203);
	assert_int_equal(world_port(alice), 0x303);
}

TEST(names_have_both_low_bits_set_and_an_index)
{
	for (int i = 0; i < 100; i++) {
		mach_port_name_t name = world_port(alice);

		assert_int_equal(name & 3, 3);
		assert_true(MACH_PORT_INDEX(name) > 0);
		assert_true(MACH_PORT_VALID(name));
	}
}

TEST(null_and_dead_are_never_found)
{
	(void)world_port(alice);
	assert_null(ipc_space_find(alice, MACH_PORT_NULL));
	assert_null(ipc_space_find(alice, MACH_PORT_DEAD));
	assert_null(ipc_space_find_raw(alice, MACH_PORT_NULL));
	assert_null(ipc_space_find_raw(alice, MACH_PORT_DEAD));
}

TEST(a_name_means_nothing_in_another_space)
{
	mach_port_name_t name = world_port(alice);

	assert_non_null(ipc_space_find(alice, name));
	assert_null(ipc_space_find(bob, name));
}

TEST(the_slot_freed_last_is_reused_first_under_another_name)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t again;

	world_drop_receive(alice, first);
	world_drop_receive(alice, second);
	again = world_port(alice);
	assert_int_equal(MACH_PORT_INDEX(again), MACH_PORT_INDEX(second));
	assert_int_equal(again, second + 4);
	again = world_port(alice);
	assert_int_equal(again, first + 4);
}

TEST(a_stale_name_is_not_found)
{
	mach_port_name_t name = world_port(alice);

	world_drop_receive(alice, name);
	assert_null(ipc_space_find(alice, name));
	(void)world_port(alice);
	assert_null(ipc_space_find(alice, name));
}

TEST(a_name_comes_back_only_after_many_others)
{
	mach_port_name_t name = world_port(alice);
	mach_port_name_t other = name;
	int others = 0;

	do {
		world_drop_receive(alice, other);
		other = world_port(alice);
		assert_int_equal(MACH_PORT_INDEX(other), MACH_PORT_INDEX(name));
		others++;
	} while (other != name && others < 1000);
	assert_true(others >= 16 && others <= 64);
}

TEST(names_by_the_wrong_generation_are_not_found)
{
	mach_port_name_t name = world_port(alice);

	for (mach_port_name_t low = 0; low < 256; low++) {
		mach_port_name_t guess = (name & ~0xffu) | low;

		assert_int_equal(
		    ipc_space_find(alice, guess) != NULL, guess == name);
	}
}

TEST(a_task_may_choose_a_free_name)
{
	mach_port_name_t name = 0x1207;

	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, name), KERN_SUCCESS);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(chosen_names_are_checked_as_section_2_says)
{
	mach_port_name_t used = world_port(alice);
	static const struct {
		mach_port_name_t name;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, KERN_INVALID_VALUE},
	    {MACH_PORT_DEAD, KERN_INVALID_VALUE},
	    {0xfffffe03, KERN_NO_SPACE},
	    {IPC_CHOSEN_INDEX_MAX << 8 | 3, KERN_NO_SPACE},
	    {0x5000, KERN_INVALID_VALUE},
	    {0x5001, KERN_INVALID_VALUE},
	    {0x5002, KERN_INVALID_VALUE},
	    {122, KERN_INVALID_VALUE},
	    {123, KERN_FAILURE},
	    {0x5003, KERN_SUCCESS},
	    {0x5003, KERN_NAME_EXISTS},
	    {0x5007, KERN_FAILURE},
	    {(IPC_CHOSEN_INDEX_MAX - 1) << 8 | 3, KERN_SUCCESS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(
		    ipc_mach_port_allocate_name(alice, RECEIVE, rows[i].name),
		    rows[i].code);
	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, used),
	    KERN_NAME_EXISTS);
	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, used + 4),
	    KERN_FAILURE);
}

TEST(a_chosen_name_is_not_given_out_again)
{
	static const mach_port_name_t chosen[] = {0x403, 0x103, 0x2103};
	mach_port_name_t name;

	for (size_t i = 0; i < 3; i++)
		EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, chosen[i]),
		    KERN_SUCCESS);
	for (int i = 0; i < 100; i++) {
		name = world_port(alice);
		assert_true(name != chosen[0] && name != chosen[1] &&
		    name != chosen[2]);
	}
	assert_int_equal(alice->used, 103);
}

TEST(a_freed_slot_can_be_chosen)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t third = world_port(alice);

	world_drop_receive(alice, first);
	world_drop_receive(alice, second);
	world_drop_receive(alice, third);
	EXPECT(
	    ipc_mach_port_allocate_name(alice, RECEIVE, second), KERN_SUCCESS);
	assert_int_equal(world_port(alice), third + 4);
	assert_int_equal(world_port(alice), first + 4);
}

TEST(the_tasks_limit_of_names_is_no_space)
{
	mach_port_name_t name = 0;

	alice->account->limits.names = 3;
	for (int i = 0; i < 3; i++)
		(void)world_port(alice);
	EXPECT(ipc_mach_port_allocate(alice, RECEIVE, &name), KERN_NO_SPACE);
	EXPECT(ipc_mach_port_allocate(alice, PORT_SET, &name), KERN_NO_SPACE);
	EXPECT(ipc_mach_port_allocate(alice, DEAD_NAME, &name), KERN_NO_SPACE);
	EXPECT(
	    ipc_mach_port_allocate_name(alice, RECEIVE, 0x4003), KERN_NO_SPACE);
	(void)world_port(bob);
}

TEST(the_users_limit_of_names_is_a_resource_shortage)
{
	mach_port_name_t name = 0;

	(void)world_port(bob);
	world_user->limits.names = world_user->used.names + 1;
	(void)world_port(alice);
	EXPECT(ipc_mach_port_allocate(alice, RECEIVE, &name),
	    KERN_RESOURCE_SHORTAGE);
	EXPECT(ipc_mach_port_allocate(bob, RECEIVE, &name),
	    KERN_RESOURCE_SHORTAGE);
}

TEST(a_freed_name_goes_back_to_the_budget)
{
	mach_port_name_t name;

	alice->account->limits.names = 1;
	for (int i = 0; i < 100; i++) {
		name = world_port(alice);
		assert_int_equal(alice->account->used.names, 1);
		world_drop_receive(alice, name);
		assert_int_equal(alice->account->used.names, 0);
	}
}

/* One name here, one there: how far does @step get, an index at a time that needs
 * more of the table? */
static uint32_t
sweep(kern_return_t (*step)(mach_port_name_t name))
{
	uint32_t index = IPC_CHUNK_ENTRIES;

	while (index < IPC_CHOSEN_INDEX_MAX) {
		kern_return_t kr = step(index << 8 | 3);

		if (kr != KERN_SUCCESS) {
			EXPECT(kr, KERN_RESOURCE_SHORTAGE);
			break;
		}
		index += IPC_CHUNK_ENTRIES;
	}
	return index / IPC_CHUNK_ENTRIES;
}

static kern_return_t
allocate_and_drop(mach_port_name_t name)
{
	kern_return_t kr = ipc_mach_port_allocate_name(alice, DEAD_NAME, name);

	return kr == KERN_SUCCESS ? ipc_mach_port_deallocate(alice, name) : kr;
}

static mach_port_name_t renamed;

static kern_return_t
rename_there(mach_port_name_t name)
{
	kern_return_t kr = ipc_mach_port_rename(alice, renamed, name);

	if (kr == KERN_SUCCESS)
		renamed = name;
	return kr;
}

TEST(the_table_is_charged_as_long_as_it_is_there)
{
	uint64_t bytes;

	(void)world_port(alice);
	bytes = alice->account->used.bytes;
	alice->account->limits.bytes = bytes + 32768;
	assert_in_range(sweep(allocate_and_drop), 8, 32);
	assert_int_equal(alice->used, 1);
	assert_true(alice->account->used.bytes > bytes + 16384);
	(void)world_port(bob);
	world_kill(&alice);
	assert_true(world_user->used.bytes > 0);
}

TEST(a_name_that_moves_through_the_table_is_charged_for_all_of_it)
{
	renamed = world_port(alice);
	alice->account->limits.bytes = alice->account->used.bytes + 32768;
	assert_in_range(sweep(rename_there), 8, 32);
	assert_true(world_has(alice, renamed));
}

TEST(the_hash_is_charged)
{
	mach_port_name_t name = 0;
	kern_return_t kr = KERN_SUCCESS;

	while (alice->next_index < 24)
		(void)world_dead_name(alice);
	alice->account->limits.bytes = alice->account->used.bytes + 40;
	for (int i = 0; i < 7 && kr == KERN_SUCCESS; i++)
		kr = ipc_mach_port_extract_right(bob, world_port(bob),
		    MAKE_SEND, alice, &name, &(mach_msg_type_name_t){0});
	EXPECT(kr, KERN_RESOURCE_SHORTAGE);
	assert_int_equal(alice->hash_used, 6);
}

TEST(all_names_of_a_large_space_are_different_and_found)
{
	enum { COUNT = 100000 };
	mach_port_name_t name;
	mach_port_name_t from = 0;
	uint32_t seen = 0;

	for (int i = 0; i < COUNT; i++)
		assert_int_equal(
		    ipc_mach_port_allocate(alice, RECEIVE, &name), 0);
	ipc_check();
	while (ipc_space_next(alice, &from, &name)) {
		seen++;
		assert_non_null(ipc_space_find(alice, name));
	}
	assert_int_equal(seen, COUNT);
}

TEST(a_send_right_is_found_by_its_port_among_many)
{
	enum { COUNT = 1000 };
	static mach_port_name_t ports[COUNT];
	static mach_port_name_t names[COUNT];

	for (int i = 0; i < COUNT; i++) {
		ports[i] = world_port(alice);
		names[i] = world_give(alice, ports[i], MAKE_SEND, bob);
	}
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(
		    world_give(alice, ports[i], MAKE_SEND, bob), names[i]);
	assert_int_equal(bob->used, COUNT);
	for (int i = 0; i < COUNT; i += 2)
		EXPECT(ipc_mach_port_destroy(bob, names[i]), KERN_SUCCESS);
	for (int i = 1; i < COUNT; i += 2)
		assert_int_equal(
		    world_give(alice, ports[i], MAKE_SEND, bob), names[i]);
	assert_int_equal(bob->used, COUNT / 2);
}

TEST(a_port_is_found_by_its_receive_right_too)
{
	mach_port_name_t name = world_port(alice);
	mach_port_name_t found = 0;
	const struct ipc_port *port = world_lookup(alice, name);

	assert_non_null(ipc_space_find_port(alice, port, &found));
	assert_int_equal(found, name);
	assert_null(ipc_space_find_port(bob, port, &found));
}

TEST(a_send_once_right_is_not_found_by_its_port)
{
	mach_port_name_t name = world_port(alice);
	mach_port_name_t found = 0;
	const struct ipc_port *port = world_lookup(alice, name);

	(void)world_give(alice, name, MAKE_SEND_ONCE, bob);
	assert_null(ipc_space_find_port(bob, port, &found));
}

TEST(an_entry_whose_port_died_is_a_dead_name_when_looked_at)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	world_drop_receive(alice, port);
	assert_int_equal(
	    ipc_space_find_raw(bob, name)->type, MACH_PORT_TYPE_SEND);
	assert_int_equal(
	    ipc_space_find(bob, name)->type, MACH_PORT_TYPE_DEAD_NAME);
	ipc_check();
}

TEST(a_space_of_the_kernels_own_has_no_identity)
{
	struct ipc_space *space = ipc_space_new(alice->account, NULL);

	assert_non_null(space);
	assert_null(space->identity);
	ipc_space_destroy(space);
	assert_null(ipc_space_free(space));
}

TEST(no_space_is_freed_as_easily_as_one) { assert_null(ipc_space_free(NULL)); }

TEST(there_are_no_more_names_than_a_name_has_bits_for)
{
	uint32_t next = alice->next_index;
	mach_port_name_t name;

	alice->next_index = 0xFFFFFF;
	assert_int_equal(
	    ipc_mach_port_allocate(alice, RECEIVE, &name), KERN_NO_SPACE);
	alice->next_index = next;
	ipc_check();
	assert_int_equal(alice->used, 0);
}

TEST(a_chosen_name_takes_memory_for_its_neighbours_only)
{
	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, 0x1234503), 0);
	assert_int_equal(ipc_space_size(alice), IPC_CHUNK_ENTRIES);
	(void)world_port(alice);
	assert_int_equal(ipc_space_size(alice), 2 * IPC_CHUNK_ENTRIES);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(the_first_name_is_0x103),
	    CASE(names_have_both_low_bits_set_and_an_index),
	    CASE(null_and_dead_are_never_found),
	    CASE(a_name_means_nothing_in_another_space),
	    CASE(the_slot_freed_last_is_reused_first_under_another_name),
	    CASE(a_stale_name_is_not_found),
	    CASE(a_name_comes_back_only_after_many_others),
	    CASE(names_by_the_wrong_generation_are_not_found),
	    CASE(a_task_may_choose_a_free_name),
	    CASE(chosen_names_are_checked_as_section_2_says),
	    CASE(a_chosen_name_is_not_given_out_again),
	    CASE(a_freed_slot_can_be_chosen),
	    CASE(the_tasks_limit_of_names_is_no_space),
	    CASE(the_users_limit_of_names_is_a_resource_shortage),
	    CASE(a_freed_name_goes_back_to_the_budget),
	    CASE(the_table_is_charged_as_long_as_it_is_there),
	    CASE(a_name_that_moves_through_the_table_is_charged_for_all_of_it),
	    CASE(the_hash_is_charged),
	    CASE(all_names_of_a_large_space_are_different_and_found),
	    CASE(a_send_right_is_found_by_its_port_among_many),
	    CASE(a_port_is_found_by_its_receive_right_too),
	    CASE(a_send_once_right_is_not_found_by_its_port),
	    CASE(an_entry_whose_port_died_is_a_dead_name_when_looked_at),
	    CASE(a_space_of_the_kernels_own_has_no_identity),
	    CASE(no_space_is_freed_as_easily_as_one),
	    CASE(there_are_no_more_names_than_a_name_has_bits_for),
	    CASE(a_chosen_name_takes_memory_for_its_neighbours_only),
	};

	return RUN("ipc_space", tests);
}
