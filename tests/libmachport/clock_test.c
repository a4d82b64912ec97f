/* Clocks as programs see them. */
#include <mach/clock.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

#include <mach/mach_host.h>
#include <mach/mach_time.h>

#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define MS 1000000

static clock_serv_t
find_clock(clock_id_t id)
{
	clock_serv_t clock = MACH_PORT_NULL;

	CHECK_EQ(
	    host_get_clock_service(mach_host_self(), id, &clock), KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(clock));
	return clock;
}

static uint64_t
ns_of(mach_timespec_t time)
{
	return (uint64_t)(time.tv_sec * NSEC_PER_SEC) + (uint64_t)time.tv_nsec;
}

static void
read_clocks(void)
{
	uint64_t before = mach_absolute_time();
	time_t seconds = time(NULL);
	mach_msg_type_number_t attribute_count = 1;
	mach_timespec_t now;
	clock_serv_t clock;
	int ns = 0;

	CHECK_EQ(clock_get_time(find_clock(SYSTEM_CLOCK), &now), KERN_SUCCESS);
	CHECK(ns_of(now) >= before && ns_of(now) <= mach_absolute_time());
	CHECK_EQ(
	    clock_get_time(find_clock(CALENDAR_CLOCK), &now), KERN_SUCCESS);
	CHECK(now.tv_sec >= (unsigned)seconds &&
	    now.tv_sec <= (unsigned)time(NULL) + 1);
	CHECK_EQ(clock_get_attributes(find_clock(SYSTEM_CLOCK),
	             CLOCK_GET_TIME_RES, &ns, &attribute_count),
	    KERN_SUCCESS);
	CHECK_EQ(ns, 1);
	CHECK_EQ(host_get_clock_service(mach_host_self(), 7, &clock),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(clock_get_time(0xabc3, &now), MACH_SEND_INVALID_DEST);
}

TEST(clocks_tell_the_time) { program_run(read_clocks); }

static void
sleep_by(mach_port_t clock)
{
	const uint64_t begin = mach_absolute_time();
	mach_timespec_t woken = {0, 0};

	CHECK_EQ(clock_sleep(clock, TIME_RELATIVE, (mach_timespec_t){0, 3 * MS},
	             &woken),
	    KERN_SUCCESS);
	CHECK(mach_absolute_time() - begin >= UINT64_C(3) * MS);
	CHECK(woken.tv_sec != 0 || woken.tv_nsec != 0);
	CHECK_EQ(
	    clock_sleep(clock, TIME_ABSOLUTE, (mach_timespec_t){0, 1}, NULL),
	    KERN_SUCCESS);
	CHECK_EQ(clock_sleep(clock, 2, (mach_timespec_t){0, 1}, &woken),
	    KERN_INVALID_VALUE);
	CHECK_EQ(
	    clock_sleep(clock, TIME_RELATIVE, (mach_timespec_t){0, -1}, &woken),
	    KERN_INVALID_VALUE);
}

static void
sleep_by_all(void)
{
	mach_timespec_t now;

	sleep_by(find_clock(SYSTEM_CLOCK));
	sleep_by(find_clock(CALENDAR_CLOCK));
	CHECK_EQ(clock_sleep(mach_task_self(), TIME_RELATIVE,
	             (mach_timespec_t){0, 1}, &now),
	    KERN_INVALID_ARGUMENT);
}

TEST(a_thread_sleeps_by_a_clock) { program_run(sleep_by_all); }

/* Without a kernel. */
TEST(a_thread_sleeps_without_a_clock) { sleep_by(MACH_PORT_NULL); }

static void
on_signal(int number)
{
	(void)number;
}

TEST(a_signal_handler_ends_a_sleep_without_a_clock)
{
	const struct itimerval every = {{0, 1000}, {0, 1000}};
	const struct itimerval never = {{0, 0}, {0, 0}};
	mach_timespec_t woken;

	assert_true(signal(SIGALRM, on_signal) != SIG_ERR);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_int_equal(clock_sleep(MACH_PORT_NULL, TIME_RELATIVE,
	                     (mach_timespec_t){60, 0}, &woken),
	    KERN_ABORTED);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

static void
set_alarm(void)
{
	clock_serv_t clock = find_clock(SYSTEM_CLOCK);
	const mach_timespec_t time = {0, MS};

	CHECK_EQ(clock_alarm(clock, TIME_RELATIVE, time, MACH_PORT_NULL),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQ(clock_alarm(clock, TIME_RELATIVE, time, 0xabc3),
	    MACH_SEND_INVALID_RIGHT);
}

TEST(an_alarm_needs_a_port) { program_run(set_alarm); }

TEST(times_are_added_and_compared)
{
	mach_timespec_t time = {1, 600000000};
	const mach_timespec_t more = {2, 500000000};

	assert_true(CMP_MACH_TIMESPEC(&time, &more) < 0);
	ADD_MACH_TIMESPEC(&time, &more);
	assert_int_equal(time.tv_sec, 4);
	assert_int_equal(time.tv_nsec, 100000000);
	assert_true(CMP_MACH_TIMESPEC(&time, &more) > 0);
	SUB_MACH_TIMESPEC(&time, &more);
	assert_int_equal(time.tv_sec, 1);
	assert_int_equal(time.tv_nsec, 600000000);
	assert_false(BAD_MACH_TIMESPEC(&time));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clocks_tell_the_time),
	    cmocka_unit_test(a_thread_sleeps_by_a_clock),
	    cmocka_unit_test(a_thread_sleeps_without_a_clock),
	    cmocka_unit_test(a_signal_handler_ends_a_sleep_without_a_clock),
	    cmocka_unit_test(an_alarm_needs_a_port),
	    cmocka_unit_test(times_are_added_and_compared),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
