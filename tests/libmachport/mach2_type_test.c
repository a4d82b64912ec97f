/* The typed items of a Mach 2.5 message, read and written. */
#include "mach2_type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
what_is_written_is_read(void **state)
{
	static const uint32_t numbers[] = {0, 1, 2, 7, 4095, 4096, 100000};
	static unsigned char body[200000];
	static const unsigned char data[100000] = {1, 2, 3};
	struct mach2_item item;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct mach2_writer measure = {NULL, 0};
		struct mach2_writer writer = {body, 0};

		mach2_write_type(&measure, MSG_TYPE_BYTE, 8, numbers[i], true);
		mach2_write_bytes(&measure, data, numbers[i]);
		mach2_write_type(&writer, MSG_TYPE_BYTE, 8, numbers[i], true);
		mach2_write_bytes(&writer, data, numbers[i]);
		assert_int_equal(writer.offset, measure.offset);
		assert_int_equal(writer.offset % 4, 0);
		/* A word more: an item without elements is not the last. */
		assert_int_equal(
		    mach2_item_at(body, writer.offset + 4, 0, &item),
		    MACH2_ITEM);
		assert_int_equal(item.name, MSG_TYPE_BYTE);
		assert_int_equal(item.number, numbers[i]);
		assert_int_equal(item.bytes, numbers[i]);
		assert_true(item.is_inline);
		assert_int_equal(item.next, writer.offset);
		assert_memory_equal(body + item.data, data, numbers[i]);
	}
}

static void
an_address_lies_where_a_compiler_puts_it(void **state)
{
	struct {
		msg_type_t first;
		void *address;
		msg_type_long_t second;
		void *other;
	} body = {
	    .first = {.msg_type_name = MSG_TYPE_CHAR,
	        .msg_type_size = 8,
	        .msg_type_number = 9},
	    .second = {.msg_type_header.msg_type_longform = TRUE,
	        .msg_type_long_name = MSG_TYPE_PORT,
	        .msg_type_long_size = 32,
	        .msg_type_long_number = 70000},
	};
	const unsigned char *bytes = (const unsigned char *)&body;
	struct mach2_item item;

	(void)state;
	assert_int_equal(
	    mach2_item_at(bytes, sizeof(body), 0, &item), MACH2_ITEM);
	assert_int_equal(item.data, offsetof(typeof(body), address));
	assert_int_equal(item.bytes, 9);
	assert_false(item.is_inline);
	assert_false(mach2_item_is_ports(&item));
	assert_int_equal(
	    mach2_item_at(bytes, sizeof(body), item.next, &item), MACH2_ITEM);
	assert_int_equal(item.data, offsetof(typeof(body), other));
	assert_int_equal(item.bytes, 280000);
	assert_true(mach2_item_is_ports(&item));
	assert_int_equal(
	    mach2_item_at(bytes, sizeof(body), item.next, &item), MACH2_END);
}

static void
bits_are_filled_up_to_words(void **state)
{
	unsigned char body[16] = {0};
	const msg_type_t type = {
	    .msg_type_size = 1,
	    .msg_type_number = 33,
	    .msg_type_inline = TRUE,
	};
	struct mach2_item item;

	(void)state;
	memcpy(body, &type, sizeof(type));
	assert_int_equal(
	    mach2_item_at(body, sizeof(body), 0, &item), MACH2_ITEM);
	assert_int_equal(item.bytes, 5);
	assert_int_equal(item.next, 12);
	/* The last word is none. */
	assert_int_equal(
	    mach2_item_at(body, sizeof(body), item.next, &item), MACH2_END);
}

/* Any bytes: what is said to be there is there. */
static void
no_item_is_beyond_the_message(void **state)
{
	unsigned char body[64];
	struct mach2_item item;
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t bytes = (size_t)round % (sizeof(body) + 1);
		size_t offset = 0;

		for (size_t i = 0; i < sizeof(body); i++) {
			random = random * 1103515245u + 12345u;
			body[i] = (unsigned char)(random >> 20);
			if (round & 1 && i % 4 < 2)
				body[i] &= 3; /* small numbers */
		}
		while (
		    mach2_item_at(body, bytes, offset, &item) == MACH2_ITEM) {
			uint64_t there =
			    item.is_inline ? item.bytes : sizeof(void *);

			assert_true(item.next > offset);
			assert_true(item.data + there <= bytes);
			offset = item.next;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(an_address_lies_where_a_compiler_puts_it),
	    cmocka_unit_test(bits_are_filled_up_to_words),
	    cmocka_unit_test(no_item_is_beyond_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
