/* Subsystem, numbers and settings; and what is found in wrong files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "check.h"
#include "mig_text.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- subsystem and numbers ---------------------------------------------------- */

TEST(a_subsystem_has_a_name_and_a_base)
{
	struct checked *checked =
	    checked_new_with(NULL, "subsystem KernelUser KernelServer s 77;");

	assert_string_equal(checked->interface->name, "s");
	assert_int_equal(checked->interface->base, 77);
	assert_true(checked->interface->kernel_user);
	assert_true(checked->interface->kernel_server);
	assert_string_equal(checked->interface->demux, "s_server");
	checked_free(checked);
}

TEST(the_same_subsystem_may_be_said_twice)
{
	struct checked *checked =
	    checked_new_with(NULL, "subsystem s 1; subsystem s 1;");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(two_subsystems_are_refused)
{
	assert_refused("subsystem other 5000;", "a second subsystem, `other`");
	assert_refused("subsystem t 5001;", "a second subsystem, `t`");
	assert_refused("subsystem KernelUser t 5000;", "a second subsystem");
}

TEST(a_file_without_a_subsystem_is_refused)
{
	struct checked *checked = checked_new_with(NULL, "type a = int;");

	assert_null(checked->interface);
	assert_true(checked_said(checked, "no subsystem declaration"));
	checked_free(checked);
}

TEST(types_alone_can_be_checked)
{
	const struct mig_options options = {.prefix = "", .check_only = true};
	struct checked *checked = checked_new_with(&options, "type a = int;");

	assert_non_null(checked->interface);
	checked_free(checked);
	checked = checked_new_with(
	    &options, "type p = MACH_MSG_TYPE_COPY_SEND; routine r(p : p);");
	assert_null(checked->interface);
	checked_free(checked);
}

TEST(the_subsystem_may_come_last)
{
	struct checked *checked = checked_new_with(NULL,
	    "type p = MACH_MSG_TYPE_COPY_SEND; routine r(a : p); subsystem s "
	    "9;");

	assert_int_equal(checked_routine(checked, "r")->id, 9);
	checked_free(checked);
}

TEST(skips_take_numbers)
{
	struct checked *checked =
	    check("skip; routine a(p : mp); skip; simpleroutine b(p : mp); "
	          "skip;");
	const struct mig_interface *interface = checked->interface;

	assert_int_equal(interface->slots_length, 5);
	assert_int_equal(interface->routines, 2);
	assert_null(interface->slots[0]);
	assert_int_equal(checked_routine(checked, "a")->number, 1);
	assert_int_equal(checked_routine(checked, "b")->number, 3);
	assert_int_equal(checked_routine(checked, "b")->id, 5003);
	assert_int_equal(checked_routine(checked, "b")->reply_id, 5103);
	assert_true(checked_routine(checked, "b")->one_way);
	checked_free(checked);
}

TEST(a_subsystem_may_be_empty)
{
	struct checked *checked = checked_new_with(NULL, "subsystem s 1;");

	assert_int_equal(checked->interface->slots_length, 0);
	assert_int_equal(checked->interface->max_reply, 0);
	checked_free(checked);
}

TEST(ids_go_up_to_31_bits)
{
	static const char format[] =
	    "subsystem s %u; type p = MACH_MSG_TYPE_COPY_SEND;\n"
	    "skip; routine r(a : p);";
	char text[200];
	struct checked *checked;

	(void)snprintf(text, sizeof(text), format, 2147483546U);
	checked = checked_new_with(NULL, text);
	assert_int_equal(checked_routine(checked, "r")->reply_id, INT32_MAX);
	checked_free(checked);
	(void)snprintf(text, sizeof(text), format, 2147483547U);
	checked = checked_new_with(NULL, text);
	assert_null(checked->interface);
	assert_true(checked_said(checked, "they have 31 bits"));
	checked_free(checked);
}

TEST(more_than_100_numbers_warn)
{
	struct mig_text text = {0};
	struct checked *checked;

	for (int i = 0; i < 100; i++)
		mig_put(&text, "skip;");
	checked = check(text.bytes);

	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
	mig_put(&text, "skip;");
	assert_warned(text.bytes, "`t` has 101 numbers");
	mig_text_deinit(&text);
}

/* --- settings ------------------------------------------------------------------ */

TEST(prefixes_act_on_what_follows)
{
	struct checked *checked =
	    check("routine a(p : mp); userprefix u_; serverprefix s_;\n"
	          "routine b(p : mp); userprefix v_; routine c(p : mp);");

	assert_string_equal(checked_routine(checked, "a")->user_name, "a");
	assert_string_equal(checked_routine(checked, "b")->user_name, "u_b");
	assert_string_equal(checked_routine(checked, "b")->server_name, "s_b");
	assert_string_equal(checked_routine(checked, "c")->user_name, "v_c");
	assert_string_equal(checked->interface->user_prefix, "v_");
	assert_string_equal(checked->interface->server_prefix, "s_");
	checked_free(checked);
}

TEST(the_prefix_option_stands_before_all_functions)
{
	const struct mig_options options = {.prefix = "my_"};
	struct checked *checked = checked_new_with(&options,
	    "subsystem s 1; userprefix u_; type p = MACH_MSG_TYPE_COPY_SEND; "
	    "routine r(a : p);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_string_equal(r->user_name, "my_u_r");
	assert_string_equal(r->server_name, "my_r");
	assert_string_equal(checked->interface->demux, "my_s_server");
	checked_free(checked);
}

TEST(serverdemux_names_the_dispatcher)
{
	struct checked *checked = check("serverdemux handle;");

	assert_string_equal(checked->interface->demux, "handle");
	checked_free(checked);
}

TEST(msgoption_acts_until_it_is_cancelled)
{
	struct checked *checked =
	    check("msgoption A|B; routine a(p : mp); msgoption "
	          "MACH_MSG_OPTION_NONE; routine b(p : mp);");

	assert_string_equal(checked_routine(checked, "a")->option_text, "A|B");
	assert_null(checked_routine(checked, "b")->option_text);
	checked_free(checked);
}

TEST(times_act_until_they_are_ended)
{
	struct checked *checked =
	    check("ConsumeOnSendError Any; sendtime 5; routine a(p : mp);\n"
	          "waittime 10; routine b(p : mp); nowaittime;\n"
	          "routine c(p : mp); nosendtime; routine d(p : mp);");
	static const struct {
		const char *name;
		enum mig_timeout timeout;
		const char *text;
	} expected[] = {
	    {"a", MIG_TIMEOUT_SEND, "5"},
	    {"b", MIG_TIMEOUT_WAIT, "10"},
	    {"c", MIG_TIMEOUT_SEND, "5"},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const struct mig_routine *r =
		    checked_routine(checked, expected[i].name);

		assert_int_equal(r->timeout, expected[i].timeout);
		assert_string_equal(r->timeout_text, expected[i].text);
		assert_int_equal(r->consume, MIG_CONSUME_ANY);
	}
	assert_int_equal(
	    checked_routine(checked, "d")->timeout, MIG_TIMEOUT_NONE);
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

TEST(a_time_of_an_argument_beats_that_of_a_statement)
{
	struct checked *checked =
	    check("ConsumeOnSendError Timeout; waittime 10;\n"
	          "routine r(p : mp; waittime w : int);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_string_equal(r->timeout_text, "w");
	assert_int_equal(r->timeout, MIG_TIMEOUT_WAIT);
	assert_int_equal(r->consume, MIG_CONSUME_TIMEOUT);
	checked_free(checked);
}

TEST(a_timeout_without_consumeonsenderror_warns_once_a_statement)
{
	struct checked *checked =
	    check("waittime 10; routine a(p : mp); routine b(p : mp);");

	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(consumeonsenderror_knows_its_words_in_any_case)
{
	struct checked *checked =
	    check("ConsumeOnSendError timeout; routine a(p : mp);\n"
	          "ConsumeOnSendError NONE; routine b(p : mp);");

	assert_int_equal(
	    checked_routine(checked, "a")->consume, MIG_CONSUME_TIMEOUT);
	assert_int_equal(
	    checked_routine(checked, "b")->consume, MIG_CONSUME_NONE);
	checked_free(checked);
	assert_refused("ConsumeOnSendError Some;", "None, Timeout or Any");
}

TEST(special_reply_ports_are_for_calls_without_a_reply_port)
{
	struct checked *checked =
	    check("UseSpecialReplyPort 1; routine a(p : mp);\n"
	          "simpleroutine b(p : mp); routine c(p : mp; replyport q : "
	          "mp);\n"
	          "routine d(p : mp; ureplyport q : mp);\n"
	          "routine e(p : mp; sreplyport q : mp);\n"
	          "UseSpecialReplyPort 0; routine f(p : mp);");
	static const struct {
		const char *name;
		bool special;
	} expected[] = {{"a", true}, {"b", false}, {"c", false}, {"d", false},
	    {"e", true}, {"f", false}};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_int_equal(checked_routine(checked, expected[i].name)
		                     ->special_reply_port,
		    expected[i].special);
	checked_free(checked);
}

TEST(special_reply_ports_are_not_for_the_kernel)
{
	struct checked *checked = checked_new_with(
	    NULL, "UseSpecialReplyPort 1; subsystem KernelUser s 1;");

	assert_null(checked->interface);
	checked_free(checked);
}

TEST(onstacklimit_replaces_the_option)
{
	const struct mig_options options = {.prefix = "", .max_on_stack = 100};
	struct checked *checked = checked_new_with(&options,
	    "subsystem s 1; type p = MACH_MSG_TYPE_COPY_SEND; routine a(x : "
	    "p); OnStackLimit 7; routine b(x : p);");

	assert_int_equal(checked_routine(checked, "a")->on_stack_limit, 100);
	assert_int_equal(checked_routine(checked, "b")->on_stack_limit, 7);
	checked_free(checked);
}

TEST(imports_are_kept_in_file_order)
{
	struct checked *checked =
	    check("import <a.h>; uimport \"b.h\"; simport <c.h>; iimport "
	          "<d.h>; dimport <e.h>;");
	static const struct {
		enum mig_import_kind kind;
		const char *file;
	} expected[] = {
	    {MIG_IMPORT, "<a.h>"},
	    {MIG_UIMPORT, "\"b.h\""},
	    {MIG_SIMPORT, "<c.h>"},
	    {MIG_IIMPORT, "<d.h>"},
	    {MIG_DIMPORT, "<e.h>"},
	};

	assert_int_equal(checked->interface->imports_length, 5);
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const struct mig_import *import =
		    &checked->interface->imports[i];

		assert_int_equal(import->kind, expected[i].kind);
		assert_string_equal(import->file, expected[i].file);
	}
	checked_free(checked);
}

/* --- trees of wrong files ------------------------------------------------------------ */

TEST(errors_in_one_routine_do_not_hide_those_of_the_next)
{
	struct checked *checked =
	    check("routine a(p : int); routine b(p : mp; in x : unknown); "
	          "routine c();");

	assert_int_equal(checked->diag.errors, 3);
	checked_free(checked);
}

TEST(a_routine_that_was_wrong_still_has_its_number)
{
	struct checked *checked =
	    check("routine a(p : int); routine a(p : mp);");

	assert_true(checked_said(checked, "two routines `a`"));
	checked_free(checked);
}

/* Enough of them that a table without hashing would not end in time. */
TEST(many_routines_and_arguments_take_linear_time)
{
	enum { MANY = 50 * 1000 };
	size_t room = (size_t)200 * MANY;
	char *text = malloc(room);
	size_t length = 0;
	struct checked *checked;

	assert_non_null(text);
	for (int i = 0; i < MANY; i++)
		length += (size_t)snprintf(text + length, room - length,
		    "routine r%d(p : mp; in a : int; in b : list);\n", i);
	length +=
	    (size_t)snprintf(text + length, room - length, "routine r(p : mp");
	for (int i = 0; i < MANY; i++)
		length += (size_t)snprintf(
		    text + length, room - length, "; in a%d : int", i);
	(void)snprintf(text + length, room - length, ");\n");
	checked = check(text);
	assert_int_equal(
	    checked_routine(checked, "r")->request.size, 32 + 4 * MANY);
	checked_free(checked);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_subsystem_has_a_name_and_a_base),
	    cmocka_unit_test(the_same_subsystem_may_be_said_twice),
	    cmocka_unit_test(two_subsystems_are_refused),
	    cmocka_unit_test(a_file_without_a_subsystem_is_refused),
	    cmocka_unit_test(types_alone_can_be_checked),
	    cmocka_unit_test(the_subsystem_may_come_last),
	    cmocka_unit_test(skips_take_numbers),
	    cmocka_unit_test(a_subsystem_may_be_empty),
	    cmocka_unit_test(ids_go_up_to_31_bits),
	    cmocka_unit_test(more_than_100_numbers_warn),
	    cmocka_unit_test(prefixes_act_on_what_follows),
	    cmocka_unit_test(the_prefix_option_stands_before_all_functions),
	    cmocka_unit_test(serverdemux_names_the_dispatcher),
	    cmocka_unit_test(msgoption_acts_until_it_is_cancelled),
	    cmocka_unit_test(times_act_until_they_are_ended),
	    cmocka_unit_test(a_time_of_an_argument_beats_that_of_a_statement),
	    cmocka_unit_test(
	        a_timeout_without_consumeonsenderror_warns_once_a_statement),
	    cmocka_unit_test(consumeonsenderror_knows_its_words_in_any_case),
	    cmocka_unit_test(
	        special_reply_ports_are_for_calls_without_a_reply_port),
	    cmocka_unit_test(special_reply_ports_are_not_for_the_kernel),
	    cmocka_unit_test(onstacklimit_replaces_the_option),
	    cmocka_unit_test(imports_are_kept_in_file_order),
	    cmocka_unit_test(
	        errors_in_one_routine_do_not_hide_those_of_the_next),
	    cmocka_unit_test(a_routine_that_was_wrong_still_has_its_number),
	    cmocka_unit_test(many_routines_and_arguments_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
