/* Two processes with a lane between them. */
#include "lane_peer.h"

#include <poll.h>
#include <stdlib.h>

#include "lanes_port.h"
#include "note.h"
#include "program.h"

pid_t peer_kernel;

mach_port_t
peer_begin(void)
{
	mach_port_t port;

	CHECK_EQ(setenv("MACHPORT_LANES", "always", 1), 0);
	peer_kernel = program_start_kernel();
	port = note_port();
	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	return port;
}

void
peer_warm(mach_port_t port)
{
	while (!lanes_out_find(port))
		CHECK_EQ(note_send(port, PEER_WARM, 0, 0), MACH_MSG_SUCCESS);
}

int32_t
peer_receive(mach_port_t name)
{
	int32_t number = PEER_WARM;

	while (number == PEER_WARM)
		CHECK_EQ(note_receive(name, &number, 0, 0), MACH_MSG_SUCCESS);
	return number;
}

void
peer_receive_warm(mach_port_t name, int ends[2])
{
	struct pollfd event = {.fd = ends[0], .events = POLLIN};
	int32_t number;

	do
		(void)note_receive(name, &number, MACH_RCV_TIMEOUT, 1);
	while (poll(&event, 1, 0) == 0);
	program_await(ends);
	while (note_receive(name, &number, MACH_RCV_TIMEOUT, 0) ==
	    MACH_MSG_SUCCESS)
		CHECK_EQ(number, PEER_WARM);
}

/* Of the lanes to @port: how many, and what came by them. */
static unsigned
count(mach_port_t port_name, bool messages)
{
	struct lanes_port *port = lanes_port_find(port_name);
	unsigned found = 0;

	if (!port || !lanes_port_lock(port, port_name))
		return 0;
	for (uint32_t i = 1; i < port->feed_count; i++)
		if (port->feeds[i].in)
			found += messages
			    ? lane_count(port->feeds[i].in->lane.head)
			    : 1;
	lanes_lock_give(&port->lock);
	return found;
}

unsigned
peer_count_lanes(mach_port_t port)
{
	return count(port, false);
}

unsigned
peer_count_taken(mach_port_t port)
{
	return count(port, true);
}
