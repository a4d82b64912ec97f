/* Which names are sent to so much that a lane would pay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lanes_heat.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Each test has a name of its own: nothing is forgotten. */
static const struct lanes_want one = {.name = 0x103, .body_bytes = 4};

/* Messages to @name from @at_ms on, so many a millisecond; the first at which a lane is
 * wanted, counted from 1, or 0. */
static unsigned
send_many(
    mach_port_name_t name, unsigned count, uint64_t at_ms, unsigned for_each_ms)
{
	for (unsigned i = 0; i < count; i++) {
		struct lanes_want want = one;

		want.name = name;
		if (lanes_heat_sent(&want, false, at_ms + i / for_each_ms))
			return i + 1;
	}
	return 0;
}

TEST(thirty_two_messages_at_once_are_enough)
{
	assert_int_equal(send_many(0x1003, 100, 5000, 100), 32);
}

TEST(slow_messages_never_are)
{
	assert_int_equal(send_many(0x1103, 31, 5000, 100), 0);
	assert_int_equal(send_many(0x1103, 31, 5200, 100), 0);
}

TEST(each_close_doubles_what_is_enough)
{
	lanes_heat_closed(0x1203, 5000);
	assert_int_equal(send_many(0x1203, 100, 5000, 1000), 64);
	for (int i = 0; i < 20; i++)
		lanes_heat_closed(0x1203, 5000);
	assert_int_equal(send_many(0x1203, 10000, 5200, 10000), 4096);
}

TEST(each_quiet_second_halves_it)
{
	lanes_heat_closed(0x1303, 5000);
	lanes_heat_closed(0x1303, 5000);
	assert_int_equal(send_many(0x1303, 200, 6100, 1000), 64);
	assert_int_equal(send_many(0x1303, 200, 7200, 1000), 32);
}

TEST(each_of_several_quiet_seconds_halves_it)
{
	for (int i = 0; i < 3; i++)
		lanes_heat_closed(0x1803, 5000);
	assert_int_equal(send_many(0x1803, 300, 7100, 1000), 64);
}

TEST(a_close_doubles_what_quiet_seconds_have_left)
{
	lanes_heat_closed(0x1903, 5000);
	lanes_heat_closed(0x1903, 5000);
	lanes_heat_closed(0x1903, 8000);
	assert_int_equal(send_many(0x1903, 300, 8000, 1000), 64);
}

/* The clock by which messages are counted is some milliseconds late. */
TEST(a_close_is_not_forgotten_for_a_clock_that_is_late)
{
	assert_int_equal(send_many(0x1703, 1, 5000, 1), 0);
	lanes_heat_closed(0x1703, 6003);
	assert_int_equal(send_many(0x1703, 100, 6000, 1000), 64);
}

TEST(what_was_refused_is_not_asked_for_again_soon)
{
	struct lanes_want want = {.name = 0x1403};

	lanes_heat_refused(0x1403, 5000, 1000);
	assert_false(lanes_heat_sent(&want, true, 5999));
	assert_true(lanes_heat_sent(&want, true, 6000));
}

/* When is @name asked for again that could have no lane at @at_ms? */
static uint64_t
ask_again(mach_port_name_t name, uint64_t at_ms)
{
	struct lanes_want want = {.name = name};
	uint64_t now_ms = at_ms;

	lanes_heat_impossible(name, at_ms);
	while (!lanes_heat_sent(&want, true, now_ms))
		now_ms += 500;
	return now_ms - at_ms;
}

TEST(what_cannot_be_is_asked_for_less_and_less_often)
{
	assert_int_equal(ask_again(0x1a03, 5000), 1000);
	assert_int_equal(ask_again(0x1a03, 7000), 2000);
	assert_int_equal(ask_again(0x1a03, 10000), 4000);
	for (int i = 0; i < 20; i++)
		(void)ask_again(0x1a03, 20000);
	assert_int_equal(ask_again(0x1a03, 200000), 64000);
}

TEST(after_an_offer_that_could_be_it_is_asked_for_soon_again)
{
	assert_int_equal(ask_again(0x1b03, 5000), 1000);
	assert_int_equal(ask_again(0x1b03, 7000), 2000);
	lanes_heat_possible(0x1b03);
	assert_int_equal(ask_again(0x1b03, 10000), 1000);
}

TEST(a_lane_is_wanted_for_the_largest_message_and_for_replies)
{
	struct lanes_want want = {.name = 0x1503, .body_bytes = 900};

	(void)lanes_heat_sent(&want, false, 5000);
	want = (struct lanes_want){.name = 0x1503, .replies = true};
	(void)lanes_heat_sent(&want, false, 5000);
	want = (struct lanes_want){.name = 0x1503, .body_bytes = 10};
	(void)lanes_heat_sent(&want, false, 5000);
	assert_int_equal(want.body_bytes, 900);
	assert_true(want.replies);
}

TEST(a_reply_port_counts_when_it_is_used_again)
{
	assert_false(lanes_heat_replies(0x1603));
	assert_true(lanes_heat_replies(0x1603));
	assert_false(lanes_heat_replies(0x1607));
}

TEST(a_slot_holds_a_reply_as_large_as_the_largest_request)
{
	struct lanes_want want = {.body_bytes = 4064, .replies = true};

	assert_int_equal(lanes_sizes(&want).slot_bytes, 4096);
	want.body_bytes = 4068;
	assert_int_equal(lanes_sizes(&want).slot_bytes, 16384);
	assert_int_equal(lanes_sizes(&want).ring_bytes, 32768);
}

TEST(a_ring_holds_four_of_the_largest_message)
{
	struct lanes_want want = {.body_bytes = 100};
	struct lane_sizes sizes = lanes_sizes(&want);

	assert_int_equal(sizes.ring_bytes, 32768);
	assert_int_equal(sizes.slots, 0);
	assert_true(lane_sizes_check(&sizes));
	want = (struct lanes_want){.body_bytes = 30000, .replies = true};
	sizes = lanes_sizes(&want);
	assert_int_equal(sizes.ring_bytes, 131072);
	assert_int_equal(sizes.slot_bytes, 16384);
	assert_true(lane_sizes_check(&sizes));
	want.body_bytes = UINT32_MAX;
	sizes = lanes_sizes(&want);
	assert_int_equal(sizes.ring_bytes, LANE_RING_PLAIN);
	assert_true(lane_sizes_check(&sizes));
}

/* --- large regions ------------------------------------------------------------ */

#define LARGE (1u << 20)

/* Messages to @name at @at_ms, of which one in @one_in is large, until a lane is wanted: the
 * bytes that it is wanted for; 0: none is. */
static uint32_t
send_mixed(mach_port_name_t name, unsigned count, unsigned one_in, bool always,
    uint64_t at_ms)
{
	for (unsigned i = 1; i <= count; i++) {
		struct lanes_want want = {
		    .name = name,
		    .body_bytes = 44,
		    .all_bytes = i % one_in == 0 ? LARGE : 0,
		};

		if (lanes_heat_sent(&want, always, at_ms))
			return want.all_bytes > 0 ? want.all_bytes
			                          : want.body_bytes;
	}
	return 0;
}

TEST(a_large_ring_is_wanted_where_half_of_what_went_by_trap_is_large)
{
	assert_int_equal(send_mixed(0x2003, 32, 1, false, 5000), LARGE);
	assert_int_equal(send_mixed(0x2103, 32, 2, false, 5000), LARGE);
	assert_int_equal(send_mixed(0x2203, 32, 3, false, 5000), 44);
}

TEST(it_stays_wanted_until_there_is_one)
{
	assert_int_equal(send_mixed(0x2303, 32, 1, false, 5000), LARGE);
	assert_int_equal(send_mixed(0x2303, 32, 40, false, 5200), LARGE);
	assert_int_equal(send_mixed(0x2303, 32, 40, false, 14900), LARGE);
	assert_int_equal(send_mixed(0x2303, 32, 40, false, 15100), 44);
}

TEST(seldom_large_ones_want_none)
{
	for (uint64_t ms = 5000; ms < 9000; ms += 100)
		assert_int_equal(send_mixed(0x2403, 31, 1, false, ms), 0);
}

TEST(where_it_needs_not_be_much_one_large_message_is_enough)
{
	assert_int_equal(send_mixed(0x2503, 1, 1, true, 5000), LARGE);
}

TEST(after_a_refusal_large_messages_want_nothing_for_a_while)
{
	lanes_heat_refused_large(0x2603, 5000);
	assert_int_equal(send_mixed(0x2603, 100, 1, true, 5000), 0);
	assert_int_equal(send_mixed(0x2603, 64, 2, false, 5100), 44);
	assert_int_equal(send_mixed(0x2603, 32, 1, false, 15000), LARGE);
}

TEST(regions_that_a_usual_ring_holds_are_as_other_messages)
{
	struct lanes_want want = {.name = 0x2703, .all_bytes = 50000};

	(void)lanes_heat_sent(&want, false, 5000);
	want = (struct lanes_want){.name = 0x2703};
	(void)lanes_heat_sent(&want, false, 50000);
	assert_int_equal(want.all_bytes, 50000);
	assert_int_equal(want.body_bytes, 0);
}

TEST(a_large_ring_holds_two_of_the_largest_message)
{
	struct lanes_want want = {
	    .body_bytes = 44, .all_bytes = LARGE + 48, .replies = true};
	struct lane_sizes sizes = lanes_sizes(&want);

	assert_int_equal(sizes.ring_bytes, LANE_RING_MAX);
	assert_int_equal(sizes.slot_bytes, 4096);
	assert_true(lane_sizes_check(&sizes));
	want.all_bytes = LANE_RING_PLAIN / 4 + 100;
	assert_int_equal(lanes_sizes(&want).ring_bytes, 2 * LANE_RING_PLAIN);
	want.all_bytes = LANE_RING_PLAIN / 4 - 100;
	assert_int_equal(lanes_sizes(&want).ring_bytes, LANE_RING_PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(thirty_two_messages_at_once_are_enough),
	    cmocka_unit_test(slow_messages_never_are),
	    cmocka_unit_test(each_close_doubles_what_is_enough),
	    cmocka_unit_test(each_quiet_second_halves_it),
	    cmocka_unit_test(each_of_several_quiet_seconds_halves_it),
	    cmocka_unit_test(a_close_doubles_what_quiet_seconds_have_left),
	    cmocka_unit_test(a_close_is_not_forgotten_for_a_clock_that_is_late),
	    cmocka_unit_test(what_was_refused_is_not_asked_for_again_soon),
	    cmocka_unit_test(what_cannot_be_is_asked_for_less_and_less_often),
	    cmocka_unit_test(
	        after_an_offer_that_could_be_it_is_asked_for_soon_again),
	    cmocka_unit_test(
	        a_lane_is_wanted_for_the_largest_message_and_for_replies),
	    cmocka_unit_test(a_reply_port_counts_when_it_is_used_again),
	    cmocka_unit_test(
	        a_slot_holds_a_reply_as_large_as_the_largest_request),
	    cmocka_unit_test(a_ring_holds_four_of_the_largest_message),
	    cmocka_unit_test(
	        a_large_ring_is_wanted_where_half_of_what_went_by_trap_is_large),
	    cmocka_unit_test(it_stays_wanted_until_there_is_one),
	    cmocka_unit_test(seldom_large_ones_want_none),
	    cmocka_unit_test(
	        where_it_needs_not_be_much_one_large_message_is_enough),
	    cmocka_unit_test(
	        after_a_refusal_large_messages_want_nothing_for_a_while),
	    cmocka_unit_test(
	        regions_that_a_usual_ring_holds_are_as_other_messages),
	    cmocka_unit_test(a_large_ring_holds_two_of_the_largest_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
