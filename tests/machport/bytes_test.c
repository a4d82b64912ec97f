/* Bytes and numbers as they are said on a command line. */
#include "bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

static void
expect_word(const char *word, const char *data, size_t count)
{
	struct bytes bytes = {0};

	assert_int_equal(bytes_of_word(word, &bytes), EX_OK);
	assert_int_equal(bytes.count, count);
	if (count > 0)
		assert_memory_equal(bytes.data, data, count);
	bytes_free(&bytes);
}

static void
a_text_is_its_bytes(void **state)
{
	(void)state;
	expect_word("hello", "hello", 5);
	expect_word("", "", 0);
}

static void
hexadecimal_digits_are_bytes(void **state)
{
	(void)state;
	expect_word("0x00fFa0", "\0\xff\xa0", 3);
}

static void
digits_that_make_no_bytes_are_wrong_usage(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	assert_int_equal(bytes_of_word("0x123", &bytes), EX_USAGE);
	assert_int_equal(bytes_of_word("0xzz", &bytes), EX_USAGE);
	bytes_free(&bytes);
}

static void
a_text_may_begin_with_anything(void **state)
{
	(void)state;
	expect_word("text:0x123", "0x123", 5);
	expect_word("text:@home", "@home", 5);
}

static void
a_file_is_what_is_in_it(void **state)
{
	char name[] = "/tmp/machport-bytes-XXXXXX";
	char word[64];
	int file = mkstemp(name);

	(void)state;
	assert_int_equal(write(file, "a\0b", 3), 3);
	close(file);
	snprintf(word, sizeof(word), "@%s", name);
	expect_word(word, "a\0b", 3);
	unlink(name);
}

static void
a_file_that_is_not_there_is_told_of(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	assert_int_equal(bytes_of_word("@/no/such/file", &bytes), EX_NOINPUT);
	bytes_free(&bytes);
}

/* False if they are no numbers. */
static bool
take_numbers(
    const char *word, size_t size, bool is_real, void *out, size_t room)
{
	struct bytes bytes = {0};
	bool taken = bytes_of_numbers(word, size, is_real, &bytes);

	if (taken) {
		assert_int_equal(bytes.count, room);
		memcpy(out, bytes.data, room);
	}
	bytes_free(&bytes);
	return taken;
}

static void
numbers_have_any_base_and_sign(void **state)
{
	int32_t numbers[3] = {0};

	(void)state;
	assert_true(
	    take_numbers("1,-2,0xff", 4, false, numbers, sizeof(numbers)));
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], -2);
	assert_int_equal(numbers[2], 255);
}

static void
numbers_go_to_the_ends_of_their_size(void **state)
{
	uint64_t wide = 0;
	uint8_t byte = 0;

	(void)state;
	assert_true(take_numbers("255", 1, false, &byte, 1));
	assert_int_equal(byte, 255);
	assert_true(take_numbers("-128", 1, false, &byte, 1));
	assert_false(take_numbers("256", 1, false, &byte, 1));
	assert_false(take_numbers("-129", 1, false, &byte, 1));
	assert_true(take_numbers("18446744073709551615", 8, false, &wide, 8));
	assert_true(wide == UINT64_MAX);
	assert_false(take_numbers("18446744073709551616", 8, false, &wide, 8));
}

static void
what_is_no_number_is_refused(void **state)
{
	static const char *const words[] = {"x", "1,", ",1", "1 2", "-", "1.5"};
	char out[64] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_false(take_numbers(words[i], 4, false, out, 4));
}

static void
real_numbers_have_points(void **state)
{
	double wide = 0;
	float narrow = 0;

	(void)state;
	assert_true(take_numbers("1.5", 8, true, &wide, sizeof(wide)));
	assert_true(wide > 1.4 && wide < 1.6);
	assert_true(take_numbers("-2", 4, true, &narrow, sizeof(narrow)));
	assert_true(narrow < -1.9f && narrow > -2.1f);
}

static void
bytes_are_digits(void **state)
{
	char *hex = bytes_hex("\0\xab", 2);

	(void)state;
	assert_string_equal(hex, "00ab");
	free(hex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_is_its_bytes),
	    cmocka_unit_test(hexadecimal_digits_are_bytes),
	    cmocka_unit_test(digits_that_make_no_bytes_are_wrong_usage),
	    cmocka_unit_test(a_text_may_begin_with_anything),
	    cmocka_unit_test(a_file_is_what_is_in_it),
	    cmocka_unit_test(a_file_that_is_not_there_is_told_of),
	    cmocka_unit_test(numbers_have_any_base_and_sign),
	    cmocka_unit_test(numbers_go_to_the_ends_of_their_size),
	    cmocka_unit_test(what_is_no_number_is_refused),
	    cmocka_unit_test(real_numbers_have_points),
	    cmocka_unit_test(bytes_are_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
