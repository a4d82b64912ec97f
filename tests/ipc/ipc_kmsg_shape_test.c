/* Copyin: what a message must look like (messages.md 8.1). */
#include <stdlib.h>
#include <string.h>

#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

/* Each test begins with a send right of alice's for a port of bob's. */
static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static void
to_inbox(struct message *message)
{
	message_init(message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

/* What is out of the reach of struct message. */
static mach_msg_return_t
send_source(struct ipc_kmsg_source source)
{
	struct thread *thread = world_thread(alice);
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	mach_msg_return_t mr;
	uint32_t taken;

	mr = ipc_mach_msg_send(alice, &args, &source, &thread->waiter, &taken);
	thread_end(thread);
	return mr;
}

/* 8.1, shape. */

TEST(sizes_that_no_message_has_are_too_small)
{
	static const mach_msg_size_t sizes[] = {0, 4, 20, 23, 25, 26, 27, 29};
	struct message message;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		to_inbox(&message);
		message.size = sizes[i];
		EXPECT(world_send(alice, &message), MACH_SEND_MSG_TOO_SMALL);
	}
	world_expect_empty(bob, inbox);
}

TEST(a_message_of_more_than_48_mib_is_too_large)
{
	struct ipc_kmsg_source source = {
	    .size = 50331584, .unreadable = UINT32_MAX};

	EXPECT(send_source(source), MACH_SEND_TOO_LARGE);
}

TEST(a_message_of_the_most_bytes_can_be_sent)
{
	enum { BYTES = 50331580 };
	struct message message;
	struct ipc_kmsg_source source = {
	    .size = BYTES, .byte_count = BYTES, .unreadable = UINT32_MAX};
	uint8_t *bytes = calloc(1, BYTES);

	assert_non_null(bytes);
	to_inbox(&message);
	memcpy(bytes, message.bytes, message.size);
	bytes[BYTES - 1] = 0x5a;
	source.bytes = bytes;
	EXPECT(send_source(source), MACH_MSG_SUCCESS);
	free(bytes);
	{
		struct got got = world_receive(bob, inbox);
		uint8_t last = 0;

		assert_int_equal(got.header.msgh_size, BYTES);
		got_bytes(&got, BYTES - 1, &last, 1);
		assert_int_equal(last, 0x5a);
	}
}

TEST(bytes_that_are_not_there_are_invalid_data)
{
	struct message message;
	struct ipc_kmsg_source source = {.unreadable = UINT32_MAX};

	to_inbox(&message);
	source.bytes = message.bytes;
	source.size = 32;
	source.byte_count = 24;
	EXPECT(send_source(source), MACH_SEND_INVALID_DATA);
}

TEST(a_complex_message_without_a_body_is_too_small)
{
	struct message message;

	to_inbox(&message);
	message_header(&message)->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	EXPECT(world_send(alice, &message), MACH_SEND_MSG_TOO_SMALL);
}

TEST(a_complex_message_may_have_no_descriptors)
{
	struct message message;
	struct got got;
	uint32_t none = 0;

	to_inbox(&message);
	message_header(&message)->msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	message_add_data(&message, &none, sizeof(none));
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(0, MOVE_SEND));
	assert_int_equal(got.header.msgh_size, 28);
}

static void
set_descriptor_count(struct message *message, uint32_t count)
{
	memcpy(message->bytes + 24, &count, sizeof(count));
}

TEST(more_descriptors_than_fit_are_too_small)
{
	static const uint32_t counts[] = {2, 3, 0x10000000, UINT32_MAX};
	struct message message;

	for (size_t i = 0; i < 4; i++) {
		to_inbox(&message);
		message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
		set_descriptor_count(&message, counts[i]);
		EXPECT(world_send(alice, &message), MACH_SEND_MSG_TOO_SMALL);
	}
}

static void
set_descriptor_type(struct message *message, uint8_t type)
{
	message->bytes[28 + 11] = type;
}

TEST(a_descriptor_that_overruns_the_message_is_too_small)
{
	struct message message;

	for (uint8_t type = MACH_MSG_OOL_DESCRIPTOR;
	     type <= MACH_MSG_GUARDED_PORT_DESCRIPTOR; type++) {
		to_inbox(&message);
		message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
		set_descriptor_type(&message, type); /* 16 bytes, not 12 */
		EXPECT(world_send(alice, &message), MACH_SEND_MSG_TOO_SMALL);
	}
	/* The second would fit, were the first not longer than 12 bytes. */
	to_inbox(&message);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	message.size -= 4;
	EXPECT(world_send(alice, &message), MACH_SEND_MSG_TOO_SMALL);
}

TEST(unknown_descriptor_types_are_invalid)
{
	static const uint8_t types[] = {5, 6, 128, 255};
	struct message message;

	for (size_t i = 0; i < sizeof(types); i++) {
		to_inbox(&message);
		message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
		set_descriptor_type(&message, types[i]);
		EXPECT(world_send(alice, &message), MACH_SEND_INVALID_TYPE);
	}
}

TEST(memory_is_copied_physically_or_virtually_and_in_no_other_way)
{
	static const uint8_t kinds[] = {
	    MACH_MSG_OOL_DESCRIPTOR, MACH_MSG_OOL_VOLATILE_DESCRIPTOR};
	struct message message;

	for (size_t kind = 0; kind < 2; kind++)
		for (mach_msg_copy_options_t copy = 0; copy < 6; copy++) {
			to_inbox(&message);
			message_add_ool(&message, NULL, 0, copy);
			set_descriptor_type(&message, kinds[kind]);
			EXPECT(world_send(alice, &message),
			    copy < 2 ? MACH_MSG_SUCCESS
			             : MACH_SEND_INVALID_TYPE);
		}
}

TEST(the_copy_option_of_a_port_array_is_not_looked_at)
{
	struct message message;

	to_inbox(&message);
	message_add_ports(&message, NULL, 0, COPY_SEND);
	message.bytes[28 + 9] = 77;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
}

TEST(a_guarded_descriptor_has_the_flags_and_context_that_it_can_have)
{
	static const struct {
		mach_msg_guard_flags_t flags;
		uint64_t context;
		mach_msg_return_t code;
	} rows[] = {
	    {0, 0, MACH_SEND_INVALID_TYPE},
	    {4, 0, MACH_SEND_INVALID_TYPE},
	    {5, 0, MACH_SEND_INVALID_TYPE},
	    {2, 1, MACH_SEND_INVALID_TYPE},
	    {3, 1, MACH_SEND_INVALID_TYPE},
	    {2, 0, MACH_MSG_SUCCESS},
	    {3, 0, MACH_MSG_SUCCESS},
	};
	struct message message;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		to_inbox(&message);
		message_add_guarded(
		    &message, MACH_PORT_NULL, rows[i].context, rows[i].flags);
		EXPECT(world_send(alice, &message), rows[i].code);
	}
}

TEST(a_guarded_descriptor_moves_a_receive_right_and_nothing_else)
{
	struct message message;

	for (uint8_t disposition = 0; disposition < 32; disposition++) {
		if (disposition == MOVE_RECEIVE)
			continue;
		to_inbox(&message);
		message_add_guarded(&message, MACH_PORT_NULL, 0,
		    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
		message.bytes[28 + 10] = disposition;
		EXPECT(world_send(alice, &message), MACH_SEND_INVALID_TYPE);
	}
}

TEST(a_message_carries_16383_rights_and_no_more)
{
	static mach_port_name_t names[16384];
	struct message message;

	to_inbox(&message);
	message_add_ports(&message, names, 16383, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	to_inbox(&message);
	message_add_ports(&message, names, 16384, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_TOO_LARGE);
	to_inbox(&message);
	message_add_ports(&message, names, 16382, COPY_SEND);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	message_add_guarded(&message, MACH_PORT_NULL, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_TOO_LARGE);
}

TEST(rights_are_added_when_all_descriptors_were_looked_at)
{
	static mach_port_name_t names[16384];
	struct message message;

	to_inbox(&message);
	message_add_ports(&message, names, 16384, COPY_SEND);
	message_add_guarded(
	    &message, MACH_PORT_NULL, 0, MACH_MSG_GUARD_FLAGS_NONE);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_TYPE);
}

TEST(counts_of_rights_whose_sum_overflows_are_too_large)
{
	struct message message;

	to_inbox(&message);
	for (int i = 0; i < 4; i++)
		message_add_ports(&message, NULL, 0, COPY_SEND);
	for (size_t i = 0; i < 4; i++) {
		uint32_t count = 0x40000000;

		memcpy(message.bytes + 28 + 16 * i + 12, &count, 4);
	}
	EXPECT(world_send(alice, &message), MACH_SEND_TOO_LARGE);
}

TEST(the_first_bad_descriptor_decides)
{
	struct message message;

	to_inbox(&message);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	set_descriptor_type(&message, 9);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message.size -= 4; /* too small for the second */
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_TYPE);
}

TEST(the_shape_is_checked_before_the_header)
{
	struct message message;

	message_init(&message, MACH_PORT_NULL, 0, MACH_PORT_NULL, 0);
	message_add_port(&message, MACH_PORT_NULL, COPY_SEND);
	set_descriptor_type(&message, 9);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_TYPE);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(sizes_that_no_message_has_are_too_small),
	    HERE(a_message_of_more_than_48_mib_is_too_large),
	    HERE(a_message_of_the_most_bytes_can_be_sent),
	    HERE(bytes_that_are_not_there_are_invalid_data),
	    HERE(a_complex_message_without_a_body_is_too_small),
	    HERE(a_complex_message_may_have_no_descriptors),
	    HERE(more_descriptors_than_fit_are_too_small),
	    HERE(a_descriptor_that_overruns_the_message_is_too_small),
	    HERE(unknown_descriptor_types_are_invalid),
	    HERE(memory_is_copied_physically_or_virtually_and_in_no_other_way),
	    HERE(the_copy_option_of_a_port_array_is_not_looked_at),
	    HERE(
	        a_guarded_descriptor_has_the_flags_and_context_that_it_can_have),
	    HERE(a_guarded_descriptor_moves_a_receive_right_and_nothing_else),
	    HERE(a_message_carries_16383_rights_and_no_more),
	    HERE(rights_are_added_when_all_descriptors_were_looked_at),
	    HERE(counts_of_rights_whose_sum_overflows_are_too_large),
	    HERE(the_first_bad_descriptor_decides),
	    HERE(the_shape_is_checked_before_the_header),
	};

	return RUN("ipc_kmsg_shape", tests);
}
