/* Requests to be told that there is room (notifications.md 7). */
#include "base_alloc.h"
#include "ipc_port.h"
#include "ipc_right.h"
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

/* The type with all its bits, as only mach_port_names() shows it. */
static mach_port_type_t
full_type(struct ipc_space *task, mach_port_name_t name)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	mach_port_type_t type = 0;
	uint32_t count;

	EXPECT(ipc_mach_port_names(task, &names, &types, &count), 0);
	for (uint32_t i = 0; i < count; i++)
		if (names[i] == name)
			type = types[i];
	base_free(names);
	base_free(types);
	return type;
}

static void
fill(void)
{
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
}

static mach_msg_return_t
send_notify(mach_msg_option_t option, mach_port_name_t name)
{
	struct thread *thread = world_thread(alice);
	struct message message;
	mach_msg_return_t mr;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = 666;
	mr = thread_send(thread, &message, MACH_SEND_NOTIFY | option, name);
	if (!thread_blocked(thread))
		thread_end(thread);
	return mr;
}

TEST(scenario_8_a_delayed_request_fires_after_it_was_armed)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	assert_int_equal(full_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST |
	        MACH_PORT_TYPE_SPREQUEST_DELAYED);
	world_expect_empty(alice, notify);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_SEND_TIMED_OUT);
	assert_int_equal(full_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST |
	        MACH_PORT_TYPE_SPREQUEST);
	assert_int_equal(world_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	world_expect_empty(alice, notify);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
	assert_int_equal(full_type(alice, to_bob), MACH_PORT_TYPE_SEND);
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(a_delayed_request_never_fires_by_itself)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
	assert_int_equal(world_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
}

TEST(an_ordinary_send_that_finds_no_room_arms_nothing)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	EXPECT(world_send_empty(alice, to_bob), MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(scenario_9_a_request_with_sync_fires_at_once_if_there_is_room)
{
	assert_int_equal(world_request(alice, to_bob, SP, 1, notify), 0);
	world_expect_notice(alice, notify, SP, to_bob);
	assert_int_equal(full_type(alice, to_bob), MACH_PORT_TYPE_SEND);
}

TEST(firing_at_once_returns_the_old_request)
{
	(void)world_request(alice, to_bob, SP, 0, notify);
	{
		mach_port_name_t previous =
		    world_request(alice, to_bob, SP, 1, notify);

		world_expect_notice(alice, notify, SP, to_bob);
		expect_previous(previous);
	}
	assert_int_equal(full_type(alice, to_bob), MACH_PORT_TYPE_SEND);
}

TEST(a_request_with_sync_is_armed_if_the_queue_is_full)
{
	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	world_expect_empty(alice, notify);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
}

TEST(a_send_once_right_always_has_room)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);

	fill();
	(void)world_request(alice, once, SP, 1, notify);
	world_expect_notice(alice, notify, SP, once);
}

TEST(a_dead_name_fires_its_death_whatever_sync_is)
{
	for (mach_port_mscount_t sync = 0; sync < 2; sync++) {
		mach_port_name_t name = world_dead_name(alice);

		(void)world_request(alice, name, SP, sync, notify);
		world_expect_notice(alice, notify, DN, name);
		assert_int_equal(world_refs(alice, name, DEAD_NAME), 2);
	}
}

TEST(raising_the_limit_alone_fires_nothing)
{
	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	world_set_qlimit(bob, inbox, 5);
	world_expect_empty(alice, notify);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
}

TEST(all_armed_requests_of_a_port_fire_together)
{
	mach_port_name_t own = world_port(carol);
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	(void)world_request(carol, name, SP, 1, own);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
	world_expect_notice(carol, own, SP, name);
}

TEST(a_destroyed_large_message_fires_too)
{
	struct thread *thread = world_thread(bob);

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	EXPECT(thread_receive(thread, inbox, POLL, 24), MACH_RCV_TOO_LARGE);
	world_expect_notice(alice, notify, SP, to_bob);
}

TEST(a_large_message_that_stays_fires_nothing)
{
	struct thread *thread = world_thread(bob);

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	EXPECT(thread_receive(thread, inbox, POLL | MACH_RCV_LARGE, 0),
	    MACH_RCV_TOO_LARGE);
	world_expect_empty(alice, notify);
}

TEST(armed_and_delayed_requests_die_as_dead_names)
{
	mach_port_name_t own = world_port(carol);
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	(void)world_request(carol, name, SP, 0, own);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
	assert_int_equal(world_refs(alice, to_bob, DEAD_NAME), 2);
	world_expect_notice(carol, own, DN, name);
	assert_int_equal(world_refs(carol, name, DEAD_NAME), 2);
}

TEST(a_released_name_ends_an_armed_request_as_deleted)
{
	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	EXPECT(ipc_mach_port_deallocate(alice, to_bob), KERN_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, to_bob);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(an_armed_request_follows_the_port_to_another_task)
{
	mach_port_name_t moved;

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	moved = world_give(bob, inbox, MOVE_RECEIVE, carol);
	world_expect_empty(alice, notify);
	(void)world_receive(carol, moved);
	world_expect_notice(alice, notify, SP, to_bob);
}

TEST(the_option_without_a_request_has_no_effect)
{
	fill();
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(the_option_with_a_request_queues_if_there_is_room)
{
	(void)world_request(alice, to_bob, SP, 0, notify);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_MSG_SUCCESS);
	assert_int_equal(full_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST |
	        MACH_PORT_TYPE_SPREQUEST_DELAYED);
}

TEST(a_priority_in_the_notify_argument_means_send_possible)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	EXPECT(send_notify(MACH_SEND_TIMEOUT | MACH_SEND_OVERRIDE, notify),
	    MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
}

TEST(a_send_that_blocks_arms_the_request_too)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	EXPECT(send_notify(0, MACH_PORT_NULL), MACH_SEND_IN_PROGRESS);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
	world_expect_id(bob, inbox, 666);
}

TEST(a_send_that_found_room_is_queued_though_its_own_body_fills_the_queue)
{
	mach_port_name_t port = world_port(alice);
	struct thread *thread = world_thread(alice);
	struct message message;

	world_make_send(alice, port);
	world_set_qlimit(alice, port, 1);
	(void)world_request(alice, port, SP, 0, notify);
	(void)world_request(alice, to_bob, MACH_NOTIFY_DEAD_NAME, 0, port);
	message_init(&message, port, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, to_bob, MOVE_SEND); /* tells the port */
	EXPECT(thread_send(thread, &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	assert_int_equal(world_status(alice, port).mps_msgcount, 2);
	world_expect_notice(alice, port, MACH_NOTIFY_PORT_DELETED, to_bob);
	world_expect_id(alice, port, 0);
}

TEST(the_option_with_a_dead_name_request_has_no_effect)
{
	fill();
	(void)world_request(alice, to_bob, DN, 0, notify);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(a_request_that_is_armed_stays_armed)
{
	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_SEND_TIMED_OUT);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, 0), MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, SP, to_bob);
	world_expect_empty(alice, notify);
}

TEST(the_option_with_the_last_reference_moved_arms_nothing)
{
	struct message message;

	fill();
	(void)world_request(alice, to_bob, SP, 0, notify);
	message_init(&message, to_bob, MOVE_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(world_thread(alice), &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, to_bob);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

TEST(the_option_with_a_send_once_right_has_no_effect)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	struct message message;

	fill();
	message_init(&message, once, MOVE_SEND_ONCE, MACH_PORT_NULL, 0);
	EXPECT(thread_send(world_thread(alice), &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 2);
}

TEST(a_notice_that_is_taken_at_once_may_fire_others)
{
	struct thread *thread = world_thread(alice);

	fill();
	(void)world_request(alice, to_bob, SP, 1, notify);
	EXPECT(thread_receive(thread, notify, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	(void)world_receive(bob, inbox);
	assert_int_equal(thread_got(thread).header.msgh_id, SP);
}

TEST(a_request_with_a_dead_right_is_refused)
{
	struct ipc_port *right;
	struct ipc_port *previous;

	EXPECT(ipc_mach_port_request_naked(
	           alice, to_bob, DN, 0, IPC_PORT_DEAD, &previous),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(
	    ipc_right_copyin(alice, notify, MAKE_SEND_ONCE, &right), 0);
	assert_int_equal(ipc_mach_port_destroy(alice, notify), KERN_SUCCESS);
	assert_int_equal(
	    ipc_mach_port_request_naked(alice, to_bob, DN, 0, right, &previous),
	    KERN_INVALID_CAPABILITY);
	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND_ONCE);
	ipc_check();
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_8_a_delayed_request_fires_after_it_was_armed),
	    HERE(a_delayed_request_never_fires_by_itself),
	    HERE(an_ordinary_send_that_finds_no_room_arms_nothing),
	    HERE(scenario_9_a_request_with_sync_fires_at_once_if_there_is_room),
	    HERE(firing_at_once_returns_the_old_request),
	    HERE(a_request_with_sync_is_armed_if_the_queue_is_full),
	    HERE(a_send_once_right_always_has_room),
	    HERE(a_dead_name_fires_its_death_whatever_sync_is),
	    HERE(raising_the_limit_alone_fires_nothing),
	    HERE(all_armed_requests_of_a_port_fire_together),
	    HERE(a_destroyed_large_message_fires_too),
	    HERE(a_large_message_that_stays_fires_nothing),
	    HERE(armed_and_delayed_requests_die_as_dead_names),
	    HERE(a_released_name_ends_an_armed_request_as_deleted),
	    HERE(an_armed_request_follows_the_port_to_another_task),
	    HERE(the_option_without_a_request_has_no_effect),
	    HERE(the_option_with_a_request_queues_if_there_is_room),
	    HERE(a_priority_in_the_notify_argument_means_send_possible),
	    HERE(a_send_that_blocks_arms_the_request_too),
	    HERE(
	        a_send_that_found_room_is_queued_though_its_own_body_fills_the_queue),
	    HERE(the_option_with_a_dead_name_request_has_no_effect),
	    HERE(a_request_that_is_armed_stays_armed),
	    HERE(the_option_with_the_last_reference_moved_arms_nothing),
	    HERE(the_option_with_a_send_once_right_has_no_effect),
	    HERE(a_notice_that_is_taken_at_once_may_fire_others),
	    HERE(a_request_with_a_dead_right_is_refused),
	};

	return RUN("ipc_send_possible", tests);
}
