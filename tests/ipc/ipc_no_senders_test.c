/* No senders: notifications.md 6. */
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

static kern_return_t
request(mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync)
{
	mach_port_name_t previous;

	return ipc_mach_port_request_notification(
	    alice, name, id, sync, alice, notify, MAKE_SEND_ONCE, &previous);
}

static void
expect_send_once(void)
{
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(scenario_4_no_senders_fires_at_once_without_senders)
{
	assert_int_equal(world_request(alice, port, NS, 0, notify), 0);
	world_expect_notice(alice, notify, NS, 0);
	assert_false(world_status(alice, port).mps_nsrequest);
}

TEST(scenario_4_no_senders_waits_for_the_first_sender)
{
	(void)world_request(alice, port, NS, 1, notify);
	world_expect_empty(alice, notify);
	assert_true(world_status(alice, port).mps_nsrequest);
	world_make_send(alice, port);
	world_expect_empty(alice, notify);
	EXPECT(ipc_mach_port_deallocate(alice, port), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 1);
	assert_false(world_status(alice, port).mps_nsrequest);
}

TEST(no_senders_is_told_once)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 1);
	name = world_give(alice, port, MAKE_SEND, bob);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	world_expect_empty(alice, notify);
}

TEST(the_last_of_several_holders_matters)
{
	mach_port_name_t first = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t second = world_give(bob, first, COPY_SEND, carol);

	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(ipc_mach_port_mod_refs(bob, first, SEND, 3), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(bob, first), KERN_SUCCESS);
	world_expect_empty(alice, notify);
	world_kill(&carol);
	world_expect_notice(alice, notify, NS, 1);
	(void)second;
}

TEST(a_send_right_in_a_message_holds_no_senders_back)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t inbox = world_port(carol);
	mach_port_name_t to_carol = world_give(carol, inbox, MAKE_SEND, bob);
	struct message message;

	(void)world_request(alice, port, NS, 0, notify);
	message_init(&message, to_carol, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, name, MOVE_SEND);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	world_kill(&bob);
	world_expect_empty(alice, notify);
	world_drop_receive(carol, inbox);
	world_expect_notice(alice, notify, NS, 1);
}

TEST(receiving_the_message_of_the_last_send_right_fires)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(world_send_id(bob, name, MOVE_SEND, 1), MACH_MSG_SUCCESS);
	world_expect_empty(alice, notify);
	world_expect_id(alice, port, 1);
	world_expect_notice(alice, notify, NS, 1);
}

TEST(send_once_rights_do_not_count_as_senders)
{
	(void)world_give(alice, port, MAKE_SEND_ONCE, bob);
	(void)world_request(alice, port, NS, 0, notify);
	world_expect_notice(alice, notify, NS, 0);
}

TEST(sync_beyond_the_count_does_not_fire_now)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	(void)world_request(alice, port, NS, 2, notify);
	world_expect_empty(alice, notify);
	(void)world_request(alice, port, NS, 1, notify);
	world_expect_notice(alice, notify, NS, 1);
}

TEST(setting_the_count_does_not_look_at_a_request_again)
{
	(void)world_request(alice, port, NS, 5, notify);
	EXPECT(ipc_mach_port_set_mscount(alice, port, 9), KERN_SUCCESS);
	world_expect_empty(alice, notify);
}

TEST(a_new_no_senders_request_returns_the_old_one)
{
	mach_port_name_t previous;

	(void)world_request(alice, port, NS, 1, notify);
	previous = world_request(alice, port, NS, 1, notify);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	previous = world_request(alice, port, NS, 0, notify);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	world_expect_notice(alice, notify, NS, 0);
	(void)world_request(alice, port, NS, 1, notify);
	previous = world_request(alice, port, NS, 0, MACH_PORT_NULL);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	assert_false(world_status(alice, port).mps_nsrequest);
	world_expect_empty(alice, notify);
}

TEST(without_a_name_for_the_old_request_it_stays)
{
	(void)world_request(alice, port, NS, 1, notify);
	alice->account->limits.names = alice->account->used.names;
	EXPECT(request(port, NS, 1), KERN_NO_SPACE);
	expect_send_once();
	world_expect_empty(alice, notify);
	assert_true(world_status(alice, port).mps_nsrequest);
}

TEST(a_no_senders_request_travels_with_its_port)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	mach_port_name_t moved;

	(void)world_request(alice, port, NS, 0, notify);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	assert_true(world_status(bob, moved).mps_nsrequest);
	EXPECT(ipc_mach_port_deallocate(carol, name), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 0); /* counted anew */
}

TEST(scenario_5_a_port_that_dies_ends_its_request_with_send_once)
{
	world_make_send(alice, port);
	(void)world_request(alice, port, NS, 0, notify);
	world_drop_receive(alice, port);
	expect_send_once();
	world_expect_empty(alice, notify);
}

TEST(scenario_5_destroying_the_last_send_right_too_is_no_senders)
{
	world_make_send(alice, port);
	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(ipc_mach_port_destroy(alice, port), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 1);
	world_expect_empty(alice, notify);
}

TEST(destroying_with_senders_elsewhere_ends_with_send_once)
{
	(void)world_give(alice, port, MAKE_SEND, bob);
	world_make_send(alice, port);
	(void)world_request(alice, port, NS, 0, notify);
	EXPECT(ipc_mach_port_destroy(alice, port), KERN_SUCCESS);
	expect_send_once();
	world_expect_empty(alice, notify);
}

TEST(no_senders_is_for_receive_rights)
{
	mach_port_name_t send =
	    world_give(bob, world_port(bob), MAKE_SEND, alice);

	for (int i = 0; i < 2; i++) {
		mach_msg_id_t id = i ? PD : NS;

		EXPECT(request(MACH_PORT_NULL, id, 0), KERN_INVALID_RIGHT);
		EXPECT(request(MACH_PORT_DEAD, id, 0), KERN_INVALID_RIGHT);
		EXPECT(request(world_absent(alice), id, 0), KERN_INVALID_NAME);
		EXPECT(request(send, id, 0), KERN_INVALID_RIGHT);
		EXPECT(request(world_set(alice), id, 0), KERN_INVALID_RIGHT);
		EXPECT(request(world_dead_name(alice), id, 0),
		    KERN_INVALID_NAME); /* ports.md 5, Choose */
		for (int n = 0; n < 6; n++)
			expect_send_once();
	}
}

TEST(ids_that_cannot_be_requested_are_invalid)
{
	static const mach_msg_id_t ids[] = {0, 64, 65, 67, 68, 71, 73, 77, -1};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		EXPECT(request(port, ids[i], 0), KERN_INVALID_VALUE);
		expect_send_once();
	}
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_4_no_senders_fires_at_once_without_senders),
	    HERE(scenario_4_no_senders_waits_for_the_first_sender),
	    HERE(no_senders_is_told_once),
	    HERE(the_last_of_several_holders_matters),
	    HERE(a_send_right_in_a_message_holds_no_senders_back),
	    HERE(receiving_the_message_of_the_last_send_right_fires),
	    HERE(send_once_rights_do_not_count_as_senders),
	    HERE(sync_beyond_the_count_does_not_fire_now),
	    HERE(setting_the_count_does_not_look_at_a_request_again),
	    HERE(a_new_no_senders_request_returns_the_old_one),
	    HERE(without_a_name_for_the_old_request_it_stays),
	    HERE(a_no_senders_request_travels_with_its_port),
	    HERE(scenario_5_a_port_that_dies_ends_its_request_with_send_once),
	    HERE(scenario_5_destroying_the_last_send_right_too_is_no_senders),
	    HERE(destroying_with_senders_elsewhere_ends_with_send_once),
	    HERE(no_senders_is_for_receive_rights),
	    HERE(ids_that_cannot_be_requested_are_invalid),
	};

	return RUN("ipc_no_senders", tests);
}
