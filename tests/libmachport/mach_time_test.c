/* The time of the machine. No kernel is needed for it. */
#include <mach/mach_time.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define MS UINT64_C(1000000)

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	assert_int_equal(clock_gettime(clock, &now), 0);
	return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

TEST(the_units_of_time_are_nanoseconds)
{
	mach_timebase_info_data_t info = {0};

	assert_int_equal(mach_timebase_info(&info), KERN_SUCCESS);
	assert_int_equal(info.numer, 1);
	assert_int_equal(info.denom, 1);
}

TEST(absolute_time_is_the_monotonic_clock)
{
	uint64_t before = clock_ns(CLOCK_MONOTONIC);
	uint64_t time = mach_absolute_time();

	assert_in_range(time, before, clock_ns(CLOCK_MONOTONIC));
}

TEST(continuous_time_is_the_clock_that_counts_suspension)
{
	uint64_t before = clock_ns(CLOCK_BOOTTIME);
	uint64_t time = mach_continuous_time();
	uint64_t approximate = mach_continuous_approximate_time();

	assert_in_range(time, before, clock_ns(CLOCK_BOOTTIME));
	assert_in_range(approximate, time, clock_ns(CLOCK_BOOTTIME));
}

TEST(approximate_time_is_never_ahead)
{
	uint64_t before = clock_ns(CLOCK_MONOTONIC_COARSE);
	uint64_t time = mach_approximate_time();

	assert_in_range(time, before, mach_absolute_time());
}

TEST(all_times_are_told_of_one_moment)
{
	uint64_t before = mach_absolute_time();
	uint64_t absolute = 0;
	uint64_t continuous = 0;
	struct timespec now = {0};

	assert_int_equal(
	    mach_get_times(&absolute, &continuous, &now), KERN_SUCCESS);
	assert_in_range(absolute, before, mach_absolute_time());
	assert_true(continuous != 0 && continuous <= mach_continuous_time());
	/* Not time(): its clock is a tick behind. */
	assert_in_range(
	    now.tv_sec, 1, (time_t)(clock_ns(CLOCK_REALTIME) / 1000000000));
}

TEST(times_that_are_not_wanted_are_not_told)
{
	uint64_t absolute = 0;

	assert_int_equal(mach_get_times(NULL, NULL, NULL), KERN_SUCCESS);
	assert_int_equal(mach_get_times(&absolute, NULL, NULL), KERN_SUCCESS);
	assert_true(absolute != 0);
}

TEST(a_wait_ends_not_before_its_deadline)
{
	uint64_t deadline = mach_absolute_time() + 3 * MS;

	assert_int_equal(mach_wait_until(deadline), KERN_SUCCESS);
	assert_true(mach_absolute_time() >= deadline);
}

TEST(a_deadline_that_has_passed_is_not_waited_for)
{
	assert_int_equal(mach_wait_until(0), KERN_SUCCESS);
	assert_int_equal(mach_wait_until(mach_absolute_time()), KERN_SUCCESS);
}

static void
on_signal(int number)
{
	(void)number;
}

TEST(a_signal_handler_ends_a_wait)
{
	/* Again and again: one before the wait has begun is no signal for it. */
	const struct itimerval every = {{0, 1000}, {0, 1000}};
	const struct itimerval never = {{0, 0}, {0, 0}};

	assert_true(signal(SIGALRM, on_signal) != SIG_ERR);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_int_equal(
	    mach_wait_until(mach_absolute_time() + 60000 * MS), KERN_ABORTED);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

/* The longest wait is not cut short, nor taken for one that has passed. */
TEST(a_deadline_beyond_all_clocks_is_waited_for)
{
	const struct itimerval every = {{0, 1000}, {0, 1000}};
	const struct itimerval never = {{0, 0}, {0, 0}};

	assert_true(signal(SIGALRM, on_signal) != SIG_ERR);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_int_equal(mach_wait_until(UINT64_MAX), KERN_ABORTED);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_units_of_time_are_nanoseconds),
	    cmocka_unit_test(absolute_time_is_the_monotonic_clock),
	    cmocka_unit_test(
	        continuous_time_is_the_clock_that_counts_suspension),
	    cmocka_unit_test(approximate_time_is_never_ahead),
	    cmocka_unit_test(all_times_are_told_of_one_moment),
	    cmocka_unit_test(times_that_are_not_wanted_are_not_told),
	    cmocka_unit_test(a_wait_ends_not_before_its_deadline),
	    cmocka_unit_test(a_deadline_that_has_passed_is_not_waited_for),
	    cmocka_unit_test(a_signal_handler_ends_a_wait),
	    cmocka_unit_test(a_deadline_beyond_all_clocks_is_waited_for),
	};

	return cmocka_run_group_tests_name("mach_time", tests, NULL, NULL);
}
