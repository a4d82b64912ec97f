/*
 * Notifications as they arrive: ids, layout, delivery.
 * Source: spec/notifications.md 1
 */
#include "notices.h"

#include <string.h>

static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};

static void
the_ids_are_machs(void)
{
	CHECK_EQUAL(MACH_NOTIFY_FIRST, 64);
	CHECK_EQUAL(MACH_NOTIFY_FIRST, 0100);
	CHECK_EQUAL(MACH_NOTIFY_PORT_DELETED, 65);
	CHECK_EQUAL(MACH_NOTIFY_SEND_POSSIBLE, 66);
	CHECK_EQUAL(MACH_NOTIFY_MSG_ACCEPTED, 66);
	CHECK_EQUAL(MACH_NOTIFY_PORT_DESTROYED, 69);
	CHECK_EQUAL(MACH_NOTIFY_NO_SENDERS, 70);
	CHECK_EQUAL(MACH_NOTIFY_SEND_ONCE, 71);
	CHECK_EQUAL(MACH_NOTIFY_DEAD_NAME, 72);
	CHECK_EQUAL(MACH_NOTIFY_LAST, 77);
	CHECK_EQUAL(MACH_NOTIFY_LAST, 0115);
}

static void
ownership_and_receive_rights_are_never_told(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_port();

	for (mach_msg_id_t id = 67; id <= 68; id++) {
		EXPECT(ask(port, id, 0, notify, NULL), KERN_INVALID_VALUE);
		expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	}
	/* What Mach 2.5 sent them for: a receive right comes and goes. */
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 1, notify, NULL), KERN_SUCCESS);
	(void)peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	peer_kill(peer);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(notify);
	drop_receive(notify);
}

/* Receive what must be a notification; look at all but what it is about. */
static void
receive_notice(mach_port_t notify, mach_msg_id_t id, mach_msg_size_t size,
    mach_msg_bits_t bits, struct received *message_out)
{
	static const security_token_t kernel = KERNEL_SECURITY_TOKEN_VALUE;
	static const audit_token_t nobody = KERNEL_AUDIT_TOKEN_VALUE;
	const mach_msg_header_t *header = &message_out->header;
	const mach_msg_max_trailer_t *trailer;

	EXPECT(
	    receive_now(notify,
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), message_out),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(header->msgh_id, id);
	CHECK_EQUAL(header->msgh_size, size);
	CHECK_EQUAL(header->msgh_bits, bits);
	CHECK_EQUAL(header->msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(header->msgh_local_port, notify);
	CHECK_EQUAL(header->msgh_voucher_port, MACH_PORT_NULL);

	trailer = trailer_of(message_out);
	CHECK_EQUAL(trailer->msgh_trailer_type, MACH_MSG_TRAILER_FORMAT_0);
	CHECK_EQUAL(
	    trailer->msgh_trailer_size, sizeof(mach_msg_audit_trailer_t));
	CHECK(memcmp(&trailer->msgh_sender, &kernel, sizeof(kernel)) == 0);
	CHECK(memcmp(&trailer->msgh_audit, &nobody, sizeof(nobody)) == 0);
}

/* NDR @24, a number @32. */
static void
expect_number(mach_port_t notify, mach_msg_id_t id, uint32_t number)
{
	struct received message;
	uint32_t found;

	receive_notice(notify, id, 36, 0x00001200, &message);
	CHECK(memcmp((const char *)&message + 24, &ndr, sizeof(ndr)) == 0);
	memcpy(&found, (const char *)&message + 32, sizeof(found));
	CHECK_EQUAL(found, number);
}

static void
a_port_deleted_notification_carries_the_name(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t name = new_remote_send(task, 0x703);

	EXPECT(ask(name, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop(name);
	expect_number(notify, MACH_NOTIFY_PORT_DELETED, name);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_send_possible_notification_carries_the_name(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_SEND_POSSIBLE, 1, notify, NULL),
	    KERN_SUCCESS);
	expect_number(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_msg_accepted_notification_carries_the_name(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_full_port(1);

	EXPECT(send_notify(port, MACH_MSG_TYPE_COPY_SEND, 2, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	expect_id(port, 1);
	expect_empty(notify);
	expect_id(port, 2);
	expect_number(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_dead_name_notification_carries_the_name(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	expect_number(notify, MACH_NOTIFY_DEAD_NAME, port);
	destroy(port);
	drop_receive(notify);
}

static void
a_no_senders_notification_carries_the_make_send_count(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();

	make_send(port);
	make_send(port);
	make_send(port);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_SEND, -3),
	    KERN_SUCCESS);
	expect_number(notify, MACH_NOTIFY_NO_SENDERS, 3);
	destroy(port);
	drop_receive(notify);
}

static void
a_send_once_notification_has_a_header_only(void)
{
	mach_port_t port = new_port();
	struct received message;

	drop(new_send_once(port));
	receive_notice(port, MACH_NOTIFY_SEND_ONCE, 24, 0x00001200, &message);
	drop_receive(port);
}

static void
a_port_destroyed_notification_carries_the_right(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_port();
	mach_msg_port_descriptor_t right;
	struct received message;
	uint32_t count;

	EXPECT(ask(port, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	drop_receive(port);
	receive_notice(
	    notify, MACH_NOTIFY_PORT_DESTROYED, 40, 0x80001200, &message);
	memcpy(&count, (const char *)&message + 24, sizeof(count));
	CHECK_EQUAL(count, 1);
	memcpy(&right, (const char *)&message + 28, sizeof(right));
	CHECK_EQUAL(right.disposition, MACH_MSG_TYPE_PORT_RECEIVE);
	CHECK_EQUAL(right.disposition, 16);
	CHECK_EQUAL(right.type, MACH_MSG_PORT_DESCRIPTOR);
	CHECK_EQUAL(type_of(right.name), MACH_PORT_TYPE_RECEIVE);
	drop_receive(right.name);
	drop_receive(notify);
}

static void
the_structures_hold_a_trailer_of_twenty_bytes(void)
{
	CHECK_EQUAL(sizeof(mach_port_deleted_notification_t), 56);
	CHECK_EQUAL(sizeof(mach_send_possible_notification_t), 56);
	CHECK_EQUAL(sizeof(mach_msg_accepted_notification_t), 56);
	CHECK_EQUAL(sizeof(mach_dead_name_notification_t), 56);
	CHECK_EQUAL(sizeof(mach_no_senders_notification_t), 56);
	CHECK_EQUAL(sizeof(mach_port_destroyed_notification_t), 60);
	CHECK_EQUAL(sizeof(mach_send_once_notification_t), 44);

	CHECK_EQUAL(offsetof(mach_dead_name_notification_t, NDR), 24);
	CHECK_EQUAL(offsetof(mach_dead_name_notification_t, not_port), 32);
	CHECK_EQUAL(offsetof(mach_dead_name_notification_t, trailer), 36);
	CHECK_EQUAL(offsetof(mach_no_senders_notification_t, not_count), 32);
	CHECK_EQUAL(offsetof(mach_port_destroyed_notification_t, not_body), 24);
	CHECK_EQUAL(offsetof(mach_port_destroyed_notification_t, not_port), 28);
	CHECK_EQUAL(offsetof(mach_port_destroyed_notification_t, trailer), 40);
	CHECK_EQUAL(offsetof(mach_send_once_notification_t, trailer), 24);
}

static void
a_structure_takes_what_arrives(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_dead_name_notification_t notice = {0};

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(port);
	EXPECT(mach_msg(&notice.not_header,
	           MACH_RCV_MSG | MACH_RCV_TIMEOUT |
	               MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER),
	           0, sizeof(notice), notify, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(notice.not_port, port);
	CHECK_EQUAL(notice.trailer.msgh_trailer_size, 20);
	CHECK_EQUAL(notice.trailer.msgh_seqno, 0);
	CHECK_EQUAL(notice.trailer.msgh_sender.val[1], 1);
	destroy(port);
	drop_receive(notify);
}

static void
a_name_in_a_notification_is_a_number(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	/* It counts nothing in the space of the one who receives it. */
	EXPECT(ask(port, MACH_NOTIFY_SEND_POSSIBLE, 1, notify, NULL),
	    KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
	drop_receive(notify);
}

/* Delivery. */

static void
a_full_notify_port_takes_notifications(void)
{
	mach_port_t notify = new_full_port(1);
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop(new_send_once(notify));
	drop_receive(port);
	CHECK_EQUAL(queued(notify), 3);
	/* Who must wait for room still does. */
	EXPECT(send_id(notify, MACH_MSG_TYPE_COPY_SEND, 1, MACH_PORT_NULL, 0),
	    MACH_SEND_TIMED_OUT);
	expect_id(notify, 1);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, port);
	destroy(port);
	destroy(notify);
}

static void
a_limit_of_zero_holds_no_notification_back(void)
{
	mach_port_t notify = new_port();

	set_qlimit(notify, 0);
	drop(new_send_once(notify));
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(notify);
}

/* One message with as many send-once rights for @notify, destroyed. */
static void
drop_many(mach_port_t sink, mach_port_t notify, uint32_t count)
{
	mach_msg_header_t bare;

	EXPECT(send_rights_once(sink, notify, count), MACH_MSG_SUCCESS);
	/* Too small: it is destroyed. */
	EXPECT(mach_msg(&bare, MACH_RCV_MSG, 0, sizeof(bare), sink, 0,
	           MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
}

static void
past_65534_messages_a_notification_is_dropped(void)
{
	mach_port_t sink = new_send_port();
	mach_port_t notify = new_port();

	for (uint32_t left = MACH_PORT_QLIMIT_KERNEL; left > 0;) {
		uint32_t count = left < 8192 ? left : 8192;

		drop_many(sink, notify, count);
		left -= count;
	}
	CHECK_EQUAL(queued(notify), MACH_PORT_QLIMIT_KERNEL);
	drop(new_send_once(notify));
	CHECK_EQUAL(queued(notify), MACH_PORT_QLIMIT_KERNEL);
	/* Each that is queued holds its right; that of the last has gone. */
	CHECK_EQUAL(status_of(notify).mps_sorights, MACH_PORT_QLIMIT_KERNEL);
	drop_receive(notify);
	destroy(sink);
}

static void
a_dead_notify_port_is_told_nothing(void)
{
	mach_port_t notify = new_port();
	mach_port_t other = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop_receive(notify);

	/* Both are still registered: a new one finds them, dead. */
	CHECK(type_of(port) & MACH_PORT_TYPE_DNREQUEST);
	CHECK(status_of(port).mps_nsrequest);
	EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 0, other, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(previous, MACH_PORT_DEAD);

	/* The slot was taken, so the dead name has the reference (ports.md 5);
	 * nobody is told. */
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 2);
	expect_notice(other, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(other);
	destroy(port);
	drop_receive(other);
}

static void
a_moved_notify_port_is_told_where_it_is(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_msg_type_name_t type;

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	(void)give(task, 0x703, notify, MACH_MSG_TYPE_MOVE_RECEIVE);
	drop_receive(port);
	EXPECT(mach_port_extract_right(
	           task, 0x703, MACH_MSG_TYPE_MOVE_RECEIVE, &notify, &type),
	    KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, port);
	destroy(port);
	drop_receive(notify);
}

struct found {
	mach_port_name_t notify;
	mach_msg_id_t id;
	uint32_t name;
};

static void
receive_one(void *argument)
{
	struct found *found = argument;
	mach_dead_name_notification_t notice;

	EXPECT(mach_msg(&notice.not_header, MACH_RCV_MSG, 0, sizeof(notice),
	           found->notify, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	found->id = notice.not_header.msgh_id;
	found->name = notice.not_port;
}

static void
a_task_that_waits_on_a_moved_notify_port_is_told(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	struct found found = {0};

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	found.notify = peer_give(peer, notify, MACH_MSG_TYPE_MOVE_RECEIVE);
	peer_start(peer, receive_one, &found, sizeof(found));
	peer_until_blocked(peer);
	drop_receive(port);
	peer_join(peer);
	CHECK_EQUAL(found.id, MACH_NOTIFY_DEAD_NAME);
	/* The name is one of the task that asked. */
	CHECK_EQUAL(found.name, port);
	destroy(port);
}

static void
a_notification_uses_up_its_right(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	CHECK_EQUAL(status_of(notify).mps_sorights, 1);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, port);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	expect_empty(notify); /* no send-once notification */
	destroy(port);
	drop_receive(notify);
}

static void
notifications_arrive_in_the_order_of_events(void)
{
	mach_port_t notify = new_port();
	mach_port_t ports[4];

	for (unsigned i = 0; i < 4; i++) {
		ports[i] = new_send_port();
		EXPECT(ask(ports[i], MACH_NOTIFY_DEAD_NAME, 0, notify, NULL),
		    KERN_SUCCESS);
	}
	drop_receive(ports[2]);
	drop(new_send_once(notify));
	drop_receive(ports[0]);
	make_send(notify);
	EXPECT(send_id(notify, MACH_MSG_TYPE_MOVE_SEND, 5, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	drop_receive(ports[3]);
	drop_receive(ports[1]);

	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, ports[2]);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, ports[0]);
	expect_id(notify, 5);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, ports[3]);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, ports[1]);
	expect_empty(notify);
	for (unsigned i = 0; i < 4; i++)
		destroy(ports[i]);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.1.1 notifications.1.1.r1 notifications.1.1.r10",
        the_ids_are_machs),
    SCENARIO(
        "notifications.1.1.r5", ownership_and_receive_rights_are_never_told),
    SCENARIO("notifications.1.1.r2 notifications.1.2.r1 notifications.4",
        a_port_deleted_notification_carries_the_name),
    SCENARIO("notifications.1.1.r3 notifications.1.2.r1",
        a_send_possible_notification_carries_the_name),
    SCENARIO("notifications.1.1.r4 notifications.1.2.r1",
        a_msg_accepted_notification_carries_the_name),
    SCENARIO("notifications.1.1.r9 notifications.1.2.r1",
        a_dead_name_notification_carries_the_name),
    SCENARIO("notifications.1.1.r7 notifications.1.2.r2",
        a_no_senders_notification_carries_the_make_send_count),
    SCENARIO("notifications.1.1.r8 notifications.1.2.r3",
        a_send_once_notification_has_a_header_only),
    SCENARIO("notifications.1.1.r6 notifications.1.2.r4",
        a_port_destroyed_notification_carries_the_right),
    SCENARIO(
        "notifications.1.2", the_structures_hold_a_trailer_of_twenty_bytes),
    SCENARIO("notifications.1.2", a_structure_takes_what_arrives),
    SCENARIO("notifications.1.2", a_name_in_a_notification_is_a_number),
    SCENARIO("notifications.1.3 notifications.1.3.b1 notifications.12.i12",
        a_full_notify_port_takes_notifications),
    SCENARIO(
        "notifications.1.3.b1", a_limit_of_zero_holds_no_notification_back),
    SCENARIO(
        "notifications.1.3.b1", past_65534_messages_a_notification_is_dropped),
    SCENARIO("notifications.1.3.b1 notifications.1.3.b2 notifications.1.3.b4",
        a_dead_notify_port_is_told_nothing),
    SCENARIO("notifications.1.3.b2", a_moved_notify_port_is_told_where_it_is),
    SCENARIO("notifications.1.3.b2",
        a_task_that_waits_on_a_moved_notify_port_is_told),
    SCENARIO("notifications.1.3.b3", a_notification_uses_up_its_right),
    SCENARIO("notifications.1 notifications.1.3.b5",
        notifications_arrive_in_the_order_of_events),
};
CONFORMANCE(scenarios)
