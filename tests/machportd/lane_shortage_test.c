/*
 * No memory while a lane opens: each allocation fails once. Each call is answered, and
 * nothing is left of a lane that did not come to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base_alloc.h"
#include "inside_lane.h"
#include "ipc_space.h"
#include "task.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static void
try_to_open(void)
{
	bool failed = true;
	kern_return_t kr = KERN_FAILURE;

	for (uint64_t nth = 1; failed; nth++) {
		uint32_t lane;
		uint32_t told;

		inside_lane_begin();
		base_alloc_fail_at(nth);
		(void)inside_lane_call(
		    &inside_a, WIRE_LANE_BOARD, NULL, 0, -1, &told);
		kr = inside_lane_open(&lane);
		(void)inside_lane_say(&inside_b, WIRE_LANE_CLOSE, lane);
		(void)inside_lane_say(&inside_a, WIRE_LANE_FORGET, lane);
		(void)inside_lane_say(&inside_b, WIRE_LANE_FORGET, lane);
		failed = base_alloc_has_failed();
		base_alloc_fail_at(0);
		ipc_check();
		inside_lane_end();
	}
	assert_int_equal(kr, KERN_SUCCESS);
}

TEST(a_lane_that_lacks_memory_does_not_open) { try_to_open(); }

TEST(a_lane_for_regions_that_lacks_memory_does_not_open) { try_to_open(); }

/* The answers with files, for which there is no budget. */
TEST(a_lane_whose_answers_cannot_be_sent_does_not_open)
{
	uint32_t *most =
	    &inside_server.budget.limits.user_resources[USER_FILES];
	const uint32_t before = *most;
	uint32_t lane;
	uint32_t told;

	inside_lane_begin();
	*most = 0;
	assert_int_equal(
	    inside_lane_call(&inside_a, WIRE_LANE_BOARD, NULL, 0, -1, &told),
	    KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(
	    inside_lane_call(&inside_a, WIRE_LANE_BOARD, NULL, 0, -1, &told),
	    KERN_SUCCESS);
	assert_int_equal(inside_lane_offer(&lane), KERN_SUCCESS);
	(void)inside_lane_call(&inside_b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	*most = 0;
	assert_int_equal(inside_lane_accept(lane), KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(inside_lane_say(&inside_b, WIRE_LANE_SYNC, lane),
	    KERN_INVALID_NAME);
	assert_int_equal(inside_lane_offer(&lane), KERN_SUCCESS);
	(void)inside_lane_call(&inside_b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	assert_int_equal(inside_lane_accept(lane), KERN_SUCCESS);
	assert_int_equal(
	    inside_lane_say(&inside_b, WIRE_LANE_READY, lane), KERN_SUCCESS);
	*most = 0;
	assert_int_equal(inside_lane_say(&inside_a, WIRE_LANE_JOIN, lane),
	    KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(inside_lane_say(&inside_a, WIRE_LANE_SYNC, lane),
	    KERN_INVALID_NAME);
	inside_lane_end();
}

/* Nobody makes another keep a board, and its descriptor, without a lane. */
TEST(an_offer_beyond_the_budget_leaves_no_board)
{
	const struct task_lanes *lanes;
	struct ipc_account *account;
	struct ipc_charge limits;
	uint32_t lane;

	inside_lane_begin();
	lanes = &inside_b.conn->task->lanes;
	account = inside_a.conn->task->kern->space->account;
	limits = account->limits;
	assert_int_equal(
	    inside_lane_call(&inside_a, WIRE_LANE_BOARD, NULL, 0, -1, &lane),
	    KERN_SUCCESS);
	account->limits.messages = 0;
	assert_int_equal(inside_lane_offer(&lane), KERN_RESOURCE_SHORTAGE);
	account->limits = limits;
	assert_null(lanes->board);
	assert_int_equal(lanes->board_file, -1);
	inside_lane_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    INSIDE_LANE_CASE(a_lane_that_lacks_memory_does_not_open),
	    INSIDE_LANE_LARGE_CASE(
	        a_lane_for_regions_that_lacks_memory_does_not_open),
	    INSIDE_LANE_CASE(a_lane_whose_answers_cannot_be_sent_does_not_open),
	    INSIDE_LANE_CASE(an_offer_beyond_the_budget_leaves_no_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
