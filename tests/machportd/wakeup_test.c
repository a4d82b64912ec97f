/* When the event loop wakes. */
#include "wakeup.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define LONG_MS 60000

static struct wakeup wakeup;

static int
setup(void **state)
{
	(void)state;
	return wakeup_init(&wakeup);
}

static int
teardown(void **state)
{
	(void)state;
	wakeup_deinit(&wakeup);
	return 0;
}

static uint64_t
after_ms(uint64_t ms)
{
	return clock_now_ns() + ms * CLOCK_NS_PER_MS;
}

/* Does it wake who waits for @ms? Then it is not set any more. */
static bool
wakes_within(int ms)
{
	struct pollfd event = {.fd = wakeup.fd, .events = POLLIN};

	if (poll(&event, 1, ms) != 1)
		return false;
	wakeup.source.ready(&wakeup.source);
	return true;
}

TEST(what_is_not_set_wakes_nobody)
{
	wakeup_set(&wakeup, WAKEUP_NEVER);
	assert_false(wakes_within(1));
}

TEST(it_wakes_when_the_time_has_come)
{
	const uint64_t at = after_ms(2);

	wakeup_set(&wakeup, at);
	assert_true(wakes_within(LONG_MS));
	assert_true(clock_now_ns() >= at);
	assert_false(wakes_within(1));
}

TEST(a_time_that_is_past_has_come)
{
	wakeup_set(&wakeup, 0);
	assert_true(wakes_within(LONG_MS));
	wakeup_set(&wakeup, 1);
	assert_true(wakes_within(LONG_MS));
}

TEST(an_earlier_time_comes_earlier)
{
	wakeup_set(&wakeup, after_ms(LONG_MS));
	wakeup_set(&wakeup, after_ms(1));
	assert_true(wakes_within(LONG_MS / 2));
}

TEST(a_later_time_leaves_what_was_set)
{
	wakeup_set(&wakeup, after_ms(1));
	wakeup_set(&wakeup, after_ms(LONG_MS));
	assert_true(wakes_within(LONG_MS / 2));
}

TEST(when_it_has_woken_a_later_time_is_set)
{
	wakeup_set(&wakeup, after_ms(1));
	assert_true(wakes_within(LONG_MS));
	wakeup_set(&wakeup, after_ms(2));
	assert_true(wakes_within(LONG_MS));
}

TEST(what_is_set_anew_while_it_is_ready_stays_set)
{
	struct pollfd event = {.fd = wakeup.fd, .events = POLLIN};
	const uint64_t at = after_ms(2);

	wakeup_set(&wakeup, at);
	assert_int_equal(poll(&event, 1, LONG_MS), 1);
	wakeup_set(&wakeup, at - 1);
	assert_true(wakes_within(LONG_MS));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(what_is_not_set_wakes_nobody),
	    CASE(it_wakes_when_the_time_has_come),
	    CASE(a_time_that_is_past_has_come),
	    CASE(an_earlier_time_comes_earlier),
	    CASE(a_later_time_leaves_what_was_set),
	    CASE(when_it_has_woken_a_later_time_is_set),
	    CASE(what_is_set_anew_while_it_is_ready_stays_set),
	};

	return cmocka_run_group_tests_name("wakeup", tests, NULL, NULL);
}
