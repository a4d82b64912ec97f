/* Port destroyed: notifications.md 5. */
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
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

TEST(scenario_6_a_port_is_rescued_with_its_queue)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t rescued;
	mach_port_status_t status;

	world_expect_empty(alice, port);
	EXPECT(world_send_id(bob, name, COPY_SEND, 1), MACH_MSG_SUCCESS);
	world_expect_id(alice, port, 1);
	EXPECT(world_send_id(bob, name, COPY_SEND, 2), MACH_MSG_SUCCESS);
	(void)world_request(alice, port, PD, 0, notify);
	assert_true(world_status(alice, port).mps_pdrequest);
	world_drop_receive(alice, port);
	rescued = world_expect_destroyed(alice, notify);
	status = world_status(alice, rescued);
	assert_int_equal(status.mps_mscount, 0);
	assert_int_equal(status.mps_seqno, 0);
	assert_int_equal(status.mps_msgcount, 1);
	assert_false(status.mps_pdrequest);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND);
	world_expect_id(alice, rescued, 2);
	world_drop_receive(alice, rescued);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(scenario_6_a_second_request_is_refused_and_so_is_a_cancel)
{
	(void)world_request(alice, port, PD, 0, notify);
	EXPECT(request(port, PD, 0), KERN_FAILURE);
	expect_send_once();
	{
		mach_port_name_t previous;

		EXPECT(ipc_mach_port_request_notification(alice, port, PD, 0,
		           alice, MACH_PORT_NULL, MAKE_SEND_ONCE, &previous),
		    KERN_FAILURE);
	}
	assert_true(world_status(alice, port).mps_pdrequest);
}

TEST(sync_must_be_zero)
{
	EXPECT(request(port, PD, 1), KERN_INVALID_VALUE);
	expect_send_once();
}

TEST(a_send_right_of_the_same_task_stays)
{
	mach_port_name_t rescued;

	world_make_send(alice, port);
	(void)world_request(alice, port, PD, 0, notify);
	world_drop_receive(alice, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND);
	rescued = world_expect_destroyed(alice, notify);
	assert_int_equal(rescued, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
}

TEST(no_senders_is_kept_by_a_rescued_port)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t rescued;

	(void)world_request(alice, port, NS, 0, notify);
	(void)world_request(alice, port, PD, 0, notify);
	world_drop_receive(alice, port);
	rescued = world_expect_destroyed(alice, notify);
	assert_true(world_status(alice, rescued).mps_nsrequest);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	world_expect_notice(alice, notify, NS, 0);
}

TEST(a_port_that_moves_normally_is_not_rescued)
{
	mach_port_name_t moved;

	(void)world_request(alice, port, PD, 0, notify);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	world_expect_empty(alice, notify);
	world_drop_receive(bob, moved);
	(void)world_expect_destroyed(alice, notify);
}

TEST(a_port_in_a_destroyed_message_is_rescued)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	struct message message;

	(void)world_request(alice, port, PD, 0, notify);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_drop_receive(bob, inbox);
	port = world_expect_destroyed(alice, notify);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_RECEIVE);
}

TEST(without_a_live_notify_port_the_port_dies)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	(void)world_request(alice, port, PD, 0, notify);
	world_drop_receive(alice, notify);
	world_drop_receive(alice, port);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(scenario_7_a_port_that_is_its_own_notify_port_dies)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	(void)world_request(alice, port, PD, 0, port);
	world_drop_receive(alice, port);
	assert_false(world_has(alice, port));
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_rescue_that_would_be_circular_kills_the_port)
{
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t other = world_give(alice, notify, MAKE_SEND, bob);
	struct message message;

	/* The notify port's receive right waits in the port's own queue. */
	(void)world_request(alice, port, PD, 0, notify);
	message_init(&message, port, MAKE_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, notify, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_drop_receive(alice, port);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_type(bob, other), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(two_ports_that_rescue_each_other_come_to_an_end)
{
	(void)world_request(alice, port, PD, 0, notify);
	(void)world_request(alice, notify, PD, 0, port);
	world_drop_receive(alice, port);
	world_drop_receive(alice, notify);
	assert_int_equal(alice->used, 0);
}

TEST(blocked_receivers_are_told_when_their_port_is_rescued)
{
	struct thread *thread = world_thread(alice);

	(void)world_request(alice, port, PD, 0, notify);
	EXPECT(thread_receive(thread, port, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	world_drop_receive(alice, port);
	assert_int_equal(thread_got(thread).code, MACH_RCV_PORT_CHANGED);
}

/* Set a backup port by a send right, as Mach 2.5 does. */
static kern_return_t
back_up(mach_port_name_t name, mach_port_name_t backup,
    mach_port_name_t *previous_out)
{
	return ipc_mach_port_set_backup(
	    alice, name, alice, backup, previous_out);
}

TEST(a_backup_port_is_another_tasks)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t backup = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t previous;

	EXPECT(back_up(port, backup, &previous), KERN_SUCCESS);
	assert_int_equal(previous, MACH_PORT_NULL);
	assert_int_equal(world_refs(alice, backup, SEND), 1);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 1);
	world_drop_receive(alice, port);
	world_drop_receive(bob, world_expect_destroyed(bob, inbox));
	world_expect_empty(bob, inbox);
}

TEST(a_backup_port_is_replaced_without_a_notification)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t backup = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t previous;

	EXPECT(back_up(port, backup, &previous), KERN_SUCCESS);
	EXPECT(back_up(port, MACH_PORT_NULL, &previous), KERN_SUCCESS);
	assert_int_equal(previous, backup);
	assert_int_equal(world_refs(alice, backup, SEND), 2);
	EXPECT(back_up(port, backup, &previous), KERN_SUCCESS);
	world_drop_receive(bob, inbox);
	EXPECT(back_up(port, MACH_PORT_NULL, &previous), KERN_SUCCESS);
	assert_int_equal(previous, MACH_PORT_DEAD);
	assert_false(world_status(alice, port).mps_pdrequest);
}

TEST(a_send_once_right_does_not_become_a_send_right_as_a_backup)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	mach_port_name_t previous;

	EXPECT(ipc_mach_port_request_notification(
	           alice, port, PD, 0, alice, once, MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(back_up(port, MACH_PORT_NULL, &previous), KERN_SUCCESS);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_srights(bob, inbox), 0);
	assert_int_equal(world_status(bob, inbox).mps_mscount, 0);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 1);
	world_expect_empty(bob, inbox);
}

/* Nor the other way round: a send-once right is not bound by the queue limit. */
TEST(a_request_in_the_place_of_a_backup_port_gives_the_send_right_back)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t backup = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t previous;

	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	EXPECT(back_up(port, backup, &previous), KERN_SUCCESS);
	assert_int_equal(world_request(alice, port, PD, 0, notify), backup);
	assert_int_equal(world_refs(alice, backup, SEND), 2);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 0);
	EXPECT(back_up(port, backup, &previous), KERN_SUCCESS);
	assert_int_equal(world_type(alice, previous), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_type(alice, notify), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_backup_port_is_not_replaced_by_a_message)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t backup = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t name;
	struct ipc_port *previous;

	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	EXPECT(back_up(port, backup, &name), KERN_SUCCESS);
	EXPECT(ipc_mach_port_request_naked(
	           alice, port, PD, 0, IPC_PORT_NULL, &previous),
	    KERN_FAILURE);
	assert_true(world_status(alice, port).mps_pdrequest);
	world_drop_receive(alice, port);
	(void)world_expect_destroyed(bob, inbox);
}

TEST(a_backup_port_is_a_live_send_right)
{
	mach_port_name_t previous;

	EXPECT(back_up(port, notify, &previous), KERN_INVALID_RIGHT);
	EXPECT(back_up(port, MACH_PORT_DEAD, &previous), KERN_INVALID_NAME);
	EXPECT(
	    back_up(port, world_absent(alice), &previous), KERN_INVALID_NAME);
	EXPECT(back_up(port, world_dead_name(alice), &previous),
	    KERN_INVALID_CAPABILITY);
	EXPECT(back_up(world_absent(alice), MACH_PORT_NULL, &previous),
	    KERN_INVALID_NAME);
	assert_false(world_status(alice, port).mps_pdrequest);
}

static void
refuse(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	ipc_kobject_reply_error(request, KERN_FAILURE);
}

TEST(an_object_of_the_kernel_is_no_backup_port)
{
	struct ipc_kobject object;
	mach_port_name_t name;
	mach_port_name_t previous;

	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_HOST, refuse));
	EXPECT(ipc_right_copyout(alice, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	EXPECT(back_up(port, name, &previous), KERN_INVALID_CAPABILITY);
	assert_false(world_status(alice, port).mps_pdrequest);
	assert_int_equal(world_refs(alice, name, SEND), 1);
	ipc_kobject_deinit(&object);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_6_a_port_is_rescued_with_its_queue),
	    HERE(scenario_6_a_second_request_is_refused_and_so_is_a_cancel),
	    HERE(sync_must_be_zero),
	    HERE(a_send_right_of_the_same_task_stays),
	    HERE(no_senders_is_kept_by_a_rescued_port),
	    HERE(a_port_that_moves_normally_is_not_rescued),
	    HERE(a_port_in_a_destroyed_message_is_rescued),
	    HERE(without_a_live_notify_port_the_port_dies),
	    HERE(scenario_7_a_port_that_is_its_own_notify_port_dies),
	    HERE(a_rescue_that_would_be_circular_kills_the_port),
	    HERE(two_ports_that_rescue_each_other_come_to_an_end),
	    HERE(blocked_receivers_are_told_when_their_port_is_rescued),
	    HERE(a_backup_port_is_another_tasks),
	    HERE(a_backup_port_is_replaced_without_a_notification),
	    HERE(a_send_once_right_does_not_become_a_send_right_as_a_backup),
	    HERE(
	        a_request_in_the_place_of_a_backup_port_gives_the_send_right_back),
	    HERE(a_backup_port_is_not_replaced_by_a_message),
	    HERE(a_backup_port_is_a_live_send_right),
	    HERE(an_object_of_the_kernel_is_no_backup_port),
	};

	return RUN("ipc_port_destroyed", tests);
}
