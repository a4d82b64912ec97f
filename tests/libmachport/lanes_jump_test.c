/* Signal handlers that leave a wait by longjmp(): what the library noted of it stays so. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lanes_sleep.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

/* Told by the child, and by the server. */
static int from_child[2];
static int from_server[2];

static sigjmp_buf before;

static void
jump(int signal)
{
	(void)signal;
	siglongjmp(before, 1);
}

static void
handle(void)
{
	struct sigaction action = {.sa_handler = jump};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

static mach_port_t
begin(void)
{
	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
	return lane_server("always");
}

static void
tell_tid(void)
{
	const pid_t tid = (pid_t)syscall(SYS_gettid);

	CHECK_EQ(write(from_child[1], &tid, sizeof(tid)), sizeof(tid));
}

/* Have the thread that has told itself jump, when it sleeps. */
static void
make_it_jump(pid_t child)
{
	pid_t tid;

	CHECK_EQ(read(from_child[0], &tid, sizeof(tid)), sizeof(tid));
	program_await_call(tid, SYS_futex_waitv);
	CHECK_EQ(syscall(SYS_tgkill, child, tid, SIGUSR1), 0);
}

/* --- waiting for room -------------------------------------------------------- */

static uint32_t
lane_of(mach_port_t port)
{
	const struct lanes_out *out = lanes_out_find(port);

	return out ? out->id : LANES_NO_ID;
}

static void
jump_out_of_a_send(void)
{
	const mach_port_t port = lane_find_server();
	uint32_t lane;

	handle();
	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
	lane = lane_of(port);
	(void)lane_send_many(port, 0, MACH_PORT_QLIMIT_DEFAULT);
	tell_tid();
	if (sigsetjmp(before, 1) == 0)
		CHECK_EQ(note_send(port, 0, 0, 0), MACH_MSG_SUCCESS);
	program_ring(from_child);
	program_await(from_server);
	while (lane_of(port) == lane || lane_of(port) == LANES_NO_ID)
		CHECK_EQ(note_send(port, 0, 0, 0), MACH_MSG_SUCCESS);
	lane_send_last(port);
}

static void
close_the_lane_of_who_has_jumped(void)
{
	const mach_port_t port = begin();
	const pid_t child = program_fork(jump_out_of_a_send);
	int32_t number = 0;

	lane_expect_stream(port);
	program_ring(from_server);
	make_it_jump(child);
	program_await(from_child);
	CHECK_EQ(
	    mach_port_set_context(mach_task_self(), port, 1), KERN_SUCCESS);
	program_ring(from_server);
	while (number != LANE_LAST)
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	program_join(child);
}

/* --- receiving --------------------------------------------------------------- */

#define ROUNDS 20

/* Receive from @port, and leave that by a jump. */
static void
jump_out_of_a_receive(mach_port_t port)
{
	int32_t number;

	handle();
	if (sigsetjmp(before, 1) == 0) {
		tell_tid();
		(void)note_receive(port, &number, 0, 0);
		CHECK(false);
	}
}

static void
send_when_told(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	make_it_jump(getppid());
	for (int32_t i = 0; i < ROUNDS; i++) {
		CHECK_EQ(note_send(port, i, 0, 0), MACH_MSG_SUCCESS);
		program_await(from_server);
	}
	for (int i = 0; i < 2; i++)
		lane_send_last(port);
}

static void *
receive_and_tell(void *port)
{
	int32_t number;

	for (;;) {
		CHECK_EQ(
		    note_receive(*(const mach_port_t *)port, &number, 0, 0),
		    MACH_MSG_SUCCESS);
		if (number == LANE_LAST)
			return NULL;
		program_ring(from_server);
	}
}

static void
receive_after_a_jump(void)
{
	mach_port_t port = begin();
	const pid_t child = program_fork(send_when_told);
	pthread_t threads[2];

	lanes_sleep_max_ns = LANE_FOR_EVER_NS;
	lane_expect_stream(port);
	jump_out_of_a_receive(port);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, receive_and_tell, &port),
		    0);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	program_join(child);
}

static void
ask_after_a_jump(void)
{
	const mach_port_t port = lane_find_server();
	const mach_port_t reply = note_port();

	lanes_sleep_max_ns = LANE_FOR_EVER_NS;
	for (int32_t i = 0; !lane_exists(port); i++)
		lane_ask(port, reply, i);
	lane_ask(port, reply, 0);
	jump_out_of_a_receive(reply);
	for (int32_t i = 0; i < ROUNDS; i++)
		lane_ask(port, reply, i);
	lane_send_last(port);
}

static void *
make_child_jump(void *child)
{
	make_it_jump(*(const pid_t *)child);
	return NULL;
}

static void
answer_after_a_jump(void)
{
	const mach_port_t port = begin();
	pid_t child = program_fork(ask_after_a_jump);
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, make_child_jump, &child), 0);
	lane_answer(port);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_join(child);
}

RUN(who_has_left_a_wait_for_room_gets_another_lane,
    close_the_lane_of_who_has_jumped)
RUN(who_has_left_a_receive_keeps_no_other_thread_asleep, receive_after_a_jump)
RUN(who_has_left_a_receive_gets_answers_at_once, answer_after_a_jump)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_has_left_a_wait_for_room_gets_another_lane),
	    cmocka_unit_test(
	        who_has_left_a_receive_keeps_no_other_thread_asleep),
	    cmocka_unit_test(who_has_left_a_receive_gets_answers_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
