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

TEST(lanes_that_have_gone_are_taken_all_together)
{
	struct fake_in *first = fake_new_in(1);
	struct fake_in *second = fake_new_in(2);
	struct lanes_port *port;
	const struct lanes_in *gone;

	(void)fake_post(PORT, PORT_INDEX, first, NULL, 0);
	port = fake_post(PORT, PORT_INDEX, second, NULL, 0);
	lanes_port_drop_feed(port, 1);
	lanes_port_drop_feed(port, 1);
	gone = lanes_port_take_gone();
	assert_ptr_equal(gone, &second->in);
	assert_ptr_equal(gone->next, &first->in);
	assert_null(first->in.next);
	assert_false(lanes_port_has_gone());
	fake_free_in(first);
	fake_free_in(second);
}

/* Who sends by a lane finds told how to wake those who sleep already. */
TEST(a_lane_that_is_added_knows_who_sleeps)
{
	struct fake_in *first = fake_new_in(1);
	struct fake_in *second = fake_new_in(2);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, first, NULL, 0);

	port->sleepers[LANE_FUTEX] = 1;
	port->by_kernel = true;
	port->awaited.word = &fake_board->news;
	(void)fake_post(PORT, PORT_INDEX, second, NULL, 0);
	assert_int_equal(second->in.lane.mine->wait, LANE_FUTEX);
	assert_ptr_equal(second->in.port, port);
	assert_false(port->by_kernel);
	assert_null(port->awaited.word);
	fake_free_in(first);
	fake_free_in(second);
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
	/* It was another before the port was locked, or the port was. */
	added = lanes_port_add_out(PORT_INDEX, PORT, &out->out, 2);
	assert_false(added);
	added = lanes_port_add_out(PORT_INDEX, OTHER, &out->out, 7);
	assert_false(added);
	assert_true(is_free(port));
	fake_free_out(out);
	fake_free_in(in);
}

/* --- replies that are due ------------------------------------------------------- */

TEST(replies_are_due_that_are_for_the_port_and_not_decided_of)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	const struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 0, 1);
	fake_issue(out, 1, 1);
	fake_issue(out, 3, 1);
	assert_int_equal(lanes_port_due(port, &out->out.lane), 0xb);
	out->out.lane.port[0] = PORT_INDEX + 1;
	fake_board->lane[2].kslot[1] = lane_word(1, LANE_KSLOT_RIGHT);
	assert_int_equal(lanes_port_due(port, &out->out.lane), 0x8);
	fake_board->lane[2].state = LANE_CLOSED;
	assert_int_equal(lanes_port_due(port, &out->out.lane), 0);
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

TEST(a_port_is_in_so_many_sets)
{
	struct wire_lane_set sets[LANES_SETS];
	struct fake_in *in = fake_new_in(1);
	const struct lanes_port *port;

	for (uint32_t i = 0; i < LANES_SETS; i++)
		sets[i] = (struct wire_lane_set){SET + (i << 8), SET_INDEX + i};
	port = fake_post(PORT, PORT_INDEX, in, sets, LANES_SETS);
	assert_int_equal(port->set_count, LANES_SETS);
	for (uint32_t i = 0; i < LANES_SETS; i++)
		assert_int_equal(
		    lanes_port_count_members(lanes_port_find(sets[i].name)), 1);
	fake_free_in(in);
}

TEST(what_has_no_place_on_a_board_is_not_entered)
{
	const struct wire_lane_set set = {SET, LANE_BOARD_PORTS};
	struct fake_in *in = fake_new_in(1);
	bool added;

	fake_board->port[PORT_INDEX].serial = 1;
	assert_false(add_in(in, &set, 1));
	added = lanes_port_add_in(PORT, LANE_BOARD_PORTS, 40, NULL, 0, &in->in);
	assert_false(added);
	fake_free_in(in);
}

/* Who receives from it is not given what came to the one before. */
TEST(a_set_has_no_members_of_the_one_that_was_there_before)
{
	const struct wire_lane_set first = {SET, SET_INDEX};
	const struct wire_lane_set second = {SET + 0x100, SET_INDEX};
	struct fake_in *in = fake_new_in(1);
	struct fake_in *other = fake_new_in(2);
	struct lanes_port *set;

	(void)fake_post(PORT, PORT_INDEX, in, &first, 1);
	fake_board->port[SET_INDEX].serial += 2;
	(void)fake_post(OTHER, PORT_INDEX + 1, other, &second, 1);
	set = lanes_port_find(second.name);
	assert_non_null(set);
	assert_int_equal(lanes_port_count_members(set), 1);
	assert_int_equal(lanes_port_next_member(set, 0), PORT_INDEX + 1);
	fake_free_in(in);
	fake_free_in(other);
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

/* --- fork children --------------------------------------------------------------- */

TEST(a_child_has_no_ports)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	const struct lane_board_port *board = port->board;

	lanes_port_put_gone(&in->in);
	lanes_post_lock.word = 1; /* another thread's */
	lanes_port_forget();
	assert_null(lanes_port_find(PORT));
	assert_int_equal(port->name, MACH_PORT_NULL);
	assert_int_equal(port->feed_count, 0);
	assert_ptr_equal(port->board, board);
	assert_false(lanes_port_has_gone());
	assert_int_equal(lanes_post_lock.word, 0);
	for (uint32_t i = 0; i < LANES_PORT_CELLS; i++)
		assert_int_equal(lanes_port_cells[i], 0);
	fake_free_in(in);
}

TEST(a_port_that_a_child_is_in_the_middle_of_is_its_no_more)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	bool locked = lanes_port_lock(port, PORT);

	assert_true(locked);
	port->awaited.word = &fake_board->news;
	lanes_port_forget();
	assert_int_equal(port->name, MACH_PORT_NULL);
	assert_int_equal(port->listed, MACH_PORT_NULL);
	assert_null(port->awaited.word);
	assert_true(lanes_lock_is_own(&port->lock));
	assert_int_equal(port->feed_count, 2);
	lanes_lock_give(&port->lock);
	lanes_port_forget();
	fake_free_in(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(
	        those_behind_a_feed_that_goes_move_up_with_what_is_known_of_them),
	    BOARD_TEST(lanes_that_have_gone_are_taken_all_together),
	    BOARD_TEST(a_lane_that_is_added_knows_who_sleeps),
	    BOARD_TEST(a_port_has_so_many_lanes_and_so_many_that_bring_replies),
	    BOARD_TEST(
	        a_lane_that_brings_replies_is_one_feed_however_often_it_is_added),
	    BOARD_TEST(
	        replies_are_due_that_are_for_the_port_and_not_decided_of),
	    BOARD_TEST(a_port_has_nothing_of_the_one_that_was_there_before),
	    BOARD_TEST(names_that_are_posted_no_more_leave_room_for_others),
	    BOARD_TEST(no_port_is_called_nothing),
	    BOARD_TEST(
	        a_port_that_is_posted_for_replies_needs_not_be_asked_for),
	    BOARD_TEST(a_port_whose_set_is_posted_no_more_is_not_entered),
	    BOARD_TEST(a_port_is_in_so_many_sets),
	    BOARD_TEST(what_has_no_place_on_a_board_is_not_entered),
	    BOARD_TEST(a_set_has_no_members_of_the_one_that_was_there_before),
	    BOARD_TEST(
	        a_member_that_has_left_is_forgotten_when_it_is_looked_for),
	    BOARD_TEST(a_child_has_no_ports),
	    BOARD_TEST(a_port_that_a_child_is_in_the_middle_of_is_its_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
