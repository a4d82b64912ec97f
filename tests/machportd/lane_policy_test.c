/* Which lanes are idle, and go. */
#include "lane_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "inside_lane.h"
#include "task.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* As its timer does. */
static void
look(void)
{
	struct kern_timer *timer = &inside_server.lanes.look;

	kern_timer_disarm(timer);
	timer->fire(timer);
	server_settle(&inside_server, UINT_MAX);
}

/* An open lane of new tasks. */
static struct lane *
open_lane(void)
{
	uint32_t id;

	inside_lane_begin();
	assert_int_equal(
	    inside_lane_call(&inside_a, WIRE_LANE_BOARD, NULL, 0, -1, &id),
	    KERN_SUCCESS);
	assert_int_equal(inside_lane_open(&id), KERN_SUCCESS);
	return lane_find_any(&inside_server.lanes, id);
}

TEST(a_lane_that_was_idle_for_long_closes)
{
	struct lane *lane = open_lane();

	look();
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	look();
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	lane->moved_ns = 0;
	look();
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	assert_int_equal(inside_server.lanes.live_count, 0);
	inside_lane_end();
}

TEST(a_lane_that_has_moved_stays)
{
	struct lane *lane = open_lane();

	look();
	/* As if it had been at another place then. */
	lane->tail = 32;
	lane->moved_ns = 0;
	look();
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	assert_true(lane->moved_ns > 0);
	inside_lane_end();
}

TEST(an_idle_lane_makes_way_where_there_are_too_many)
{
	struct lane *lane = open_lane();
	struct lane_table *table = &inside_server.lanes;
	struct task *from = inside_a.conn->task;
	struct task *to = inside_b.conn->task;

	table->live_count += LANE_ALL_MAX;
	assert_int_equal(lane_policy_admit(from, to, lane->ipc.port),
	    KERN_RESOURCE_SHORTAGE);
	look();
	assert_int_equal(
	    lane_policy_admit(from, to, lane->ipc.port), KERN_SUCCESS);
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	table->live_count -= LANE_ALL_MAX;
	inside_lane_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    INSIDE_LANE_CASE(a_lane_that_was_idle_for_long_closes),
	    INSIDE_LANE_CASE(a_lane_that_has_moved_stays),
	    INSIDE_LANE_CASE(an_idle_lane_makes_way_where_there_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
