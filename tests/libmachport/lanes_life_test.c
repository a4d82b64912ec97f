/* What becomes of lanes when a program does to itself, or has done to it, what programs do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <mach/mach.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lane_pair.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#define MANY 300

/* --- it closes all descriptors, the library's too --------------------------- */

static void
close_and_send(void)
{
	const mach_port_t port = lane_find_server();
	int32_t number = lane_send_until_open(port, 0);
	mach_msg_return_t mr;

	closefrom(STDERR_FILENO + 1);
	/* Until the kernel process has noticed, it may still have its lane. */
	do
		mr = note_send(port, number++, 0, 0);
	while (mr == MACH_MSG_SUCCESS);
	CHECK_EQ(mr, MACH_SEND_INVALID_DEST);
}

static void
expect_what_was_sent_before_closing(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(close_and_send);
	int32_t expected = 0;
	int32_t number;
	int status = -1;

	while (waitpid(child, &status, WNOHANG) == 0)
		if (note_receive(port, &number, MACH_RCV_TIMEOUT, 10) ==
		    MACH_MSG_SUCCESS)
			CHECK_EQ(number, expected++);
	CHECK_EQ(status, 0);
}

RUN(a_sender_that_closes_our_files_gets_errors,
    expect_what_was_sent_before_closing)

static void
send_until_the_server_is_gone(void)
{
	const mach_port_t port = lane_find_server();
	mach_msg_return_t mr;

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	do
		mr = note_send(port, 1, 0, 0);
	while (mr == MACH_MSG_SUCCESS);
	CHECK_EQ(mr, MACH_SEND_INVALID_DEST);
}

static void
close_and_receive(void)
{
	mach_port_t port;
	mach_msg_return_t mr;
	int32_t number;
	pid_t child;

	port = lane_server("always");
	child = program_fork(send_until_the_server_is_gone);
	lane_expect_stream(port);
	closefrom(STDERR_FILENO + 1);
	do
		mr = note_receive(port, &number, 0, 0);
	while (mr == MACH_MSG_SUCCESS);
	/* The second if it waits already when the kernel process notices. */
	CHECK(mr == MACH_RCV_INVALID_NAME || mr == MACH_RCV_PORT_CHANGED);
	program_join(child);
}

RUN(a_receiver_that_closes_our_files_gets_errors, close_and_receive)

/* --- it becomes a daemon ------------------------------------------------------ */

static int from_daemon[2];

static void
be_daemon(void)
{
	const mach_port_t port = lane_find_server();
	int32_t number = lane_send_until_open(port, MANY);

	number = lane_send_many(port, number, MANY);
	/* The parent may have its own still, which takes room: then ours closes, and opens again. */
	(void)lane_send_until_open(port, number);
	lane_send_last(port);
	program_ring(from_daemon);
}

static void
fork_twice(void)
{
	const mach_port_t port = lane_find_server();
	const int32_t number = lane_send_until_open(port, 0);

	(void)lane_send_many(port, number, MANY - number);
	if (fork() != 0)
		_exit(EXIT_SUCCESS);
	(void)alarm(PROGRAM_SECONDS);
	CHECK(setsid() >= 0);
	if (fork() != 0)
		_exit(EXIT_SUCCESS);
	(void)alarm(PROGRAM_SECONDS);
	be_daemon();
	_exit(EXIT_SUCCESS);
}

static void
expect_parent_and_daemon(void)
{
	mach_port_t port;
	pid_t child;

	CHECK_EQ(pipe(from_daemon), 0);
	port = lane_server("always");
	child = program_fork(fork_twice);
	lane_expect_stream(port);
	program_join(child);
	program_await(from_daemon);
}

RUN(a_daemon_has_lanes_of_its_own, expect_parent_and_daemon)

/* --- it is stopped ------------------------------------------------------------ */

static int from_server[2];
static pid_t server;

/* And wait until it is. */
static void
stop_server(void)
{
	char path[32];
	char state = ' ';

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)server);
	CHECK_EQ(kill(server, SIGSTOP), 0);
	while (state != 'T') {
		FILE *file = fopen(path, "re");

		CHECK(file);
		CHECK_EQ(fscanf(file, "%*d %*s %c", &state), 1);
		(void)fclose(file);
	}
}

/* The child sends while its parent, the server, is stopped. */
static void
send_to_a_stopped_server(void)
{
	const mach_port_t port = lane_find_server();
	int32_t number = 0;
	mach_msg_return_t mr;
	mach_msg_return_t again;

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
	stop_server();
	do
		mr = note_send(port, number, MACH_SEND_TIMEOUT, 10);
	while (mr == MACH_MSG_SUCCESS && ++number < MANY);
	again = note_send(port, number, MACH_SEND_TIMEOUT, 10);
	CHECK_EQ(kill(server, SIGCONT), 0);
	/* As many as its queue holds, by whatever way. */
	CHECK_EQ(number, MACH_PORT_QLIMIT_DEFAULT);
	CHECK_EQ(mr, MACH_SEND_TIMED_OUT);
	CHECK_EQ(again, MACH_SEND_TIMED_OUT);
	(void)lane_send_many(port, number, MANY);
	lane_send_last(port);
}

static void
be_stopped(void)
{
	mach_port_t port;
	pid_t child;

	server = getpid();
	CHECK_EQ(pipe(from_server), 0);
	port = lane_server("always");
	child = program_fork(send_to_a_stopped_server);
	lane_expect_stream(port);
	program_ring(from_server);
	lane_expect_stream(port);
	program_join(child);
}

RUN(a_stopped_receiver_fills_its_queue_and_no_more, be_stopped)

/* --- it sends to one port after the other ------------------------------------- */

/* More than it has lanes at a time. */
#define PORTS (LANES_OUT_MAX + 4)

/* A send right. */
struct gift {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	mach_msg_trailer_t trailer;
};

#define GIFT_BYTES ((mach_msg_size_t)offsetof(struct gift, trailer))

static void
give(mach_port_t to, mach_port_t port)
{
	struct gift gift = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = to,
	    .body.msgh_descriptor_count = 1,
	    .right.name = port,
	    .right.disposition = MACH_MSG_TYPE_MAKE_SEND,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	};

	CHECK_EQ(mach_msg(&gift.header, MACH_SEND_MSG, GIFT_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
serve_at_many_ports(void)
{
	const mach_port_t customer = lane_find_server();

	for (unsigned i = 0; i < PORTS; i++) {
		const mach_port_t port = note_port();

		give(customer, port);
		lane_expect_stream(port);
		CHECK_EQ(
		    mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	}
}

static void
send_to_many_ports(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(serve_at_many_ports);
	struct gift gift;

	for (unsigned i = 0; i < PORTS; i++) {
		CHECK_EQ(mach_msg(&gift.header, MACH_RCV_MSG, 0, sizeof(gift),
		             port, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		/* The name stays, a dead one: the next has another. */
		(void)lane_send_until_open(gift.right.name, 0);
		lane_send_last(gift.right.name);
	}
	program_join(child);
}

RUN(ports_that_have_gone_take_no_lanes, send_to_many_ports)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sender_that_closes_our_files_gets_errors),
	    cmocka_unit_test(a_receiver_that_closes_our_files_gets_errors),
	    cmocka_unit_test(a_daemon_has_lanes_of_its_own),
	    cmocka_unit_test(a_stopped_receiver_fills_its_queue_and_no_more),
	    cmocka_unit_test(ports_that_have_gone_take_no_lanes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
