/* Tickets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "lane_clock.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define ROUNDS 2000

static void
check_order(enum lane_clock clock)
{
	uint64_t last = lane_clock_read(clock);

	assert_true(last > 0);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t ticket;

		lane_clock_pass(clock, last);
		ticket = lane_clock_read(clock);
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
		ticket = lane_clock_read(turns->clock);
		turns->wrong += ticket <= turns->ticket;
		turns->ticket = ticket;
		lane_clock_pass(turns->clock, ticket);
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
	    cmocka_unit_test(
	        tickets_order_what_two_threads_do_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
