/* What follows a message, and how large all of it may be (messages.md 5 and 6). */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "messages.h"

#define CHECK_OFFSET(type, field, offset)                                      \
	CHECK_EQUAL(offsetof(type, field), offset)

/*
 * 5. Trailers.
 */
static void
layouts_of_trailers(void)
{
	CHECK_EQUAL(sizeof(mach_msg_trailer_t), 8);
	CHECK_OFFSET(mach_msg_trailer_t, msgh_trailer_type, 0);
	CHECK_OFFSET(mach_msg_trailer_t, msgh_trailer_size, 4);
	CHECK_EQUAL(sizeof(mach_msg_seqno_trailer_t), 12);
	CHECK_OFFSET(mach_msg_seqno_trailer_t, msgh_seqno, 8);
	CHECK_EQUAL(sizeof(mach_msg_security_trailer_t), 20);
	CHECK_OFFSET(mach_msg_security_trailer_t, msgh_sender.val[0], 12);
	CHECK_EQUAL(sizeof(security_token_t), 8);
	CHECK_EQUAL(sizeof(mach_msg_audit_trailer_t), 52);
	CHECK_OFFSET(mach_msg_audit_trailer_t, msgh_audit.val[0], 20);
	CHECK_EQUAL(sizeof(audit_token_t), 32);
	CHECK_EQUAL(sizeof(mach_msg_context_trailer_t), 60);
	CHECK_OFFSET(mach_msg_context_trailer_t, msgh_context, 52);
	CHECK_EQUAL(sizeof(mach_msg_mac_trailer_t), 68);
	CHECK_EQUAL(sizeof(mach_msg_max_trailer_t), 68);
	CHECK_OFFSET(mach_msg_mac_trailer_t, msgh_ad, 60);
	CHECK_OFFSET(mach_msg_mac_trailer_t, msgh_labels.sender, 64);
	CHECK_EQUAL(sizeof(mach_msg_format_0_trailer_t), 20);
	CHECK_EQUAL(MACH_MSG_TRAILER_FORMAT_0, 0);
	CHECK_EQUAL(MACH_MSG_TRAILER_MINIMUM_SIZE, 8);
	CHECK_EQUAL(MAX_TRAILER_SIZE, 68);
	CHECK_EQUAL(MACH_MSG_TRAILER_FORMAT_0_SIZE, 20);
}

/* Bytes of a trailer with each of the 16 element numbers. */
static const mach_msg_size_t trailer_sizes[16] = {
    8, 12, 20, 52, 60, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68};

static void
options_for_trailers(void)
{
	CHECK_EQUAL(MACH_RCV_TRAILER_NULL, 0);
	CHECK_EQUAL(MACH_RCV_TRAILER_SEQNO, 1);
	CHECK_EQUAL(MACH_RCV_TRAILER_SENDER, 2);
	CHECK_EQUAL(MACH_RCV_TRAILER_AUDIT, 3);
	CHECK_EQUAL(MACH_RCV_TRAILER_CTX, 4);
	CHECK_EQUAL(MACH_RCV_TRAILER_AV, 7);
	CHECK_EQUAL(MACH_RCV_TRAILER_LABELS, 8);
	CHECK_EQUAL(MACH_RCV_TRAILER_MASK, 0xf << 24);
	for (unsigned i = 0; i < 16; i++) {
		CHECK_EQUAL((unsigned)MACH_RCV_TRAILER_TYPE(i), i << 28);
		CHECK_EQUAL((unsigned)MACH_RCV_TRAILER_ELEMENTS(i), i << 24);
		CHECK_EQUAL(GET_RCV_ELEMENTS(MACH_RCV_TRAILER_ELEMENTS(i)), i);
		CHECK_EQUAL(
		    REQUESTED_TRAILER_SIZE(MACH_RCV_TRAILER_ELEMENTS(i) |
		        MACH_RCV_TRAILER_TYPE(5)),
		    trailer_sizes[i]);
	}
}

/* Receive a message with these options behind 0xa5s: so many bytes of trailer
 * come, and no more. */
static void
check_trailer_bytes(
    mach_port_t port, mach_msg_option_t option, mach_msg_size_t bytes)
{
	const mach_msg_trailer_t *trailer;
	struct received message;
	uint8_t *end;

	memset(&message, 0xa5, sizeof(message));
	EXPECT(receive_bytes(port, option, &message, sizeof(message)),
	    MACH_MSG_SUCCESS);
	trailer = (const void *)trailer_of(&message);
	CHECK_EQUAL(trailer->msgh_trailer_type, 0);
	CHECK_EQUAL(trailer->msgh_trailer_size, bytes);
	end = (uint8_t *)&message + message.header.msgh_size + bytes;
	for (unsigned i = 0; i < 100; i++)
		CHECK_EQUAL(end[i], 0xa5);
}

static void
a_trailer_has_what_was_asked_for(void)
{
	mach_port_t port = new_send_port();

	for (unsigned i = 0; i < 16; i++)
		for (unsigned format = 0; format < 16; format++) {
			EXPECT(send_id(port, COPY_SEND, 0, 0, 0),
			    MACH_MSG_SUCCESS);
			check_trailer_bytes(port,
			    MACH_RCV_TRAILER_ELEMENTS(i) |
			        MACH_RCV_TRAILER_TYPE(format),
			    trailer_sizes[i]);
		}
	destroy(port);
}

#define FULL_TRAILER MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV)

static void
a_trailer_counts_what_was_dequeued(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 3; i++)
		EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQUAL(status_of(port).mps_seqno, i);
		EXPECT(receive_now(port, FULL_TRAILER, &message),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(trailer_of(&message)->msgh_seqno, i);
	}
	destroy(port);
}

/* The sender of a message, in a trailer. */
static void
check_sender(const mach_msg_max_trailer_t *trailer)
{
	CHECK_EQUAL(trailer->msgh_sender.val[0], geteuid());
	CHECK_EQUAL(trailer->msgh_sender.val[1], getegid());
	CHECK_EQUAL(trailer->msgh_audit.val[0], getuid());
	CHECK_EQUAL(trailer->msgh_audit.val[1], geteuid());
	CHECK_EQUAL(trailer->msgh_audit.val[2], getegid());
	CHECK_EQUAL(trailer->msgh_audit.val[3], getuid());
	CHECK_EQUAL(trailer->msgh_audit.val[4], getgid());
	CHECK_EQUAL(trailer->msgh_audit.val[6], 0);
}

static void
a_trailer_tells_the_sender(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, FULL_TRAILER, &message), MACH_MSG_SUCCESS);
	check_sender(trailer_of(&message));
	CHECK_EQUAL(trailer_of(&message)->msgh_audit.val[5], getpid());
	CHECK_EQUAL(trailer_of(&message)->msgh_ad, 0);
	CHECK_EQUAL(trailer_of(&message)->msgh_labels.sender, MACH_PORT_NULL);
	destroy(port);
}

struct sender {
	mach_port_t port;
	pid_t pid;
};

static void
send_as_peer(void *argument)
{
	struct sender *sender = argument;

	sender->pid = getpid();
	EXPECT(send_id(sender->port, MOVE_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
}

/* Who sent it, not who receives it; and each process has its own generation. */
static void
a_trailer_tells_of_another_task(void)
{
	struct peer *peer = peer_new();
	mach_port_t port = new_send_port();
	struct sender sender;
	struct received mine;
	struct received other;

	sender.port = peer_give(peer, port, MAKE_SEND);
	peer_run(peer, send_as_peer, &sender, sizeof(sender));
	EXPECT(receive_now(port, FULL_TRAILER, &other), MACH_MSG_SUCCESS);
	check_sender(trailer_of(&other));
	CHECK_EQUAL(trailer_of(&other)->msgh_audit.val[5], sender.pid);
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, FULL_TRAILER, &mine), MACH_MSG_SUCCESS);
	CHECK(trailer_of(&mine)->msgh_audit.val[7] !=
	    trailer_of(&other)->msgh_audit.val[7]);
	destroy(port);
}

static void
the_kernel_sends_as_itself(void)
{
	const security_token_t security = KERNEL_SECURITY_TOKEN_VALUE;
	const audit_token_t audit = KERNEL_AUDIT_TOKEN_VALUE;
	const audit_token_t invalid = INVALID_AUDIT_TOKEN_VALUE;
	mach_port_t port = new_port();
	struct received message;

	CHECK_EQUAL(security.val[0], 0);
	CHECK_EQUAL(security.val[1], 1);
	for (unsigned i = 0; i < 8; i++) {
		CHECK_EQUAL(audit.val[i], 0);
		CHECK_EQUAL(invalid.val[i], UINT32_MAX);
	}
	drop(new_send_once(port));
	EXPECT(receive_now(port, FULL_TRAILER, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, MACH_NOTIFY_SEND_ONCE);
	CHECK(memcmp(&trailer_of(&message)->msgh_sender, &security,
	          sizeof(security)) == 0);
	CHECK(memcmp(&trailer_of(&message)->msgh_audit, &audit,
	          sizeof(audit)) == 0);
	destroy(port);
}

/* In a peer, which dies with a port that it cannot destroy: immovable, and with
 * a guard, the address of the buffer that its right came in. */
static void
receive_on_a_guarded_port(void *argument)
{
	mach_port_t port = new_send_port();
	mach_port_t moved = new_send_port();
	mach_msg_guarded_port_descriptor_t *guarded;
	struct received arrival;
	struct received message;

	(void)argument;
	EXPECT(send_id(moved, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, 0, 0);
	add_guarded(&message, moved, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, MACH_RCV_GUARDED_DESC, &arrival),
	    MACH_MSG_SUCCESS);
	guarded = item_of(&arrival, 0);
	CHECK_EQUAL(guarded->context, (uintptr_t)&arrival);
	EXPECT(receive_now(guarded->name, FULL_TRAILER, &message),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(trailer_of(&message)->msgh_context, (uintptr_t)&arrival);
}

/* Its value when the message is received, not when it was sent. */
static void
a_trailer_has_the_ports_context(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, FULL_TRAILER, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(trailer_of(&message)->msgh_context, 0);
	peer_run(peer_new(), receive_on_a_guarded_port, NULL, 0);
	destroy(port);
}

static void
a_message_fits_with_its_trailer(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 16; i++) {
		mach_msg_option_t option =
		    MACH_RCV_LARGE | MACH_RCV_TRAILER_ELEMENTS(i);

		EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
		EXPECT(receive_bytes(
		           port, option, &message, 24 + trailer_sizes[i] - 1),
		    MACH_RCV_TOO_LARGE);
		EXPECT(receive_bytes(
		           port, option, &message, 24 + trailer_sizes[i]),
		    MACH_MSG_SUCCESS);
	}
	destroy(port);
}

/*
 * 6. Limits.
 */
#define SIZE_MOST 50331580u

static void
the_smallest_messages(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_size_t size = 0; size < 24; size++) {
		compose(&message, port, COPY_SEND, 0, 0);
		REFUSED_BYTES(&message, size, MACH_SEND_MSG_TOO_SMALL);
	}
	for (mach_msg_size_t size = 25; size < 28; size++)
		REFUSED_BYTES(&message, size, MACH_SEND_MSG_TOO_SMALL);
	compose(&message, port, COPY_SEND, 0, 0);
	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	REFUSED_BYTES(&message, 24, MACH_SEND_MSG_TOO_SMALL);
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, 28, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 0, 0, 0), MACH_MSG_SUCCESS);
	destroy(port);
}

static void
the_largest_message(void)
{
	mach_port_t port = new_send_port();
	mach_msg_header_t *message = mmap(NULL, SIZE_MOST + PAGE,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mach_msg_return_t mr;

	CHECK(message != MAP_FAILED);
	message->msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0);
	message->msgh_remote_port = port;
	memset((char *)message + SIZE_MOST - 4, 0x77, 8);
	EXPECT(mach_msg(message, MACH_SEND_MSG, SIZE_MOST + 4, 0, 0, 0, 0),
	    MACH_SEND_TOO_LARGE);
	mr = mach_msg(message, MACH_SEND_MSG, SIZE_MOST, 0, 0, 0, 0);
	if (mr != MACH_SEND_NO_BUFFER) {
		EXPECT(mr, MACH_MSG_SUCCESS);
		memset(message, 0, SIZE_MOST);
		EXPECT(mach_msg(
		           message, MACH_RCV_MSG, 0, SIZE_MOST + 8, port, 0, 0),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(message->msgh_size, SIZE_MOST);
		CHECK_EQUAL(((uint8_t *)message)[SIZE_MOST - 1], 0x77);
	}
	CHECK(munmap(message, SIZE_MOST + PAGE) == 0);
	destroy(port);
}

static void
as_many_descriptors_as_there_is_room_for(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	message.body.msgh_descriptor_count = 3;
	REFUSED_BYTES(&message, 28 + 3 * 12 - 4, MACH_SEND_MSG_TOO_SMALL);
	message.body.msgh_descriptor_count = UINT32_MAX;
	REFUSED_BYTES(&message, 28 + 2 * 12, MACH_SEND_MSG_TOO_SMALL);
	message.body.msgh_descriptor_count = 2;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	destroy(port);
}

/* Ports count wherever they are. */
static void
a_message_has_16383_ports_at_most(void)
{
	enum { MOST = 16383 };
	mach_port_t port = new_send_port();
	mach_port_t *names = calloc(MOST + 1, sizeof(*names));
	struct received message;

	CHECK(names);
	for (unsigned others = 0; others < 3; others++) {
		compose(&message, port, COPY_SEND, 0, 0);
		for (unsigned i = 0; i < others; i++)
			add_port(&message, MACH_PORT_NULL, COPY_SEND);
		add_ports(&message, names, MOST + 1 - others, COPY_SEND, false);
		REFUSED(&message, MACH_SEND_TOO_LARGE);
		((mach_msg_ool_ports_descriptor_t *)item_of(&message, others))
		    ->count--;
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(((mach_msg_ool_ports_descriptor_t *)item_of(
		                 &message, others))
		                ->count,
		    MOST - others);
		mach_msg_destroy(&message.header);
	}
	free(names);
	destroy(port);
}

/* There is no limit of 7 MiB. */
static void
much_memory_is_copied(void)
{
	const mach_msg_size_t bytes = 8u << 20;
	mach_port_t port = new_send_port();
	void *memory = new_memory(bytes);
	mach_msg_ool_descriptor_t *region;
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_memory(&message, memory, bytes, MACH_MSG_PHYSICAL_COPY, false);
	add_memory(&message, memory, bytes, MACH_MSG_PHYSICAL_COPY, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 2; i++) {
		region = item_of(&message, i);
		CHECK_EQUAL(region->size, bytes);
		CHECK(is_memory(region->address, bytes));
		/* A physical copy is not the message's to deallocate. */
		CHECK(!region->deallocate);
		EXPECT(vm_deallocate(mach_task_self(),
		           (vm_address_t)region->address, bytes),
		    KERN_SUCCESS);
	}
	mach_msg_destroy(&message.header);
	free_memory(memory, bytes);
	destroy(port);
}

/* The answer to a message that the task port does not know, however many
 * descriptors that has: an error reply of MIG. What it carried is destroyed. */
static void
a_kernel_object_replies_with_an_error(void)
{
	mach_port_t reply = new_port();
	mach_port_t right = new_port();
	struct received message;
	mig_reply_error_t error;

	compose(&message, mach_task_self(), COPY_SEND, reply, MAKE_SEND_ONCE);
	message.header.msgh_id = 99999;
	for (unsigned i = 0; i < 4; i++)
		add_port(&message, right, MAKE_SEND_ONCE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_size, sizeof(error));
	CHECK_EQUAL(message.header.msgh_id, 99999 + 100);
	memcpy(&error, &message, sizeof(error));
	CHECK_EQUAL(error.RetCode, MIG_BAD_ID);
	for (unsigned i = 0; i < 4; i++)
		expect_notice(right, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(right);
	drop_receive(reply);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.5.1 messages.5.1.r1 messages.5.1.r2 messages.5.1.r3 "
             "messages.5.1.r4 messages.5.1.r5 messages.5.1.r6",
        layouts_of_trailers),
    SCENARIO("messages.5.2 messages.5.2.r1 messages.5.2.r2 messages.5.2.r3 "
             "messages.5.2.r4 messages.5.2.r5 messages.5.2.r6 messages.5.2.r7 "
             "messages.5.2.r8",
        options_for_trailers),
    SCENARIO("messages.5.2 messages.5.3.r1 messages.5.3.r2 messages.5",
        a_trailer_has_what_was_asked_for),
    SCENARIO("messages.5.3.r3", a_trailer_counts_what_was_dequeued),
    SCENARIO("messages.5.3.r4 messages.5.3.r5 messages.5.3.r7",
        a_trailer_tells_the_sender),
    SCENARIO(
        "messages.5.3.r4 messages.5.3.r5", a_trailer_tells_of_another_task),
    SCENARIO("messages.5.3", the_kernel_sends_as_itself),
    SCENARIO("messages.5.3.r6", a_trailer_has_the_ports_context),
    SCENARIO("messages.5.4", a_message_fits_with_its_trailer),
    SCENARIO("messages.6.r1", the_smallest_messages),
    SCENARIO("messages.6.r2", the_largest_message),
    SCENARIO("messages.6.r3", as_many_descriptors_as_there_is_room_for),
    SCENARIO("messages.6.r4", a_message_has_16383_ports_at_most),
    SCENARIO("messages.6.r5 messages.6.r6", much_memory_is_copied),
    SCENARIO("messages.6.r7", a_kernel_object_replies_with_an_error),
};
CONFORMANCE(scenarios)
