/*
 * mach_port_request_notification(), and requests on a name: dead-name and
 * port-deleted. Source: spec/notifications.md 2-4
 */
#include "notices.h"

#define DEAD_NAME MACH_NOTIFY_DEAD_NAME

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/*
 * The call.
 */

static void
make_send_once_needs_the_receive_right(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t sender = new_remote_send(task, AT);

	EXPECT(ask(port, DEAD_NAME, 0, sender, NULL), KERN_INVALID_RIGHT);
	EXPECT(ask(port, DEAD_NAME, 0, absent_name(), NULL), KERN_INVALID_NAME);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(status_of(notify).mps_sorights, 1);
	CHECK_EQUAL(status_of(notify).mps_mscount, 0);
	cancel(port, DEAD_NAME, notify);
	drop(sender);
	destroy(port);
	drop_receive(notify);
}

static void
a_moved_send_once_right_leaves_the_space(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t right = new_send_once(notify);

	EXPECT(ask_moving(port, DEAD_NAME, 0, notify), KERN_INVALID_RIGHT);
	EXPECT(
	    ask_moving(port, DEAD_NAME, 0, absent_name()), KERN_INVALID_NAME);
	EXPECT(ask_moving(port, DEAD_NAME, 0, right), KERN_SUCCESS);
	CHECK_EQUAL(type_of(right), 0);
	CHECK_EQUAL(status_of(notify).mps_sorights, 1);
	drop_receive(port);
	expect_notice(notify, DEAD_NAME, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_dead_notify_right_is_no_capability(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t right = new_send_once(notify);

	EXPECT(ask(port, DEAD_NAME, 0, MACH_PORT_DEAD, NULL),
	    KERN_INVALID_CAPABILITY);
	EXPECT(ask_moving(port, DEAD_NAME, 0, MACH_PORT_DEAD),
	    KERN_INVALID_CAPABILITY);
	drop_receive(notify);
	CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_DEAD_NAME);
	/* docs/differences.md: no receive right; and the reference is lost. */
	EXPECT(ask(port, DEAD_NAME, 0, right, NULL), KERN_INVALID_RIGHT);
	EXPECT(ask_moving(port, DEAD_NAME, 0, right), KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(type_of(right), 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
}

static void
the_previous_right_has_a_new_name(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	EXPECT(ask(port, DEAD_NAME, 0, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, DEAD_NAME, 0, second, &previous), KERN_SUCCESS);
	CHECK(previous != first);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(status_of(first).mps_sorights, 1);
	expect_empty(first);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	cancel(port, DEAD_NAME, second);
	drop_receive(first);
	drop_receive(second);
	destroy(port);
}

static void
a_request_fires_once(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop(port);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	CHECK(!status_of(port).mps_nsrequest);
	make_send(port);
	drop(port);
	expect_empty(notify);
	drop_receive(port);
	expect_empty(notify);
	drop_receive(notify);
}

/* What the call refuses, it has destroyed the right of. */
static void
refuse(mach_port_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    kern_return_t code)
{
	mach_port_t notify = new_port();
	mach_port_t right = new_send_once(notify);

	EXPECT(ask(name, id, sync, notify, NULL), code);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(ask_moving(name, id, sync, right), code);
	CHECK_EQUAL(type_of(right), 0);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	drop_receive(notify);
}

static void
an_error_destroys_the_given_right(void)
{
	static const mach_msg_id_t unknown[] = {
	    0, 64, 65, 67, 68, 71, 73, 77, -1};
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t sender = new_remote_send(task, AT);
	mach_port_t set = new_set();
	mach_port_t dead = new_dead_name();

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		refuse(port, unknown[i], 0, KERN_INVALID_VALUE);
	refuse(port, MACH_NOTIFY_PORT_DESTROYED, 1, KERN_INVALID_VALUE);
	for (mach_msg_id_t id = MACH_NOTIFY_PORT_DESTROYED;
	     id <= MACH_NOTIFY_NO_SENDERS; id++) {
		refuse(MACH_PORT_NULL, id, 0, KERN_INVALID_RIGHT);
		refuse(MACH_PORT_DEAD, id, 0, KERN_INVALID_RIGHT);
		refuse(sender, id, 0, KERN_INVALID_RIGHT);
		refuse(set, id, 0, KERN_INVALID_RIGHT);
		refuse(absent_name(), id, 0, KERN_INVALID_NAME);
		refuse(dead, id, 0, KERN_INVALID_NAME); /* ports.md 5 */
	}
	refuse(set, MACH_NOTIFY_SEND_POSSIBLE, 1, KERN_INVALID_RIGHT);
	refuse(absent_name(), MACH_NOTIFY_SEND_POSSIBLE, 1, KERN_INVALID_NAME);
	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	refuse(port, MACH_NOTIFY_PORT_DESTROYED, 0, KERN_FAILURE);

	drop_receive(notify); /* so that the port dies */
	destroy(port);
	drop(sender);
	destroy(set);
	drop(dead);
}

static void
another_disposition_is_a_type_error(void)
{
	static const mach_msg_type_name_t others[] = {0,
	    MACH_MSG_TYPE_MOVE_RECEIVE, MACH_MSG_TYPE_MOVE_SEND,
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, 22};
	mach_port_t notify = new_send_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		EXPECT(mach_port_request_notification(mach_task_self(), port,
		           DEAD_NAME, 0, notify, others[i], &previous),
		    MIG_TYPE_ERROR);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(
	    type_of(notify) & MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_RECEIVE);
	destroy(notify);
	destroy(port);
}

static void
a_request_in_another_task_has_the_callers_right(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t previous;

	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(mach_port_request_notification(task, AT, DEAD_NAME, 0,
	           absent_name(), MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_request_notification(task, AT, DEAD_NAME, 0, notify,
	           MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_request_notification(task, AT, DEAD_NAME, 0, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(previous, MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(type_in(task, AT), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_in(task, AT, MACH_PORT_RIGHT_DEAD_NAME), 2);
	expect_notice(notify, DEAD_NAME, AT);
	drop_receive(notify);
}

/*
 * To what a request belongs.
 */

static void
a_request_on_a_receive_right_travels_with_it(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t destroyed = new_port();
	mach_port_t senders = new_port();
	mach_port_t port = new_send_port();
	mach_port_t right;

	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, destroyed, NULL),
	    KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, senders, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_empty(destroyed);
	expect_empty(senders);
	drop(port);
	expect_notice(senders, MACH_NOTIFY_NO_SENDERS, 0);
	kill_remote(task, AT);
	right = expect_destroyed(destroyed);
	CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_RECEIVE);
	CHECK(!status_of(right).mps_pdrequest);
	drop_receive(right);
	drop_receive(destroyed);
	drop_receive(senders);
}

static void
each_name_of_a_port_has_its_own_request(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	mach_port_t previous;

	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(ask(once, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_request_notification(task, AT, DEAD_NAME, 0, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(previous, MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(queued(notify), 3);
	for (unsigned i = 0; i < 3; i++)
		take(notify);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 2);
	CHECK_EQUAL(refs_of(once, MACH_PORT_RIGHT_DEAD_NAME), 2);
	CHECK_EQUAL(refs_in(task, AT, MACH_PORT_RIGHT_DEAD_NAME), 2);
	destroy(port);
	destroy(once);
	drop_receive(notify);
}

static void
dead_name_and_send_possible_share_a_slot(void)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_t port = new_full_port(1);
	mach_port_t previous;

	EXPECT(ask(port, DEAD_NAME, 0, first, NULL), KERN_SUCCESS);
	EXPECT(ask(port, MACH_NOTIFY_SEND_POSSIBLE, 0, second, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	drop(previous);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(ask(port, DEAD_NAME, 0, first, &previous), KERN_SUCCESS);
	drop(previous);
	expect_notice(second, MACH_NOTIFY_SEND_ONCE, 0);
	take(port);
	expect_empty(first);
	drop_receive(port);
	expect_notice(first, DEAD_NAME, port);
	expect_empty(second);
	destroy(port);
	drop_receive(first);
	drop_receive(second);
}

static void
msg_accepted_has_a_slot_of_its_own(void)
{
	mach_port_t dead = new_port();
	mach_port_t accepted = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(ask(port, DEAD_NAME, 0, dead, NULL), KERN_SUCCESS);
	EXPECT(send_notify(port, MACH_MSG_TYPE_COPY_SEND, 2, 0, accepted),
	    MACH_SEND_WILL_NOTIFY);
	EXPECT(send_notify(port, MACH_MSG_TYPE_COPY_SEND, 3, 0, accepted),
	    MACH_SEND_NOTIFY_IN_PROGRESS);
	expect_id(port, 1);
	expect_id(port, 2);
	expect_notice(accepted, MACH_NOTIFY_MSG_ACCEPTED, port);
	CHECK(type_of(port) & MACH_PORT_TYPE_DNREQUEST);
	drop_receive(port);
	expect_notice(dead, DEAD_NAME, port);
	expect_empty(accepted);
	destroy(port);
	drop_receive(dead);
	drop_receive(accepted);
}

/*
 * Registration on a name.
 */

static void
no_name_is_no_argument(void)
{
	static const mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};

	for (unsigned i = 0; i < 2; i++) {
		for (mach_port_mscount_t sync = 0; sync <= 1; sync++) {
			refuse(
			    names[i], DEAD_NAME, sync, KERN_INVALID_ARGUMENT);
			refuse(names[i], MACH_NOTIFY_SEND_POSSIBLE, sync,
			    KERN_INVALID_ARGUMENT);
			EXPECT(ask(names[i], DEAD_NAME, sync, MACH_PORT_NULL,
			           NULL),
			    KERN_INVALID_ARGUMENT);
		}
	}
}

static void
an_absent_name_is_none(void)
{
	mach_port_t absent = absent_name();

	refuse(absent, DEAD_NAME, 0, KERN_INVALID_NAME);
	refuse(absent, DEAD_NAME, 1, KERN_INVALID_NAME);
	EXPECT(
	    ask(absent, DEAD_NAME, 0, MACH_PORT_NULL, NULL), KERN_INVALID_NAME);
}

static void
a_cancel_of_nothing_succeeds_on_any_name(void)
{
	mach_port_t port = new_port();
	mach_port_t names[] = {port, new_send_once(port), new_send_port(),
	    new_dead_name(), new_set()};

	for (unsigned i = 0; i < 5; i++) {
		for (mach_port_mscount_t sync = 0; sync <= 1; sync++) {
			EXPECT(ask(names[i], DEAD_NAME, sync, MACH_PORT_NULL,
			           NULL),
			    KERN_SUCCESS);
			EXPECT(ask(names[i], MACH_NOTIFY_SEND_POSSIBLE, sync,
			           MACH_PORT_NULL, NULL),
			    KERN_SUCCESS);
		}
	}
	CHECK_EQUAL(refs_of(names[3], MACH_PORT_RIGHT_DEAD_NAME), 1);
	for (unsigned i = 5; i-- > 0;)
		destroy(names[i]);
}

/* Registered, replaced, cancelled, on @name. */
static void
replace_and_cancel(mach_port_t name)
{
	mach_port_t first = new_port();
	mach_port_t second = new_port();
	mach_port_type_t type = type_of(name);
	mach_port_t previous;

	for (mach_port_mscount_t sync = 0; sync <= 1; sync++) {
		EXPECT(ask(name, DEAD_NAME, sync, first, NULL), KERN_SUCCESS);
		CHECK_EQUAL(type_of(name), type | MACH_PORT_TYPE_DNREQUEST);
		EXPECT(ask(name, DEAD_NAME, sync, second, &previous),
		    KERN_SUCCESS);
		drop(previous);
		expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
		cancel(name, DEAD_NAME, second);
		CHECK_EQUAL(type_of(name), type);
	}
	expect_empty(first);
	expect_empty(second);
	drop_receive(first);
	drop_receive(second);
}

static void
every_live_right_takes_a_request(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t both = new_send_port();
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t send = new_remote_send(task, AT);

	replace_and_cancel(send);
	replace_and_cancel(port);
	replace_and_cancel(both);
	replace_and_cancel(once);
	drop(once);
	drop(send);
	destroy(port);
	destroy(both);
}

static void
a_dead_name_with_sync_fires_at_once(void)
{
	mach_port_t notify = new_port();
	mach_port_t dead = new_dead_name();

	EXPECT(ask(dead, DEAD_NAME, 1, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, DEAD_NAME, dead);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 2);
	/* Nothing is registered. */
	CHECK_EQUAL(type_of(dead), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(ask(dead, DEAD_NAME, 77, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, DEAD_NAME, dead);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 3);
	expect_empty(notify);
	destroy(dead);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_dead_name_without_sync_is_no_argument(void)
{
	mach_port_t dead = new_dead_name();

	refuse(dead, DEAD_NAME, 0, KERN_INVALID_ARGUMENT);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 1);
	drop(dead);
}

static void
a_set_takes_no_request(void)
{
	mach_port_t set = new_set();

	refuse(set, DEAD_NAME, 0, KERN_INVALID_RIGHT);
	refuse(set, DEAD_NAME, 1, KERN_INVALID_RIGHT);
	destroy(set);
}

/*
 * Its life.
 */

static void
a_send_right_whose_port_dies_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t send = new_remote_send(task, AT);

	EXPECT(
	    mach_port_mod_refs(mach_task_self(), send, MACH_PORT_RIGHT_SEND, 2),
	    KERN_SUCCESS);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	kill_remote(task, AT);
	CHECK_EQUAL(type_of(send), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(send, MACH_PORT_RIGHT_DEAD_NAME), 4);
	expect_notice(notify, DEAD_NAME, send);
	/* One for each reference that was held, one for the notification. */
	for (unsigned i = 0; i < 4; i++)
		drop(send);
	CHECK_EQUAL(type_of(send), 0);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_send_once_right_whose_port_dies_is_told(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);

	EXPECT(ask(once, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(once, MACH_PORT_RIGHT_DEAD_NAME), 2);
	expect_notice(notify, DEAD_NAME, once);
	destroy(once);
	drop_receive(notify);
}

static void
who_destroys_his_port_is_told_of_his_send_right(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	make_send(port);
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 3);
	expect_notice(notify, DEAD_NAME, port);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

static void
pegged_references_stay_where_they_are(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t send = new_remote_send(task, AT);

	EXPECT(mach_port_mod_refs(mach_task_self(), send, MACH_PORT_RIGHT_SEND,
	           MACH_PORT_UREFS_MAX - 1),
	    KERN_SUCCESS);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	kill_remote(task, AT);
	expect_notice(notify, DEAD_NAME, send);
	CHECK_EQUAL(
	    refs_of(send, MACH_PORT_RIGHT_DEAD_NAME), MACH_PORT_UREFS_MAX);
	EXPECT(ask(send, DEAD_NAME, 1, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, DEAD_NAME, send);
	CHECK_EQUAL(
	    refs_of(send, MACH_PORT_RIGHT_DEAD_NAME), MACH_PORT_UREFS_MAX);
	destroy(send);
	drop_receive(notify);
}

/* The name has gone, its port lives: 65, and no 72 when it dies. */
static void
expect_deleted(mach_port_t notify, mach_port_t name, mach_port_t task)
{
	CHECK_EQUAL(type_of(name), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, name);
	kill_remote(task, AT);
	expect_empty(notify);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
}

static void
a_send_right_that_is_released_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();

	for (unsigned way = 0; way < 3; way++) {
		mach_port_t send = new_remote_send(task, AT);

		EXPECT(mach_port_mod_refs(
		           mach_task_self(), send, MACH_PORT_RIGHT_SEND, 1),
		    KERN_SUCCESS);
		EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
		switch (way) {
		case 0:
			drop(send);
			expect_empty(notify); /* it has another reference */
			drop(send);
			break;
		case 1:
			EXPECT(mach_port_mod_refs(mach_task_self(), send,
			           MACH_PORT_RIGHT_SEND, -2),
			    KERN_SUCCESS);
			break;
		default:
			destroy(send);
		}
		expect_deleted(notify, send, task);
	}
	drop_receive(notify);
}

static void
a_send_right_that_is_sent_away_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t sink = new_send_port();
	mach_port_t notify = new_port();
	mach_port_t send;

	/* As the destination. */
	send = new_remote_send(task, AT);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_id(send, MACH_MSG_TYPE_MOVE_SEND, 1, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	expect_deleted(notify, send, task);

	/* As the reply right. */
	send = new_remote_send(task, AT);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_id(sink, MACH_MSG_TYPE_COPY_SEND, 1, send,
	           MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	expect_deleted(notify, send, task);
	take(sink);

	/* In the body. */
	send = new_remote_send(task, AT);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(sink, 1, send, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	expect_deleted(notify, send, task);
	take(sink);

	destroy(sink);
	drop_receive(notify);
}

static void
a_reference_of_many_that_is_sent_away_is_not_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t sink = new_send_port();
	mach_port_t notify = new_port();
	mach_port_t send = new_remote_send(task, AT);

	EXPECT(
	    mach_port_mod_refs(mach_task_self(), send, MACH_PORT_RIGHT_SEND, 1),
	    KERN_SUCCESS);
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(sink, 1, send, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	expect_empty(notify);
	CHECK(type_of(send) & MACH_PORT_TYPE_DNREQUEST);
	drop(send);
	expect_deleted(notify, send, task);
	take(sink);
	destroy(sink);
	drop_receive(notify);
}

static void
a_send_once_right_that_is_used_is_told(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t sink = new_send_port();
	mach_port_t once;

	once = new_send_once(port);
	EXPECT(ask(once, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    send_id(once, MACH_MSG_TYPE_MOVE_SEND_ONCE, 1, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	expect_id(port, 1);

	once = new_send_once(port);
	EXPECT(ask(once, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(sink, 1, once, MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	take(sink);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);

	once = new_send_once(port);
	EXPECT(ask(once, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop(once);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);

	expect_empty(notify);
	destroy(sink);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_receive_right_that_goes_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t sink = new_send_port();
	mach_port_t notify = new_port();
	mach_port_t port;
	struct received message;

	/* Moved. */
	port = new_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(send_right(sink, 1, port, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	EXPECT(receive_now(sink, 0, &message), MACH_MSG_SUCCESS);
	drop_receive(descriptor_of(&message, 0)->name);

	port = new_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	kill_remote(task, AT);

	/* Destroyed. */
	port = new_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	port = new_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	destroy(port);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);

	expect_empty(notify);
	destroy(sink);
	drop_receive(notify);
}

static void
a_right_that_is_extracted_is_told(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t previous;
	mach_port_t name;
	mach_msg_type_name_t type;

	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(mach_port_request_notification(task, AT, DEAD_NAME, 0, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(mach_port_extract_right(
	           task, AT, MACH_MSG_TYPE_MOVE_SEND, &name, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(name, port);
	CHECK_EQUAL(type_in(task, AT), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, AT);
	destroy(port);
	expect_empty(notify);
	drop_receive(notify);
}

static void
half_of_a_name_that_goes_keeps_the_request(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port;

	/* The send right goes. */
	port = new_send_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop(port);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	expect_empty(notify);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);

	/* The receive right goes, and the port lives. */
	port = new_send_port();
	EXPECT(ask(port, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	expect_empty(notify);
	kill_remote(task, AT);
	expect_notice(notify, DEAD_NAME, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 2);
	destroy(port);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_renamed_name_is_told_by_its_new_name(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t send = new_remote_send(task, AT);
	mach_port_t other = absent_name();

	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_rename(mach_task_self(), send, other), KERN_SUCCESS);
	CHECK_EQUAL(type_of(send), 0);
	CHECK_EQUAL(
	    type_of(other), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	expect_empty(notify);
	kill_remote(task, AT);
	expect_notice(notify, DEAD_NAME, other);
	CHECK_EQUAL(refs_of(other, MACH_PORT_RIGHT_DEAD_NAME), 2);
	destroy(other);

	send = new_remote_send(task, AT);
	other = absent_name();
	EXPECT(ask(send, DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_rename(mach_task_self(), send, other), KERN_SUCCESS);
	drop(other);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, other);
	kill_remote(task, AT);
	drop_receive(notify);
}

static void
ask_at(void *argument)
{
	EXPECT(ask(*(mach_port_t *)argument, DEAD_NAME, 0, new_port(), NULL),
	    KERN_SUCCESS);
}

static void
a_task_that_dies_has_its_names_deleted(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t mine = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	mach_port_t theirs =
	    peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	mach_port_t previous;

	/* One is told here, of the other nobody is left to be told. */
	EXPECT(mach_port_request_notification(peer_task(peer), mine, DEAD_NAME,
	           0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	peer_run(peer, ask_at, &theirs, sizeof(theirs));
	peer_kill(peer);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, mine);
	expect_empty(notify);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(port);
	drop_receive(port);
	drop_receive(notify);
}

static void
port_deleted_cannot_be_asked_for(void)
{
	mach_port_t port = new_send_port();

	refuse(port, MACH_NOTIFY_PORT_DELETED, 0, KERN_INVALID_VALUE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.2 notifications.2.b1",
        make_send_once_needs_the_receive_right),
    SCENARIO("notifications.2.b1", a_moved_send_once_right_leaves_the_space),
    SCENARIO("notifications.2.b1 notifications.2.b5",
        a_dead_notify_right_is_no_capability),
    SCENARIO("notifications.2.b2 notifications.12.i2",
        the_previous_right_has_a_new_name),
    SCENARIO("notifications.2.b3", a_request_fires_once),
    SCENARIO("notifications.2.b4 notifications.2.b5 notifications.10.b3",
        an_error_destroys_the_given_right),
    SCENARIO("notifications.2.b5", another_disposition_is_a_type_error),
    SCENARIO(
        "notifications.2.b5", a_request_in_another_task_has_the_callers_right),
    SCENARIO(
        "notifications.2.r1", a_request_on_a_receive_right_travels_with_it),
    SCENARIO("notifications.2.r2", each_name_of_a_port_has_its_own_request),
    SCENARIO("notifications.2.r2 notifications.12.i3",
        dead_name_and_send_possible_share_a_slot),
    SCENARIO("notifications.2.r3", msg_accepted_has_a_slot_of_its_own),
    SCENARIO("notifications.3.r1", no_name_is_no_argument),
    SCENARIO("notifications.3.r2", an_absent_name_is_none),
    SCENARIO("notifications.3.r3", a_cancel_of_nothing_succeeds_on_any_name),
    SCENARIO("notifications.3.r4 notifications.3.r5 notifications.3.r13",
        every_live_right_takes_a_request),
    SCENARIO("notifications.3.r6", a_dead_name_with_sync_fires_at_once),
    SCENARIO("notifications.3.r7", a_dead_name_without_sync_is_no_argument),
    SCENARIO("notifications.3.r8", a_set_takes_no_request),
    SCENARIO("notifications.3 notifications.3.r9 notifications.12.i1",
        a_send_right_whose_port_dies_is_told),
    SCENARIO("notifications.3.r9", a_send_once_right_whose_port_dies_is_told),
    SCENARIO("notifications.3.r9 notifications.3.r12",
        who_destroys_his_port_is_told_of_his_send_right),
    SCENARIO("notifications.3", pegged_references_stay_where_they_are),
    SCENARIO("notifications.3.r10 notifications.12.i1",
        a_send_right_that_is_released_is_told),
    SCENARIO("notifications.3.r10", a_send_right_that_is_sent_away_is_told),
    SCENARIO("notifications.3.r10",
        a_reference_of_many_that_is_sent_away_is_not_told),
    SCENARIO("notifications.3.r10", a_send_once_right_that_is_used_is_told),
    SCENARIO("notifications.3.r10", a_receive_right_that_goes_is_told),
    SCENARIO("notifications.3.r10", a_right_that_is_extracted_is_told),
    SCENARIO("notifications.3.r11", half_of_a_name_that_goes_keeps_the_request),
    SCENARIO("notifications.3.r14", a_renamed_name_is_told_by_its_new_name),
    SCENARIO("notifications.3.r15", a_task_that_dies_has_its_names_deleted),
    SCENARIO("notifications.4", port_deleted_cannot_be_asked_for),
};
CONFORMANCE(scenarios)
