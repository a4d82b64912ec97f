/* How a message is packed: what only a server asks for, and lines that are folded.
 * The rest is compared by golden_test.c. */
#include "mig_write_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "mig_fold.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* --- a server that has everything in locals of the arguments' names --------- */

static void
put_part(struct mig_packer *packer, const struct mig_argument *argument,
    enum mig_part part)
{
	static const char *const parts[] = {
	    "VALUE", "ADDRESS", "COUNT", "LIMIT", "SUBS", "POLY", "DEALLOC"};

	mig_put(packer->out, "%s.%s", argument->name, parts[part]);
}

static void
put_too_large(struct mig_packer *packer)
{
	mig_put(packer->out, "\n\t\tgoto too_large;\n");
}

static bool
is_in_place(
    const struct mig_packer *packer, const struct mig_argument *argument)
{
	(void)packer;
	(void)argument;
	return true;
}

/* The text for the reply of the routine `r`; the caller frees it. */
static char *
pack(const char *defs, bool in_place, uint32_t *helpers_out)
{
	struct checked *checked = checked_new(defs);
	const struct mig_routine *routine = checked_routine(checked, "r");
	struct mig_text text = {0};
	struct mig_packer packer = {
	    .out = &text,
	    .routine = routine,
	    .message = &routine->reply,
	    .to = "OutP",
	    .size = "msgh_size",
	    .put_part = put_part,
	    .in_place = in_place ? is_in_place : NULL,
	    .put_too_large = put_too_large,
	};

	mig_write_pack_checks(&packer);
	mig_write_pack(&packer);
	if (helpers_out)
		*helpers_out = packer.helpers;
	checked_free(checked);
	return text.bytes;
}

static void
expect_in_place(const char *defs, const char *text)
{
	char *packed = pack(defs, true, NULL);

	assert_string_equal(packed, text);
	free(packed);
}

TEST(fixed_data_in_place_needs_nothing_but_its_pad)
{
	expect_in_place("type short = MACH_MSG_TYPE_INTEGER_16;"
	                "routine r(p : mach_port_t; out x : short;"
	                "    out y : x_t = array[3] of short);",
	    "\tOutP->NDR = NDR_record;\n"
	    "\tmemset(OutP->xPad, 0, sizeof(OutP->xPad));\n"
	    "\tmemset(OutP->yPad, 0, sizeof(OutP->yPad));\n");
}

TEST(a_string_in_place_is_ended)
{
	expect_in_place("routine r(p : mach_port_t; out s : c_string_t ="
	                "    c_string[8]);",
	    "\tOutP->NDR = NDR_record;\n"
	    "\tmig_end_string(OutP->s, 8);\n");
}

TEST(an_array_in_place_gets_its_count_and_its_pad)
{
	expect_in_place(
	    "routine r(p : mach_port_t; out x : x_t = array[*:5] of int);",
	    "\tif (x.COUNT > 5)\n"
	    "\t\tgoto too_large;\n"
	    "\tOutP->NDR = NDR_record;\n"
	    "\tOutP->xCnt = x.COUNT;\n"
	    "\tmsgh_size = mig_append_in_place(OutP, "
	    "offsetof(__Reply__r_t, x),\n"
	    "\t    x.COUNT * 4);\n");
}

TEST(a_variable_string_in_place_is_measured)
{
	expect_in_place("routine r(p : mach_port_t; out s : text_t ="
	                "    c_string[*:30]);",
	    "\tOutP->NDR = NDR_record;\n"
	    "\tmsgh_size = mig_append_string_in_place(OutP,\n"
	    "\t    offsetof(__Reply__r_t, sOffset), 30);\n");
}

TEST(nothing_behind_an_array_is_in_place)
{
	char *text =
	    pack("routine r(p : mach_port_t; out x : x_t = array[*:5] of int;"
	         "    out y : int);",
	        true, NULL);

	scratch_expect_part(
	    text, "mig_append(OutP, msgh_size, y.ADDRESS, sizeof(OutP->y));");
	free(text);
}

TEST(what_is_offered_to_the_server_is_its_limit)
{
	char *text =
	    pack("routine r(p : mach_port_t; out x : x_t = array[*:5] of int,"
	         "    countinout);",
	        false, NULL);

	scratch_expect_part(text, "if (x.COUNT > x.LIMIT)");
	scratch_expect_no_part(text, "x.COUNT > 5");
	free(text);
}

TEST(a_smaller_array_that_shares_a_count_has_its_own_limit)
{
	char *text =
	    pack("routine r(p : mach_port_t; out x : x_t = array[*:5] of int,"
	         "    countinout; out y : x_t = array[*:3] of int, samecount);",
	        false, NULL);

	scratch_expect_part(text, "if (x.COUNT > x.LIMIT)");
	scratch_expect_part(text, "if (x.COUNT > 3)");
	free(text);
}

TEST(what_goes_out_alone_is_not_in_the_request)
{
	struct checked *checked =
	    checked_new("routine r(p : mach_port_t; in x : int; out y : int);");
	const struct mig_routine *routine = checked_routine(checked, "r");
	struct mig_text text = {0};
	struct mig_packer packer = {
	    .out = &text,
	    .routine = routine,
	    .message = &routine->request,
	    .to = "InP",
	    .size = "msgh_size",
	    .put_part = put_part,
	    .put_too_large = put_too_large,
	};

	mig_write_pack(&packer);
	assert_string_equal(text.bytes,
	    "\tInP->NDR = NDR_record;\n"
	    "\tInP->x = x.VALUE;\n");
	mig_text_deinit(&text);
	checked_free(checked);
}

TEST(the_helpers_that_the_text_calls_are_noted)
{
	uint32_t helpers;
	char *text =
	    pack("routine r(p : mach_port_t; out right : mach_port_t);", false,
	        &helpers);

	assert_int_equal(helpers, MIG_HELPER_PORT_DESCRIPTOR);
	free(text);
}

TEST(each_helper_is_a_function_of_its_own)
{
	for (uint32_t bit = 1; bit <= MIG_HELPER_LAST; bit <<= 1) {
		struct mig_text text = {0};

		mig_write_helpers(&text, bit, NULL);
		assert_non_null(text.bytes);
		scratch_expect_part(text.bytes, "mig_internal ");
		mig_text_deinit(&text);
	}
}

/* --- folded lines ---------------------------------------------------------- */

static void
expect_folded(const char *before, const char *after)
{
	struct mig_text text = {0};

	mig_put(&text, "kept, as it is");
	mig_put(&text, "%s", before);
	mig_fold(&text, strlen("kept, as it is"));
	assert_string_equal(text.bytes + strlen("kept, as it is"), after);
	mig_text_deinit(&text);
}

TEST(a_line_of_79_columns_stays_as_it_is)
{
	expect_folded("\tfunction(aaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbb, "
	              "ccccccccccccccccccc);\n",
	    "\tfunction(aaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbb, "
	    "ccccccccccccccccccc);\n");
}

TEST(a_longer_line_is_folded_behind_a_comma)
{
	expect_folded("\tfunction(aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbb, "
	              "ccccccccccccccccccc);\n",
	    "\tfunction(aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbb,\n"
	    "\t    ccccccccccccccccccc);\n");
}

TEST(a_line_is_folded_in_as_few_parentheses_as_can_be)
{
	expect_folded("\tfunction(aaaaaaaaaaaaaaaaaaaaaaaa, another(bbbbbbbbb, "
	              "cccccccccccccccccccc), ddddd);\n",
	    "\tfunction(aaaaaaaaaaaaaaaaaaaaaaaa,\n"
	    "\t    another(bbbbbbbbb, cccccccccccccccccccc), ddddd);\n");
}

TEST(a_line_without_a_comma_is_not_folded)
{
	char line[] =
	    "\taaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = b;\n";

	expect_folded(line, line);
}

TEST(empty_lines_stay_empty)
{
	expect_folded("\ta;\n\n\tb;\n", "\ta;\n\n\tb;\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fixed_data_in_place_needs_nothing_but_its_pad),
	    cmocka_unit_test(a_string_in_place_is_ended),
	    cmocka_unit_test(an_array_in_place_gets_its_count_and_its_pad),
	    cmocka_unit_test(a_variable_string_in_place_is_measured),
	    cmocka_unit_test(nothing_behind_an_array_is_in_place),
	    cmocka_unit_test(what_is_offered_to_the_server_is_its_limit),
	    cmocka_unit_test(
	        a_smaller_array_that_shares_a_count_has_its_own_limit),
	    cmocka_unit_test(what_goes_out_alone_is_not_in_the_request),
	    cmocka_unit_test(the_helpers_that_the_text_calls_are_noted),
	    cmocka_unit_test(each_helper_is_a_function_of_its_own),
	    cmocka_unit_test(a_line_of_79_columns_stays_as_it_is),
	    cmocka_unit_test(a_longer_line_is_folded_behind_a_comma),
	    cmocka_unit_test(a_line_is_folded_in_as_few_parentheses_as_can_be),
	    cmocka_unit_test(a_line_without_a_comma_is_not_folded),
	    cmocka_unit_test(empty_lines_stay_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
