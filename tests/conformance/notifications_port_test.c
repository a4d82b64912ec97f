/*
 * Requests on a receive right: port-destroyed and no-senders.
 * Source: spec/notifications.md 5, 6
 */
#include "notices.h"

#include <mach/task.h>

#define PORT_DESTROYED MACH_NOTIFY_PORT_DESTROYED
#define NO_SENDERS MACH_NOTIFY_NO_SENDERS

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/*
 * Port-destroyed.
 */

static void
only_a_receive_right_is_destroyed(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	mach_port_t send = new_remote_send(task, AT);
	mach_port_t others[] = {
	    send, once, new_set(), MACH_PORT_NULL, MACH_PORT_DEAD};

	for (unsigned i = 0; i < 5; i++) {
		EXPECT(ask(others[i], PORT_DESTROYED, 0, notify, NULL),
		    KERN_INVALID_RIGHT);
		EXPECT(ask(others[i], PORT_DESTROYED, 0, MACH_PORT_NULL, NULL),
		    KERN_INVALID_RIGHT);
	}
	EXPECT(ask(absent_name(), PORT_DESTROYED, 0, notify, NULL),
	    KERN_INVALID_NAME);
	EXPECT(ask(port, PORT_DESTROYED, 1, notify, NULL), KERN_INVALID_VALUE);
	EXPECT(ask(port, PORT_DESTROYED, 0xffffffff, notify, NULL),
	    KERN_INVALID_VALUE);
	CHECK(!status_of(port).mps_pdrequest);
	destroy(others[2]);
	drop(send);
	drop(once);
	destroy(port);
	drop_receive(notify);
}

static void
a_second_request_fails(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_port();
	mach_port_t right;

	/* With none registered, a cancel does nothing. */
	EXPECT(
	    ask(port, PORT_DESTROYED, 0, MACH_PORT_NULL, NULL), KERN_SUCCESS);
	EXPECT(ask(port, PORT_DESTROYED, 0, first, NULL), KERN_SUCCESS);
	CHECK(status_of(port).mps_pdrequest);
	EXPECT(ask(port, PORT_DESTROYED, 0, second, NULL), KERN_FAILURE);
	expect_notice(second, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(
	    ask(port, PORT_DESTROYED, 0, MACH_PORT_NULL, NULL), KERN_FAILURE);
	CHECK(status_of(port).mps_pdrequest);
	drop_receive(port);
	right = expect_destroyed(first);
	drop_receive(right);
	expect_empty(first);
	expect_empty(second);
	drop_receive(first);
	drop_receive(second);
}

static void
mach_3_replaces_and_cancels(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_port();
	mach_port_t previous;

	EXPECT(ask(port, PORT_DESTROYED, 0, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, PORT_DESTROYED, 0, second, &previous), KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	cancel(port, PORT_DESTROYED, second);
	CHECK(!status_of(port).mps_pdrequest);
	drop_receive(port);
	expect_empty(first);
	expect_empty(second);
	drop_receive(first);
	drop_receive(second);
}

/* The right came to @notify, its request used up. It is destroyed. */
static void
expect_right(mach_port_t notify)
{
	mach_port_t right = expect_destroyed(notify);

	CHECK(type_of(right) & MACH_PORT_TYPE_RECEIVE);
	CHECK(!status_of(right).mps_pdrequest);
	destroy(right);
	expect_empty(notify);
}

/* A port whose receive right goes to @notify in place of being destroyed. */
static mach_port_t
new_watched(mach_port_t notify)
{
	mach_port_t port = new_port();

	EXPECT(ask(port, PORT_DESTROYED, 0, notify, NULL), KERN_SUCCESS);
	return port;
}

static void
a_right_that_is_released_is_sent(void)
{
	mach_port_t notify = new_port();
	mach_port_t port;

	port = new_watched(notify);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), 0);
	expect_right(notify);

	port = new_watched(notify);
	destroy(port);
	CHECK_EQUAL(type_of(port), 0);
	expect_right(notify);

	/* All under the name goes; the port lives. */
	port = new_watched(notify);
	make_send(port);
	destroy(port);
	CHECK_EQUAL(type_of(port), 0);
	expect_right(notify);
	drop_receive(notify);
}

static void
a_right_of_a_task_that_dies_is_sent(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_watched(notify);

	make_send(port);
	(void)peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_empty(notify);
	peer_kill(peer);
	/* The port lives: it meets its send right here. */
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(expect_destroyed(notify), port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	drop_receive(notify);
}

static void
a_right_in_a_message_that_is_destroyed_is_sent(void)
{
	mach_port_t notify = new_port();
	mach_port_t sink = new_send_port();
	struct right_message message;
	mach_msg_header_t bare;

	/* In a queue that dies. */
	EXPECT(send_right(
	           sink, 1, new_watched(notify), MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	expect_empty(notify);
	drop_receive(sink);
	drop(sink);
	expect_right(notify);

	/* Too large to be received. */
	sink = new_send_port();
	EXPECT(send_right(
	           sink, 1, new_watched(notify), MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, sizeof(bare), sink, 0,
	           MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	expect_right(notify);

	/* Received, and given up. */
	EXPECT(send_right(
	           sink, 1, new_watched(notify), MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	take(sink);
	expect_right(notify);

	/* On its way to itself. */
	message = right_message(MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND,
	    new_watched(notify), MACH_MSG_TYPE_MOVE_RECEIVE);
	message.header.msgh_remote_port = message.right.name;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	expect_right(notify);
	destroy(sink);
	drop_receive(notify);
}

static void
a_right_in_a_message_that_fails_is_sent(void)
{
	mach_port_t notify = new_port();
	mach_port_t sink = new_send_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t rights[2];
	} message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	                MACH_MSGH_BITS_COMPLEX,
	            .msgh_remote_port = sink,
	        },
	    .body = {2},
	    .rights =
	        {
	            {
	                .name = new_watched(notify),
	                .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	            },
	            {
	                .name = absent_name(),
	                .disposition = MACH_MSG_TYPE_COPY_SEND,
	            },
	        },
	};
	mach_port_t port;

	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_RIGHT);
	expect_right(notify);
	expect_empty(sink);

	/* The same of a call that has taken it. */
	port = new_watched(notify);
	EXPECT(mach_port_insert_right(
	           mach_task_self(), sink, port, MACH_MSG_TYPE_MOVE_RECEIVE),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(port), 0);
	expect_right(notify);
	destroy(sink);
	drop_receive(notify);
}

struct blocked_send {
	mach_port_t sink;
	mach_port_t right;
	mach_msg_return_t result;
};

static void
send_blocking(void *argument)
{
	struct blocked_send *blocked = argument;
	struct right_message message =
	    right_message(blocked->sink, MACH_MSG_TYPE_MAKE_SEND,
	        blocked->right, MACH_MSG_TYPE_MOVE_RECEIVE);

	blocked->result = mach_msg(&message.header, MACH_SEND_MSG,
	    sizeof(message), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static void
a_right_in_a_message_that_waits_for_room_is_sent(void)
{
	mach_port_t notify = new_port();
	struct blocked_send blocked = {
	    .sink = new_full_port(1),
	    .right = new_watched(notify),
	};
	struct worker *worker = worker_start(send_blocking, &blocked);

	worker_until_blocked(worker);
	expect_empty(notify);
	destroy(blocked.sink);
	worker_join(worker);
	EXPECT(blocked.result, MACH_MSG_SUCCESS);
	expect_right(notify);
	drop_receive(notify);
}

struct receiver {
	mach_port_t port;
	mach_msg_return_t result;
};

static void
receive_blocking(void *argument)
{
	struct receiver *receiver = argument;
	struct received message;

	receiver->result = receive(receiver->port, 0, &message);
}

static void
what_is_sent_was_moved(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t senders = new_port();
	mach_port_t set = new_set();
	mach_port_t port = new_watched(notify);
	mach_port_status_t status;
	struct received message;
	mach_port_t right;

	set_qlimit(port, 3);
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, NO_SENDERS, 0, senders, NULL), KERN_SUCCESS);
	for (mach_msg_id_t id = 1; id <= 3; id++)
		EXPECT(send_id(port, MACH_MSG_TYPE_MAKE_SEND, id,
		           MACH_PORT_NULL, 0),
		    MACH_MSG_SUCCESS);
	expect_id(port, 1);
	status = status_of(port);
	CHECK_EQUAL(status.mps_mscount, 4);
	CHECK_EQUAL(status.mps_seqno, 1);
	CHECK(status.mps_pset);

	drop_receive(port);
	right = expect_destroyed(notify);
	status = status_of(right);
	CHECK_EQUAL(status.mps_pset, 0);
	CHECK_EQUAL(status.mps_mscount, 0);
	CHECK_EQUAL(status.mps_seqno, 0);
	CHECK_EQUAL(status.mps_qlimit, 3);
	CHECK_EQUAL(status.mps_msgcount, 2);
	CHECK(status.mps_srights);
	CHECK(status.mps_nsrequest);
	CHECK(!status.mps_pdrequest);
	CHECK_EQUAL(type_in(task, AT), MACH_PORT_TYPE_SEND);
	EXPECT(receive_now(right,
	           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO), &message),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, 2);
	CHECK_EQUAL(trailer_of(&message)->msgh_seqno, 0);
	expect_id(right, 3);
	expect_empty(senders);
	EXPECT(mach_port_deallocate(task, AT), KERN_SUCCESS);
	expect_notice(senders, NO_SENDERS, 0);
	EXPECT(receive_now(set, 0, &message), MACH_RCV_TIMED_OUT); /* it left */
	destroy(set);
	drop_receive(right);
	drop_receive(notify);
	drop_receive(senders);
}

static void
who_waits_on_a_right_that_is_sent_is_told(void)
{
	mach_port_t notify = new_port();
	struct receiver receiver = {.port = new_watched(notify)};
	struct worker *worker = worker_start(receive_blocking, &receiver);

	worker_until_blocked(worker);
	drop_receive(receiver.port);
	worker_join(worker);
	EXPECT(receiver.result, MACH_RCV_PORT_CHANGED);
	expect_right(notify);
	drop_receive(notify);
}

struct blocked_id {
	mach_port_t sink;
	mach_msg_return_t result;
};

static void
send_id_blocking(void *argument)
{
	struct blocked_id *blocked = argument;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = blocked->sink,
	    .msgh_id = 2,
	};

	blocked->result = mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static void
senders_wait_on_for_a_right_that_is_sent(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_watched(notify);
	struct blocked_id blocked = {.sink = port};
	struct worker *worker;

	make_send(port);
	set_qlimit(port, 1);
	fill(port, port);
	worker = worker_start(send_id_blocking, &blocked);
	worker_until_blocked(worker);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(expect_destroyed(notify), port);
	expect_id(port, 1);
	worker_join(worker);
	EXPECT(blocked.result, MACH_MSG_SUCCESS);
	expect_id(port, 2);
	destroy(port);
	drop_receive(notify);
}

static void
a_guard_and_a_context_do_not_move(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_watched(notify);
	mach_port_context_t context = 1;
	mach_port_t right;

	EXPECT(mach_port_guard_with_flags(mach_task_self(), port, 0x1234,
	           MPG_STRICT | MPG_IMMOVABLE_RECEIVE),
	    KERN_SUCCESS);
	EXPECT(mach_port_destruct(mach_task_self(), port, 0, 0x1234),
	    KERN_SUCCESS);
	right = expect_destroyed(notify);
	CHECK_EQUAL(status_of(right).mps_flags, 0);
	EXPECT(mach_port_get_context(mach_task_self(), right, &context),
	    KERN_SUCCESS);
	CHECK_EQUAL(context, 0);
	drop_receive(right);

	/* Nor is it immovable any more. */
	port = new_watched(notify);
	EXPECT(mach_port_guard_with_flags(
	           mach_task_self(), port, 0x1234, MPG_IMMOVABLE_RECEIVE),
	    KERN_SUCCESS);
	EXPECT(mach_port_unguard(mach_task_self(), port, 0x1234), KERN_SUCCESS);
	drop_receive(port);
	right = expect_destroyed(notify);
	(void)give(
	    peer_task(peer_new()), AT, right, MACH_MSG_TYPE_MOVE_RECEIVE);
	drop_receive(notify);
}

static void
a_guarded_right_of_a_task_that_dies_is_sent(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_name_t name =
	    peer_give(peer, new_watched(notify), MACH_MSG_TYPE_MOVE_RECEIVE);

	EXPECT(mach_port_guard(peer_task(peer), name, 0x1234, 1), KERN_SUCCESS);
	peer_kill(peer);
	expect_right(notify);
	drop_receive(notify);
}

static void
a_new_owner_asks_again(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_watched(notify);

	for (unsigned i = 0; i < 3; i++) {
		drop_receive(port);
		port = expect_destroyed(notify);
		EXPECT(
		    ask(port, PORT_DESTROYED, 0, notify, NULL), KERN_SUCCESS);
	}
	drop_receive(port);
	drop_receive(expect_destroyed(notify));
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_move_is_not_told_and_takes_the_request_along(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t sink = new_send_port();
	mach_port_t port = new_watched(notify);
	struct received message;

	EXPECT(send_right(sink, 1, port, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(sink, 0, &message), MACH_MSG_SUCCESS);
	port = descriptor_of(&message, 0)->name;
	CHECK(status_of(port).mps_pdrequest);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_empty(notify);
	kill_remote(task, AT);
	expect_right(notify);
	destroy(sink);
	drop_receive(notify);
}

static void
without_a_notify_port_the_port_dies(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_watched(notify);
	mach_port_t reply = new_port();

	make_send(port);
	EXPECT(send_id(port, MACH_MSG_TYPE_COPY_SEND, 1, reply,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	drop_receive(notify);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop(port);
	drop_receive(reply);
}

static void
a_port_that_would_go_to_itself_dies(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();

	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, PORT_DESTROYED, 0, port, NULL), KERN_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_in(task, AT), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
}

static void
a_port_that_would_go_into_its_own_chain_dies(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();

	/* The notify port is in the queue of the port. */
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	(void)give(task, AT + 0x100, notify, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, PORT_DESTROYED, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(port, 1, notify, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_in(task, AT), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_in(task, AT + 0x100), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
}

/*
 * No-senders.
 */

static void
only_a_receive_right_has_no_senders(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	mach_port_t send = new_remote_send(task, AT);
	mach_port_t others[] = {
	    send, once, new_set(), MACH_PORT_NULL, MACH_PORT_DEAD};

	for (unsigned i = 0; i < 5; i++)
		EXPECT(ask(others[i], NO_SENDERS, 0, notify, NULL),
		    KERN_INVALID_RIGHT);
	EXPECT(
	    ask(absent_name(), NO_SENDERS, 0, notify, NULL), KERN_INVALID_NAME);
	while (queued(notify) > 0)
		expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	/* Any sync will do. */
	EXPECT(ask(port, NO_SENDERS, 0xffffffff, notify, NULL), KERN_SUCCESS);
	CHECK(status_of(port).mps_nsrequest);
	cancel(port, NO_SENDERS, notify);
	destroy(others[2]);
	drop(send);
	drop(once);
	destroy(port);
	drop_receive(notify);
}

static void
with_no_senders_now_it_is_told_at_once(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_port();
	mach_port_t previous;

	EXPECT(ask(port, NO_SENDERS, 0, first, NULL), KERN_SUCCESS);
	expect_notice(first, NO_SENDERS, 0);
	CHECK(!status_of(port).mps_nsrequest);

	/* What was registered before comes back; nothing is. */
	EXPECT(ask(port, NO_SENDERS, 1, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, NO_SENDERS, 0, second, &previous), KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	expect_notice(second, NO_SENDERS, 0);
	expect_empty(first);
	CHECK(!status_of(port).mps_nsrequest);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);

	/* To cancel tells nobody. */
	EXPECT(ask(port, NO_SENDERS, 0, MACH_PORT_NULL, NULL), KERN_SUCCESS);
	/* The make-send count decides. */
	make_send(port);
	make_send(port);
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_SEND, -2),
	    KERN_SUCCESS);
	EXPECT(ask(port, NO_SENDERS, 3, first, NULL), KERN_SUCCESS);
	expect_empty(first);
	cancel(port, NO_SENDERS, first);
	EXPECT(ask(port, NO_SENDERS, 2, first, NULL), KERN_SUCCESS);
	expect_notice(first, NO_SENDERS, 2);
	drop_receive(port);
	drop_receive(first);
	drop_receive(second);
}

static void
the_last_send_right_tells_whatever_sync_was(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, NO_SENDERS, 100, notify, NULL), KERN_SUCCESS);
	make_send(port);
	drop(port);
	expect_empty(notify);
	drop(port);
	expect_notice(notify, NO_SENDERS, 2);
	/* Once. */
	make_send(port);
	drop(port);
	expect_empty(notify);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_request_can_be_replaced_and_cancelled(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	EXPECT(ask(port, NO_SENDERS, 0, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, NO_SENDERS, 0, second, &previous), KERN_SUCCESS);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	cancel(port, NO_SENDERS, second);
	CHECK(!status_of(port).mps_nsrequest);
	drop(port);
	expect_empty(first);
	expect_empty(second);
	drop_receive(port);
	drop_receive(first);
	drop_receive(second);
}

static void
a_server_compares_the_count_with_its_own(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_mscount_t made = 0;

	EXPECT(ask(port, NO_SENDERS, 1, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	made++;
	EXPECT(mach_port_deallocate(task, AT), KERN_SUCCESS);
	/* One more is made before the server looks. */
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	made++;
	expect_notice(notify, NO_SENDERS, made - 1);
	EXPECT(ask(port, NO_SENDERS, made, notify, NULL), KERN_SUCCESS);
	expect_empty(notify);
	EXPECT(mach_port_deallocate(task, AT), KERN_SUCCESS);
	expect_notice(notify, NO_SENDERS, made);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_send_right_in_a_message_holds_it_back(void)
{
	mach_port_t notify = new_port();
	mach_port_t sink = new_send_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(sink, 1, port, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_empty(notify);
	expect_id(sink, 1); /* which destroys it */
	expect_notice(notify, NO_SENDERS, 1);

	/* The right over which a message came is used up when it is received. */
	EXPECT(ask(port, NO_SENDERS, 2, notify, NULL), KERN_SUCCESS);
	EXPECT(send_id(port, MACH_MSG_TYPE_MAKE_SEND, 2, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	expect_empty(notify);
	expect_id(port, 2);
	expect_notice(notify, NO_SENDERS, 2);
	destroy(sink);
	drop_receive(port);
	drop_receive(notify);
}

static void
every_space_and_the_kernel_hold_it_back(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	(void)give(peer_task(peer), AT, port, MACH_MSG_TYPE_MAKE_SEND);
	(void)give(peer_task(peer), AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(task_set_special_port(
	           mach_task_self(), TASK_DEBUG_CONTROL_PORT, port),
	    KERN_SUCCESS);
	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop(port);
	expect_empty(notify);
	peer_kill(peer); /* two references, one right */
	expect_empty(notify);
	EXPECT(task_set_special_port(
	           mach_task_self(), TASK_DEBUG_CONTROL_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	expect_notice(notify, NO_SENDERS, 3);
	drop_receive(port);
	drop_receive(notify);
}

static void
send_once_rights_do_not_count(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);

	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop(port);
	expect_notice(notify, NO_SENDERS, 1);
	EXPECT(ask(port, NO_SENDERS, 2, notify, NULL), KERN_SUCCESS);
	drop(once);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(notify);
	EXPECT(ask(port, NO_SENDERS, 0, MACH_PORT_NULL, &once), KERN_SUCCESS);
	drop(once);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_move_counts_from_zero(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	make_send(port);
	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_empty(notify); /* the send right is still here */
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_SEND, -2),
	    KERN_SUCCESS);
	expect_notice(notify, NO_SENDERS, 0);
	EXPECT(mach_port_request_notification(task, AT, NO_SENDERS, 1, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	expect_empty(notify);
	kill_remote(task, AT);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(notify);
}

static void
a_port_that_dies_gives_its_request_up(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port;

	/* mod_refs keeps the send right. */
	port = new_send_port();
	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	drop(port);
	expect_empty(notify);

	/* destroy drops it first, and it was the last. */
	port = new_send_port();
	make_send(port);
	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	destroy(port);
	expect_notice(notify, NO_SENDERS, 2);
	expect_empty(notify);

	/* Or it was not. */
	port = new_send_port();
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	destroy(port);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_task_that_dies_drops_its_send_right_first(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_name_t name =
	    peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	mach_port_t task = peer_task(peer);
	mach_port_t previous;

	EXPECT(mach_port_extract_right(task, name, MACH_MSG_TYPE_MAKE_SEND,
	           &port, &(mach_msg_type_name_t){0}),
	    KERN_SUCCESS);
	(void)give(task, name, port, MACH_MSG_TYPE_MOVE_SEND);
	CHECK_EQUAL(type_in(task, name), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(mach_port_request_notification(task, name, NO_SENDERS, 0, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	peer_kill(peer);
	expect_notice(notify, NO_SENDERS, 1);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_sync_that_is_not_reached_waits(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();

	EXPECT(ask(port, NO_SENDERS, 1, notify, NULL), KERN_SUCCESS);
	expect_empty(notify);
	CHECK(status_of(port).mps_nsrequest);
	make_send(port);
	drop(port);
	expect_notice(notify, NO_SENDERS, 1);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_server_waits_for_its_first_sender(void)
{
	struct peer *client = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_name_t name;

	name = peer_give(client, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, NO_SENDERS, 1, notify, NULL), KERN_SUCCESS);
	expect_empty(notify);
	CHECK_EQUAL(type_in(peer_task(client), name), MACH_PORT_TYPE_SEND);
	peer_kill(client);
	expect_notice(notify, NO_SENDERS, 1);
	drop_receive(port);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.5.b1", only_a_receive_right_is_destroyed),
    SCENARIO("notifications.5.b2 notifications.12.i6", a_second_request_fails),
    SCENARIO_WITH(
        SCENARIO_MACH3, "notifications.5.b2", mach_3_replaces_and_cancels),
    SCENARIO(
        "notifications.5 notifications.5.b3", a_right_that_is_released_is_sent),
    SCENARIO("notifications.5.b3", a_right_of_a_task_that_dies_is_sent),
    SCENARIO(
        "notifications.5.b3", a_right_in_a_message_that_is_destroyed_is_sent),
    SCENARIO("notifications.5.b3", a_right_in_a_message_that_fails_is_sent),
    SCENARIO(
        "notifications.5.b3", a_right_in_a_message_that_waits_for_room_is_sent),
    SCENARIO("notifications.5.b3 notifications.12.i6", what_is_sent_was_moved),
    SCENARIO("notifications.5.b3", who_waits_on_a_right_that_is_sent_is_told),
    SCENARIO("notifications.5.b3", senders_wait_on_for_a_right_that_is_sent),
    SCENARIO("notifications.5.b3", a_guard_and_a_context_do_not_move),
    SCENARIO("notifications.5.b3", a_guarded_right_of_a_task_that_dies_is_sent),
    SCENARIO("notifications.5.b3", a_new_owner_asks_again),
    SCENARIO(
        "notifications.5.b4", a_move_is_not_told_and_takes_the_request_along),
    SCENARIO("notifications.5.b5", without_a_notify_port_the_port_dies),
    SCENARIO("notifications.5.b6 notifications.12.i7",
        a_port_that_would_go_to_itself_dies),
    SCENARIO(
        "notifications.5.b6", a_port_that_would_go_into_its_own_chain_dies),
    SCENARIO("notifications.6.b1", only_a_receive_right_has_no_senders),
    SCENARIO("notifications.6.b2 notifications.12.i4",
        with_no_senders_now_it_is_told_at_once),
    SCENARIO("notifications.6 notifications.6.b3",
        the_last_send_right_tells_whatever_sync_was),
    SCENARIO("notifications.6.b3", a_request_can_be_replaced_and_cancelled),
    SCENARIO("notifications.6.b4", a_server_compares_the_count_with_its_own),
    SCENARIO("notifications.6.b5", a_send_right_in_a_message_holds_it_back),
    SCENARIO("notifications.6.b5", every_space_and_the_kernel_hold_it_back),
    SCENARIO("notifications.6.b6", send_once_rights_do_not_count),
    SCENARIO("notifications.6.b7", a_move_counts_from_zero),
    SCENARIO("notifications.6.b8 notifications.12.i5",
        a_port_that_dies_gives_its_request_up),
    SCENARIO("notifications.6.b8", a_task_that_dies_drops_its_send_right_first),
    SCENARIO("notifications.6.b9 notifications.12.i4",
        a_sync_that_is_not_reached_waits),
    SCENARIO("notifications.6.b10", a_server_waits_for_its_first_sender),
};
CONFORMANCE(scenarios)
