/* One thread asks by a lane, and another one waits for the answers. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lanes_port.h"
#include "lanes_sleep.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

#define ROUNDS 20

/* Answered only when the server is told. */
#define SLOWLY 1000

static mach_port_t service;
static mach_port_t reply;
static int tids[2];
static int got[2];
static int go[2];

static void
ask(int32_t number)
{
	struct note note = note_to(service, number);

	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	note.header.msgh_local_port = reply;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void *
receive_answers(void *rounds)
{
	const pid_t tid = (pid_t)syscall(SYS_gettid);
	int32_t number;

	CHECK_EQ(write(tids[1], &tid, sizeof(tid)), sizeof(tid));
	for (int i = 0; i < *(const int *)rounds; i++) {
		CHECK_EQ(note_receive(reply, &number, 0, 0), MACH_MSG_SUCCESS);
		program_ring(got);
	}
	return NULL;
}

/* A lane, and a thread that sleeps for what comes to `reply`, and does not look for itself. */
static pid_t
begin(pthread_t *thread_out, int *rounds)
{
	pid_t tid;

	lanes_sleep_max_ns = LANE_FOR_EVER_NS;
	service = lane_find_server();
	reply = note_port();
	CHECK_EQ(pipe(tids), 0);
	CHECK_EQ(pipe(got), 0);
	for (int32_t i = 0; !lanes_port_find(reply); i++)
		lane_ask(service, reply, i);
	CHECK_EQ(pthread_create(thread_out, NULL, receive_answers, rounds), 0);
	CHECK_EQ(read(tids[0], &tid, sizeof(tid)), sizeof(tid));
	return tid;
}

static void
end(pthread_t thread)
{
	CHECK_EQ(pthread_join(thread, NULL), 0);
	lane_send_last(service);
}

/* Each time it sleeps already, when there is nothing yet that would wake it. */
static void
ask_sleeping_thread(void)
{
	int rounds = ROUNDS;
	pthread_t thread;
	const pid_t tid = begin(&thread, &rounds);

	for (int32_t i = 0; i < rounds; i++) {
		program_await_call(tid, SYS_futex_waitv);
		ask(i);
		program_await(got);
	}
	end(thread);
}

static void
answer_sleeping_thread(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(ask_sleeping_thread);

	lane_answer(port);
	program_join(child);
}
RUN(an_answer_wakes_who_slept_before_it_was_asked_for, answer_sleeping_thread)

/* Who came later waits, and gives up. */
static void
ask_with_two(void)
{
	int rounds = 1;
	pthread_t thread;
	const pid_t tid = begin(&thread, &rounds);
	int32_t number;

	program_await_call(tid, SYS_futex_waitv);
	ask(SLOWLY);
	CHECK_EQ(note_receive(reply, &number, MACH_RCV_TIMEOUT, 20),
	    MACH_RCV_TIMED_OUT);
	program_ring(go);
	program_await(got);
	end(thread);
}

static void
wait_if_slow(int32_t number)
{
	if (number == SLOWLY)
		program_await(go);
}

static void
answer_two(void)
{
	mach_port_t port;
	pid_t child;

	CHECK_EQ(pipe(go), 0);
	port = lane_server("always");
	child = program_fork(ask_with_two);
	while (lane_answer_next(port, wait_if_slow))
		continue;
	program_join(child);
}
RUN(an_answer_wakes_who_stays_when_another_gave_up, answer_two)

/* The client, which answers as well, has a lane to the server's port; gives it up when it is
 * asked slowly, and answers then. */
static void
give_up_lane(int32_t number)
{
	if (number != SLOWLY)
		return;
	CHECK(lane_exists(service));
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), service, MACH_PORT_RIGHT_SEND, -1),
	    KERN_SUCCESS);
}

static void
send_and_answer(void)
{
	const mach_port_t own = note_port();
	struct note note;

	service = lane_find_server();
	note = note_to(service, 0);
	note.header.msgh_local_port = own;
	note.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_COPY_SEND);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	(void)lane_send_until_open(service, 1);
	lane_send_last(service);
	while (lane_answer_next(own, give_up_lane))
		continue;
}

static mach_port_t
receive_port(mach_port_t port)
{
	struct note note;

	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note), port, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	return note.header.msgh_remote_port;
}

static void
ask_on_port_with_lane(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_and_answer);
	int32_t number;

	service = receive_port(port);
	do
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	while (number != LANE_LAST);
	reply = note_port();
	for (int32_t i = 1; !lane_exists(service); i++)
		lane_ask(service, reply, i);
	reply = port;
	lanes_sleep_max_ns = LANE_FOR_EVER_NS;
	ask(SLOWLY);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(number, SLOWLY + 1);
	lane_send_last(service);
	program_join(child);
}
RUN(an_answer_comes_to_a_port_whose_own_lane_has_gone, ask_on_port_with_lane)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_wakes_who_slept_before_it_was_asked_for),
	    cmocka_unit_test(an_answer_wakes_who_stays_when_another_gave_up),
	    cmocka_unit_test(an_answer_comes_to_a_port_whose_own_lane_has_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
