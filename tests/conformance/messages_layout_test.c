/* What messages look like: types, header, bits, descriptors (messages.md 1 to 4). */
#include <string.h>

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
};
CONFORMANCE(scenarios)
