/* Timers: in order, and never early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base_alloc.h"
#include "base_list.h"
#include "timer.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT 200

struct alarm {
	struct timer timer;
	bool fired;
};

static struct timers timers;
static struct alarm alarms[COUNT];
static uint64_t last_ns;

static void
fire(struct timer *timer)
{
	assert_true(timer_now() >= timer->deadline_ns);
	assert_true(timer->deadline_ns >= last_ns);
	assert_int_equal(timer->place, 0);
	last_ns = timer->deadline_ns;
	CONTAINER_OF(timer, struct alarm, timer)->fired = true;
}

static int
setup(void **state)
{
	(void)state;
	last_ns = 0;
	timers_init(&timers);
	for (unsigned i = 0; i < COUNT; i++) {
		alarms[i] = (struct alarm){.timer = {.fire = fire}};
		assert_true(timers_reserve(&timers));
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		timers_unreserve(&timers);
	timers_deinit(&timers);
	assert_int_equal(base_alloc_live(), 0);
	return 0;
}

/* Look at nothing but the clock until the nearest deadline. */
static void
wait_for_next(void)
{
	const uint64_t ns = timers_next(&timers);
	const uint64_t second = 1000 * TIMER_NS_PER_MS;
	const struct timespec deadline = {
	    (time_t)(ns / second), (long)(ns % second)};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL);
	timers_expire(&timers, COUNT);
}

TEST(nothing_is_next_when_nothing_is_armed)
{
	assert_true(timers_next(&timers) == UINT64_MAX);
	timers_expire(&timers, COUNT);
}

TEST(a_timer_of_no_time_fires_at_once)
{
	timer_arm(&timers, &alarms[0].timer, 0);
	timers_expire(&timers, COUNT);
	assert_true(alarms[0].fired);
}

TEST(a_timer_does_not_fire_before_its_deadline)
{
	uint64_t begin = timer_now();

	timer_arm(&timers, &alarms[0].timer, 5);
	timers_expire(&timers, COUNT);
	while (!alarms[0].fired)
		wait_for_next();
	assert_true(timer_now() - begin >= 5 * TIMER_NS_PER_MS);
}

TEST(the_longest_time_is_no_overflow)
{
	timer_arm(&timers, &alarms[0].timer, UINT32_MAX);
	assert_true(alarms[0].timer.deadline_ns - timer_now() >
	    UINT64_C(4294967000) * TIMER_NS_PER_MS);
	timer_disarm(&timers, &alarms[0].timer);
}

TEST(timers_fire_in_the_order_of_their_deadlines)
{
	for (unsigned i = 0; i < COUNT; i++)
		timer_arm(&timers, &alarms[i].timer, (i * 37) % 20);
	while (timers_next(&timers) != UINT64_MAX)
		wait_for_next();
	for (unsigned i = 0; i < COUNT; i++)
		assert_true(alarms[i].fired);
}

TEST(no_more_timers_fire_than_were_asked_for)
{
	unsigned fired = 0;

	for (unsigned i = 0; i < COUNT; i++)
		timer_arm(&timers, &alarms[i].timer, 0);
	timers_expire(&timers, 0);
	assert_int_equal(timers.count, COUNT);
	timers_expire(&timers, 64);
	for (unsigned i = 0; i < COUNT; i++)
		fired += alarms[i].fired;
	assert_int_equal(fired, 64);
	assert_true(timers_next(&timers) <= timer_now());
	timers_expire(&timers, COUNT);
	assert_int_equal(timers.count, 0);
}

TEST(a_timer_that_was_disarmed_does_not_fire)
{
	for (unsigned i = 0; i < COUNT; i++)
		timer_arm(&timers, &alarms[i].timer, (i * 53) % 10);
	for (unsigned i = 0; i < COUNT; i += 3)
		timer_disarm(&timers, &alarms[i].timer);
	timer_disarm(&timers, &alarms[0].timer); /* harmless */
	while (timers_next(&timers) != UINT64_MAX)
		wait_for_next();
	for (unsigned i = 0; i < COUNT; i++)
		assert_int_equal(alarms[i].fired, i % 3 != 0);
}

/* Numbers without much order, the same in each run. */
static uint32_t
next_number(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

TEST(the_next_deadline_is_always_the_least)
{
	uint64_t least;

	for (unsigned step = 0; step < 20000; step++) {
		struct timer *timer = &alarms[next_number() % COUNT].timer;

		if (timer->place)
			timer_disarm(&timers, timer);
		else
			timer_arm(&timers, timer, 1000 + next_number() % 5000);
		least = UINT64_MAX;
		for (unsigned i = 0; i < COUNT; i++)
			if (alarms[i].timer.place &&
			    alarms[i].timer.deadline_ns < least)
				least = alarms[i].timer.deadline_ns;
		assert_true(timers_next(&timers) == least);
	}
	for (unsigned i = 0; i < COUNT; i++)
		timer_disarm(&timers, &alarms[i].timer);
}

TEST(a_place_for_which_there_is_no_memory_is_not_reserved)
{
	size_t reserved = timers.reserved;

	base_alloc_fail_at(1);
	while (timers_reserve(&timers))
		;
	base_alloc_fail_at(0);
	while (timers.reserved > reserved)
		timers_unreserve(&timers);
	assert_int_equal(timers.reserved, reserved);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_is_next_when_nothing_is_armed),
	    CASE(a_timer_of_no_time_fires_at_once),
	    CASE(a_timer_does_not_fire_before_its_deadline),
	    CASE(the_longest_time_is_no_overflow),
	    CASE(timers_fire_in_the_order_of_their_deadlines),
	    CASE(no_more_timers_fire_than_were_asked_for),
	    CASE(a_timer_that_was_disarmed_does_not_fire),
	    CASE(the_next_deadline_is_always_the_least),
	    CASE(a_place_for_which_there_is_no_memory_is_not_reserved),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
