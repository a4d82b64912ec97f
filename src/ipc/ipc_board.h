/*
 * A task's board (src/lane/lane.h): where the kernel tells the task's library of its lanes,
 * and of the ports of which some messages do not pass the kernel.
 *
 * A port is *posted* while it has an entry there: ports with lanes, and those that
 * ipc_board_post() was called for; so is a set with such a member. Of a posted port the
 * engine gives no message to whoever waits, but to who asks for that (IPC_LANES_DIRECT), and
 * only if nothing older is elsewhere (ipc_lane_first()). It queues it, notes its ticket on the
 * board, and *rings*: the bell changes, and all who wait for the port or its sets end with
 * IPC_RCV_AGAIN. What then is received first the task's library decides, which sees all
 * sources; it asks for the one that the kernel has with IPC_LANES_QUEUE. While somebody
 * receives with IPC_LANES_DIRECT, the engine alone takes messages of the port: if the library
 * means to, it has them *stopped* first.
 *
 * What the library believes of a posted port (where it is, and in which sets) does not
 * change: before it does, the port is withdrawn.
 *
 * The board is the caller's memory, of a space that has one. Words are written in the middle
 * of an operation, before the task is told of it. The bell and the serial number of an entry
 * only ever grow, also when it becomes another's: who sleeps compares them.
 */
#ifndef IPC_BOARD_H
#define IPC_BOARD_H

#include "ipc.h"
#include "lane.h"

/* In ipc_msg_args.lanes; the same bits as wire_lane.h. */
#define IPC_LANES_KNOWN 1u
#define IPC_LANES_QUEUE 2u
#define IPC_LANES_WAIT 4u
#define IPC_LANES_DIRECT 8u

/* A receive that ends so has brought nothing: to be tried again. WIRE_MSG_AGAIN. */
#define IPC_RCV_AGAIN INT32_MIN

#define IPC_BOARD_NONE UINT32_MAX

/* What belongs to the space: NULL in spaces without one. The caller charges for it. */
struct ipc_board {
	struct lane_board *memory; /* the caller's; zeroed at first */
	uint32_t ports_count;      /* entries in use, of ports and sets */
	uint32_t ports_used[LANE_BOARD_PORTS / 32]; /* a bit for each */
	uint32_t lanes_used[LANE_BOARD_LANES / 32];
	struct ipc_port
	    *ports[LANE_BOARD_PORTS]; /* borrowed; NULL: free, or a set's */
};

/* The space has a board from now on; there is none yet. @memory is borrowed until
 * ipc_space_destroy() or ipc_board_remove(). False: no memory. */
bool ipc_board_add(struct ipc_space *space, struct lane_board *memory)
    __attribute__((warn_unused_result));
/* Its lanes close, and nothing is posted any more. No board: nothing. */
void ipc_board_remove(struct ipc_space *space);

/**
 * ipc_board_post() - give a port, and the sets it is in, entries on its receiver's board
 *
 * For a port at which replies may come in slots: it stays posted until it is withdrawn.
 * Whoever waits for it ends with IPC_RCV_AGAIN. Posted already: not again.
 *
 * Return:	KERN_SUCCESS
 *		KERN_RESOURCE_SHORTAGE	the board is full
 *		KERN_NOT_SUPPORTED	its receiver is no space with a board; or somebody
 *					waits for it who does not know of lanes
 */
kern_return_t ipc_board_post(struct ipc_port *port)
    __attribute__((warn_unused_result));

/* The same for a port with a lane to it, until ipc_board_unpost(). */
kern_return_t ipc_board_post_for_lanes(struct ipc_port *port)
    __attribute__((warn_unused_result));

/* A lane to it has closed. If none is left, and ipc_board_post() was not called for it, the
 * entries go. */
void ipc_board_unpost(struct ipc_port *port);

/* The receive right moves, dies, is renamed, or comes into a set or out of one: lanes to it
 * close, and if it is posted, those from its task; and the entries go. */
void ipc_board_withdraw(struct ipc_port *port);

/* Somebody is to see all messages for @port: they are in its queue after this. */
void ipc_board_settle(struct ipc_port *port);

/* Ring: see above. Not posted: whoever waits, and knows of lanes, ends with IPC_RCV_AGAIN
 * all the same. */
void ipc_board_ring(struct ipc_port *port);

/* Ring, and refuse who comes with IPC_LANES_DIRECT, for the port or a set that it is in, and
 * has not seen this. Not posted: nothing. */
void ipc_board_stop(struct ipc_port *port);

/* Ring the sets of a port that is not posted, as far as they are. */
void ipc_board_ring_sets(struct ipc_port *port);

/* The queue of @port has changed: `oldest`, its own or that of its sets. */
void ipc_board_note_queue(struct ipc_port *port);
/* A member has left. */
void ipc_board_note_set(const struct ipc_pset *pset);

/* So has its context; or its next sequence number was set. Not posted: nothing. */
void ipc_board_note_context(const struct ipc_port *port);
void ipc_board_note_seqno(const struct ipc_port *port, mach_port_seqno_t seqno);

/* What the bell of an entry in use says, and `stops`. */
uint32_t ipc_board_bell(const struct ipc_space *space, uint32_t index);
uint32_t ipc_board_stops(const struct ipc_space *space, uint32_t index);

/* The port whose entry @index is, of which a task may say anything; or NULL. */
struct ipc_port *ipc_board_port(const struct ipc_board *board, uint32_t index);

/* An entry for a lane; IPC_BOARD_NONE: full. It is NONE (lane_state) after both. */
uint32_t ipc_board_take_lane(struct ipc_board *board);
void ipc_board_give_lane(struct ipc_board *board, uint32_t index);

#endif
