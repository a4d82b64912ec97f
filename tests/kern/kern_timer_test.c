/* Timers: in order, and never early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base_alloc.h"
#include "base_list.h"
#include "kern_timer.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT 200

struct alarm {
	struct kern_timer timer;
	bool fired;
};

static struct alarm alarms[COUNT];
static uint64_t now_ns;
static uint64_t last_ns;

static void
fire(struct kern_timer *timer)
{
	assert_true(now_ns >= timer->deadline_ns);
	assert_true(timer->deadline_ns >= last_ns);
	assert_int_equal(timer->place, 0);
	last_ns = timer->deadline_ns;
	CONTAINER_OF(timer, struct alarm, timer)->fired = true;
}

static int
setup(void **state)
{
	(void)state;
	now_ns = 1000;
	last_ns = 0;
	for (unsigned i = 0; i < COUNT; i++) {
		alarms[i] = (struct alarm){.timer = {.fire = fire}};
		assert_true(kern_timer_reserve());
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		kern_timer_unreserve();
	assert_int_equal(base_alloc_live(), 0);
	return 0;
}

/* Time passes. */
static void
expire_at(uint64_t ns)
{
	now_ns = ns;
	kern_timer_expire(ns, COUNT);
}

static unsigned
fired_count(void)
{
	unsigned fired = 0;

	for (unsigned i = 0; i < COUNT; i++)
		fired += alarms[i].fired;
	return fired;
}

TEST(nothing_is_next_when_nothing_is_armed)
{
	assert_true(kern_timer_next() == UINT64_MAX);
	expire_at(UINT64_MAX);
	assert_int_equal(fired_count(), 0);
}

TEST(a_timer_whose_deadline_is_now_fires)
{
	kern_timer_arm(&alarms[0].timer, now_ns);
	expire_at(now_ns);
	assert_true(alarms[0].fired);
}

TEST(a_timer_whose_deadline_has_passed_fires)
{
	kern_timer_arm(&alarms[0].timer, 0);
	expire_at(now_ns);
	assert_true(alarms[0].fired);
}

TEST(a_timer_does_not_fire_before_its_deadline)
{
	kern_timer_arm(&alarms[0].timer, 2000);
	expire_at(1999);
	assert_false(alarms[0].fired);
	expire_at(2000);
	assert_true(alarms[0].fired);
}

TEST(timers_fire_in_the_order_of_their_deadlines)
{
	for (unsigned i = 0; i < COUNT; i++)
		kern_timer_arm(&alarms[i].timer, 1000 + (i * 37) % 20);
	while (kern_timer_next() != UINT64_MAX)
		expire_at(kern_timer_next());
	assert_int_equal(fired_count(), COUNT);
}

TEST(no_more_timers_fire_than_were_asked_for)
{
	for (unsigned i = 0; i < COUNT; i++)
		kern_timer_arm(&alarms[i].timer, now_ns);
	kern_timer_expire(now_ns, 0);
	assert_int_equal(fired_count(), 0);
	kern_timer_expire(now_ns, 64);
	assert_int_equal(fired_count(), 64);
	assert_true(kern_timer_next() <= now_ns);
	kern_timer_expire(now_ns, COUNT);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(a_timer_that_was_disarmed_does_not_fire)
{
	for (unsigned i = 0; i < COUNT; i++)
		kern_timer_arm(&alarms[i].timer, 1000 + (i * 53) % 10);
	for (unsigned i = 0; i < COUNT; i += 3)
		kern_timer_disarm(&alarms[i].timer);
	kern_timer_disarm(&alarms[0].timer); /* harmless */
	expire_at(UINT64_MAX);
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
		struct kern_timer *timer = &alarms[next_number() % COUNT].timer;

		if (timer->place)
			kern_timer_disarm(timer);
		else
			kern_timer_arm(timer, next_number() % 5000);
		least = UINT64_MAX;
		for (unsigned i = 0; i < COUNT; i++)
			if (alarms[i].timer.place &&
			    alarms[i].timer.deadline_ns < least)
				least = alarms[i].timer.deadline_ns;
		assert_true(kern_timer_next() == least);
	}
	for (unsigned i = 0; i < COUNT; i++)
		kern_timer_disarm(&alarms[i].timer);
}

TEST(a_place_for_which_there_is_no_memory_is_not_reserved)
{
	unsigned more = 0;

	base_alloc_fail_at(1);
	while (kern_timer_reserve())
		more++;
	base_alloc_fail_at(0);
	while (more-- > 0)
		kern_timer_unreserve();
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_is_next_when_nothing_is_armed),
	    CASE(a_timer_whose_deadline_is_now_fires),
	    CASE(a_timer_whose_deadline_has_passed_fires),
	    CASE(a_timer_does_not_fire_before_its_deadline),
	    CASE(timers_fire_in_the_order_of_their_deadlines),
	    CASE(no_more_timers_fire_than_were_asked_for),
	    CASE(a_timer_that_was_disarmed_does_not_fire),
	    CASE(the_next_deadline_is_always_the_least),
	    CASE(a_place_for_which_there_is_no_memory_is_not_reserved),
	};

	return cmocka_run_group_tests_name("kern_timer", tests, NULL, NULL);
}
