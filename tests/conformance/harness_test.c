/* What the scenarios rely on themselves; see scenario.h. */
#include <string.h>

#include "scenario.h"

static void
a_right_is_given_to_a_peer(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_port();
	mach_port_name_t there;

	there = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	CHECK(MACH_PORT_VALID(there));
	drop_receive(port);
}

struct message_to {
	mach_port_t port;
	mach_msg_id_t id;
};

static void
send_there(void *argument)
{
	struct message_to *to = argument;

	EXPECT(send_id(to->port, MACH_MSG_TYPE_COPY_SEND, to->id, 0, 0),
	    MACH_MSG_SUCCESS);
	to->id++;
}

static void
a_peer_sends_what_it_is_told(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_port();
	struct message_to to = {.id = 5};

	to.port = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	peer_run(peer, send_there, &to, sizeof(to));
	CHECK_EQUAL(to.id, 6);
	expect_id(port, 5);
	expect_empty(port);
	drop_receive(port);
}

static void
receive_there(void *argument)
{
	mach_port_t *port = argument;
	struct received message;

	EXPECT(receive(*port, 0, &message), MACH_MSG_SUCCESS);
	*port = (mach_port_t)message.header.msgh_id;
}

static void
a_peer_that_is_blocked_gets_the_message(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_send_port();
	mach_port_t there = peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);

	peer_start(peer, receive_there, &there, sizeof(there));
	peer_until_blocked(peer);
	EXPECT(
	    send_id(port, MACH_MSG_TYPE_MOVE_SEND, 7, 0, 0), MACH_MSG_SUCCESS);
	peer_join(peer);
	CHECK_EQUAL(there, 7);
}

static void
a_peer_that_is_killed_takes_its_ports_along(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_send_port();
	mach_port_t there = peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);

	peer_start(peer, receive_there, &there, sizeof(there));
	peer_until_blocked(peer);
	peer_kill(peer);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(peer_task(peer)), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
}

static void
a_worker_that_is_blocked_gets_the_message(void)
{
	mach_port_t port = new_send_port();
	mach_port_t there = port;
	struct worker *worker = worker_start(receive_there, &there);

	worker_until_blocked(worker);
	EXPECT(
	    send_id(port, MACH_MSG_TYPE_MOVE_SEND, 8, 0, 0), MACH_MSG_SUCCESS);
	worker_join(worker);
	CHECK_EQUAL(there, 8);
	drop_receive(port);
}

/* A port whose queue is full. */
static void
send_and_wait(void *argument)
{
	struct message_to *to = argument;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = to->port,
	    .msgh_id = to->id,
	};

	EXPECT(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
}

static void
a_worker_that_waits_for_room_is_blocked(void)
{
	mach_port_t port = new_send_port();
	struct message_to to = {port, 2};
	struct worker *worker;

	set_qlimit(port, 1);
	EXPECT(
	    send_id(port, MACH_MSG_TYPE_COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	worker = worker_start(send_and_wait, &to);
	worker_until_blocked(worker);
	expect_id(port, 1);
	worker_join(worker);
	expect_id(port, 2);
	drop(port);
	drop_receive(port);
}

static void
names_that_are_left_are_given_back_first(void)
{
	mach_port_t port = new_send_port();

	CHECK_EQUAL(type_of(absent_name()), 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static void
two_peers_know_each_other(void)
{
	struct peer *first = peer_new();
	struct peer *second = peer_new();
	mach_port_t port = new_port();
	struct message_to to = {.id = 9};

	to.port = peer_give(first, port, MACH_MSG_TYPE_MAKE_SEND);
	peer_run(first, send_there, &to, sizeof(to));
	to.port = peer_give(second, port, MACH_MSG_TYPE_MAKE_SEND);
	peer_run(second, send_there, &to, sizeof(to));
	expect_id(port, 9);
	expect_id(port, 10);
	CHECK(peer_task(first) != peer_task(second));
	drop_receive(port);
}

/* A name as no kernel gives. */
#define CHOSEN_NAME ((mach_port_name_t)5)

static void
choose_a_name(void *argument)
{
	const kern_return_t *expected = argument;
	mach_port_name_t name = CHOSEN_NAME;

	EXPECT(mach_port_allocate_name(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, name),
	    *expected);
	if (*expected == KERN_SUCCESS)
		drop_receive(name);
}

static void
a_task_is_in_mach_3_mode_if_it_says_so(void)
{
	kern_return_t expected = KERN_SUCCESS;

	choose_a_name(&expected);
	peer_run(peer_new(), choose_a_name, &expected, sizeof(expected));
}

static void
no_other_task_is_in_mach_3_mode(void)
{
	kern_return_t expected = KERN_INVALID_VALUE;

	choose_a_name(&expected);
	peer_run(peer_new(), choose_a_name, &expected, sizeof(expected));
}

/* They are of no clause: what is tested is the suite. */
static const struct scenario scenarios[] = {
    SCENARIO("", a_right_is_given_to_a_peer),
    SCENARIO("", a_peer_sends_what_it_is_told),
    SCENARIO("", a_peer_that_is_blocked_gets_the_message),
    SCENARIO("", a_peer_that_is_killed_takes_its_ports_along),
    SCENARIO("", a_worker_that_is_blocked_gets_the_message),
    SCENARIO("", a_worker_that_waits_for_room_is_blocked),
    SCENARIO("", names_that_are_left_are_given_back_first),
    SCENARIO_WITH(SCENARIO_MACH3, "", a_task_is_in_mach_3_mode_if_it_says_so),
    SCENARIO("", no_other_task_is_in_mach_3_mode),
    SCENARIO("", two_peers_know_each_other),
};
CONFORMANCE(scenarios)
