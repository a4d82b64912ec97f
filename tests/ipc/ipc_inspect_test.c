/* What is counted and noted for those who look. */
#include "ipc_inspect.h"

#include "ipc_account.h"
#include "ipc_port.h"
#include "world.h"

static mach_port_name_t inbox; /* bob's */
static mach_port_name_t to;    /* alice's send right for it */

static void
connect_them(void)
{
	inbox = world_port(bob);
	to = world_give(bob, inbox, MAKE_SEND, alice);
}

TEST(a_message_that_waits_is_its_senders)
{
	connect_them();
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	assert_int_equal(alice->account->queued, 1);
	assert_int_equal(alice->account->queued_bytes,
	    alice->account->used.bytes - alice->table_bytes);
	(void)world_receive(bob, inbox);
	assert_int_equal(alice->account->queued, 0);
	assert_int_equal(alice->account->queued_bytes, 0);
}

TEST(a_message_that_dies_in_a_queue_waits_no_more)
{
	connect_them();
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	world_drop_receive(bob, inbox);
	assert_int_equal(alice->account->queued, 0);
}

TEST(a_message_for_which_somebody_waits_is_in_no_queue)
{
	struct thread *thread = world_thread(bob);

	connect_them();
	EXPECT(thread_receive(thread, inbox, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	assert_int_equal(alice->account->queued, 0);
	assert_int_equal(world_lookup(bob, inbox)->enqueued, 1);
	assert_int_equal(bob->received, 1);
}

TEST(a_message_that_came_back_was_not_sent)
{
	connect_them();
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, to), MACH_SEND_TIMED_OUT);
	assert_int_equal(alice->sent, 1);
	assert_int_equal(alice->sent_bytes, sizeof(mach_msg_header_t));
	assert_int_equal(world_lookup(bob, inbox)->enqueued, 1);
}

TEST(a_notification_is_nobodys_message)
{
	mach_port_name_t notify = world_port(alice);

	connect_them();
	(void)world_request(alice, to, MACH_NOTIFY_DEAD_NAME, 0, notify);
	world_drop_receive(bob, inbox);
	assert_int_equal(alice->account->queued, 0);
	world_expect_notice(alice, notify, MACH_NOTIFY_DEAD_NAME, to);
}

TEST(the_oldest_message_is_the_first)
{
	connect_them();
	assert_int_equal(ipc_inspect_oldest_ns(world_lookup(bob, inbox)), 0);
	ipc_world.now_ns = 5;
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	ipc_world.now_ns = 6;
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	assert_int_equal(ipc_inspect_oldest_ns(world_lookup(bob, inbox)), 5);
	(void)world_receive(bob, inbox);
	assert_int_equal(ipc_inspect_oldest_ns(world_lookup(bob, inbox)), 6);
}

TEST(what_is_sent_to_a_port_that_travels_ends_where_that_goes)
{
	mach_port_name_t port = world_port(alice);
	struct ipc_port *travels = world_lookup(alice, port);
	struct message message;

	connect_them();
	world_make_send(alice, port);
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	assert_ptr_equal(ipc_inspect_end(travels), travels);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_ptr_equal(ipc_inspect_end(travels), world_lookup(bob, inbox));
}

TEST(what_is_sent_to_a_port_that_is_nowhere_yet_ends_there)
{
	struct ipc_port *port = ipc_port_new();

	assert_ptr_equal(ipc_inspect_end(port), port);
	ipc_port_destroy(port);
}

/* Each port of a chain travels to the next; no link is made that knows of two others, so
 * nothing limits how long it is. */
TEST(a_way_that_is_too_long_is_not_gone_to_its_end)
{
	enum { LINKS = 3 * IPC_CHAIN_MAX };
	mach_port_name_t carried = world_port(alice);
	struct ipc_port *first = world_lookup(alice, carried);
	const struct ipc_port *at = first;
	const struct ipc_port *end;
	unsigned steps = 0;

	world_make_send(alice, carried);
	for (unsigned i = 0; i < LINKS; i++) {
		mach_port_name_t next = world_port(alice);
		struct message message;

		message_init(&message, next, MAKE_SEND, MACH_PORT_NULL, 0);
		message_add_port(&message, carried, MOVE_RECEIVE);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
		carried = next;
	}
	end = ipc_inspect_end(first);
	for (; at != end; at = at->destination)
		steps++;
	assert_int_equal(steps, IPC_CHAIN_MAX);
	assert_int_equal(end->place, IPC_PORT_PLACE_TRANSIT);
	assert_non_null(end->destination);
}

TEST(a_walk_below_a_name_ends_before_it)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t from = 0;
	mach_port_name_t name;

	assert_non_null(ipc_space_next_below(alice, second, &from, &name));
	assert_int_equal(name, first);
	assert_null(ipc_space_next_below(alice, second, &from, &name));
	assert_int_equal(from, second);
	assert_non_null(
	    ipc_space_next_below(alice, MACH_PORT_DEAD, &from, &name));
	assert_int_equal(name, second);
}

TEST(a_walk_beyond_the_table_goes_on_in_the_tree)
{
	const mach_port_name_t far = 0xfffffff0;
	mach_port_name_t from = 0x100000;
	mach_port_name_t name;

	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, far), KERN_SUCCESS);
	assert_null(ipc_space_next_below(alice, 0x200000, &from, &name));
	assert_int_equal(from, far);
	assert_non_null(
	    ipc_space_next_below(alice, MACH_PORT_DEAD, &from, &name));
	assert_null(ipc_space_next_below(alice, MACH_PORT_DEAD, &from, &name));
	assert_int_equal(from, MACH_PORT_DEAD);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_message_that_waits_is_its_senders),
	    CASE(a_message_that_dies_in_a_queue_waits_no_more),
	    CASE(a_message_for_which_somebody_waits_is_in_no_queue),
	    CASE(a_message_that_came_back_was_not_sent),
	    CASE(a_notification_is_nobodys_message),
	    CASE(the_oldest_message_is_the_first),
	    CASE(what_is_sent_to_a_port_that_travels_ends_where_that_goes),
	    CASE(what_is_sent_to_a_port_that_is_nowhere_yet_ends_there),
	    CASE(a_way_that_is_too_long_is_not_gone_to_its_end),
	    CASE(a_walk_below_a_name_ends_before_it),
	    CASE(a_walk_beyond_the_table_goes_on_in_the_tree),
	};

	return RUN("ipc_inspect", tests);
}
