/* What a port has that is on the board: its feeds, its sets, and what is left when its place is
 * another's. On a fake board. */
#include "lanes_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane_fake.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define OTHER 0x403u

/* The place of PORT is that of the port called @name from now on, with @fake to it. */
static struct lanes_port *
post_anew(mach_port_name_t name, struct fake_in *fake)
{
	fake_board->port[PORT_INDEX].serial += 2;
	return fake_post(name, PORT_INDEX, fake, NULL, 0);
}

static bool
add_in(struct fake_in *fake, const struct wire_lane_set *sets, uint32_t count)
{
	bool added = lanes_lock_take(&lanes_post_lock);

	assert_true(added);
	added = lanes_port_add_in(PORT, PORT_INDEX, 40, sets, count, &fake->in);
	lanes_lock_give(&lanes_post_lock);
	return added;
}

static bool
is_free(const struct lanes_port *port)
{
	return atomic_load(&port->lock.word) == 0;
}

/* --- feeds -------------------------------------------------------------------- */

TEST(those_behind_a_feed_that_goes_move_up_with_what_is_known_of_them)
{
	struct fake_in *fakes[3];
	struct lanes_port *port;

	for (uint32_t i = 0; i < 3; i++) {
		fakes[i] = fake_new_in(i + 1);
		port = fake_post(PORT, PORT_INDEX, fakes[i], NULL, 0);
		port->sources[i + 1].seen = i + 1;
	}
	lanes_port_drop_feed(port, 2);
	assert_int_equal(port->feed_count, 3);
	assert_ptr_equal(port->feeds[1].in, &fakes[0]->in);
	assert_int_equal(port->sources[1].seen, 1);
	assert_ptr_equal(port->feeds[2].in, &fakes[2]->in);
	assert_int_equal(port->feeds[2].id, 3);
	assert_int_equal(port->sources[2].seen, 3);
	assert_ptr_equal(lanes_port_take_gone(), &fakes[1]->in);
	for (uint32_t i = 0; i < 3; i++)
		fake_free_in(fakes[i]);
}

TEST(a_port_has_so_many_lanes_and_so_many_that_bring_replies)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *outs[LANES_FEEDS_OUT + 1];
	const struct lanes_port *port;

	for (uint32_t i = 0; i < LANES_FEEDS_IN; i++)
		port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	assert_false(add_in(in, NULL, 0));
	for (uint32_t i = 0; i <= LANES_FEEDS_OUT; i++) {
		bool added;

		outs[i] = fake_new_out(i + 2);
		added =
		    lanes_port_add_out(PORT_INDEX, PORT, &outs[i]->out, i + 2);
		assert_int_equal(added, i < LANES_FEEDS_OUT);
	}
	assert_int_equal(port->feed_count, LANES_FEEDS);
	assert_true(is_free(port));
	for (uint32_t i = 0; i <= LANES_FEEDS_OUT; i++)
		fake_free_out(outs[i]);
	fake_free_in(in);
}

TEST(a_lane_that_brings_replies_is_one_feed_however_often_it_is_added)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	const struct lanes_port *port = fake_post_for_replies(in, out);
	bool added;

	out->out.id = 7;
	added = lanes_port_add_out(PORT_INDEX, PORT, &out->out, 7);
	assert_true(added);
	assert_int_equal(port->feed_count, 3);
	assert_int_equal(port->feeds[2].id, 7);
	/* It was another before the port was locked. */
	added = lanes_port_add_out(PORT_INDEX, PORT, &out->out, 2);
	assert_false(added);
	assert_true(is_free(port));
	fake_free_out(out);
	fake_free_in(in);
}

/* --- another in its place ----------------------------------------------------- */

TEST(a_port_has_nothing_of_the_one_that_was_there_before)
{
	struct fake_in *first = fake_new_in(1);
	struct fake_in *second = fake_new_in(2);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, first, NULL, 0);

	port->for_replies = true;
	port->lent = 3;
	port->by_kernel = true;
	assert_ptr_equal(post_anew(OTHER, second), port);
	assert_null(lanes_port_find(PORT));
	assert_int_equal(port->feed_count, 2);
	assert_ptr_equal(port->feeds[1].in, &second->in);
	assert_ptr_equal(lanes_port_take_gone(), &first->in);
	assert_false(port->for_replies);
	assert_int_equal(port->lent, 0);
	assert_false(port->by_kernel);
	fake_free_in(first);
	fake_free_in(second);
}

TEST(names_that_are_posted_no_more_leave_room_for_others)
{
	struct fake_in *in = fake_new_in(1);
	uint32_t used = 0;

	(void)fake_post(PORT, PORT_INDEX, in, NULL, 0);
	for (uint32_t i = 1; i < 10; i++)
		assert_non_null(post_anew(PORT + (i << 8), in));
	for (uint32_t i = 0; i < LANES_PORT_CELLS; i++)
		used += lanes_port_cells[i] != 0;
	assert_int_equal(used, 1);
	fake_free_in(in);
}

TEST(no_port_is_called_nothing)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	bool locked;

	fake_board->port[PORT_INDEX].serial += 2;
	locked = lanes_port_lock(port, PORT);
	assert_false(locked);
	fake_board->port[PORT_INDEX].serial -= 2;
	locked = lanes_port_lock(port, MACH_PORT_NULL);
	assert_false(locked);
	assert_true(is_free(port));
	fake_free_in(in);
}

TEST(a_port_that_is_posted_for_replies_needs_not_be_asked_for)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	uint32_t index = 0;
	bool posted;

	port->for_replies = true;
	posted = lanes_port_for_reply(PORT, &index);
	assert_true(posted);
	assert_int_equal(index, PORT_INDEX);
	assert_true(is_free(port));
	fake_free_in(in);
}

/* --- sets --------------------------------------------------------------------- */

TEST(a_port_whose_set_is_posted_no_more_is_not_entered)
{
	const struct wire_lane_set sets[LANES_SETS + 1] = {{SET, SET_INDEX}};
	struct fake_in *in = fake_new_in(1);

	fake_board->port[PORT_INDEX].serial = 1;
	fake_board->port[SET_INDEX].serial = 2;
	assert_false(add_in(in, sets, 1));
	assert_null(lanes_port_find(PORT));
	fake_board->port[SET_INDEX].serial = 1;
	assert_false(add_in(in, sets, LANES_SETS + 1));
	assert_null(lanes_port_find(PORT));
	assert_true(is_free(lanes_port_at(PORT_INDEX)));
	assert_true(is_free(lanes_port_at(SET_INDEX)));
	fake_free_in(in);
}

TEST(a_member_that_has_left_is_forgotten_when_it_is_looked_for)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *in = fake_new_in(1);
	const struct lanes_port *port =
	    fake_post(PORT, PORT_INDEX, in, &set, 1);
	struct lanes_port *of_set = lanes_port_find(SET);
	struct lanes_port *member;
	bool known;

	assert_int_equal(lanes_port_count_members(of_set), 1);
	(void)fake_post(PORT, PORT_INDEX, in, NULL, 0);
	known = lanes_port_lock_member(of_set, PORT_INDEX, &member);
	assert_true(known);
	assert_null(member);
	assert_int_equal(lanes_port_count_members(of_set), 0);
	assert_true(is_free(port));
	fake_free_in(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(
	        those_behind_a_feed_that_goes_move_up_with_what_is_known_of_them),
	    BOARD_TEST(a_port_has_so_many_lanes_and_so_many_that_bring_replies),
	    BOARD_TEST(
	        a_lane_that_brings_replies_is_one_feed_however_often_it_is_added),
	    BOARD_TEST(a_port_has_nothing_of_the_one_that_was_there_before),
	    BOARD_TEST(names_that_are_posted_no_more_leave_room_for_others),
	    BOARD_TEST(no_port_is_called_nothing),
	    BOARD_TEST(
	        a_port_that_is_posted_for_replies_needs_not_be_asked_for),
	    BOARD_TEST(a_port_whose_set_is_posted_no_more_is_not_entered),
	    BOARD_TEST(
	        a_member_that_has_left_is_forgotten_when_it_is_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
