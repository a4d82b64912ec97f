/* What a receive looks at before all else: fake lanes, without a kernel. */
#include "lanes_await.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane_fake.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Is it waited for @port in vain, by a receive with @option and no time? */
static bool
awaits_in_vain(struct lanes_port *port, mach_msg_option_t option)
{
	const struct msg_call call =
	    fake_call_with(option, sizeof(fake_message));

	return lanes_await(port, &call);
}

/* PORT, with @fake alone, of which a message was taken. */
static struct lanes_port *
port_that_has_taken(struct fake_in *fake)
{
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 1, 100, 0, 0);
	fake_expect_taken(port, 0, 1);
	return port;
}

TEST(the_next_message_of_the_only_lane_is_awaited)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_that_has_taken(fake);

	assert_true(awaits_in_vain(port, 0));
	fake_put(fake, 2, 101, 0, 0);
	assert_false(awaits_in_vain(port, 0));
	fake_free_in(fake);
}

TEST(a_receive_that_may_not_wait_awaits_nothing)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_that_has_taken(fake);

	assert_false(awaits_in_vain(port, MACH_RCV_TIMEOUT));
	fake_free_in(fake);
}

TEST(a_message_in_the_queue_of_the_kernel_ends_it)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_that_has_taken(fake);

	fake_board->port[PORT_INDEX].oldest = 102;
	assert_false(awaits_in_vain(port, 0));
	fake_free_in(fake);
}

TEST(the_bell_ends_it)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_that_has_taken(fake);

	fake_board->port[PORT_INDEX].bell++;
	assert_false(awaits_in_vain(port, 0));
	fake_free_in(fake);
}

TEST(what_was_seen_in_the_lane_is_not_awaited)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 1, 100, 0, 0);
	fake_put(fake, 2, 101, 0, 0);
	fake_expect_taken(port, 0, 1);
	assert_null(port->awaited.word);
	fake_expect_taken(port, 0, 2);
	assert_non_null(port->awaited.word);
	fake_free_in(fake);
}

TEST(a_port_with_two_lanes_awaits_neither)
{
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);
	struct lanes_port *port = port_that_has_taken(one);

	(void)fake_post(PORT, PORT_INDEX, two, NULL, 0);
	assert_null(port->awaited.word);
	fake_put(one, 2, 101, 0, 0);
	fake_expect_taken(port, 0, 2);
	assert_null(port->awaited.word);
	fake_free_in(one);
	fake_free_in(two);
}

TEST(a_lane_that_goes_is_not_awaited)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_that_has_taken(fake);

	fake_board->lane[1].state = LANE_CLOSED;
	fake_board->port[PORT_INDEX].bell++;
	fake_expect_nothing(port);
	assert_null(port->awaited.word);
	fake_free_in(fake);
}

/* PORT, to which come but replies by @fake, one of which was taken from slot 2. */
static struct lanes_port *
port_with_a_reply(struct fake_in *in, struct fake_out *fake)
{
	struct lanes_port *port = fake_post_for_replies(in, fake);
	const bool locked = lanes_port_lock(port, PORT);

	assert_true(locked);
	lanes_port_drop_feed(port, 1);
	lanes_lock_give(&port->lock);
	fake_issue(fake, 2, 1);
	fake_answer(fake, 2, 100, 7, 4);
	return port;
}

TEST(the_reply_in_the_slot_of_the_last_is_awaited)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = port_with_a_reply(in, out);

	fake_expect_taken(port, 0, 7);
	fake_issue(out, 2, 2);
	assert_true(awaits_in_vain(port, 0));
	fake_answer(out, 2, 101, 8, 4);
	assert_false(awaits_in_vain(port, 0));
	fake_expect_taken(port, 0, 8);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(one_reply_of_several_is_not_awaited)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = port_with_a_reply(in, out);

	fake_issue(out, 1, 1);
	fake_expect_taken(port, 0, 7);
	assert_null(port->awaited.word);
	fake_free_in(in);
	fake_free_out(out);
}

/* Or the first would be found when the second has come. */
TEST(who_had_two_requests_out_awaits_no_single_reply_for_a_while)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = port_with_a_reply(in, out);
	unsigned alone = 0;

	fake_issue(out, 1, 1);
	fake_answer(out, 1, 101, 8, 4);
	fake_expect_taken(port, 0, 7);
	fake_expect_taken(port, 0, 8);
	assert_null(port->awaited.word);
	while (!port->awaited.word && alone < 1000) {
		fake_issue(out, 1, ++alone + 1);
		fake_answer(out, 1, 101, 9, 4);
		fake_expect_taken(port, 0, 9);
	}
	assert_in_range(alone, 10, 100);
	fake_free_in(in);
	fake_free_out(out);
}

/* --- streams ------------------------------------------------------------------ */

/* PORT, to which a lane goes that may hold many. */
static struct lanes_port *
port_for_many(struct fake_in *fake)
{
	fake_board->lane[1].limit = 1000;
	fake->sender->cpu = UINT32_MAX;
	return fake_post(PORT, PORT_INDEX, fake, NULL, 0);
}

/* @count messages that come at once, are taken. */
static void
take_at_once(struct lanes_port *port, struct fake_in *fake, int32_t count)
{
	for (int32_t i = 0; i < count; i++)
		fake_put(fake, i, 100, 0, 0);
	for (int32_t i = 0; i < count; i++)
		fake_expect_taken(port, 0, i);
}

TEST(messages_that_come_together_are_looked_for_later)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);

	for (int i = 0; i < 10; i++) {
		take_at_once(port, fake, 2);
		assert_int_not_equal(port->spin.delay, 0);
	}
	fake_free_in(fake);
}

TEST(messages_that_come_alone_are_looked_for_at_once_but_now_and_then)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);
	int late = 0;

	for (int i = 0; i < 200; i++) {
		take_at_once(port, fake, 1);
		late += port->spin.delay != 0;
	}
	assert_in_range(late, 1, 10);
	fake_free_in(fake);
}

TEST(a_request_is_looked_for_at_once)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);

	take_at_once(port, fake, 2);
	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(port->spin.delay, 0);
	fake_free_in(fake);
}

TEST(a_lane_that_is_soon_full_is_looked_at_at_once)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);

	fake_board->lane[1].limit = 5;
	take_at_once(port, fake, 2);
	assert_int_equal(port->spin.delay, 0);
	fake_free_in(fake);
}

/* The delay after @times looks that find @came messages each. */
static uint32_t
delay_after(
    struct lanes_port *port, struct fake_in *fake, int times, uint32_t came)
{
	for (int i = 0; i < times; i++) {
		fake->in.lane.head =
		    lane_mark(0, lane_count(fake->in.lane.head) + came);
		lanes_await_learn(port, &fake->in.lane);
	}
	return port->spin.delay;
}

TEST(the_faster_messages_come_the_later_they_are_looked_for)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);

	assert_int_equal(delay_after(port, fake, 1, 2), 32);
	assert_int_equal(delay_after(port, fake, 10, 2), 64);
	assert_int_equal(delay_after(port, fake, 1, 100), 128);
	assert_int_equal(delay_after(port, fake, 10, 100), 1024);
	fake_free_in(fake);
}

TEST(what_comes_more_slowly_or_in_heaps_is_looked_for_earlier)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);

	assert_int_equal(delay_after(port, fake, 10, 128), 32);
	assert_int_equal(delay_after(port, fake, 10, 127), 1024);
	assert_int_equal(delay_after(port, fake, 1, 257), 512);
	assert_int_equal(delay_after(port, fake, 10, 10), 256);
	assert_int_equal(delay_after(port, fake, 10, 257), 32);
	assert_int_equal(delay_after(port, fake, 1, 1), 0);
	fake_free_in(fake);
}

TEST(a_sender_on_our_cpu_is_not_waited_for)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = port_for_many(fake);
	cpu_set_t before;
	cpu_set_t one;

	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	fake->sender->cpu = (uint32_t)sched_getcpu();
	assert_int_equal(delay_after(port, fake, 10, 100), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	fake_free_in(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(the_next_message_of_the_only_lane_is_awaited),
	    BOARD_TEST(a_receive_that_may_not_wait_awaits_nothing),
	    BOARD_TEST(a_message_in_the_queue_of_the_kernel_ends_it),
	    BOARD_TEST(the_bell_ends_it),
	    BOARD_TEST(what_was_seen_in_the_lane_is_not_awaited),
	    BOARD_TEST(a_port_with_two_lanes_awaits_neither),
	    BOARD_TEST(a_lane_that_goes_is_not_awaited),
	    BOARD_TEST(the_reply_in_the_slot_of_the_last_is_awaited),
	    BOARD_TEST(one_reply_of_several_is_not_awaited),
	    BOARD_TEST(
	        who_had_two_requests_out_awaits_no_single_reply_for_a_while),
	    BOARD_TEST(messages_that_come_together_are_looked_for_later),
	    BOARD_TEST(
	        messages_that_come_alone_are_looked_for_at_once_but_now_and_then),
	    BOARD_TEST(a_request_is_looked_for_at_once),
	    BOARD_TEST(a_lane_that_is_soon_full_is_looked_at_at_once),
	    BOARD_TEST(the_faster_messages_come_the_later_they_are_looked_for),
	    BOARD_TEST(
	        what_comes_more_slowly_or_in_heaps_is_looked_for_earlier),
	    BOARD_TEST(a_sender_on_our_cpu_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
