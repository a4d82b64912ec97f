/* Signal handlers that send and receive, in the middle of a lane's work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "lane_pair.h"
#include "note.h"
#include "program.h"

#define MANY 2000

#define SIGNAL_US 4000

/* What is disturbed goes on until handlers have run so often. The next do nothing: one that takes
 * longer than from a signal to the next would leave no time for it. */
#define OFTEN 10

/* What handlers send: numbers of their own, below 0. */
static mach_port_t port;
static mach_port_t handlers_reply;
static volatile sig_atomic_t handlers_number;

static bool
was_often(void)
{
	return handlers_number <= -OFTEN;
}

static void
start_signals(void (*handler)(int))
{
	const struct itimerval often = {{0, SIGNAL_US}, {0, SIGNAL_US}};

	(void)signal(SIGALRM, handler);
	CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void
stop_signals(void)
{
	const struct itimerval never = {{0, 0}, {0, 0}};

	CHECK_EQ(setitimer(ITIMER_REAL, &never, NULL), 0);
}

static void
send_in_handler(int signal)
{
	(void)signal;
	if (!was_often())
		CHECK_EQ(
		    note_send(port, --handlers_number, 0, 0), MACH_MSG_SUCCESS);
}

static void
send_disturbed(void)
{
	int32_t number;

	port = lane_find_server();
	number = lane_send_until_open(port, 0);
	start_signals(send_in_handler);
	while (!was_often())
		number = lane_send_many(port, number, 100);
	stop_signals();
	lane_send_last(port);
}

/* Two streams at once: each in order, and each note once. */
static void
expect_two_streams(mach_port_t from)
{
	int32_t expected = 0;
	int32_t expected_of_handler = -1;
	int32_t number;

	for (;;) {
		CHECK_EQ(note_receive(from, &number, 0, 0), MACH_MSG_SUCCESS);
		if (number == LANE_LAST)
			return;
		if (number < 0)
			CHECK_EQ(number, expected_of_handler--);
		else
			CHECK_EQ(number, expected++);
	}
}

static void
receive_disturbed(void)
{
	const mach_port_t server = lane_server("always");
	const pid_t child = program_fork(send_disturbed);

	expect_two_streams(server);
	program_join(child);
}

RUN(a_handler_sends_in_the_middle_of_a_send, receive_disturbed)

static void
ask_in_handler(int signal)
{
	(void)signal;
	if (was_often())
		return;
	lane_ask(port, handlers_reply, 7);
	handlers_number--;
}

static void
ask_disturbed(void)
{
	mach_port_t reply;

	port = lane_find_server();
	reply = note_port();
	handlers_reply = note_port();
	lane_ask(port, reply, 0);
	start_signals(ask_in_handler);
	for (int32_t i = 0; !was_often(); i++)
		lane_ask(port, reply, i);
	stop_signals();
	lane_send_last(port);
}

static void
answer_disturbed(void)
{
	const mach_port_t server = lane_server("always");
	const pid_t child = program_fork(ask_disturbed);

	lane_answer(server);
	program_join(child);
}

RUN(a_handler_asks_in_the_middle_of_a_question, answer_disturbed)

/* A handler that receives from the port which its thread receives from. */
static volatile sig_atomic_t from_handler;
static volatile sig_atomic_t last_came;

static void
receive_in_handler(int signal)
{
	int32_t number;

	(void)signal;
	/* When all have come, there must be time for what is interrupted. */
	if (last_came)
		return;
	if (note_receive(port, &number, MACH_RCV_TIMEOUT, 0) !=
	    MACH_MSG_SUCCESS)
		return;
	from_handler++;
	if (number == LANE_LAST)
		last_came = 1;
}

static void
send_many_and_last(void)
{
	const mach_port_t server = lane_find_server();

	(void)lane_send_many(server, 0, MANY);
	lane_send_last(server);
}

static void
receive_in_both(void)
{
	int32_t received = 0;
	int32_t before = -1;
	int32_t number;
	pid_t child;

	port = lane_server("always");
	child = program_fork(send_many_and_last);
	start_signals(receive_in_handler);
	while (!last_came) {
		if (note_receive(port, &number,
		        MACH_RCV_TIMEOUT | MACH_RCV_INTERRUPT,
		        100) != MACH_MSG_SUCCESS)
			continue;
		CHECK(number > before);
		before = number;
		received++;
		if (number == LANE_LAST)
			last_came = 1;
	}
	stop_signals();
	program_join(child);
	CHECK_EQ(received + from_handler, MANY + 1);
}

RUN(a_handler_receives_in_the_middle_of_a_receive, receive_in_both)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_handler_sends_in_the_middle_of_a_send),
	    cmocka_unit_test(a_handler_asks_in_the_middle_of_a_question),
	    cmocka_unit_test(a_handler_receives_in_the_middle_of_a_receive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
