/*
 * Ports whose receiver is the kernel. Source: spec/special-ports.md 7
 */
#include "notices.h"

#include <mach/semaphore.h>
#include <mach/task.h>

#include <string.h>

#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

#define SEMAPHORE_WAIT 617202

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

/* A wait is answered when it is over. */
static void
a_reply_may_come_later(void)
{
	mach_port_t reply = new_port();
	struct received message;
	mig_reply_error_t error;
	semaphore_t semaphore;

	EXPECT(
	    semaphore_create(mach_task_self(), &semaphore, SYNC_POLICY_FIFO, 0),
	    KERN_SUCCESS);
	EXPECT(send_id(
	           semaphore, COPY_SEND, SEMAPHORE_WAIT, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_empty(reply);
	CHECK_EQUAL(status_of(reply).mps_sorights, 1);
	EXPECT(semaphore_signal(semaphore), KERN_SUCCESS);
	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, SEMAPHORE_WAIT + 100);
	CHECK_EQUAL(message.header.msgh_size, sizeof(error));
	memcpy(&error, &message, sizeof(error));
	EXPECT(error.RetCode, KERN_SUCCESS);
	/* Whoever does not live to have it is not waited for. */
	EXPECT(send_id(
	           semaphore, COPY_SEND, SEMAPHORE_WAIT, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	drop_receive(reply);
	EXPECT(semaphore_destroy(mach_task_self(), semaphore), KERN_SUCCESS);
}

/* task_get_special_port() as a message. */
#pragma pack(push, 4)
struct get_request {
	mach_msg_header_t header;
	NDR_record_t ndr;
	int which;
};
struct port_reply {
	mach_msg_base_t base;
	mach_msg_port_descriptor_t port;
};
/* task_set_special_port(). */
struct set_request {
	mach_msg_base_t base;
	mach_msg_port_descriptor_t port;
	NDR_record_t ndr;
	int which;
};
#pragma pack(pop)

/* Send @request, of @bytes, to @object; what is replied to it. */
static void
rpc(mach_port_t object, mach_msg_id_t id, void *request, uint32_t bytes,
    struct received *message)
{
	mach_port_t reply = new_port();
	mach_msg_header_t *header = request;

	header->msgh_bits |= MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE);
	header->msgh_remote_port = object;
	header->msgh_local_port = reply;
	header->msgh_id = id;
	EXPECT(mach_msg(header, MACH_SEND_MSG, bytes, 0, MACH_PORT_NULL,
	           MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(reply, 0, message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message->header.msgh_id, id + 100);
	drop_receive(reply);
}

/* By messages with the ids of the calls, sent to @task. */
static void
set_and_get_by_message(mach_port_t task, mach_port_t port)
{
	struct set_request set = {
	    .base = {.header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	        .body.msgh_descriptor_count = 1},
	    .port = {.name = port,
	        .disposition = COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .ndr = NDR_record,
	    .which = TASK_DEBUG_CONTROL_PORT,
	};
	struct get_request get = {
	    .ndr = NDR_record, .which = TASK_DEBUG_CONTROL_PORT};
	struct received message;
	struct port_reply got;
	mach_port_t found;

	rpc(task, 3410, &set, sizeof(set), &message);
	EXPECT(task_get_special_port(task, TASK_DEBUG_CONTROL_PORT, &found),
	    KERN_SUCCESS);
	CHECK_EQUAL(found, port);
	rpc(task, 3409, &get, sizeof(get), &message);
	CHECK_EQUAL(message.header.msgh_size, sizeof(got));
	memcpy(&got, &message, sizeof(got));
	CHECK_EQUAL(got.port.name, port);
	CHECK_EQUAL(got.port.disposition, MACH_MSG_TYPE_PORT_SEND);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 3);
	drop(port);
	drop(port);
}

static void
a_message_and_the_call_are_the_same(void)
{
	mach_port_t port = new_send_port();

	set_and_get_by_message(mach_task_self(), port);
	set_and_get_by_message(peer_task(peer_new()), port);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.5.2 special.7 special.7.b1 special.7.b6",
        each_kind_answers_within_the_send),
    SCENARIO("special.7.b1", a_full_reply_port_takes_the_answer),
    SCENARIO("special.7.b3", an_error_destroys_what_the_request_brought),
    SCENARIO("special.7.b4", a_reply_may_come_later),
    SCENARIO("special.7.b5", without_a_reply_right_the_answer_is_dropped),
    SCENARIO("special.7.b7 special.7.b9", its_receive_right_is_the_kernels),
    SCENARIO("special.7.b8", an_object_that_dies_takes_its_port_along),
    SCENARIO("special.6", a_message_and_the_call_are_the_same),
    SCENARIO("special.5.2", the_helpers_of_stubs_do_as_they_are_said_to),
};
CONFORMANCE(scenarios)
