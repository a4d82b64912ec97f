/* Who is to be woken for a lane, and how, and who sleeps: fake lanes, without a kernel. */
#include "lanes_sleep.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_fake.h"
#include "lanes_need.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(those_who_send_are_told_how_to_wake)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 2, 1);
	assert_int_equal(in->in.lane.mine->wait, LANE_RUN);
	port->sleepers[LANE_FUTEX]++;
	lanes_need_tell(port, true);
	assert_int_equal(in->in.lane.mine->wait, LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[1], LANE_RUN);
	port->sleepers[LANE_KICK]++;
	lanes_need_tell(port, true);
	assert_int_equal(in->in.lane.mine->wait, LANE_KICK);
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(a_lane_that_comes_while_somebody_sleeps_is_told)
{
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, one, NULL, 0);

	port->sleepers[LANE_FUTEX]++;
	(void)fake_post(PORT, PORT_INDEX, two, NULL, 0);
	assert_int_equal(two->in.lane.mine->wait, LANE_FUTEX);
	fake_free_in(one);
	fake_free_in(two);
}

/* They may not sleep on the word of a slot. */
TEST(those_who_reply_to_sleepers_of_before_have_the_kernel_ring)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 2, 1);
	port->sleepers[LANE_FUTEX]++;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	lanes_need_tell(port, false);
	assert_int_equal(in->in.lane.mine->wait, LANE_FUTEX);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_KICK);
	port->sleepers[LANE_FUTEX]++;
	lanes_need_tell(port, true);
	assert_int_equal(out->out.lane.mine->slot_wait[2], LANE_KICK);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(who_sleeps_on_a_set_is_to_be_woken_by_its_members)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, &set, 1);

	lanes_port_find(SET)->sleepers[LANE_FUTEX]++;
	assert_int_equal(lanes_need_of(port), LANE_FUTEX);
	fake_free_in(in);
}

/* Until @deadline, for what never comes. */
static enum lanes_slept
sleep_until(struct lanes_port *port, struct timespec deadline)
{
	const struct msg_call call =
	    fake_call_with(MACH_RCV_TIMEOUT, sizeof(fake_message));
	struct lanes_wait wait = {
	    .port = port,
	    .name = port->name,
	    .call = &call,
	    .timed = true,
	    .deadline = deadline,
	    .bell = port->board->bell,
	};

	return lanes_sleep(&wait);
}

TEST(who_has_slept_need_not_be_woken)
{
	const struct timespec past = {.tv_nsec = 1};
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);

	assert_int_equal(sleep_until(port, past), LANES_TIME_OVER);
	assert_int_equal(in->in.lane.mine->wait, LANE_RUN);
	assert_int_equal(port->sleepers[LANE_FUTEX], 0);
	fake_free_in(in);
}

/* Shorter than after what a sleeper looks for itself whether there is a kernel. */
#define GUARD_S 4

static void *
sleep_for_long(void *port)
{
	struct timespec deadline;

	(void)clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += GUARD_S;
	return sleep_until(port, deadline) == LANES_TIME_OVER ? "not woken"
	                                                      : NULL;
}

/* How many sleep on the position of @mark. Linux tells how many were moved to where they
 * are. */
static long
count_asleep(lane_mark_t *mark)
{
	return syscall(SYS_futex, mark, FUTEX_CMP_REQUEUE, 0, (void *)INT_MAX,
	    mark, lane_position(*mark));
}

/* lane_set.pml: BATON */
TEST(who_takes_one_message_of_several_wakes_another_for_the_next)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	const struct lanes_wait wait = {.port = port, .name = PORT};
	pthread_t thread;
	void *failure;

	assert_int_equal(
	    pthread_create(&thread, NULL, sleep_for_long, port), 0);
	while (count_asleep(&in->sender->tail) == 0)
		(void)sched_yield();
	/* Sent, and nobody woken for it. */
	fake_put(in, 7, 100, 0, 0);
	lanes_pass_on(&wait);
	assert_int_equal(pthread_join(thread, &failure), 0);
	assert_null(failure);
	fake_free_in(in);
}

TEST(whether_there_is_anything_is_seen_without_taking_it)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, &set, 1);

	assert_false(lanes_has_any(port, PORT));
	assert_false(lanes_has_any(lanes_port_find(SET), SET));
	fake_put(in, 1, 1, 0, 0);
	assert_true(lanes_has_any(port, PORT));
	assert_true(lanes_has_any(lanes_port_find(SET), SET));
	fake_expect_taken(port, 0, 1);
	assert_false(lanes_has_any(port, PORT));
	fake_board->port[SET_INDEX].oldest = 7;
	assert_true(lanes_has_any(lanes_port_find(SET), SET));
	fake_free_in(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(those_who_send_are_told_how_to_wake),
	    BOARD_TEST(a_lane_that_comes_while_somebody_sleeps_is_told),
	    BOARD_TEST(
	        those_who_reply_to_sleepers_of_before_have_the_kernel_ring),
	    BOARD_TEST(who_sleeps_on_a_set_is_to_be_woken_by_its_members),
	    BOARD_TEST(who_has_slept_need_not_be_woken),
	    BOARD_TEST(
	        who_takes_one_message_of_several_wakes_another_for_the_next),
	    BOARD_TEST(whether_there_is_anything_is_seen_without_taking_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
