/* What is left of a timeout when a lane could not do it all: with a clock that the test can
 * put forward. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

/* Told by the child, and by the server. */
static int from_child[2];
static int from_server[2];

/* How far the clocks of the library are ahead of Linux's, in seconds: in memory that all
 * processes of a test have. */
static _Atomic time_t *ahead_s;

int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	const int r = (int)syscall(SYS_clock_gettime, clock, time_out);

	if (ahead_s && clock == CLOCK_MONOTONIC)
		time_out->tv_sec +=
		    atomic_load_explicit(ahead_s, memory_order_acquire);
	return r;
}

static void
begin(void)
{
	ahead_s = mmap(NULL, sizeof(*ahead_s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(ahead_s != MAP_FAILED);
	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
}

/* Seconds: what the sender has, less than the time that its process has; and what passes
 * until its lane is closed. */
#define PATIENCE_S 1000
#define CLOSED_S 1001

static void
wait_at_full_lane(void)
{
	const mach_port_t port = lane_find_server();
	const pid_t tid = getpid();

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	CHECK_EQ(write(from_child[1], &tid, sizeof(tid)), sizeof(tid));
	program_await(from_server);
	(void)lane_send_many(port, 0, MACH_PORT_QLIMIT_DEFAULT);
	CHECK_EQ(note_send(port, 0, MACH_SEND_TIMEOUT, PATIENCE_S * 1000),
	    MACH_SEND_TIMED_OUT);
}

/* The lane closes, and makes no room. */
static void
close_full_lane(void)
{
	mach_port_t port;
	pid_t child;
	pid_t tid;

	begin();
	port = lane_server("always");
	child = program_fork(wait_at_full_lane);
	lane_expect_stream(port);
	CHECK_EQ(read(from_child[0], &tid, sizeof(tid)), sizeof(tid));
	program_ring(from_server);
	program_await_call(tid, SYS_futex_waitv);
	atomic_store_explicit(ahead_s, CLOSED_S, memory_order_release);
	CHECK_EQ(
	    mach_port_set_context(mach_task_self(), port, 1), KERN_SUCCESS);
	program_join(child);
}

RUN(a_lane_that_closes_gives_its_sender_no_more_time, close_full_lane)

/* Threads that wait for room. */
#define WAITERS 3

static void *
tell_and_wait(void *port)
{
	const pid_t tid = (pid_t)syscall(SYS_gettid);

	CHECK_EQ(write(from_child[1], &tid, sizeof(tid)), sizeof(tid));
	CHECK_EQ(note_send(*(const mach_port_t *)port, 0, MACH_SEND_TIMEOUT,
	             PATIENCE_S * 1000),
	    MACH_SEND_TIMED_OUT);
	return NULL;
}

static void
wait_at_full_lane_in_threads(void)
{
	mach_port_t port = lane_find_server();
	pthread_t threads[WAITERS];

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
	(void)lane_send_many(port, 0, MACH_PORT_QLIMIT_DEFAULT);
	for (int i = 0; i < WAITERS; i++) {
		program_await(from_server);
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, tell_and_wait, &port), 0);
	}
	for (int i = 0; i < WAITERS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

/* Whoever of them is first lets go of it. One after the other begins to wait: who is long in
 * getting the lane's lock, which another has, goes by trap. */
static void
close_lane_of_many(void)
{
	mach_port_t port;
	pid_t child;
	pid_t tid;

	begin();
	port = lane_server("always");
	child = program_fork(wait_at_full_lane_in_threads);
	lane_expect_stream(port);
	program_ring(from_server);
	for (int i = 0; i < WAITERS; i++) {
		program_ring(from_server);
		CHECK_EQ(read(from_child[0], &tid, sizeof(tid)), sizeof(tid));
		program_await_call(tid, SYS_futex_waitv);
	}
	atomic_store_explicit(ahead_s, CLOSED_S, memory_order_release);
	CHECK_EQ(
	    mach_port_set_context(mach_task_self(), port, 1), KERN_SUCCESS);
	program_join(child);
}

RUN(a_lane_that_closes_is_none_for_each_who_waits, close_lane_of_many)

/* Milliseconds: what a receive has, and what has passed when it is told to look again. The
 * kernel process measures that, by Linux's clock. One that begins anew takes the sum of both, or
 * more; one that does not may be late, so there are some tries. */
#define RECEIVE_MS 40
#define RUNG_MS 30
#define TRIES 100

static void
open_and_wait(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
}

/* A lane to the port closes, which rings. */
static void *
ring_late(void *port)
{
	const mach_port_t other = mach_reply_port();
	int32_t number;

	CHECK_EQ(note_receive(other, &number, MACH_RCV_TIMEOUT, RUNG_MS),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(mach_port_set_context(
	             mach_task_self(), *(const mach_port_t *)port, 1),
	    KERN_SUCCESS);
	return NULL;
}

/* A message that goes by a trap, since it says that it is complex; and the receive in the
 * same call. */
static mach_msg_return_t
send_and_receive(mach_port_t to, mach_port_t port, mach_msg_timeout_t ms)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_max_trailer_t trailer;
	} letter = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = to,
	};

	return mach_msg(&letter.header,
	    MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    offsetof(__typeof__(letter), trailer), sizeof(letter), port, ms,
	    MACH_PORT_NULL);
}

/* How long that took, in milliseconds, or a little more. */
static long long
time_rung_receive(mach_port_t other, mach_port_t port)
{
	const pid_t child = program_fork(open_and_wait);
	pthread_t thread;
	int32_t number;
	long long ms;

	lane_expect_stream(port);
	ms = -program_now_ms();
	CHECK_EQ(pthread_create(&thread, NULL, ring_late, &port), 0);
	CHECK_EQ(send_and_receive(other, port, RECEIVE_MS), MACH_RCV_TIMED_OUT);
	ms += program_now_ms();
	CHECK_EQ(pthread_join(thread, NULL), 0);
	/* Or the queue would be full after some tries. */
	CHECK_EQ(note_receive(other, &number, 0, 0), MACH_MSG_SUCCESS);
	program_ring(from_server);
	program_join(child);
	return ms;
}

static void
receive_and_be_rung(void)
{
	const mach_port_t other = note_port();
	mach_port_t port;
	int tries = 1;

	begin();
	port = lane_server("always");
	while (time_rung_receive(other, port) >= RUNG_MS + RECEIVE_MS - 1)
		CHECK(tries++ < TRIES);
}

RUN(a_receive_that_is_rung_has_no_more_time, receive_and_be_rung)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_lane_that_closes_gives_its_sender_no_more_time),
	    cmocka_unit_test(a_lane_that_closes_is_none_for_each_who_waits),
	    cmocka_unit_test(a_receive_that_is_rung_has_no_more_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
