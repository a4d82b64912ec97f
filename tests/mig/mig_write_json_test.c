/* The JSON of an interface: that it is enough. tests/mig/json_decode.py reads it,
 * and knows nothing else of the interface. */
#include "mig_write.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define TEST_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

/* The JSON of a text, as the file "t.json"; the caller frees it, too. */
static char *
write_json(const char *text)
{
	struct checked *checked = checked_new(text);
	struct mig_text json = {0};

	if (!checked->interface)
		fail_msg("%s", checked->said);
	mig_write_json(&json, checked->interface);
	scratch_write("t.json", json.bytes);
	checked_free(checked);
	return json.bytes;
}

/* json_decode.py @words, which end with NULL. */
static struct scratch_end
decode(const char *const words[])
{
	const char *all[10] = {"python3"};
	char script[256];
	size_t length = 1;

	(void)snprintf(script, sizeof(script), "%s/tests/mig/json_decode.py",
	    getenv("MACHPORT_SOURCE"));
	all[length++] = script;
	for (size_t i = 0; words[i]; i++)
		all[length++] = words[i];
	return scratch_run("python3", all, NULL);
}

static void
assert_decodes(const char *const words[], const char *answer)
{
	struct scratch_end end = decode(words);

	assert_string_equal(end.output, answer);
	assert_int_equal(end.status, 0);
	free(end.output);
}

static void
assert_packs(const char *values, const char *hex)
{
	const char *const words[] = {
	    "pack", "t.json", "r", "request", values, NULL};

	assert_decodes(words, hex);
}

/* As docs/mig-json.md has it. */
static void
assert_is_good(void)
{
	const char *const words[] = {"check", "t.json", NULL};

	assert_decodes(words, "");
}

/* spec/mig.md 9.4 */
static const char worked_example[] =
    "type a_t = array[*:5] of char; type b_t = array[*:7] of int;\n"
    "skip; skip; skip; skip;\n"
    "routine r(p : mach_port_t; in x : int; in a : a_t; in y : short;\n"
    "    in b : b_t; in z : int64_t);\n";

#define EXAMPLE_HEX                                                            \
	"00000000"                                                             \
	"44000000" /* 68 bytes */                                              \
	"000000000000000000000000"                                             \
	"8c130000" /* 5004 */                                                  \
	"0000000001000000"                                                     \
	"07000000"                                                             \
	"03000000"                                                             \
	"61626300"                                                             \
	"feff0000" /* y, at 44 */                                              \
	"02000000"                                                             \
	"0100000002000000"                                                     \
	"0900000000000000" /* z, at 60 */

TEST(the_worked_example_is_packed_from_the_json_alone)
{
	free(write_json(worked_example));
	assert_packs("{\"x\": 7, \"a\": [97, 98, 99], \"y\": -2,"
	             " \"b\": [1, 2], \"z\": 9}",
	    EXAMPLE_HEX "\n");
}

TEST(the_worked_example_is_unpacked_from_the_json_alone)
{
	const char *const words[] = {
	    "unpack", "t.json", "r", "request", EXAMPLE_HEX, NULL};

	free(write_json(worked_example));
	assert_decodes(words,
	    "{\"a\": [97, 98, 99], \"aCnt\": 3, \"b\": [1, 2], \"bCnt\": 2, "
	    "\"x\": 7, \"y\": -2, \"z\": 9}\n");
}

TEST(a_message_that_is_too_short_is_not_unpacked)
{
	char hex[] = EXAMPLE_HEX;
	const char *const words[] = {
	    "unpack", "t.json", "r", "request", hex, NULL};
	struct scratch_end end;

	free(write_json(worked_example));
	hex[sizeof(EXAMPLE_HEX) - 1 - 8] = '\0';
	end = decode(words);
	assert_int_not_equal(end.status, 0);
	assert_string_equal(end.output, "json_decode.py: size 68\n");
	free(end.output);
}

TEST(descriptors_and_strings_are_packed_from_the_json_alone)
{
	free(write_json(
	    "type mem = ^array[] of char; type name = c_string[*:30];\n"
	    "routine r(p : mach_port_t; in right : mach_port_t; in m : mem;\n"
	    "    in n : name);\n"));
	assert_packs("{\"right\": {\"name\": 9}, \"n\": \"hi\", \"mCnt\": 5,"
	             " \"m\": {\"address\": 4096, \"size\": 5}}",
	    "00000080"
	    "50000000"
	    "000000000000000000000000"
	    "88130000"
	    "02000000"
	    "090000000000000000001300"
	    "00100000000000000001000105000000"
	    "0000000001000000"
	    "05000000"
	    "00000000"
	    "03000000"
	    "68690000"
	    "\n");
}

static const char everything[] =
    "type s3 = array[3] of short; type st = struct[5] of short;\n"
    "type nm = c_string[10]; type vn = c_string[*:30];\n"
    "type va = array[*:5] of char; type vi = array[*:7] of int;\n"
    "type vst = array[*:4] of st; type ub = array[] of int;\n"
    "type oolf = ^array[100] of int; type oolb = ^array[*:100] of int;\n"
    "type poly = polymorphic; type mp = mach_port_t;\n"
    "type p3 = array[3] of mp; type pv = array[*:4] of mp;\n"
    "type op = ^array[] of mp; type some = array[*:3] of ^array[] of char;\n"
    "type regions = array[2] of ^array[16] of int;\n"
    "import <x.h>; skip;\n"
    "routine a(p : mp; in a : s3; in b : st; in c : nm; in d : vn; in e : va;\n"
    "    in f : vi, samecount; inout g : int; out h : vst, countinout);\n"
    "simpleroutine b(p : mp; ureplyport r : mp; in x : ub; in y : op);\n"
    "routine c(requestport p : poly; sreplyport r : mp; waittime t : int;\n"
    "    in a : p3; in b : pv; in d : poly; in e : some;\n"
    "    out f : oolb, dealloc[]; out g : regions; inout h : oolf);\n";

TEST(what_is_written_is_what_is_promised)
{
	free(write_json(everything));
	assert_is_good();
}

/* All JSON beside golden_test.c. */
TEST(the_golden_json_is_what_is_promised)
{
	const char *words[3] = {"check"};
	char pattern[512];
	glob_t found;

	(void)snprintf(pattern, sizeof(pattern), "%s/tests/mig/golden/*.json",
	    getenv("MACHPORT_SOURCE"));
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		words[1] = found.gl_pathv[i];
		assert_decodes(words, "");
	}
	globfree(&found);
}

TEST(an_interface_without_routines_is_json)
{
	free(write_json(";"));
	assert_is_good();
}

TEST(bytes_that_are_not_utf_8_leave_it_json)
{
	free(write_json("import \"a\\b\xff\xc3\xa9.h\";"));
	assert_is_good();
}

/* A difference in any byte would be a difference in the order of keys. */
TEST(the_same_interface_gives_the_same_bytes)
{
	char *first = write_json(everything);
	char *second = write_json(everything);

	assert_string_equal(first, second);
	free(first);
	free(second);
}

/* Every key that is written is in docs/mig-json.md, between backquotes. */
TEST(every_key_is_documented)
{
	char *json = write_json(everything);
	char path[256], key[80];
	char *docs;

	(void)snprintf(path, sizeof(path), "%s/docs/mig-json.md",
	    getenv("MACHPORT_SOURCE"));
	docs = scratch_read(path);
	assert_non_null(docs);
	for (const char *at = json; (at = strstr(at, "\": ")); at++) {
		const char *begin = at;

		while (begin[-1] != '"')
			begin--;
		(void)snprintf(
		    key, sizeof(key), "`%.*s`", (int)(at - begin), begin);
		scratch_expect_part(docs, key);
	}
	free(docs);
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_CASE(the_worked_example_is_packed_from_the_json_alone),
	    TEST_CASE(the_worked_example_is_unpacked_from_the_json_alone),
	    TEST_CASE(a_message_that_is_too_short_is_not_unpacked),
	    TEST_CASE(descriptors_and_strings_are_packed_from_the_json_alone),
	    TEST_CASE(what_is_written_is_what_is_promised),
	    TEST_CASE(the_golden_json_is_what_is_promised),
	    TEST_CASE(an_interface_without_routines_is_json),
	    TEST_CASE(bytes_that_are_not_utf_8_leave_it_json),
	    TEST_CASE(the_same_interface_gives_the_same_bytes),
	    TEST_CASE(every_key_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
