/*
 * Where Mach 2.5, Mach 3 and XNU differ: the choice, and so which of them a
 * program finds. Source: spec/mach2-mach3-differences.md 1-3
 */
#include "notices.h"

#include <string.h>

#define COPY_SEND MACH_MSG_TYPE_COPY_SEND

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/*
 * Three generations: what is as in XNU.
 */

static void
messages_are_untyped_and_sent_with_mach_msg(void)
{
	mach_port_t port = new_send_port();
	struct {
		mach_msg_header_t header;
		uint8_t bytes[8];
	} sent = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	            .msgh_remote_port = port,
	        },
	    .bytes = "as it is",
	};
	struct {
		mach_msg_header_t header;
		uint8_t bytes[8];
		mach_msg_max_trailer_t trailer;
	} received = {0};

	/* mach_msg() does both at once; mach_msg_overwrite() has two buffers. */
	EXPECT(mach_msg_overwrite(&sent.header,
	           MACH_SEND_MSG | MACH_RCV_MSG |
	               MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO),
	           sizeof(sent), sizeof(received), port, 0, MACH_PORT_NULL,
	           &received.header, 0),
	    MACH_MSG_SUCCESS);
	CHECK(memcmp(received.bytes, "as it is", 8) == 0);
	/* The sequence number is in the trailer, which is always there. */
	CHECK_EQUAL(received.header.msgh_voucher_port, 0);
	CHECK_EQUAL(received.trailer.msgh_seqno, 0);
	CHECK_EQUAL(received.trailer.msgh_trailer_size,
	    sizeof(mach_msg_seqno_trailer_t));
	EXPECT(mach_msg(&sent.header, MACH_SEND_MSG, sizeof(sent), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	memset(&received, 0xff, sizeof(received));
	EXPECT(mach_msg(&received.header, MACH_RCV_MSG, 0, sizeof(received),
	           port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(
	    received.trailer.msgh_trailer_size, MACH_MSG_TRAILER_MINIMUM_SIZE);
	destroy(port);
}

static void
a_name_that_is_used_again_has_another_generation(void)
{
	mach_port_t first = new_port();
	mach_port_t second;

	drop_receive(first);
	second = new_port();
	CHECK_EQUAL(MACH_PORT_INDEX(second), MACH_PORT_INDEX(first));
	CHECK(MACH_PORT_GEN(second) != MACH_PORT_GEN(first));
	CHECK_EQUAL(second & 3, 3);
	drop_receive(second);
}

static void
send_and_receive_rights_share_a_name_and_are_counted(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);

	make_send(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	drop(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	/* A send-once right has a name of its own. */
	CHECK(once != port);
	/* Receive and ownership are one. */
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	drop(once);
	drop(port);
}

static void
each_request_names_its_port(void)
{
	mach_port_t notify[2] = {new_port(), new_port()};
	mach_port_t ports[2] = {new_send_port(), new_send_port()};

	for (unsigned i = 0; i < 2; i++)
		EXPECT(ask(ports[i], MACH_NOTIFY_DEAD_NAME, 0, notify[i], NULL),
		    KERN_SUCCESS);
	for (unsigned i = 0; i < 2; i++)
		drop_receive(ports[i]);
	for (unsigned i = 0; i < 2; i++) {
		expect_notice(notify[i], MACH_NOTIFY_DEAD_NAME, ports[i]);
		expect_empty(notify[i]);
		destroy(ports[i]);
		drop_receive(notify[i]);
	}
}

static void
a_port_is_in_several_sets_and_received_from_directly(void)
{
	mach_port_t port = new_send_port();
	mach_port_t sets[2] = {new_set(), new_set()};

	for (unsigned i = 0; i < 2; i++)
		EXPECT(mach_port_insert_member(mach_task_self(), port, sets[i]),
		    KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_pset, 1);
	for (mach_msg_id_t id = 1; id <= 3; id++)
		EXPECT(send_id(port, COPY_SEND, id, MACH_PORT_NULL, 0),
		    MACH_MSG_SUCCESS);
	expect_id(sets[0], 1);
	expect_id(sets[1], 2);
	expect_id(port, 3);
	destroy(port);
	destroy(sets[0]);
	destroy(sets[1]);
}

static void
a_queue_holds_up_to_1024(void)
{
	mach_port_t port = new_port();
	mach_port_limits_t limits = {1025};

	CHECK_EQUAL(status_of(port).mps_qlimit, 5);
	set_qlimit(port, 0);
	set_qlimit(port, 1024);
	EXPECT(mach_port_set_attributes(mach_task_self(), port,
	           MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	           MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(status_of(port).mps_qlimit, 1024);
	drop_receive(port);
}

static void
a_failed_send_comes_back(void)
{
	mach_port_t port = new_full_port(1);
	mach_port_t right = new_port();
	struct right_message message =
	    right_message(port, COPY_SEND, right, MACH_MSG_TYPE_MOVE_RECEIVE);

	EXPECT(mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	           sizeof(message), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(type_of(message.right.name), MACH_PORT_TYPE_RECEIVE);
	drop_receive(message.right.name);
	destroy(port);
}

static void
the_header_has_xnus_masks(void)
{
	CHECK_EQUAL(MACH_MSGH_BITS_REMOTE_MASK, 0x1f);
	CHECK_EQUAL(MACH_MSGH_BITS_LOCAL_MASK, 0x1f00);
	CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER_MASK, 0x1f0000);
	CHECK_EQUAL(sizeof(mach_msg_header_t), 24);
	CHECK_EQUAL(offsetof(mach_msg_header_t, msgh_voucher_port), 16);
	CHECK_EQUAL(offsetof(mach_msg_header_t, msgh_id), 20);
}

/*
 * Numbers that changed meaning.
 */

static void
numbers_are_xnus_with_mach_3s_names(void)
{
	CHECK_EQUAL(MACH_RCV_LARGE, 0x4);
	CHECK_EQUAL(MACH_RCV_LARGE_IDENTITY, 0x8);
	CHECK_EQUAL(MACH_SEND_OVERRIDE, 0x20);
	CHECK_EQUAL(MACH_SEND_NOTIFY, 0x80);
	CHECK_EQUAL(MACH_MSG_STRICT_REPLY, 0x200);
	CHECK_EQUAL(MACH_RCV_NOTIFY, 0);
	CHECK_EQUAL(MACH_RCV_VOUCHER, 0x800);
	CHECK_EQUAL(MACH_RCV_GUARDED_DESC, 0x1000);
	CHECK_EQUAL(MACH_RCV_OVERWRITE, 0);
	CHECK_EQUAL(MACH_SEND_WILL_NOTIFY, 0x10000005);
	CHECK_EQUAL(MACH_SEND_INVALID_VOUCHER, 0x10000005);
	CHECK_EQUAL(MACH_SEND_NOTIFY_IN_PROGRESS, 0x10000006);
	CHECK_EQUAL(MACH_SEND_NO_NOTIFY, 0x1000000e);
	CHECK_EQUAL(MACH_SEND_TOO_LARGE, 0x1000000e);
	CHECK_EQUAL(MACH_MSG_IPC_SPACE, 0x2000);
	CHECK(MACH_MSG_MASK & 0x2000);
	CHECK_EQUAL(MACH_NOTIFY_MSG_ACCEPTED, MACH_NOTIFY_SEND_POSSIBLE);
	CHECK_EQUAL(MACH_PORT_RIGHT_LABELH, 5);
	CHECK_EQUAL(MACH_PORT_RIGHT_NUMBER, 6);
	CHECK_EQUAL(MACH_PORT_TYPE_MAREQUEST, 0x40000000);
	CHECK_EQUAL(MACH_PORT_TYPE_SPREQUEST, 0x40000000);
	CHECK_EQUAL(MACH_PORT_TYPE_SPREQUEST_DELAYED, 0x20000000);
	CHECK_EQUAL(MACH_PORT_TYPE_COMPAT, 0x20000000);
	CHECK_EQUAL(TASK_HOST_PORT, 2);
	CHECK_EQUAL(TASK_NAME_PORT, 3);
}

static void
options_of_the_receive_are_xnus(void)
{
	static const mach_msg_option_t ignored[] = {
	    MACH_MSG_STRICT_REPLY, MACH_RCV_VOUCHER, MACH_RCV_GUARDED_DESC};
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	struct received message = {0};

	/* 0x4 leaves it; 0x8 tells where. */
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	EXPECT(
	    send_id(port, COPY_SEND, 1, MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&message.header,
	           MACH_RCV_MSG | MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY, 0,
	           24, set, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(message.header.msgh_size, 24);
	expect_id(port, 1);

	/* 0x200, 0x800, 0x1000 change nothing for a plain message. */
	for (unsigned i = 0; i < 3; i++) {
		EXPECT(send_id(port, COPY_SEND, 1, MACH_PORT_NULL, 0),
		    MACH_MSG_SUCCESS);
		EXPECT(mach_msg(&message.header, MACH_RCV_MSG | ignored[i], 0,
		           sizeof(message), port, 0, notify),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, 1);
	}
	destroy(port);
	destroy(set);
	drop_receive(notify);
}

static void
options_of_the_send_are_both_kinds(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	/* 0x20 is a priority, and makes of 0x80 the one of XNU. */
	EXPECT(send_notify(port, COPY_SEND, 2, MACH_SEND_OVERRIDE, notify),
	    MACH_SEND_TIMED_OUT);
	EXPECT(
	    send_notify(port, COPY_SEND, 2, 0, notify), MACH_SEND_WILL_NOTIFY);
	EXPECT(send_notify(port, COPY_SEND, 2, 0, notify),
	    MACH_SEND_NOTIFY_IN_PROGRESS);
	EXPECT(send_notify(port, COPY_SEND, 2, 0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	destroy(port);
	take(notify);
	drop_receive(notify);
}

static void
a_protected_payload_is_no_disposition(void)
{
	mach_port_t port = new_send_port();

	EXPECT(
	    send_id(port, 23, 1, MACH_PORT_NULL, 0), MACH_SEND_INVALID_HEADER);
	EXPECT(send_id(port, COPY_SEND, 1, port, 23), MACH_SEND_INVALID_HEADER);
	EXPECT(send_right(port, 1, port, 23), MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_insert_right(mach_task_self(), AT, port, 23),
	    KERN_INVALID_RIGHT);
	destroy(port);
}

/*
 * Semantics.
 */

struct receiver {
	mach_port_t name;
	mach_msg_return_t result;
};

static void
receive_blocking(void *argument)
{
	struct receiver *receiver = argument;
	struct received message;

	receiver->result = receive(receiver->name, 0, &message);
}

static void
who_waits_is_told_that_the_port_changed(void)
{
	mach_port_t task = peer_task(peer_new());

	for (unsigned way = 0; way < 2; way++) {
		struct receiver receiver = {.name = new_port()};
		struct worker *worker =
		    worker_start(receive_blocking, &receiver);

		worker_until_blocked(worker);
		if (way == 0)
			drop_receive(receiver.name);
		else
			(void)give(task, AT, receiver.name,
			    MACH_MSG_TYPE_MOVE_RECEIVE);
		worker_join(worker);
		EXPECT(receiver.result, MACH_RCV_PORT_CHANGED);
	}
}

static void
releasing_nothing_succeeds(void)
{
	mach_port_t set = new_set();

	EXPECT(mach_port_deallocate(mach_task_self(), MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(mach_port_deallocate(mach_task_self(), MACH_PORT_DEAD),
	    KERN_SUCCESS);
	EXPECT(
	    mach_port_destroy(mach_task_self(), MACH_PORT_NULL), KERN_SUCCESS);
	EXPECT(
	    mach_port_destroy(mach_task_self(), MACH_PORT_DEAD), KERN_SUCCESS);
	EXPECT(mach_port_deallocate(mach_task_self(), set), KERN_SUCCESS);
	CHECK_EQUAL(type_of(set), 0);
}

static void
references_are_pegged(void)
{
	mach_port_t port = new_send_port();

	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_SEND, 65535),
	    KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 65535);
	make_send(port);
	drop(port);
	drop(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 65535);
	destroy(port);
}

static void
names_are_restricted(void)
{
	mach_port_t other = absent_name();
	mach_port_t port = new_port();

	EXPECT(mach_port_allocate_name(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, 122),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_allocate_name(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, 123),
	    KERN_FAILURE);
	/* Which a name can be given, it can be changed to. */
	EXPECT(
	    mach_port_rename(mach_task_self(), port, 122), KERN_INVALID_VALUE);
	EXPECT(mach_port_rename(mach_task_self(), port, other), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(type_of(other), MACH_PORT_TYPE_RECEIVE);
	drop_receive(other);
}

static void
requests_are_as_chosen(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_port_t dead = new_dead_name();

	/* XNU's port-destroyed. */
	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, MACH_PORT_NULL, NULL),
	    KERN_FAILURE);
	/* No-senders is the same in both. */
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 1, notify, NULL), KERN_SUCCESS);
	expect_empty(notify);
	make_send(port);
	drop(port);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	/* Mach 3's dead name. */
	EXPECT(ask(dead, MACH_NOTIFY_DEAD_NAME, 1, notify, NULL), KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, dead);
	/* XNU's send-possible. */
	EXPECT(ask(port, MACH_NOTIFY_SEND_POSSIBLE, 1, notify, NULL),
	    KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	destroy(dead);
	drop_receive(notify);
	drop_receive(port);
}

static void
a_dead_reply_name_is_accepted(void)
{
	mach_port_t port = new_send_port();
	mach_port_t dead = new_dead_name();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 1, dead, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(dead), 0);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_DEAD);
	destroy(port);
}

static void
a_bad_item_stops_the_copyin(void)
{
	mach_port_t port = new_send_port();
	mach_port_t kept = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t rights[2];
	} message = {
	    .header =
	        {
	            .msgh_bits =
	                MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(COPY_SEND, 0),
	            .msgh_remote_port = port,
	        },
	    .body = {2},
	    .rights =
	        {
	            {.name = absent_name(), .disposition = COPY_SEND},
	            {.name = kept, .disposition = MACH_MSG_TYPE_MOVE_RECEIVE},
	        },
	};

	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(kept), MACH_PORT_TYPE_RECEIVE);
	drop_receive(kept);
	destroy(port);
}

static void
a_move_begins_anew(void)
{
	mach_port_t sink = new_send_port();
	mach_port_t port = new_port();
	mach_port_context_t context = 0x77;
	struct received message;

	make_send(port);
	EXPECT(send_id(port, MACH_MSG_TYPE_MOVE_SEND, 1, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	expect_id(port, 1);
	EXPECT(
	    mach_port_guard(mach_task_self(), port, context, 0), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_seqno, 1);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	EXPECT(send_right(sink, 1, port, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(sink, 0, &message), MACH_MSG_SUCCESS);
	port = descriptor_of(&message, 0)->name;
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	EXPECT(mach_port_get_context(mach_task_self(), port, &context),
	    KERN_SUCCESS);
	CHECK_EQUAL(context, 0);
	drop_receive(port);
	destroy(sink);
}

/*
 * Mach 3 mode.
 */

static void
mach_3_mode_has_four_effects(void)
{
	mach_port_t notify = new_port();
	mach_port_t set = new_set();
	mach_port_t port = new_full_port(1);
	mach_port_t previous;

	/* Any name. */
	EXPECT(mach_port_allocate_name(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, 122),
	    KERN_SUCCESS);
	EXPECT(mach_port_allocate_name(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, 1000),
	    KERN_SUCCESS);
	drop_receive(122);
	drop_receive(1000);
	/* Port-destroyed is replaced, and cancelled. */
	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, notify, &previous),
	    KERN_SUCCESS);
	drop(previous);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	cancel(port, MACH_NOTIFY_PORT_DESTROYED, notify);
	/* A set is told by its name. */
	EXPECT(
	    mach_port_move_member(mach_task_self(), port, set), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_pset, set);
	/* A message that was forced is seen in the type. */
	EXPECT(
	    send_notify(port, COPY_SEND, 2, 0, notify), MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_MAREQUEST);
	take(port);
	CHECK(type_of(port) & MACH_PORT_TYPE_MAREQUEST);
	take(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	destroy(port);
	destroy(set);
	drop_receive(notify);
}

static void
a_forced_message_is_not_seen_in_the_type(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(
	    send_notify(port, COPY_SEND, 2, 0, notify), MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	take(notify);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("older.1 older.1.r1 older.1.r2 older.1.r12 older.1.r14",
        messages_are_untyped_and_sent_with_mach_msg),
    SCENARIO("older.1.r3", a_name_that_is_used_again_has_another_generation),
    SCENARIO("older.1.r3 older.1.r4 older.1.r5 older.1.r6 older.1.r7",
        send_and_receive_rights_share_a_name_and_are_counted),
    SCENARIO("older.1.r8", each_request_names_its_port),
    SCENARIO("older.1.r9 older.1.r11 older.3.r2 older.3.r3 older.3.r12",
        a_port_is_in_several_sets_and_received_from_directly),
    SCENARIO("older.1.r10 older.3.r14", a_queue_holds_up_to_1024),
    SCENARIO("older.1.r13", a_failed_send_comes_back),
    SCENARIO("older.1.r15", the_header_has_xnus_masks),
    SCENARIO("older.2 older.2.r7 older.2.r8 older.2.r9 older.2.r10 "
             "older.2.r11 older.2.r12 older.2.r14 older.2.r16",
        numbers_are_xnus_with_mach_3s_names),
    SCENARIO("older.2.r1 older.2.r4 older.2.r5 older.2.r6",
        options_of_the_receive_are_xnus),
    SCENARIO("older.2.r2 older.2.r3 older.2.r8 older.3.r15",
        options_of_the_send_are_both_kinds),
    SCENARIO("older.2.r13", a_forced_message_is_not_seen_in_the_type),
    SCENARIO("older.2.r15", a_protected_payload_is_no_disposition),
    SCENARIO("older.3 older.3.r1", who_waits_is_told_that_the_port_changed),
    SCENARIO("older.3.r4 older.3.r5", releasing_nothing_succeeds),
    SCENARIO("older.1.r4 older.3.r6", references_are_pegged),
    SCENARIO("older.3.r7 older.3.r8", names_are_restricted),
    SCENARIO("older.3.r9 older.3.r10 older.3.r11 older.3.r16",
        requests_are_as_chosen),
    SCENARIO("older.3.r13", a_dead_reply_name_is_accepted),
    SCENARIO("older.3.r17", a_bad_item_stops_the_copyin),
    SCENARIO("older.3.r18", a_move_begins_anew),
    SCENARIO_WITH(SCENARIO_MACH3,
        "older.2.r13 older.3.r7 older.3.r9 older.3.r12 notifications.8.r1",
        mach_3_mode_has_four_effects),
};
CONFORMANCE(scenarios)
