/* Mach 2.5: messages. */
#define MACH_2_5
#include "older.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void
options_have_these_numbers(void)
{
	CHECK_EQUAL(MSG_OPTION_NONE, 0);
	CHECK_EQUAL(SEND_TIMEOUT, 0x1);
	CHECK_EQUAL(SEND_NOTIFY, 0x2);
	CHECK_EQUAL(SEND_INTERRUPT, 0x4);
	CHECK_EQUAL(SEND_SWITCH, 0x20);
	CHECK_EQUAL(RCV_TIMEOUT, 0x100);
	CHECK_EQUAL(RCV_NO_SENDERS, 0x200);
	CHECK_EQUAL(RCV_INTERRUPT, 0x400);
	CHECK_EQUAL(RCV_LARGE, 0x1000);
}

static void
the_header_is_swapped_for_the_receiver(void)
{
	port_t port = old_allocate();
	port_t reply = old_allocate();
	struct {
		msg_header_t header;
		msg_type_t type;
		int number;
	} out =
	    {
	        .header = old_header_to(port, 25),
	        .type = ITEM(MSG_TYPE_INTEGER_32, 32, 1),
	        .number = 42,
	    },
	  in;

	out.header.msg_size = sizeof(out);
	out.header.msg_type = MSG_TYPE_EMERGENCY;
	out.header.msg_local_port = reply;
	EXPECT(msg_send(&out.header, SEND_SWITCH, 0), SEND_SUCCESS);
	EXPECT(old_receive(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.header.msg_simple, TRUE);
	CHECK_EQUAL(in.header.msg_size, sizeof(in));
	CHECK_EQUAL(in.header.msg_type, MSG_TYPE_EMERGENCY);
	CHECK_EQUAL(in.header.msg_id, 25);
	CHECK_EQUAL(in.header.msg_local_port, port);
	CHECK_EQUAL(in.header.msg_remote_port, reply);
	CHECK(memcmp(&in.type, &out.type, sizeof(in.type)) == 0);
	CHECK_EQUAL(in.number, 42);
	old_deallocate(reply);
	old_deallocate(port);
}

static void
each_type_of_port_is_the_right_that_it_names(void)
{
	static const unsigned types[] = {
	    MSG_TYPE_PORT_RECEIVE, MSG_TYPE_PORT_OWNERSHIP, MSG_TYPE_PORT_ALL};
	port_t to = old_allocate();
	port_t port = old_allocate();
	struct old_port_message out = old_port_to(to, port, MSG_TYPE_PORT);
	struct old_port_message in;

	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(old_receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQUAL(in.port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	for (int i = 0; i < 3; i++) {
		out = old_port_to(to, port, types[i]);
		EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
		EXPECT(old_receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
		CHECK_EQUAL(in.type.msg_type_name, types[i]);
		CHECK_EQUAL(in.port, port);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	}
	/* A name is a number. */
	out = old_port_to(to, NOTHING, MSG_TYPE_PORT_NAME);
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(old_receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.port, NOTHING);
	old_deallocate(port);
	old_deallocate(to);
}

static void
codes_of_a_send(void)
{
	port_t port = old_allocate();
	msg_header_t header = old_header_to(port, 1);
	struct old_port_message bad = old_port_to(port, NOTHING, MSG_TYPE_PORT);
	struct {
		msg_header_t header;
		msg_type_t type;
		void *memory;
	} nowhere = {
	    .header = old_header_to(port, 1),
	    .type = {.msg_type_name = MSG_TYPE_BYTE,
	        .msg_type_size = 8,
	        .msg_type_number = 100},
	    .memory = (void *)16,
	};

	nowhere.header.msg_simple = FALSE;
	nowhere.header.msg_size = sizeof(nowhere);
	EXPECT(msg_send(&nowhere.header, 0, 0), SEND_INVALID_MEMORY);
	EXPECT(msg_send(NULL, 0, 0), SEND_INVALID_MEMORY);
	EXPECT(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.port = port;
	bad.type.msg_type_size = 8;
	EXPECT(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	header.msg_remote_port = NOTHING;
	EXPECT(msg_send(&header, 0, 0), SEND_INVALID_PORT);
	header.msg_remote_port = port;
	header.msg_local_port = NOTHING;
	EXPECT(msg_send(&header, 0, 0), SEND_INVALID_PORT);
	header.msg_local_port = PORT_NULL;
	header.msg_size = 20;
	EXPECT(msg_send(&header, 0, 0), SEND_MSG_TOO_SMALL);
	header.msg_size = MSG_SIZE_MAX + 4;
	EXPECT(msg_send(&header, 0, 0), SEND_MSG_TOO_LARGE);
	expect_empty(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	old_deallocate(port);
}

static void
a_failed_send_destroys_the_message(void)
{
	port_t to = old_allocate();
	port_t port = old_allocate();
	struct old_port_message out = old_port_to(to, port, MSG_TYPE_PORT_ALL);

	old_fill(to);
	EXPECT(msg_send(&out.header, SEND_TIMEOUT, 0), SEND_TIMED_OUT);
	/* The receive right has gone with it; the send right was not in it. */
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(to, MACH_PORT_RIGHT_SEND), 1);
	old_deallocate(port);
	old_deallocate(to);
}

static void
codes_of_a_receive(void)
{
	port_t port = old_allocate();
	port_t send = NOTHING;
	struct old_port_message out = old_port_to(port, port, MSG_TYPE_PORT);
	struct old_port_message in;
	msg_header_t small;

	EXPECT(msg_receive(NULL, RCV_TIMEOUT, 0), RCV_INVALID_MEMORY);
	EXPECT(old_receive(send, &in, sizeof(in), 0), RCV_INVALID_PORT);
	EXPECT(old_receive(task_self(), &in, sizeof(in), 0), RCV_INVALID_PORT);
	EXPECT(old_receive(port, &in, sizeof(in), 0), RCV_TIMED_OUT);
	/* Lost without RCV_LARGE, kept with it. */
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(old_receive(port, &small, sizeof(small), 0), RCV_TOO_LARGE);
	expect_empty(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(
	    old_receive(port, &small, sizeof(small), RCV_LARGE), RCV_TOO_LARGE);
	CHECK(small.msg_size >= sizeof(in));
	EXPECT(old_receive(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.port, port);
	old_deallocate(port);
}

static void
wait_for_message(void *argument)
{
	msg_header_t header = {
	    .msg_size = sizeof(header),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&header, MSG_OPTION_NONE, 0), RCV_PORT_CHANGE);
}

static void
a_receive_ends_with_its_right(void)
{
	port_t port = old_allocate();
	struct worker *worker = worker_start(wait_for_message, &port);

	worker_until_blocked(worker);
	old_deallocate(port);
	worker_join(worker);
}

static void
do_nothing(int signal)
{
	(void)signal;
}

static void
wait_until_interrupted(void *argument)
{
	msg_header_t header = {
	    .msg_size = sizeof(header),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&header, RCV_INTERRUPT, 0), RCV_INTERRUPTED);
}

static void
send_until_interrupted(void *argument)
{
	msg_header_t header = old_header_to(*(port_t *)argument, 1);

	EXPECT(msg_send_trap(&header, MSG_OPTION_NONE, 0), SEND_INTERRUPTED);
}

/* Run @function, and interrupt it when it waits. */
static void
interrupt(void (*function)(void *argument), port_t port)
{
	const struct sigaction action = {.sa_handler = do_nothing};
	struct worker *worker;
	sigset_t signals;

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	worker = worker_start(function, &port);
	worker_until_blocked(worker);
	/* It is not for us. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	worker_join(worker);
	(void)pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

static void
a_signal_ends_a_wait_that_may_be_interrupted(void)
{
	port_t port = old_allocate();

	interrupt(wait_until_interrupted, port);
	old_fill(port);
	interrupt(send_until_interrupted, port);
	CHECK_EQUAL(status_of(port).mps_msgcount, PORT_BACKLOG_DEFAULT);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	old_deallocate(port);
}

static void
a_receive_that_nobody_can_end_is_refused(void)
{
	struct peer *peer = peer_new();
	port_t port = old_allocate();
	msg_header_t in;

	EXPECT(old_receive(port, &in, sizeof(in), RCV_NO_SENDERS),
	    RCV_ONLY_SENDER);
	(void)peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(
	    old_receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_TIMED_OUT);
	peer_kill(peer);
	EXPECT(old_receive(port, &in, sizeof(in), RCV_NO_SENDERS),
	    RCV_ONLY_SENDER);
	old_deallocate(port);
}

static void
answer_once(void *argument)
{
	msg_header_t request = {
	    .msg_size = sizeof(request),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&request, MSG_OPTION_NONE, 0), RCV_SUCCESS);
	CHECK_EQUAL(request.msg_id, 100);
	request.msg_local_port = PORT_NULL;
	request.msg_id = 200;
	EXPECT(msg_send(&request, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static void
a_call_is_a_send_and_a_receive(void)
{
	port_t port = old_allocate();
	port_t reply = old_allocate();
	struct worker *worker = worker_start(answer_once, &port);
	msg_header_t header = old_header_to(port, 100);

	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, MSG_OPTION_NONE, sizeof(header), 0, 0),
	    RPC_SUCCESS);
	CHECK_EQUAL(header.msg_id, 200);
	CHECK_EQUAL(header.msg_local_port, reply);
	worker_join(worker);
	header = old_header_to(NOTHING, 100);
	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, RCV_TIMEOUT, sizeof(header), 0, 0),
	    RPC_INVALID_PORT);
	header = old_header_to(port, 100);
	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, RCV_TIMEOUT, sizeof(header), 0, 0),
	    RPC_RCV_TIMED_OUT);
	old_deallocate(port);
	old_deallocate(reply);
}

static const struct scenario scenarios[] = {
    SCENARIO("older.5.r1 older.5.r2 older.5.r3 older.5.r4 older.5.r5",
        options_have_these_numbers),
    SCENARIO("older.5 older.5.r5 older.5.r6",
        the_header_is_swapped_for_the_receiver),
    SCENARIO("older.5", each_type_of_port_is_the_right_that_it_names),
    SCENARIO("older.5.r7 older.5.r8 older.5.r14 older.5.r15", codes_of_a_send),
    SCENARIO("older.5 older.5.r9", a_failed_send_destroys_the_message),
    SCENARIO("older.5.r4 older.5.r17 older.5.r18 older.5.r19 older.5.r20",
        codes_of_a_receive),
    SCENARIO("older.5.r24", a_receive_ends_with_its_right),
    SCENARIO_WITH(SCENARIO_PROCESS, "older.5.r3 older.5.r13 older.5.r23",
        a_signal_ends_a_wait_that_may_be_interrupted),
    SCENARIO("older.5 older.5.r2 older.5.r22",
        a_receive_that_nobody_can_end_is_refused),
    SCENARIO("older.5 older.5.r6", a_call_is_a_send_and_a_receive),
};
CONFORMANCE(scenarios)
