/*
 * A task's board (src/lane/lane.h): where the kernel tells the task's library of its lanes,
 * and of the ports of which some messages do not pass the kernel.
 *
 * A port is *posted* while it has an entry there: ports with lanes, and those that
 * ipc_board_post() was called for; so is a set with such a member. Of a posted port the
 * engine gives no message to whoever waits. It queues it, notes its ticket on the board, and
 * *rings*: the bell changes, and all who wait for the port or its sets end with
 * IPC_RCV_AGAIN. What then is received first the task's library decides, which sees all
 * sources; it asks for the one that the kernel has with IPC_LANES_QUEUE.
 *
 * The board is the caller's memory, of a space that has one. Words are written in the middle
 * of an operation, before the task is told of it.
 */
#ifndef IPC_BOARD_H
#define IPC_BOARD_H

#include "ipc.h"
#include "lane.h"

/* In ipc_msg_args.lanes; the same bits as wire_lane.h. */
#define IPC_LANES_KNOWN 1u
#define IPC_LANES_QUEUE 2u
#define IPC_LANES_WAIT 4u

/* A receive that ends so has brought nothing: to be tried again. WIRE_MSG_AGAIN. */
#define IPC_RCV_AGAIN INT32_MIN

#define IPC_BOARD_NONE UINT32_MAX

/* What belongs to the space: NULL in spaces without one. */
struct ipc_board {
	struct lane_board *memory; /* the caller's; zeroed at first */
	struct ipc_space *space;
	uint32_t ports_used[LANE_BOARD_PORTS / 32]; /* a bit for each entry */
	uint32_t lanes_used[LANE_BOARD_LANES / 32];
};

/* The space has a board from now on; there is none yet. @memory is borrowed until
 * ipc_space_destroy() or ipc_board_remove(). False: no memory. */
bool ipc_board_add(struct ipc_space *space, struct lane_board *memory)
    __attribute__((warn_unused_result));
void ipc_board_remove(struct ipc_space *space);

/**
 * ipc_board_post() - give a port, and the sets it is in, entries on its receiver's board
 *
 * Whoever waits for it ends with IPC_RCV_AGAIN. Posted already: nothing happens.
 *
 * Return:	KERN_SUCCESS
 *		KERN_RESOURCE_SHORTAGE	the board is full
 *		KERN_NOT_SUPPORTED	its receiver is no space with a board
 */
kern_return_t ipc_board_post(struct ipc_port *port)
    __attribute__((warn_unused_result));

/* Its lanes are closed, and no token for it is out: the entries go. Not posted: nothing. */
void ipc_board_unpost(struct ipc_port *port);

/* Ring: see above. Not posted: whoever waits ends with IPC_RCV_AGAIN all the same, if he
 * knows of lanes. Sets without an entry are not touched. */
void ipc_board_ring(struct ipc_port *port);

/* The queue of @port, or which members of @pset have messages, has changed: `oldest`. Not
 * posted: nothing. */
void ipc_board_note_queue(struct ipc_port *port);

/* An entry for a lane; IPC_BOARD_NONE: full. It is NONE (lane_state) after both. */
uint32_t ipc_board_take_lane(struct ipc_board *board);
void ipc_board_give_lane(struct ipc_board *board, uint32_t index);

/* A thread of the task is aborted: `aborts`, and all bells. */
void ipc_board_abort(struct ipc_space *space);

#endif
