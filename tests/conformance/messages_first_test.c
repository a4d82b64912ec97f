/* The checks to run first, with their numbers (messages.md 16). */
#include <string.h>

#include "messages.h"

static void
first_sizes(void)
{
	CHECK_EQUAL(sizeof(mach_msg_header_t), 24);
	CHECK_EQUAL(sizeof(mach_msg_body_t), 4);
	CHECK_EQUAL(sizeof(mach_msg_base_t), 28);
	CHECK_EQUAL(sizeof(mach_msg_port_descriptor_t), 12);
	CHECK_EQUAL(sizeof(mach_msg_ool_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_ool_ports_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_guarded_port_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_max_trailer_t), 68);
	CHECK_EQUAL(sizeof(mach_msg_audit_trailer_t), 52);
	CHECK_EQUAL(sizeof(mach_msg_context_trailer_t), 60);
	CHECK_EQUAL(sizeof(mig_reply_error_t), 36);
}

static void
first_bits_of_a_request(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct received message;

	compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	CHECK_EQUAL(message.header.msgh_bits, 0x1513);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits, 0x1112);
	drop(message.header.msgh_remote_port);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(port);
	destroy(reply);
}

/* By a right that is made for the message alone. */
static void
first_destination_that_is_made(void)
{
	mach_port_t port = new_port();
	mach_port_t notify = new_port();
	struct received message;

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 1, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, MAKE_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	expect_empty(notify);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits, 0x1100);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);

	/* Whatever its sync: it was compared when it was asked for. */
	CHECK_EQUAL(request(port, MACH_NOTIFY_NO_SENDERS, 1000, notify),
	    MACH_PORT_NULL);
	EXPECT(send_id(port, MAKE_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 2);
	drop_receive(port);
	drop_receive(notify);
}

static void
first_sizes_of_a_receive(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, 0, &message, 32), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, 0, &message, 31), MACH_RCV_TOO_LARGE);
	destroy(port);
}

static void
first_message_that_comes_back(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	set_qlimit(port, 1);
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, 0, 0);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(message.header.msgh_bits, 0x11);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	destroy(port);
}

static void
first_look_at_a_message(void)
{
	mach_port_t port = new_send_port();

	EXPECT(send_id(port, COPY_SEND, 6, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(NULL, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 0, port, 0, 0),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	expect_id(port, 6);
	destroy(port);
}

static void
first_receive_right_sent_to_itself(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_port();
	mach_port_t there = peer_give(peer, port, MAKE_SEND);
	mach_port_t seen;
	mach_msg_type_name_t type;
	struct received message;

	compose(&message, port, MAKE_SEND, 0, 0);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	EXPECT(mach_port_extract_right(
	           peer_task(peer), there, COPY_SEND, &seen, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(seen, MACH_PORT_DEAD);
}

static void
first_queue_limit(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);

	for (unsigned i = 0; i < 5; i++)
		EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_SEND_TIMED_OUT);
	EXPECT(send_id(once, MOVE_SEND_ONCE, 0, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 6);
	destroy(port);
}

static void
first_name_in_both_places(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, port, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	compose(&message, port, MOVE_SEND, port, MOVE_SEND);
	REFUSED(&message, MACH_SEND_INVALID_DEST);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static void
first_descriptors(void)
{
	mach_port_t port = new_send_port();
	mach_msg_port_descriptor_t right;
	mach_msg_ool_descriptor_t memory;
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, port, COPY_SEND);
	add_memory(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	memcpy(&right, (char *)&message + 28, sizeof(right));
	CHECK_EQUAL(right.name, port);
	memcpy(&memory, (char *)&message + 40, sizeof(memory));
	CHECK_EQUAL(memory.type, MACH_MSG_OOL_DESCRIPTOR);
	CHECK_EQUAL(message.header.msgh_size, 28 + 12 + 16);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.16.i1", first_sizes),
    SCENARIO("messages.16.i2", first_bits_of_a_request),
    SCENARIO("messages.16.i3", first_destination_that_is_made),
    SCENARIO("messages.16.i4", first_sizes_of_a_receive),
    SCENARIO("messages.16.i5", first_message_that_comes_back),
    SCENARIO("messages.16.i6", first_look_at_a_message),
    SCENARIO("messages.16.i7", first_receive_right_sent_to_itself),
    SCENARIO("messages.16.i8", first_queue_limit),
    SCENARIO("messages.16.i9", first_name_in_both_places),
    SCENARIO("messages.16.i10", first_descriptors),
};
CONFORMANCE(scenarios)
