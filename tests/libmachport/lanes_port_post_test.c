/* Ports that the kernel process is asked to post, since replies are to come there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>

#include "lane_pair.h"
#include "lanes_begin.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

/* There is no port of this name. */
#define NOBODY 0x7777703u

static mach_port_t port;

/* With a board. */
static void
begin(void)
{
	port = lane_server("always");
	CHECK(lanes_lock_take(&lanes_post_lock));
	CHECK(lanes_begin());
	lanes_lock_give(&lanes_post_lock);
}

static mach_port_t
new_set(void)
{
	mach_port_t set;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	return set;
}

static void
check_is_in(mach_port_t set, uint32_t index)
{
	const struct lanes_port *listed = lanes_port_find(set);

	CHECK(listed);
	CHECK(listed->is_set);
	CHECK_EQ(lanes_port_count_members(listed), 1);
	CHECK_EQ(lanes_port_next_member(listed, 0), index);
	CHECK_EQ(listed->lock.word, 0);
}

static void
post_with_sets(void)
{
	const struct lanes_port *listed;
	mach_port_t sets[2];
	uint32_t others;
	uint32_t index;

	begin();
	CHECK(lanes_port_for_reply(note_port(), &others));
	sets[0] = new_set();
	sets[1] = new_set();
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 1);
	CHECK(lanes_port_for_reply(port, &index));
	CHECK(index != others);
	listed = lanes_port_find(port);
	CHECK(listed);
	CHECK_EQ(lanes_port_index(listed), index);
	CHECK(listed->for_replies);
	CHECK(!listed->is_set);
	CHECK_EQ(listed->seqno, 1);
	CHECK_EQ(listed->set_count, 2);
	CHECK_EQ(listed->lock.word, 0);
	check_is_in(sets[0], index);
	check_is_in(sets[1], index);
	CHECK_EQ(lanes_post_lock.word, 0);
}
RUN(a_port_is_posted_with_its_sets_and_its_number, post_with_sets)

static void
post_again(void)
{
	uint32_t index;
	uint32_t same;
	uint32_t traps;

	begin();
	CHECK(lanes_port_for_reply(port, &index));
	traps = lane_count_traps();
	CHECK(lanes_port_for_reply(port, &same));
	CHECK_EQ(same, index);
	CHECK_EQ(lane_count_traps(), traps);
}
RUN(a_port_is_posted_once, post_again)

/* A handler that has come in the middle of it. */
static void
post_while_posting(void)
{
	uint32_t index;

	begin();
	CHECK(lanes_lock_take(&lanes_post_lock));
	CHECK(!lanes_port_for_reply(port, &index));
	lanes_lock_give(&lanes_post_lock);
	CHECK(lanes_port_for_reply(port, &index));
}
RUN(nothing_is_posted_in_the_middle_of_that, post_while_posting)

static void
be_refused(void)
{
	uint32_t vain = 0;
	uint32_t index;
	uint32_t traps;

	begin();
	CHECK(!lanes_port_for_reply(NOBODY, &index));
	CHECK_EQ(lanes_post_lock.word, 0);
	traps = lane_count_traps();
	while (!lanes_port_for_reply(port, &index))
		vain++;
	CHECK(vain > 0);
	CHECK_EQ(lane_count_traps(), traps + 1);
}
RUN(who_was_refused_does_not_ask_for_a_while, be_refused)

static void
post_as_child(void)
{
	uint32_t index;

	begin();
	CHECK(lanes_port_for_reply(port, &index));
}

static void
fork_refused(void)
{
	uint32_t index;

	begin();
	CHECK(!lanes_port_for_reply(NOBODY, &index));
	program_join(program_fork(post_as_child));
}
RUN(a_child_may_ask_though_its_parent_was_refused, fork_refused)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_port_is_posted_with_its_sets_and_its_number),
	    cmocka_unit_test(a_port_is_posted_once),
	    cmocka_unit_test(nothing_is_posted_in_the_middle_of_that),
	    cmocka_unit_test(who_was_refused_does_not_ask_for_a_while),
	    cmocka_unit_test(a_child_may_ask_though_its_parent_was_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
