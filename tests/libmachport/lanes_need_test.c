/* How who sleeps is to be woken: with fake ports, and lanes of which the test reads what is
 * told. */
#include "lanes_need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane_fake.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* PORT in SET, with a lane to it, and replies by another. */
static struct fake_in *in;
static struct fake_out *out;
static struct lanes_port *port;
static struct lanes_port *set;

static int
setup(void **state)
{
	const struct wire_lane_set of = {SET, SET_INDEX};

	(void)fake_board_setup(state);
	in = fake_new_in(1);
	out = fake_new_out(2);
	port = fake_post(PORT, PORT_INDEX, in, &of, 1);
	set = lanes_port_find(SET);
	assert_true(lanes_port_add_out(PORT_INDEX, PORT, &out->out, 2));
	fake_issue(out, 1, 3);
	return 0;
}

static int
teardown(void **state)
{
	fake_free_in(in);
	fake_free_out(out);
	return fake_board_teardown(state);
}

static void
expect_told(bool joins, enum lane_waiting message, enum lane_waiting reply)
{
	lanes_need_tell(port, joins);
	assert_int_equal(in->in.lane.mine->wait, message);
	assert_int_equal(out->out.lane.mine->slot_wait[1], reply);
}

TEST(who_sends_to_where_nobody_sleeps_wakes_nobody)
{
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_RUN);
	expect_told(false, LANE_RUN, LANE_RUN);
}

TEST(one_who_sleeps_alone_is_woken_by_all_words)
{
	port->sleepers[LANE_FUTEX] = 1;
	expect_told(true, LANE_FUTEX, LANE_FUTEX);
}

TEST(who_sleeps_already_does_not_sleep_on_the_words_of_later_slots)
{
	port->sleepers[LANE_FUTEX] = 1;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	expect_told(false, LANE_FUTEX, LANE_KICK);
}

TEST(of_two_who_sleep_the_kernel_wakes_for_replies)
{
	port->sleepers[LANE_FUTEX] = 2;
	expect_told(true, LANE_FUTEX, LANE_KICK);
}

TEST(who_sleeps_for_a_set_is_woken_for_its_members)
{
	set->sleepers[LANE_FUTEX] = 1;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	expect_told(true, LANE_FUTEX, LANE_FUTEX);
	port->sleepers[LANE_FUTEX] = 1;
	expect_told(true, LANE_FUTEX, LANE_KICK);
}

TEST(one_who_sleeps_in_the_kernel_is_woken_by_it)
{
	port->sleepers[LANE_FUTEX] = 1;
	set->sleepers[LANE_KICK] = 1;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	expect_told(true, LANE_KICK, LANE_KICK);
}

TEST(a_descriptor_is_rung_by_the_kernel)
{
	port->watched = true;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	expect_told(false, LANE_KICK, LANE_KICK);
}

TEST(a_descriptor_of_a_set_is_rung_by_the_kernel)
{
	set->watched = true;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX), LANE_KICK);
	expect_told(false, LANE_KICK, LANE_KICK);
}

TEST(a_descriptor_of_a_port_in_no_set_is_rung_by_the_kernel)
{
	struct fake_in *other = fake_new_in(3);
	struct lanes_port *alone =
	    fake_post(PORT + 0x100, PORT_INDEX + 1, other, NULL, 0);

	assert_int_equal(lanes_need_of_reply(PORT_INDEX + 1), LANE_RUN);
	alone->watched = true;
	assert_int_equal(lanes_need_of_reply(PORT_INDEX + 1), LANE_KICK);
	fake_free_in(other);
}

#define NEED_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    NEED_TEST(who_sends_to_where_nobody_sleeps_wakes_nobody),
	    NEED_TEST(one_who_sleeps_alone_is_woken_by_all_words),
	    NEED_TEST(
	        who_sleeps_already_does_not_sleep_on_the_words_of_later_slots),
	    NEED_TEST(of_two_who_sleep_the_kernel_wakes_for_replies),
	    NEED_TEST(who_sleeps_for_a_set_is_woken_for_its_members),
	    NEED_TEST(one_who_sleeps_in_the_kernel_is_woken_by_it),
	    NEED_TEST(a_descriptor_is_rung_by_the_kernel),
	    NEED_TEST(a_descriptor_of_a_set_is_rung_by_the_kernel),
	    NEED_TEST(a_descriptor_of_a_port_in_no_set_is_rung_by_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
