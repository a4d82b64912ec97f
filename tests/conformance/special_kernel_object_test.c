/*
 * Ports whose receiver is the kernel. Source: spec/special-ports.md 7
 */
#include "notices.h"

#include <string.h>

#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

/* No routine of any object has this id. */
#define UNKNOWN 0x7fff0000

/* The next on @reply says that there is no such routine. */
static void
expect_bad_id(mach_port_t reply, mach_msg_bits_t bits)
{
	static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};
	struct received message;
	mig_reply_error_t error;

	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits, bits);
	CHECK_EQUAL(message.header.msgh_size, 36);
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(message.header.msgh_local_port, reply);
	CHECK_EQUAL(message.header.msgh_voucher_port, MACH_PORT_NULL);
	CHECK_EQUAL(message.header.msgh_id, UNKNOWN + 100);
	memcpy(&error, &message, sizeof(error));
	CHECK(memcmp(&error.NDR, &ndr, sizeof(ndr)) == 0);
	EXPECT(error.RetCode, MIG_BAD_ID);
}

static void
each_kind_answers_within_the_send(void)
{
	mach_port_t reply = new_port();
	mach_port_t objects[] = {
	    mach_host_self(), mach_thread_self(), mach_task_self()};

	for (unsigned i = 0; i < 3; i++) {
		EXPECT(send_id(objects[i], COPY_SEND, UNKNOWN, reply,
		           MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
		expect_bad_id(reply, 0x1200);
		EXPECT(send_id(objects[i], COPY_SEND, UNKNOWN, reply,
		           MACH_MSG_TYPE_MAKE_SEND),
		    MACH_MSG_SUCCESS);
		expect_bad_id(reply, 0x1100);
	}
	CHECK_EQUAL(status_of(reply).mps_sorights, 0);
	CHECK(!status_of(reply).mps_srights);
	drop(objects[0]);
	drop(objects[1]);
	drop_receive(reply);
}

static void
a_full_reply_port_takes_the_answer(void)
{
	mach_port_t reply = new_full_port(1);
	mach_port_t host = mach_host_self();

	/* Nor is there a limit that would hold the sender. */
	for (unsigned i = 0; i < 50; i++)
		EXPECT(send_id(host, COPY_SEND, UNKNOWN, reply, MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
	CHECK_EQUAL(queued(reply), 51);
	expect_id(reply, 1);
	for (unsigned i = 0; i < 50; i++)
		expect_bad_id(reply, 0x1200);
	drop(host);
	destroy(reply);
}

static void
an_error_destroys_what_the_request_brought(void)
{
	mach_port_t reply = new_port();
	mach_port_t notify = new_port();
	mach_port_t right = new_port();
	struct right_message message = right_message(
	    mach_task_self(), COPY_SEND, right, MACH_MSG_TYPE_MOVE_RECEIVE);
	mach_port_urefs_t urefs =
	    refs_of(mach_task_self(), MACH_PORT_RIGHT_SEND);

	EXPECT(ask(right, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	message.header.msgh_bits |= MACH_MSGH_BITS(0, MAKE_SEND_ONCE);
	message.header.msgh_local_port = reply;
	message.header.msgh_id = UNKNOWN;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	drop_receive(expect_destroyed(notify));
	/* But the reply right is used. */
	expect_bad_id(reply, 0x1200);
	expect_empty(reply);
	CHECK_EQUAL(refs_of(mach_task_self(), MACH_PORT_RIGHT_SEND), urefs);
	drop_receive(reply);
	drop_receive(notify);
}

static void
without_a_reply_right_the_answer_is_dropped(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t dead = new_dead_name();

	EXPECT(send_id(host, COPY_SEND, UNKNOWN, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(send_id(host, COPY_SEND, UNKNOWN, MACH_PORT_DEAD,
	           MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	EXPECT(send_id(host, COPY_SEND, UNKNOWN, dead,
	           MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(dead), 0);
	drop(host);
}

static void
its_receive_right_is_the_kernels(void)
{
	mach_port_t notify = new_port();
	mach_port_t objects[] = {
	    mach_host_self(), mach_thread_self(), mach_task_self()};

	for (unsigned i = 0; i < 3; i++) {
		mach_port_status_t status;
		mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
		mach_msg_type_name_t type;
		mach_port_t name;

		CHECK_EQUAL(type_of(objects[i]), MACH_PORT_TYPE_SEND);
		EXPECT(mach_port_get_attributes(mach_task_self(), objects[i],
		           MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status,
		           &count),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_extract_right(mach_task_self(), objects[i],
		           MACH_MSG_TYPE_MOVE_RECEIVE, &name, &type),
		    KERN_INVALID_RIGHT);
		EXPECT(ask(objects[i], MACH_NOTIFY_NO_SENDERS, 0, notify, NULL),
		    KERN_INVALID_RIGHT);
		expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
		EXPECT(
		    ask(objects[i], MACH_NOTIFY_SEND_POSSIBLE, 1, notify, NULL),
		    KERN_SUCCESS);
		expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, objects[i]);
	}
	drop(objects[0]);
	drop(objects[1]);
	/* The last send right of a host goes without a trace; it comes back. */
	objects[0] = mach_host_self();
	CHECK_EQUAL(type_of(objects[0]), MACH_PORT_TYPE_SEND);
	drop(objects[0]);
	drop_receive(notify);
}

static void
an_object_that_dies_takes_its_port_along(void)
{
	struct peer *peer = peer_new();
	mach_port_t reply = new_port();
	mach_port_t task = peer_task(peer);

	EXPECT(
	    mach_port_mod_refs(mach_task_self(), task, MACH_PORT_RIGHT_SEND, 1),
	    KERN_SUCCESS);
	peer_kill(peer);
	CHECK_EQUAL(type_of(task), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(send_id(task, COPY_SEND, UNKNOWN, reply, MAKE_SEND_ONCE),
	    MACH_SEND_INVALID_DEST);
	expect_empty(reply);
	drop(task);
	drop_receive(reply);
}

/* What stubs and demultiplexers call. */
static void
the_helpers_of_stubs_do_as_they_are_said_to(void)
{
	char text[8] = "xxxxxxx";
	mach_msg_header_t request = {
	    .msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND),
	    .msgh_remote_port = 0x503,
	    .msgh_local_port = 0x603,
	    .msgh_id = 500,
	};
	mig_reply_error_t reply = {.RetCode = KERN_SUCCESS};
	vm_address_t memory = 0;

	CHECK_EQUAL(mig_strncpy(text, "ab", 6), 3);
	CHECK(memcmp(text, "ab\0xxxx", 8) == 0);
	CHECK_EQUAL(mig_strncpy(text, "abcdef", 4), 4);
	CHECK(memcmp(text, "abc\0xxx", 8) == 0);
	CHECK_EQUAL(mig_strncpy(text, "zz", 0), 0);
	CHECK_EQUAL(text[0], 'a');
	CHECK_EQUAL(mig_strncpy_zerofill(text, "q", 6), 2);
	CHECK(memcmp(text, "q\0\0\0\0\0x", 8) == 0);
	mig_reply_setup(&request, &reply.Head);
	CHECK_EQUAL(reply.Head.msgh_bits,
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0));
	CHECK_EQUAL(reply.Head.msgh_remote_port, 0x503);
	CHECK_EQUAL(reply.Head.msgh_local_port, MACH_PORT_NULL);
	CHECK_EQUAL(reply.Head.msgh_size, sizeof(reply));
	CHECK_EQUAL(reply.Head.msgh_id, 600);
	mig_allocate(&memory, 100);
	CHECK(memory != 0);
	memset((void *)memory, 1, 100); // NOLINT(performance-no-int-to-ptr)
	mig_deallocate(memory, 100);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.5.2 special.7 special.7.b1 special.7.b6",
        each_kind_answers_within_the_send),
    SCENARIO("special.7.b1", a_full_reply_port_takes_the_answer),
    SCENARIO("special.7.b3", an_error_destroys_what_the_request_brought),
    SCENARIO("special.7.b5", without_a_reply_right_the_answer_is_dropped),
    SCENARIO("special.7.b7 special.7.b9", its_receive_right_is_the_kernels),
    SCENARIO("special.7.b8", an_object_that_dies_takes_its_port_along),
    SCENARIO("special.5.2", the_helpers_of_stubs_do_as_they_are_said_to),
};
CONFORMANCE(scenarios)
