/* How rights came to their tasks. */
#include "ipc_origin.h"

#include "ipc_entry.h"
#include "world.h"

#define STEP (UINT64_C(1) << IPC_ORIGIN_STEP_BITS)

static mach_port_name_t inbox; /* bob's */
static mach_port_name_t to;    /* alice's send right for it */

static void
connect_them(void)
{
	inbox = world_port(bob);
	to = world_give(bob, inbox, MAKE_SEND, alice);
}

/* The right @name came so, from @from or nobody, at this time. */
static void
expect_origin(struct ipc_space *task, mach_port_name_t name,
    enum ipc_origin_how how, const struct ipc_space *from)
{
	const struct ipc_origin origin = ipc_space_find(task, name)->origin;

	assert_int_equal(origin.how, how);
	assert_int_equal(origin.task, from ? from->id.number : 0);
	assert_int_equal(ipc_origin_pid(&origin),
	    from ? ipc_identity_pid(from->identity) : 0);
	assert_int_equal(ipc_origin_ns(&origin), ipc_world.now_ns);
}

static struct got
send_port(mach_port_name_t name, mach_msg_type_name_t disposition,
    mach_port_name_t reply, mach_msg_type_name_t reply_disposition)
{
	struct message message;

	message_init(&message, to, COPY_SEND, reply, reply_disposition);
	message_header(&message)->msgh_id = 4711;
	if (name != MACH_PORT_NULL)
		message_add_port(&message, name, disposition);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	return world_receive(bob, inbox);
}

TEST(what_a_task_made_is_its_own)
{
	mach_port_name_t port;

	ipc_world.now_ns = 3 * STEP;
	port = world_port(alice);
	expect_origin(alice, port, IPC_ORIGIN_MADE, NULL);
	expect_origin(alice, world_set(alice), IPC_ORIGIN_MADE, NULL);
	expect_origin(alice, world_dead_name(alice), IPC_ORIGIN_MADE, NULL);
	expect_origin(alice, world_give(alice, port, MAKE_SEND_ONCE, alice),
	    IPC_ORIGIN_MADE, NULL);
}

TEST(a_right_in_a_message_is_its_senders)
{
	struct got got;

	connect_them();
	ipc_world.now_ns = 7 * STEP;
	got = send_port(world_port(alice), MAKE_SEND, MACH_PORT_NULL, 0);
	expect_origin(bob, got_port(&got, 0).name, IPC_ORIGIN_MESSAGE, alice);
	assert_int_equal(
	    ipc_space_find(bob, got_port(&got, 0).name)->origin.msgh_id, 4711);
}

TEST(a_reply_right_is_one)
{
	struct got got;

	connect_them();
	got = send_port(MACH_PORT_NULL, 0, world_port(alice), MAKE_SEND_ONCE);
	expect_origin(
	    bob, got.header.msgh_remote_port, IPC_ORIGIN_REPLY, alice);
	assert_int_equal(
	    ipc_space_find(bob, got.header.msgh_remote_port)->origin.msgh_id,
	    4711);
}

TEST(further_references_change_nothing)
{
	mach_port_name_t name;
	mach_port_name_t port;
	struct got got;

	connect_them();
	port = world_port(alice);
	got = send_port(port, MAKE_SEND, MACH_PORT_NULL, 0);
	name = got_port(&got, 0).name;
	ipc_world.now_ns = 9 * STEP;
	(void)send_port(port, MAKE_SEND, MACH_PORT_NULL, 0);
	ipc_world.now_ns = 0;
	expect_origin(bob, name, IPC_ORIGIN_MESSAGE, alice);
}

TEST(a_receive_right_that_comes_counts_for_more_than_a_send_right)
{
	mach_port_name_t port;
	struct got got;

	connect_them();
	port = world_port(alice);
	(void)send_port(port, MAKE_SEND, MACH_PORT_NULL, 0);
	ipc_world.now_ns = 9 * STEP;
	got = send_port(port, MOVE_RECEIVE, MACH_PORT_NULL, 0);
	expect_origin(bob, got_port(&got, 0).name, IPC_ORIGIN_MESSAGE, alice);
}

TEST(a_right_of_a_task_port_is_the_other_tasks)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t taken = world_give(alice, port, MAKE_SEND_ONCE, bob);

	expect_origin(bob, taken, IPC_ORIGIN_TASK, alice);
	EXPECT(
	    ipc_mach_port_insert_right(carol, 0x1003, alice, port, MAKE_SEND),
	    KERN_SUCCESS);
	expect_origin(carol, 0x1003, IPC_ORIGIN_TASK, alice);
}

TEST(a_right_in_a_notification_is_one)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_name_t port = world_port(alice);

	(void)world_request(alice, port, MACH_NOTIFY_PORT_DESTROYED, 0, notify);
	EXPECT(ipc_mach_port_destroy(alice, port), KERN_SUCCESS);
	port = world_expect_destroyed(alice, notify);
	expect_origin(alice, port, IPC_ORIGIN_NOTICE, NULL);
	assert_int_equal(ipc_space_find(alice, port)->origin.msgh_id,
	    MACH_NOTIFY_PORT_DESTROYED);
}

TEST(a_right_that_came_back_is_ones_own_message)
{
	mach_port_name_t port;
	struct message message;
	struct got got;

	connect_them();
	port = world_port(alice);
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_SEND_TIMED_OUT);
	got = world_sent(alice);
	expect_origin(alice, got_port(&got, 0).name, IPC_ORIGIN_MESSAGE, alice);
}

TEST(a_name_that_is_changed_keeps_its_origin)
{
	mach_port_name_t taken =
	    world_give(alice, world_port(alice), MAKE_SEND_ONCE, bob);

	EXPECT(ipc_mach_port_rename(bob, taken, 0x1003), KERN_SUCCESS);
	expect_origin(bob, 0x1003, IPC_ORIGIN_TASK, alice);
}

TEST(a_dead_name_keeps_the_origin_of_the_right_that_it_was)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t taken = world_give(alice, port, MAKE_SEND, bob);

	world_drop_receive(alice, port);
	expect_origin(bob, taken, IPC_ORIGIN_TASK, alice);
}

TEST(the_time_of_an_origin_is_told_to_a_millisecond)
{
	uint64_t now = 123456789012345678;
	struct ipc_origin origin;

	ipc_world.now_ns = now;
	origin = ipc_origin_new(IPC_ORIGIN_MADE, NULL);
	assert_in_range(ipc_origin_ns(&origin), now - STEP, now);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(what_a_task_made_is_its_own),
	    CASE(a_right_in_a_message_is_its_senders),
	    CASE(a_reply_right_is_one),
	    CASE(further_references_change_nothing),
	    CASE(a_receive_right_that_comes_counts_for_more_than_a_send_right),
	    CASE(a_right_of_a_task_port_is_the_other_tasks),
	    CASE(a_right_in_a_notification_is_one),
	    CASE(a_right_that_came_back_is_ones_own_message),
	    CASE(a_name_that_is_changed_keeps_its_origin),
	    CASE(a_dead_name_keeps_the_origin_of_the_right_that_it_was),
	    CASE(the_time_of_an_origin_is_told_to_a_millisecond),
	};

	return RUN("ipc_origin", tests);
}
