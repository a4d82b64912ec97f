/*
 * An entry: one used slot of a space, what a name denotes.
 *
 * type is exactly one of MACH_PORT_TYPE_ SEND, RECEIVE, SEND_RECEIVE,
 * SEND_ONCE, PORT_SET, DEAD_NAME, or NONE for a free slot.
 *
 *	SEND, RECEIVE, SEND_RECEIVE, SEND_ONCE	port (+1)
 *	PORT_SET				pset, owned
 *	DEAD_NAME				no object
 *	NONE					free, if below next_index and
 *						not blocked (ipc_space.c); or
 *						reserved: `lane`
 *
 * urefs counts for SEND (also with RECEIVE) and DEAD_NAME, 1 .. 65535, where it
 * sticks; it is 1 for SEND_ONCE and 0 for the rest.
 *
 * When a port dies, its entries become dead names, or free if they have a COMPAT
 * request (ipc_request.h). Those that asked to be told are converted at once; the
 * others when they are next looked at (ipc_space_find()).
 */
#ifndef IPC_ENTRY_H
#define IPC_ENTRY_H

#include "ipc.h"
#include "ipc_origin.h"

#define IPC_UREFS_MAX ((int)MACH_PORT_UREFS_MAX)

struct ipc_entry {
	union {
		struct ipc_port *port;
		struct ipc_pset *pset;
		struct {
			uint32_t
			    next; /* index of the next free slot, 0: none */
			uint32_t previous;
		} free;
	};
	struct ipc_request *request;  /* any but message-accepted, or NULL */
	struct ipc_request *accepted; /* message-accepted, or NULL */
	struct ipc_origin origin;     /* of the right, or of the first */
	/* Whose token has its name here, if type is NONE; or was this send-once right
	 * (ipc_token.h). NULL: none's. */
	struct ipc_lane *lane;
	mach_port_type_t type;
	uint16_t urefs;
	uint8_t generation; /* low byte of the name; in the tree: 0 */
	bool blocked;       /* free, but none of its names is */
};

#endif
