/* Requests on names, and above all to be told of a death (notifications.md 3). */
#include "ipc_request.h"

#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */
static mach_port_name_t notify; /* alice's */

#define DN MACH_NOTIFY_DEAD_NAME
#define SP MACH_NOTIFY_SEND_POSSIBLE

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	notify = world_port(alice);
	return 0;
}

/* A right that was returned is for the notify port; let it go. */
static void
expect_previous(mach_port_name_t previous)
{
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	EXPECT(ipc_mach_port_deallocate(alice, previous), KERN_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
}

static kern_return_t
request(mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync)
{
	mach_port_name_t previous;

	return ipc_mach_port_request_notification(
	    alice, name, id, sync, alice, notify, MAKE_SEND_ONCE, &previous);
}

/* Dead names: notifications.md 3, and 12. */

TEST(scenario_1_a_death_is_told_and_adds_a_reference)
{
	assert_int_equal(world_request(alice, to_bob, DN, 0, notify), 0);
	assert_int_equal(world_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
	assert_int_equal(world_type(alice, to_bob), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(alice, to_bob, DEAD_NAME), 2);
	world_expect_empty(alice, notify);
}

TEST(scenario_1_a_name_that_goes_first_is_told_as_deleted)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	EXPECT(ipc_mach_port_deallocate(alice, to_bob), KERN_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, to_bob);
	world_drop_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(scenario_2_a_second_request_returns_the_right_of_the_first)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	expect_previous(world_request(alice, to_bob, DN, 0, notify));
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
	world_expect_empty(alice, notify);
}

TEST(scenario_3_both_kinds_share_one_slot)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	expect_previous(world_request(alice, to_bob, SP, 0, notify));
	expect_previous(world_request(alice, to_bob, DN, 0, notify));
}

TEST(a_request_is_cancelled_with_a_null_right)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	expect_previous(world_request(alice, to_bob, DN, 0, MACH_PORT_NULL));
	assert_int_equal(world_type(alice, to_bob), MACH_PORT_TYPE_SEND);
	assert_int_equal(
	    world_request(alice, to_bob, DN, 0, MACH_PORT_NULL), 0);
	world_drop_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(cancelling_what_was_not_requested_succeeds_on_any_name)
{
	mach_port_name_t names[4] = {world_set(alice), world_dead_name(alice),
	    world_port(alice), to_bob};

	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    world_request(alice, names[i], DN, 0, MACH_PORT_NULL), 0);
}

TEST(names_that_cannot_be_watched)
{
	mach_port_name_t set = world_set(alice);
	mach_port_name_t absent = world_absent(alice);

	for (int i = 0; i < 2; i++) {
		mach_msg_id_t id = i ? SP : DN;

		EXPECT(request(MACH_PORT_NULL, id, 0), KERN_INVALID_ARGUMENT);
		EXPECT(request(MACH_PORT_DEAD, id, 1), KERN_INVALID_ARGUMENT);
		EXPECT(request(absent, id, 0), KERN_INVALID_NAME);
		EXPECT(request(set, id, 0), KERN_INVALID_RIGHT);
		/* Each failure has destroyed the right that was given. */
		for (int n = 0; n < 4; n++)
			world_expect_notice(
			    alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
		world_expect_empty(alice, notify);
	}
}

TEST(a_dead_name_fires_at_once_if_sync_is_not_zero)
{
	mach_port_name_t name = world_dead_name(alice);

	EXPECT(request(name, DN, 0), KERN_INVALID_ARGUMENT);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
	assert_int_equal(world_request(alice, name, DN, 1, notify), 0);
	world_expect_notice(alice, notify, DN, name);
	assert_int_equal(world_refs(alice, name, DEAD_NAME), 2);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(every_kind_of_live_right_can_be_watched)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	mach_port_name_t receive = world_port(alice);
	mach_port_name_t both = world_port(alice);

	world_make_send(alice, both);
	(void)world_request(alice, once, DN, 0, notify);
	(void)world_request(alice, receive, DN, 0, notify);
	(void)world_request(alice, both, DN, 0, notify);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, once);
	assert_int_equal(world_refs(alice, once, DEAD_NAME), 2);
	world_drop_receive(alice, receive);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, receive);
	assert_false(world_has(alice, receive));
	world_drop_receive(alice, both);
	world_expect_notice(alice, notify, DN, both);
	assert_int_equal(world_refs(alice, both, DEAD_NAME), 2);
}

TEST(scenario_3_of_ports_md_a_request_adds_a_reference_to_many)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	world_make_send(alice, port);
	(void)world_request(alice, port, DN, 0, notify);
	world_drop_receive(alice, port);
	assert_int_equal(world_refs(alice, port, DEAD_NAME), 3);
	world_expect_notice(alice, notify, DN, port);
}

TEST(a_pegged_name_stays_pegged_when_its_port_dies)
{
	EXPECT(ipc_mach_port_mod_refs(alice, to_bob, SEND, 65534), 0);
	(void)world_request(alice, to_bob, DN, 0, notify);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
	assert_int_equal(world_refs(alice, to_bob, DEAD_NAME), 65535);
}

TEST(all_who_asked_are_told_of_a_death)
{
	mach_port_name_t names[3] = {
	    world_give(bob, inbox, MAKE_SEND_ONCE, alice), to_bob,
	    world_give(bob, inbox, MAKE_SEND_ONCE, alice)};

	for (int i = 0; i < 3; i++)
		(void)world_request(alice, names[i], DN, 0, notify);
	world_drop_receive(bob, inbox);
	for (int i = 0; i < 3; i++)
		world_expect_notice(alice, notify, DN, names[i]);
}

TEST(each_way_to_lose_a_name_is_told_as_deleted)
{
	mach_port_name_t name;

	EXPECT(ipc_mach_port_destroy(alice, to_bob), KERN_SUCCESS);
	for (int way = 0; way < 6; way++) {
		name = world_give(
		    bob, inbox, way < 4 ? MAKE_SEND : MAKE_SEND_ONCE, alice);
		(void)world_request(alice, name, DN, 0, notify);
		switch (way) {
		case 0:
			EXPECT(ipc_mach_port_mod_refs(alice, name, SEND, -1),
			    KERN_SUCCESS);
			break;
		case 1:
			EXPECT(ipc_mach_port_destroy(alice, name), 0);
			break;
		case 2:
			EXPECT(world_send_id(alice, name, MOVE_SEND, 1), 0);
			break;
		case 3:
			(void)world_give(alice, name, MOVE_SEND, carol);
			break;
		case 4:
			EXPECT(
			    world_send_id(alice, name, MOVE_SEND_ONCE, 1), 0);
			break;
		default:
			EXPECT(
			    ipc_mach_port_mod_refs(alice, name, SEND_ONCE, -1),
			    KERN_SUCCESS);
			break;
		}
		assert_false(world_has(alice, name));
		world_expect_notice(
		    alice, notify, MACH_NOTIFY_PORT_DELETED, name);
	}
}

TEST(a_moved_receive_right_is_told_as_deleted)
{
	mach_port_name_t port = world_port(alice);

	(void)world_request(alice, port, DN, 0, notify);
	(void)world_give(alice, port, MOVE_RECEIVE, carol);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, port);
}

TEST(losing_one_of_two_rights_keeps_the_request)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	(void)world_request(alice, port, DN, 0, notify);
	EXPECT(ipc_mach_port_mod_refs(alice, port, SEND, -1), KERN_SUCCESS);
	assert_int_equal(world_type(alice, port),
	    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	world_make_send(alice, port);
	(void)world_give(alice, port, MOVE_RECEIVE, bob);
	assert_int_equal(world_type(alice, port),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	world_expect_empty(alice, notify);
	world_kill(&bob);
	world_expect_notice(alice, notify, DN, port);
}

TEST(a_request_for_another_task_names_its_name)
{
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);
	mach_port_name_t previous;

	EXPECT(ipc_mach_port_request_notification(carol, name, DN, 0, alice,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	assert_int_equal(world_type(carol, name),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, name);
	assert_int_equal(world_refs(carol, name, DEAD_NAME), 2);
}

TEST(without_a_name_for_the_former_right_the_request_stays)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	alice->account->limits.names = alice->account->used.names;
	EXPECT(request(to_bob, DN, 0), KERN_NO_SPACE);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
	world_expect_empty(alice, notify);
}

TEST(the_former_right_goes_to_the_caller)
{
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);
	mach_port_name_t own = world_port(carol);
	mach_port_name_t previous;

	(void)world_request(carol, name, DN, 0, own);
	EXPECT(ipc_mach_port_request_notification(carol, name, DN, 0, alice,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	EXPECT(world_send_id(alice, previous, MOVE_SEND_ONCE, 99), 0);
	world_expect_id(carol, own, 99);
}

TEST(a_dead_notify_port_makes_a_request_mute)
{
	(void)world_request(alice, to_bob, DN, 0, notify);
	world_drop_receive(alice, notify);
	assert_int_equal(world_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	world_drop_receive(bob, inbox);
	assert_int_equal(world_refs(alice, to_bob, DEAD_NAME), 2);
}

TEST(a_request_with_a_right_that_died_unnoticed_is_refused)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t once = world_give(bob, port, MAKE_SEND_ONCE, alice);
	mach_port_name_t previous;

	world_drop_receive(bob, port);
	EXPECT(ipc_mach_port_request_notification(alice, to_bob, DN, 0, alice,
	           once, MOVE_SEND_ONCE, &previous),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(world_type(alice, to_bob), MACH_PORT_TYPE_SEND);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_1_a_death_is_told_and_adds_a_reference),
	    HERE(scenario_1_a_name_that_goes_first_is_told_as_deleted),
	    HERE(scenario_2_a_second_request_returns_the_right_of_the_first),
	    HERE(scenario_3_both_kinds_share_one_slot),
	    HERE(a_request_is_cancelled_with_a_null_right),
	    HERE(cancelling_what_was_not_requested_succeeds_on_any_name),
	    HERE(names_that_cannot_be_watched),
	    HERE(a_dead_name_fires_at_once_if_sync_is_not_zero),
	    HERE(every_kind_of_live_right_can_be_watched),
	    HERE(scenario_3_of_ports_md_a_request_adds_a_reference_to_many),
	    HERE(a_pegged_name_stays_pegged_when_its_port_dies),
	    HERE(all_who_asked_are_told_of_a_death),
	    HERE(each_way_to_lose_a_name_is_told_as_deleted),
	    HERE(a_moved_receive_right_is_told_as_deleted),
	    HERE(losing_one_of_two_rights_keeps_the_request),
	    HERE(a_request_for_another_task_names_its_name),
	    HERE(without_a_name_for_the_former_right_the_request_stays),
	    HERE(the_former_right_goes_to_the_caller),
	    HERE(a_dead_notify_port_makes_a_request_mute),
	    HERE(a_request_with_a_right_that_died_unnoticed_is_refused),
	};

	return RUN("ipc_request", tests);
}
