/* Tickets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lane_clock.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define ROUNDS 2000

/* What Linux's file about its clock says; NULL: what it does. */
static const char *clock_source;
static bool has_no_file;

FILE *
fopen(const char *path, const char *mode)
{
	if (has_no_file)
		return NULL;
	if (clock_source)
		return fmemopen(
		    (void *)(uintptr_t)clock_source, strlen(clock_source), "r");
	return fdopen(open(path, O_RDONLY | O_CLOEXEC), mode);
}

static enum lane_clock
find_by(const char *source)
{
	enum lane_clock clock;

	clock_source = source;
	clock = lane_clock_find();
	clock_source = NULL;
	return clock;
}

static void
check_order(enum lane_clock clock)
{
	uint64_t last = 0;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t ticket;

		ticket = lane_clock_ticket(clock);
		assert_true(ticket > last);
		last = ticket;
	}
}

TEST(what_comes_later_has_the_later_ticket)
{
	check_order(LANE_CLOCK_MONOTONIC);
	if (lane_clock_find() == LANE_CLOCK_COUNTER)
		check_order(LANE_CLOCK_COUNTER);
}

TEST(the_clock_found_is_the_same_each_time)
{
	assert_int_equal(lane_clock_find(), lane_clock_find());
}

TEST(the_counter_is_a_clock_where_linux_trusts_it)
{
#if defined(__x86_64__)
	assert_int_equal(find_by("tsc\n"), LANE_CLOCK_COUNTER);
	assert_int_equal(find_by("arch_sys_counter\n"), LANE_CLOCK_MONOTONIC);
#elif defined(__aarch64__)
	assert_int_equal(find_by("tsc\n"), LANE_CLOCK_MONOTONIC);
	assert_int_equal(find_by("arch_sys_counter\n"), LANE_CLOCK_COUNTER);
#endif
	assert_int_equal(find_by("tsc-early\n"), LANE_CLOCK_MONOTONIC);
	assert_int_equal(find_by("kvm-clock\n"), LANE_CLOCK_MONOTONIC);
}

TEST(a_clock_that_moves_with_the_timer_interrupt_is_none)
{
	assert_int_equal(find_by("jiffies\n"), LANE_CLOCK_NONE);
	assert_int_equal(find_by("refined-jiffies\n"), LANE_CLOCK_NONE);
}

TEST(where_linux_does_not_tell_its_clock_is_asked)
{
	assert_int_equal(find_by(""), LANE_CLOCK_MONOTONIC);
	has_no_file = true;
	assert_int_equal(lane_clock_find(), LANE_CLOCK_MONOTONIC);
	has_no_file = false;
}

/* Two threads hand a turn to each other; each takes a ticket in its own. */
struct turns {
	enum lane_clock clock;
	_Atomic uint32_t turn;
	uint64_t ticket; /* whose turn it is */
	uint32_t wrong;
};

static void
take_turns(struct turns *turns, uint32_t parity)
{
	for (uint32_t i = parity; i < ROUNDS; i += 2) {
		uint64_t ticket;

		while (atomic_load(&turns->turn) != i)
			;
		ticket = lane_clock_ticket(turns->clock);
		turns->wrong += ticket <= turns->ticket;
		turns->ticket = ticket;
		atomic_store(&turns->turn, i + 1);
	}
}

static void *
odd_turns(void *of)
{
	take_turns(of, 1);
	return NULL;
}

TEST(tickets_order_what_two_threads_do_one_after_the_other)
{
	const enum lane_clock clock = lane_clock_find();
	struct turns turns = {
	    .clock = clock == LANE_CLOCK_NONE ? LANE_CLOCK_MONOTONIC : clock};
	pthread_t other;

	assert_int_equal(pthread_create(&other, NULL, odd_turns, &turns), 0);
	take_turns(&turns, 0);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_int_equal(turns.wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_later_has_the_later_ticket),
	    cmocka_unit_test(the_clock_found_is_the_same_each_time),
	    cmocka_unit_test(the_counter_is_a_clock_where_linux_trusts_it),
	    cmocka_unit_test(
	        a_clock_that_moves_with_the_timer_interrupt_is_none),
	    cmocka_unit_test(where_linux_does_not_tell_its_clock_is_asked),
	    cmocka_unit_test(
	        tickets_order_what_two_threads_do_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
