/* machport_fd() of a port, or a set, whose messages come by lanes. */
#include <machport.h>

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "note.h"
#include "program.h"

#define MANY 50

static mach_port_t port;
static int ready[2];
static int go[2];

static void
be_ready(void)
{
	peer_warm(bootstrap_port);
	program_ring(ready);
	program_await(go);
}

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
	return pid;
}

static bool
is_readable(int fd)
{
	struct pollfd event = {.fd = fd, .events = POLLIN};

	return poll(&event, 1, 0) == 1;
}

/* Fails if that takes long. */
static void
await_readable(int fd)
{
	struct pollfd event = {.fd = fd, .events = POLLIN};

	CHECK_EQ(poll(&event, 1, 5000), 1);
}

static void
send_one_by_one(void)
{
	be_ready();
	for (int32_t i = 0; i < MANY; i++) {
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
		program_await(go);
	}
}

static void
one_by_one(void)
{
	pid_t pid = begin_with(send_one_by_one);
	int fd = machport_fd(port);

	CHECK(fd >= 0);
	CHECK(!is_readable(fd));
	program_ring(go);
	for (int32_t i = 0; i < MANY; i++) {
		await_readable(fd);
		CHECK(is_readable(fd));
		note_expect(port, i);
		CHECK(!is_readable(fd));
		CHECK(peer_count_taken(port) > 0);
		program_ring(go);
	}
	program_join(pid);
}
RUN(it_is_readable_while_a_message_is_in_a_lane, one_by_one)

static void
send_three(void)
{
	be_ready();
	for (int32_t i = 0; i < 3; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	program_ring(ready);
	program_await(go);
}

static void
until_the_last(void)
{
	pid_t pid = begin_with(send_three);
	int fd = machport_fd(port);

	program_ring(go);
	program_await(ready);
	await_readable(fd);
	note_expect(port, 0);
	CHECK(is_readable(fd));
	note_expect(port, 1);
	CHECK(is_readable(fd));
	note_expect(port, 2);
	CHECK(!is_readable(fd));
	program_ring(go);
	program_join(pid);
}
RUN(it_stays_readable_until_the_last_is_received, until_the_last)

static void
made_late(void)
{
	pid_t pid = begin_with(send_three);
	int fd;

	program_ring(go);
	program_await(ready);
	fd = machport_fd(port);
	CHECK(is_readable(fd));
	for (int32_t i = 0; i < 3; i++)
		note_expect(port, i);
	CHECK(!is_readable(fd));
	program_ring(go);
	program_join(pid);
}
RUN(it_tells_of_what_was_there_before_it, made_late)

static void
of_a_set(void)
{
	pid_t pid = begin_with(send_three);
	mach_port_t set;
	int fd;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	fd = machport_fd(set);
	CHECK(!is_readable(fd));
	program_ring(go);
	program_await(ready);
	await_readable(fd);
	note_expect(set, 0);
	CHECK(is_readable(fd));
	note_expect(port, 1);
	note_expect(set, 2);
	CHECK(!is_readable(fd));
	program_ring(go);
	program_join(pid);
}
RUN(that_of_a_set_tells_of_its_members, of_a_set)

/* This thread has no connection to the kernel, and gets none. */
static void *
send_unheard(void *unused)
{
	struct rlimit files;
	struct rlimit none;

	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
	none = (struct rlimit){0, files.rlim_max};
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
	CHECK_EQ(note_send(bootstrap_port, 0, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
	return unused;
}

static void
send_unheard_and_heard(void)
{
	pthread_t thread;

	be_ready();
	CHECK_EQ(pthread_create(&thread, NULL, send_unheard, NULL), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_ring(ready);
	program_await(go);
	CHECK_EQ(note_send(bootstrap_port, 1, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
}

static void
unheard(void)
{
	pid_t pid = begin_with(send_unheard_and_heard);
	int fd = machport_fd(port);

	program_ring(go);
	program_await(ready);
	CHECK(!is_readable(fd));
	program_ring(go);
	await_readable(fd);
	note_expect(port, 0);
	note_expect(port, 1);
	CHECK(peer_count_taken(port) > 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_ring_that_linux_refused_is_made_with_the_next_message, unheard)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_readable_while_a_message_is_in_a_lane),
	    cmocka_unit_test(it_stays_readable_until_the_last_is_received),
	    cmocka_unit_test(it_tells_of_what_was_there_before_it),
	    cmocka_unit_test(that_of_a_set_tells_of_its_members),
	    cmocka_unit_test(
	        a_ring_that_linux_refused_is_made_with_the_next_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
