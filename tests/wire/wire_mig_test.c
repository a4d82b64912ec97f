/* Messages of the routines: where each thing lies, byte for byte, and that what
 * was put in comes out again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <mach/mig_errors.h>
#include <mach/port.h>

#include "wire_mig.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static union {
	mach_msg_header_t header;
	uint32_t words[WIRE_MIG_MESSAGE_MAX / sizeof(uint32_t)];
	uint8_t bytes[WIRE_MIG_MESSAGE_MAX];
} message;

static void
encode(const struct wire_mig_form *form, const uint32_t *first,
    uint32_t first_count, const uint32_t *second, uint32_t second_count)
{
	const struct wire_mig_words words[2] = {
	    {first, first_count}, {second, second_count}};

	assert_int_equal(wire_mig_encode(form, words, &message), KERN_SUCCESS);
}

/* The size of a request, of a reply, and how small both can be. */
TEST(sizes_are_those_that_mig_gives)
{
	static const struct {
		mach_msg_id_t id;
		uint32_t request_min, request_max, reply_min, reply_max;
	} rows[] = {
	    {3200, 24, 24, 76, 76},   /* names */
	    {3201, 36, 36, 40, 40},   /* type */
	    {3205, 36, 36, 36, 36},   /* destroy */
	    {3209, 48, 48, 52, 120},  /* peek */
	    {3211, 36, 36, 56, 56},   /* get_set_status: 24 4 16 8 4 */
	    {3213, 60, 60, 40, 40},   /* request_notification */
	    {3214, 52, 52, 36, 36},   /* insert_right */
	    {3215, 40, 40, 40, 40},   /* extract_right */
	    {3217, 44, 44, 40, 108},  /* get_attributes */
	    {3218, 44, 112, 36, 36},  /* set_attributes */
	    {3219, 44, 44, 48, 48},   /* allocate_qos */
	    {3220, 64, 64, 48, 48},   /* allocate_full */
	    {3223, 24, 24, 100, 100}, /* space_info: 24 4 32 8 24 8 */
	    {3231, 60, 60, 40, 40},   /* construct: 24 4 16 8 8 */
	    {3239, 36, 36, 56, 568},  /* kobject_description */
	    {3241, 36, 36, 292, 292}, /* get_service_port_info */
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct wire_mig_routine *routine =
		    wire_mig_routine(rows[i].id);
		struct wire_mig_sizes request =
		    wire_mig_sizes(&routine->request);
		struct wire_mig_sizes reply = wire_mig_sizes(&routine->reply);

		assert_int_equal(request.min, rows[i].request_min);
		assert_int_equal(request.max, rows[i].request_max);
		assert_int_equal(reply.min, rows[i].reply_min);
		assert_int_equal(reply.max, rows[i].reply_max);
	}
}

TEST(no_message_is_larger_than_the_largest)
{
	for (mach_msg_id_t id = WIRE_MIG_FIRST; id < WIRE_MIG_END; id++) {
		const struct wire_mig_routine *routine = wire_mig_routine(id);

		assert_in_range(wire_mig_sizes(&routine->request).max,
		    sizeof(mach_msg_header_t), WIRE_MIG_MESSAGE_MAX);
		assert_in_range(wire_mig_sizes(&routine->reply).max,
		    sizeof(mig_reply_error_t), WIRE_MIG_MESSAGE_MAX);
		assert_int_equal(wire_mig_id(routine->call), id);
	}
}

TEST(what_is_no_routine_has_no_id)
{
	assert_null(wire_mig_routine(WIRE_MIG_FIRST - 1));
	assert_null(wire_mig_routine(WIRE_MIG_END));
	assert_null(wire_mig_routine(INT32_MIN));
	assert_null(wire_mig_routine(INT32_MAX));
	assert_int_equal(wire_mig_id(WIRE_TASK_SELF), 0);
}

TEST(a_simple_request_has_its_words_behind_the_record)
{
	const uint32_t words[] = {0x1103, MACH_PORT_RIGHT_SEND, (uint32_t)-1};

	encode(&wire_mig_routine(3208)->request, words, 3, NULL, 0);
	assert_int_equal(message.header.msgh_bits, 0);
	assert_int_equal(message.header.msgh_size, 44);
	assert_memory_equal(message.bytes + 24, "\0\0\0\0\1\0\0\0", 8);
	assert_memory_equal(message.words + 8, words, sizeof(words));
}

TEST(a_port_is_before_the_words_wherever_its_argument_is)
{
	const uint32_t words[] = {3, 0x1103, 5, 6, 7}; /* allocate_full */
	mach_msg_port_descriptor_t port;

	encode(&wire_mig_routine(3220)->request, words, 5, NULL, 0);
	assert_int_equal(message.header.msgh_bits, MACH_MSGH_BITS_COMPLEX);
	assert_int_equal(message.words[6], 1);
	memcpy(&port, message.bytes + 28, sizeof(port));
	assert_int_equal(port.name, 0x1103);
	assert_int_equal(port.disposition, MACH_MSG_TYPE_COPY_SEND);
	assert_int_equal(port.type, MACH_MSG_PORT_DESCRIPTOR);
	assert_memory_equal(message.bytes + 40, "\0\0\0\0\1\0\0\0", 8);
	assert_int_equal(message.words[12], 3);
	assert_int_equal(message.words[13], 5);
	assert_int_equal(message.words[15], 7);
	assert_int_equal(message.header.msgh_size, 64);
}

TEST(a_simple_reply_has_a_code_and_a_port_alone_has_no_record)
{
	const uint32_t right[] = {0x1103, MACH_MSG_TYPE_PORT_SEND};
	const uint32_t type[] = {77};

	memset(&message, 0xff, sizeof(message));
	encode(&wire_mig_routine(3201)->reply, type, 1, NULL, 0);
	assert_int_equal(message.header.msgh_size, 40);
	assert_int_equal(message.words[8], 0);
	assert_int_equal(message.words[9], 77);
	encode(&wire_mig_routine(3215)->reply, right, 2, NULL, 0);
	assert_int_equal(message.header.msgh_size, 40);
	assert_int_equal(message.bytes[38], MACH_MSG_TYPE_PORT_SEND);
}

TEST(regions_have_their_counts_among_the_words)
{
	const uint32_t info[6] = {1, 2, 3, 4, 5, 6};
	const uint32_t table[14] = {7, 8};
	mach_msg_ool_descriptor_t region[2];
	uint32_t words[20];
	uint32_t count;

	encode(&wire_mig_routine(3223)->reply, info, 6, table, 14);
	memcpy(region, message.bytes + 28, sizeof(region));
	assert_ptr_equal(region[0].address, table);
	assert_int_equal(region[0].size, sizeof(table));
	assert_int_equal(region[0].type, MACH_MSG_OOL_DESCRIPTOR);
	assert_int_equal(region[1].size, 0);
	assert_memory_equal(message.bytes + 68, info, sizeof(info));
	assert_int_equal(message.words[23], 2);
	assert_int_equal(message.words[24], 0);
	assert_int_equal(message.header.msgh_size, 100);
	assert_int_equal(wire_mig_decode(&wire_mig_routine(3223)->reply,
	                     &message, words, 20, &count),
	    KERN_SUCCESS);
	assert_int_equal(count, 20);
	assert_memory_equal(words, info, sizeof(info));
	assert_memory_equal(words + 6, table, sizeof(table));
	/* A count that is not its region's. */
	message.words[23] = 1;
	assert_int_equal(wire_mig_decode(&wire_mig_routine(3223)->reply,
	                     &message, words, 20, &count),
	    MIG_TYPE_ERROR);
	message.words[23] = 2;
	assert_int_equal(wire_mig_decode(&wire_mig_routine(3223)->reply,
	                     &message, words, 19, &count),
	    MIG_ARRAY_TOO_LARGE);
}

TEST(two_arrays_of_one_call_are_of_one_length)
{
	const uint32_t names[3] = {1, 2, 3};
	const struct wire_mig_form *form = &wire_mig_routine(3200)->reply;
	uint32_t count;

	encode(form, names, 3, names, 3);
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), KERN_SUCCESS);
	assert_int_equal(count, 6);
	encode(form, names, 3, names, 2);
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), MIG_TYPE_ERROR);
}

TEST(a_text_has_its_length_with_the_0)
{
	const uint32_t words[5] = {2, 0, 0, 0x6b736174, 0}; /* "task" */
	const struct wire_mig_form *form = &wire_mig_routine(3239)->reply;
	uint32_t count;

	encode(form, words, 5, NULL, 0);
	assert_int_equal(message.words[12], 0);
	assert_int_equal(message.words[13], 5);
	assert_string_equal((char *)&message.words[14], "task");
	assert_int_equal(message.header.msgh_size, 64);
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), KERN_SUCCESS);
	assert_int_equal(count, 5);
	message.words[13] = 4; /* no 0 among them */
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), MIG_TYPE_ERROR);
	message.words[13] = 9; /* more than there are */
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), MIG_TYPE_ERROR);
	message.words[13] = 0;
	assert_int_equal(
	    wire_mig_decode(form, &message, NULL, 0, &count), MIG_TYPE_ERROR);
}

TEST(more_than_an_array_holds_is_not_sent)
{
	const uint32_t words[3 + 18] = {0x1103, MACH_PORT_LIMITS_INFO, 18};
	const struct wire_mig_words parts[2] = {{words, 21}, {NULL, 0}};

	assert_int_equal(
	    wire_mig_encode(&wire_mig_routine(3218)->request, parts, &message),
	    MIG_ARRAY_TOO_LARGE);
}

TEST(room_is_no_more_than_there_can_be)
{
	const uint32_t words[] = {0x1103, MACH_PORT_LIMITS_INFO, 5000};
	const struct wire_mig_form *form = &wire_mig_routine(3217)->request;
	uint32_t out[3];
	uint32_t count;

	encode(form, words, 3, NULL, 0);
	assert_int_equal(message.words[10], 17);
	message.words[10] = UINT32_MAX;
	assert_int_equal(
	    wire_mig_decode(form, &message, out, 3, &count), KERN_SUCCESS);
	assert_int_equal(out[2], 17);
	assert_int_equal(
	    wire_mig_decode(form, &message, out, 2, &count), MIG_BAD_ARGUMENTS);
}

/* Decode the message with room for so many words. */
static kern_return_t
decode(const struct wire_mig_form *form, uint32_t room)
{
	uint32_t words[8];
	uint32_t count;

	assert_true(room <= 8);
	return wire_mig_decode(form, &message, words, room, &count);
}

/* What no routine has, but a form can. */

TEST(a_form_may_have_as_many_items_as_there_is_room_for)
{
	static const struct wire_mig_form form = {
	    .items = {{WIRE_MIG_WORDS, 0, 0, 1}, {WIRE_MIG_WORDS, 0, 0, 1},
	        {WIRE_MIG_WORDS, 0, 0, 1}, {WIRE_MIG_WORDS, 0, 0, 1}}};
	const uint32_t words[] = {1, 2, 3, 4};

	encode(&form, words, 4, NULL, 0);
	assert_int_equal(decode(&form, 4), KERN_SUCCESS);
	assert_int_equal(decode(&form, 3), MIG_BAD_ARGUMENTS);
}

TEST(bytes_are_whole_words_and_no_more_than_there_can_be)
{
	static const struct wire_mig_form form = {
	    .reply = true, .items = {{WIRE_MIG_BYTES, 0, 0, 8}}};
	const uint32_t words[] = {1, 2, 3};
	const struct wire_mig_words parts[2] = {{words, 3}, {NULL, 0}};

	assert_int_equal(
	    wire_mig_encode(&form, parts, &message), MIG_ARRAY_TOO_LARGE);
	encode(&form, words, 2, NULL, 0);
	assert_int_equal(decode(&form, 2), KERN_SUCCESS);
	message.words[9] = 7;
	assert_int_equal(decode(&form, 2), MIG_TYPE_ERROR);
}

TEST(a_text_is_no_longer_than_there_can_be)
{
	static const struct wire_mig_form form = {
	    .reply = true, .items = {{WIRE_MIG_STRING, 0, 0, 6}}};
	const uint32_t five[] = {0x6b736174, 0x73};      /* "tasks" */
	const uint32_t seven[] = {0x6b736174, 0x216b73}; /* "tasksk!" */
	const struct wire_mig_words parts[2] = {{seven, 2}, {NULL, 0}};

	assert_int_equal(
	    wire_mig_encode(&form, parts, &message), MIG_ARRAY_TOO_LARGE);
	encode(&form, five, 2, NULL, 0);
	assert_int_equal(decode(&form, 2), KERN_SUCCESS);
	message.words[10] = 8; /* with what is padding */
	assert_int_equal(decode(&form, 2), MIG_TYPE_ERROR);
}

TEST(words_without_room_are_refused_at_each_kind)
{
	static const struct wire_mig_form array = {
	    .items = {{WIRE_MIG_ARRAY, 0, 0, 3}}};
	static const struct wire_mig_form poly = {
	    .items = {{WIRE_MIG_POLY, 0, 0, 0}}};
	const uint32_t words[] = {1, 2};

	encode(&array, words, 2, NULL, 0);
	assert_int_equal(decode(&array, 2), KERN_SUCCESS);
	assert_int_equal(decode(&array, 0), MIG_BAD_ARGUMENTS);
	encode(&poly, words, 2, NULL, 0);
	assert_int_equal(decode(&poly, 2), KERN_SUCCESS);
	assert_int_equal(decode(&poly, 0), MIG_BAD_ARGUMENTS);
}

/* The byte at offset 11 of a descriptor, whatever it is, tells its type. */
static void
expect_type_matters(const struct wire_mig_form *form, uint32_t room)
{
	const size_t at = sizeof(mach_msg_base_t) + 11;

	assert_int_equal(decode(form, room), KERN_SUCCESS);
	message.bytes[at] ^= 1;
	assert_int_equal(decode(form, room), MIG_TYPE_ERROR);
	message.bytes[at] ^= 1;
}

TEST(regions_are_memory_of_whole_elements)
{
	static const struct wire_mig_form options = {
	    .items = {{WIRE_MIG_OPTIONS, 0, 0, 2}}};
	static const struct wire_mig_form region = {
	    .reply = true, .items = {{WIRE_MIG_REGION, 0, 0, 2}}};
	const uint32_t words[] = {1, 2};
	mach_msg_ool_descriptor_t d;

	encode(&options, words, 2, NULL, 0);
	expect_type_matters(&options, 2);
	encode(&region, words, 2, NULL, 0);
	expect_type_matters(&region, 2);
	memcpy(&d, message.bytes + sizeof(mach_msg_base_t), sizeof(d));
	d.size = 7;
	memcpy(message.bytes + sizeof(mach_msg_base_t), &d, sizeof(d));
	assert_int_equal(decode(&region, 2), MIG_TYPE_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes_are_those_that_mig_gives),
	    cmocka_unit_test(no_message_is_larger_than_the_largest),
	    cmocka_unit_test(what_is_no_routine_has_no_id),
	    cmocka_unit_test(a_simple_request_has_its_words_behind_the_record),
	    cmocka_unit_test(
	        a_port_is_before_the_words_wherever_its_argument_is),
	    cmocka_unit_test(
	        a_simple_reply_has_a_code_and_a_port_alone_has_no_record),
	    cmocka_unit_test(regions_have_their_counts_among_the_words),
	    cmocka_unit_test(two_arrays_of_one_call_are_of_one_length),
	    cmocka_unit_test(a_text_has_its_length_with_the_0),
	    cmocka_unit_test(more_than_an_array_holds_is_not_sent),
	    cmocka_unit_test(room_is_no_more_than_there_can_be),
	    cmocka_unit_test(
	        a_form_may_have_as_many_items_as_there_is_room_for),
	    cmocka_unit_test(
	        bytes_are_whole_words_and_no_more_than_there_can_be),
	    cmocka_unit_test(a_text_is_no_longer_than_there_can_be),
	    cmocka_unit_test(words_without_room_are_refused_at_each_kind),
	    cmocka_unit_test(regions_are_memory_of_whole_elements),
	};

	return cmocka_run_group_tests_name("wire_mig", tests, NULL, NULL);
}
