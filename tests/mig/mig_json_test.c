/* JSON as it is written: commas, indentation, and strings of any bytes. */
#include "mig_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

static void
assert_json_string(const char *string, const char *expected)
{
	struct mig_text text = {0};
	struct mig_json json = {.out = &text};

	mig_json_string(&json, NULL, string);
	assert_string_equal(text.bytes, expected);
	mig_text_deinit(&text);
}

TEST(members_have_a_line_each_and_levels_two_spaces)
{
	struct mig_text text = {0};
	struct mig_json json = {.out = &text};

	mig_json_object(&json, NULL);
	mig_json_number(&json, "least", INT64_MIN);
	mig_json_array(&json, "list");
	mig_json_bool(&json, NULL, true);
	mig_json_object(&json, NULL);
	mig_json_null(&json, "x");
	mig_json_end_object(&json);
	mig_json_end_array(&json);
	mig_json_bool(&json, "last", false);
	mig_json_end_object(&json);
	mig_json_end(&json);
	assert_string_equal(text.bytes,
	    "{\n"
	    "  \"least\": -9223372036854775808,\n"
	    "  \"list\": [\n"
	    "    true,\n"
	    "    {\n"
	    "      \"x\": null\n"
	    "    }\n"
	    "  ],\n"
	    "  \"last\": false\n"
	    "}\n");
	mig_text_deinit(&text);
}

TEST(what_is_empty_takes_no_line)
{
	struct mig_text text = {0};
	struct mig_json json = {.out = &text};

	mig_json_array(&json, NULL);
	mig_json_object(&json, NULL);
	mig_json_end_object(&json);
	mig_json_array(&json, NULL);
	mig_json_end_array(&json);
	mig_json_end_array(&json);
	assert_string_equal(text.bytes, "[\n  {},\n  []\n]");
	mig_text_deinit(&text);
}

TEST(quotes_and_controls_are_escaped)
{
	assert_json_string("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	assert_json_string(
	    "\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
}

TEST(utf_8_stays_as_it_is)
{
	assert_json_string("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9f",
	    "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9f\"");
}

TEST(bytes_that_are_not_utf_8_are_replaced)
{
	assert_json_string("\xff", "\"\xef\xbf\xbd\"");
	assert_json_string("\x80x", "\"\xef\xbf\xbdx\"");
	/* Overlong. */
	assert_json_string("\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	/* A surrogate. */
	assert_json_string(
	    "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(a_character_that_is_cut_off_is_replaced)
{
	assert_json_string("\xc3", "\"\xef\xbf\xbd\"");
	assert_json_string("\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	assert_json_string(
	    "\xf0\x9f\x90\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\\"\"");
}

TEST(no_string_is_null) { assert_json_string(NULL, "null"); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_have_a_line_each_and_levels_two_spaces),
	    cmocka_unit_test(what_is_empty_takes_no_line),
	    cmocka_unit_test(quotes_and_controls_are_escaped),
	    cmocka_unit_test(utf_8_stays_as_it_is),
	    cmocka_unit_test(bytes_that_are_not_utf_8_are_replaced),
	    cmocka_unit_test(a_character_that_is_cut_off_is_replaced),
	    cmocka_unit_test(no_string_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
