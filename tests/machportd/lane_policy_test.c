/* Which lanes are idle, and go. */
#include "lane_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <unistd.h>

#include "inside_lane.h"
#include "ipc_space.h"
#include "lane_memory.h"
#include "lane_ring.h"
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

/* May there be another such lane, with a ring of @ring_bytes? */
static kern_return_t
admit(const struct lane *lane, uint32_t ring_bytes)
{
	const struct lane_sizes sizes = {.ring_bytes = ring_bytes};

	return lane_policy_admit(
	    inside_a.conn->task, inside_b.conn->task, lane->ipc.port, &sizes);
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

	table->live_count += LANE_ALL_MAX;
	assert_int_equal(admit(lane, LANE_RING_MIN), KERN_RESOURCE_SHORTAGE);
	look();
	/* It has just moved. */
	assert_int_equal(admit(lane, LANE_RING_MIN), KERN_RESOURCE_SHORTAGE);
	lane->moved_ns = 0;
	assert_int_equal(admit(lane, LANE_RING_MIN), KERN_SUCCESS);
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	table->live_count -= LANE_ALL_MAX;
	inside_lane_end();
}

/* Somebody else's task asks, who has @lanes, where there are as many as there may be. */
static kern_return_t
ask_as_other(const struct lane *lane, unsigned lanes)
{
	struct lane_table *table = &inside_server.lanes;
	struct task *from = inside_a.conn->task;
	struct user *own = from->process->user;
	struct user *other = user_get(&inside_server.budget, getuid() + 1);
	kern_return_t kr;

	assert_non_null(other);
	other->lanes = lanes;
	from->process->user = other;
	table->live_count += LANE_ALL_MAX;
	kr = admit(lane, LANE_RING_MIN);
	table->live_count -= LANE_ALL_MAX;
	from->process->user = own;
	other->lanes = 0;
	(void)user_unref(other);
	return kr;
}

TEST(who_has_many_more_lanes_than_another_makes_way)
{
	struct lane *lane = open_lane();
	struct user *user = lane->from.user;

	assert_int_equal(user->lanes, 1);
	user->lanes += 20;
	assert_int_equal(ask_as_other(lane, 10), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	assert_int_equal(ask_as_other(lane, 9), KERN_SUCCESS);
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	user->lanes -= 20;
	assert_int_equal(user->lanes, 0);
	inside_lane_end();
}

TEST(who_finds_too_many_lanes_looks_at_them)
{
	struct lane *lane = open_lane();
	struct task *from = inside_a.conn->task;

	from->lanes.out_count += LANE_BOARD_LANES;
	lane->moved_ns = 0;
	assert_false(lane->looked);
	assert_int_equal(admit(lane, LANE_RING_MIN), KERN_RESOURCE_SHORTAGE);
	assert_true(lane->looked);
	assert_true(lane->moved_ns > 0);
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	/* A while later it has not moved: it goes, and the next has room. */
	lane->moved_ns = 0;
	assert_int_equal(admit(lane, LANE_RING_MIN), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	from->lanes.out_count -= LANE_BOARD_LANES;
	inside_lane_end();
}

/* What an offer is answered @ago_ns after the first of @count others. Who runs this may be
 * late: then it did not come in that time, and comes again. */
static kern_return_t
offer_after(const struct lane *lane, unsigned count, uint64_t ago_ns)
{
	struct user_offers *offers = &lane->from.user->offers;
	kern_return_t kr;
	uint64_t now;
	uint32_t id;

	do {
		now = clock_now_ns();
		*offers = (struct user_offers){now - ago_ns, count, 0};
		kr = inside_lane_offer(&id);
		if (kr == KERN_SUCCESS)
			(void)inside_lane_say(&inside_a, WIRE_LANE_FORGET, id);
	} while (clock_now_ns() - now > 50 * CLOCK_NS_PER_MS);
	return kr;
}

TEST(offers_that_come_too_often_are_for_later_and_not_too_large)
{
	struct lane *lane = open_lane();
	const uint64_t ms = CLOCK_NS_PER_MS;

	(void)inside_lane_say(&inside_a, WIRE_LANE_CLOSE, lane->id);
	assert_int_equal(
	    offer_after(lane, LANE_OFFERS_OWN - 1, 0), KERN_SUCCESS);
	assert_int_equal(offer_after(lane, LANE_OFFERS_OWN, 0), KERN_FAILURE);
	assert_int_equal(
	    offer_after(lane, LANE_OFFERS_OWN, 49 * ms), KERN_FAILURE);
	assert_int_equal(
	    offer_after(lane, LANE_OFFERS_OWN, 101 * ms), KERN_SUCCESS);
	inside_lane_end();
}

TEST(the_rings_for_regions_of_a_task_have_a_limit)
{
	struct lane *lane = open_lane();
	struct task_lanes *lanes = &lane->from.task->lanes;

	lanes->large_bytes = LANE_TASK_LARGE_BYTES - LANE_RING_MAX;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_SUCCESS);
	lanes->large_bytes++;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(admit(lane, LANE_RING_MAX / 2), KERN_SUCCESS);
	lanes->large_bytes = LANE_TASK_LARGE_BYTES;
	assert_int_equal(
	    admit(lane, LANE_RING_PLAIN * 2), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(admit(lane, LANE_RING_PLAIN), KERN_SUCCESS);
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	lanes->large_bytes = 0;
	inside_lane_end();
}

TEST(the_rings_for_regions_of_a_user_have_a_limit)
{
	struct lane *lane = open_lane();
	struct user *user = lane->from.user;

	user->lane_large_bytes = LANE_USER_LARGE_BYTES - LANE_RING_MAX;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_SUCCESS);
	user->lane_large_bytes++;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(admit(lane, LANE_RING_PLAIN), KERN_SUCCESS);
	user->lane_large_bytes = 0;
	inside_lane_end();
}

TEST(a_ring_for_regions_counts_as_long_as_a_message_has_it)
{
	struct lane *lane = open_lane();
	struct user *user = lane->from.user;
	struct lane_view view = {.sizes = {.ring_bytes = LANE_RING_MAX}};
	const size_t bytes = lane_sender_bytes(&view.sizes);
	struct ipc_charge nothing = {0};
	struct ipc_ring *ring;
	void *memory;
	int file;

	assert_int_equal(lane_memory_new("ring", bytes, &memory, &file), 0);
	ring = lane_ring_new(file, &view, user);
	assert_non_null(ring);
	assert_int_equal(user->lane_large_bytes, LANE_RING_MAX);
	(void)ipc_ring_keep(ring, NULL, 0, &nothing); /* a message's */
	(void)ipc_ring_unref(ring);
	assert_int_equal(user->lane_large_bytes, LANE_RING_MAX);
	(void)ipc_ring_unref(ring);
	assert_int_equal(user->lane_large_bytes, 0);
	lane_memory_unmap(memory, bytes);
	(void)close(file);
	inside_lane_end();
}

TEST(an_idle_ring_for_regions_makes_way_where_there_are_too_many)
{
	struct lane *lane = open_lane();
	struct task_lanes *lanes = &lane->from.task->lanes;
	uint32_t *ring_bytes = &lane->ipc.view.sizes.ring_bytes;

	look();
	lane->moved_ns = 0;
	lane->from.user->lane_large_bytes = LANE_TASK_LARGE_BYTES;
	lanes->large_bytes = LANE_TASK_LARGE_BYTES;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(lane->ipc.state, IPC_LANE_OPEN);
	/* As if it were one. */
	*ring_bytes = LANE_RING_MAX;
	assert_int_equal(admit(lane, LANE_RING_MAX), KERN_SUCCESS);
	*ring_bytes = LANE_RING_MIN;
	assert_int_equal(lane->ipc.state, IPC_LANE_CLOSED);
	assert_int_equal(
	    lanes->large_bytes, LANE_TASK_LARGE_BYTES - LANE_RING_MAX);
	lane->from.user->lane_large_bytes = 0;
	lanes->large_bytes = 0;
	inside_lane_end();
}

/* A task with that id, as far as it takes to be shunned. */
static bool
shuns(struct task *task, uint32_t id, bool from_now)
{
	struct ipc_space space = {.id.number = id};
	struct kern_task kern = {.space = &space};
	const struct task peer = {.kern = &kern};

	if (from_now)
		task_lanes_shun(task, &peer);
	return task_lanes_shuns(task, &peer);
}

TEST(many_liars_do_not_keep_a_task_from_lanes_with_others)
{
	struct lane *lane = open_lane();
	struct task *task = lane->to.task;

	for (uint32_t id = 1001; id <= 1000 + TASK_SHUNNED_MAX + 1; id++) {
		assert_true(shuns(task, id, true));
		assert_true(shuns(task, id, true));
	}
	assert_false(task_lanes_shuns(task, lane->from.task));
	assert_false(shuns(task, 1001, false));
	assert_true(shuns(task, 1002, false));
	inside_lane_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    INSIDE_LANE_CASE(a_lane_that_was_idle_for_long_closes),
	    INSIDE_LANE_CASE(a_lane_that_has_moved_stays),
	    INSIDE_LANE_CASE(an_idle_lane_makes_way_where_there_are_too_many),
	    INSIDE_LANE_CASE(who_has_many_more_lanes_than_another_makes_way),
	    INSIDE_LANE_CASE(who_finds_too_many_lanes_looks_at_them),
	    INSIDE_LANE_CASE(
	        offers_that_come_too_often_are_for_later_and_not_too_large),
	    INSIDE_LANE_CASE(the_rings_for_regions_of_a_task_have_a_limit),
	    INSIDE_LANE_CASE(the_rings_for_regions_of_a_user_have_a_limit),
	    INSIDE_LANE_CASE(
	        a_ring_for_regions_counts_as_long_as_a_message_has_it),
	    INSIDE_LANE_CASE(
	        an_idle_ring_for_regions_makes_way_where_there_are_too_many),
	    INSIDE_LANE_CASE(
	        many_liars_do_not_keep_a_task_from_lanes_with_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
