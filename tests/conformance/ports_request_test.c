/* ports.md 10.21: requests for notifications, and how they are refused. */
#include "ports.h"

static const mach_msg_id_t kinds_of_request[] = {
    PORT_DESTROYED, NO_SENDERS, NAME_DIED, SEND_POSSIBLE};

/* Ask with a new right for @notify, which comes back as a notification. */
static void
expect_refusal(mach_port_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    mach_port_t notify, kern_return_t code)
{
	mach_port_t once = new_send_once(notify), previous = 77;

	EXPECT(mach_port_request_notification(mach_task_self(), name, id, sync,
	           notify, MAKE_SEND_ONCE, &previous),
	    code);
	expect_notice(notify, ONCE_GONE, 0);
	/* A right that is moved is gone as well. */
	EXPECT(mach_port_request_notification(mach_task_self(), name, id, sync,
	           once, MOVE_SEND_ONCE, &previous),
	    code);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(notify, ONCE_GONE, 0);
	expect_empty(notify);
}

static void
requests_are_registered_replaced_and_cancelled(void)
{
	mach_port_t port = new_send_port(), notify = new_port(), previous;

	for (unsigned i = 1; i < 4; i++) {
		mach_msg_id_t id = kinds_of_request[i];

		CHECK_EQUAL(request(port, id, 0, notify), MACH_PORT_NULL);
		previous = request(port, id, 0, notify);
		CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
		drop(previous);
		expect_notice(notify, ONCE_GONE, 0);
		EXPECT(mach_port_request_notification(mach_task_self(), port,
		           id, 0, MACH_PORT_NULL, MAKE_SEND_ONCE, &previous),
		    KERN_SUCCESS);
		CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
		drop(previous);
		expect_notice(notify, ONCE_GONE, 0);
		EXPECT(mach_port_request_notification(mach_task_self(), port,
		           id, 0, MACH_PORT_NULL, MOVE_SEND_ONCE, &previous),
		    KERN_SUCCESS);
		CHECK_EQUAL(previous, MACH_PORT_NULL);
	}
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	destroy(port);
	expect_empty(notify);
	destroy(notify);
}

static void
a_dead_notify_port_is_refused(void)
{
	mach_port_t self = mach_task_self(), port = new_send_port(), previous;
	mach_port_t notify = new_port(), once = new_send_once(notify);
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE);

	destroy(notify);
	for (unsigned i = 0; i < 4; i++) {
		mach_msg_id_t id = kinds_of_request[i];

		EXPECT(mach_port_request_notification(self, port, id, 0,
		           MACH_PORT_DEAD, MAKE_SEND_ONCE, &previous),
		    KERN_INVALID_CAPABILITY);
		EXPECT(mach_port_request_notification(self, port, id, 0,
		           MACH_PORT_DEAD, MOVE_SEND_ONCE, &previous),
		    KERN_INVALID_CAPABILITY);
		EXPECT(mach_port_request_notification(peer_task(peer), theirs,
		           id, 0, MACH_PORT_DEAD, MOVE_SEND_ONCE, &previous),
		    KERN_INVALID_CAPABILITY);
	}
	EXPECT(mach_port_request_notification(
	           self, port, NAME_DIED, 0, once, MOVE_SEND_ONCE, &previous),
	    KERN_INVALID_CAPABILITY);
	if (type_of(once) != 0)
		drop(once);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK(!status_of(port).mps_nsrequest && !status_of(port).mps_pdrequest);
	destroy(port);
}

static void
a_request_of_no_kind_is_refused(void)
{
	static const mach_msg_id_t ids[] = {
	    0, -1, 64, 65, 67, 68, 71, 73, 77, 3213};
	mach_port_t port = new_send_port(), notify = new_port();

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		expect_refusal(port, ids[i], 0, notify, KERN_INVALID_VALUE);
	expect_refusal(port, PORT_DESTROYED, 1, notify, KERN_INVALID_VALUE);
	CHECK(!status_of(port).mps_pdrequest);
	destroy(port);
	destroy(notify);
}

static void
a_name_of_the_wrong_kind_is_refused(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t notify = new_port();
	const mach_port_name_t no_receive[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, kinds.send, kinds.once, kinds.set};

	for (size_t i = 0; i < 5; i++) {
		expect_refusal(no_receive[i], PORT_DESTROYED, 0, notify,
		    KERN_INVALID_RIGHT);
		expect_refusal(
		    no_receive[i], NO_SENDERS, 0, notify, KERN_INVALID_RIGHT);
	}
	for (mach_port_mscount_t sync = 0; sync < 2; sync++) {
		expect_refusal(
		    kinds.set, NAME_DIED, sync, notify, KERN_INVALID_RIGHT);
		expect_refusal(
		    kinds.set, SEND_POSSIBLE, sync, notify, KERN_INVALID_RIGHT);
	}
	destroy(notify);
	kinds_free(&kinds);
}

static void
a_notify_name_that_lacks_the_right_is_refused(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t self = mach_task_self(), port = new_send_port(), previous;
	const mach_port_t no_receive[] = {
	    kinds.send, kinds.once, kinds.set, kinds.dead};
	const mach_port_t no_once[] = {
	    kinds.send, kinds.receive, kinds.both, kinds.set};

	for (unsigned i = 0; i < 4; i++) {
		EXPECT(mach_port_request_notification(self, port, NAME_DIED, 0,
		           no_receive[i], MAKE_SEND_ONCE, &previous),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_request_notification(self, port, NAME_DIED, 0,
		           no_once[i], MOVE_SEND_ONCE, &previous),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_request_notification(peer_task(kinds.peer),
		           kinds.peer_port, NAME_DIED, 0, no_receive[i],
		           MAKE_SEND_ONCE, &previous),
		    MACH_SEND_INVALID_RIGHT);
		EXPECT(mach_port_request_notification(peer_task(kinds.peer),
		           kinds.peer_port, NAME_DIED, 0, no_once[i],
		           MOVE_SEND_ONCE, &previous),
		    MACH_SEND_INVALID_RIGHT);
	}
	CHECK_EQUAL(type_of(kinds.once), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	kinds_free(&kinds);
}

static void
an_absent_name_is_refused(void)
{
	mach_port_t self = mach_task_self(), port = new_send_port();
	mach_port_t notify = new_port(), absent = absent_name(), previous;
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE);

	for (unsigned i = 0; i < 4; i++)
		expect_refusal(
		    absent, kinds_of_request[i], 0, notify, KERN_INVALID_NAME);
	for (mach_msg_type_name_t d = MOVE_SEND_ONCE; d <= MAKE_SEND_ONCE;
	     d += MAKE_SEND_ONCE - MOVE_SEND_ONCE) {
		EXPECT(mach_port_request_notification(
		           self, port, NAME_DIED, 0, absent, d, &previous),
		    KERN_INVALID_NAME);
		EXPECT(mach_port_request_notification(peer_task(peer), theirs,
		           NAME_DIED, 0, absent, d, &previous),
		    MACH_SEND_INVALID_RIGHT);
	}
	destroy(port);
	destroy(notify);
}

static void
a_name_that_cannot_die_is_refused(void)
{
	mach_port_t dead = new_dead_name(), notify = new_port();

	for (mach_port_mscount_t sync = 0; sync < 2; sync++)
		for (unsigned i = 2; i < 4; i++) {
			expect_refusal(MACH_PORT_NULL, kinds_of_request[i],
			    sync, notify, KERN_INVALID_ARGUMENT);
			expect_refusal(MACH_PORT_DEAD, kinds_of_request[i],
			    sync, notify, KERN_INVALID_ARGUMENT);
		}
	expect_refusal(dead, NAME_DIED, 0, notify, KERN_INVALID_ARGUMENT);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 1);
	/* With sync it is told at once. */
	CHECK_EQUAL(request(dead, NAME_DIED, 1, notify), MACH_PORT_NULL);
	expect_notice(notify, NAME_DIED, dead);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 2);
	CHECK_EQUAL(type_of(dead), MACH_PORT_TYPE_DEAD_NAME);
	destroy(dead);
	destroy(notify);
}

static void
a_second_port_destroyed_request_is_refused(void)
{
	mach_port_t port = new_port(), notify = new_port(), previous;

	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	expect_refusal(port, PORT_DESTROYED, 0, notify, KERN_FAILURE);
	EXPECT(
	    mach_port_request_notification(mach_task_self(), port,
	        PORT_DESTROYED, 0, MACH_PORT_NULL, MAKE_SEND_ONCE, &previous),
	    KERN_FAILURE);
	CHECK(status_of(port).mps_pdrequest);
	drop_receive(port);
	port = expect_destroyed(notify);
	destroy(port);
	destroy(notify);
}

/* Mach 3 has KERN_UREFS_OVERFLOW here; the count is pegged instead. */
static void
a_dead_name_at_its_limit_is_told_of_all_the_same(void)
{
	mach_port_t dead = new_dead_name(), notify = new_port();

	add_refs(dead, DEAD_NAME, 65534);
	CHECK_EQUAL(request(dead, NAME_DIED, 1, notify), MACH_PORT_NULL);
	expect_notice(notify, NAME_DIED, dead);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 65535);
	destroy(dead);
	destroy(notify);
}

static void
other_dispositions_of_the_notify_port_are_refused(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    0, MOVE_RECEIVE, MOVE_SEND, COPY_SEND, MAKE_SEND, 22, 77, ~0u};
	mach_port_t port = new_send_port(), notify = new_send_port();
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE), previous;

	for (size_t i = 0; i < sizeof(dispositions) / sizeof(dispositions[0]);
	     i++) {
		EXPECT(mach_port_request_notification(mach_task_self(), port,
		           NAME_DIED, 0, notify, dispositions[i], &previous),
		    MIG_TYPE_ERROR);
		EXPECT(mach_port_request_notification(peer_task(peer), theirs,
		           NAME_DIED, 0, notify, dispositions[i], &previous),
		    MIG_TYPE_ERROR);
		CHECK_EQUAL(type_of(notify) & MACH_PORT_TYPE_RECEIVE,
		    MACH_PORT_TYPE_RECEIVE);
	}
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	destroy(notify);
}

/* Of two things that are wrong, the one in the earlier row is told of. */
static void
a_request_is_checked_in_the_order_of_the_rows(void)
{
	mach_port_t self = mach_task_self(), port = new_port();
	mach_port_t notify = new_port(), absent = absent_name(), previous;

	EXPECT(mach_port_request_notification(self, port, 77, 0, MACH_PORT_DEAD,
	           MOVE_SEND_ONCE, &previous),
	    KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_request_notification(self, absent, NO_SENDERS, 0,
	           MACH_PORT_DEAD, MOVE_SEND_ONCE, &previous),
	    KERN_INVALID_CAPABILITY);
	expect_refusal(absent, 77, 0, notify, KERN_INVALID_VALUE);
	expect_refusal(MACH_PORT_NULL, 77, 0, notify, KERN_INVALID_VALUE);
	expect_refusal(absent, PORT_DESTROYED, 1, notify, KERN_INVALID_VALUE);
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	expect_refusal(port, PORT_DESTROYED, 1, notify, KERN_INVALID_VALUE);
	drop_receive(port);
	destroy(expect_destroyed(notify));
	destroy(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.10.21", requests_are_registered_replaced_and_cancelled),
    SCENARIO("ports.10.21 ports.10.21.r1 ports.10.21.r2 ports.10.21.r6",
        a_request_is_checked_in_the_order_of_the_rows),
    SCENARIO("ports.10.21.r1", a_dead_notify_port_is_refused),
    SCENARIO("ports.10.21.r2", a_request_of_no_kind_is_refused),
    SCENARIO("ports.10.21.r3", a_name_of_the_wrong_kind_is_refused),
    SCENARIO("ports.10.21.r3 ports.10.21.r8",
        a_notify_name_that_lacks_the_right_is_refused),
    SCENARIO("ports.10.21.r4 ports.10.21.r8", an_absent_name_is_refused),
    SCENARIO("ports.10.21.r5", a_name_that_cannot_die_is_refused),
    SCENARIO("ports.10.21.r6", a_second_port_destroyed_request_is_refused),
    SCENARIO(
        "ports.10.21.r7", a_dead_name_at_its_limit_is_told_of_all_the_same),
    SCENARIO(
        "ports.10.21.r9", other_dispositions_of_the_notify_port_are_refused),
};

CONFORMANCE(scenarios)
