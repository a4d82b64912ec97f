/* What is in the user file, beside what golden_test.c compares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "mig_write.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* The user file of @defs; the caller frees it. With @only, of that routine. */
static char *
user_file_with(
    const struct mig_options *options, const char *defs, const char *only)
{
	struct checked *checked = checked_new(defs);
	struct mig_text text = {0};

	assert_non_null(checked->interface);
	mig_write_user(&text, checked->interface, options,
	    only ? checked_routine(checked, only) : NULL);
	checked_free(checked);
	return text.bytes;
}

static char *
user_file(const char *defs)
{
	static const struct mig_options options = {.header = "t.h"};

	return user_file_with(&options, defs, NULL);
}

static void
expect(const char *defs, const char *part)
{
	char *text = user_file(defs);

	scratch_expect_part(text, part);
	free(text);
}

static void
expect_no(const char *defs, const char *part)
{
	char *text = user_file(defs);

	scratch_expect_no_part(text, part);
	free(text);
}

/* In @text, @first comes before @second; each occurs. */
static void
expect_order(const char *text, const char *first, const char *second)
{
	const char *a = strstr(text, first);
	const char *b = strstr(text, second);

	scratch_expect_part(text, first);
	scratch_expect_part(text, second);
	assert_true(a < b);
}

/* --- the file -------------------------------------------------------------- */

TEST(a_file_has_no_helper_that_it_does_not_use)
{
	expect_no("routine r(p : mach_port_t; in x : int);", "mig_append(");
	expect("routine r(p : mach_port_t; in x : x_t = array[*:3] of int);",
	    "\nmig_append(");
}

TEST(a_helper_that_another_needs_stands_above_it)
{
	char *text = user_file("routine r(p : mach_port_t; in x : x_t = "
	                       "array[3] of mach_port_t);");

	expect_order(text, "\nmig_port_descriptor(", "\nmig_port_descriptors(");
	free(text);
}

TEST(a_subsystem_without_routines_has_no_function)
{
	char *text = user_file("");

	scratch_expect_no_part(text, "kern_return_t");
	scratch_expect_no_part(text, "SendRpc");
	free(text);
}

TEST(a_skipped_number_has_no_function)
{
	expect(
	    "skip; routine r(p : mach_port_t);", "InP->Head.msgh_id = 5001;");
}

TEST(a_file_of_one_routine_has_no_other)
{
	static const struct mig_options options = {.header = "t.h"};
	char *text = user_file_with(&options,
	    "simpleroutine a(p : mach_port_t; in x : x_t = array[*:3] of int);"
	    "routine b(p : mach_port_t; out n : int);",
	    "b");

	scratch_expect_part(text, "kern_return_t b\n");
	scratch_expect_part(text, "__MIG_check__Reply__b_t(");
	scratch_expect_no_part(text, "kern_return_t a\n");
	scratch_expect_no_part(text, "__Request__a_t");
	scratch_expect_no_part(text, "mig_append");
	scratch_expect_no_part(text, "SendSimple");
	free(text);
}

TEST(the_lowest_id_is_written_so_that_c_can_read_it)
{
	struct mig_options options = {.header = "t.h"};
	struct checked *checked = checked_new_with(NULL,
	    "subsystem t 5000;"
	    "type port_t = MACH_MSG_TYPE_COPY_SEND;"
	    "routine r(p : port_t);");
	struct mig_text text = {0};

	assert_non_null(checked->interface);
	checked->interface->slots[0]->id = INT32_MIN;
	mig_write_user(&text, checked->interface, &options, NULL);
	scratch_expect_part(text.bytes, "msgh_id = (-2147483647 - 1);");
	mig_text_deinit(&text);
	checked_free(checked);
}

TEST(functions_of_the_run_time_get_their_prefix)
{
	static const struct mig_options options = {
	    .header = "t.h", .sub_prefix = "my_"};
	char *text =
	    user_file_with(&options, "routine r(p : mach_port_t);", NULL);

	scratch_expect_part(text, "= my_mig_get_reply_port();");
	scratch_expect_part(text, "\tmy_mig_put_reply_port(port);");
	scratch_expect_part(text, "\tmy_mig_dealloc_reply_port(port);");
	scratch_expect_part(text, "= my_mach_msg(&InP->Head,");
	free(text);
}

/* --- the order of things --------------------------------------------------- */

TEST(counts_are_checked_before_anything_is_taken)
{
	char *text = user_file("type big = array[*:20000] of char;"
	                       "routine r(p : mach_port_t; in x : big;"
	                       "    in y : x_t = ^array[*:7] of int);");

	expect_order(text, "if (yCnt > 7)", "= (void *)mig_user_allocate(");
	expect_order(
	    text, "= (void *)mig_user_allocate(", "= mig_get_reply_port();");
	free(text);
}

TEST(nothing_is_handed_over_before_all_of_it_is_known_to_fit)
{
	char *text =
	    user_file("routine r(p : mach_port_t; out right : mach_port_t;"
	              "    out x : x_t = array[*:3] of int, countinout);");

	expect_order(
	    text, "return MIG_ARRAY_TOO_LARGE;", "*right = OutP->right.name;");
	free(text);
}

/* --- counts ---------------------------------------------------------------- */

TEST(a_shared_count_is_checked_once_against_the_least_maximum)
{
	char *text = user_file(
	    "routine r(p : mach_port_t; in a : x_t = array[*:7] of int;"
	    "    in b : x_t = array[*:4] of mach_port_t, samecount;"
	    "    in c : x_t = array[*:9] of char, samecount);");

	scratch_expect_part(text, "if (aCnt > 4)");
	scratch_expect_no_part(text, "if (aCnt > 7)");
	scratch_expect_no_part(text, "if (aCnt > 9)");
	free(text);
}

TEST(memory_out_of_line_has_no_size_above_32_bits)
{
	expect("routine r(p : mach_port_t; in x : x_t = ^array[] of int);",
	    "if (xCnt > UINT32_MAX / 4)");
	expect_no("routine r(p : mach_port_t; in x : x_t = ^array[] of char);",
	    "if (xCnt >");
}

TEST(a_capacity_is_not_above_the_maximum)
{
	expect("routine r(p : mach_port_t; out x : x_t = array[*:9] of int,"
	       "    countinout);",
	    "InP->xCnt = *xCnt < 9 ? *xCnt : 9;");
}

/* --- memory ---------------------------------------------------------------- */

static const char page[] = "type page = array[*:16300] of char;"
                           "routine r(p : mach_port_t; in x : page);";
static const char more[] = "type page = array[*:16400] of char;"
                           "routine r(p : mach_port_t; in x : page);";

TEST(messages_are_on_the_stack_up_to_16_kib)
{
	expect_no(page, "mig_user_allocate");
	expect(more, "mig_user_allocate");
}

TEST(a_limit_that_is_given_decides_what_is_on_the_stack)
{
	static const struct mig_options low = {
	    .header = "t.h", .max_on_stack = 1000};
	static const struct mig_options high = {
	    .header = "t.h", .max_on_stack = 100000};
	char *text = user_file_with(&low, page, NULL);

	scratch_expect_part(text, "mig_user_allocate");
	free(text);
	text = user_file_with(&high, more, NULL);
	scratch_expect_no_part(text, "mig_user_allocate");
	free(text);
}

TEST(a_routine_of_small_messages_is_not_affected_by_a_large_one)
{
	expect("OnStackLimit 1000;"
	       "routine r(p : mach_port_t);",
	    "\t} Mess;");
}

TEST(each_return_after_the_allocation_frees_the_messages)
{
	char *text = user_file(more);
	const char *at = strstr(text, "InP = &Mess->In;");

	assert_non_null(at);
	while ((at = strstr(at, "return ")) != NULL) {
		assert_memory_equal(at, "return mig_free_message(", 24);
		at += 24;
	}
	free(text);
}

/* --- header ---------------------------------------------------------------- */

TEST(a_reply_port_of_the_caller_is_left_alone)
{
	char *text = user_file(
	    "type once = MACH_MSG_TYPE_MAKE_SEND_ONCE ctype: mach_port_t;"
	    "routine r(p : mach_port_t; replyport q : once);");

	scratch_expect_part(text, "msgh_local_port = q;");
	scratch_expect_no_part(text, "reply_port(");
	free(text);
}

TEST(a_one_way_routine_takes_no_reply_port)
{
	char *text = user_file("UseSpecialReplyPort 1;"
	                       "simpleroutine r(p : mach_port_t);");

	scratch_expect_part(text, "msgh_local_port = MACH_PORT_NULL;");
	scratch_expect_no_part(text, "SpecialReplyPort");
	free(text);
}

TEST(a_polymorphic_reply_port_of_the_stub_is_a_send_once_right)
{
	expect("routine r(p : mach_port_t; sreplyport q : polymorphic_t ="
	       "    polymorphic ctype: mach_port_t);",
	    "MACH_MSG_TYPE_MAKE_SEND_ONCE);");
}

TEST(a_polymorphic_request_port_has_its_disposition_in_the_header)
{
	expect("routine r(p : any_t = polymorphic ctype: mach_port_t);",
	    "MACH_MSGH_BITS(pPoly,");
}

/* --- the call -------------------------------------------------------------- */

TEST(an_option_that_is_an_expression_stands_in_parentheses)
{
	expect("msgoption A|B; simpleroutine r(p : mach_port_t);",
	    "MACH_SEND_MSG | (A|B)");
	expect("msgoption A; simpleroutine r(p : mach_port_t);",
	    "MACH_SEND_MSG | A,");
}

TEST(a_send_timeout_does_not_limit_the_wait_for_the_reply)
{
	char *text = user_file("ConsumeOnSendError Any; sendtime 100;"
	                       "routine r(p : mach_port_t);");

	scratch_expect_part(text, "MACH_SEND_TIMEOUT");
	scratch_expect_no_part(text, "MACH_RCV_TIMEOUT");
	free(text);
}

TEST(what_comes_back_by_default_is_only_the_copies_of_memory)
{
	static const char defs[] =
	    "sendtime 100;"
	    "simpleroutine r(p : mach_port_t; in x : x_t = ^array[] of int;"
	    "    in right : mach_port_t);";
	char *text = user_file(defs);

	scratch_expect_part(text, "mig_release_copy(InP->x, (uintptr_t)x);");
	scratch_expect_no_part(text, "mach_msg_destroy(&InP->Head)");
	free(text);
	expect_no(
	    "simpleroutine r(p : mach_port_t; in x : x_t = ^array[] of int);",
	    "mig_release_copy");
}

TEST(a_reply_right_that_came_back_goes_with_the_reply_port)
{
	expect("routine r(p : mach_port_t);",
	    "mig_reply_port_error((R), mig_reply_port, &InP->Head)");
}

/* spec/messages.md 10.1, 12.3 */
TEST(a_timeout_may_say_what_else_was_short)
{
	char *text = user_file(
	    "sendtime 100;"
	    "simpleroutine r(p : mach_port_t; in x : x_t = ^array[] of int);"
	    "ConsumeOnSendError Any;"
	    "simpleroutine s(p : mach_port_t);");

	scratch_expect_no_part(text, "msg_result == MACH_SEND_TIMED_OUT");
	scratch_expect_part(text,
	    "if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT) {");
	scratch_expect_part(text,
	    "if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT ||\n"
	    "\t    msg_result == MACH_SEND_INVALID_DEST)");
	free(text);
}

/* They do not say that they are copies: spec/messages.md 11.6. */
TEST(physical_copies_that_came_back_are_destroyed)
{
	expect("ConsumeOnSendError Timeout; sendtime 100;"
	       "simpleroutine r(p : mach_port_t;"
	       "    in x : x_t = ^array[] of int, physicalcopy);",
	    "\t\tmig_destroy_received(&InP->Head);\n"
	    "\treturn msg_result;\n");
}

/* The caller's own memory, which nobody has copied, is not. */
TEST(memory_that_was_not_sent_is_destroyed_as_it_says)
{
	expect("ConsumeOnSendError Any; sendtime 100;"
	       "simpleroutine r(p : mach_port_t;"
	       "    in x : x_t = ^array[] of int, physicalcopy);",
	    "\tif (msg_result == MACH_SEND_INVALID_DEST)\n"
	    "\t\tmach_msg_destroy(&InP->Head);\n"
	    "\treturn msg_result;\n");
}

TEST(a_send_right_for_the_reply_port_that_came_back_is_dropped)
{
	expect("type make_t = MACH_MSG_TYPE_MAKE_SEND ctype: mach_port_t;"
	       "routine r(p : mach_port_t; sreplyport q : make_t);",
	    "\t\tif (mig_came_back(msg_result))\n"
	    "\t\t\tmig_drop_reply_right(&InP->Head);\n");
}

/* Its caller may leave all other arguments open: spec/mig.md 11.2. */
TEST(an_outcome_is_sent_before_anything_else_is_looked_at)
{
	char *text = user_file("simpleroutine r(p : mach_port_t;"
	                       "    in x : x_t = array[*:3] of mach_port_t;"
	                       "    in n : int, retcode);");

	expect_order(text, "mig_send_outcome(&mig_outcome,", "if (xCnt > 3)");
	free(text);
}

/* --- the reply ------------------------------------------------------------- */

TEST(a_mismatch_costs_the_reply_port)
{
	expect("routine r(p : mach_port_t);",
	    "\t\tif (msg_result == MIG_REPLY_MISMATCH)\n"
	    "\t\t\tmig_dealloc_reply_port(mig_reply_port);\n");
}

TEST(the_rights_in_each_region_that_is_used_are_of_the_declared_kind)
{
	expect("type move_t = MACH_MSG_TYPE_MOVE_SEND ctype: mach_port_t;"
	       "routine r(p : mach_port_t;"
	       "    out x : x_t = array[*:3] of ^array[] of move_t);",
	    "\t\tif (i < message->xSubsCnt\n"
	    "\t\t        ? message->x[i].disposition != "
	    "MACH_MSG_TYPE_PORT_SEND\n"
	    "\t\t        : message->x[i].count != 0)\n");
}

/* There is one xPoly for all of them. */
TEST(the_rights_of_a_polymorphic_array_are_of_one_kind)
{
	expect("type any_t = polymorphic ctype: mach_port_t;"
	       "routine r(p : mach_port_t; out x : x_t = array[3] of any_t);",
	    "message->x[i].disposition != message->x[0].disposition");
	expect("type any_t = polymorphic ctype: mach_port_t;"
	       "routine r(p : mach_port_t; out x : x_t = array[*:3] of any_t);",
	    "\t\tif (i < message->xCnt\n"
	    "\t\t        ? message->x[i].disposition != "
	    "message->x[0].disposition\n"
	    "\t\t        : message->x[i].name != MACH_PORT_NULL)\n");
}

TEST(all_memory_of_a_refused_reply_goes)
{
	expect("routine r(p : mach_port_t);",
	    "\tif (msg_result != KERN_SUCCESS) {\n"
	    "\t\tmig_destroy_received(&OutP->Head);\n");
	expect("routine r(p : mach_port_t);", "region.deallocate = TRUE;");
}

TEST(a_reply_that_misses_something_is_destroyed)
{
	expect("routine r(p : mach_port_t);",
	    "\t\tif ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)\n"
	    "\t\t\tmig_destroy_received(&OutP->Head);\n");
}

TEST(a_disposition_that_was_received_is_handed_over)
{
	expect("routine r(p : mach_port_t; out x : any_t = polymorphic"
	       "    ctype: mach_port_t);",
	    "*xPoly = OutP->x.disposition;");
}

TEST(a_disposition_only_of_the_request_is_not_read_from_the_reply)
{
	expect_no("routine r(p : mach_port_t; inout x : x_t ="
	          "    polymorphic|MACH_MSG_TYPE_PORT_SEND"
	          "    ctype: mach_port_t);",
	    "OutP->x.disposition;");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_has_no_helper_that_it_does_not_use),
	    cmocka_unit_test(a_helper_that_another_needs_stands_above_it),
	    cmocka_unit_test(a_subsystem_without_routines_has_no_function),
	    cmocka_unit_test(a_skipped_number_has_no_function),
	    cmocka_unit_test(a_file_of_one_routine_has_no_other),
	    cmocka_unit_test(the_lowest_id_is_written_so_that_c_can_read_it),
	    cmocka_unit_test(functions_of_the_run_time_get_their_prefix),
	    cmocka_unit_test(counts_are_checked_before_anything_is_taken),
	    cmocka_unit_test(
	        nothing_is_handed_over_before_all_of_it_is_known_to_fit),
	    cmocka_unit_test(
	        a_shared_count_is_checked_once_against_the_least_maximum),
	    cmocka_unit_test(memory_out_of_line_has_no_size_above_32_bits),
	    cmocka_unit_test(a_capacity_is_not_above_the_maximum),
	    cmocka_unit_test(messages_are_on_the_stack_up_to_16_kib),
	    cmocka_unit_test(
	        a_limit_that_is_given_decides_what_is_on_the_stack),
	    cmocka_unit_test(
	        a_routine_of_small_messages_is_not_affected_by_a_large_one),
	    cmocka_unit_test(
	        each_return_after_the_allocation_frees_the_messages),
	    cmocka_unit_test(a_reply_port_of_the_caller_is_left_alone),
	    cmocka_unit_test(a_one_way_routine_takes_no_reply_port),
	    cmocka_unit_test(
	        a_polymorphic_reply_port_of_the_stub_is_a_send_once_right),
	    cmocka_unit_test(
	        a_polymorphic_request_port_has_its_disposition_in_the_header),
	    cmocka_unit_test(
	        an_option_that_is_an_expression_stands_in_parentheses),
	    cmocka_unit_test(
	        a_send_timeout_does_not_limit_the_wait_for_the_reply),
	    cmocka_unit_test(
	        what_comes_back_by_default_is_only_the_copies_of_memory),
	    cmocka_unit_test(
	        a_reply_right_that_came_back_goes_with_the_reply_port),
	    cmocka_unit_test(a_timeout_may_say_what_else_was_short),
	    cmocka_unit_test(physical_copies_that_came_back_are_destroyed),
	    cmocka_unit_test(memory_that_was_not_sent_is_destroyed_as_it_says),
	    cmocka_unit_test(
	        a_send_right_for_the_reply_port_that_came_back_is_dropped),
	    cmocka_unit_test(
	        an_outcome_is_sent_before_anything_else_is_looked_at),
	    cmocka_unit_test(a_mismatch_costs_the_reply_port),
	    cmocka_unit_test(
	        the_rights_in_each_region_that_is_used_are_of_the_declared_kind),
	    cmocka_unit_test(the_rights_of_a_polymorphic_array_are_of_one_kind),
	    cmocka_unit_test(all_memory_of_a_refused_reply_goes),
	    cmocka_unit_test(a_reply_that_misses_something_is_destroyed),
	    cmocka_unit_test(a_disposition_that_was_received_is_handed_over),
	    cmocka_unit_test(
	        a_disposition_only_of_the_request_is_not_read_from_the_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
