/* One message beyond the limit, and word when it was taken (notifications.md 8). */
#include "ipc_mqueue.h"
#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */
static mach_port_name_t notify; /* alice's */

#define DN MACH_NOTIFY_DEAD_NAME

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	notify = world_port(alice);
	return 0;
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

static mach_msg_return_t
send_accepted(mach_port_name_t name)
{
	return send_notify(0, name);
}

TEST(scenario_10_one_message_beyond_the_limit_and_its_notice)
{
	for (int i = 0; i < 5; i++)
		EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 6);
	EXPECT(send_accepted(notify), MACH_SEND_NOTIFY_IN_PROGRESS);
	for (int i = 0; i < 5; i++) {
		world_expect_id(bob, inbox, 0);
		world_expect_empty(alice, notify);
	}
	world_expect_id(bob, inbox, 666);
	world_expect_notice(alice, notify, MACH_NOTIFY_MSG_ACCEPTED, to_bob);
	world_expect_empty(alice, notify);
}

TEST(a_message_that_finds_room_needs_no_notify_port)
{
	EXPECT(send_accepted(world_absent(alice)), MACH_MSG_SUCCESS);
	(void)world_receive(bob, inbox);
	world_expect_empty(alice, notify);
}

/* The message comes back as from any failed send. */
static void
expect_refused(mach_port_name_t name, mach_msg_return_t expected)
{
	struct thread *thread = world_thread(alice);
	mach_port_urefs_t refs = world_refs(alice, to_bob, SEND);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, name), expected);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(thread_got(thread).header.msgh_bits, MOVE_SEND);
	assert_int_equal(world_refs(alice, to_bob, SEND), refs + 1);
}

TEST(a_notify_argument_that_is_no_receive_right_is_refused)
{
	mach_port_name_t names[5] = {to_bob, world_absent(alice),
	    world_set(alice), world_dead_name(alice),
	    world_give(bob, inbox, MAKE_SEND_ONCE, alice)};

	fill();
	for (int i = 0; i < 5; i++)
		expect_refused(names[i], MACH_SEND_INVALID_NOTIFY);
}

TEST(a_request_in_progress_is_told_before_a_bad_notify_port)
{
	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	expect_refused(world_absent(alice), MACH_SEND_NOTIFY_IN_PROGRESS);
	expect_refused(notify, MACH_SEND_NOTIFY_IN_PROGRESS);
}

TEST(each_task_has_one_message_beyond_the_limit)
{
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);
	mach_port_name_t own = world_port(carol);
	struct thread *thread = world_thread(carol);
	struct message message;

	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, own),
	    MACH_SEND_WILL_NOTIFY);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 3);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, MACH_NOTIFY_MSG_ACCEPTED, to_bob);
	world_expect_empty(carol, own);
	(void)world_receive(bob, inbox);
	world_expect_notice(carol, own, MACH_NOTIFY_MSG_ACCEPTED, name);
}

TEST(after_the_notice_another_message_may_go_beyond_the_limit)
{
	fill();
	for (int i = 0; i < 3; i++) {
		EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
		(void)world_receive(bob, inbox);
		EXPECT(send_accepted(notify), MACH_SEND_NOTIFY_IN_PROGRESS);
		(void)world_receive(bob, inbox);
		world_expect_notice(
		    alice, notify, MACH_NOTIFY_MSG_ACCEPTED, to_bob);
		EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	}
}

TEST(a_name_that_went_is_null_in_the_notice)
{
	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	EXPECT(ipc_mach_port_destroy(alice, to_bob), KERN_SUCCESS);
	world_expect_empty(alice, notify);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_MSG_ACCEPTED, MACH_PORT_NULL);
}

TEST(a_send_right_lost_from_send_and_receive_is_null_in_the_notice)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	world_set_qlimit(alice, port, 0);
	to_bob = port;
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	EXPECT(ipc_mach_port_deallocate(alice, port), KERN_SUCCESS);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_RECEIVE);
	world_expect_id(alice, port, 666);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_MSG_ACCEPTED, MACH_PORT_NULL);
}

TEST(a_last_reference_moved_into_the_message_makes_a_nameless_request)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	fill();
	message_init(&message, to_bob, MOVE_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, notify),
	    MACH_SEND_WILL_NOTIFY);
	assert_false(world_has(alice, to_bob));
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(
	    alice, notify, MACH_NOTIFY_MSG_ACCEPTED, MACH_PORT_NULL);
}

TEST(a_destroyed_message_fires_its_notice_too)
{
	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	world_drop_receive(bob, inbox);
	{
		struct got got = world_receive(alice, notify);
		uint32_t name;

		assert_int_equal(got.header.msgh_id, MACH_NOTIFY_MSG_ACCEPTED);
		got_bytes(&got, 32, &name, sizeof(name));
		assert_true(name == to_bob || name == MACH_PORT_NULL);
	}
	world_expect_empty(alice, notify);
	assert_int_equal(world_refs(alice, to_bob, DEAD_NAME), 1);
}

TEST(the_notice_of_a_dead_sender_goes_to_who_has_its_notify_port)
{
	mach_port_name_t moved;

	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	moved = world_give(alice, notify, MOVE_RECEIVE, carol);
	world_kill(&alice);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(
	    carol, moved, MACH_NOTIFY_MSG_ACCEPTED, MACH_PORT_NULL);
}

TEST(a_dead_notify_port_hears_nothing)
{
	fill();
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	world_drop_receive(alice, notify);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	assert_int_equal(bob->account->used.messages, 0);
}

TEST(a_send_with_a_timeout_waits_before_it_forces)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	fill();
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send_for(thread, &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, notify, 100),
	    MACH_SEND_IN_PROGRESS);
	thread_time_out(thread);
	assert_int_equal(thread_got(thread).code, MACH_SEND_WILL_NOTIFY);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_NONE);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 2);
}

TEST(not_even_one_message_goes_beyond_65534)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	message_init(&message, inbox, MAKE_SEND_ONCE, MACH_PORT_NULL, 0);
	for (int i = 0; i < IPC_QUEUE_MAX; i++)
		assert_int_equal(world_send_unchecked(bob, &message), 0);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, notify),
	    MACH_SEND_NO_BUFFER);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(world_refs(alice, to_bob, SEND), 2);
	/* Nothing is pending: another may try. */
	(void)world_receive(bob, inbox);
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
}

TEST(both_kinds_of_request_live_on_one_name)
{
	fill();
	(void)world_request(alice, to_bob, DN, 0, notify);
	EXPECT(send_accepted(notify), MACH_SEND_WILL_NOTIFY);
	assert_int_equal(world_type(alice, to_bob),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(alice, notify, MACH_NOTIFY_MSG_ACCEPTED, to_bob);
	world_drop_receive(bob, inbox);
	world_expect_notice(alice, notify, DN, to_bob);
}

TEST(no_notify_port_means_the_other_kind_of_request)
{
	fill();
	EXPECT(send_notify(MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	EXPECT(send_notify(MACH_SEND_TIMEOUT, MACH_PORT_DEAD),
	    MACH_SEND_TIMED_OUT);
}

TEST(a_message_to_oneself_has_a_nameless_request)
{
	struct thread *thread = world_thread(bob);
	struct message message;
	mach_port_name_t here = world_port(bob);

	fill();
	message_init(&message, inbox, MAKE_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_NOTIFY, here),
	    MACH_SEND_WILL_NOTIFY);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox);
	world_expect_notice(
	    bob, here, MACH_NOTIFY_MSG_ACCEPTED, MACH_PORT_NULL);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_10_one_message_beyond_the_limit_and_its_notice),
	    HERE(a_message_that_finds_room_needs_no_notify_port),
	    HERE(a_notify_argument_that_is_no_receive_right_is_refused),
	    HERE(a_request_in_progress_is_told_before_a_bad_notify_port),
	    HERE(each_task_has_one_message_beyond_the_limit),
	    HERE(after_the_notice_another_message_may_go_beyond_the_limit),
	    HERE(a_name_that_went_is_null_in_the_notice),
	    HERE(a_send_right_lost_from_send_and_receive_is_null_in_the_notice),
	    HERE(
	        a_last_reference_moved_into_the_message_makes_a_nameless_request),
	    HERE(a_destroyed_message_fires_its_notice_too),
	    HERE(the_notice_of_a_dead_sender_goes_to_who_has_its_notify_port),
	    HERE(a_dead_notify_port_hears_nothing),
	    HERE(a_send_with_a_timeout_waits_before_it_forces),
	    HERE(not_even_one_message_goes_beyond_65534),
	    HERE(both_kinds_of_request_live_on_one_name),
	    HERE(no_notify_port_means_the_other_kind_of_request),
	    HERE(a_message_to_oneself_has_a_nameless_request),
	};

	return RUN("ipc_msg_accepted", tests);
}
