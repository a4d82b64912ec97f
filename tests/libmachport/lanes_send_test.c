/* Messages and replies between two processes, by lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lanes.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#define MANY 5000

/* The last note of a stream. */
#define LAST INT32_MAX

/* The port of the process that started this one. */
static mach_port_t
find_server(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t port;

	CHECK_EQ(mach_ports_lookup(mach_task_self(), &ports, &count),
	    KERN_SUCCESS);
	port = ports[0];
	CHECK(MACH_PORT_VALID(port));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)ports,
	    count * sizeof(*ports));
	return port;
}

static mach_port_t
be_server(const char *mode)
{
	mach_port_t port;

	CHECK_EQ(setenv("MACHPORT_LANES", mode, 1), 0);
	port = note_port();
	CHECK_EQ(mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	return port;
}

static bool
has_lane(mach_port_t port)
{
	return lanes_out_find(port) != NULL;
}

/* Note after note from @number on, until a lane takes them. The next number. */
static int32_t
send_until_lane(mach_port_t port, int32_t number)
{
	while (!has_lane(port))
		CHECK_EQ(note_send(port, number++, 0, 0), MACH_MSG_SUCCESS);
	return number;
}

/* Notes with each number, in order, to the last. */
static void
expect_stream(mach_port_t port)
{
	int32_t expected = 0;
	int32_t number;

	for (;;) {
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
		if (number == LAST)
			return;
		CHECK_EQ(number, expected);
		expected++;
	}
}

static void
send_stream(void)
{
	const mach_port_t port = find_server();
	int32_t number = send_until_lane(port, 0);

	for (int i = 0; i < MANY; i++)
		CHECK_EQ(note_send(port, number++, 0, 0), MACH_MSG_SUCCESS);
	CHECK(has_lane(port));
	CHECK_EQ(note_send(port, LAST, 0, 0), MACH_MSG_SUCCESS);
}

static void
receive_stream(void)
{
	const mach_port_t port = be_server("always");
	const pid_t child = program_fork(send_stream);

	expect_stream(port);
	program_join(child);
}

RUN(messages_by_a_lane_arrive_once_and_in_order, receive_stream)

static void
send_flipping_stream(void)
{
	const mach_port_t port = find_server();

	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(note_send(port, i, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(note_send(port, LAST, 0, 0), MACH_MSG_SUCCESS);
}

static void
receive_flipping_stream(void)
{
	const mach_port_t port = be_server("flip");
	const pid_t child = program_fork(send_flipping_stream);

	expect_stream(port);
	program_join(child);
}

RUN(closing_and_opening_loses_nothing_and_keeps_the_order,
    receive_flipping_stream)

/* --- requests ---------------------------------------------------------------------- */

/* Ask @port, be answered on @reply: number + 1. */
static void
ask(mach_port_t port, mach_port_t reply, int32_t number)
{
	struct note note = note_to(port, number);

	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	note.header.msgh_local_port = reply;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             NOTE_BYTES, sizeof(note), reply, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(note.number, number + 1);
	CHECK_EQ(note.header.msgh_local_port, reply);
	CHECK_EQ(note.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
}

static void
answer_until_last(mach_port_t port)
{
	struct note note = {.number = 0};

	while (note.number != LAST) {
		CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note),
		             port, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		if (note.header.msgh_remote_port == MACH_PORT_NULL)
			continue;
		note.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		note.header.msgh_local_port = MACH_PORT_NULL;
		note.number++;
		CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
		             MACH_PORT_NULL, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
	}
}

static void
ask_many(void)
{
	const mach_port_t port = find_server();
	const mach_port_t reply = note_port();

	for (int32_t i = 0; i < MANY; i++)
		ask(port, reply, i);
	CHECK_EQ(note_send(port, LAST, 0, 0), MACH_MSG_SUCCESS);
}

static void
answer_always(void)
{
	const mach_port_t port = be_server("always");
	const pid_t child = program_fork(ask_many);

	answer_until_last(port);
	program_join(child);
}

RUN(each_request_has_its_reply, answer_always)

static void
answer_flipping(void)
{
	const mach_port_t port = be_server("flip");
	const pid_t child = program_fork(ask_many);

	answer_until_last(port);
	program_join(child);
}

RUN(each_request_has_its_reply_however_lanes_come_and_go, answer_flipping)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_by_a_lane_arrive_once_and_in_order),
	    cmocka_unit_test(
	        closing_and_opening_loses_nothing_and_keeps_the_order),
	    cmocka_unit_test(each_request_has_its_reply),
	    cmocka_unit_test(
	        each_request_has_its_reply_however_lanes_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
