/* Files of /proc, true and made up. */
#include "proc.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(ones_own_stat_tells_ones_parent_and_policy)
{
	char text[1024];
	struct proc_stat stat;

	assert_true(proc_read(getpid(), "stat", text, sizeof(text)));
	assert_true(proc_stat_parse(text, PROC_STAT_POLICY, &stat));
	assert_int_equal(stat.fields[PROC_STAT_STATE], 'R');
	assert_int_equal(stat.fields[PROC_STAT_PARENT], getppid());
	assert_int_equal(stat.fields[PROC_STAT_THREADS], 1);
	assert_int_equal(stat.fields[PROC_STAT_POLICY], sched_getscheduler(0));
}

TEST(the_name_of_a_program_may_be_anything)
{
	struct proc_stat stat;

	assert_true(proc_stat_parse(
	    "7 (a) S 9 ) Z (b) R 42 1", PROC_STAT_PARENT, &stat));
	assert_string_equal(stat.name, "a) S 9 ) Z (b");
	assert_int_equal(stat.fields[PROC_STAT_STATE], 'R');
	assert_int_equal(stat.fields[PROC_STAT_PARENT], 42);
}

TEST(a_negative_field_is_one)
{
	struct proc_stat stat;

	assert_true(proc_stat_parse("7 (a) S -3", PROC_STAT_PARENT, &stat));
	assert_int_equal((int64_t)stat.fields[PROC_STAT_PARENT], -3);
}

TEST(a_stat_that_is_cut_short_is_none)
{
	struct proc_stat stat;

	assert_false(proc_stat_parse("", PROC_STAT_STATE, &stat));
	assert_false(proc_stat_parse("7 (a", PROC_STAT_STATE, &stat));
	assert_false(proc_stat_parse(")7 (", PROC_STAT_STATE, &stat));
	assert_false(proc_stat_parse("7 (a)", PROC_STAT_STATE, &stat));
	assert_false(proc_stat_parse("7 (a) S", PROC_STAT_PARENT, &stat));
}

TEST(a_name_that_is_too_long_is_cut)
{
	char text[128] = "7 (";
	struct proc_stat stat;

	memset(text + 3, 'x', 80);
	memcpy(text + 83, ") S 1", sizeof(") S 1"));
	assert_true(proc_stat_parse(text, PROC_STAT_PARENT, &stat));
	assert_int_equal(strlen(stat.name), sizeof(stat.name) - 1);
}

TEST(ones_own_status_tells_ones_user)
{
	char text[4096];
	uint64_t uid;

	assert_true(proc_read(getpid(), "status", text, sizeof(text)));
	assert_true(proc_status_number(text, "Uid", 1, &uid));
	assert_int_equal(uid, geteuid());
}

TEST(a_key_is_found_at_the_begin_of_a_line_only)
{
	const char *status = "Name:\tUid:\t7\nXUid:\t8\nUid:\t1 2\n";
	uint64_t number;

	assert_true(proc_status_number(status, "Uid", 1, &number));
	assert_int_equal(number, 2);
	assert_false(proc_status_number(status, "Uid", 2, &number));
	assert_false(proc_status_number(status, "Gid", 0, &number));
	assert_false(proc_status_number(status, "Name", 0, &number));
}

TEST(a_process_that_is_none_has_no_files)
{
	char text[64];

	assert_false(proc_read(0x7fffffff, "stat", text, sizeof(text)));
	assert_true(proc_read(0, "loadavg", text, sizeof(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ones_own_stat_tells_ones_parent_and_policy),
	    cmocka_unit_test(the_name_of_a_program_may_be_anything),
	    cmocka_unit_test(a_negative_field_is_one),
	    cmocka_unit_test(a_stat_that_is_cut_short_is_none),
	    cmocka_unit_test(a_name_that_is_too_long_is_cut),
	    cmocka_unit_test(ones_own_status_tells_ones_user),
	    cmocka_unit_test(a_key_is_found_at_the_begin_of_a_line_only),
	    cmocka_unit_test(a_process_that_is_none_has_no_files),
	};

	return cmocka_run_group_tests_name("proc", tests, NULL, NULL);
}
