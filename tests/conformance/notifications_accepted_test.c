/*
 * MACH_SEND_NOTIFY as in Mach 3: msg-accepted; and the options of Mach 3 that are no
 * more. Source: spec/notifications.md 8, 9
 */
#include "notices.h"

#include <string.h>

#define MSG_ACCEPTED MACH_NOTIFY_MSG_ACCEPTED
#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/*
 * Msg-accepted.
 */

/* A header that is forced, or not. */
static mach_msg_return_t
force(mach_port_t port, mach_msg_id_t id, mach_port_t notify)
{
	return send_notify(port, COPY_SEND, id, 0, notify);
}

static void
with_room_the_notify_port_is_not_looked_at(void)
{
	mach_port_t port = new_send_port();

	EXPECT(force(port, 1, absent_name()), MACH_MSG_SUCCESS);
	EXPECT(force(port, 2, port), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_empty(port);
	destroy(port);
}

static void
one_message_beyond_the_limit_is_taken(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(5);

	EXPECT(force(port, 6, notify), MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(queued(port), 6);
	EXPECT(force(port, 7, notify), MACH_SEND_NOTIFY_IN_PROGRESS);
	CHECK_EQUAL(queued(port), 6);
	for (unsigned i = 0; i < 5; i++)
		expect_id(port, 1);
	expect_empty(notify);
	/* Until it has gone, there is no second, whatever room there is. */
	fill(port, port);
	EXPECT(force(port, 7, notify), MACH_SEND_NOTIFY_IN_PROGRESS);
	expect_id(port, 6);
	expect_notice(notify, MSG_ACCEPTED, port);
	expect_empty(notify);
	fill(port, port);
	EXPECT(force(port, 8, notify), MACH_SEND_WILL_NOTIFY);
	destroy(port);
	expect_notice(notify, MSG_ACCEPTED, MACH_PORT_NULL);
	drop_receive(notify);
}

static void
without_a_timeout_it_does_not_wait(void)
{
	mach_port_t notify = new_port();
	struct notify_send sender = {
	    .port = new_full_port(1), .notify = notify};

	send_notify_waiting(&sender);
	EXPECT(sender.result, MACH_SEND_WILL_NOTIFY);
	expect_id(sender.port, 1);
	expect_id(sender.port, 9);
	expect_notice(notify, MSG_ACCEPTED, sender.port);
	destroy(sender.port);
	drop_receive(notify);
}

static void
with_a_timeout_it_waits_for_room_first(void)
{
	mach_port_t notify = new_port();
	struct notify_send sender = {
	    .port = new_full_port(1),
	    .notify = notify,
	    .option = MACH_SEND_TIMEOUT,
	    .timeout = 3600 * 1000,
	};
	struct worker *worker = worker_start(send_notify_waiting, &sender);

	worker_until_blocked(worker);
	expect_id(sender.port, 1);
	worker_join(worker);
	EXPECT(sender.result, MACH_MSG_SUCCESS);
	expect_id(sender.port, 9);
	expect_empty(notify);

	fill(sender.port, sender.port);
	sender.timeout = 1;
	send_notify_waiting(&sender);
	EXPECT(sender.result, MACH_SEND_WILL_NOTIFY);
	expect_id(sender.port, 1);
	expect_id(sender.port, 9);
	expect_notice(notify, MSG_ACCEPTED, sender.port);
	destroy(sender.port);
	drop_receive(notify);
}

static void
a_destination_that_dies_meanwhile_notifies_nobody(void)
{
	mach_port_t notify = new_port();
	struct notify_send sender = {
	    .port = new_full_port(1),
	    .notify = notify,
	    .option = MACH_SEND_TIMEOUT,
	    .timeout = 3600 * 1000,
	};
	struct worker *worker = worker_start(send_notify_waiting, &sender);

	worker_until_blocked(worker);
	drop_receive(sender.port);
	worker_join(worker);
	EXPECT(sender.result, MACH_MSG_SUCCESS);
	expect_empty(notify);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	drop(sender.port);
	drop_receive(notify);
}

/* A message with rights of both kinds that comes back with @code. */
static void
expect_back(mach_port_t port, mach_port_t notify, mach_msg_return_t code)
{
	mach_port_t reply = new_port();
	mach_port_t right = new_port();
	struct right_message message =
	    right_message(port, COPY_SEND, right, MACH_MSG_TYPE_MOVE_RECEIVE);
	mach_port_urefs_t urefs = refs_of(port, MACH_PORT_RIGHT_SEND);
	mach_port_msgcount_t count = queued(port);

	message.header.msgh_bits |=
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	message.header.msgh_local_port = reply;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(message), 0, MACH_PORT_NULL, 0, notify),
	    code);
	CHECK_EQUAL(queued(port), count);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE));
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), urefs + 1);
	CHECK_EQUAL(
	    type_of(message.header.msgh_local_port), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(type_of(message.right.name), MACH_PORT_TYPE_RECEIVE);
	drop_receive(message.right.name);
	drop(message.header.msgh_local_port);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop(port);
	drop_receive(reply);
}

static void
what_cannot_be_forced_comes_back(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_port_t others[] = {new_remote_send(task, AT), new_set(),
	    new_dead_name(), new_send_once(notify), absent_name()};

	for (unsigned i = 0; i < 5; i++)
		expect_back(port, others[i], MACH_SEND_INVALID_NOTIFY);
	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	expect_back(port, notify, MACH_SEND_NOTIFY_IN_PROGRESS);
	/* Which is found before a bad notify port. */
	expect_back(port, others[4], MACH_SEND_NOTIFY_IN_PROGRESS);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_notice(notify, MSG_ACCEPTED, port);
	drop(others[3]);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	drop(others[2]);
	destroy(others[1]);
	drop(others[0]);
	destroy(port);
	drop_receive(notify);
}

static void
what_moved_its_last_right_is_forced_each_time(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t send = new_remote_send(task, AT);
	mach_msg_type_name_t type;
	mach_port_limits_t limits = {1};

	EXPECT(mach_port_set_attributes(task, AT, MACH_PORT_LIMITS_INFO,
	           (mach_port_info_t)&limits, MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	EXPECT(
	    send_id(send, COPY_SEND, 1, MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	for (mach_msg_id_t id = 2; id <= 3; id++) {
		EXPECT(send_notify(send, MOVE_SEND, id, 0, notify),
		    MACH_SEND_WILL_NOTIFY);
		CHECK_EQUAL(type_of(send), 0);
		EXPECT(mach_port_extract_right(
		           task, AT, MACH_MSG_TYPE_MAKE_SEND, &send, &type),
		    KERN_SUCCESS);
	}
	/* The name that it has now is not theirs. */
	EXPECT(force(send, 4, notify), MACH_SEND_WILL_NOTIFY);
	EXPECT(mach_port_extract_right(
	           task, AT, MACH_MSG_TYPE_MOVE_RECEIVE, &send, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(queued(send), 4);
	expect_id(send, 1);
	expect_empty(notify);
	expect_id(send, 2);
	expect_notice(notify, MSG_ACCEPTED, MACH_PORT_NULL);
	expect_id(send, 3);
	expect_notice(notify, MSG_ACCEPTED, MACH_PORT_NULL);
	expect_id(send, 4);
	expect_notice(notify, MSG_ACCEPTED, send);
	destroy(send);
	drop_receive(notify);
}

static void
a_send_once_right_never_needs_force(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(send_notify(new_send_once(port), MACH_MSG_TYPE_MOVE_SEND_ONCE, 2,
	           0, notify),
	    MACH_MSG_SUCCESS);
	EXPECT(send_notify(new_send_once(port), MACH_MSG_TYPE_MOVE_SEND_ONCE, 3,
	           0, absent_name()),
	    MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_id(port, 3);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

/* Use all up that this task may have in messages: in the queue of @sink, or, of
 * what could not be sent, in that of @waste. */
static void
exhaust(mach_port_t sink, mach_port_t waste)
{
	for (uint32_t count = 8192; count > 0; count /= 2)
		while (send_rights_once(sink, waste, count) == MACH_MSG_SUCCESS)
			;
	while (
	    send_id(sink, COPY_SEND, 1, MACH_PORT_NULL, 0) == MACH_MSG_SUCCESS)
		;
	EXPECT(send_id(sink, COPY_SEND, 1, MACH_PORT_NULL, 0),
	    MACH_SEND_NO_BUFFER);
}

static void
without_memory_for_the_request_it_comes_back(void)
{
	mach_port_t notify = new_port();
	mach_port_t waste = new_port();
	mach_port_t sink = new_send_port();
	mach_port_t port = new_full_port(2);
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	    .msgh_remote_port = port,
	};

	set_qlimit(sink, MACH_PORT_QLIMIT_MAX);
	exhaust(sink, waste);
	/* Room for a message, not for its notification as well. */
	set_qlimit(port, 1);
	expect_id(port, 1);
	EXPECT(mach_msg(&header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(header), 0, MACH_PORT_NULL, 0, notify),
	    MACH_SEND_NO_NOTIFY);
	CHECK_EQUAL(header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	CHECK_EQUAL(queued(port), 1);
	/* Nothing is pending. */
	destroy(sink);
	EXPECT(force(port, 3, notify), MACH_SEND_WILL_NOTIFY);
	expect_id(port, 1);
	expect_id(port, 3);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(waste);
	drop_receive(notify);
}

static void
a_limit_of_zero_takes_one_by_force(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(0);

	EXPECT(force(port, 1, notify), MACH_SEND_WILL_NOTIFY);
	expect_id(port, 1);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_message_too_large_was_accepted(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_msg_header_t bare;

	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	expect_id(port, 1);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof(bare),
	           port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_empty(notify);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, sizeof(bare), port, 0,
	           MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_name_that_was_released_is_none(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t sink = new_send_port();
	mach_port_t port;

	for (unsigned way = 0; way < 3; way++) {
		port = new_full_port(1);
		EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
		switch (way) {
		case 0: /* send+receive that loses its send right */
			drop(port);
			break;
		case 1: /* moved away */
			EXPECT(send_right(sink, 1, port, MOVE_SEND),
			    MACH_MSG_SUCCESS);
			take(sink);
			break;
		default: /* an entry that goes */
			(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
			drop(port);
			EXPECT(mach_port_extract_right(task, AT,
			           MACH_MSG_TYPE_MOVE_RECEIVE, &port,
			           &(mach_msg_type_name_t){0}),
			    KERN_SUCCESS);
			break;
		}
		expect_empty(notify);
		/* A new send right has an allowance of its own. */
		make_send(port);
		EXPECT(force(port, 3, notify), MACH_SEND_WILL_NOTIFY);
		expect_id(port, 1);
		expect_id(port, 2);
		expect_notice(notify, MSG_ACCEPTED, MACH_PORT_NULL);
		expect_id(port, 3);
		expect_notice(notify, MSG_ACCEPTED, port);
		destroy(port);
		expect_empty(notify);
	}
	destroy(sink);
	drop_receive(notify);
}

static void
a_reference_of_many_that_goes_changes_nothing(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	make_send(port);
	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	drop(port);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

struct forced {
	mach_port_name_t port;
	mach_port_name_t notify; /* or make one */
};

static void
force_one(void *argument)
{
	struct forced *forced = argument;

	if (forced->notify == MACH_PORT_NULL)
		forced->notify = new_port();
	EXPECT(force(forced->port, 2, forced->notify), MACH_SEND_WILL_NOTIFY);
}

static void
a_sender_that_dies_has_no_name(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_full_port(1);
	struct forced forced = {
	    .port = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND),
	};
	mach_msg_type_name_t type;
	mach_port_t notify;

	peer_run(peer, force_one, &forced, sizeof(forced));
	EXPECT(mach_port_extract_right(peer_task(peer), forced.notify,
	           MACH_MSG_TYPE_MOVE_RECEIVE, &notify, &type),
	    KERN_SUCCESS);
	peer_kill(peer);
	expect_empty(notify);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_notice(notify, MSG_ACCEPTED, MACH_PORT_NULL);
	expect_empty(notify);

	/* Its own notify port dies with it: nobody is told. */
	peer = peer_new();
	fill(port, port);
	forced = (struct forced){
	    .port = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND),
	};
	peer_run(peer, force_one, &forced, sizeof(forced));
	peer_kill(peer);
	expect_id(port, 1);
	expect_id(port, 2);
	destroy(port);
	drop_receive(notify);
}

static void
a_port_that_dies_has_accepted(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	struct received message;
	uint32_t name;

	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_empty(notify);
	kill_remote(task, AT);
	EXPECT(receive_now(notify, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, MSG_ACCEPTED);
	/* The name, unless that was a dead one by then. */
	memcpy(&name, (const char *)&message + 32, sizeof(name));
	CHECK(name == port || name == MACH_PORT_NULL);
	expect_empty(notify);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
	drop(port);
	drop_receive(notify);
}

static void
a_notify_port_that_dies_is_not_told(void)
{
	mach_port_t notify = new_port();
	mach_port_t other = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	drop_receive(notify);
	EXPECT(force(port, 3, other), MACH_SEND_NOTIFY_IN_PROGRESS);
	expect_id(port, 1);
	expect_id(port, 2);
	fill(port, port);
	EXPECT(force(port, 3, other), MACH_SEND_WILL_NOTIFY);
	expect_id(port, 1);
	expect_id(port, 3);
	expect_notice(other, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(other);
}

static void
each_name_has_its_own_allowance(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(2);
	struct peer *peers[3];
	struct forced forced[3] = {0};

	for (unsigned i = 0; i < 3; i++) {
		peers[i] = peer_new();
		forced[i].port =
		    peer_give(peers[i], port, MACH_MSG_TYPE_MAKE_SEND);
		peer_run(peers[i], force_one, &forced[i], sizeof(forced[i]));
	}
	EXPECT(force(port, 5, notify), MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(queued(port), 6);
	expect_id(port, 1);
	expect_id(port, 1);
	for (unsigned i = 0; i < 3; i++) {
		mach_port_msgcount_t count;
		mach_port_status_t status;
		mach_msg_type_number_t words = MACH_PORT_RECEIVE_STATUS_COUNT;

		expect_id(port, 2);
		EXPECT(mach_port_get_attributes(peer_task(peers[i]),
		           forced[i].notify, MACH_PORT_RECEIVE_STATUS,
		           (mach_port_info_t)&status, &words),
		    KERN_SUCCESS);
		count = status.mps_msgcount;
		CHECK_EQUAL(count, 1);
	}
	expect_empty(notify);
	expect_id(port, 5);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
who_holds_the_notify_port_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_msg_type_name_t type;

	EXPECT(force(port, 2, notify), MACH_SEND_WILL_NOTIFY);
	(void)give(task, AT, notify, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_id(port, 1);
	expect_id(port, 2);
	EXPECT(mach_port_extract_right(
	           task, AT, MACH_MSG_TYPE_MOVE_RECEIVE, &notify, &type),
	    KERN_SUCCESS);
	expect_notice(notify, MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
the_numbers_are_of_both_worlds(void)
{
	CHECK_EQUAL(MACH_SEND_NOTIFY, 0x80);
	CHECK_EQUAL(MACH_SEND_OVERRIDE, 0x20);
	CHECK_EQUAL(MACH_MSG_STRICT_REPLY, 0x200);
	CHECK_EQUAL(MACH_RCV_VOUCHER, 0x800);
	CHECK_EQUAL(MACH_SEND_WILL_NOTIFY, 0x10000005);
	CHECK_EQUAL(MACH_SEND_WILL_NOTIFY, MACH_SEND_INVALID_VOUCHER);
	CHECK_EQUAL(MACH_SEND_NOTIFY_IN_PROGRESS, 0x10000006);
	CHECK_EQUAL(MACH_SEND_INVALID_NOTIFY, 0x1000000b);
	CHECK_EQUAL(MACH_SEND_NO_NOTIFY, 0x1000000e);
	CHECK_EQUAL(MACH_SEND_NO_NOTIFY, MACH_SEND_TOO_LARGE);
}

/*
 * What Mach 3 had besides.
 */

static void
rcv_notify_asks_for_nothing(void)
{
	static const mach_msg_option_t options[] = {
	    MACH_RCV_NOTIFY, MACH_MSG_STRICT_REPLY};
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();

	CHECK_EQUAL(MACH_RCV_NOTIFY, 0);
	for (unsigned i = 0; i < 2; i++) {
		struct received message;
		mach_port_t right;

		EXPECT(send_id(port, COPY_SEND, 1, reply,
		           MACH_MSG_TYPE_MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
		EXPECT(mach_msg(&message.header,
		           MACH_RCV_MSG | MACH_RCV_TIMEOUT | options[i], 0,
		           sizeof(message), port, 0, notify),
		    MACH_MSG_SUCCESS);
		right = message.header.msgh_remote_port;
		CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_SEND_ONCE);
		drop(right);
		expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
		expect_empty(notify);
	}
	destroy(port);
	drop_receive(reply);
	drop_receive(notify);
}

static void
a_send_cancels_no_request(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);

	EXPECT(ask(once, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	/* 0x80 was MACH_SEND_CANCEL. */
	EXPECT(send_notify(once, MACH_MSG_TYPE_MOVE_SEND_ONCE, 1, 0, notify),
	    MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	/* Nor must notify be a receive right, or one at all. */
	EXPECT(send_notify(new_send_once(port), MACH_MSG_TYPE_MOVE_SEND_ONCE, 2,
	           0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_id(port, 2);
	drop_receive(port);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.8.b1 notifications.8.i1",
        with_room_the_notify_port_is_not_looked_at),
    SCENARIO("notifications.8 notifications.8.b1 notifications.8.i3 "
             "notifications.8.r1 notifications.12.i10",
        one_message_beyond_the_limit_is_taken),
    SCENARIO("notifications.8.i1", without_a_timeout_it_does_not_wait),
    SCENARIO("notifications.8.i1", with_a_timeout_it_waits_for_room_first),
    SCENARIO("notifications.8.i2",
        a_destination_that_dies_meanwhile_notifies_nobody),
    SCENARIO("notifications.8.i2", what_cannot_be_forced_comes_back),
    SCENARIO(
        "notifications.8.i2", what_moved_its_last_right_is_forced_each_time),
    SCENARIO("notifications.8.i2", a_send_once_right_never_needs_force),
    /* The budget is one that the kernel process gives. */
    SCENARIO_WITH(SCENARIO_PROCESS, "notifications.8.i2",
        without_memory_for_the_request_it_comes_back),
    SCENARIO("notifications.8.i3", a_limit_of_zero_takes_one_by_force),
    SCENARIO("notifications.8", a_message_too_large_was_accepted),
    SCENARIO("notifications.8.r2", a_name_that_was_released_is_none),
    SCENARIO("notifications.8.r1 notifications.8.r2",
        a_reference_of_many_that_goes_changes_nothing),
    SCENARIO("notifications.8.r3", a_sender_that_dies_has_no_name),
    SCENARIO("notifications.8.r4", a_port_that_dies_has_accepted),
    SCENARIO("notifications.8.r5", a_notify_port_that_dies_is_not_told),
    SCENARIO("notifications.8", each_name_has_its_own_allowance),
    SCENARIO("notifications.8", who_holds_the_notify_port_is_told),
    SCENARIO("notifications.8", the_numbers_are_of_both_worlds),
    SCENARIO("notifications.9 notifications.9.b1", rcv_notify_asks_for_nothing),
    SCENARIO("notifications.9 notifications.9.b2", a_send_cancels_no_request),
};
CONFORMANCE(scenarios)
