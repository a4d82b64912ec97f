/* One message out of a fake lane: what else is looked at, and what is noted. */
#include "lanes_feed.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "lane_fake.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* PORT, with a lane to it, and a reply in slot 1 of another. */
struct scene {
	struct fake_in *in;
	struct fake_out *out;
	struct lanes_port *port;
};

static struct scene
begin(void)
{
	struct scene scene = {fake_new_in(1), fake_new_out(2), NULL};

	scene.port = fake_post_for_replies(scene.in, scene.out);
	fake_issue(scene.out, 1, 3);
	return scene;
}

static void
end(const struct scene *scene)
{
	fake_free_in(scene->in);
	fake_free_out(scene->out);
}

static enum lanes_taken
take(struct lanes_port *port)
{
	mach_msg_return_t mr;

	return fake_take_with(port, 0, sizeof(fake_message), &mr);
}

/* --- a port that is lent ----------------------------------------------------- */

/* To a receive that the kernel has ended since. */
static void
lend(struct lanes_port *port)
{
	port->lent = 1;
	port->lent_stops = fake_board->port[PORT_INDEX].stops - 1;
}

TEST(before_a_message_of_a_port_that_is_lent_one_looks_again)
{
	const struct scene scene = begin();

	fake_put(scene.in, 7, 100, 0, 0);
	lend(scene.port);
	assert_int_equal(take(scene.port), LANES_AGAIN);
	assert_int_equal(scene.port->lent, 0);
	fake_expect_taken(scene.port, 0, 7);
	end(&scene);
}

TEST(before_a_reply_to_a_port_that_is_lent_one_looks_again)
{
	const struct scene scene = begin();

	fake_answer(scene.out, 1, 100, 9, 0);
	lend(scene.port);
	assert_int_equal(take(scene.port), LANES_AGAIN);
	assert_int_equal(scene.port->lent, 0);
	fake_expect_taken(scene.port, 0, 9);
	end(&scene);
}

TEST(before_the_kernels_queue_of_a_port_that_is_lent_one_looks_again)
{
	const struct scene scene = begin();

	fake_board->port[PORT_INDEX].oldest = 100;
	lend(scene.port);
	assert_int_equal(take(scene.port), LANES_AGAIN);
	assert_int_equal(scene.port->lent, 0);
	end(&scene);
}

TEST(what_the_kernel_has_given_away_has_its_numbers)
{
	const struct scene scene = begin();

	fake_put(scene.in, 7, 100, 0, 0);
	lend(scene.port);
	assert_int_equal(take(scene.port), LANES_AGAIN);
	fake_board->port[PORT_INDEX].seqno = 70;
	fake_board->port[PORT_INDEX].reset++;
	fake_expect_taken(
	    scene.port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO), 7);
	assert_int_equal(scene.port->seqno, 71);
	end(&scene);
}

/* --- what is next ------------------------------------------------------------ */

TEST(after_a_message_by_a_lane_the_next_is_not_waited_for_in_the_kernel)
{
	const struct scene scene = begin();

	fake_put(scene.in, 7, 100, 0, 0);
	lanes_port_expect(scene.port, true);
	fake_expect_taken(scene.port, 0, 7);
	assert_false(scene.port->by_kernel);
	end(&scene);
}

TEST(after_a_reply_by_a_lane_the_next_is_not_waited_for_in_the_kernel)
{
	const struct scene scene = begin();

	fake_answer(scene.out, 1, 100, 9, 0);
	lanes_port_expect(scene.port, true);
	fake_expect_taken(scene.port, 0, 9);
	assert_false(scene.port->by_kernel);
	end(&scene);
}

/* A thread that is slow to have its replies come by a lane: it has gone, or another is there,
 * by which those of other threads come already. */
TEST(replies_by_a_lane_that_has_gone_are_not_waited_for)
{
	const struct scene scene = begin();
	const uint32_t feed = scene.port->feed_count - 1;

	scene.out->out.id = 7;
	assert_true(lanes_port_add_out(PORT_INDEX, PORT, &scene.out->out, 7));
	assert_false(lanes_port_add_out(PORT_INDEX, PORT, &scene.out->out, 2));
	assert_int_equal(scene.port->feeds[feed].id, 7);
	scene.out->out.id = LANES_NO_ID;
	assert_false(
	    lanes_port_add_out(PORT_INDEX, PORT, &scene.out->out, LANES_NO_ID));
	assert_false(lanes_port_has_out(&scene.port->feeds[feed]));
	end(&scene);
}

/* It came when it had been found that nothing but a reply is there: which is older? */
TEST(a_reply_beside_the_kernels_queue_is_looked_at_again)
{
	const struct scene scene = begin();
	const struct msg_call call = fake_call_with(0, sizeof(fake_message));
	mach_msg_return_t mr;
	const bool locked = lanes_port_lock(scene.port, PORT);

	assert_true(locked);
	fake_answer(scene.out, 1, 100, 9, 0);
	fake_board->port[PORT_INDEX].oldest = 50;
	assert_int_equal(lanes_feed_take_out(scene.port,
	                     (struct lanes_head){.feed = 2}, &call, &mr),
	    LANES_AGAIN);
	lanes_lock_give(&scene.port->lock);
	fake_board->port[PORT_INDEX].oldest = 0;
	fake_expect_taken(scene.port, 0, 9);
	end(&scene);
}

/* --- replies that come while slots are looked at ------------------------------ */

#define PAGE 0x1000u

/* Who looks at slot 1 stops there, and the answers to 0 and to 1 come, in this order. */
static struct fake_out *answering;

static void
answer_both(int number)
{
	(void)number;
	(void)mprotect(answering->receiver->slots, (size_t)SLOTS * PAGE,
	    PROT_READ | PROT_WRITE);
	fake_answer(answering, 0, 100, 7, 0);
	fake_answer(answering, 1, 200, 9, 0);
}

/* PORT, with the lane @out alone, whose slots have a page each. */
static struct lanes_port *
begin_answering(struct fake_out *out, struct lane_receiver *receiver)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post_for_replies(in, out);

	lanes_port_drop_feed(port, LANES_FEED_ONLY);
	fake_free_in(in);
	out->out.lane.theirs = receiver;
	out->out.lane.sizes.slot_bytes = PAGE;
	out->receiver = receiver;
	answering = out;
	fake_issue(out, 0, 3);
	fake_issue(out, 1, 3);
	return port;
}

TEST(the_older_of_two_replies_that_come_while_slots_are_looked_at_is_first)
{
	const struct sigaction answers = {.sa_handler = answer_both};
	const size_t bytes = sizeof(struct lane_receiver) + SLOTS * PAGE;
	struct fake_out *out = fake_new_out(2);
	struct lane_receiver *plain = out->receiver;
	struct lane_receiver *receiver = mmap(NULL, bytes,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct lanes_port *port;
	struct sigaction saved;

	assert_ptr_not_equal(receiver, MAP_FAILED);
	port = begin_answering(out, receiver);
	assert_int_equal(sigaction(SIGSEGV, &answers, &saved), 0);
	assert_int_equal(mprotect(receiver->slots + PAGE, PAGE, PROT_NONE), 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(sigaction(SIGSEGV, &saved, NULL), 0);
	fake_expect_taken(port, 0, 9);
	fake_expect_nothing(port);
	out->receiver = plain;
	fake_free_out(out);
	(void)munmap(receiver, bytes);
}

/* --- who lies about time ------------------------------------------------------ */

TEST(who_is_older_than_what_was_taken_while_others_wait_is_counted)
{
	const struct scene scene = begin();
	const struct lane_source *source = &scene.port->sources[1];

	fake_answer(scene.out, 1, 200, 9, 0);
	for (int32_t i = 1; i <= 3; i++) {
		fake_put(scene.in, i, 100, 0, 0);
		fake_expect_taken(scene.port, 0, i);
	}
	assert_int_equal(source->older, 2);
	end(&scene);
}

TEST(where_nobody_waits_nobody_is_late)
{
	const struct scene scene = begin();
	const struct lane_source *source = &scene.port->sources[1];

	fake_answer(scene.out, 1, 200, 9, 0);
	fake_put(scene.in, 1, 100, 0, 0);
	fake_expect_taken(scene.port, 0, 1);
	assert_int_not_equal(source->seen, 0);
	fake_expect_taken(scene.port, 0, 9);
	fake_put(scene.in, 2, UINT64_MAX, 0, 0);
	fake_expect_taken(scene.port, 0, 2);
	assert_int_equal(source->seen, 0);
	end(&scene);
}

/* --- what is not to be had ---------------------------------------------------- */

/* The lane closes while the request is taken: B's, but without its right. */
TEST(a_right_to_reply_that_the_kernel_did_not_make_is_not_held)
{
	const struct scene scene = begin();

	fake_expect_nothing(scene.port);
	fake_put(scene.in, 7, 100, 5 << 4 | 2, 0);
	fake_board->lane[1].from = 32;
	fake_board->lane[1].state = LANE_CLOSED;
	fake_expect_taken(scene.port, 0, 7);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_DEAD);
	assert_int_equal(scene.in->in.live[2], 0);
	assert_int_equal(scene.in->in.lane.mine->held[2], 0);
	end(&scene);
}

TEST(a_member_that_cannot_be_locked_is_left_to_the_kernel)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, &set, 1);
	const bool locked = lanes_lock_take(&port->lock);

	assert_true(locked);
	fake_put(fake, 7, 100, 0, 0);
	assert_int_equal(take(lanes_port_find(SET)), LANES_STUCK);
	lanes_lock_give(&port->lock);
	fake_expect_taken(lanes_port_find(SET), 0, 7);
	fake_free_in(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(before_a_message_of_a_port_that_is_lent_one_looks_again),
	    BOARD_TEST(before_a_reply_to_a_port_that_is_lent_one_looks_again),
	    BOARD_TEST(
	        before_the_kernels_queue_of_a_port_that_is_lent_one_looks_again),
	    BOARD_TEST(what_the_kernel_has_given_away_has_its_numbers),
	    BOARD_TEST(
	        after_a_message_by_a_lane_the_next_is_not_waited_for_in_the_kernel),
	    BOARD_TEST(
	        after_a_reply_by_a_lane_the_next_is_not_waited_for_in_the_kernel),
	    BOARD_TEST(replies_by_a_lane_that_has_gone_are_not_waited_for),
	    BOARD_TEST(a_reply_beside_the_kernels_queue_is_looked_at_again),
	    BOARD_TEST(
	        the_older_of_two_replies_that_come_while_slots_are_looked_at_is_first),
	    BOARD_TEST(
	        who_is_older_than_what_was_taken_while_others_wait_is_counted),
	    BOARD_TEST(where_nobody_waits_nobody_is_late),
	    BOARD_TEST(
	        a_right_to_reply_that_the_kernel_did_not_make_is_not_held),
	    BOARD_TEST(a_member_that_cannot_be_locked_is_left_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
