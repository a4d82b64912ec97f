/* Many threads that wait for one port with lanes, and for a set that it is in. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "note.h"
#include "program.h"

#define THREADS 16
#define ROUNDS 300

/* A message that is not received within this time was forgotten. Less than the five seconds
 * after which a sleeper looks for itself. */
#define LIMIT_MS 3000

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
	struct pollfd event = {.fd = got[0], .events = POLLIN};
	int32_t number;

	CHECK_EQ(poll(&event, 1, LIMIT_MS), 1);
	CHECK_EQ(read(got[0], &number, sizeof(number)), sizeof(number));
	CHECK_EQ(number, expected);
}

static void
begin(void)
{
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_message_wakes_one_of_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
