#include "lane_pair.h"

#include <stddef.h>
#include <stdlib.h>

#include "lanes_table.h"
#include "note.h"
#include "program.h"
#include "thread_conn.h"

mach_port_t
lane_server(const char *mode)
{
	mach_port_t port;

	CHECK_EQ(setenv("MACHPORT_LANES", mode, 1), 0);
	port = note_port();
	CHECK_EQ(mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	return port;
}

mach_port_t
lane_find_server(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t port;

	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	port = ports[0];
	CHECK(MACH_PORT_VALID(port));
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)ports,
	             count * sizeof(*ports)),
	    KERN_SUCCESS);
	return port;
}

bool
lane_exists(mach_port_t port)
{
	return lanes_out_find(port) != NULL;
}

int32_t
lane_send_until_open(mach_port_t port, int32_t number)
{
	while (!lane_exists(port))
		number = lane_send_many(port, number, 1);
	return number;
}

int32_t
lane_send_many(mach_port_t port, int32_t number, int32_t count)
{
	for (int32_t i = 0; i < count; i++)
		CHECK_EQ(note_send(port, number++, 0, 0), MACH_MSG_SUCCESS);
	return number;
}

void
lane_send_last(mach_port_t port)
{
	CHECK_EQ(note_send(port, LANE_LAST, 0, 0), MACH_MSG_SUCCESS);
}

void
lane_expect_stream(mach_port_t port)
{
	int32_t expected = 0;
	int32_t number;

	for (;;) {
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
		if (number == LANE_LAST)
			return;
		CHECK_EQ(number, expected);
		expected++;
	}
}

void
lane_ask(mach_port_t port, mach_port_t reply, int32_t number)
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

void
lane_ask_until_open(mach_port_t port, mach_port_t reply)
{
	for (int32_t i = 0; !lane_exists(port); i++)
		lane_ask(port, reply, i);
	lane_ask(port, reply, 0);
	lane_send_last(port);
}

uint32_t
lane_count_traps(void)
{
	int error;
	struct connection *connection =
	    thread_conn_take(__builtin_frame_address(0), &error);
	uint32_t count;

	CHECK(connection);
	count = connection->sequence;
	thread_conn_give(connection, false);
	return count;
}

void
lane_close_all(mach_port_t port)
{
	mach_port_limits_t limits = {.mpl_qlimit = 6};

	CHECK_EQ(mach_port_set_attributes(mach_task_self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	             MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

bool
lane_answer_next(mach_port_t port, void (*before)(int32_t number))
{
	struct note note;
	int32_t number;

	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note), port, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	number = note.number;
	if (note.header.msgh_remote_port == MACH_PORT_NULL)
		return number != LANE_LAST;
	if (before)
		before(number);
	note.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	note.header.msgh_local_port = MACH_PORT_NULL;
	note.number++;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	return true;
}

void
lane_answer(mach_port_t port)
{
	while (lane_answer_next(port, NULL))
		continue;
}
