/*
 * Send-once notifications: a send-once right always leads to one message.
 * Source: spec/notifications.md 10
 */
#include "notices.h"

#include <mach/mach2.h>
#include <mach/task.h>

#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/* Its rights have all gone: @count of them told so, and nothing else is there.
 */
static void
expect_unused(mach_port_t port, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(port);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
}

static void
a_right_that_is_released_tells_its_port(void)
{
	mach_port_t port = new_port();
	mach_port_t right;

	right = new_send_once(port);
	drop(right);
	CHECK_EQUAL(type_of(right), 0);
	expect_unused(port, 1);
	right = new_send_once(port);
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), right, MACH_PORT_RIGHT_SEND_ONCE, -1),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(right), 0);
	expect_unused(port, 1);
	right = new_send_once(port);
	destroy(right);
	CHECK_EQUAL(type_of(right), 0);
	expect_unused(port, 1);
	drop_receive(port);
}

static void
a_task_that_dies_uses_its_rights_up(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_port();

	for (unsigned i = 0; i < 3; i++)
		(void)peer_give(peer, port, MAKE_SEND_ONCE);
	expect_empty(port);
	peer_kill(peer);
	expect_unused(port, 3);
	drop_receive(port);
}

static void
the_port_is_told_where_it_is(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_port();
	mach_port_t right = new_send_once(port);
	mach_msg_type_name_t type;

	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	drop(right);
	EXPECT(mach_port_extract_right(
	           task, AT, MACH_MSG_TYPE_MOVE_RECEIVE, &port, &type),
	    KERN_SUCCESS);
	expect_unused(port, 1);
	drop_receive(port);
}

/* A message to @port with one for @to as the reply right and one in the body. */
static mach_msg_return_t
send_two(mach_port_t port, mach_msg_type_name_t disposition, mach_port_t to,
    mach_msg_option_t option)
{
	struct right_message message =
	    right_message(port, disposition, to, MAKE_SEND_ONCE);

	message.header.msgh_bits |= MACH_MSGH_BITS(0, MAKE_SEND_ONCE);
	message.header.msgh_local_port = to;
	return mach_msg(&message.header, MACH_SEND_MSG | option,
	    sizeof(message), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static void
two_rights_in_a_message_are_told_of_twice(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();

	EXPECT(send_two(sink, COPY_SEND, reply, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(reply).mps_sorights, 2);
	expect_empty(reply);
	destroy(sink);
	expect_unused(reply, 2);
	drop_receive(reply);
}

static void
a_queue_that_dies_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();

	EXPECT(send_id(sink, COPY_SEND, 1, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_empty(reply);
	drop_receive(sink);
	expect_unused(reply, 1);
	drop(sink);
	drop_receive(reply);
}

static void
a_message_too_large_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();
	mach_msg_header_t bare;

	EXPECT(send_two(sink, COPY_SEND, reply, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof(bare),
	           sink, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_empty(reply);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, sizeof(bare), sink, 0,
	           MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(bare.msgh_remote_port, MACH_PORT_NULL);
	expect_unused(reply, 2);
	destroy(sink);
	drop_receive(reply);
}

static void
a_buffer_without_room_for_a_header_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();
	mach_msg_header_t bare = {.msgh_id = 77};

	EXPECT(send_two(sink, COPY_SEND, reply, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, 20, sink, 0, MACH_PORT_NULL),
	    MACH_RCV_INVALID_DATA);
	CHECK_EQUAL(bare.msgh_id, 77);
	expect_empty(sink);
	expect_unused(reply, 2);
	destroy(sink);
	drop_receive(reply);
}

struct waiting {
	mach_port_t sink;
	mach_port_t reply;
	mach_msg_return_t result;
};

static void
send_waiting(void *argument)
{
	struct waiting *waiting = argument;

	waiting->result = send_two(waiting->sink, COPY_SEND, waiting->reply, 0);
}

static void
a_destination_that_dies_tells(void)
{
	struct waiting waiting = {
	    .sink = new_full_port(1),
	    .reply = new_port(),
	};
	struct worker *worker = worker_start(send_waiting, &waiting);

	worker_until_blocked(worker);
	expect_empty(waiting.reply);
	destroy(waiting.sink);
	worker_join(worker);
	EXPECT(waiting.result, MACH_MSG_SUCCESS);
	expect_unused(waiting.reply, 2);
	drop_receive(waiting.reply);
}

static void
a_circle_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t port = new_port();
	struct right_message message = right_message(
	    port, MACH_MSG_TYPE_MAKE_SEND, port, MACH_MSG_TYPE_MOVE_RECEIVE);

	message.header.msgh_bits |= MACH_MSGH_BITS(0, MAKE_SEND_ONCE);
	message.header.msgh_local_port = reply;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_unused(reply, 1);
	drop_receive(reply);
}

static void
a_body_that_is_refused_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t rights[3];
	} message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE),
	            .msgh_remote_port = sink,
	            .msgh_local_port = reply,
	        },
	    .body = {3},
	    .rights =
	        {
	            {.name = reply, .disposition = MAKE_SEND_ONCE},
	            {.name = absent_name(), .disposition = COPY_SEND},
	            {.name = reply, .disposition = MAKE_SEND_ONCE},
	        },
	};

	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_RIGHT);
	/* The reply right and the first: the third was never taken. */
	expect_unused(reply, 2);
	expect_empty(sink);
	destroy(sink);
	drop_receive(reply);
}

static void
a_message_that_its_receiver_destroys_tells(void)
{
	mach_port_t reply = new_port();
	mach_port_t sink = new_send_port();

	EXPECT(send_two(sink, COPY_SEND, reply, 0), MACH_MSG_SUCCESS);
	take(sink);
	expect_unused(reply, 2);
	destroy(sink);
	drop_receive(reply);
}

static void
a_call_that_fails_with_the_right_tells(void)
{
	mach_port_t port = new_port();
	mach_port_t other = new_port();
	mach_port_t right = new_send_once(port);

	/* The name is in use. */
	EXPECT(mach_port_insert_right(
	           mach_task_self(), other, port, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(mach_port_insert_right(mach_task_self(), other, right,
	           MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(right), 0);
	expect_unused(port, 1);
	/* It is none. */
	EXPECT(mach_port_insert_right(
	           mach_task_self(), MACH_PORT_DEAD, port, MAKE_SEND_ONCE),
	    KERN_INVALID_VALUE);
	expect_unused(port, 1);
	EXPECT(
	    ask(other, MACH_NOTIFY_FIRST, 0, port, NULL), KERN_INVALID_VALUE);
	expect_unused(port, 1);
	drop_receive(other);
	drop_receive(port);
}

static void
a_request_that_was_for_nothing_tells(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, &previous),
	    KERN_SUCCESS);
	drop(previous);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(notify);
	drop_receive(port);
	expect_unused(notify, 1);
	drop(port);
	drop_receive(notify);
}

static void
a_special_port_is_no_send_once_right(void)
{
	static const int slots[] = {TASK_BOOTSTRAP_PORT,
	    TASK_DEBUG_CONTROL_PORT, TASK_RESOURCE_NOTIFY_PORT,
	    TASK_EXCEPTION_PORT};
	mach_port_t port = new_port();
	mach_port_t right = new_send_once(port);

	/* So none is lost when a slot is set again. */
	for (unsigned i = 0; i < 4; i++)
		EXPECT(task_set_special_port(mach_task_self(), slots[i], right),
		    MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_SEND_ONCE);
	expect_empty(port);
	drop(right);
	expect_unused(port, 1);
	drop_receive(port);
}

/*
 * Not produced.
 */

static void
a_right_that_is_used_is_not_told_of(void)
{
	mach_port_t port = new_port();

	EXPECT(send_id(new_send_once(port), MACH_MSG_TYPE_MOVE_SEND_ONCE, 1,
	           MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_sorights, 1);
	expect_id(port, 1);
	expect_unused(port, 0);
	drop_receive(port);
}

static void
a_dead_port_is_not_told(void)
{
	mach_port_t port = new_port();
	mach_port_t notify = new_port();
	mach_port_t right = new_send_once(port);
	mach_port_t sink = new_send_port();

	EXPECT(
	    ask(right, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_id(sink, COPY_SEND, 1, port, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	drop_receive(port);
	destroy(sink);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, right);
	drop(right);
	drop(right);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_kernels_reply_uses_its_right(void)
{
	mach_port_t reply = new_port();
	mach_port_t host = mach_host_self();

	EXPECT(send_id(host, COPY_SEND, 0x7fff0000, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_id(reply, 0x7fff0000 + 100);
	expect_unused(reply, 0);
	drop(host);
	drop_receive(reply);
}

static void
a_dead_notify_port_is_not_told(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(notify);
	drop_receive(port);
	/* A port that has its name again, or another, is told nothing. */
	notify = new_port();
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

/*
 * Received by who does not have the receive right any more: if that leaves just
 * when the message is taken. Then it is told of where it is now; if it left
 * before, it took the message along. Either way there is one message.
 */

struct race {
	mach_port_t port;
	mach_msg_return_t result;
	mach_msg_id_t id;
	mach_port_t local;
};

static void
receive_in_race(void *argument)
{
	struct race *race = argument;
	struct received message;

	race->result = receive(race->port, 0, &message);
	race->id = message.header.msgh_id;
	race->local = message.header.msgh_local_port;
}

static void
a_receiver_and_a_move_leave_one_message(void)
{
	mach_port_t task = peer_task(peer_new());

	for (unsigned round = 0; round < 100; round++) {
		struct race race = {.port = new_port()};
		mach_port_t right = new_send_once(race.port);
		struct worker *worker = worker_start(receive_in_race, &race);
		mach_msg_type_name_t type;
		mach_port_t port;

		EXPECT(send_id(right, MACH_MSG_TYPE_MOVE_SEND_ONCE, 5,
		           MACH_PORT_NULL, 0),
		    MACH_MSG_SUCCESS);
		(void)give(task, AT, race.port, MACH_MSG_TYPE_MOVE_RECEIVE);
		worker_join(worker);
		EXPECT(mach_port_extract_right(
		           task, AT, MACH_MSG_TYPE_MOVE_RECEIVE, &port, &type),
		    KERN_SUCCESS);
		if (race.result == MACH_MSG_SUCCESS) {
			CHECK_EQUAL(race.id, 5);
			if (race.local == MACH_PORT_NULL)
				expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
			else
				CHECK_EQUAL(race.local, race.port);
		} else {
			CHECK(race.result == MACH_RCV_PORT_CHANGED ||
			    race.result == MACH_RCV_INVALID_NAME);
			expect_id(port, 5);
		}
		expect_unused(port, 0);
		drop_receive(port);
	}
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.10 notifications.10.b1",
        a_right_that_is_released_tells_its_port),
    SCENARIO("notifications.10.b1", a_task_that_dies_uses_its_rights_up),
    SCENARIO("notifications.10", the_port_is_told_where_it_is),
    SCENARIO("notifications.10 notifications.10.b2",
        two_rights_in_a_message_are_told_of_twice),
    SCENARIO(
        "notifications.10.b2 notifications.12.i11", a_queue_that_dies_tells),
    SCENARIO("notifications.10.b2", a_message_too_large_tells),
    SCENARIO("notifications.10.b2", a_buffer_without_room_for_a_header_tells),
    SCENARIO("notifications.10.b2", a_destination_that_dies_tells),
    SCENARIO("notifications.10.b2", a_circle_tells),
    SCENARIO("notifications.10.b2", a_body_that_is_refused_tells),
    SCENARIO("notifications.10.b2", a_message_that_its_receiver_destroys_tells),
    SCENARIO("notifications.10.b3", a_call_that_fails_with_the_right_tells),
    SCENARIO("notifications.10.b4", a_request_that_was_for_nothing_tells),
    SCENARIO("notifications.10.b5", a_special_port_is_no_send_once_right),
    SCENARIO("notifications.10", a_right_that_is_used_is_not_told_of),
    SCENARIO("notifications.10", a_dead_port_is_not_told),
    SCENARIO("notifications.10", a_kernels_reply_uses_its_right),
    SCENARIO("notifications.10", a_dead_notify_port_is_not_told),
    SCENARIO("notifications.10.b6", a_receiver_and_a_move_leave_one_message),
};
CONFORMANCE(scenarios)
