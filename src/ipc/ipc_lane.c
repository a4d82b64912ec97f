/* Lanes: which there are, and what is asked of them. */
#include "ipc_lane.h"

#include "base_assert.h"
#include "ipc_port.h"
#include "ipc_space.h"

/* No lane is made yet. */
static void
no_lanes(const struct list *lanes)
{
	mp_assert(list_empty(lanes));
}

void
ipc_lane_close_port(
    struct ipc_port *port, enum ipc_lane_why why __attribute__((unused)))
{
	no_lanes(&port->lanes);
}

void
ipc_lane_close_space(
    struct ipc_space *space, enum ipc_lane_why why __attribute__((unused)))
{
	no_lanes(&space->lanes_out);
	no_lanes(&space->lanes_in);
}

void
ipc_lane_close_from(
    struct ipc_space *space, enum ipc_lane_why why __attribute__((unused)))
{
	no_lanes(&space->lanes_out);
}

void
ipc_lane_close_right(
    struct ipc_space *space, struct ipc_port *port __attribute__((unused)))
{
	no_lanes(&space->lanes_out);
}

uint32_t
ipc_lane_limits(const struct ipc_port *port)
{
	no_lanes(&port->lanes);
	return 0;
}

void
ipc_lane_share(struct ipc_port *port)
{
	no_lanes(&port->lanes);
}

uint32_t
ipc_lane_depth(const struct ipc_port *port)
{
	no_lanes(&port->lanes);
	return 0;
}

uint32_t
ipc_lane_sorights(const struct ipc_port *port)
{
	no_lanes(&port->lanes);
	return 0;
}

mach_port_seqno_t
ipc_lane_seqno(const struct ipc_port *port)
{
	no_lanes(&port->lanes);
	return port->seqno;
}
