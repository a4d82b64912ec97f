/* What messages look like: types, header, bits, descriptors, trailers, and how
 * large all of it may be (messages.md 1 to 6). */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "messages.h"

/* A type is @bytes long, and signed or not. */
#define CHECK_UNSIGNED(type, bytes)                                            \
	CHECK_EQUAL(sizeof(type), bytes), CHECK((type)-1 > 0)
#define CHECK_SIGNED(type, bytes)                                              \
	CHECK_EQUAL(sizeof(type), bytes), CHECK((type)-1 < 0)
#define CHECK_OFFSET(type, field, offset)                                      \
	CHECK_EQUAL(offsetof(type, field), offset)

/* Bits of a structure: @field alone is set to @value, which then shows as this
 * byte at this offset. */
#define CHECK_BYTE(type, field, value, offset)                                 \
	do {                                                                   \
		uint8_t bytes_[sizeof(type)] = {0};                            \
		uint8_t expected_[sizeof(type)] = {0};                         \
		type object_;                                                  \
                                                                               \
		memset(&object_, 0, sizeof(object_));                          \
		object_.field = (value);                                       \
		memcpy(bytes_, &object_, sizeof(bytes_));                      \
		expected_[offset] = (uint8_t)(value);                          \
		CHECK(memcmp(bytes_, expected_, sizeof(bytes_)) == 0);         \
	} while (0)

/*
 * 1. Types.
 */
static void
types_have_their_widths_and_signs(void)
{
	CHECK_UNSIGNED(natural_t, 4);
	CHECK_SIGNED(integer_t, 4);
	CHECK_EQUAL(sizeof(boolean_t), 4);
	CHECK_EQUAL(TRUE, 1);
	CHECK_EQUAL(FALSE, 0);
	CHECK_UNSIGNED(mach_port_name_t, 4);
	CHECK_UNSIGNED(mach_port_t, 4);
	CHECK_UNSIGNED(mach_msg_bits_t, 4);
	CHECK_UNSIGNED(mach_msg_size_t, 4);
	CHECK_UNSIGNED(mach_msg_type_number_t, 4);
	CHECK_SIGNED(mach_msg_id_t, 4);
	CHECK_SIGNED(mach_msg_option_t, 4);
	CHECK_SIGNED(mach_msg_options_t, 4);
	CHECK_SIGNED(mach_msg_return_t, 4);
	CHECK_SIGNED(kern_return_t, 4);
	CHECK_UNSIGNED(mach_msg_timeout_t, 4);
	CHECK_UNSIGNED(mach_msg_type_name_t, 4);
	CHECK_UNSIGNED(mach_msg_copy_options_t, 4);
	CHECK_UNSIGNED(mach_msg_descriptor_type_t, 4);
	CHECK_UNSIGNED(mach_msg_guard_flags_t, 4);
	CHECK_UNSIGNED(mach_msg_priority_t, 4);
	CHECK_UNSIGNED(mach_msg_option64_t, 8);
	CHECK_UNSIGNED(mach_port_context_t, sizeof(uintptr_t));
	CHECK_EQUAL(sizeof(mach_port_context_t), 8);
	CHECK_EQUAL(sizeof(mach_port_seqno_t), 4);
	CHECK_EQUAL(sizeof(mach_msg_trailer_type_t), 4);
	CHECK_EQUAL(sizeof(mach_msg_trailer_size_t), 4);
	CHECK_EQUAL(sizeof(mach_msg_filter_id), 4);
}

static void
constants_of_names_sizes_and_times(void)
{
	CHECK_EQUAL(MACH_PORT_NULL, 0);
	CHECK_EQUAL(MACH_PORT_DEAD, 0xffffffffu);
	CHECK(!MACH_PORT_VALID(MACH_PORT_NULL));
	CHECK(!MACH_PORT_VALID(MACH_PORT_DEAD));
	CHECK(MACH_PORT_VALID(1));
	CHECK(MACH_PORT_VALID(0xfffffffeu));
	CHECK_EQUAL(MACH_MSG_TIMEOUT_NONE, 0);
	CHECK_EQUAL(MACH_MSG_SIZE_MAX, 0xffffffffu);
	CHECK_EQUAL(MACH_MSG_SIZE_RELIABLE, 262144);
	CHECK_EQUAL(MACH_MSG_PRIORITY_UNSPECIFIED, 0);
}

/*
 * 2. The header and what is behind it.
 */
static void
a_header_has_six_words(void)
{
	CHECK_EQUAL(sizeof(mach_msg_header_t), 24);
	CHECK_OFFSET(mach_msg_header_t, msgh_bits, 0);
	CHECK_OFFSET(mach_msg_header_t, msgh_size, 4);
	CHECK_OFFSET(mach_msg_header_t, msgh_remote_port, 8);
	CHECK_OFFSET(mach_msg_header_t, msgh_local_port, 12);
	CHECK_OFFSET(mach_msg_header_t, msgh_voucher_port, 16);
	CHECK_OFFSET(mach_msg_header_t, msgh_reserved, 16);
	CHECK_OFFSET(mach_msg_header_t, msgh_id, 20);
}

static void
what_follows_a_header_has_its_place(void)
{
	CHECK_EQUAL(sizeof(mach_msg_body_t), 4);
	CHECK_EQUAL(sizeof(mach_msg_base_t), 28);
	CHECK_OFFSET(mach_msg_base_t, header, 0);
	CHECK_OFFSET(mach_msg_base_t, body.msgh_descriptor_count, 24);
	CHECK_EQUAL(sizeof(mach_msg_empty_send_t), 24);
	CHECK_EQUAL(sizeof(mach_msg_empty_rcv_t), 32);
	CHECK_OFFSET(mach_msg_empty_rcv_t, trailer, 24);
	CHECK_EQUAL(sizeof(mach_msg_empty_t), 32);
	CHECK_EQUAL(round_msg(0), 0);
	CHECK_EQUAL(round_msg(1), 4);
	CHECK_EQUAL(round_msg(24), 24);
	CHECK_EQUAL(round_msg(25), 28);
}

static void
the_size_in_a_header_is_ignored_on_send(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	static const mach_msg_size_t lies[] = {0, 1, 24, 1000, 0xffffffffu};

	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		compose(&message, port, COPY_SEND, 0, 0);
		add_data(&message, "12345678", 8);
		message.header.msgh_size = lies[i];
		EXPECT(mach_msg(&message.header, MACH_SEND_MSG, 32, 0, 0, 0, 0),
		    MACH_MSG_SUCCESS);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_size, 32);
		CHECK_EQUAL(trailer_of(&message)->msgh_trailer_size, 8);
	}
	destroy(port);
}

static void
remote_and_local_change_places(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 0, reply, MAKE_SEND), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, reply);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND, MACH_MSG_TYPE_PORT_SEND));
	destroy(port);
	destroy(reply);
}

static void
an_id_is_carried_unchanged(void)
{
	mach_port_t port = new_send_port();
	static const mach_msg_id_t ids[] = {
	    0, 1, -1, MACH_NOTIFY_DEAD_NAME, INT32_MAX, INT32_MIN};

	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		EXPECT(
		    send_id(port, COPY_SEND, ids[i], 0, 0), MACH_MSG_SUCCESS);
		expect_id(port, ids[i]);
	}
	destroy(port);
}

static void
a_complex_message_may_have_no_descriptors(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_body(&message);
	add_data(&message, "data", 4);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK(MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits));
	CHECK_EQUAL(message.header.msgh_size, 32);
	CHECK_EQUAL(message.body.msgh_descriptor_count, 0);
	CHECK(memcmp(message.rest, "data", 4) == 0);
	destroy(port);
}

/* What could be the descriptor of a right is data. */
static void
a_simple_message_has_no_descriptors(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct received sent;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, port, MOVE_RECEIVE);
	message.header.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	sent = message;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK(!MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits));
	CHECK(memcmp(&message.body, &sent.body, 4 + 12) == 0);
	destroy(port);
}

/* The trailer is behind the message, wherever that ends. */
static void
a_received_message_is_followed_by_its_trailer(void)
{
	mach_port_t port = new_send_port();
	mach_msg_trailer_t trailer;
	struct received message;

	for (mach_msg_size_t size = 24; size <= 48; size += 4) {
		compose(&message, port, COPY_SEND, 0, 0);
		message.header.msgh_size = size;
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_size, size);
		memcpy(&trailer, (char *)&message + size, sizeof(trailer));
		CHECK_EQUAL(
		    trailer.msgh_trailer_type, MACH_MSG_TRAILER_FORMAT_0);
		CHECK_EQUAL(trailer.msgh_trailer_size, 8);
	}
	destroy(port);
}

/*
 * 3. Bits.
 */
static void
masks_of_bits(void)
{
	CHECK_EQUAL(MACH_MSGH_BITS_ZERO, 0);
	CHECK_EQUAL(MACH_MSGH_BITS_REMOTE_MASK, 0x0000001f);
	CHECK_EQUAL(MACH_MSGH_BITS_LOCAL_MASK, 0x00001f00);
	CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER_MASK, 0x001f0000);
	CHECK_EQUAL(MACH_MSGH_BITS_PORTS_MASK, 0x001f1f1f);
	CHECK_EQUAL(MACH_MSGH_BITS_COMPLEX, 0x80000000u);
	CHECK_EQUAL(MACH_MSGH_BITS_USER, 0x801f1f1fu);
	CHECK_EQUAL(MACH_MSGH_BITS_RAISEIMP, 0x20000000);
	CHECK_EQUAL(MACH_MSGH_BITS_IMPHOLDASRT, 0x10000000);
	CHECK_EQUAL(MACH_MSGH_BITS_CIRCULAR, 0x10000000);
	CHECK_EQUAL(MACH_MSGH_BITS_USED, 0xb01f1f1fu);
}

static void
macros_put_bits_together(void)
{
	CHECK_EQUAL(MACH_MSGH_BITS(19, 21), 0x1513);
	CHECK_EQUAL(MACH_MSGH_BITS_SET_PORTS(19, 21, 17), 0x111513);
	CHECK_EQUAL(MACH_MSGH_BITS_SET_PORTS(0xff, 0xff, 0xff), 0x1f1f1f);
	CHECK_EQUAL(
	    MACH_MSGH_BITS_SET(19, 21, 17, MACH_MSGH_BITS_COMPLEX | 0x1f1f1f),
	    0x80111513u);
}

static void
macros_take_bits_apart(void)
{
	const mach_msg_bits_t bits = 0xb0111513u;

	CHECK_EQUAL(MACH_MSGH_BITS_REMOTE(bits), 19);
	CHECK_EQUAL(MACH_MSGH_BITS_LOCAL(bits), 21);
	CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER(bits), 17);
	CHECK_EQUAL(MACH_MSGH_BITS_PORTS(bits), 0x111513);
	CHECK_EQUAL(MACH_MSGH_BITS_OTHER(bits), 0xb0000000u);
	CHECK(MACH_MSGH_BITS_HAS_REMOTE(0x13) && !MACH_MSGH_BITS_HAS_REMOTE(0));
	CHECK(MACH_MSGH_BITS_HAS_LOCAL(0x1300) &&
	    !MACH_MSGH_BITS_HAS_LOCAL(0x13));
	CHECK(MACH_MSGH_BITS_HAS_VOUCHER(0x130000) &&
	    !MACH_MSGH_BITS_HAS_VOUCHER(0x1313));
	CHECK(MACH_MSGH_BITS_IS_COMPLEX(bits) &&
	    !MACH_MSGH_BITS_IS_COMPLEX(0x7fffffff));
	CHECK(MACH_MSGH_BITS_RAISED_IMPORTANCE(bits) &&
	    !MACH_MSGH_BITS_RAISED_IMPORTANCE(0x9fffffffu));
	CHECK(MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(bits) &&
	    !MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(0xafffffffu));
}

static void
bits_that_are_not_the_users_are_dropped(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned bit = 0; bit < 32; bit++) {
		if (MACH_MSGH_BITS_USER & (1u << bit))
			continue;
		compose(&message, port, COPY_SEND, 0, 0);
		message.header.msgh_bits |= 1u << bit;
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_bits,
		    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND));
	}
	destroy(port);
}

static void
numbers_of_dispositions(void)
{
	CHECK_EQUAL(MACH_MSG_TYPE_PORT_NONE, 0);
	CHECK_EQUAL(MACH_MSG_TYPE_NONE, 0);
	CHECK_EQUAL(MACH_MSG_TYPE_PORT_NAME, 15);
	CHECK_EQUAL(MACH_MSG_TYPE_MOVE_RECEIVE, 16);
	CHECK_EQUAL(MACH_MSG_TYPE_MOVE_SEND, 17);
	CHECK_EQUAL(MACH_MSG_TYPE_MOVE_SEND_ONCE, 18);
	CHECK_EQUAL(MACH_MSG_TYPE_COPY_SEND, 19);
	CHECK_EQUAL(MACH_MSG_TYPE_MAKE_SEND, 20);
	CHECK_EQUAL(MACH_MSG_TYPE_MAKE_SEND_ONCE, 21);
	CHECK_EQUAL(MACH_MSG_TYPE_COPY_RECEIVE, 22);
	CHECK_EQUAL(MACH_MSG_TYPE_DISPOSE_RECEIVE, 24);
	CHECK_EQUAL(MACH_MSG_TYPE_DISPOSE_SEND, 25);
	CHECK_EQUAL(MACH_MSG_TYPE_DISPOSE_SEND_ONCE, 26);
	CHECK_EQUAL(MACH_MSG_TYPE_LAST, 22);
	CHECK_EQUAL(MACH_MSG_TYPE_POLYMORPHIC, (mach_msg_type_name_t)-1);
	CHECK_EQUAL(MACH_MSG_TYPE_PORT_RECEIVE, 16);
	CHECK_EQUAL(MACH_MSG_TYPE_PORT_SEND, 17);
	CHECK_EQUAL(MACH_MSG_TYPE_PORT_SEND_ONCE, 18);
}

static void
kinds_of_dispositions(void)
{
	for (mach_msg_type_name_t x = 0; x < 32; x++) {
		CHECK_EQUAL(MACH_MSG_TYPE_PORT_ANY(x), x >= 16 && x <= 21);
		CHECK_EQUAL(MACH_MSG_TYPE_PORT_ANY_SEND(x), x >= 17 && x <= 21);
		CHECK_EQUAL(
		    MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(x), x == 18 || x == 21);
		CHECK_EQUAL(
		    MACH_MSG_TYPE_PORT_ANY_RIGHT(x), x >= 16 && x <= 18);
	}
}

/* A right in the body, by each disposition: what arrives. */
static void
a_receiver_sees_what_became_of_a_disposition(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_type_name_t disposition = DISPOSITION_FIRST;
	     disposition <= DISPOSITION_LAST; disposition++) {
		mach_port_t right = new_send_port();
		mach_port_t sent = right;

		if (disposition == MOVE_SEND_ONCE)
			sent = new_send_once(right);
		EXPECT(
		    send_right(port, 0, sent, disposition), MACH_MSG_SUCCESS);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(descriptor_of(&message, 0)->disposition,
		    transformed(disposition));
		mach_msg_destroy(&message.header);
		if (disposition != MOVE_RECEIVE)
			drop_receive(right);
		destroy_if_there(right);
	}
	destroy(port);
}

static void
make_send_counts_once_for_each(void)
{
	mach_port_t port = new_send_port();
	mach_port_t right = new_port();

	EXPECT(send_right(port, 1, right, MAKE_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(port, 2, right, MAKE_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(port, 3, right, MAKE_SEND_ONCE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(right).mps_mscount, 2);
	CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
	destroy(right);
}

/* Neither the reserved names nor any other number is a right's disposition. */
static void
other_dispositions_are_invalid(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_type_name_t x = 0; x < 32; x++) {
		if (MACH_MSG_TYPE_PORT_ANY(x))
			continue;
		compose(&message, port, x, 0, 0);
		REFUSED(&message, MACH_SEND_INVALID_HEADER);
		if (x != 0) {
			compose(&message, port, COPY_SEND, port, x);
			REFUSED(&message, MACH_SEND_INVALID_HEADER);
		}
		EXPECT(send_right(port, 0, port, x), MACH_SEND_INVALID_RIGHT);
	}
	EXPECT(send_right(port, 0, port, 0xff), MACH_SEND_INVALID_RIGHT);
	destroy(port);
}

static void
a_voucher_port_without_a_disposition_is_a_number(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	message.header.msgh_voucher_port = 0x12345678;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, MACH_RCV_VOUCHER, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_voucher_port, 0x12345678);
	CHECK(!MACH_MSGH_BITS_HAS_VOUCHER(message.header.msgh_bits));
	destroy(port);
}

static void
no_voucher_is_seen_by_who_wants_vouchers(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    MOVE_SEND, COPY_SEND};
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 4; i++) {
		bool wanted = i % 2 != 0;

		compose(&message, port, COPY_SEND, 0, 0);
		message.header.msgh_bits =
		    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, dispositions[i / 2]);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(
		    receive_now(port, wanted ? MACH_RCV_VOUCHER : 0, &message),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER(message.header.msgh_bits),
		    wanted ? MACH_MSG_TYPE_PORT_SEND : 0);
		CHECK_EQUAL(message.header.msgh_voucher_port, MACH_PORT_NULL);
	}
	destroy(port);
}

static void
no_name_is_a_voucher(void)
{
	mach_port_t port = new_send_port();
	mach_port_t names[] = {port, absent_name(), MACH_PORT_DEAD};
	struct received message;

	for (unsigned i = 0; i < 3; i++) {
		compose(&message, port, COPY_SEND, 0, 0);
		message.header.msgh_bits =
		    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, MOVE_SEND);
		message.header.msgh_voucher_port = names[i];
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
		message.header.msgh_bits =
		    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, COPY_SEND);
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
	}
	destroy(port);
}

static void
a_voucher_has_one_of_two_dispositions(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_type_name_t x = 1; x < 32; x++) {
		if (x == MOVE_SEND || x == COPY_SEND)
			continue;
		compose(&message, port, COPY_SEND, 0, 0);
		message.header.msgh_bits =
		    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, x);
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
	}
	destroy(port);
}

/*
 * 4. Descriptors.
 */
static void
types_and_sizes_of_descriptors(void)
{
	CHECK_EQUAL(MACH_MSG_PORT_DESCRIPTOR, 0);
	CHECK_EQUAL(MACH_MSG_OOL_DESCRIPTOR, 1);
	CHECK_EQUAL(MACH_MSG_OOL_PORTS_DESCRIPTOR, 2);
	CHECK_EQUAL(MACH_MSG_OOL_VOLATILE_DESCRIPTOR, 3);
	CHECK_EQUAL(MACH_MSG_GUARDED_PORT_DESCRIPTOR, 4);
	CHECK_EQUAL(sizeof(mach_msg_type_descriptor_t), 12);
	CHECK_EQUAL(sizeof(mach_msg_port_descriptor_t), 12);
	CHECK_EQUAL(sizeof(mach_msg_ool_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_ool_descriptor64_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_ool_ports_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_guarded_port_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_descriptor_t), 16);
	CHECK_EQUAL(sizeof(mach_msg_ool_descriptor32_t), 12);
	CHECK_EQUAL(sizeof(mach_msg_ool_ports_descriptor32_t), 12);
	CHECK_EQUAL(sizeof(mach_msg_guarded_port_descriptor32_t), 12);
}

static void
the_type_is_at_the_same_place_in_all_descriptors(void)
{
	CHECK_OFFSET(mach_msg_type_descriptor_t, pad1, 0);
	CHECK_OFFSET(mach_msg_type_descriptor_t, pad2, 4);
	CHECK_BYTE(mach_msg_type_descriptor_t, type, 0xee, 11);
	CHECK_BYTE(mach_msg_port_descriptor_t, type, 0xee, 11);
	CHECK_BYTE(mach_msg_ool_descriptor_t, type, 0xee, 11);
	CHECK_BYTE(mach_msg_ool_ports_descriptor_t, type, 0xee, 11);
	CHECK_BYTE(mach_msg_guarded_port_descriptor_t, type, 0xee, 11);
}

static void
fields_of_a_port_descriptor(void)
{
	CHECK_OFFSET(mach_msg_port_descriptor_t, name, 0);
	CHECK_OFFSET(mach_msg_port_descriptor_t, pad1, 4);
	CHECK_BYTE(mach_msg_port_descriptor_t, pad2, 0xee, 8);
	CHECK_BYTE(mach_msg_port_descriptor_t, disposition, 0xee, 10);
	CHECK_BYTE(mach_msg_port_descriptor_t, type, 0xee, 11);
}

static void
fields_of_a_memory_descriptor(void)
{
	CHECK_OFFSET(mach_msg_ool_descriptor_t, address, 0);
	CHECK_BYTE(mach_msg_ool_descriptor_t, deallocate, 1, 8);
	CHECK_BYTE(mach_msg_ool_descriptor_t, copy, 0xee, 9);
	CHECK_BYTE(mach_msg_ool_descriptor_t, pad1, 0xee, 10);
	CHECK_BYTE(mach_msg_ool_descriptor_t, type, 0xee, 11);
	CHECK_OFFSET(mach_msg_ool_descriptor_t, size, 12);
}

static void
fields_of_a_port_array_descriptor(void)
{
	CHECK_OFFSET(mach_msg_ool_ports_descriptor_t, address, 0);
	CHECK_BYTE(mach_msg_ool_ports_descriptor_t, deallocate, 1, 8);
	CHECK_BYTE(mach_msg_ool_ports_descriptor_t, copy, 0xee, 9);
	CHECK_BYTE(mach_msg_ool_ports_descriptor_t, disposition, 0xee, 10);
	CHECK_BYTE(mach_msg_ool_ports_descriptor_t, type, 0xee, 11);
	CHECK_OFFSET(mach_msg_ool_ports_descriptor_t, count, 12);
}

static void
fields_of_a_guarded_descriptor(void)
{
	CHECK_OFFSET(mach_msg_guarded_port_descriptor_t, context, 0);
	CHECK_BYTE(mach_msg_guarded_port_descriptor_t, flags, 0xee, 8);
	CHECK_BYTE(mach_msg_guarded_port_descriptor_t, disposition, 0xee, 10);
	CHECK_BYTE(mach_msg_guarded_port_descriptor_t, type, 0xee, 11);
	CHECK_OFFSET(mach_msg_guarded_port_descriptor_t, name, 12);
}

static void
copy_options_and_guard_flags(void)
{
	CHECK_EQUAL(MACH_MSG_PHYSICAL_COPY, 0);
	CHECK_EQUAL(MACH_MSG_VIRTUAL_COPY, 1);
	CHECK_EQUAL(MACH_MSG_ALLOCATE, 2);
	CHECK_EQUAL(MACH_MSG_OVERWRITE, 3);
	CHECK_EQUAL(MACH_MSG_KALLOC_COPY_T, 4);
	CHECK_EQUAL(MACH_MSG_GUARD_FLAGS_NONE, 0);
	CHECK_EQUAL(MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 1);
	CHECK_EQUAL(MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 2);
	CHECK_EQUAL(MACH_MSG_GUARD_FLAGS_MASK, 3);
}

static void
copy_options_for_receivers_are_refused(void)
{
	mach_port_t port = new_send_port();
	char *memory = new_memory(PAGE);
	struct received message;

	for (mach_msg_copy_options_t copy = MACH_MSG_ALLOCATE;
	     copy <= MACH_MSG_KALLOC_COPY_T; copy++) {
		compose(&message, port, COPY_SEND, 0, 0);
		add_memory(&message, memory, PAGE, copy, false);
		REFUSED(&message, MACH_SEND_INVALID_TYPE);
	}
	free_memory(memory, PAGE);
	destroy(port);
}

static void
padding_is_ignored_on_send_and_zero_on_receive(void)
{
	mach_port_t port = new_send_port();
	mach_msg_port_descriptor_t *descriptor;
	struct received message;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, port, COPY_SEND);
	descriptor = item_of(&message, 0);
	descriptor->pad1 = 0xdeadbeef;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	descriptor = item_of(&message, 0);
	CHECK_EQUAL(descriptor->name, port);
	CHECK_EQUAL(descriptor->pad1, 0);
	destroy(port);
}

/* Each kind of descriptor, long ones between short ones, and data behind. */
static void
descriptors_are_packed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t moved = new_port();
	mach_port_t names[2] = {port, MACH_PORT_NULL};
	char *memory = new_memory(PAGE);
	struct received message;
	mach_msg_ool_descriptor_t *region;
	mach_msg_ool_ports_descriptor_t *array;
	mach_msg_guarded_port_descriptor_t *guarded;

	compose(&message, port, COPY_SEND, 0, 0);
	add_port(&message, port, COPY_SEND);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, port, MAKE_SEND_ONCE);
	add_ports(&message, names, 2, COPY_SEND, false);
	add_volatile(&message, memory, 100, MACH_MSG_PHYSICAL_COPY, false);
	add_guarded(&message, moved, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	add_data(&message, "end.", 4);
	CHECK_EQUAL(message.header.msgh_size, 28 + 3 * 12 + 4 * 16 + 4);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, MACH_RCV_GUARDED_DESC, &message),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_size, 28 + 3 * 12 + 4 * 16 + 4);
	CHECK_EQUAL(message.body.msgh_descriptor_count, 7);
	region = item_of(&message, 1);
	CHECK_EQUAL(region->type, MACH_MSG_OOL_DESCRIPTOR);
	CHECK_EQUAL(region->size, PAGE);
	CHECK(is_memory(region->address, PAGE));
	array = item_of(&message, 3);
	CHECK_EQUAL(array->type, MACH_MSG_OOL_PORTS_DESCRIPTOR);
	CHECK_EQUAL(array->disposition, MACH_MSG_TYPE_PORT_SEND);
	CHECK_EQUAL(array->count, 2);
	CHECK(memcmp(array->address, names, sizeof(names)) == 0);
	region = item_of(&message, 4);
	CHECK_EQUAL(region->type, MACH_MSG_OOL_VOLATILE_DESCRIPTOR);
	CHECK_EQUAL(region->size, 100);
	CHECK(is_memory(region->address, 100));
	free_memory(region->address, 100); /* mach_msg_destroy() leaves it */
	guarded = item_of(&message, 5);
	CHECK_EQUAL(guarded->type, MACH_MSG_GUARDED_PORT_DESCRIPTOR);
	CHECK_EQUAL(type_of(guarded->name), MACH_PORT_TYPE_RECEIVE);
	CHECK(memcmp(item_of(&message, 6), "\0\0\0\0", 4) == 0);
	CHECK(memcmp((char *)item_of(&message, 6) + 12, "end.", 4) == 0);
	mach_msg_destroy(&message.header);
	free_memory(memory, PAGE);
	destroy(port);
}

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
    SCENARIO("messages.1.r1 messages.1.r2 messages.1.r3 messages.1.r4 "
             "messages.1.r5 messages.1.r6 messages.1.r7 messages.1.r8 "
             "messages.1.r9 messages.1.r10 messages.1.r11 messages.1.r12 "
             "messages.1.r13",
        types_have_their_widths_and_signs),
    SCENARIO("messages.1", constants_of_names_sizes_and_times),
    SCENARIO("messages.2.r1 messages.2.r2 messages.2.r3 messages.2.r4 "
             "messages.2.r5 messages.2.r6",
        a_header_has_six_words),
    SCENARIO("messages.2", what_follows_a_header_has_its_place),
    SCENARIO("messages.2.r2", the_size_in_a_header_is_ignored_on_send),
    SCENARIO("messages.2.r3 messages.2.r4 messages.2.r1",
        remote_and_local_change_places),
    SCENARIO("messages.2.r6", an_id_is_carried_unchanged),
    SCENARIO("messages.2 messages.3.1.r6",
        a_complex_message_may_have_no_descriptors),
    SCENARIO("messages.2", a_simple_message_has_no_descriptors),
    SCENARIO(
        "messages.2 messages.5", a_received_message_is_followed_by_its_trailer),
    SCENARIO("messages.3.1.r1 messages.3.1.r2 messages.3.1.r3 messages.3.1.r4 "
             "messages.3.1.r5 messages.3.1.r6 messages.3.1.r7 messages.3.1.r8 "
             "messages.3.1.r9 messages.3.1.r10",
        masks_of_bits),
    SCENARIO("messages.3.1", macros_put_bits_together),
    SCENARIO("messages.3.1", macros_take_bits_apart),
    SCENARIO("messages.3.1 messages.3.1.r7 messages.3.1.r8 messages.3.1.r9",
        bits_that_are_not_the_users_are_dropped),
    SCENARIO("messages.3.2 messages.3.2.r1 messages.3.2.r2 messages.3.2.r3 "
             "messages.3.2.r4 messages.3.2.r5 messages.3.2.r6 messages.3.2.r7 "
             "messages.3.2.r8 messages.3.2.r9 messages.3.2.r10",
        numbers_of_dispositions),
    SCENARIO("messages.3.2", kinds_of_dispositions),
    SCENARIO("messages.3.2 messages.3.2.r3 messages.3.2.r4 messages.3.2.r5 "
             "messages.3.2.r6 messages.3.2.r7 messages.3.2.r8",
        a_receiver_sees_what_became_of_a_disposition),
    SCENARIO("messages.3.2.r7 messages.3.2.r8", make_send_counts_once_for_each),
    SCENARIO("messages.3.2 messages.3.2.r1 messages.3.2.r2 messages.3.2.r9 "
             "messages.3.2.r10",
        other_dispositions_are_invalid),
    SCENARIO("messages.3.3.b1 messages.2.r5",
        a_voucher_port_without_a_disposition_is_a_number),
    SCENARIO("messages.3.3.b2", no_voucher_is_seen_by_who_wants_vouchers),
    SCENARIO("messages.3.3.b3", no_name_is_a_voucher),
    SCENARIO("messages.3.3", a_voucher_has_one_of_two_dispositions),
    SCENARIO("messages.4 messages.4.r1 messages.4.r2 messages.4.r3 "
             "messages.4.r4 messages.4.r5",
        types_and_sizes_of_descriptors),
    SCENARIO("messages.4", the_type_is_at_the_same_place_in_all_descriptors),
    SCENARIO("messages.4.r6 messages.4.r7 messages.4.r8 messages.4.r9 "
             "messages.4.r10",
        fields_of_a_port_descriptor),
    SCENARIO("messages.4.r11 messages.4.r12 messages.4.r13 messages.4.r14 "
             "messages.4.r15 messages.4.r16",
        fields_of_a_memory_descriptor),
    SCENARIO("messages.4.r17 messages.4.r18 messages.4.r19 messages.4.r20 "
             "messages.4.r21 messages.4.r22",
        fields_of_a_port_array_descriptor),
    SCENARIO("messages.4.r23 messages.4.r24 messages.4.r25 messages.4.r26 "
             "messages.4.r27",
        fields_of_a_guarded_descriptor),
    SCENARIO("messages.4", copy_options_and_guard_flags),
    SCENARIO("messages.4", copy_options_for_receivers_are_refused),
    SCENARIO("messages.4.r7", padding_is_ignored_on_send_and_zero_on_receive),
    SCENARIO("messages.4 messages.4.r10 messages.4.r15 messages.4.r16 "
             "messages.4.r17 messages.4.r20 messages.4.r21 messages.4.r22 "
             "messages.4.r26 messages.4.r27",
        descriptors_are_packed),
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
