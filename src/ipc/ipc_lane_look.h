/*
 * What is told of lanes to whoever looks: what has passed, who sleeps. Nothing is closed for it.
 *
 * It is what the tasks of a lane say of it. Of how much has passed both tell, and the less is
 * believed: by a lie of one, messages of the other may be counted late, when the lane closes,
 * or never, but none that he has not sent.
 */
#ifndef IPC_LANE_LOOK_H
#define IPC_LANE_LOOK_H

#include "ipc_lane.h"

struct ipc_pset;

/* An OPEN lane: what has passed by it so far. */
struct ipc_lane_passed ipc_lane_passed(const struct ipc_lane *lane);

/* Count what has passed up to @cut and was not counted yet, for both tasks and the port. A
 * lane's own counters have 32 bits: to be called before they have gone round. */
void ipc_lane_count(struct ipc_lane *lane, const struct lane_cut *cut);

/* What a space has of lanes. */
struct ipc_lane_look {
	uint32_t lanes_out; /* OPEN, by which it sends */
	uint32_t lanes_in;  /* or receives */
	uint32_t unread;    /* messages that are in those by which it sends */
	/* Messages that are not counted yet, those on their way included. */
	uint64_t sent;
	uint64_t received;
};
struct ipc_lane_look ipc_lane_look(const struct ipc_space *space);

/* OPEN lanes to @port; and the one of @space, or NULL. */
uint32_t ipc_lane_number(const struct ipc_port *port);
const struct ipc_lane *ipc_lane_find(
    const struct ipc_space *space, const struct ipc_port *port);

/* Messages for @port ever, as its `enqueued`, with those by lanes. */
uint64_t ipc_lane_enqueued(const struct ipc_port *port);

/*
 * Does a thread sleep on lanes until a message for @port comes, or for a member of @pset? One
 * that waits in the kernel is in a list there. Who sleeps on the lanes of a port that is in a
 * set is taken for one who receives from the set; of a port in several sets it is not known.
 */
bool ipc_lane_port_is_awaited(const struct ipc_port *port);
bool ipc_lane_set_is_awaited(const struct ipc_pset *pset);

/* OPEN lanes to @port whose sender sleeps until there is room. */
uint32_t ipc_lane_blocked(const struct ipc_port *port);

#endif
