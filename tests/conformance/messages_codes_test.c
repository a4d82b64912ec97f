/* Every code of mach_msg(): its value and, where it can be had, its cause
 * (messages.md 12). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "messages.h"

#define VALUE(code, value)                                                     \
	_Static_assert((code) == (value), "messages.md 12 gives " #code)

VALUE(MACH_MSG_SUCCESS, 0);
VALUE(MACH_SEND_IN_PROGRESS, 0x10000001);
VALUE(MACH_SEND_INVALID_DATA, 0x10000002);
VALUE(MACH_SEND_INVALID_DEST, 0x10000003);
VALUE(MACH_SEND_TIMED_OUT, 0x10000004);
VALUE(MACH_SEND_INVALID_VOUCHER, 0x10000005);
VALUE(MACH_SEND_WILL_NOTIFY, 0x10000005);
VALUE(MACH_SEND_NOTIFY_IN_PROGRESS, 0x10000006);
VALUE(MACH_SEND_INTERRUPTED, 0x10000007);
VALUE(MACH_SEND_MSG_TOO_SMALL, 0x10000008);
VALUE(MACH_SEND_INVALID_REPLY, 0x10000009);
VALUE(MACH_SEND_INVALID_RIGHT, 0x1000000a);
VALUE(MACH_SEND_INVALID_NOTIFY, 0x1000000b);
VALUE(MACH_SEND_INVALID_MEMORY, 0x1000000c);
VALUE(MACH_SEND_NO_BUFFER, 0x1000000d);
VALUE(MACH_SEND_TOO_LARGE, 0x1000000e);
VALUE(MACH_SEND_NO_NOTIFY, 0x1000000e);
VALUE(MACH_SEND_INVALID_TYPE, 0x1000000f);
VALUE(MACH_SEND_INVALID_HEADER, 0x10000010);
VALUE(MACH_SEND_INVALID_TRAILER, 0x10000011);
VALUE(MACH_SEND_INVALID_CONTEXT, 0x10000012);
VALUE(MACH_SEND_INVALID_OPTIONS, 0x10000013);
VALUE(MACH_SEND_INVALID_RT_OOL_SIZE, 0x10000015);
VALUE(MACH_SEND_NO_GRANT_DEST, 0x10000016);
VALUE(MACH_SEND_MSG_FILTERED, 0x10000017);
VALUE(MACH_SEND_AUX_TOO_SMALL, 0x10000018);
VALUE(MACH_SEND_AUX_TOO_LARGE, 0x10000019);

VALUE(MACH_RCV_IN_PROGRESS, 0x10004001);
VALUE(MACH_RCV_INVALID_NAME, 0x10004002);
VALUE(MACH_RCV_TIMED_OUT, 0x10004003);
VALUE(MACH_RCV_TOO_LARGE, 0x10004004);
VALUE(MACH_RCV_INTERRUPTED, 0x10004005);
VALUE(MACH_RCV_PORT_CHANGED, 0x10004006);
VALUE(MACH_RCV_INVALID_NOTIFY, 0x10004007);
VALUE(MACH_RCV_INVALID_DATA, 0x10004008);
VALUE(MACH_RCV_PORT_DIED, 0x10004009);
VALUE(MACH_RCV_IN_SET, 0x1000400a);
VALUE(MACH_RCV_HEADER_ERROR, 0x1000400b);
VALUE(MACH_RCV_BODY_ERROR, 0x1000400c);
VALUE(MACH_RCV_INVALID_TYPE, 0x1000400d);
VALUE(MACH_RCV_SCATTER_SMALL, 0x1000400e);
VALUE(MACH_RCV_INVALID_TRAILER, 0x1000400f);
VALUE(MACH_RCV_IN_PROGRESS_TIMED, 0x10004011);
VALUE(MACH_RCV_INVALID_REPLY, 0x10004012);
VALUE(MACH_RCV_INVALID_ARGUMENTS, 0x10004013);

VALUE(MACH_MSG_MASK, 0x3e00);
VALUE(MACH_MSG_IPC_SPACE, 0x2000);
VALUE(MACH_MSG_VM_SPACE, 0x1000);
VALUE(MACH_MSG_IPC_KERNEL, 0x0800);
VALUE(MACH_MSG_VM_KERNEL, 0x0400);

/* The compiler has seen to it; here they are told apart, so that a program can
 * have them in a switch, but for the two that share a value. */
static void
codes_have_the_values_of_their_table(void)
{
	static const mach_msg_return_t codes[] = {MACH_MSG_SUCCESS,
	    MACH_SEND_IN_PROGRESS, MACH_SEND_INVALID_DATA,
	    MACH_SEND_INVALID_DEST, MACH_SEND_TIMED_OUT,
	    MACH_SEND_INVALID_VOUCHER, MACH_SEND_NOTIFY_IN_PROGRESS,
	    MACH_SEND_INTERRUPTED, MACH_SEND_MSG_TOO_SMALL,
	    MACH_SEND_INVALID_REPLY, MACH_SEND_INVALID_RIGHT,
	    MACH_SEND_INVALID_NOTIFY, MACH_SEND_INVALID_MEMORY,
	    MACH_SEND_NO_BUFFER, MACH_SEND_TOO_LARGE, MACH_SEND_INVALID_TYPE,
	    MACH_SEND_INVALID_HEADER, MACH_SEND_INVALID_TRAILER,
	    MACH_SEND_INVALID_CONTEXT, MACH_SEND_INVALID_OPTIONS,
	    MACH_SEND_INVALID_RT_OOL_SIZE, MACH_SEND_NO_GRANT_DEST,
	    MACH_SEND_MSG_FILTERED, MACH_SEND_AUX_TOO_SMALL,
	    MACH_SEND_AUX_TOO_LARGE, MACH_RCV_IN_PROGRESS,
	    MACH_RCV_INVALID_NAME, MACH_RCV_TIMED_OUT, MACH_RCV_TOO_LARGE,
	    MACH_RCV_INTERRUPTED, MACH_RCV_PORT_CHANGED,
	    MACH_RCV_INVALID_NOTIFY, MACH_RCV_INVALID_DATA, MACH_RCV_PORT_DIED,
	    MACH_RCV_IN_SET, MACH_RCV_HEADER_ERROR, MACH_RCV_BODY_ERROR,
	    MACH_RCV_INVALID_TYPE, MACH_RCV_SCATTER_SMALL,
	    MACH_RCV_INVALID_TRAILER, MACH_RCV_IN_PROGRESS_TIMED,
	    MACH_RCV_INVALID_REPLY, MACH_RCV_INVALID_ARGUMENTS};
	const size_t count = sizeof(codes) / sizeof(codes[0]);

	for (size_t i = 1; i < count; i++) {
		CHECK(codes[i] > codes[i - 1]);
		CHECK_EQUAL(codes[i] & MACH_MSG_MASK, 0);
	}
}

/*
 * 12.1. Sends.
 */
static void
success_consumes_all_rights(void)
{
	mach_port_t port = new_send_port();
	mach_port_t right = new_send_port();
	mach_port_t once = new_send_once(right);
	mach_port_t sent[] = {once, right, MACH_PORT_NULL};
	struct received message;

	compose(&message, port, MOVE_SEND, once, MOVE_SEND_ONCE);
	add_port(&message, right, MOVE_SEND);
	add_port(&message, right, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	for (unsigned i = 0; sent[i] != MACH_PORT_NULL; i++)
		CHECK_EQUAL(type_of(sent[i]), 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

/* It is success, too, if the message is destroyed: its port dies with it. */
static void
success_is_also_for_what_is_destroyed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t circle = new_send_port();
	struct sending sending;

	EXPECT(send_right(circle, 0, circle, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(circle), MACH_PORT_TYPE_DEAD_NAME);
	close_queue(port);
	sending_of_id(&sending, port, 0);
	sending_begin(&sending);
	drop_receive(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	drop(port);
	drop(circle);
}

static void
a_message_that_cannot_be_read_is_invalid_data(void)
{
	mach_msg_header_t *hole = new_hole(PAGE);

	EXPECT(mach_msg(hole, MACH_SEND_MSG, 24, 0, 0, 0, 0),
	    MACH_SEND_INVALID_DATA);
	free_memory(hole, PAGE);
}

static void
what_is_no_send_right_is_no_destination(void)
{
	mach_port_t port = new_port();
	mach_port_t dead = new_dead_name();
	mach_port_t bad[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, absent_name(), port, dead};
	struct received message;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		compose(&message, bad[i], COPY_SEND, 0, 0);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
	}
	drop(dead);
	drop_receive(port);
}

static void
what_is_no_task_port_is_no_destination_of_a_call(void)
{
	mach_port_t dead = new_dead_name();
	mach_port_t bad[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, absent_name(), dead};
	mach_port_name_t name;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(
		    mach_port_allocate(bad[i], MACH_PORT_RIGHT_RECEIVE, &name),
		    MACH_SEND_INVALID_DEST);
	drop(dead);
}

static void
a_full_queue_times_out_and_gives_back(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	close_queue(port);
	compose(&message, port, COPY_SEND, 0, 0);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	destroy(port);
}

static void
a_voucher_is_invalid(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	message.header.msgh_bits =
	    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, COPY_SEND);
	message.header.msgh_voucher_port = port;
	REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
	destroy(port);
}

/* Send to a full queue, to be told on @notify. */
static mach_msg_return_t
send_beyond(mach_port_t port, mach_port_t notify, struct received *message)
{
	compose(message, port, COPY_SEND, 0, 0);
	return mach_msg(&message->header,
	    MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY,
	    message->header.msgh_size, 0, MACH_PORT_NULL, 0, notify);
}

static void
one_message_beyond_the_limit_will_notify(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;

	close_queue(port);
	EXPECT(send_beyond(port, notify, &message), MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_empty(notify);

	/* Not a second one: it comes back. */
	EXPECT(
	    send_beyond(port, notify, &message), MACH_SEND_NOTIFY_IN_PROGRESS);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	expect_id(port, 0);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static void
what_is_no_receive_right_is_an_invalid_notify(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	mach_port_t dead = new_dead_name();
	mach_port_t bad[] = {absent_name(), set, dead};
	struct received message;

	close_queue(port);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT(send_beyond(port, bad[i], &message),
		    MACH_SEND_INVALID_NOTIFY);
		CHECK_EQUAL(
		    message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2 + i);
	}
	destroy(port);
	destroy(set);
	drop(dead);
}

static void
a_blocked_send_is_interrupted_and_gives_back(void)
{
	mach_port_t port = new_send_port();
	struct sending sending;

	close_queue(port);
	sending_of_id(&sending, port, 3);
	sending.option = MACH_SEND_INTERRUPT;
	sending_begin(&sending);
	interrupt(sending.thread);
	EXPECT(sending_end(&sending), MACH_SEND_INTERRUPTED);
	CHECK_EQUAL(
	    sending.message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	destroy(port);
}

static void
sizes_that_are_too_small(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	REFUSED_BYTES(&message, 20, MACH_SEND_MSG_TOO_SMALL);
	add_port(&message, port, COPY_SEND);
	message.body.msgh_descriptor_count = 2;
	REFUSED(&message, MACH_SEND_MSG_TOO_SMALL);
	/* A long descriptor that ends behind the message. */
	message.body.msgh_descriptor_count = 1;
	((mach_msg_port_descriptor_t *)item_of(&message, 0))->type =
	    MACH_MSG_OOL_DESCRIPTOR;
	REFUSED(&message, MACH_SEND_MSG_TOO_SMALL);
	destroy(port);
}

static void
what_is_no_right_is_no_reply(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	struct received message;

	compose(&message, port, COPY_SEND, absent_name(), COPY_SEND);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	compose(&message, port, COPY_SEND, set, MAKE_SEND);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	destroy(set);
	destroy(port);
}

/* What comes before the item that fails has gone; what comes after has not. */
static void
a_bad_right_in_the_body_is_invalid(void)
{
	mach_port_t port = new_send_port();
	mach_port_t first = new_send_port();
	mach_port_t last = new_send_port();
	struct received message;

	compose(&message, port, MOVE_SEND, 0, 0);
	add_port(&message, first, MOVE_SEND);
	add_port(&message, absent_name(), COPY_SEND);
	add_port(&message, last, MOVE_SEND);
	EXPECT(post(&message), MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(first), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(last), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(status_of(port).mps_msgcount, 0);
	destroy(port);
	destroy(first);
	destroy(last);
}

static void
memory_that_cannot_be_read_is_invalid_memory(void)
{
	mach_port_t port = new_send_port();
	mach_port_t first = new_send_port();
	void *hole = new_hole(PAGE);
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, first, MOVE_SEND);
	add_memory(&message, hole, PAGE, MACH_MSG_VIRTUAL_COPY, false);
	EXPECT(post(&message), MACH_SEND_INVALID_MEMORY);
	CHECK_EQUAL(type_of(first), MACH_PORT_TYPE_RECEIVE);

	compose(&message, port, COPY_SEND, 0, 0);
	add_ports(&message, hole, 4, COPY_SEND, false);
	EXPECT(post(&message), MACH_SEND_INVALID_MEMORY);
	expect_empty(port);
	free_memory(hole, PAGE);
	destroy(port);
	destroy(first);
}

/* Queue messages with send-once rights for @port, each as large as there is
 * room for, until not even one right can be had. */
static void
exhaust_messages(mach_port_t port, mach_port_t box, mach_port_t *names)
{
	mach_msg_return_t mr;
	struct received message;

	for (unsigned i = 0; i < 16383; i++)
		names[i] = port;
	for (unsigned count = 16383; count > 0;) {
		compose(&message, box, COPY_SEND, 0, 0);
		add_ports(&message, names, count, MAKE_SEND_ONCE, false);
		mr = post(&message);
		if (mr == MACH_MSG_SUCCESS)
			continue;
		if (mr != MACH_SEND_NO_BUFFER)
			EXPECT(mr, MACH_MSG_IPC_KERNEL);
		count /= 2;
	}
}

/* A budget (docs/differences.md) is what memory is elsewhere. */
static void
without_memory_there_is_no_buffer(void)
{
	mach_port_t port = new_port();
	mach_port_t box = new_send_port();
	mach_port_t *names = calloc(16383, sizeof(*names));
	mach_msg_return_t mr;

	CHECK(names);
	set_qlimit(box, 1024);
	exhaust_messages(port, box, names);
	/* There may be room for one message still, but not for a right in it. */
	do
		mr = send_id(box, COPY_SEND, 0, 0, 0);
	while (mr == MACH_MSG_SUCCESS);
	EXPECT(mr, MACH_SEND_NO_BUFFER);
	CHECK_EQUAL(refs_of(box, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
	destroy(box);
	free(names);
}

static void
too_many_bytes_or_ports_are_too_large(void)
{
	mach_port_t port = new_send_port();
	mach_port_t *names = calloc(16384, sizeof(*names));
	struct received message;

	CHECK(names);
	compose(&message, port, COPY_SEND, 0, 0);
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, 50331584, 0, 0, 0, 0),
	    MACH_SEND_TOO_LARGE);
	add_ports(&message, names, 16384, COPY_SEND, false);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	free(names);
	destroy(port);
}

static void
a_descriptor_of_a_wrong_form_is_an_invalid_type(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, port, COPY_SEND);
	((mach_msg_port_descriptor_t *)item_of(&message, 0))->type = 5;
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	compose(&message, port, COPY_SEND, 0, 0);
	add_memory(&message, NULL, 0, MACH_MSG_OVERWRITE, false);
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	compose(&message, port, COPY_SEND, 0, 0);
	add_guarded(&message, port, 0, MACH_MSG_GUARD_FLAGS_NONE);
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	destroy(port);
}

static void
dispositions_that_are_none_are_an_invalid_header(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, 0, 0, 0);
	REFUSED(&message, MACH_SEND_INVALID_HEADER);
	compose(&message, port, MOVE_RECEIVE, 0, 0);
	REFUSED(&message, MACH_SEND_INVALID_HEADER);
	compose(&message, port, COPY_SEND, port, 0);
	REFUSED(&message, MACH_SEND_INVALID_HEADER);
	destroy(port);
}

/*
 * 12.2. Receives.
 */
static void
what_is_no_receive_right_or_set_is_an_invalid_name(void)
{
	mach_port_t dead = new_dead_name();
	mach_port_t bad[] = {MACH_PORT_NULL, MACH_PORT_DEAD, absent_name(),
	    dead, mach_task_self()};
	struct received message;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(receive_now(bad[i], 0, &message), MACH_RCV_INVALID_NAME);
	drop(dead);
}

static void
a_receive_times_out(void)
{
	mach_port_t port = new_port();
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_RCV_TIMED_OUT);
	EXPECT(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	           sizeof(message), port, 1, 0),
	    MACH_RCV_TIMED_OUT);
	drop_receive(port);
}

static void
a_message_that_does_not_fit_is_too_large(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, MACH_RCV_LARGE, &message, 31),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	EXPECT(receive_bytes(port, 0, &message, 31), MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(status_of(port).mps_msgcount, 0);
	destroy(port);
}

static void
a_blocked_receive_is_interrupted(void)
{
	struct receiving receiving = {
	    .port = new_port(), .option = MACH_RCV_INTERRUPT};

	receiving_begin(&receiving);
	interrupt(receiving.thread);
	EXPECT(receiving_end(&receiving), MACH_RCV_INTERRUPTED);
	drop_receive(receiving.port);
}

static void
a_right_or_set_that_goes_is_port_changed(void)
{
	struct receiving receiving[3] = {{.port = new_port()},
	    {.port = new_send_port()}, {.port = new_set()}};

	for (unsigned i = 0; i < 3; i++)
		receiving_begin(&receiving[i]);
	drop_receive(receiving[0].port);
	EXPECT(
	    send_right(receiving[1].port, 0, receiving[1].port, MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	destroy(receiving[2].port);
	for (unsigned i = 0; i < 3; i++)
		EXPECT(receiving_end(&receiving[i]), MACH_RCV_PORT_CHANGED);
	drop(receiving[1].port);
}

static void
a_buffer_that_cannot_be_written_is_invalid_data(void)
{
	mach_port_t port = new_send_port();
	mach_msg_header_t *hole = new_hole(PAGE);
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(hole, MACH_RCV_MSG, 0, PAGE, port, 0, 0),
	    MACH_RCV_INVALID_DATA);
	expect_empty(port);
	/* Nor is there room for a header without a message. */
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, 0, &message, 23), MACH_RCV_INVALID_DATA);
	expect_empty(port);
	free_memory(hole, PAGE);
	destroy(port);
}

/* Receive send-once rights for @port on @box, each by a name of its own, until
 * the space is full. */
static void
fill_my_space(mach_port_t box, mach_port_t port)
{
	mach_port_t *names = calloc(16383, sizeof(*names));
	struct received message;
	mach_msg_return_t mr;

	CHECK(names);
	for (unsigned i = 0; i < 16383; i++)
		names[i] = port;
	do {
		compose(&message, box, MAKE_SEND, 0, 0);
		add_ports(&message, names, 16383, MAKE_SEND_ONCE, false);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		mr = receive_now(box, 0, &message);
	} while (mr == MACH_MSG_SUCCESS);
	EXPECT(mr, MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
	free(names);
}

/* In a peer, which takes its names along. */
static void
receive_in_a_full_space(void *argument)
{
	mach_port_t port = new_port();
	mach_port_t reply = new_port();
	const mach_port_t *array;
	struct received message;
	mach_port_name_t name;

	(void)argument;
	fill_my_space(port, new_port());
	EXPECT(mach_port_allocate(
	           mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name),
	    KERN_NO_SPACE);

	/* A header without room for the reply right: no message. */
	EXPECT(send_id(port, MAKE_SEND, 5, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message),
	    MACH_RCV_HEADER_ERROR | MACH_MSG_IPC_SPACE);
	CHECK_EQUAL(message.header.msgh_size, sizeof(message.header));
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(message.header.msgh_id, 5);
	/* The reply right was destroyed. */
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);

	/* A body without room for a right: the message, and null for that. */
	compose(&message, port, MAKE_SEND, 0, 0);
	add_port(&message, reply, MAKE_SEND_ONCE);
	add_port(&message, reply, MAKE_SEND);
	add_ports(&message, &reply, 1, MAKE_SEND_ONCE, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message),
	    MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
	CHECK_EQUAL(((mach_msg_port_descriptor_t *)item_of(&message, 0))->name,
	    MACH_PORT_NULL);
	CHECK_EQUAL(
	    ((mach_msg_port_descriptor_t *)item_of(&message, 1))->name, reply);
	array =
	    ((mach_msg_ool_ports_descriptor_t *)item_of(&message, 2))->address;
	CHECK_EQUAL(array[0], MACH_PORT_NULL);
}

static void
a_full_space_is_an_error_of_header_or_body(void)
{
	peer_run(peer_new(), receive_in_a_full_space, NULL, 0);
}

/* Let this process map @bytes more than it has. */
static void
limit_memory(rlim_t bytes)
{
	unsigned long pages;
	struct rlimit limit;
	FILE *file = fopen("/proc/self/statm", "re");
	char line[128];

	CHECK(file && fgets(line, sizeof(line), file));
	pages = strtoul(line, NULL, 10);
	(void)fclose(file);
	CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
	limit.rlim_cur = pages * (rlim_t)getpagesize() + bytes;
	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

/* In a peer, which keeps its limits. */
static void
receive_without_memory(void *argument)
{
	const mach_msg_size_t bytes = 64u << 20;
	mach_port_t port = new_send_port();
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mach_msg_ool_descriptor_t *region;
	struct received message;

	(void)argument;
	CHECK(memory != MAP_FAILED);
	compose(&message, port, COPY_SEND, 0, 0);
	add_memory(&message, memory, bytes, MACH_MSG_VIRTUAL_COPY, false);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	limit_memory(bytes / 2);
	EXPECT(receive_now(port, 0, &message),
	    MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	region = item_of(&message, 0);
	CHECK(region->address == NULL);
	CHECK_EQUAL(region->size, 0);
	region = item_of(&message, 1);
	CHECK(region->address != NULL);
	CHECK_EQUAL(region->size, PAGE);
}

static void
no_room_for_memory_is_an_error_of_the_body(void)
{
	peer_run(peer_new(), receive_without_memory, NULL, 0);
}

/* The bare bit, of a send: the kernel has no more for a right. */
static void
no_memory_for_a_right_is_a_bare_bit(void)
{
	mach_port_t port = new_port();
	mach_port_t box = new_send_port();
	mach_port_t *names = calloc(10000, sizeof(*names));
	struct received message;
	mach_msg_return_t mr;

	CHECK(names);
	set_qlimit(box, 1024);
	for (unsigned i = 0; i < 10000; i++)
		names[i] = port;
	do {
		compose(&message, box, COPY_SEND, 0, 0);
		add_ports(&message, names, 10000, MAKE_SEND_ONCE, false);
		mr = post(&message);
	} while (mr == MACH_MSG_SUCCESS);
	EXPECT(mr, MACH_MSG_IPC_KERNEL);
	destroy(port);
	destroy(box);
	free(names);
}

static void
codes_are_told_by_all_but_the_special_bits(void)
{
	const mach_msg_return_t all = MACH_MSG_IPC_SPACE | MACH_MSG_VM_SPACE |
	    MACH_MSG_IPC_KERNEL | MACH_MSG_VM_KERNEL;

	CHECK_EQUAL(all & ~MACH_MSG_MASK, 0);
	CHECK_EQUAL(
	    (MACH_RCV_BODY_ERROR | all) & ~MACH_MSG_MASK, MACH_RCV_BODY_ERROR);
	CHECK_EQUAL(
	    (MACH_SEND_TIMED_OUT | all) & ~MACH_MSG_MASK, MACH_SEND_TIMED_OUT);
}

static const struct scenario scenarios[] = {
    /* Those that no call returns are only here. */
    SCENARIO("messages.12.1 messages.12.1.r2 messages.12.1.r15 "
             "messages.12.1.r18 messages.12.1.r19 messages.12.1.r20 "
             "messages.12.1.r21 messages.12.1.r22 messages.12.1.r23 "
             "messages.12.1.r24 messages.12.2.r1 messages.12.2.r7 "
             "messages.12.2.r9 messages.12.2.r10 messages.12.2.r13 "
             "messages.12.2.r14 messages.12.2.r15 messages.12.2.r16 "
             "messages.12.2.r17 messages.12.2.r18 messages.12.3.r4",
        codes_have_the_values_of_their_table),
    SCENARIO("messages.12.1.r1", success_consumes_all_rights),
    SCENARIO("messages.12.1.r1", success_is_also_for_what_is_destroyed),
    SCENARIO("messages.12.1.r3", a_message_that_cannot_be_read_is_invalid_data),
    SCENARIO("messages.12.1.r4", what_is_no_send_right_is_no_destination),
    SCENARIO(
        "messages.12.1.r4", what_is_no_task_port_is_no_destination_of_a_call),
    SCENARIO("messages.12.1.r5", a_full_queue_times_out_and_gives_back),
    SCENARIO("messages.12.1.r6", a_voucher_is_invalid),
    SCENARIO("messages.12.1.r6 messages.12.1.r7",
        one_message_beyond_the_limit_will_notify),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.12.1.r8",
        a_blocked_send_is_interrupted_and_gives_back),
    SCENARIO("messages.12.1.r9", sizes_that_are_too_small),
    SCENARIO("messages.12.1.r10", what_is_no_right_is_no_reply),
    SCENARIO("messages.12.1.r11", a_bad_right_in_the_body_is_invalid),
    SCENARIO(
        "messages.12.1.r12", what_is_no_receive_right_is_an_invalid_notify),
    SCENARIO("messages.12.1.r13", memory_that_cannot_be_read_is_invalid_memory),
    SCENARIO("messages.12.1.r14", without_memory_there_is_no_buffer),
    SCENARIO("messages.12.1.r15", too_many_bytes_or_ports_are_too_large),
    SCENARIO(
        "messages.12.1.r16", a_descriptor_of_a_wrong_form_is_an_invalid_type),
    SCENARIO(
        "messages.12.1.r17", dispositions_that_are_none_are_an_invalid_header),
    SCENARIO(
        "messages.12.2.r2", what_is_no_receive_right_or_set_is_an_invalid_name),
    SCENARIO("messages.12.2.r3", a_receive_times_out),
    SCENARIO("messages.12.2.r4", a_message_that_does_not_fit_is_too_large),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "messages.12.2.r5", a_blocked_receive_is_interrupted),
    SCENARIO("messages.12.2.r6", a_right_or_set_that_goes_is_port_changed),
    SCENARIO(
        "messages.12.2.r8", a_buffer_that_cannot_be_written_is_invalid_data),
    SCENARIO("messages.12.2.r11 messages.12.2.r12 messages.12.3.r1",
        a_full_space_is_an_error_of_header_or_body),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.12.2.r12 messages.12.3.r2",
        no_room_for_memory_is_an_error_of_the_body),
    SCENARIO("messages.12.3.r3", no_memory_for_a_right_is_a_bare_bit),
    SCENARIO("messages.12.3", codes_are_told_by_all_but_the_special_bits),
};
CONFORMANCE(scenarios)
