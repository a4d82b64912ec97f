/* Receive rights in messages to ports whose receive rights are in messages. */
#include <pthread.h>

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

/* Circularity: messages.md 9.5. */

TEST(a_receive_right_sent_to_itself_dies)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	EXPECT(send_receive_right(alice, port, MAKE_SEND, port), 0);
	assert_false(world_has(alice, port));
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_cycle_of_two_ports_dies_and_its_parties_are_told)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t one = world_give(alice, first, MAKE_SEND, bob);
	mach_port_name_t two = world_give(alice, second, MAKE_SEND, bob);
	mach_port_name_t notify = world_port(bob);
	mach_port_name_t back;

	(void)world_request(bob, one, MACH_NOTIFY_DEAD_NAME, 0, notify);
	(void)world_request(bob, two, MACH_NOTIFY_DEAD_NAME, 0, notify);
	EXPECT(send_receive_right(alice, second, MAKE_SEND, first), 0);
	back = world_give(bob, one, COPY_SEND, alice);
	EXPECT(send_receive_right(alice, back, COPY_SEND, second), 0);
	assert_int_equal(world_type(alice, back), MACH_PORT_TYPE_DEAD_NAME);
	/* The second dies, and before it tells, the first in its queue. */
	world_expect_notice(bob, notify, MACH_NOTIFY_DEAD_NAME, one);
	world_expect_notice(bob, notify, MACH_NOTIFY_DEAD_NAME, two);
	world_expect_empty(bob, notify);
}

TEST(a_long_cycle_is_noticed_at_its_last_link)
{
	enum { COUNT = 50 };
	mach_port_name_t ports[COUNT];
	mach_port_name_t first;

	for (int i = 0; i < COUNT; i++)
		ports[i] = world_port(alice);
	first = world_give(alice, ports[0], MAKE_SEND, bob);
	for (int i = 0; i + 1 < COUNT; i++)
		EXPECT(send_receive_right(
		           alice, ports[i + 1], MAKE_SEND, ports[i]),
		    0);
	assert_int_equal(world_type(bob, first), MACH_PORT_TYPE_SEND);
	first = world_give(bob, first, COPY_SEND, alice);
	EXPECT(
	    send_receive_right(alice, first, COPY_SEND, ports[COUNT - 1]), 0);
	assert_int_equal(world_type(alice, first), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(alice->used, 1);
}

TEST(a_chain_that_is_no_cycle_is_delivered)
{
	mach_port_name_t outer = world_port(alice);
	mach_port_name_t inner = world_port(alice);
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to = world_give(bob, inbox, MAKE_SEND, alice);

	EXPECT(send_receive_right(alice, outer, MAKE_SEND, inner), 0);
	EXPECT(send_receive_right(alice, to, COPY_SEND, outer), 0);
	outer = receive_right(bob, inbox);
	inner = receive_right(bob, outer);
	assert_int_equal(world_type(bob, inner), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_message_to_a_port_that_it_carries_dies_whole)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t second = world_port(alice);
	mach_port_name_t to_first = world_give(alice, first, MAKE_SEND, bob);
	mach_port_name_t pair[2] = {first, second};
	struct message message;

	message_init(&message, first, MAKE_SEND, MACH_PORT_NULL, 0);
	message_add_ports(&message, pair, 2, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(alice->used, 0);
	assert_int_equal(world_type(bob, to_first), MACH_PORT_TYPE_DEAD_NAME);
}

/*
 * Chains of ports in messages are destroyed in constant stack. Following each
 * port's way out, ipc_check() takes quadratic time for these: as long as a long
 * chain exists, nothing here calls it.
 */

enum { CHAIN = 100000 };

/* A port whose queue holds a message with a port whose queue ... @port last. */
static mach_port_name_t
make_chain(mach_port_name_t port, int length)
{
	struct message message;
	mach_port_name_t next;

	for (int i = 1; i < length; i++) {
		assert_int_equal(
		    ipc_mach_port_allocate(alice, RECEIVE, &next), 0);
		message_init(&message, next, MAKE_SEND, MACH_PORT_NULL, 0);
		message_add_port(&message, port, MOVE_RECEIVE);
		assert_int_equal(world_send_unchecked(alice, &message), 0);
		port = next;
	}
	return port;
}

static void *
drop_chain(void *argument)
{
	const mach_port_name_t *port = argument;

	(void)ipc_mach_port_mod_refs(alice, *port, RECEIVE, -1);
	return NULL;
}

static void *
kill_alice(void *argument)
{
	(void)argument;
	world_kill(&alice);
	return NULL;
}

static void *
send_unchecked(void *argument)
{
	(void)world_send_unchecked(alice, argument);
	return NULL;
}

/* On a stack that 100,000 nested calls could not share. */
static void
run_on_small_stack(void *(*run)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	assert_int_equal(pthread_attr_init(&attributes), 0);
	assert_int_equal(pthread_attr_setstacksize(&attributes, 1 << 18), 0);
	assert_int_equal(
	    pthread_create(&thread, &attributes, run, argument), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(pthread_attr_destroy(&attributes), 0);
	ipc_check();
}

TEST(a_chain_of_ports_is_a_world_like_any_other)
{
	mach_port_name_t last = world_port(alice);
	mach_port_name_t name = world_give(alice, last, MAKE_SEND, bob);
	mach_port_name_t chain = make_chain(last, 1000);

	ipc_check();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND);
	world_drop_receive(alice, chain);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

/* A receive right for the innermost of @length ports, whose name is alice's. */
static mach_msg_return_t
send_into_chain(int length, mach_port_name_t carried)
{
	mach_port_name_t last = world_port(alice);

	world_make_send(alice, last);
	(void)make_chain(last, length);
	return send_receive_right(alice, last, COPY_SEND, carried);
}

TEST(a_receive_right_may_travel_deep_into_a_chain)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	EXPECT(send_into_chain(IPC_CHAIN_MAX / 2, port), MACH_MSG_SUCCESS);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND);
}

/* The walk of messages.md 9.5 has a bound, so that no send takes for ever. */
TEST(a_receive_right_cannot_travel_deeper_than_the_bound)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);

	EXPECT(send_into_chain(IPC_CHAIN_MAX * 2, port), MACH_MSG_IPC_KERNEL);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_chain_of_100000_ports_is_destroyed_in_constant_stack)
{
	mach_port_name_t last = world_port(alice);
	mach_port_name_t name = world_give(alice, last, MAKE_SEND, bob);
	mach_port_name_t chain = make_chain(last, CHAIN);

	run_on_small_stack(drop_chain, &chain);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(alice->used, 0);
}

TEST(a_chain_of_100000_ports_is_destroyed_with_its_task)
{
	mach_port_name_t last = world_port(alice);
	mach_port_name_t name = world_give(alice, last, MAKE_SEND, bob);

	(void)make_chain(last, CHAIN);
	run_on_small_stack(kill_alice, NULL);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_chain_of_100000_ports_that_would_become_a_cycle_is_destroyed)
{
	mach_port_name_t last = world_port(alice);
	mach_port_name_t name;
	mach_port_name_t chain;
	struct message message;

	world_make_send(alice, last);
	name = last; /* still alice's when the receive right has gone */
	chain = make_chain(last, CHAIN);
	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, chain, MOVE_RECEIVE);
	run_on_small_stack(send_unchecked, &message);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(alice->used, 1);
}

TEST(a_port_that_dies_with_its_backup_port_dies_whole)
{
	mach_port_name_t inbox = world_port(bob);
	mach_port_name_t to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	mach_port_name_t backup = world_port(alice);
	mach_port_name_t port = world_port(alice);
	mach_port_name_t seen = world_give(alice, port, MAKE_SEND, carol);
	struct message message;

	/* The message fails when it has both, which then die one by one. */
	(void)world_request(alice, port, MACH_NOTIFY_PORT_DESTROYED, 0, backup);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	message_add_port(&message, backup, MOVE_RECEIVE);
	message_add_port(&message, world_absent(alice), COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
	assert_int_equal(world_type(carol, seen), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(alice->used, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_receive_right_sent_to_itself_dies),
	    CASE(a_cycle_of_two_ports_dies_and_its_parties_are_told),
	    CASE(a_long_cycle_is_noticed_at_its_last_link),
	    CASE(a_chain_that_is_no_cycle_is_delivered),
	    CASE(a_message_to_a_port_that_it_carries_dies_whole),
	    CASE(a_chain_of_ports_is_a_world_like_any_other),
	    CASE(a_receive_right_may_travel_deep_into_a_chain),
	    CASE(a_receive_right_cannot_travel_deeper_than_the_bound),
	    CASE(a_chain_of_100000_ports_is_destroyed_in_constant_stack),
	    CASE(a_chain_of_100000_ports_is_destroyed_with_its_task),
	    CASE(
	        a_chain_of_100000_ports_that_would_become_a_cycle_is_destroyed),
	    CASE(a_port_that_dies_with_its_backup_port_dies_whole),
	};

	return RUN("ipc_port_chain", tests);
}
