/* ports.md 6: what a receive right has: limit, counts, context, guard. */
#include "ports.h"

/* 6.1. Queue limit. */

static void
limits_have_their_values(void)
{
	CHECK_EQUAL(MACH_PORT_QLIMIT_ZERO, 0);
	CHECK_EQUAL(MACH_PORT_QLIMIT_MIN, 0);
	CHECK_EQUAL(MACH_PORT_QLIMIT_BASIC, 5);
	CHECK_EQUAL(MACH_PORT_QLIMIT_DEFAULT, 5);
	CHECK_EQUAL(MACH_PORT_QLIMIT_SMALL, 16);
	CHECK_EQUAL(MACH_PORT_QLIMIT_LARGE, 1024);
	CHECK_EQUAL(MACH_PORT_QLIMIT_MAX, 1024);
	CHECK_EQUAL(MACH_PORT_QLIMIT_KERNEL, 65534);
}

static void
a_queue_holds_as_many_messages_as_its_limit(void)
{
	static const mach_port_msgcount_t limits[] = {0, 1, 16, 1024};
	mach_port_t port = new_send_port();

	for (mach_msg_id_t id = 1; id <= 5; id++) /* the default */
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 6, 0, 0), MACH_SEND_TIMED_OUT);
	expect_ids(port, 1, 5);
	for (unsigned i = 0; i < 4; i++) {
		mach_msg_id_t limit = (mach_msg_id_t)limits[i];

		set_qlimit(port, limits[i]);
		CHECK_EQUAL(status_of(port).mps_qlimit, limits[i]);
		for (mach_msg_id_t id = 1; id <= limit; id++)
			EXPECT(send_id(port, COPY_SEND, id, 0, 0),
			    MACH_MSG_SUCCESS);
		EXPECT(
		    send_id(port, COPY_SEND, 9999, 0, 0), MACH_SEND_TIMED_OUT);
		CHECK_EQUAL(status_of(port).mps_msgcount, limits[i]);
		expect_ids(port, 1, limit);
	}
	destroy(port);
}

static void
a_limit_above_the_maximum_is_refused(void)
{
	static const mach_port_msgcount_t limits[] = {
	    1025, MACH_PORT_QLIMIT_KERNEL, 0xffffffffu};
	mach_port_t port = new_port();

	for (unsigned i = 0; i < 3; i++) {
		mach_port_limits_t info = {.mpl_qlimit = limits[i]};

		EXPECT(mach_port_set_attributes(mach_task_self(), port,
		           MACH_PORT_LIMITS_INFO, (mach_port_info_t)&info,
		           MACH_PORT_LIMITS_INFO_COUNT),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_set_qlimit(mach_task_self(), port, limits[i]),
		    KERN_INVALID_VALUE);
	}
	CHECK_EQUAL(status_of(port).mps_qlimit, 5);
	destroy(port);
}

static void
a_lower_limit_discards_nothing(void)
{
	mach_port_t port = new_send_port();

	fill_queue(port);
	set_qlimit(port, 2);
	CHECK_EQUAL(status_of(port).mps_msgcount, 5);
	EXPECT(send_id(port, COPY_SEND, 6, 0, 0), MACH_SEND_TIMED_OUT);
	expect_ids(port, 1, 3);
	EXPECT(send_id(port, COPY_SEND, 6, 0, 0), MACH_SEND_TIMED_OUT);
	expect_id(port, 4);
	EXPECT(send_id(port, COPY_SEND, 6, 0, 0), MACH_MSG_SUCCESS);
	expect_ids(port, 5, 6);
	destroy(port);
}

static void
a_higher_limit_lets_as_many_senders_go_on(void)
{
	mach_port_t port = new_send_port();
	struct blocked senders[4];

	set_qlimit(port, 1);
	fill_queue(port);
	for (mach_msg_id_t i = 0; i < 4; i++)
		start_sender(&senders[i], port, 2 + i, COPY_SEND);
	set_qlimit(port, 3);
	expect_end(&senders[0], MACH_MSG_SUCCESS);
	expect_end(&senders[1], MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 3);
	expect_id(port, 1);
	expect_end(&senders[2], MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 3);
	expect_id(port, 2);
	expect_end(&senders[3], MACH_MSG_SUCCESS);
	expect_ids(port, 3, 5);
	destroy(port);
}

/* 6.2. Make-send count. */

static void
each_send_right_made_is_counted(void)
{
	mach_port_options_t options = {.flags = MPO_INSERT_SEND_RIGHT};
	mach_port_t port, carrier = new_send_port(), self = mach_task_self();

	EXPECT(mach_port_construct(self, &options, 0, &port), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	make_send(port);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	CHECK_EQUAL(take_from(self, port, MAKE_SEND), port);
	CHECK_EQUAL(status_of(port).mps_mscount, 3);
	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 4);
	EXPECT(
	    send_id(carrier, COPY_SEND, 1, port, MAKE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 5);
	EXPECT(send_right(carrier, 2, port, MAKE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 6);

	/* Copies are not, nor are send-once rights. */
	CHECK_EQUAL(take_from(self, port, COPY_SEND), port);
	mach_port_t once = new_send_once(port);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 6);

	/* What goes is not taken off. */
	expect_ids(carrier, 1, 2);
	expect_ids(port, 1, 2);
	CHECK_EQUAL(status_of(port).mps_mscount, 6);
	EXPECT(mach_port_set_mscount(self, port, 77), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 77);
	make_send(port);
	CHECK_EQUAL(status_of(port).mps_mscount, 78);
	CHECK_EQUAL(fetch_back(send_away(port)), port);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);

	destroy(once);
	expect_notice(port, ONCE_GONE, 0);
	destroy(port);
	destroy(carrier);
}

static void
no_senders_requests_compare_the_make_send_count(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	drop(port);
	CHECK_EQUAL(request(port, NO_SENDERS, 2, notify), MACH_PORT_NULL);
	expect_empty(notify);
	mach_port_t previous = request(port, NO_SENDERS, 1, notify);
	expect_notice(notify, NO_SENDERS, 1);
	drop(previous);
	expect_notice(notify, ONCE_GONE, 0);
	CHECK(!status_of(port).mps_nsrequest);
	destroy(port);
	destroy(notify);
}

/* 6.3. Sequence number. */

static void
messages_are_numbered_as_they_are_dequeued(void)
{
	mach_port_t port = new_send_port();

	for (mach_msg_id_t id = 1; id <= 4; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	CHECK_EQUAL(receive_seqno(port, 1), 0);
	CHECK_EQUAL(receive_seqno(port, 2), 1);
	CHECK_EQUAL(status_of(port).mps_seqno, 2);
	EXPECT(mach_port_set_seqno(mach_task_self(), port, 0xffffffffu),
	    KERN_SUCCESS);
	CHECK_EQUAL(receive_seqno(port, 3), 0xffffffffu);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	CHECK_EQUAL(receive_seqno(port, 4), 0);
	CHECK_EQUAL(fetch_back(send_away(port)), port);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	destroy(port);
}

struct numbered {
	mach_port_t port;
	mach_port_seqno_t seqnos[3];
	mach_msg_id_t ids[3];
};

static void
receive_three(void *argument)
{
	struct numbered *numbered = argument;

	for (unsigned i = 0; i < 3; i++) {
		struct received message;

		EXPECT(receive(numbered->port,
		           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO),
		           &message),
		    MACH_MSG_SUCCESS);
		numbered->ids[i] = message.header.msgh_id;
		numbered->seqnos[i] = trailer_of(&message)->msgh_seqno;
		mach_msg_destroy(&message.header);
	}
}

static void
threads_order_by_numbers_what_they_received(void)
{
	mach_port_t port = new_send_port();
	struct numbered numbered[2] = {{.port = port}, {.port = port}};
	struct worker *workers[2];

	set_qlimit(port, 6);
	for (unsigned i = 0; i < 2; i++)
		workers[i] = worker_start(receive_three, &numbered[i]);
	for (mach_msg_id_t id = 0; id < 6; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 2; i++)
		worker_join(workers[i]);
	for (unsigned i = 0; i < 6; i++)
		CHECK_EQUAL(numbered[i / 3].seqnos[i % 3],
		    (mach_port_seqno_t)numbered[i / 3].ids[i % 3]);
	CHECK_EQUAL(status_of(port).mps_seqno, 6);
	destroy(port);
}

/* 6.4. Context. */

static void
check_trailer_context(mach_port_t port, mach_port_context_t context)
{
	struct received message;

	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port,
	           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_CTX), &message),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(trailer_of(&message)->msgh_context, context);
	mach_msg_destroy(&message.header);
}

static void
a_context_is_kept_and_delivered_with_messages(void)
{
	mach_port_t port = new_port();

	CHECK_EQUAL(context_of(port), 0);
	check_trailer_context(port, 0);
	set_context(port, 0x123456789abcdef0);
	CHECK_EQUAL(context_of(port), 0x123456789abcdef0);
	check_trailer_context(port, 0x123456789abcdef0);
	port = fetch_back(send_away(port));
	CHECK_EQUAL(context_of(port), 0);

	/* A guard is in the same place. */
	guard(port, 0xfedcba9876543210, MPG_STRICT);
	check_trailer_context(port, 0xfedcba9876543210);
	EXPECT(mach_port_unguard(mach_task_self(), port, 0xfedcba9876543210),
	    KERN_SUCCESS);
	CHECK_EQUAL(context_of(port), 0);
	destroy(port);
}

/* 6.5. Guards and immovability. */

static void
a_guard_keeps_the_receive_right(void)
{
	mach_port_t port = new_port(), self = mach_task_self();

	guard(port, 0x1234, 0);
	CHECK_EQUAL(status_of(port).mps_flags, MACH_PORT_STATUS_FLAG_GUARDED);
	CHECK_EQUAL(context_of(port), 0x1234);
	EXPECT(mach_port_destroy(self, port), KERN_INVALID_RIGHT);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_destruct(self, port, 0, 0x99), KERN_INVALID_ARGUMENT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	EXPECT(mach_port_destruct(self, port, 0, 0x1234), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);

	/* A guard of value 0. */
	port = new_port();
	guard(port, 0, 0);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_destruct(self, port, 0, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destroy(self, port), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
a_strict_guard_hides_the_context(void)
{
	mach_port_t port = new_port(), self = mach_task_self();

	guard(port, 0x1234, MPG_STRICT);
	CHECK_EQUAL(status_of(port).mps_flags,
	    MACH_PORT_STATUS_FLAG_GUARDED | MACH_PORT_STATUS_FLAG_STRICT_GUARD);
	CHECK_EQUAL(context_of(port), 0);
	EXPECT(mach_port_set_context(self, port, 1), KERN_INVALID_ARGUMENT);
	EXPECT(
	    mach_port_swap_guard(self, port, 0x1234, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(self, port, 0, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_unguard(self, port, 0x1234), KERN_SUCCESS);

	/* One that is not strict is changed with the context. */
	guard(port, 0x1234, 0);
	set_context(port, 0x5678);
	EXPECT(mach_port_unguard(self, port, 0x1234), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(self, port, 0, 0x5678), KERN_SUCCESS);
}

static void
expect_immovable(mach_port_t port)
{
	mach_port_t self = mach_task_self(), carrier = new_send_port(), right;
	struct peer *peer = peer_new();
	mach_msg_type_name_t type;

	EXPECT(mach_port_extract_right(self, port, MOVE_RECEIVE, &right, &type),
	    KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_insert_right(self, CHOSEN, port, MOVE_RECEIVE),
	    KERN_INVALID_CAPABILITY);
	EXPECT(
	    mach_port_insert_right(peer_task(peer), CHOSEN, port, MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(send_right(carrier, 1, port, MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	CHECK(type_of(port) & MACH_PORT_TYPE_RECEIVE);
	expect_empty(carrier);
	destroy(carrier);
}

static void
an_immovable_receive_right_stays_until_it_is_rescued(void)
{
	mach_port_t port = new_port(), notify = new_port();
	mach_port_status_t status;

	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	guard(port, 0x1234, MPG_IMMOVABLE_RECEIVE);
	status = status_of(port);
	CHECK_EQUAL(status.mps_flags,
	    MACH_PORT_STATUS_FLAG_GUARDED |
	        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
	expect_immovable(port);
	EXPECT(mach_port_unguard(mach_task_self(), port, 0x1234), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_flags, 0); /* only shown with a guard */
	expect_immovable(port);

	drop_receive(port);
	port = expect_destroyed(notify);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	port = fetch_back(send_away(port));
	destroy(port);
	destroy(notify);
}

static void
a_guard_does_not_prevent_moving_and_ends_with_it(void)
{
	mach_port_t port = new_port(), self = mach_task_self(), right;
	mach_msg_type_name_t type;

	guard(port, 0x1234, MPG_STRICT);
	port = fetch_back(send_away(port));
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	CHECK_EQUAL(context_of(port), 0);
	EXPECT(mach_port_unguard(self, port, 0x1234), KERN_INVALID_ARGUMENT);

	guard(port, 0x1234, 0);
	EXPECT(mach_port_extract_right(self, port, MOVE_RECEIVE, &right, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(status_of(right).mps_flags, 0);
	CHECK_EQUAL(context_of(right), 0);

	/* Rescued from destruction, which destruct makes in spite of a guard. */
	mach_port_t notify = new_port();
	CHECK_EQUAL(request(right, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	guard(right, 0x1234, MPG_STRICT | MPG_IMMOVABLE_RECEIVE);
	EXPECT(mach_port_destruct(self, right, 0, 0x1234), KERN_SUCCESS);
	port = expect_destroyed(notify);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	CHECK_EQUAL(context_of(port), 0);
	port = fetch_back(send_away(port));
	destroy(port);
	destroy(notify);
}

static void
guard_violations_have_numbers_and_return_codes_only(void)
{
	mach_port_t port = new_port();

	CHECK_EQUAL(kGUARD_EXC_DESTROY, 1);
	CHECK_EQUAL(kGUARD_EXC_MOD_REFS, 2);
	CHECK_EQUAL(kGUARD_EXC_INVALID_OPTIONS, 3);
	CHECK_EQUAL(kGUARD_EXC_SET_CONTEXT, 4);
	CHECK_EQUAL(kGUARD_EXC_UNGUARDED, 8);
	CHECK_EQUAL(kGUARD_EXC_INCORRECT_GUARD, 16);
	CHECK_EQUAL(kGUARD_EXC_IMMOVABLE, 32);
	CHECK_EQUAL(kGUARD_EXC_STRICT_REPLY, 64);
	CHECK_EQUAL(kGUARD_EXC_MSG_FILTERED, 128);
	CHECK_EQUAL(GUARD_TYPE_MACH_PORT, 1);

	guard(port, 1, MPG_STRICT | MPG_IMMOVABLE_RECEIVE);
	EXPECT(mach_port_destroy(mach_task_self(), port), KERN_INVALID_RIGHT);
	EXPECT(mach_port_unguard(mach_task_self(), port, 2),
	    KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(mach_task_self(), port, 0, 1), KERN_SUCCESS);
}

/* 6.6. What is accepted and does nothing. */

static void
importance_and_its_like_do_nothing(void)
{
	mach_port_options_t options = {
	    .flags = MPO_TEMPOWNER | MPO_IMPORTANCE_RECEIVER |
	        MPO_DENAP_RECEIVER | MPO_FILTER_MSG,
	};
	static const mach_port_flavor_t flavors[] = {MACH_PORT_TEMPOWNER,
	    MACH_PORT_IMPORTANCE_RECEIVER, MACH_PORT_DENAP_RECEIVER};
	mach_port_t port;

	EXPECT(mach_port_construct(mach_task_self(), &options, 0, &port),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		EXPECT(mach_port_set_attributes(
		           mach_task_self(), port, flavors[i], NULL, 0),
		    KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK((status_of(port).mps_flags | MACH_PORT_STATUS_FLAG_TEMPOWNER |
	          MACH_PORT_STATUS_FLAG_IMP_DONATION) ==
	    (MACH_PORT_STATUS_FLAG_TEMPOWNER |
	        MACH_PORT_STATUS_FLAG_IMP_DONATION));
	make_send(port);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	port = fetch_back(send_away(port));
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.6.1.r1 ports.6.1.r2 ports.6.1.r3 ports.6.1.r4 "
             "ports.6.1.r5",
        limits_have_their_values),
    SCENARIO("ports.6 ports.6.1 ports.6.1.r1 ports.6.1.r2 ports.6.1.r3 "
             "ports.6.1.r4",
        a_queue_holds_as_many_messages_as_its_limit),
    SCENARIO("ports.6.1 ports.6.1.r5", a_limit_above_the_maximum_is_refused),
    SCENARIO("ports.6.1", a_lower_limit_discards_nothing),
    SCENARIO("ports.6.1", a_higher_limit_lets_as_many_senders_go_on),
    SCENARIO("ports.6.2", each_send_right_made_is_counted),
    SCENARIO("ports.6.2", no_senders_requests_compare_the_make_send_count),
    SCENARIO("ports.6.3", messages_are_numbered_as_they_are_dequeued),
    SCENARIO("ports.6.3", threads_order_by_numbers_what_they_received),
    SCENARIO("ports.6.4", a_context_is_kept_and_delivered_with_messages),
    SCENARIO("ports.6.5 ports.6.5.b1", a_guard_keeps_the_receive_right),
    SCENARIO("ports.6.5.b2", a_strict_guard_hides_the_context),
    SCENARIO(
        "ports.6.5.b3", an_immovable_receive_right_stays_until_it_is_rescued),
    SCENARIO("ports.6.5.b4", a_guard_does_not_prevent_moving_and_ends_with_it),
    SCENARIO(
        "ports.6.5.b5", guard_violations_have_numbers_and_return_codes_only),
    SCENARIO("ports.6.6", importance_and_its_like_do_nothing),
};

CONFORMANCE(scenarios)
