/*
 * Watches: whether a receive on a port or set would find something, told whenever
 * that changes.
 *
 * A watch is embedded in what belongs to the engine's caller, as a waiter is:
 *
 *	IDLE	 on nothing
 *	ON	 of a port in a space, or of a set: the port or set points back.
 *		 `ready` says whether a message waits there
 *	OVER	 the right it was on is gone from under its name. A receive there
 *		 fails at once, so `ready` stays true
 *
 *	IDLE -> ON	ipc_watch_begin()
 *	ON -> OVER	the receive right or set is destroyed, moved or renamed
 *	any -> IDLE	ipc_watch_end()
 *
 * `ready` follows the state of the queue and counts nothing: it is right between any
 * two operations, whichever thread received, and however. Where nothing is watched a
 * message costs one comparison more, for the port and for each set it is in.
 *
 * Of a port or set that is posted (ipc_board.h) not all messages are here, and only the
 * task's library knows whether there are any. So `ready` is true from the moment it is
 * posted until it is not any more, and is said again whenever it is rung; what was made
 * ready by that, the library makes not ready by itself when it has found nothing, and then
 * looks once more.
 */
#ifndef IPC_WATCH_H
#define IPC_WATCH_H

#include "ipc.h"

enum ipc_watch_state {
	IPC_WATCH_IDLE,
	IPC_WATCH_ON,
	IPC_WATCH_OVER,
};

struct ipc_watch {
	uint8_t state; /* enum ipc_watch_state */
	bool ready;
	struct ipc_port *port; /* ON a port; borrowed. Else NULL */
	struct ipc_pset *pset; /* ON a set; the same */
	/* `ready` has changed, or was said again. Called from within any operation:
	 * it must only take note. */
	void (*changed)(struct ipc_watch *watch);
};

void ipc_watch_init(
    struct ipc_watch *watch, void (*changed)(struct ipc_watch *));

/**
 * ipc_watch_find() - the watch on a name
 * @watch_out:	[out] NULL: there is none yet; borrowed
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_NAME	no such name, or a dead one
 *		KERN_INVALID_RIGHT	no receive right and no set
 */
kern_return_t ipc_watch_find(struct ipc_space *space, mach_port_name_t name,
    struct ipc_watch **watch_out) __attribute__((warn_unused_result));

/**
 * ipc_watch_begin() - watch a name
 * @watch:	IDLE; ON after this, with `ready` as it is now. changed() is not
 *		called for that
 * @name:	a receive right or a set that ipc_watch_find() found unwatched
 */
void ipc_watch_begin(
    struct ipc_watch *watch, struct ipc_space *space, mach_port_name_t name);

/* IDLE: nobody wants to know any more. changed() is not called. */
void ipc_watch_end(struct ipc_watch *watch);

/* For the engine, which passes NULL where nothing is watched: the queue, or the set,
 * has changed; it was rung, or is posted now or not any more; and the right has gone. */
void ipc_watch_update(struct ipc_watch *watch);
void ipc_watch_ring(struct ipc_watch *watch);
void ipc_watch_over(struct ipc_watch *watch);

#endif
