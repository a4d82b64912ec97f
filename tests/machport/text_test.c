/* Text for people: nothing that a terminal would obey, and words for numbers. */
#include "text.h"

#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* @text, for free(), is @expected. */
static void
expect(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void
what_can_be_printed_stays(void **state)
{
	(void)state;
	expect(text_escape("cat -v \"x\""), "cat -v \"x\"");
	expect(text_escape("\xc3\xa9\xe4\xb8\xad"), "\xc3\xa9\xe4\xb8\xad");
}

static void
control_characters_are_written_out(void **state)
{
	(void)state;
	expect(text_escape("a\nb\tc\033[31m\x7f"), "a\\nb\\tc\\x1b[31m\\x7f");
	expect(text_escape("\xc2\x9b"), "\\u{9b}");
}

static void
a_backslash_is_two(void **state)
{
	(void)state;
	expect(text_escape("\\x1b"), "\\\\x1b");
}

static void
characters_that_turn_the_direction_are_written_out(void **state)
{
	(void)state;
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): that is the point */
	expect(text_escape("\xe2\x80\xae"
	                   "a"),
	    "\\u{202e}a");
	expect(text_escape("\xe2\x80\x8b"), "\\u{200b}");
}

static void
bytes_that_are_no_utf8_are_written_out(void **state)
{
	(void)state;
	expect(text_escape("\xff\xc3"), "\\xff\\xc3");
	expect(text_escape("\xc0\xaf"), "\\xc0\\xaf"); /* overlong */
	expect(text_escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	expect(text_escape("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

/* Make a locale for terminals of one byte a character, below @directory; false: there
 * is nothing to make it of. */
static bool
begin_latin1(const char *directory)
{
	char command[128];

	(void)snprintf(command, sizeof(command),
	    "localedef -c -i en_US -f ISO-8859-1 %s/latin1 >%s/said 2>&1",
	    directory, directory);
	(void)!system(command);
	(void)setenv("LOCPATH", directory, 1);
	return setlocale(LC_CTYPE, "latin1") &&
	    strcmp(nl_langinfo(CODESET), "ISO-8859-1") == 0;
}

static void
end_latin1(const char *directory)
{
	char command[128];

	(void)unsetenv("LOCPATH");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	(void)snprintf(command, sizeof(command), "rm -r %s", directory);
	assert_int_equal(system(command), 0);
}

static void
where_letters_are_single_bytes_those_of_utf8_are_written_out(void **state)
{
	char directory[] = "/tmp/machport-locale-XXXXXX";
	char *escaped = NULL;

	(void)state;
	assert_non_null(mkdtemp(directory));
	/* The second byte of the letter would begin a command. */
	if (begin_latin1(directory))
		escaped = text_escape("\xc3\x9b"
		                      "2J");
	end_latin1(directory);
	if (!escaped) {
		print_message("localedef makes no locale of ISO-8859-1\n");
		skip();
	}
	expect(escaped, "\\u{db}2J");
}

static void
a_text_without_an_end_is_read_no_further_than_it_goes(void **state)
{
	(void)state;
	expect(text_escape_bytes("abc\xc3\xa9", 4), "abc\\xc3");
}

static void
json_gets_valid_utf8(void **state)
{
	(void)state;
	expect(text_utf8("a\xff\x1b", 3), "a\xef\xbf\xbd\x1b");
}

static void
widths_are_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("\xc3\xa9"), 1);
	assert_int_equal(text_width("\xe4\xb8\xad"), 2);
	assert_int_equal(text_fit("\xe4\xb8\xad\xe4\xb8\xad", 3), 3);
	assert_int_equal(text_fit("abc", 5), 3);
}

static void
ages_have_a_unit_that_suits_them(void **state)
{
	(void)state;
	expect(text_age(0), "0.0 us");
	expect(text_age(1234567), "1.2 ms");
	expect(text_age(320000000), "320 ms");
	expect(text_age(3210000000), "3.2 s");
	expect(text_age(59000000000), "59 s");
	expect(text_age(600000000000), "10 min");
	expect(text_age(3600000000000 * 5), "5.0 h");
	expect(text_age(86400000000000ull * 5), "5.0 d");
}

static void
sizes_have_a_unit_that_suits_them(void **state)
{
	(void)state;
	expect(text_bytes(0), "0");
	expect(text_bytes(1023), "1023");
	expect(text_bytes(1024), "1.0 KiB");
	expect(text_bytes(70000), "68 KiB");
	expect(text_bytes(1024 * 1024 - 1), "1.0 MiB");
	expect(text_bytes(UINT64_MAX), "16777216 TiB");
}

static void
counts_have_the_right_number(void **state)
{
	(void)state;
	expect(text_count(1, "port"), "1 port");
	expect(text_count(0, "port"), "0 ports");
}

static void
none_is_nothing(void **state)
{
	(void)state;
	expect(text_some(0), "");
	expect(text_some(7), "7");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_can_be_printed_stays),
	    cmocka_unit_test(control_characters_are_written_out),
	    cmocka_unit_test(a_backslash_is_two),
	    cmocka_unit_test(
	        characters_that_turn_the_direction_are_written_out),
	    cmocka_unit_test(bytes_that_are_no_utf8_are_written_out),
	    cmocka_unit_test(
	        where_letters_are_single_bytes_those_of_utf8_are_written_out),
	    cmocka_unit_test(
	        a_text_without_an_end_is_read_no_further_than_it_goes),
	    cmocka_unit_test(json_gets_valid_utf8),
	    cmocka_unit_test(widths_are_columns),
	    cmocka_unit_test(ages_have_a_unit_that_suits_them),
	    cmocka_unit_test(sizes_have_a_unit_that_suits_them),
	    cmocka_unit_test(counts_have_the_right_number),
	    cmocka_unit_test(none_is_nothing),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
