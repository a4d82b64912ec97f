/*
 * Handlers that call fork() in the middle of a lane's work. When they return, the child is in
 * the middle of it, too: without the lane, and without its memory.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mach.h>

#include "lane_pair.h"
#include "lanes.h"
#include "lanes_await.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

#define PAGE 4096
/* Of a message that is in two pages, and of what of it is in the first. */
#define LONG_BYTES 3000u
#define FIRST_BYTES 1000u
/* Waits that are forked in, on the way. */
#define OFTEN 10
#define SIGNAL_US 4000

struct message {
	mach_msg_header_t header;
	uint8_t body[LONG_BYTES];
};

/* The program's variables: nobody asks whether they are there. */
static _Alignas(PAGE) uint8_t pages[2 * PAGE];
#define MESSAGE (*(struct message *)(void *)(pages + PAGE - FIRST_BYTES))

/* In the middle of an operation: what fork() has returned. */
static volatile pid_t forked;
static volatile sig_atomic_t times;

static mach_port_t port;
static mach_port_t reply;

static int from_child[2];
static int from_server[2];

/* --- handlers ------------------------------------------------------------------- */

static void
fork_in_handler(int signal)
{
	(void)signal;
	/* The child has begun; or it was often enough, and there must be time for what is
	 * interrupted, however long a fork takes. */
	if (forked == 0 || times == OFTEN)
		return;
	times++;
	forked = fork();
	CHECK(forked >= 0);
	if (forked == 0)
		(void)alarm(PROGRAM_SECONDS);
	else
		program_join(forked);
}

static void
fork_in_fault(int signal_number)
{
	(void)signal(signal_number, SIG_DFL);
	CHECK_EQ(mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
	fork_in_handler(signal_number);
}

/* Whoever gets to the second page of the message forks. */
static void
trap_message(void)
{
	times = 0;
	forked = -1;
	(void)signal(SIGSEGV, fork_in_fault);
	CHECK_EQ(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
}

static void
fork_often(void)
{
	const struct itimerval often = {{0, SIGNAL_US}, {0, SIGNAL_US}};

	times = 0;
	forked = -1;
	(void)signal(SIGPROF, fork_in_handler);
	CHECK_EQ(setitimer(ITIMER_PROF, &often, NULL), 0);
}

static void
fork_no_more(void)
{
	const struct itimerval never = {{0, 0}, {0, 0}};

	CHECK_EQ(setitimer(ITIMER_PROF, &never, NULL), 0);
}

/* In a child of a handler, where an operation has ended with @mr: it is another task, without
 * any of its parent's rights, and as good as any. */
static _Noreturn void
end_as_child(mach_msg_return_t mr)
{
	mach_port_t own;

	CHECK(mr != MACH_MSG_SUCCESS);
	own = note_port();
	CHECK_EQ(note_send(own, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(own, 1);
	_exit(0);
}

/* @mr is what an operation has ended with in which there was a fork. */
static void
expect_success_in_parent(mach_msg_return_t mr)
{
	CHECK_EQ(times, 1);
	if (forked == 0)
		end_as_child(mr);
	CHECK_EQ(mr, MACH_MSG_SUCCESS);
}

/* --- messages of two pages -------------------------------------------------------- */

static void
write_long(mach_msg_bits_t bits, mach_port_t to, mach_port_t answer)
{
	memset(MESSAGE.body, 7, LONG_BYTES);
	MESSAGE.header = (mach_msg_header_t){
	    .msgh_bits = bits,
	    .msgh_size = LONG_BYTES,
	    .msgh_remote_port = to,
	    .msgh_local_port = answer,
	};
}

static void
expect_long(void)
{
	CHECK_EQ(MESSAGE.header.msgh_size, LONG_BYTES);
	for (size_t i = 0; i < LONG_BYTES - sizeof(MESSAGE.header); i++)
		CHECK_EQ(MESSAGE.body[i], 7);
}

static mach_msg_return_t
send_long(void)
{
	return mach_msg(&MESSAGE.header, MACH_SEND_MSG, LONG_BYTES, 0,
	    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static mach_msg_return_t
receive_long(mach_port_t from)
{
	return mach_msg(&MESSAGE.header, MACH_RCV_MSG, 0, sizeof(MESSAGE), from,
	    0, MACH_PORT_NULL);
}

/* --- one way ---------------------------------------------------------------------- */

static void
open_lane(void)
{
	port = lane_find_server();
	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
}

static void
fork_while_sending(void)
{
	open_lane();
	write_long(
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), port, MACH_PORT_NULL);
	trap_message();
	expect_success_in_parent(send_long());
	CHECK(lane_exists(port));
}

static void
receive_from_forker(void)
{
	const mach_port_t from = lane_server("always");
	const pid_t child = program_fork(fork_while_sending);

	lane_expect_stream(from);
	CHECK_EQ(receive_long(from), MACH_MSG_SUCCESS);
	expect_long();
	program_join(child);
}

RUN(a_handler_forks_while_a_message_is_copied_into_a_lane, receive_from_forker)

static void
send_to_forker(void)
{
	open_lane();
	write_long(
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), port, MACH_PORT_NULL);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(send_long(), MACH_MSG_SUCCESS);
	CHECK(lane_exists(port));
	program_ring(from_child);
	program_await(from_server); /* the lane goes with this process */
}

static void
fork_while_receiving(void)
{
	mach_port_t from;
	pid_t child;

	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
	from = lane_server("always");
	child = program_fork(send_to_forker);
	lane_expect_stream(from);
	program_await(from_child);
	CHECK_EQ(receive_long(from), MACH_MSG_SUCCESS);
	trap_message();
	expect_success_in_parent(receive_long(from));
	expect_long();
	CHECK_EQ(receive_long(from), MACH_MSG_SUCCESS);
	expect_long();
	program_ring(from_server);
	program_join(child);
}

RUN(a_handler_forks_while_a_message_is_copied_out_of_a_lane,
    fork_while_receiving)

/* --- answers ---------------------------------------------------------------------- */

static void
write_question(void)
{
	write_long(MACH_MSGH_BITS(
	               MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    port, reply);
}

/* The first questions go by the kernel process. */
static void
open_lane_for_questions(void)
{
	port = lane_find_server();
	reply = note_port();
	for (int32_t i = 0; !lane_exists(port) || i < OFTEN; i++)
		lane_ask(port, reply, i);
	lane_send_last(port);
}

static void
ask_and_fork_over_the_answer(void)
{
	open_lane_for_questions();
	write_question();
	CHECK_EQ(send_long(), MACH_MSG_SUCCESS);
	trap_message();
	expect_success_in_parent(receive_long(reply));
	expect_long();
	CHECK(lane_exists(port));
}

static mach_msg_return_t
answer_long(void)
{
	MESSAGE.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	MESSAGE.header.msgh_local_port = MACH_PORT_NULL;
	return send_long();
}

static void
answer_who_forks(void)
{
	const mach_port_t from = lane_server("always");
	const pid_t child = program_fork(ask_and_fork_over_the_answer);

	lane_answer(from);
	CHECK_EQ(receive_long(from), MACH_MSG_SUCCESS);
	CHECK_EQ(answer_long(), MACH_MSG_SUCCESS);
	program_join(child);
}

RUN(a_handler_forks_while_an_answer_is_copied_out, answer_who_forks)

static void
ask_who_forks(void)
{
	open_lane_for_questions();
	write_question();
	CHECK_EQ(send_long(), MACH_MSG_SUCCESS);
	CHECK_EQ(receive_long(reply), MACH_MSG_SUCCESS);
	expect_long();
}

static void
fork_while_answering(void)
{
	const mach_port_t from = lane_server("always");
	const pid_t child = program_fork(ask_who_forks);

	lane_answer(from);
	CHECK_EQ(receive_long(from), MACH_MSG_SUCCESS);
	trap_message();
	expect_success_in_parent(answer_long());
	program_join(child);
}

RUN(a_handler_forks_while_an_answer_is_copied_into_its_slot,
    fork_while_answering)

/* --- waiting ---------------------------------------------------------------------- */

/* Have @pid fork when it sleeps; its child comes to nothing. */
static void
make_it_fork(pid_t pid)
{
	program_await_call(pid, SYS_futex_waitv);
	CHECK_EQ(kill(pid, SIGUSR1), 0);
}

static void
make_receiver_fork(void)
{
	open_lane();
	make_it_fork(getppid());
	program_await(from_child);
	lane_send_last(port);
}

static void
fork_in_handler_and_tell(int signal)
{
	fork_in_handler(signal);
	if (forked > 0)
		program_ring(from_child);
}

static void
fork_while_waiting(void)
{
	mach_msg_return_t mr;
	mach_port_t from;
	int32_t number;
	pid_t child;

	CHECK_EQ(pipe(from_child), 0);
	from = lane_server("always");
	child = program_fork(make_receiver_fork);
	lane_expect_stream(from);
	forked = -1;
	(void)signal(SIGUSR1, fork_in_handler_and_tell);
	mr = note_receive(from, &number, 0, 0);
	expect_success_in_parent(mr);
	program_join(child);
}

RUN(a_handler_forks_while_its_thread_sleeps_for_a_message, fork_while_waiting)

static void
fork_while_full(void)
{
	open_lane();
	program_await(from_child);
	(void)lane_send_many(port, 0, MACH_PORT_QLIMIT_DEFAULT);
	forked = -1;
	(void)signal(SIGUSR1, fork_in_handler_and_tell);
	expect_success_in_parent(
	    note_send(port, MACH_PORT_QLIMIT_DEFAULT, 0, 0));
	lane_send_last(port);
}

static void
make_sender_fork(void)
{
	mach_port_t from;
	pid_t child;

	CHECK_EQ(pipe(from_child), 0);
	from = lane_server("always");
	child = program_fork(fork_while_full);
	lane_expect_stream(from);
	program_ring(from_child);
	make_it_fork(child);
	program_await(from_child);
	lane_expect_stream(from);
	program_join(child);
}

RUN(a_handler_forks_while_its_thread_sleeps_for_room, make_sender_fork)

/* Where a thread looks for an answer first: its call is in the second page. */
static void
ask_and_fork_while_looking(void)
{
	struct msg_call *call = (void *)(pages + PAGE);
	struct lanes_port *listed;

	open_lane_for_questions();
	listed = lanes_port_find(reply);
	CHECK(listed && atomic_load(&listed->awaited.word));
	*call = (struct msg_call){.option = MACH_RCV_MSG};
	trap_message();
	(void)lanes_await(listed, call);
	expect_success_in_parent(
	    forked == 0 ? MACH_RCV_INVALID_NAME : MACH_MSG_SUCCESS);
}

static void
answer_who_forks_while_looking(void)
{
	const mach_port_t from = lane_server("always");
	const pid_t child = program_fork(ask_and_fork_while_looking);

	lane_answer(from);
	program_join(child);
}

RUN(a_handler_forks_while_its_thread_looks_for_an_answer,
    answer_who_forks_while_looking)

/* --- anywhere --------------------------------------------------------------------- */

static void
ask_and_fork_often(void)
{
	port = lane_find_server();
	reply = note_port();
	lane_ask(port, reply, 0);
	fork_often();
	for (int32_t i = 0; times < OFTEN; i++) {
		struct note note = note_to(port, i);
		mach_msg_return_t mr;

		note.header.msgh_bits = MACH_MSGH_BITS(
		    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
		note.header.msgh_local_port = reply;
		mr = mach_msg(&note.header, MACH_SEND_MSG | MACH_RCV_MSG,
		    NOTE_BYTES, sizeof(note), reply, 0, MACH_PORT_NULL);
		if (forked == 0)
			_exit(0);
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
		CHECK_EQ(note.number, i + 1);
	}
	fork_no_more();
	/* The last fork may have been after that call. */
	if (forked == 0)
		_exit(0);
	lane_send_last(port);
}

static void
answer_who_forks_often(void)
{
	const mach_port_t from = lane_server("always");
	const pid_t child = program_fork(ask_and_fork_often);

	lane_answer(from);
	program_join(child);
}

RUN(a_handler_forks_at_any_time, answer_who_forks_often)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_handler_forks_while_a_message_is_copied_into_a_lane),
	    cmocka_unit_test(
	        a_handler_forks_while_a_message_is_copied_out_of_a_lane),
	    cmocka_unit_test(a_handler_forks_while_an_answer_is_copied_out),
	    cmocka_unit_test(
	        a_handler_forks_while_an_answer_is_copied_into_its_slot),
	    cmocka_unit_test(
	        a_handler_forks_while_its_thread_sleeps_for_a_message),
	    cmocka_unit_test(a_handler_forks_while_its_thread_sleeps_for_room),
	    cmocka_unit_test(
	        a_handler_forks_while_its_thread_looks_for_an_answer),
	    cmocka_unit_test(a_handler_forks_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
