/* mach_port_peek(), by ports.md 10.12. */
#include <string.h>

#include "names.h"

#include "ipc_port.h"

#define ELEMENTS(x) MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_##x)

static struct ipc_peek peeked;

static kern_return_t
peek_at(mach_port_name_t name, mach_port_seqno_t seqno)
{
	return ipc_mach_port_peek(
	    alice, name, 0, seqno, sizeof(mach_msg_trailer_t), &peeked);
}

static kern_return_t
peek(mach_port_seqno_t seqno)
{
	return peek_at(names.both, seqno);
}

static void
send_id(mach_msg_id_t id)
{
	EXPECT(
	    world_send_id(alice, names.both, COPY_SEND, id), MACH_MSG_SUCCESS);
}

static kern_return_t
call_peek(mach_port_name_t name)
{
	return peek_at(name, 0);
}

TEST(queues_of_receive_rights_are_looked_at)
{
	mach_port_name_t sender =
	    world_give(alice, names.receive, MAKE_SEND, bob);

	send_id(1);
	EXPECT(world_send_empty(bob, sender), MACH_MSG_SUCCESS);
	names_expect_receive_only(call_peek);
}

TEST(an_empty_queue_has_nothing_to_be_looked_at)
{
	EXPECT(peek(0), KERN_FAILURE);
	EXPECT(ipc_mach_port_set_seqno(alice, names.both, 5), KERN_SUCCESS);
	EXPECT(peek(5), KERN_FAILURE);
}

TEST(the_trailer_is_checked_before_a_name_that_may_be_one)
{
	static const struct {
		mach_msg_trailer_type_t type;
		mach_msg_type_number_t bytes;
	} rows[] = {
	    {0, 8},
	    {ELEMENTS(SEQNO), 12},
	    {ELEMENTS(SENDER), 20},
	    {ELEMENTS(AUDIT), 52},
	};

	send_id(1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(ipc_mach_port_peek(alice, names.absent, rows[i].type, 0,
		           rows[i].bytes - 1, &peeked),
		    KERN_INVALID_VALUE);
		EXPECT(ipc_mach_port_peek(alice, MACH_PORT_NULL, rows[i].type,
		           0, rows[i].bytes - 1, &peeked),
		    KERN_INVALID_RIGHT);
		EXPECT(ipc_mach_port_peek(alice, names.both, rows[i].type, 0,
		           rows[i].bytes, &peeked),
		    KERN_SUCCESS);
		assert_int_equal(
		    peeked.trailer.msgh_trailer_size, rows[i].bytes);
	}
	for (unsigned elements = 4; elements < 16; elements++)
		EXPECT(ipc_mach_port_peek(alice, names.both,
		           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
		               elements),
		           0, 1000, &peeked),
		    KERN_INVALID_VALUE);
}

TEST(messages_are_found_by_the_number_that_they_will_have)
{
	EXPECT(ipc_mach_port_set_seqno(alice, names.both, 10), KERN_SUCCESS);
	for (mach_msg_id_t id = 100; id < 103; id++)
		send_id(id);
	EXPECT(peek(0), KERN_SUCCESS);
	assert_int_equal(peeked.seqno, 10);
	assert_int_equal(peeked.id, 100);
	for (mach_port_seqno_t i = 0; i < 3; i++) {
		EXPECT(peek(10 + i), KERN_SUCCESS);
		assert_int_equal(peeked.seqno, 10 + i);
		assert_int_equal(peeked.id, 100 + i);
		assert_int_equal(peeked.trailer.msgh_seqno, 10 + i);
	}
	EXPECT(peek(9), KERN_FAILURE);
	EXPECT(peek(13), KERN_FAILURE);
	EXPECT(peek(UINT32_MAX), KERN_FAILURE);
	/* They stay, and so does the number. */
	assert_int_equal(world_status(alice, names.both).mps_seqno, 10);
	for (mach_msg_id_t id = 100; id < 103; id++)
		world_expect_id(alice, names.both, id);
}

TEST(numbers_wrap)
{
	EXPECT(ipc_mach_port_set_seqno(alice, names.both, UINT32_MAX), 0);
	for (mach_msg_id_t id = 100; id < 103; id++)
		send_id(id);
	EXPECT(peek(UINT32_MAX), KERN_SUCCESS);
	assert_int_equal(peeked.id, 100);
	EXPECT(peek(1), KERN_SUCCESS);
	assert_int_equal(peeked.id, 102);
	EXPECT(peek(2), KERN_FAILURE);
	/* 0 is the first, not the one in the middle. */
	EXPECT(peek(0), KERN_SUCCESS);
	assert_int_equal(peeked.seqno, UINT32_MAX);
}

TEST(a_message_is_as_large_as_the_kernel_keeps_it)
{
	const mach_port_name_t array[] = {MACH_PORT_NULL};
	struct message message;

	message_init(&message, names.both, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(peek(0), KERN_SUCCESS);
	assert_int_equal(peeked.size, sizeof(mach_msg_header_t) + 8);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	message_add_ool(&message, "text", 4, MACH_MSG_VIRTUAL_COPY);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	message_add_ports(&message, array, 1, COPY_SEND);
	message_add_data(&message, "data", 4);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(peek(1), KERN_SUCCESS);
	assert_int_equal(peeked.size, message.size + 8u + 4u + 4u);
}

TEST(the_trailer_tells_who_sent)
{
	mach_port_name_t sender =
	    world_give(alice, names.receive, MAKE_SEND, bob);
	mach_port_name_t once =
	    world_give(alice, names.both, MAKE_SEND_ONCE, alice);

	EXPECT(world_send_empty(bob, sender), MACH_MSG_SUCCESS);
	EXPECT(ipc_mach_port_set_context(alice, names.receive, 99), 0);
	EXPECT(ipc_mach_port_peek(
	           alice, names.receive, ELEMENTS(AUDIT), 0, 52, &peeked),
	    KERN_SUCCESS);
	assert_memory_equal(&peeked.trailer.msgh_sender,
	    &bob->identity->security, sizeof(security_token_t));
	assert_memory_equal(&peeked.trailer.msgh_audit, &bob->identity->audit,
	    sizeof(audit_token_t));
	assert_int_equal(peeked.trailer.msgh_context, 0);
	/* The kernel sends notifications. */
	EXPECT(ipc_mach_port_deallocate(alice, once), KERN_SUCCESS);
	EXPECT(ipc_mach_port_peek(
	           alice, names.both, ELEMENTS(AUDIT), 0, 52, &peeked),
	    KERN_SUCCESS);
	assert_int_equal(peeked.id, MACH_NOTIFY_SEND_ONCE);
	assert_int_equal(peeked.trailer.msgh_sender.val[0], 0);
	assert_int_equal(peeked.trailer.msgh_sender.val[1], 1);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(queues_of_receive_rights_are_looked_at),
	    HERE(an_empty_queue_has_nothing_to_be_looked_at),
	    HERE(the_trailer_is_checked_before_a_name_that_may_be_one),
	    HERE(messages_are_found_by_the_number_that_they_will_have),
	    HERE(numbers_wrap),
	    HERE(a_message_is_as_large_as_the_kernel_keeps_it),
	    HERE(the_trailer_tells_who_sent),
	};

	return RUN("ipc_mach_port_peek", tests);
}
