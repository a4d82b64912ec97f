/*
 * Handlers that call fork() while the memory of a lane is being made: when they return, the child
 * goes on with it, where nothing of it is mapped.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mach.h>

#include "lane_pair.h"
#include "note.h"
#include "program.h"

/* Of a lane, on either side: the board, one's own memory, the place for that of the other, and that
 * itself. */
#define MAPPINGS 4

/* How many of them there are before the fork; 0: there is none any more. */
static int before_fork;
/* What that has returned. */
static volatile pid_t forked;
static volatile sig_atomic_t times;

static int from_server[2];

static void
fork_in_handler(int signal)
{
	(void)signal;
	times++;
	forked = fork();
	CHECK(forked >= 0);
	if (forked > 0)
		program_join(forked);
}

/* A mapping that no child has, which is about to be written, or looked at. */
int
madvise(void *memory, size_t bytes, int advice)
{
	const int r = (int)syscall(SYS_madvise, memory, bytes, advice);

	if (advice == MADV_DONTFORK && before_fork > 0 && --before_fork == 0)
		CHECK_EQ(raise(SIGUSR1), 0);
	return r;
}

static void
fork_at(int mapping)
{
	forked = -1;
	times = 0;
	(void)signal(SIGUSR1, fork_in_handler);
	before_fork = mapping;
}

/* The handler's child is another task, and as good as any. */
static void
end_if_child(void)
{
	mach_port_t own;

	if (forked != 0)
		return;
	own = note_port();
	CHECK_EQ(note_send(own, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(own, 1);
	_exit(0);
}

/* --- A --------------------------------------------------------------------------- */

static void
send_and_fork(int mapping)
{
	const mach_port_t port = lane_find_server();
	int32_t number = 0;

	fork_at(mapping);
	while (!lane_exists(port)) {
		const mach_msg_return_t mr = note_send(port, number++, 0, 0);

		end_if_child();
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
	}
	CHECK_EQ(times, 1);
	lane_send_last(port);
}

static int fork_in;

static void
send_and_fork_in(void)
{
	send_and_fork(fork_in);
}

static void
receive_from_who_forks(void)
{
	for (fork_in = 1; fork_in <= MAPPINGS; fork_in++) {
		const mach_port_t port = lane_server("always");
		const pid_t child = program_fork(send_and_fork_in);

		lane_expect_stream(port);
		program_join(child);
	}
}
RUN(a_handler_forks_while_a_sender_makes_a_lane, receive_from_who_forks)

/* --- B --------------------------------------------------------------------------- */

static void
send_until_open(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
}

static void
receive_and_fork(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_until_open);
	int32_t number;

	fork_at(fork_in);
	do {
		const mach_msg_return_t mr = note_receive(port, &number, 0, 0);

		end_if_child();
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
	} while (number != LANE_LAST);
	CHECK_EQ(times, 1);
	program_ring(from_server);
	program_join(child);
}

static void
receive_and_fork_anywhere(void)
{
	CHECK_EQ(pipe(from_server), 0);
	for (fork_in = 1; fork_in <= MAPPINGS; fork_in++)
		program_join(program_fork(receive_and_fork));
}
RUN(a_handler_forks_while_a_receiver_makes_a_lane, receive_and_fork_anywhere)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_handler_forks_while_a_sender_makes_a_lane),
	    cmocka_unit_test(a_handler_forks_while_a_receiver_makes_a_lane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
