/*
 * MACH_SEND_NOTIFY as in XNU: send-possible. Source: spec/notifications.md 7
 */
#include "notices.h"

#define SEND_POSSIBLE MACH_NOTIFY_SEND_POSSIBLE
#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/* The type of @name as mach_port_names() tells it, which hides nothing. */
static mach_port_type_t
full_type_of(mach_port_t name)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;
	mach_port_type_t type = 0;

	EXPECT(mach_port_names(
	           mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	for (mach_msg_type_number_t i = 0; i < count; i++)
		if (names[i] == name)
			type = types[i];
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)names,
	           count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)types,
	           count * sizeof(*types)),
	    KERN_SUCCESS);
	return type;
}

static bool
is_delayed(mach_port_t name)
{
	return (full_type_of(name) & MACH_PORT_TYPE_SPREQUEST_DELAYED) != 0;
}

static bool
is_armed(mach_port_t name)
{
	return (full_type_of(name) & MACH_PORT_TYPE_SPREQUEST) != 0;
}

/* XNU's SEND_NOTIFY: no notify port in the call. */
static mach_msg_return_t
send_arming(mach_port_t port, mach_msg_id_t id)
{
	return send_notify(port, COPY_SEND, id, 0, MACH_PORT_NULL);
}

static void
a_dead_name_is_told_to_be_dead(void)
{
	mach_port_t notify = new_port();
	mach_port_t dead = new_dead_name();

	EXPECT(ask(dead, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, dead);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 2);
	EXPECT(ask(dead, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, dead);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 3);
	CHECK_EQUAL(type_of(dead), MACH_PORT_TYPE_DEAD_NAME);
	destroy(dead);
	expect_empty(notify);
	drop_receive(notify);
}

static void
without_sync_a_request_is_delayed(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK(is_delayed(port));
	CHECK(!is_armed(port));
	/* What is delayed never fires. */
	set_qlimit(port, 1);
	fill(port, port);
	take(port);
	expect_empty(notify);
	CHECK(is_delayed(port));
	cancel(port, SEND_POSSIBLE, notify);
	CHECK_EQUAL(full_type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	drop_receive(notify);
}

/* It is told at once of @name, and nothing is registered. */
static void
expect_room(mach_port_t name)
{
	mach_port_t notify = new_port();
	mach_port_type_t type = full_type_of(name);

	EXPECT(ask(name, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, SEND_POSSIBLE, name);
	CHECK_EQUAL(full_type_of(name), type);
	drop_receive(notify);
}

static void
where_there_is_room_it_is_told_at_once(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_send_port();
	mach_port_t full = new_full_port(1);
	mach_port_t once = new_send_once(full);
	mach_port_t host = mach_host_self();
	mach_port_t previous;

	set_qlimit(port, 2);
	expect_room(port);
	EXPECT(
	    send_id(port, COPY_SEND, 1, MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	expect_room(port); /* for one more */
	expect_room(once); /* whatever its port's queue */
	expect_room(host); /* which has no queue */
	expect_room(mach_task_self());

	/* What was registered before comes back. */
	EXPECT(ask(port, SEND_POSSIBLE, 0, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, SEND_POSSIBLE, 1, second, &previous), KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	expect_notice(second, SEND_POSSIBLE, port);
	expect_empty(first);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(full_type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);

	drop(host);
	drop(once);
	destroy(full);
	destroy(port);
	drop_receive(first);
	drop_receive(second);
}

static void
where_there_is_none_it_is_armed(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(2);

	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	expect_empty(notify);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK(is_armed(port));
	CHECK(!is_delayed(port));
	take(port);
	expect_notice(notify, SEND_POSSIBLE, port);
	CHECK_EQUAL(full_type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	/* One-shot. */
	take(port);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

static void
a_send_that_finds_no_room_arms(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(2);
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	    .msgh_remote_port = port,
	    .msgh_id = 7,
	};

	EXPECT(ask(port, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	/* A send without the option does not. */
	EXPECT(send_id(port, COPY_SEND, 3, MACH_PORT_NULL, 0),
	    MACH_SEND_TIMED_OUT);
	CHECK(is_delayed(port));
	/* With it, the message comes back all the same. */
	EXPECT(mach_msg(&header,
	           MACH_SEND_MSG | MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT,
	           sizeof(header), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(header.msgh_remote_port, port);
	CHECK_EQUAL(header.msgh_id, 7);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	mach_msg_destroy(&header);
	CHECK(is_armed(port));
	CHECK(!is_delayed(port));
	expect_empty(notify);

	expect_id(port, 1);
	expect_notice(notify, SEND_POSSIBLE, port);
	expect_id(port, 1);
	expect_empty(notify);
	expect_empty(port);
	destroy(port);
	drop_receive(notify);
}

static void
without_a_timeout_the_send_that_arms_waits(void)
{
	mach_port_t notify = new_port();
	struct notify_send sender = {.port = new_full_port(1)};
	struct worker *worker;

	EXPECT(ask(sender.port, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	worker = worker_start(send_notify_waiting, &sender);
	worker_until_blocked(worker);
	CHECK(is_armed(sender.port));
	expect_id(sender.port, 1);
	worker_join(worker);
	EXPECT(sender.result, MACH_MSG_SUCCESS);
	expect_notice(notify, SEND_POSSIBLE, sender.port);
	expect_id(sender.port, 9);
	destroy(sender.port);
	drop_receive(notify);
}

static void
a_send_that_finds_room_is_queued(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	set_qlimit(port, 2);
	EXPECT(ask(port, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_arming(port, 1), MACH_MSG_SUCCESS);
	EXPECT(send_arming(port, 2), MACH_MSG_SUCCESS);
	CHECK(is_delayed(port)); /* it was not armed */
	CHECK_EQUAL(queued(port), 2);
	EXPECT(send_arming(port, 3), MACH_SEND_TIMED_OUT);
	CHECK(is_armed(port));
	CHECK_EQUAL(queued(port), 2);
	expect_id(port, 1);
	expect_notice(notify, SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
an_armed_request_stays_armed_while_there_is_room(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	/* More room tells nobody; the option sends, and disarms nothing. */
	set_qlimit(port, 2);
	expect_empty(notify);
	CHECK(is_armed(port));
	EXPECT(send_arming(port, 2), MACH_MSG_SUCCESS);
	CHECK(is_armed(port));
	expect_id(port, 1);
	expect_notice(notify, SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
without_a_request_the_option_does_nothing(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_port_t once;

	EXPECT(send_arming(port, 2), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(queued(port), 1);
	CHECK_EQUAL(full_type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);

	/* A dead-name request is another. */
	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_arming(port, 2), MACH_SEND_TIMED_OUT);
	CHECK(!is_armed(port));
	take(port);
	expect_empty(notify);
	cancel(port, MACH_NOTIFY_DEAD_NAME, notify);

	/* Over a send-once right it arms nothing. */
	fill(port, port);
	once = new_send_once(port);
	EXPECT(ask(once, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_notify(
	           once, MACH_MSG_TYPE_MOVE_SEND_ONCE, 3, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	destroy(port);
	drop_receive(notify);
}

static void
with_an_override_notify_is_a_priority(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(send_notify(port, COPY_SEND, 2, MACH_SEND_OVERRIDE, notify),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(queued(port), 1);
	EXPECT(ask(port, SEND_POSSIBLE, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_notify(port, COPY_SEND, 2, MACH_SEND_OVERRIDE, notify),
	    MACH_SEND_TIMED_OUT);
	CHECK(is_armed(port));
	take(port);
	expect_notice(notify, SEND_POSSIBLE, port);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

static void
all_armed_requests_fire_together(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t theirs = new_port();
	mach_port_t delayed = new_port();
	mach_port_t port = new_full_port(2);
	mach_port_t previous;

	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_request_notification(task, AT, SEND_POSSIBLE, 1,
	           theirs, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	(void)give(peer_task(peer_new()), AT, port, MACH_MSG_TYPE_MAKE_SEND);
	take(port);
	expect_notice(notify, SEND_POSSIBLE, port);
	expect_notice(theirs, SEND_POSSIBLE, AT);

	/* The delayed one of another name stays. */
	EXPECT(ask(port, SEND_POSSIBLE, 0, delayed, NULL), KERN_SUCCESS);
	fill(port, port);
	EXPECT(mach_port_request_notification(task, AT, SEND_POSSIBLE, 1,
	           theirs, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	take(port);
	expect_notice(theirs, SEND_POSSIBLE, AT);
	expect_empty(delayed);
	CHECK(is_delayed(port));
	cancel(port, SEND_POSSIBLE, delayed);
	destroy(port);
	drop_receive(notify);
	drop_receive(theirs);
	drop_receive(delayed);
}

static void
a_message_too_large_fires_when_it_is_taken(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_msg_header_t bare = {0};

	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	/* It stays. */
	EXPECT(mach_msg(&bare, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof(bare),
	           port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_empty(notify);
	CHECK(is_armed(port));
	/* It is destroyed. */
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, sizeof(bare), port, 0,
	           MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_notice(notify, SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
room_that_is_told_may_be_gone(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	take(port);
	fill(port, port);
	expect_notice(notify, SEND_POSSIBLE, port);
	EXPECT(send_arming(port, 2), MACH_SEND_TIMED_OUT);
	destroy(port);
	drop_receive(notify);
}

static void
death_ends_delayed_and_armed_alike(void)
{
	mach_port_t notify = new_port();
	mach_port_t task = peer_task(peer_new());

	for (mach_port_mscount_t sync = 0; sync <= 1; sync++) {
		mach_port_t send = new_remote_send(task, AT);

		while (send_id(send, COPY_SEND, 1, MACH_PORT_NULL, 0) ==
		    MACH_MSG_SUCCESS)
			;
		EXPECT(
		    ask(send, SEND_POSSIBLE, sync, notify, NULL), KERN_SUCCESS);
		CHECK(sync ? is_armed(send) : is_delayed(send));
		kill_remote(task, AT);
		expect_notice(notify, MACH_NOTIFY_DEAD_NAME, send);
		expect_empty(notify);
		CHECK_EQUAL(full_type_of(send), MACH_PORT_TYPE_DEAD_NAME);
		CHECK_EQUAL(refs_of(send, MACH_PORT_RIGHT_DEAD_NAME), 2);
		destroy(send);

		/* Released while the port lives. */
		send = new_remote_send(task, AT);
		while (send_id(send, COPY_SEND, 1, MACH_PORT_NULL, 0) ==
		    MACH_MSG_SUCCESS)
			;
		EXPECT(
		    ask(send, SEND_POSSIBLE, sync, notify, NULL), KERN_SUCCESS);
		drop(send);
		expect_notice(notify, MACH_NOTIFY_PORT_DELETED, send);
		kill_remote(task, AT);
		expect_empty(notify);
	}
	drop_receive(notify);
}

static void
a_request_stays_when_the_receive_right_moves(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);
	mach_msg_type_name_t type;
	mach_port_t back;

	EXPECT(ask(port, SEND_POSSIBLE, 1, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	CHECK(is_armed(port));
	expect_empty(notify);
	EXPECT(mach_port_extract_right(
	           task, AT, MACH_MSG_TYPE_MOVE_RECEIVE, &back, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(back, port);
	CHECK(is_armed(port));
	take(port);
	expect_notice(notify, SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
drain(void *argument)
{
	mach_port_name_t port = *(mach_port_name_t *)argument;

	for (mach_msg_id_t id = 0; id < 100; id++) {
		struct received message;

		EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, id);
	}
}

static void
a_sender_goes_on_when_it_is_told(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_name_t theirs;
	struct received notice;

	set_qlimit(port, 2);
	theirs = peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	peer_start(peer, drain, &theirs, sizeof(theirs));
	for (mach_msg_id_t id = 0; id < 100;) {
		mach_port_t old;
		mach_msg_return_t mr;

		EXPECT(ask(port, SEND_POSSIBLE, 0, notify, &old), KERN_SUCCESS);
		if (old != MACH_PORT_NULL) {
			drop(old);
			expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
		}
		do {
			mr = send_arming(port, id);
			id += mr == MACH_MSG_SUCCESS;
		} while (mr == MACH_MSG_SUCCESS && id < 100);
		if (mr == MACH_MSG_SUCCESS)
			break;
		EXPECT(mr, MACH_SEND_TIMED_OUT);
		EXPECT(receive(notify, 0, &notice), MACH_MSG_SUCCESS);
		CHECK_EQUAL(notice.header.msgh_id, SEND_POSSIBLE);
	}
	peer_join(peer);
	drop(port);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.7.r1", a_dead_name_is_told_to_be_dead),
    SCENARIO("notifications.7 notifications.7.r2",
        without_sync_a_request_is_delayed),
    SCENARIO("notifications.7.r3 notifications.12.i9",
        where_there_is_room_it_is_told_at_once),
    SCENARIO("notifications.7.r4", where_there_is_none_it_is_armed),
    SCENARIO("notifications.7 notifications.7.b1 notifications.12.i8",
        a_send_that_finds_no_room_arms),
    SCENARIO("notifications.7.b1", without_a_timeout_the_send_that_arms_waits),
    SCENARIO("notifications.7.b2", a_send_that_finds_room_is_queued),
    SCENARIO("notifications.7 notifications.7.b2",
        an_armed_request_stays_armed_while_there_is_room),
    SCENARIO("notifications.7", without_a_request_the_option_does_nothing),
    SCENARIO("notifications.8.b2", with_an_override_notify_is_a_priority),
    SCENARIO("notifications.7", all_armed_requests_fire_together),
    SCENARIO("notifications.7", a_message_too_large_fires_when_it_is_taken),
    SCENARIO("notifications.7", room_that_is_told_may_be_gone),
    SCENARIO("notifications.7", death_ends_delayed_and_armed_alike),
    SCENARIO("notifications.7", a_request_stays_when_the_receive_right_moves),
    SCENARIO("notifications.7", a_sender_goes_on_when_it_is_told),
};
CONFORMANCE(scenarios)
