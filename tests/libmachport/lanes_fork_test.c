/* Lanes belong to one process: not to its children, nor to what it becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lane_pair.h"
#include "lanes.h"
#include "note.h"
#include "program.h"

#define MANY 300

/* In a child of a process with a lane: what it sends goes by trap, or a lane of its own.
 * Its numbers follow the parent's. */
static int32_t next_number;

static void
go_on_as_another(void)
{
	mach_port_t port;

	CHECK(!lanes_active());
	port = lane_find_server();
	CHECK(!lane_exists(port));
	next_number = lane_send_until_open(port, next_number);
	(void)lane_send_many(port, next_number, MANY);
	lane_send_last(port);
}

static void
send_and_fork(void)
{
	const mach_port_t port = lane_find_server();

	next_number = lane_send_until_open(port, 0);
	next_number = lane_send_many(port, next_number, MANY);
	program_join(program_fork(go_on_as_another));
	CHECK(lane_exists(port));
}

static void
expect_parent_and_child(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_and_fork);

	lane_expect_stream(port);
	program_join(child);
}

RUN(a_fork_child_has_no_lanes_and_gets_its_own, expect_parent_and_child)

static void
be_apart(void)
{
	const mach_port_t port = note_port();

	CHECK(!lanes_active());
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 1);
}

static void
fork_and_send(void)
{
	const mach_port_t port = lane_find_server();
	int32_t number = lane_send_until_open(port, 0);

	program_join(program_fork(be_apart));
	CHECK(lane_exists(port));
	number = lane_send_many(port, number, MANY);
	CHECK(lane_exists(port));
	lane_send_last(port);
}

static void
expect_from_parent(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(fork_and_send);

	lane_expect_stream(port);
	program_join(child);
}

RUN(a_fork_leaves_the_parents_lanes_alone, expect_from_parent)

static int from_server[2];

static void
send_while_server_forks(void)
{
	const mach_port_t port = lane_find_server();
	/* So many are expected first, whether the lane opens sooner or not. */
	int32_t number = lane_send_many(port, 0, 3);

	number = lane_send_until_open(port, number);
	program_await(from_server);
	number = lane_send_many(port, number, MANY);
	CHECK(lane_exists(port));
	lane_send_last(port);
}

static void
fork_as_server(void)
{
	mach_port_t port;
	pid_t child;
	pid_t other;

	CHECK_EQ(pipe(from_server), 0);
	port = lane_server("always");
	child = program_fork(send_while_server_forks);
	note_expect(port, 0);
	note_expect(port, 1);
	note_expect(port, 2);
	/* The lane opens in what follows; that there is one now is not sure. */
	other = program_fork(be_apart);
	program_join(other);
	program_ring(from_server);
	for (int32_t number, expected = 3;; expected++) {
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
		if (number == LANE_LAST)
			break;
		CHECK_EQ(number, expected);
	}
	program_join(child);
}

RUN(a_fork_leaves_the_receivers_lanes_alone, fork_as_server)

static void
send_in_child_behind_our_back(void)
{
	const mach_port_t port = lane_find_server();
	pid_t child;
	int status;

	next_number = lane_send_until_open(port, 0);
	child = _Fork();
	if (child == 0) {
		(void)alarm(PROGRAM_SECONDS);
		/* Another task, with no rights of its parent's. */
		CHECK(!lanes_active());
		CHECK(note_send(port, 1, 0, 0) != MACH_MSG_SUCCESS);
		be_apart();
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	next_number = lane_send_many(port, next_number, MANY);
	lane_send_last(port);
}

static void
expect_nothing_of_stray(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_in_child_behind_our_back);

	lane_expect_stream(port);
	program_join(child);
}

RUN(a_child_made_behind_our_back_has_no_lanes, expect_nothing_of_stray)

static void
send_and_exit(void)
{
	const mach_port_t port = lane_find_server();
	const int32_t number = lane_send_until_open(port, 0);

	(void)lane_send_many(port, number, 3);
	lane_send_last(port);
	_exit(0);
}

static void
expect_what_was_sent(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_and_exit);

	lane_expect_stream(port);
	program_join(child);
}

RUN(what_was_sent_before_exit_arrives, expect_what_was_sent)

static void
send_and_exec(void)
{
	const mach_port_t port = lane_find_server();
	const int32_t number = lane_send_until_open(port, 0);

	(void)lane_send_many(port, number, 3);
	lane_send_last(port);
	(void)execl("/bin/true", "true", (char *)NULL);
	_exit(1);
}

static void
expect_what_was_sent_before_exec(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_and_exec);

	lane_expect_stream(port);
	program_join(child);
}

RUN(what_was_sent_before_exec_arrives, expect_what_was_sent_before_exec)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_fork_child_has_no_lanes_and_gets_its_own),
	    cmocka_unit_test(a_fork_leaves_the_parents_lanes_alone),
	    cmocka_unit_test(a_fork_leaves_the_receivers_lanes_alone),
	    cmocka_unit_test(a_child_made_behind_our_back_has_no_lanes),
	    cmocka_unit_test(what_was_sent_before_exit_arrives),
	    cmocka_unit_test(what_was_sent_before_exec_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
