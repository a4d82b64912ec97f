/* Names: spec/mig.md 7.5 and 17. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

TEST(two_arguments_of_one_name_are_refused)
{
	assert_refused("routine r(p : mp; in a : int; out a : int);",
	    "`r` has two arguments `a`");
	assert_refused(
	    "routine r(p : mp; in p : int);", "`r` has two arguments `p`");
}

TEST(names_of_implicit_arguments_are_taken)
{
	static const char *const arguments[] = {
	    "in x : list; in xCnt : int",
	    "in xCnt : int; in x : list",
	    "in x : region, dealloc[]; in xDealloc : int",
	    "in x : poly; in xPoly : int",
	    "in x : two; in xSubs : int",
	    "in x : few; in xSubsCnt : int",
	    "in x : text; in xCnt : int",
	    "in x : text; in xOffset : int",
	    "in x : char; in xPad : int",
	    "in x : few; in xSubs : list",
	};

	for (size_t i = 0; i < COUNT_OF(arguments); i++) {
		char text[200];

		(void)snprintf(
		    text, sizeof(text), "routine r(p : mp; %s);", arguments[i]);
		assert_refused(text, " has the name of the ");
	}
}

TEST(names_that_no_implicit_argument_has_are_free)
{
	struct checked *checked =
	    check("routine r(p : mp; in x : int; in xCnt : int; in xPad : int; "
	          "in xPoly : int; in xSubs : int; in xOffset : int; in y : "
	          "list; in z : list, samecount; in zCnt : int);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(names_of_generated_code_are_taken)
{
	static const char *const names[] = {"NDR", "Head", "RetCode",
	    "msgh_body", "InP", "OutP", "mig_anything", "memcpy", "mach_port_t",
	    "kern_return_t", "uintptr_t", "mach_msg_option_t"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char text[200];

		assert_true(mig_name_is_reserved(names[i]));
		(void)snprintf(text, sizeof(text),
		    "routine r(p : mp; in %s : int);", names[i]);
		assert_refused(text, "generated code keeps to itself");
	}
}

TEST(words_that_people_use_are_free)
{
	static const char *const names[] = {"result", "kr", "at", "size",
	    "reply", "request", "message", "reply_port", "port", "data",
	    "count", "offset", "address", "options", "timeout", "name", "head"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_false(mig_name_is_reserved(names[i]));
}

TEST(a_type_of_c_that_another_argument_has_is_taken)
{
	assert_refused("routine r(p : mp; in list : list; in x : list);",
	    "`list` is the C type of `x`, too");
	assert_refused("routine r(p : mp; in x : list; in int64_t : int; in y "
	               ": a = array[*:2] of int64_t);",
	    "`int64_t` is the C type of `y`, too");
	assert_refused(
	    "routine r(p : mp; in t : int; out x : s = mp outtran : s f(t));",
	    "`t` is the C type of `x`, too");
}

TEST(an_argument_may_be_called_as_its_own_type)
{
	struct checked *checked = check("routine r(p : mp; in list : list);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(keywords_of_c_are_refused)
{
	assert_refused(
	    "routine r(p : mp; in while : int);", "`while` is a keyword of C");
	assert_refused("routine while(p : mp);", "`while` is a keyword of C");
}

TEST(prefixes_make_a_keyword_a_name)
{
	struct checked *checked =
	    check("userprefix u_; serverprefix s_; routine while(p : mp);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(two_routines_of_one_name_are_refused)
{
	assert_refused(
	    "routine a(p : mp); simpleroutine a(p : mp);", "two routines `a`");
	assert_refused("routine ab(p : mp); userprefix a; routine b(p : mp);",
	    "called `ab` with their prefixes");
	assert_refused("routine ab(p : mp); serverprefix a; routine b(p : mp);",
	    "called `ab` with their prefixes");
}

TEST(the_name_of_the_dispatcher_is_taken)
{
	assert_refused("routine t_server(p : mp);", "dispatcher");
	assert_refused(
	    "serverdemux x; routine x_routine(p : mp);", "dispatcher");
}

TEST(names_have_1000_characters_at_most)
{
	char text[2000];

	(void)snprintf(text, sizeof(text), "routine %01000d(p : mp);", 0);
	text[8] = 'a';

	struct checked *checked = check(text);

	assert_non_null(checked->interface);
	checked_free(checked);
	(void)snprintf(text, sizeof(text), "routine %01001d(p : mp);", 0);
	text[8] = 'a';
	assert_refused(text, "longer than 1000 characters");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_arguments_of_one_name_are_refused),
	    cmocka_unit_test(names_of_implicit_arguments_are_taken),
	    cmocka_unit_test(names_that_no_implicit_argument_has_are_free),
	    cmocka_unit_test(names_of_generated_code_are_taken),
	    cmocka_unit_test(words_that_people_use_are_free),
	    cmocka_unit_test(a_type_of_c_that_another_argument_has_is_taken),
	    cmocka_unit_test(an_argument_may_be_called_as_its_own_type),
	    cmocka_unit_test(keywords_of_c_are_refused),
	    cmocka_unit_test(prefixes_make_a_keyword_a_name),
	    cmocka_unit_test(two_routines_of_one_name_are_refused),
	    cmocka_unit_test(the_name_of_the_dispatcher_is_taken),
	    cmocka_unit_test(names_have_1000_characters_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
