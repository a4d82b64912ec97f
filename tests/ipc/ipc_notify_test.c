/* Notifications: how they look and arrive, send-once, and their order. */
#include "ipc_notify.h"

#include "world.h"

static mach_port_name_t port;   /* alice's */
static mach_port_name_t notify; /* alice's */

#define NS MACH_NOTIFY_NO_SENDERS
#define PD MACH_NOTIFY_PORT_DESTROYED

static int
setup(void **state)
{
	(void)world_setup(state);
	port = world_port(alice);
	notify = world_port(alice);
	return 0;
}

static void
expect_send_once(void)
{
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
}

/* Layout and delivery: notifications.md 1. */

TEST(the_layout_of_each_kind)
{
	mach_port_name_t once = world_give(alice, notify, MAKE_SEND_ONCE, bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, alice);
	mach_port_name_t moved;

	/* world_expect_notice() looks at every byte. */
	EXPECT(ipc_mach_port_deallocate(bob, once), KERN_SUCCESS);
	world_expect_notice(alice, notify, 71, 0);
	(void)world_request(alice, name, MACH_NOTIFY_DEAD_NAME, 0, notify);
	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(ipc_mach_port_deallocate(alice, name), KERN_SUCCESS);
	world_expect_notice(alice, notify, 70, 1);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	world_expect_notice(alice, notify, 65, name);
	name = world_give(bob, moved, MAKE_SEND, alice);
	(void)world_request(alice, name, MACH_NOTIFY_SEND_POSSIBLE, 1, notify);
	world_expect_notice(alice, notify, 66, name);
	(void)world_request(alice, name, MACH_NOTIFY_DEAD_NAME, 0, notify);
	world_kill(&bob);
	world_expect_notice(alice, notify, 72, name);
	port = world_port(alice);
	(void)world_request(alice, port, PD, 0, notify);
	world_drop_receive(alice, port);
	(void)world_expect_destroyed(alice, notify); /* 69 */
}

TEST(scenario_12_a_full_notify_port_still_gets_notifications)
{
	mach_port_name_t once;

	world_set_qlimit(alice, notify, 0);
	for (int i = 0; i < 10; i++) {
		once = world_give(alice, notify, MAKE_SEND_ONCE, bob);
		EXPECT(ipc_mach_port_deallocate(bob, once), KERN_SUCCESS);
	}
	for (int i = 0; i < 10; i++)
		expect_send_once();
	world_expect_empty(alice, notify);
}

TEST(a_notification_follows_its_port_to_another_task)
{
	mach_port_name_t moved;

	(void)world_request(alice, port, NS, 1, notify);
	moved = world_give(alice, notify, MOVE_RECEIVE, bob);
	world_make_send(alice, port);
	EXPECT(ipc_mach_port_deallocate(alice, port), KERN_SUCCESS);
	world_expect_notice(bob, moved, NS, 1);
}

TEST(a_notification_reaches_a_port_in_transit)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	struct message message;
	struct got got;

	(void)world_request(alice, port, NS, 1, notify);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, notify, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_make_send(alice, port);
	EXPECT(ipc_mach_port_deallocate(alice, port), KERN_SUCCESS);
	got = world_receive(bob, inbox);
	world_expect_notice(bob, got_port(&got, 0).name, NS, 1);
}

TEST(a_notification_is_handed_to_who_waits_for_it)
{
	struct thread *thread = world_thread(alice);

	EXPECT(thread_receive(thread, notify, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	(void)world_request(alice, port, NS, 0, notify);
	assert_int_equal(thread_got(thread).code, MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).header.msgh_id, NS);
}

TEST(two_notify_ports_of_each_other_both_die)
{
	(void)world_request(alice, port, NS, 1, notify);
	(void)world_request(alice, notify, NS, 1, port);
	world_make_send(alice, port);
	world_make_send(alice, notify);
	(void)world_request(alice, port, MACH_NOTIFY_DEAD_NAME, 0, notify);
	(void)world_request(alice, notify, MACH_NOTIFY_DEAD_NAME, 0, port);
	world_drop_receive(alice, port);
	expect_send_once();
	world_expect_notice(alice, notify, MACH_NOTIFY_DEAD_NAME, port);
	world_drop_receive(alice, notify);
	assert_int_equal(world_refs(alice, port, DEAD_NAME), 2);
	assert_int_equal(world_refs(alice, notify, DEAD_NAME), 2);
}

/* Send once: notifications.md 10. */

TEST(scenario_11_a_reply_right_destroyed_in_a_queue_is_told)
{
	mach_port_name_t reply = world_port(bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	struct message message;

	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	world_drop_receive(alice, port);
	world_expect_notice(bob, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(each_of_two_rights_in_one_message_is_told)
{
	mach_port_name_t reply = world_port(bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	struct message message;

	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_add_port(&message, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	world_drop_receive(alice, port);
	world_expect_notice(bob, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(bob, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(bob, reply);
}

TEST(each_way_to_destroy_a_name_is_told)
{
	mach_port_name_t once = world_give(alice, notify, MAKE_SEND_ONCE, bob);

	EXPECT(ipc_mach_port_deallocate(bob, once), KERN_SUCCESS);
	expect_send_once();
	once = world_give(alice, notify, MAKE_SEND_ONCE, bob);
	EXPECT(ipc_mach_port_mod_refs(bob, once, SEND_ONCE, -1), KERN_SUCCESS);
	expect_send_once();
	once = world_give(alice, notify, MAKE_SEND_ONCE, bob);
	EXPECT(ipc_mach_port_destroy(bob, once), KERN_SUCCESS);
	expect_send_once();
	(void)world_give(alice, notify, MAKE_SEND_ONCE, bob);
	world_kill(&bob);
	expect_send_once();
	world_expect_empty(alice, notify);
}

TEST(a_right_that_cannot_be_inserted_is_told)
{
	mach_port_name_t taken = world_port(bob);

	EXPECT(ipc_mach_port_insert_right(
	           bob, taken, alice, notify, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	expect_send_once();
	EXPECT(ipc_mach_port_insert_right(
	           bob, MACH_PORT_NULL, alice, notify, MAKE_SEND_ONCE),
	    KERN_INVALID_VALUE);
	expect_send_once();
}

TEST(a_right_that_was_used_is_not_told)
{
	mach_port_name_t once = world_give(alice, notify, MAKE_SEND_ONCE, bob);

	EXPECT(world_send_id(bob, once, MOVE_SEND_ONCE, 4), MACH_MSG_SUCCESS);
	world_expect_id(alice, notify, 4);
	world_expect_empty(alice, notify);
}

TEST(a_message_over_a_send_once_right_that_is_destroyed_tells_nobody)
{
	mach_port_name_t once = world_give(alice, port, MAKE_SEND_ONCE, bob);

	EXPECT(world_send_id(bob, once, MOVE_SEND_ONCE, 4), MACH_MSG_SUCCESS);
	world_drop_receive(alice, port);
	assert_int_equal(alice->used, 1);
}

/* Order: notifications.md 11. */

TEST(destroying_all_rights_of_a_name_tells_in_order)
{
	/* The send right goes, then the port, whose queue holds a send-once
	 * right, then the request on the name (ports.md 10.8). */
	mach_port_name_t all = world_port(bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t previous;
	struct message message;

	world_make_send(alice, port);
	message_init(&message, name, MOVE_SEND, all, MAKE_SEND_ONCE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	EXPECT(
	    ipc_mach_port_request_notification(alice, port,
	        MACH_NOTIFY_DEAD_NAME, 0, bob, all, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, port), KERN_SUCCESS);
	world_expect_notice(bob, all, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(bob, all, MACH_NOTIFY_PORT_DELETED, port);
	world_expect_empty(bob, all);
}

TEST(releasing_the_last_send_right_tells_no_senders_before_deleted)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t previous;

	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(
	    ipc_mach_port_request_notification(bob, name, MACH_NOTIFY_DEAD_NAME,
	        0, alice, notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 1);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, name);
}

TEST(a_dead_name_is_one_when_its_notification_arrives)
{
	struct thread *thread = world_thread(bob);
	mach_port_name_t own = world_port(bob);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	(void)world_request(bob, name, MACH_NOTIFY_DEAD_NAME, 0, own);
	EXPECT(thread_receive(thread, own, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	world_drop_receive(alice, port);
	assert_int_equal(
	    thread_got(thread).header.msgh_id, MACH_NOTIFY_DEAD_NAME);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(bob, name, DEAD_NAME), 2);
}

TEST(notifications_cost_no_budget_beyond_the_right)
{
	mach_port_name_t once = world_give(alice, notify, MAKE_SEND_ONCE, bob);

	(void)world_request(alice, port, NS, 1, notify);
	world_make_send(alice, port);
	alice->account->limits = alice->account->used;
	bob->account->limits = bob->account->used;
	world_user->limits = world_user->used;
	EXPECT(ipc_mach_port_deallocate(bob, once), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, port), KERN_SUCCESS);
	expect_send_once();
	world_expect_notice(alice, notify, NS, 1);
}

TEST(a_send_once_right_keeps_its_notification_when_another_is_used)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t used = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	mach_port_name_t other = world_give(bob, inbox, MAKE_SEND_ONCE, alice);

	EXPECT(world_send_id(alice, used, MOVE_SEND_ONCE, 9), 0);
	world_expect_id(bob, inbox, 9);
	EXPECT(ipc_mach_port_deallocate(alice, other), KERN_SUCCESS);
	world_expect_notice(bob, inbox, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_send_once_right_whose_notification_nobody_pays_for_is_not_made)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t right;
	mach_msg_type_name_t type;

	bob->account->limits.bytes = bob->account->used.bytes;
	EXPECT(ipc_mach_port_extract_right(
	           bob, inbox, MAKE_SEND_ONCE, alice, &right, &type),
	    KERN_RESOURCE_SHORTAGE);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 0);
	assert_int_equal(alice->used, 0);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(the_layout_of_each_kind),
	    HERE(scenario_12_a_full_notify_port_still_gets_notifications),
	    HERE(a_notification_follows_its_port_to_another_task),
	    HERE(a_notification_reaches_a_port_in_transit),
	    HERE(a_notification_is_handed_to_who_waits_for_it),
	    HERE(two_notify_ports_of_each_other_both_die),
	    HERE(scenario_11_a_reply_right_destroyed_in_a_queue_is_told),
	    HERE(each_of_two_rights_in_one_message_is_told),
	    HERE(each_way_to_destroy_a_name_is_told),
	    HERE(a_right_that_cannot_be_inserted_is_told),
	    HERE(a_right_that_was_used_is_not_told),
	    HERE(
	        a_message_over_a_send_once_right_that_is_destroyed_tells_nobody),
	    HERE(destroying_all_rights_of_a_name_tells_in_order),
	    HERE(releasing_the_last_send_right_tells_no_senders_before_deleted),
	    HERE(a_dead_name_is_one_when_its_notification_arrives),
	    HERE(notifications_cost_no_budget_beyond_the_right),
	    CASE(a_send_once_right_keeps_its_notification_when_another_is_used),
	    CASE(
	        a_send_once_right_whose_notification_nobody_pays_for_is_not_made),
	};

	return RUN("ipc_notify", tests);
}
