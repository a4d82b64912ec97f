/* Flags of arguments: each row of spec/mig.md 7.3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void
assert_dealloc(const char *x, enum mig_dealloc dealloc, unsigned int warnings)
{
	struct checked *checked;
	const struct mig_argument *argument_x = argument(x, &checked);

	assert_int_equal(argument_x->dealloc, dealloc);
	assert_int_equal(checked->diag.warnings, warnings);
	checked_free(checked);
}

TEST(dealloc_is_for_regions_and_harmless_on_rights)
{
	assert_dealloc("in x : region, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("out x : free, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("in x : two, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("out x : rights, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("in x : mp, dealloc", MIG_DEALLOC_NO, 0);
	assert_dealloc("in x : list, dealloc", MIG_DEALLOC_NO, 1);
}

TEST(dealloc_at_run_time_has_a_flag)
{
	struct checked *checked;

	assert_string_equal(
	    argument("in x : region, dealloc[]", &checked)->dealloc_name,
	    "xDealloc");
	checked_free(checked);
	assert_dealloc("in x : region, dealloc[]", MIG_DEALLOC_RUNTIME, 0);
	assert_dealloc("in x : mp, dealloc[]", MIG_DEALLOC_NO, 1);
}

TEST(dealloc_at_run_time_is_the_strongest)
{
	assert_dealloc(
	    "in x : region, dealloc, dealloc[]", MIG_DEALLOC_RUNTIME, 1);
	assert_dealloc(
	    "in x : region, dealloc[], notdealloc", MIG_DEALLOC_RUNTIME, 1);
}

TEST(notdealloc_cancels_dealloc)
{
	assert_dealloc("in x : region, dealloc, notdealloc", MIG_DEALLOC_NO, 1);
	assert_dealloc("in x : region, notdealloc", MIG_DEALLOC_NO, 0);
}

TEST(dealloc_of_a_copied_right_warns)
{
	assert_warned("routine r(p : mp; out x : mp, dealloc);",
	    "sent as MACH_MSG_TYPE_COPY_SEND");
}

TEST(out_regions_without_dealloc_warn_when_asked)
{
	static const char text[] =
	    "subsystem s 1; type p = MACH_MSG_TYPE_COPY_SEND; type r = "
	    "^array[] "
	    "of int; routine r(a : p; out x : r; out y : r, dealloc);";
	struct mig_options options = {.prefix = ""};
	struct checked *checked = checked_new_with(&options, text);

	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
	options.warn_no_dealloc = true;
	checked = checked_new_with(&options, text);
	assert_int_equal(checked->diag.warnings, 1);
	assert_true(checked_said(checked, "`x` goes out without dealloc"));
	checked_free(checked);
}

TEST(countinout_is_for_variable_inline_out)
{
	struct checked *checked;

	assert_true(
	    argument("out x : list, countinout", &checked)->count_in_out);
	checked_free(checked);
	assert_true(
	    argument("out x : ports, countinout", &checked)->count_in_out);
	checked_free(checked);
	assert_false(
	    argument("in x : list, countinout", &checked)->count_in_out);
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(samecount_chains_share_the_first_count)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : list; in b : ports, samecount; in "
	          "c : list, samecount);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_argument *a = checked_argument(r, "a");

	assert_null(a->count_of);
	assert_ptr_equal(checked_argument(r, "b")->count_of, a);
	assert_ptr_equal(checked_argument(r, "c")->count_of, a);
	assert_string_equal(checked_argument(r, "c")->count_name, "aCnt");
	checked_free(checked);
}

TEST(samecount_shares_the_capacity)
{
	struct checked *checked =
	    check("routine r(p : mp; out a : list, countinout; out b : list, "
	          "samecount);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_argument *b = checked_argument(r, "b");

	assert_true(b->count_in_out);
	assert_ptr_equal(b->request_count, checked_field(&r->request, "aCnt"));
	checked_free(checked);
}

TEST(samecount_needs_a_variable_argument_of_its_direction_before_it)
{
	static const char *const arguments[] = {
	    "out a : list; in x : list, samecount",
	    "in a : fixed; in x : list, samecount",
	    "in a : text; in x : list, samecount",
	    "in a : list; in x : fixed, samecount",
	    "in a : list; in x : text, samecount",
	};

	for (size_t i = 0; i < COUNT_OF(arguments); i++) {
		struct checked *checked;
		const struct mig_argument *x = argument(arguments[i], &checked);

		assert_null(x->count_of);
		assert_true(checked_said(checked, "x: samecount is ignored"));
		checked_free(checked);
	}
}

TEST(physicalcopy_is_for_regions_of_data)
{
	struct checked *checked;

	assert_true(
	    argument("in x : region, physicalcopy", &checked)->physical_copy);
	checked_free(checked);
	assert_false(
	    argument("in x : rights, physicalcopy", &checked)->physical_copy);
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(overwrite_is_obsolete)
{
	assert_warned("routine r(p : mp; out x : region, overwrite);",
	    "overwrite is ignored: it is obsolete");
}

TEST(const_is_for_arrays_and_strings_that_go_in)
{
	static const char *const good[] = {
	    "in x : list, const", "in x : text, const", "in x : name, const"};
	static const char *const bad[] = {
	    "in x : int, const", "out x : list, const"};
	struct checked *checked;

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(argument(good[i], &checked)->is_const);
		checked_free(checked);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(argument(bad[i], &checked)->is_const);
		assert_int_equal(checked->diag.warnings, 1);
		checked_free(checked);
	}
}

TEST(auto_is_for_regions_of_data_that_go_in)
{
	static const char *const bad[] = {"out x : region, auto",
	    "in x : list, auto", "in x : rights, auto", "in x : free, auto"};
	struct checked *checked;

	assert_true(argument("in x : region, auto", &checked)->is_auto);
	checked_free(checked);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(argument(bad[i], &checked)->is_auto);
		assert_int_equal(checked->diag.warnings, 1);
		checked_free(checked);
	}
}

TEST(retcode_is_for_one_way_routines)
{
	assert_refused("routine r(p : mp; in a : mp; in x : int, retcode);",
	    "retcode is for a simpleroutine");
	assert_refused("simpleroutine r(p : mp; in a : mp; in x : int, "
	               "retcode; in y : int, retcode);",
	    "`r` has a second retcode, `y`");
	assert_warned("simpleroutine r(p : mp; in x : int, retcode);",
	    "sends neither rights nor memory");
}

TEST(flags_of_gnu_are_ignored_without_a_word)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : region, servercopy, islong; in b : "
	          "int, isnotlong);");

	assert_non_null(checked->interface);
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

TEST(a_flag_given_twice_warns)
{
	assert_warned("routine r(p : mp; in x : list, const, const);",
	    "x: const is ignored: it is given twice");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dealloc_is_for_regions_and_harmless_on_rights),
	    cmocka_unit_test(dealloc_at_run_time_has_a_flag),
	    cmocka_unit_test(dealloc_at_run_time_is_the_strongest),
	    cmocka_unit_test(notdealloc_cancels_dealloc),
	    cmocka_unit_test(dealloc_of_a_copied_right_warns),
	    cmocka_unit_test(out_regions_without_dealloc_warn_when_asked),
	    cmocka_unit_test(countinout_is_for_variable_inline_out),
	    cmocka_unit_test(samecount_chains_share_the_first_count),
	    cmocka_unit_test(samecount_shares_the_capacity),
	    cmocka_unit_test(
	        samecount_needs_a_variable_argument_of_its_direction_before_it),
	    cmocka_unit_test(physicalcopy_is_for_regions_of_data),
	    cmocka_unit_test(overwrite_is_obsolete),
	    cmocka_unit_test(const_is_for_arrays_and_strings_that_go_in),
	    cmocka_unit_test(auto_is_for_regions_of_data_that_go_in),
	    cmocka_unit_test(retcode_is_for_one_way_routines),
	    cmocka_unit_test(flags_of_gnu_are_ignored_without_a_word),
	    cmocka_unit_test(a_flag_given_twice_warns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
