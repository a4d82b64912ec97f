/* Receiving by a lane what another process sends by it. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define MANY 2000

static mach_port_t port;
static int ready[2];
static int go[2];

/* A server with a child that has a lane to it, runs @client then, and may be told to go
 * on. */
static pid_t
begin_with(void (*client)(void))
{
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	pid = program_fork(client);
	peer_receive_warm(port, ready);
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
many(void)
{
	pid_t pid = begin_with(send_many);
	unsigned before = peer_count_taken(port);

	for (int32_t i = 0; i < MANY; i++)
		note_expect(port, i);
	CHECK(peer_count_taken(port) - before > MANY / 2);
	program_ring(go);
	program_join(pid);
}
RUN(messages_come_in_order_and_by_the_lane, many)

/* Not by a lane: its reply right is another send right. */
static void
send_by_trap(int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_local_port = bootstrap_port;
	note.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_COPY_SEND);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
send_both_ways(void)
{
	be_ready();
	for (int32_t i = 0; i < MANY; i++)
		if (i % 3 == 0)
			send_by_trap(i);
		else
			CHECK_EQ(note_send(bootstrap_port, i, 0, 0),
			    MACH_MSG_SUCCESS);
}

static void
both_ways(void)
{
	pid_t pid = begin_with(send_both_ways);

	for (int32_t i = 0; i < MANY; i++)
		note_expect(port, i);
	program_join(pid);
}
RUN(what_goes_by_traps_between_keeps_its_place, both_ways)

static void
wait_to_go(void)
{
	be_ready();
	program_await(go);
}

static void
timeouts(void)
{
	pid_t pid = begin_with(wait_to_go);
	long long begin = program_now_ms();
	int32_t number;

	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 30),
	    MACH_RCV_TIMED_OUT);
	CHECK(program_now_ms() - begin >= 30);
	CHECK_EQ(peer_count_lanes(port), 1);
	program_ring(go);
	program_join(pid);
}
RUN(a_receive_ends_at_its_time, timeouts)

static void
send_when_told(void)
{
	be_ready();
	program_await(go);
	CHECK_EQ(note_send(bootstrap_port, 5, 0, 0), MACH_MSG_SUCCESS);
}

static void *
ring_when_asleep(void *tid)
{
	program_await_call(*(pid_t *)tid, SYS_futex_waitv);
	program_ring(go);
	return NULL;
}

static void
asleep(void)
{
	pid_t pid = begin_with(send_when_told);
	pid_t tid = (pid_t)syscall(SYS_gettid);
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, ring_when_asleep, &tid), 0);
	note_expect(port, 5);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_join(pid);
}
RUN(a_message_wakes_who_sleeps_for_it, asleep)

static void
note_signal(int signal)
{
	(void)signal;
}

static void *
disturb_when_asleep(void *argument)
{
	const pthread_t *receiver = argument;
	static pid_t tid;

	tid = getpid();
	program_await_call(tid, SYS_futex_waitv);
	CHECK_EQ(pthread_kill(*receiver, SIGUSR1), 0);
	return NULL;
}

static void
signals(void)
{
	const struct sigaction action = {.sa_handler = note_signal};
	pid_t pid = begin_with(wait_to_go);
	pthread_t self = pthread_self();
	pthread_t thread;
	int32_t number;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(pthread_create(&thread, NULL, disturb_when_asleep, &self), 0);
	CHECK_EQ(note_receive(port, &number, MACH_RCV_INTERRUPT, 0),
	    MACH_RCV_INTERRUPTED);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_signal_interrupts_who_wants_to_know, signals)

static void *
destroy_when_asleep(void *tid)
{
	program_await_call(*(pid_t *)tid, SYS_futex_waitv);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	return NULL;
}

static void
destroyed(void)
{
	pid_t pid = begin_with(wait_to_go);
	pid_t tid = (pid_t)syscall(SYS_gettid);
	pthread_t thread;
	int32_t number;

	CHECK_EQ(pthread_create(&thread, NULL, destroy_when_asleep, &tid), 0);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_RCV_PORT_CHANGED);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_RCV_INVALID_NAME);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_ring(go);
	program_join(pid);
}
RUN(who_sleeps_is_told_that_the_right_is_gone, destroyed)

static void
send_three(void)
{
	be_ready();
	program_await(go);
	for (int32_t i = 0; i < 3; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	program_ring(ready);
	program_await(go);
}

static void
too_large(void)
{
	pid_t pid = begin_with(send_three);
	struct note note = {.number = 77};
	mach_msg_size_t small = NOTE_BYTES + 8 - 1;

	program_ring(go);
	program_await(ready);
	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG | MACH_RCV_LARGE, 0, small,
	             port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(note.header.msgh_size, NOTE_BYTES);
	CHECK_EQ(peer_count_lanes(port), 1);
	note_expect(port, 0);
	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, small, port, 0,
	             MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(note.header.msgh_size, sizeof(note.header));
	CHECK_EQ(note.header.msgh_local_port, port);
	note_expect(port, 2);
	program_ring(go);
	program_join(pid);
}
RUN(what_is_too_large_stays_or_is_cut, too_large)

static void *
lock_for_ever(void *unused)
{
	(void)unused;
	CHECK(lanes_port_lock(lanes_port_find(port), port));
	return NULL;
}

static void
locked(void)
{
	pid_t pid = begin_with(send_three);
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, lock_for_ever, NULL), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_ring(go);
	program_await(ready);
	note_expect(port, 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_lock_that_is_never_given_back_stops_nobody, locked)

/* --- requests --------------------------------------------------------------- */

static void
ask(mach_port_t reply, int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             NOTE_BYTES, sizeof(note), reply, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(note.number, number + 1);
	CHECK_EQ(note.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_MOVE_SEND_ONCE));
	CHECK_EQ(note.header.msgh_local_port, reply);
	CHECK_EQ(note.header.msgh_remote_port, MACH_PORT_NULL);
}

static void
ask_many(void)
{
	mach_port_t reply;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &reply),
	    KERN_SUCCESS);
	be_ready();
	for (int32_t i = 0; i < MANY; i++)
		ask(reply, i);
}

static void
reply_to(struct note *note)
{
	note->header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	note->header.msgh_local_port = MACH_PORT_NULL;
	note->number++;
	CHECK_EQ(mach_msg(&note->header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
serve_many(void)
{
	pid_t pid = begin_with(ask_many);

	for (int32_t i = 0; i < MANY; i++) {
		struct note note = {0};

		CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note),
		             port, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQ(note.number, i);
		CHECK_EQ(note.header.msgh_bits,
		    MACH_MSGH_BITS(
		        MACH_MSG_TYPE_MOVE_SEND_ONCE, MACH_MSG_TYPE_MOVE_SEND));
		reply_to(&note);
	}
	program_join(pid);
}
RUN(requests_are_answered, serve_many)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_come_in_order_and_by_the_lane),
	    cmocka_unit_test(what_goes_by_traps_between_keeps_its_place),
	    cmocka_unit_test(a_receive_ends_at_its_time),
	    cmocka_unit_test(a_message_wakes_who_sleeps_for_it),
	    cmocka_unit_test(a_signal_interrupts_who_wants_to_know),
	    cmocka_unit_test(who_sleeps_is_told_that_the_right_is_gone),
	    cmocka_unit_test(what_is_too_large_stays_or_is_cut),
	    cmocka_unit_test(a_lock_that_is_never_given_back_stops_nobody),
	    cmocka_unit_test(requests_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
