/* Many threads that wait for one port with lanes, and for a set that it is in. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lane_peer.h"
#include "lanes_port.h"
#include "lanes_sleep.h"
#include "note.h"
#include "program.h"

#define THREADS 16
#define ROUNDS 300

static mach_port_t port;
static mach_port_t set;
static int ready[2];
static int go[2];
static int got[2];

/* One message for each byte; the last ones end threads. */
static void
send_when_told(void)
{
	peer_warm(bootstrap_port);
	program_ring(ready);
	for (int32_t i = 0; i < ROUNDS + THREADS; i++) {
		program_await(go);
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	}
	program_await(go);
}

static void *
receive_all(void *name)
{
	int32_t number;

	do {
		number = peer_receive(*(mach_port_t *)name);
		CHECK_EQ(
		    write(got[1], &number, sizeof(number)), sizeof(number));
	} while (number < ROUNDS);
	return NULL;
}

static void
expect_got(int32_t expected)
{
	int32_t number;

	CHECK_EQ(read(got[0], &number, sizeof(number)), sizeof(number));
	CHECK_EQ(number, expected);
}

/* A message that was forgotten stays so: no thread looks for itself. */
static void
begin(void)
{
	lanes_sleep_max_ns = LANE_FOR_EVER_NS;
	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	CHECK_EQ(pipe(got), 0);
	port = peer_begin();
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
}

static void
one_at_a_time(void)
{
	pthread_t threads[THREADS];
	pid_t pid;

	begin();
	pid = program_fork(send_when_told);
	peer_receive_warm(port, ready);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, receive_all,
		             i % 2 == 0 ? &port : &set),
		    0);
	for (int32_t i = 0; i < ROUNDS + THREADS; i++) {
		program_ring(go);
		expect_got(i);
	}
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	CHECK(peer_count_taken(port) > 0);
	program_ring(go);
	program_join(pid);
}
RUN(each_message_wakes_one_of_many_threads, one_at_a_time)

/* --- many at once ------------------------------------------------------------- */

/* The sender wakes one thread for some of them, and that one the next. None has two of a
 * burst. */
#define BURST_MAX 7
#define IMPATIENT 3 /* of the threads wait for a millisecond at a time */

static int over[2]; /* a byte for each message of the burst */

static uint8_t
burst_of(int32_t round)
{
	return (uint8_t)(round < ROUNDS ? 1 + round * 5 % BURST_MAX : THREADS);
}

static void
send_bursts(void)
{
	int32_t number = 0;
	uint8_t burst;

	peer_warm(bootstrap_port);
	program_ring(ready);
	for (int32_t round = 0; round <= ROUNDS; round++) {
		CHECK_EQ(read(go[0], &burst, 1), 1);
		number = round < ROUNDS ? number + 1 : INT32_MAX;
		for (uint8_t i = 0; i < burst; i++)
			CHECK_EQ(note_send(bootstrap_port, number, 0, 0),
			    MACH_MSG_SUCCESS);
	}
	program_await(go);
}

static void *
receive_bursts(void *impatient)
{
	const mach_msg_option_t option = impatient ? MACH_RCV_TIMEOUT : 0;
	mach_msg_return_t mr;
	int32_t number;
	uint8_t byte;

	for (;;) {
		mr = note_receive(port, &number, option, 1);
		if (mr == MACH_RCV_TIMED_OUT)
			continue;
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
		CHECK_EQ(
		    write(got[1], &number, sizeof(number)), sizeof(number));
		if (number == INT32_MAX)
			return NULL;
		CHECK_EQ(read(over[0], &byte, 1), 1);
	}
}

/* All that are patient are asleep: one has to be woken for each message. */
static void
await_sleepers(void)
{
	const struct lanes_port *listed = lanes_port_find(port);

	while (atomic_load(&listed->sleepers[LANE_FUTEX]) +
	        atomic_load(&listed->sleepers[LANE_KICK]) <
	    THREADS - IMPATIENT)
		(void)sched_yield();
}

static void
many_at_once(void)
{
	static const uint8_t bytes[THREADS];
	pthread_t threads[THREADS];
	pid_t pid;

	begin();
	CHECK_EQ(pipe(over), 0);
	pid = program_fork(send_bursts);
	peer_receive_warm(port, ready);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, receive_bursts,
		             i < IMPATIENT ? &port : NULL),
		    0);
	for (int32_t round = 0; round <= ROUNDS; round++) {
		const uint8_t burst = burst_of(round);

		await_sleepers();
		CHECK_EQ(write(go[1], &burst, 1), 1);
		for (uint8_t i = 0; i < burst; i++)
			expect_got(round < ROUNDS ? round + 1 : INT32_MAX);
		if (round < ROUNDS)
			CHECK_EQ(write(over[1], bytes, burst), burst);
	}
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	CHECK(peer_count_taken(port) > 0);
	program_ring(go);
	program_join(pid);
}
RUN(each_of_many_messages_wakes_a_thread, many_at_once)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_message_wakes_one_of_many_threads),
	    cmocka_unit_test(each_of_many_messages_wakes_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
