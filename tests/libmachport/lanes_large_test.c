/* Which large rings are needed: by a clock of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "lanes_large.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static time_t now_s;

int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	(void)clock;
	*time_out = (struct timespec){.tv_sec = now_s};
	return 0;
}

static const struct lane_message small = {.body_bytes = 60000};
static const struct lane_message large = {.body_bytes = 44,
    .has_regions = true,
    .region_bytes = 1u << 20};

static struct lanes_out
out_with(uint32_t ring_bytes)
{
	struct lanes_out out = {.lane.sizes.ring_bytes = ring_bytes};

	now_s = 1000;
	lanes_large_begin(&out);
	return out;
}

/* Of @count small messages, is the ring idle after any? */
static bool
is_idle_after(struct lanes_out *out, unsigned count)
{
	bool is_idle = false;

	for (unsigned i = 0; i < count; i++)
		is_idle |= lanes_large_is_idle(out, &small);
	return is_idle;
}

TEST(a_large_ring_by_which_small_messages_go_is_idle_after_ten_seconds)
{
	struct lanes_out out = out_with(LANE_RING_MAX);

	now_s += 9;
	assert_false(is_idle_after(&out, 1000));
	now_s += 1;
	assert_true(is_idle_after(&out, 64));
}

TEST(a_large_message_keeps_it)
{
	struct lanes_out out = out_with(LANE_RING_MAX);

	now_s += 9;
	assert_false(lanes_large_is_idle(&out, &large));
	now_s += 9;
	assert_false(is_idle_after(&out, 1000));
}

TEST(the_clock_is_not_looked_at_with_each_message)
{
	struct lanes_out out = out_with(LANE_RING_MAX);

	now_s += 100;
	assert_false(is_idle_after(&out, 63));
	assert_true(is_idle_after(&out, 1));
}

TEST(a_usual_ring_is_never_idle)
{
	struct lanes_out out = out_with(LANE_RING_PLAIN);

	now_s += 100;
	assert_false(is_idle_after(&out, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_large_ring_by_which_small_messages_go_is_idle_after_ten_seconds),
	    cmocka_unit_test(a_large_message_keeps_it),
	    cmocka_unit_test(the_clock_is_not_looked_at_with_each_message),
	    cmocka_unit_test(a_usual_ring_is_never_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
