/* Sets with members that have lanes, and members that have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

#define MANY 300

static mach_port_t port;
static mach_port_t set;
static int ready[2];
static int go[2];

static mach_port_t
new_set(mach_port_t member)
{
	mach_port_t name;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &name),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_member(mach_task_self(), member, name),
	    KERN_SUCCESS);
	return name;
}

/* A port in a set, and a child with a lane to it that runs @client then. */
static pid_t
begin_with(void (*client)(void))
{
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	set = new_set(port);
	pid = program_fork(client);
	peer_receive_warm(set, ready);
	CHECK_EQ(peer_count_lanes(port), 1);
	program_ring(go);
	return pid;
}

static void
be_ready(void)
{
	peer_warm(bootstrap_port);
	program_ring(ready);
	program_await(go);
}

static void
send_many(void)
{
	be_ready();
	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
}

static void
by_the_set(void)
{
	pid_t pid = begin_with(send_many);

	for (int32_t i = 0; i < MANY; i++)
		note_expect(set, i);
	CHECK(peer_count_taken(port) > 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_set_brings_what_comes_by_lanes, by_the_set)

static void
by_either(void)
{
	pid_t pid = begin_with(send_many);

	for (int32_t i = 0; i < MANY; i++)
		note_expect(i % 2 == 0 ? set : port, i);
	program_ring(go);
	program_join(pid);
}
RUN(a_set_and_its_member_bring_the_same_messages, by_either)

static void
send_five(void)
{
	be_ready();
	for (int32_t i = 0; i < 5; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	program_ring(ready);
	program_await(go);
}

static void
with_others(void)
{
	pid_t pid = begin_with(send_five);
	mach_port_t other = note_port();
	unsigned by_lane = 0;
	unsigned of_other = 0;

	CHECK_EQ(mach_port_insert_member(mach_task_self(), other, set),
	    KERN_SUCCESS);
	for (int32_t i = 100; i < 105; i++)
		CHECK_EQ(note_send(other, i, 0, 0), MACH_MSG_SUCCESS);
	program_await(ready);
	for (unsigned i = 0; i < 10; i++) {
		int32_t number = peer_receive(set);

		if (number < 100)
			CHECK_EQ(number, by_lane++);
		else
			CHECK_EQ(number, 100 + of_other++);
		/* Each has its turn. */
		CHECK(by_lane <= of_other + 1 && of_other <= by_lane + 1);
	}
	program_ring(go);
	program_join(pid);
}
RUN(members_with_and_without_lanes_take_turns, with_others)

static void
two_sets(void)
{
	pid_t pid = begin_with(send_five);
	mach_port_t second = new_set(port);
	int32_t number;

	program_await(ready);
	for (int32_t i = 0; i < 5; i++)
		note_expect(i % 2 == 0 ? set : second, i);
	CHECK_EQ(note_receive(second, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
	program_ring(go);
	program_join(pid);
}
RUN(a_port_may_be_in_two_sets, two_sets)

static void
left_the_set(void)
{
	pid_t pid = begin_with(send_five);
	int32_t number;

	program_await(ready);
	note_expect(set, 0);
	CHECK_EQ(mach_port_extract_member(mach_task_self(), port, set),
	    KERN_SUCCESS);
	CHECK_EQ(note_receive(set, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
	for (int32_t i = 1; i < 5; i++)
		note_expect(port, i);
	program_ring(go);
	program_join(pid);
}
RUN(a_port_that_leaves_a_set_keeps_its_messages, left_the_set)

/* By the lane; the reply comes by the kernel. */
static void
ask(mach_port_t reply, int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	note.header.msgh_local_port = reply;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             NOTE_BYTES, sizeof(note), reply, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(note.number, number);
}

static void
ask_by_port_in_many_sets(void)
{
	const mach_port_t reply = mach_reply_port();

	for (unsigned i = 0; i <= LANES_SETS; i++)
		(void)new_set(reply);
	be_ready();
	for (int32_t i = 0; i < 5; i++)
		ask(reply, i);
	program_await(go);
}

static void
reply_port_in_many_sets(void)
{
	pid_t pid = begin_with(ask_by_port_in_many_sets);

	for (int32_t i = 0; i < 5; i++) {
		struct note note;

		CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note),
		             port, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQ(note.number, i);
		note.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		note.header.msgh_local_port = MACH_PORT_NULL;
		CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
		             MACH_PORT_NULL, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
	}
	program_ring(go);
	program_join(pid);
}
RUN(replies_come_to_a_port_in_more_sets_than_are_told, reply_port_in_many_sets)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_set_brings_what_comes_by_lanes),
	    cmocka_unit_test(a_set_and_its_member_bring_the_same_messages),
	    cmocka_unit_test(members_with_and_without_lanes_take_turns),
	    cmocka_unit_test(a_port_may_be_in_two_sets),
	    cmocka_unit_test(a_port_that_leaves_a_set_keeps_its_messages),
	    cmocka_unit_test(replies_come_to_a_port_in_more_sets_than_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
