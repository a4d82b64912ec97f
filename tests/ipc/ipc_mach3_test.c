/* Mach 3 mode: any name may be chosen, and three more effects (ports.md 2). */
#include "base_alloc.h"
#include "ipc_entry.h"
#include "ipc_port.h"
#include "names.h"

static int
setup(void **state)
{
	(void)names_setup(state);
	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	return 0;
}

static kern_return_t
choose(mach_port_name_t name)
{
	return ipc_mach_port_allocate_name(alice, RECEIVE, name);
}

static void
choose_ok(mach_port_name_t name)
{
	EXPECT(choose(name), KERN_SUCCESS);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_RECEIVE);
}

/* Names. */

TEST(any_name_but_null_and_dead_may_be_chosen)
{
	static const mach_port_name_t chosen[] = {1, 2, 111, 122, 123, 1000,
	    0x5000, 0x5001, 0x5002, 0x5003, 0x5007, 0x50ff, 0x7ffffffe,
	    0x80000000, IPC_CHOSEN_INDEX_MAX << 8 | 3, 0xfffffe03, 0xffffff03,
	    0xfffffffe};

	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++)
		choose_ok(chosen[i]);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++)
		EXPECT(choose(chosen[i]), KERN_NAME_EXISTS);
	EXPECT(choose(MACH_PORT_NULL), KERN_INVALID_VALUE);
	EXPECT(choose(MACH_PORT_DEAD), KERN_INVALID_VALUE);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++)
		world_drop_receive(alice, chosen[i]);
	assert_int_equal(alice->tree.count, 0);
}

TEST(the_mode_is_a_tasks_own)
{
	EXPECT(
	    ipc_mach_port_allocate_name(bob, RECEIVE, 122), KERN_INVALID_VALUE);
}

TEST(another_generation_of_a_used_slot_may_be_chosen)
{
	choose_ok(names.send + 4);
	EXPECT(choose(names.send), KERN_NAME_EXISTS);
	assert_int_equal(world_type(alice, names.send), MACH_PORT_TYPE_SEND);
	EXPECT(ipc_mach_port_destroy(alice, names.send), KERN_SUCCESS);
	/* Its slot would be called so next. */
	assert_true(world_has(alice, names.send + 4));
	assert_int_equal(world_port(alice), names.send + 8);
}

TEST(a_slot_that_was_never_used_passes_over_a_name_that_was_chosen)
{
	uint32_t next = alice->next_index;
	mach_port_name_t chosen = next << 8 | 7;

	choose_ok(chosen);        /* it is the slot's now */
	choose_ok(next << 8 | 3); /* and this is not */
	world_drop_receive(alice, chosen);
	for (int i = 0; i < 40; i++) {
		mach_port_name_t name = world_port(alice);

		assert_true(name != (next << 8 | 3));
	}
}

/* While the slot of @name is in use, all its other names are put in the tree. */
static void
choose_others(mach_port_name_t name)
{
	for (mach_port_name_t low = 3; low < 0x100; low += 4)
		if (((name & ~0xffu) | low) != name)
			choose_ok((name & ~0xffu) | low);
}

TEST(a_slot_with_one_name_left_has_that)
{
	mach_port_name_t name = world_port(alice);

	choose_others(name);
	world_drop_receive(alice, name);
	assert_int_equal(world_port(alice), name);
}

/* Only beyond the indices that may be chosen by default can the tree have all names
 * of a slot: there, choosing a name never takes the slot. */
static void
use_up_low_slots(void)
{
	mach_port_name_t name;

	while (alice->next_index < IPC_CHOSEN_INDEX_MAX)
		assert_int_equal(
		    ipc_mach_port_allocate(alice, DEAD_NAME, &name), 0);
}

static void
choose_all_names_of_slot(uint32_t index)
{
	for (mach_port_name_t low = 3; low < 0x100; low += 4)
		assert_int_equal(choose(index << 8 | low), KERN_SUCCESS);
}

TEST(a_slot_without_a_free_name_is_passed_over_until_it_has_one)
{
	const uint32_t index = IPC_CHOSEN_INDEX_MAX;
	mach_port_name_t name;

	use_up_low_slots();
	choose_all_names_of_slot(index);
	name = world_port(alice);
	assert_int_equal(name, (index + 1) << 8 | 3);
	/* Nor is a name free again that is like one of it. */
	choose_ok(index << 8 | 0x44);
	EXPECT(ipc_mach_port_destroy(alice, index << 8 | 0x44), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, index << 8 | 0x47), KERN_SUCCESS);
	assert_int_equal(world_port(alice), index << 8 | 0x47);

	/* The same with a slot that was in use. */
	EXPECT(ipc_mach_port_destroy(alice, name), KERN_SUCCESS);
	choose_all_names_of_slot(index + 1);
	assert_int_equal(world_port(alice), (index + 2) << 8 | 3);
	EXPECT(ipc_mach_port_destroy(alice, name), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, name + 4), KERN_SUCCESS);
	assert_int_equal(world_port(alice), name);
}

TEST(every_kind_of_right_may_have_any_name)
{
	EXPECT(ipc_mach_port_allocate_name(alice, PORT_SET, 111), 0);
	EXPECT(ipc_mach_port_allocate_name(alice, DEAD_NAME, 112), 0);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 113, bob, names.service, MAKE_SEND_ONCE),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 114, bob, names.service, MAKE_SEND),
	    KERN_RIGHT_EXISTS);
	EXPECT(ipc_mach_port_destroy(alice, names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 114, bob, names.service, MAKE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(world_type(alice, 111), MACH_PORT_TYPE_PORT_SET);
	assert_int_equal(world_type(alice, 112), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_type(alice, 113), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_type(alice, 114), MACH_PORT_TYPE_SEND);
	EXPECT(world_send_empty(alice, 114), MACH_MSG_SUCCESS);
}

TEST(rights_are_found_by_their_ports)
{
	EXPECT(ipc_mach_port_destroy(alice, names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 1000, bob, names.service, MAKE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(
	    world_give(bob, names.service, MAKE_SEND, alice), 1000);
	assert_int_equal(world_refs(alice, 1000, SEND), 2);
	assert_int_equal(
	    world_give(bob, names.service, MOVE_RECEIVE, alice), 1000);
	assert_int_equal(world_type(alice, 1000), MACH_PORT_TYPE_SEND_RECEIVE);
}

TEST(a_message_arrives_at_any_name)
{
	mach_port_name_t send;

	choose_ok(0x80000000);
	send = world_give(alice, 0x80000000, MAKE_SEND, bob);
	EXPECT(world_send_empty(bob, send), MACH_MSG_SUCCESS);
	assert_int_equal(
	    world_receive(alice, 0x80000000).header.msgh_local_port,
	    0x80000000);
}

TEST(rights_may_be_renamed_into_the_tree_and_out_of_it)
{
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_DEAD_NAME, 0, names.receive);
	EXPECT(ipc_mach_port_rename(alice, names.send, 111), KERN_SUCCESS);
	EXPECT(ipc_mach_port_rename(alice, 111, 0xfffffffe), KERN_SUCCESS);
	EXPECT(ipc_mach_port_rename(alice, 0xfffffffe, 0x7703), KERN_SUCCESS);
	EXPECT(ipc_mach_port_rename(alice, 0x7703, 0x7707), KERN_SUCCESS);
	EXPECT(ipc_mach_port_rename(alice, 0x7707, 0x7707), KERN_NAME_EXISTS);
	world_drop_receive(bob, names.service);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_DEAD_NAME, 0x7707);
	assert_int_equal(world_refs(alice, 0x7707, DEAD_NAME), 2);
}

TEST(a_name_outside_the_table_becomes_a_dead_name)
{
	EXPECT(ipc_mach_port_rename(alice, names.send, 111), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_int_equal(world_type(alice, 111), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(ipc_mach_port_deallocate(alice, 111), KERN_SUCCESS);
	assert_false(world_has(alice, 111));
}

TEST(a_right_of_mach_2_may_have_any_name)
{
	EXPECT(ipc_mach_port_rename(alice, names.send, 111), KERN_SUCCESS);
	EXPECT(ipc_mach_port_compat(
	           alice, 111, world_lookup(alice, names.receive)),
	    KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, 111));
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_PORT_DELETED, 111);
}

TEST(names_are_listed_in_ascending_order)
{
	static const mach_port_name_t chosen[] = {
	    0xfffffffe, 1, 0x204, 0x80000, 0x302};
	mach_port_name_t *list;
	mach_port_type_t *types;
	uint32_t count;

	for (size_t i = 0; i < 5; i++)
		choose_ok(chosen[i]);
	EXPECT(ipc_mach_port_names(alice, &list, &types, &count), 0);
	assert_int_equal(count, 11);
	assert_int_equal(list[0], 1);
	assert_int_equal(list[count - 1], 0xfffffffe);
	for (uint32_t i = 1; i < count; i++)
		assert_true(list[i - 1] < list[i]);
	base_free(list);
	base_free(types);
}

TEST(members_are_listed_by_any_name)
{
	mach_port_name_t *members;
	uint32_t count;

	choose_ok(5);
	choose_ok(0xfffffffe);
	EXPECT(ipc_mach_port_insert_member(alice, 0xfffffffe, names.set), 0);
	EXPECT(ipc_mach_port_insert_member(alice, 5, names.set), 0);
	EXPECT(ipc_mach_port_get_set_status(alice, names.set, &members, &count),
	    0);
	assert_int_equal(count, 2);
	assert_int_equal(members[0], 5);
	assert_int_equal(members[1], 0xfffffffe);
	base_free(members);
}

TEST(names_outside_the_table_are_charged_and_limited)
{
	uint32_t used = alice->account->used.names;

	choose_ok(111);
	assert_int_equal(alice->account->used.names, used + 1);
	alice->account->limits.names = used + 1;
	EXPECT(choose(112), KERN_NO_SPACE);
	EXPECT(ipc_mach_port_rename(alice, 111, 112), KERN_SUCCESS);
	world_drop_receive(alice, 112);
	assert_int_equal(alice->account->used.names, used);
}

TEST(a_task_dies_with_names_everywhere)
{
	mach_port_name_t send;

	for (mach_port_name_t i = 1; i < 0x40000000; i += 0x1234567)
		choose_ok(i);
	send = world_give(alice, 1, MAKE_SEND, bob);
	(void)world_give(alice, names.receive, MAKE_SEND_ONCE, bob);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 7, bob, names.service, MAKE_SEND_ONCE),
	    KERN_SUCCESS);
	world_kill(&alice);
	assert_int_equal(world_type(bob, send), MACH_PORT_TYPE_DEAD_NAME);
}

/* The mode. */

TEST(the_mode_is_left_only_when_no_name_needs_it)
{
	choose_ok(111);
	EXPECT(ipc_space_set_mach3(alice, false), KERN_FAILURE);
	choose_ok(112);
	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	world_drop_receive(alice, 111);
	EXPECT(ipc_mach_port_rename(alice, 112, 0x7703), KERN_SUCCESS);
	EXPECT(ipc_space_set_mach3(alice, false), KERN_SUCCESS);
	EXPECT(choose(112), KERN_INVALID_VALUE);
	assert_true(world_has(alice, 0x7703));
}

/* The other effects. */

static kern_return_t
ask_destroyed(mach_port_name_t notify, mach_port_name_t *previous)
{
	return ipc_mach_port_request_notification(alice, names.receive,
	    MACH_NOTIFY_PORT_DESTROYED, 0, alice, notify, MAKE_SEND_ONCE,
	    previous);
}

TEST(a_port_destroyed_request_is_replaced)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t previous = 9;

	EXPECT(ask_destroyed(first, &previous), KERN_SUCCESS);
	assert_int_equal(previous, MACH_PORT_NULL);
	EXPECT(ask_destroyed(second, &previous), KERN_SUCCESS);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	EXPECT(ipc_mach_port_deallocate(alice, previous), KERN_SUCCESS);
	world_expect_notice(alice, first, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(ipc_mach_port_destroy(alice, names.receive), KERN_SUCCESS);
	(void)world_expect_destroyed(alice, second);
	world_expect_empty(alice, first);
}

TEST(a_port_destroyed_request_is_cancelled)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t previous = 9;

	EXPECT(ask_destroyed(MACH_PORT_NULL, &previous), KERN_SUCCESS);
	assert_int_equal(previous, MACH_PORT_NULL);
	EXPECT(ask_destroyed(notify, &previous), KERN_SUCCESS);
	EXPECT(ask_destroyed(MACH_PORT_NULL, &previous), KERN_SUCCESS);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_status(alice, names.receive).mps_pdrequest, 0);
	EXPECT(ipc_mach_port_destroy(alice, names.receive), KERN_SUCCESS);
	world_expect_empty(alice, notify);
}

TEST(a_port_destroyed_request_stays_when_there_is_no_name_for_the_former)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t previous = 9;

	EXPECT(ask_destroyed(notify, &previous), KERN_SUCCESS);
	alice->account->limits.names = alice->used;
	EXPECT(ask_destroyed(notify, &previous), KERN_NO_SPACE);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
	assert_int_equal(world_status(alice, names.receive).mps_pdrequest, 1);
}

TEST(by_default_a_port_destroyed_request_is_refused_a_second_time)
{
	mach_port_name_t previous = 9;

	EXPECT(ipc_space_set_mach3(alice, false), KERN_SUCCESS);
	EXPECT(ask_destroyed(names.both, &previous), KERN_SUCCESS);
	EXPECT(ask_destroyed(names.both, &previous), KERN_FAILURE);
	EXPECT(ask_destroyed(MACH_PORT_NULL, &previous), KERN_FAILURE);
}

TEST(type_shows_a_message_accepted_request)
{
	struct message message;
	mach_port_name_t *list;
	mach_port_type_t *types;
	uint32_t count;

	world_set_qlimit(bob, names.service, 1);
	EXPECT(world_send_empty(alice, names.send), MACH_MSG_SUCCESS);
	message_init(&message, names.send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(world_thread(alice), &message, MACH_SEND_NOTIFY,
	           names.receive),
	    MACH_SEND_WILL_NOTIFY);
	assert_int_equal(world_type(alice, names.send), 0x40010000);
	EXPECT(ipc_mach_port_names(alice, &list, &types, &count), 0);
	for (uint32_t i = 0; i < count; i++)
		if (list[i] == names.send)
			assert_int_equal(types[i], 0x40010000);
	base_free(list);
	base_free(types);
	EXPECT(ipc_space_set_mach3(alice, false), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.send), MACH_PORT_TYPE_SEND);
	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	(void)world_receive(bob, names.service);
	(void)world_receive(bob, names.service);
	assert_int_equal(world_type(alice, names.send), MACH_PORT_TYPE_SEND);
}

TEST(type_does_not_show_a_send_possible_request_as_one)
{
	world_set_qlimit(bob, names.service, 0);
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_SEND_POSSIBLE, 1, names.receive);
	assert_int_equal(world_type(alice, names.send), 0x80010000);
}

TEST(status_tells_the_name_of_a_set)
{
	mach_port_name_t other = world_set(alice);

	assert_int_equal(
	    world_status(alice, names.receive).mps_pset, MACH_PORT_NULL);
	EXPECT(ipc_mach_port_insert_member(alice, names.receive, names.set), 0);
	assert_int_equal(
	    world_status(alice, names.receive).mps_pset, names.set);
	EXPECT(ipc_mach_port_insert_member(alice, names.receive, other), 0);
	EXPECT(ipc_mach_port_destroy(alice, names.set), KERN_SUCCESS);
	assert_int_equal(world_status(alice, names.receive).mps_pset, other);
	EXPECT(ipc_space_set_mach3(alice, false), KERN_SUCCESS);
	assert_int_equal(world_status(alice, names.receive).mps_pset, 1);
}

TEST(a_name_may_lie_where_the_table_has_no_slots)
{
	choose_ok(0x1234503);
	choose_ok(0x80001);
	world_drop_receive(alice, 0x80001);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_AFTER(setup, any_name_but_null_and_dead_may_be_chosen),
	    CASE_AFTER(setup, the_mode_is_a_tasks_own),
	    CASE_AFTER(setup, another_generation_of_a_used_slot_may_be_chosen),
	    CASE_AFTER(setup,
	        a_slot_that_was_never_used_passes_over_a_name_that_was_chosen),
	    CASE_AFTER(setup, a_slot_with_one_name_left_has_that),
	    CASE_AFTER(setup,
	        a_slot_without_a_free_name_is_passed_over_until_it_has_one),
	    CASE_AFTER(setup, every_kind_of_right_may_have_any_name),
	    CASE_AFTER(setup, rights_are_found_by_their_ports),
	    CASE_AFTER(setup, a_message_arrives_at_any_name),
	    CASE_AFTER(
	        setup, rights_may_be_renamed_into_the_tree_and_out_of_it),
	    CASE_AFTER(setup, a_name_outside_the_table_becomes_a_dead_name),
	    CASE_AFTER(setup, a_right_of_mach_2_may_have_any_name),
	    CASE_AFTER(setup, names_are_listed_in_ascending_order),
	    CASE_AFTER(setup, members_are_listed_by_any_name),
	    CASE_AFTER(setup, names_outside_the_table_are_charged_and_limited),
	    CASE_AFTER(setup, a_task_dies_with_names_everywhere),
	    CASE_AFTER(setup, the_mode_is_left_only_when_no_name_needs_it),
	    CASE_AFTER(setup, a_port_destroyed_request_is_replaced),
	    CASE_AFTER(setup, a_port_destroyed_request_is_cancelled),
	    CASE_AFTER(setup,
	        a_port_destroyed_request_stays_when_there_is_no_name_for_the_former),
	    CASE_AFTER(setup,
	        by_default_a_port_destroyed_request_is_refused_a_second_time),
	    CASE_AFTER(setup, type_shows_a_message_accepted_request),
	    CASE_AFTER(
	        setup, type_does_not_show_a_send_possible_request_as_one),
	    CASE_AFTER(setup, status_tells_the_name_of_a_set),
	    CASE_AFTER(setup, a_name_may_lie_where_the_table_has_no_slots),
	};

	return RUN("ipc_mach3", tests);
}
