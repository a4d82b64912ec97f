/* Ports: how a receive right moves, and how a port dies. */
#include "ipc_port.h"

#include "world.h"

/* Send @carried's receive right to @remote. */
static mach_msg_return_t
send_receive_right(struct ipc_space *task, mach_port_name_t remote,
    mach_msg_type_name_t disposition, mach_port_name_t carried)
{
	struct message message;

	message_init(&message, remote, disposition, MACH_PORT_NULL, 0);
	message_add_port(&message, carried, MOVE_RECEIVE);
	return world_send(task, &message);
}

/* The receive right in the next message on @inbox. */
static mach_port_name_t
receive_right(struct ipc_space *task, mach_port_name_t inbox)
{
	struct got got = world_receive(task, inbox);

	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got_port(&got, 0).disposition, MOVE_RECEIVE);
	return got_port(&got, 0).name;
}

TEST(a_new_port_is_as_section_1_says)
{
	mach_port_status_t status = world_status(alice, world_port(alice));

	assert_int_equal(status.mps_pset, 0);
	assert_int_equal(status.mps_seqno, 0);
	assert_int_equal(status.mps_mscount, 0);
	assert_int_equal(status.mps_qlimit, 5);
	assert_int_equal(status.mps_msgcount, 0);
	assert_int_equal(status.mps_sorights, 0);
	assert_false(status.mps_srights);
	assert_false(status.mps_pdrequest);
	assert_false(status.mps_nsrequest);
	assert_int_equal(status.mps_flags, 0);
}

/* Moving: ports.md 7.1. */

TEST(what_travels_with_a_port_that_moves)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	mach_port_name_t once = world_give(alice, port, MAKE_SEND_ONCE, carol);
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t moved;
	mach_port_status_t status;

	world_set_qlimit(alice, port, 16);
	(void)world_request(alice, port, MACH_NOTIFY_NO_SENDERS, 0, notify);
	(void)world_request(alice, port, MACH_NOTIFY_PORT_DESTROYED, 0, notify);
	for (mach_msg_id_t id = 1; id <= 3; id++)
		EXPECT(world_send_id(carol, name, COPY_SEND, id), 0);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	status = world_status(bob, moved);
	assert_int_equal(status.mps_qlimit, 16);
	assert_int_equal(status.mps_msgcount, 3);
	assert_int_equal(status.mps_sorights, 1);
	assert_true(status.mps_srights);
	assert_true(status.mps_nsrequest);
	assert_true(status.mps_pdrequest);
	EXPECT(world_send_id(carol, name, COPY_SEND, 4), 0);
	EXPECT(world_send_id(carol, once, MOVE_SEND_ONCE, 5), 0);
	for (mach_msg_id_t id = 1; id <= 5; id++)
		world_expect_id(bob, moved, id);
}

TEST(what_is_reset_when_a_port_moves)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t set = world_set(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	mach_port_status_t status;

	EXPECT(ipc_mach_port_insert_member(alice, port, set), KERN_SUCCESS);
	EXPECT(world_send_empty(carol, name), MACH_MSG_SUCCESS);
	world_expect_id(alice, port, 0);
	assert_int_equal(world_status(alice, port).mps_seqno, 1);
	assert_int_equal(world_status(alice, port).mps_mscount, 1);
	assert_int_equal(world_status(alice, port).mps_pset, 1);
	status = world_status(bob, world_give(alice, port, MOVE_RECEIVE, bob));
	assert_int_equal(status.mps_seqno, 0);
	assert_int_equal(status.mps_mscount, 0);
	assert_int_equal(status.mps_pset, 0);
}

TEST(moving_a_right_to_oneself_resets_it_too)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	port = world_give(alice, port, MOVE_RECEIVE, alice);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_status(alice, port).mps_mscount, 0);
}

TEST(blocked_receivers_are_told_when_the_right_moves)
{
	mach_port_name_t port = world_port(alice);
	struct thread *first = world_thread(alice);
	struct thread *second = world_thread(alice);

	EXPECT(thread_receive(first, port, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	EXPECT(thread_receive(second, port, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	(void)world_give(alice, port, MOVE_RECEIVE, bob);
	assert_int_equal(thread_got(first).code, MACH_RCV_PORT_CHANGED);
	assert_int_equal(thread_got(second).code, MACH_RCV_PORT_CHANGED);
	assert_int_equal(first->woken, 1);
}

TEST(a_blocked_sender_stays_blocked_when_the_right_moves)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	struct thread *sender = world_thread(carol);
	mach_port_name_t moved;
	struct message message;

	world_set_qlimit(alice, port, 1);
	EXPECT(world_send_id(carol, name, COPY_SEND, 1), MACH_MSG_SUCCESS);
	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = 2;
	EXPECT(thread_send(sender, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	assert_true(thread_blocked(sender));
	world_expect_id(bob, moved, 1);
	assert_int_equal(thread_got(sender).code, MACH_MSG_SUCCESS);
	world_expect_id(bob, moved, 2);
}

TEST(a_port_in_transit_is_alive_and_takes_messages)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t moved;

	EXPECT(send_receive_right(alice, to, COPY_SEND, port), 0);
	assert_int_equal(world_type(carol, name), MACH_PORT_TYPE_SEND);
	EXPECT(world_send_id(carol, name, COPY_SEND, 9), MACH_MSG_SUCCESS);
	moved = receive_right(bob, inbox);
	world_expect_id(bob, moved, 9);
}

/* Destroying: ports.md 7.2. */

TEST(scenario_2_destroying_the_receive_right_leaves_a_dead_name)
{
	mach_port_name_t port = world_port(alice);

	world_make_send(alice, port);
	world_make_send(alice, port);
	world_drop_receive(alice, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(alice, port, DEAD_NAME), 2);
	assert_int_equal(world_refs(alice, port, SEND), 0);
	EXPECT(
	    ipc_mach_port_mod_refs(alice, port, SEND, -1), KERN_INVALID_RIGHT);
	EXPECT(
	    ipc_mach_port_mod_refs(alice, port, DEAD_NAME, -2), KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(alice, port, DEAD_NAME, -1),
	    KERN_INVALID_NAME);
}

TEST(all_rights_of_a_port_that_dies_become_dead_names)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t send = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t once = world_give(alice, port, MAKE_SEND_ONCE, carol);

	EXPECT(ipc_mach_port_mod_refs(bob, send, SEND, 2), KERN_SUCCESS);
	world_drop_receive(alice, port);
	assert_false(world_has(alice, port));
	assert_int_equal(world_type(bob, send), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(bob, send, DEAD_NAME), 3);
	assert_int_equal(world_type(carol, once), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_refs(carol, once, DEAD_NAME), 1);
}

TEST(a_dead_name_is_not_the_name_of_a_new_port)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	world_drop_receive(alice, port);
	for (int i = 0; i < 100; i++)
		assert_int_not_equal(world_port(bob), name);
}

TEST(blocked_receivers_are_told_when_the_port_dies)
{
	mach_port_name_t port = world_port(alice);
	struct thread *thread = world_thread(alice);

	EXPECT(thread_receive(thread, port, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	world_drop_receive(alice, port);
	assert_int_equal(thread_got(thread).code, MACH_RCV_PORT_CHANGED);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_NONE);
}

TEST(blocked_senders_succeed_when_the_port_dies)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t reply = world_port(bob);
	struct thread *sender = world_thread(bob);
	struct message message;

	world_set_qlimit(alice, port, 0);
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(thread_send(sender, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	world_drop_receive(alice, port);
	assert_int_equal(thread_got(sender).code, MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(sender).outcome, IPC_OUTCOME_NONE);
	world_expect_notice(bob, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(queued_messages_die_front_to_back_with_the_port)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t notify = world_port(bob);
	mach_port_name_t carried[3];

	for (int i = 0; i < 3; i++) {
		carried[i] = world_port(bob);
		world_make_send(bob, carried[i]);
		(void)world_request(
		    bob, carried[i], MACH_NOTIFY_DEAD_NAME, 0, notify);
		EXPECT(send_receive_right(bob, name, COPY_SEND, carried[i]), 0);
	}
	world_drop_receive(alice, port);
	for (int i = 0; i < 3; i++)
		world_expect_notice(
		    bob, notify, MACH_NOTIFY_DEAD_NAME, carried[i]);
	world_expect_empty(bob, notify);
}

TEST(the_order_of_what_a_dying_port_causes)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t all = world_port(bob);
	mach_port_name_t once = world_give(bob, all, MAKE_SEND_ONCE, alice);
	mach_port_name_t previous;
	struct message message;

	/* 5. a queued message; 6. no-senders; 7. dead name: all to one port. */
	(void)world_request(bob, name, MACH_NOTIFY_DEAD_NAME, 0, all);
	EXPECT(ipc_mach_port_request_notification(alice, port,
	           MACH_NOTIFY_NO_SENDERS, 0, alice, once, MOVE_SEND_ONCE,
	           &previous),
	    KERN_SUCCESS);
	message_init(&message, name, COPY_SEND, all, MAKE_SEND_ONCE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	world_drop_receive(alice, port);
	world_expect_notice(bob, all, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(bob, all, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_notice(bob, all, MACH_NOTIFY_DEAD_NAME, name);
	world_expect_empty(bob, all);
}

TEST(messages_that_a_dead_task_sent_stay)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t right = world_port(bob);
	mach_port_name_t got;

	EXPECT(send_receive_right(bob, name, COPY_SEND, right), 0);
	world_kill(&bob);
	got = receive_right(alice, port);
	assert_int_equal(world_type(alice, got), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_message_of_many_receive_rights_dies_whole)
{
	enum { COUNT = 2000 };
	static mach_port_name_t ports[COUNT];
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to = world_give(bob, inbox, MAKE_SEND, alice);
	struct message message;

	for (int i = 0; i < COUNT; i++) {
		ports[i] = world_port(alice);
		(void)world_give(alice, ports[i], MAKE_SEND, carol);
	}
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_ports(&message, ports, COUNT, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_drop_receive(bob, inbox);
	for (mach_port_name_t from = 0;;) {
		mach_port_name_t name;

		if (!ipc_space_next(carol, &from, &name))
			break;
		assert_non_null(ipc_space_find(carol, name));
	}
	assert_int_equal(carol->used, COUNT);
	assert_int_equal(world_type(carol, 0x103), MACH_PORT_TYPE_DEAD_NAME);
}

/* A task's death: ports.md 7.3. */

TEST(a_dying_task_is_not_told_of_its_own_ports)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t notify = world_port(alice);

	world_make_send(alice, port);
	(void)world_request(alice, port, MACH_NOTIFY_DEAD_NAME, 0, notify);
	(void)world_request(alice, port, MACH_NOTIFY_NO_SENDERS, 0, notify);
	(void)world_give(alice, port, MAKE_SEND_ONCE, alice);
	world_kill(&alice);
}

TEST(other_tasks_are_told_when_a_task_dies)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t notify = world_port(bob);
	mach_port_name_t served = world_port(bob);

	(void)world_request(bob, name, MACH_NOTIFY_DEAD_NAME, 0, notify);
	(void)world_give(bob, served, MAKE_SEND, alice);
	(void)world_request(bob, served, MACH_NOTIFY_NO_SENDERS, 0, notify);
	(void)world_give(bob, served, MAKE_SEND_ONCE, alice);
	world_kill(&alice);
	/* Receive rights go first. */
	world_expect_notice(bob, notify, MACH_NOTIFY_DEAD_NAME, name);
	world_expect_notice(bob, notify, MACH_NOTIFY_NO_SENDERS, 1);
	world_expect_empty(bob, notify);
	world_expect_notice(bob, served, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(the_ports_of_a_dead_task_are_rescued_by_port_destroyed)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, carol);
	mach_port_name_t backup = world_port(bob);
	mach_port_name_t once = world_give(bob, backup, MAKE_SEND_ONCE, alice);
	mach_port_name_t previous;

	EXPECT(ipc_mach_port_request_notification(alice, port,
	           MACH_NOTIFY_PORT_DESTROYED, 0, alice, once, MOVE_SEND_ONCE,
	           &previous),
	    KERN_SUCCESS);
	EXPECT(world_send_id(carol, name, COPY_SEND, 7), MACH_MSG_SUCCESS);
	world_kill(&alice);
	port = world_expect_destroyed(bob, backup);
	world_expect_id(bob, port, 7);
	EXPECT(world_send_id(carol, name, COPY_SEND, 8), MACH_MSG_SUCCESS);
	world_expect_id(bob, port, 8);
}

TEST(requests_of_a_dead_task_become_port_deleted_for_others)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	mach_port_name_t notify = world_port(carol);
	mach_port_name_t once = world_give(carol, notify, MAKE_SEND_ONCE, bob);
	mach_port_name_t previous;

	EXPECT(
	    ipc_mach_port_request_notification(bob, name, MACH_NOTIFY_DEAD_NAME,
	        0, bob, once, MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	world_kill(&bob);
	world_expect_notice(carol, notify, MACH_NOTIFY_PORT_DELETED, name);
	world_drop_receive(alice, port);
	world_expect_empty(carol, notify);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_new_port_is_as_section_1_says),
	    CASE(what_travels_with_a_port_that_moves),
	    CASE(what_is_reset_when_a_port_moves),
	    CASE(moving_a_right_to_oneself_resets_it_too),
	    CASE(blocked_receivers_are_told_when_the_right_moves),
	    CASE(a_blocked_sender_stays_blocked_when_the_right_moves),
	    CASE(a_port_in_transit_is_alive_and_takes_messages),
	    CASE(scenario_2_destroying_the_receive_right_leaves_a_dead_name),
	    CASE(all_rights_of_a_port_that_dies_become_dead_names),
	    CASE(a_dead_name_is_not_the_name_of_a_new_port),
	    CASE(blocked_receivers_are_told_when_the_port_dies),
	    CASE(blocked_senders_succeed_when_the_port_dies),
	    CASE(queued_messages_die_front_to_back_with_the_port),
	    CASE(the_order_of_what_a_dying_port_causes),
	    CASE(messages_that_a_dead_task_sent_stay),
	    CASE(a_message_of_many_receive_rights_dies_whole),
	    CASE(a_dying_task_is_not_told_of_its_own_ports),
	    CASE(other_tasks_are_told_when_a_task_dies),
	    CASE(the_ports_of_a_dead_task_are_rescued_by_port_destroyed),
	    CASE(requests_of_a_dead_task_become_port_deleted_for_others),
	};

	return RUN("ipc_port", tests);
}
