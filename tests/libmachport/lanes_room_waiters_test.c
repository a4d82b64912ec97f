/* Those who wait for room in a lane, and what the peer is told of them. */
#include "lanes_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane_fake.h"
#include "lane_sleep.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* One more sleeps for room where @others do, and wakes at once, since a message was taken
 * meanwhile. What the peer is told then. */
static uint32_t
wake_beside(uint32_t others)
{
	const struct msg_call call = {.option = MACH_SEND_MSG};
	struct lanes_patience patience = {.call = &call};
	struct fake_out *fake = fake_new_out(1);
	struct lanes_out *out = &fake->out;
	const bool locked = lanes_lock_take(&out->lock);
	uint32_t told;

	assert_true(locked);
	fake_board->lane[1].limit = 5;
	fake_board->lane[1].whole = 1;
	out->lane.limit = 5;
	out->lane.tail = lane_mark(5 * LANE_ALIGN, 5);
	fake->receiver->head = lane_mark(LANE_ALIGN, 1);
	out->waiters = others;
	assert_int_equal(lanes_room_wait(out, &patience), LANES_ROOM_MAYBE);
	assert_int_equal(out->waiters, others);
	lanes_lock_give(&out->lock);
	told = out->lane.mine->space_wait;
	fake_free_out(fake);
	return told;
}

TEST(the_last_who_wakes_wants_nobody_woken)
{
	assert_int_equal(wake_beside(0), LANE_RUN);
}

TEST(others_who_sleep_have_been_woken_as_well)
{
	assert_int_equal(wake_beside(1), 1);
	assert_int_equal(wake_beside(LANE_WAKE_MANY - 1), 1);
}

/* The peer wakes so many for one number. */
TEST(where_more_sleep_than_are_woken_the_rest_is_told_anew)
{
	assert_int_equal(wake_beside(LANE_WAKE_MANY), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(the_last_who_wakes_wants_nobody_woken),
	    BOARD_TEST(others_who_sleep_have_been_woken_as_well),
	    BOARD_TEST(where_more_sleep_than_are_woken_the_rest_is_told_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
