/*
 * Waiting for room in a lane that is full. A lane decides that only if it may hold all that
 * the queue of its port may; what finds another full goes by trap.
 */
#ifndef LIBMACHPORT_LANES_ROOM_H
#define LIBMACHPORT_LANES_ROOM_H

#include <mach/message.h>
#include <stdbool.h>
#include <time.h>

#include "lanes_table.h"
#include "msg_trap.h"

/* How long a call waits. */
struct lanes_patience {
	const struct msg_call *call;
	struct timespec deadline; /* has_deadline: set at the first wait */
	bool has_deadline;
};

enum lanes_room {
	LANES_ROOM_MAYBE, /* look again */
	LANES_ROOM_LATE,  /* the deadline has passed: look once more */
	LANES_ROOM_NONE,  /* by trap: no lane can wait for this */
};

/* @out, locked, is full. The lock is given meanwhile, and held again when this returns; not
 * so if it is NONE. */
enum lanes_room lanes_room_wait(
    struct lanes_out *out, struct lanes_patience *patience);

#endif
