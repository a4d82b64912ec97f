/* Names changed and chosen, and what debuggers are told of them (ports.md 10.3,
 * 10.6, 10.7, 10.34, 10.35). */
#include <mach/ipc_info.h>

#include "base_alloc.h"
#include "ipc_entry.h"
#include "ipc_port.h"
#include "names.h"

#define NEW 0x7707

static kern_return_t
rename_to(mach_port_name_t name, mach_port_name_t new_name)
{
	return ipc_mach_port_rename(alice, name, new_name);
}

static void
rename_ok(mach_port_name_t name)
{
	EXPECT(rename_to(name, NEW), KERN_SUCCESS);
	assert_false(world_has(alice, name));
}

/* 10.3: rename. */

TEST(rename_gives_each_kind_another_name_and_nothing_else)
{
	const mach_port_name_t kinds[6] = {names.send, names.receive,
	    names.both, names.once, names.set, names.dead};

	for (unsigned i = 0; i < 6; i++) {
		mach_port_type_t type = world_type(alice, kinds[i]);
		mach_port_name_t new_name = 0x7707 + (i << 8);
		uint32_t used = alice->used;

		EXPECT(rename_to(kinds[i], new_name), KERN_SUCCESS);
		assert_int_equal(world_type(alice, new_name), type);
		assert_false(world_has(alice, kinds[i]));
		assert_int_equal(alice->used, used);
		assert_int_equal(alice->account->used.names, used);
	}
}

TEST(rename_refuses_in_the_order_of_its_table)
{
	EXPECT(rename_to(names.absent, MACH_PORT_NULL), KERN_INVALID_VALUE);
	EXPECT(rename_to(names.absent, MACH_PORT_DEAD), KERN_INVALID_VALUE);
	EXPECT(rename_to(names.absent, 0x5001), KERN_INVALID_VALUE);
	EXPECT(rename_to(names.absent, 0xfffffe03), KERN_NO_SPACE);
	EXPECT(rename_to(names.absent, 123), KERN_FAILURE);
	EXPECT(rename_to(names.absent, names.send + 4), KERN_FAILURE);
	EXPECT(rename_to(names.absent, names.send), KERN_NAME_EXISTS);
	EXPECT(rename_to(names.receive, names.send), KERN_NAME_EXISTS);
	EXPECT(rename_to(names.send, names.send), KERN_NAME_EXISTS);
	EXPECT(rename_to(names.absent, NEW), KERN_INVALID_NAME);
	EXPECT(rename_to(MACH_PORT_NULL, NEW), KERN_INVALID_NAME);
	EXPECT(rename_to(MACH_PORT_DEAD, NEW), KERN_INVALID_NAME);
	assert_false(world_has(alice, NEW));
}

TEST(rename_within_a_slot_is_refused_by_default)
{
	EXPECT(rename_to(names.send, names.send + 4), KERN_FAILURE);
}

TEST(rename_needs_no_budget)
{
	alice->account->limits.names = alice->used;
	rename_ok(names.send);
}

TEST(rename_keeps_user_references)
{
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 6), 0);
	rename_ok(names.send);
	assert_int_equal(world_refs(alice, NEW, SEND), 7);
	assert_int_equal(world_srights(bob, names.service), 1);
}

TEST(a_renamed_send_right_is_found_by_its_port)
{
	rename_ok(names.send);
	assert_int_equal(world_give(bob, names.service, MAKE_SEND, alice), NEW);
	EXPECT(world_send_empty(alice, NEW), MACH_MSG_SUCCESS);
}

TEST(a_renamed_receive_right_is_found_by_its_port)
{
	mach_port_name_t send =
	    world_give(alice, names.receive, MAKE_SEND, bob);

	rename_ok(names.receive);
	assert_int_equal(world_give(bob, send, COPY_SEND, alice), NEW);
}

TEST(rename_keeps_the_queue_and_its_numbers)
{
	mach_port_name_t send =
	    world_give(alice, names.receive, MAKE_SEND, bob);

	EXPECT(world_send_id(bob, send, COPY_SEND, 7), 0);
	EXPECT(world_send_id(bob, send, COPY_SEND, 8), 0);
	world_expect_id(alice, names.receive, 7);
	rename_ok(names.receive);
	assert_int_equal(world_status(alice, NEW).mps_seqno, 1);
	assert_int_equal(world_status(alice, NEW).mps_mscount, 1);
	assert_int_equal(world_receive(alice, NEW).header.msgh_local_port, NEW);
}

TEST(rename_keeps_memberships_and_both_names_follow)
{
	mach_port_name_t *members;
	uint32_t count;

	EXPECT(ipc_mach_port_insert_member(alice, names.receive, names.set), 0);
	EXPECT(rename_to(names.receive, 0x8803), 0);
	EXPECT(rename_to(names.set, NEW), 0);
	EXPECT(ipc_mach_port_get_set_status(alice, NEW, &members, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(members[0], 0x8803);
	base_free(members);
}

TEST(who_is_blocked_on_a_port_receives_by_its_new_name)
{
	struct thread *thread = world_thread(alice);

	world_make_send(alice, names.receive);
	EXPECT(thread_receive(thread, names.receive, 0, ROOMY),
	    MACH_RCV_IN_PROGRESS);
	assert_true(thread_blocked(thread));
	rename_ok(names.receive);
	assert_true(thread_blocked(thread));
	EXPECT(world_send_empty(alice, NEW), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).code, MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).header.msgh_local_port, NEW);
}

TEST(who_is_blocked_on_a_set_stays_so)
{
	struct thread *thread = world_thread(alice);

	EXPECT(ipc_mach_port_insert_member(alice, names.both, names.set), 0);
	EXPECT(
	    thread_receive(thread, names.set, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	rename_ok(names.set);
	assert_true(thread_blocked(thread));
	EXPECT(world_send_empty(alice, names.both), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).code, MACH_MSG_SUCCESS);
}

TEST(a_dead_name_notification_carries_the_new_name)
{
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_DEAD_NAME, 0, names.receive);
	rename_ok(names.send);
	world_drop_receive(bob, names.service);
	world_expect_notice(alice, names.receive, MACH_NOTIFY_DEAD_NAME, NEW);
	assert_int_equal(world_refs(alice, NEW, DEAD_NAME), 2);
}

TEST(a_port_deleted_notification_carries_the_new_name)
{
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_DEAD_NAME, 0, names.receive);
	rename_ok(names.send);
	world_expect_empty(alice, names.receive);
	EXPECT(ipc_mach_port_deallocate(alice, NEW), KERN_SUCCESS);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_PORT_DELETED, NEW);
}

TEST(a_send_possible_notification_carries_the_new_name)
{
	world_set_qlimit(bob, names.service, 1);
	EXPECT(world_send_empty(alice, names.send), MACH_MSG_SUCCESS);
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_SEND_POSSIBLE, 1, names.receive);
	rename_ok(names.send);
	(void)world_receive(bob, names.service);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_SEND_POSSIBLE, NEW);
}

TEST(a_message_accepted_notification_carries_the_new_name)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, names.service, 1);
	EXPECT(world_send_empty(alice, names.send), MACH_MSG_SUCCESS);
	message_init(&message, names.send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, names.receive),
	    MACH_SEND_WILL_NOTIFY);
	rename_ok(names.send);
	(void)world_receive(bob, names.service);
	world_expect_empty(alice, names.receive);
	(void)world_receive(bob, names.service);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_MSG_ACCEPTED, NEW);
}

TEST(a_name_whose_port_died_unnoticed_is_renamed_as_a_dead_name)
{
	world_drop_receive(bob, names.service);
	rename_ok(names.send);
	assert_int_equal(world_type(alice, NEW), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(alice, NEW, DEAD_NAME), 1);
}

TEST(the_old_slot_is_free_for_the_next_name)
{
	rename_ok(names.send);
	assert_int_equal(world_port(alice), names.send + 4);
}

/* 10.6 and 10.7: allocate_qos and allocate_full. */

static kern_return_t
full(mach_port_right_t right, mach_port_name_t proto, mach_port_qos_t qos,
    mach_port_name_t *name)
{
	return ipc_mach_port_allocate_full(alice, right, proto, &qos, name);
}

TEST(allocate_full_takes_the_name_only_if_told_so)
{
	mach_port_name_t name = NEW;

	EXPECT(full(RECEIVE, 0, (mach_port_qos_t){.name = 1}, &name), 0);
	assert_int_equal(name, NEW);
	assert_int_equal(world_type(alice, NEW), MACH_PORT_TYPE_RECEIVE);
	EXPECT(full(PORT_SET, 0, (mach_port_qos_t){.name = 0}, &name), 0);
	assert_int_not_equal(name, NEW);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_PORT_SET);
}

TEST(allocate_full_accepts_and_ignores_preallocation)
{
	mach_port_name_t name = MACH_PORT_NULL;

	EXPECT(full(RECEIVE, 0,
	           (mach_port_qos_t){.prealloc = 1, .len = 0xFFFFFFFF - 68},
	           &name),
	    KERN_SUCCESS);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(allocate_full_refuses_in_the_order_of_its_table)
{
	const mach_port_qos_t plain = {0};
	const mach_port_qos_t named = {.name = 1};
	const mach_port_qos_t large = {.prealloc = 1, .len = 0xFFFFFFFF - 67};
	mach_port_name_t name = MACH_PORT_NULL;

	EXPECT(full(RECEIVE, names.send, plain, &name), KERN_INVALID_VALUE);
	EXPECT(full(RECEIVE, MACH_PORT_DEAD, plain, &name), KERN_INVALID_VALUE);
	EXPECT(full(RECEIVE, 0, named, &name), KERN_INVALID_VALUE);
	name = MACH_PORT_DEAD;
	EXPECT(full(RECEIVE, 0, named, &name), KERN_INVALID_VALUE);
	EXPECT(full(PORT_SET, 0, large, &name), KERN_INVALID_VALUE);
	EXPECT(full(SEND, 0, large, &name), KERN_INVALID_VALUE);
	EXPECT(full(RECEIVE, 0, large, &name), KERN_RESOURCE_SHORTAGE);
	EXPECT(full(SEND, 0, plain, &name), KERN_INVALID_VALUE);
	EXPECT(full(99, 0, plain, &name), KERN_INVALID_VALUE);
	name = 123;
	EXPECT(full(RECEIVE, 0, named, &name), KERN_FAILURE);
	name = names.send;
	EXPECT(full(RECEIVE, 0, named, &name), KERN_NAME_EXISTS);
	assert_int_equal(name, names.send);
}

TEST(allocate_qos_lets_nobody_choose_a_name)
{
	const mach_port_qos_t named = {.name = 1};
	const mach_port_qos_t large = {.prealloc = 1, .len = 0xFFFFFFFF};
	const mach_port_qos_t plain = {0};
	mach_port_name_t name = NEW;

	EXPECT(ipc_mach_port_allocate_qos(alice, RECEIVE, &named, &name),
	    KERN_INVALID_ARGUMENT);
	EXPECT(ipc_mach_port_allocate_qos(alice, RECEIVE, &large, &name),
	    KERN_RESOURCE_SHORTAGE);
	EXPECT(ipc_mach_port_allocate_qos(alice, RECEIVE, &plain, &name), 0);
	assert_int_not_equal(name, NEW);
}

/* 10.34 and 10.35: space_info and space_basic_info. */

static ipc_info_name_t
info_of(const ipc_info_name_t *table, uint32_t count, mach_port_name_t name)
{
	for (uint32_t i = 0; i < count; i++)
		if (table[i].iin_name == name)
			return table[i];
	fail_msg("0x%x is not listed", name);
	return (ipc_info_name_t){0};
}

TEST(space_info_lists_every_name_in_use)
{
	ipc_info_space_t info;
	ipc_info_name_t *table;
	ipc_info_name_t send;
	uint32_t count;

	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 4), 0);
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_SEND_POSSIBLE, 0, names.receive);
	EXPECT(ipc_mach_port_space_info(alice, &info, &table, &count), 0);
	assert_int_equal(count, 6);
	assert_int_equal(info.iis_genno_mask, 0xFF);
	assert_true(info.iis_table_size >= count);
	assert_int_equal(info.iis_table_next, info.iis_table_size);
	assert_int_equal(info.iis_tree_size, 0);
	send = info_of(table, count, names.send);
	assert_int_equal(send.iin_type,
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST |
	        MACH_PORT_TYPE_SPREQUEST_DELAYED);
	assert_int_equal(send.iin_urefs, 5);
	assert_int_equal(send.iin_next, 1);
	/* One port behind two names, and another behind a third. */
	assert_int_not_equal(send.iin_object, 0);
	assert_int_equal(
	    send.iin_object, info_of(table, count, names.once).iin_object);
	assert_int_not_equal(
	    send.iin_object, info_of(table, count, names.set).iin_object);
	assert_int_equal(info_of(table, count, names.dead).iin_object, 0);
	base_free(table);
}

TEST(space_info_of_an_empty_space_has_no_table)
{
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;

	EXPECT(ipc_mach_port_space_info(carol, &info, &table, &count), 0);
	assert_int_equal(count, 0);
	assert_null(table);
	assert_int_equal(info.iis_table_size, 0);
}

TEST(space_info_tells_dead_names_whose_death_nobody_noticed)
{
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;

	world_drop_receive(bob, names.service);
	EXPECT(ipc_mach_port_space_info(alice, &info, &table, &count), 0);
	assert_int_equal(info_of(table, count, names.once).iin_type,
	    MACH_PORT_TYPE_DEAD_NAME);
	base_free(table);
}

TEST(space_basic_info_counts)
{
	ipc_info_space_basic_t info;

	EXPECT(ipc_mach_port_space_basic_info(alice, &info), 0);
	assert_int_equal(info.iisb_genno_mask, 0xFF);
	assert_int_equal(info.iisb_table_inuse, 6);
	assert_true(info.iisb_table_size >= 6);
	assert_int_equal(info.iisb_table_next, info.iisb_table_size);
	assert_int_equal(info.iisb_reserved[0] | info.iisb_reserved[1], 0);
}

#define NAMES_CASE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    NAMES_CASE(rename_gives_each_kind_another_name_and_nothing_else),
	    NAMES_CASE(rename_refuses_in_the_order_of_its_table),
	    NAMES_CASE(rename_within_a_slot_is_refused_by_default),
	    NAMES_CASE(rename_needs_no_budget),
	    NAMES_CASE(rename_keeps_user_references),
	    NAMES_CASE(a_renamed_send_right_is_found_by_its_port),
	    NAMES_CASE(a_renamed_receive_right_is_found_by_its_port),
	    NAMES_CASE(rename_keeps_the_queue_and_its_numbers),
	    NAMES_CASE(rename_keeps_memberships_and_both_names_follow),
	    NAMES_CASE(who_is_blocked_on_a_port_receives_by_its_new_name),
	    NAMES_CASE(who_is_blocked_on_a_set_stays_so),
	    NAMES_CASE(a_dead_name_notification_carries_the_new_name),
	    NAMES_CASE(a_port_deleted_notification_carries_the_new_name),
	    NAMES_CASE(a_send_possible_notification_carries_the_new_name),
	    NAMES_CASE(a_message_accepted_notification_carries_the_new_name),
	    NAMES_CASE(
	        a_name_whose_port_died_unnoticed_is_renamed_as_a_dead_name),
	    NAMES_CASE(the_old_slot_is_free_for_the_next_name),
	    NAMES_CASE(allocate_full_takes_the_name_only_if_told_so),
	    NAMES_CASE(allocate_full_accepts_and_ignores_preallocation),
	    NAMES_CASE(allocate_full_refuses_in_the_order_of_its_table),
	    NAMES_CASE(allocate_qos_lets_nobody_choose_a_name),
	    NAMES_CASE(space_info_lists_every_name_in_use),
	    NAMES_CASE(space_info_of_an_empty_space_has_no_table),
	    NAMES_CASE(space_info_tells_dead_names_whose_death_nobody_noticed),
	    NAMES_CASE(space_basic_info_counts),
	};

	return RUN("ipc_mach_port_space", tests);
}
