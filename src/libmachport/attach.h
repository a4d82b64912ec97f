/*
 * The process as a task: attached to a kernel, not yet, or no more.
 *
 *	NEVER	no trap was made yet. The first attaches: LIVE or FAILED
 *	UNBORN	a fork child: its parent made the connection, and with it the
 *		task. The first trap says so on it: LIVE or FAILED. If the child
 *		has closed it, as daemons do, then as for NEVER
 *	LIVE	attached. A connection that is refused: FAILED
 *	FAILED	there is no kernel, or it died. For good: a task's rights cannot
 *		be had from another kernel
 *
 * fork() makes UNBORN of LIVE in the child, and NEVER of the others. A child
 * that was made behind fork()'s back, by clone() or _Fork(), is recognised at
 * its first trap and is NEVER, too.
 */
#ifndef LIBMACHPORT_ATTACH_H
#define LIBMACHPORT_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "base_list.h"
#include "lock.h"
#include "packet.h"
#include "window.h"
#include "wire_packet.h"

enum attach_state {
	ATTACH_NEVER,
	ATTACH_UNBORN,
	ATTACH_LIVE,
	ATTACH_FAILED,
};

/*
 * A thread's connection. Linked while it is open, so that a fork child can
 * close it; belongs to thread_conn.c.
 */
struct connection {
	struct list link;  /* (process_lock) */
	int descriptor;    /* -1: closed */
	uint64_t identity; /* open: packet_identity() */
	uint32_t sequence; /* of the last trap */
	struct window window;
	volatile bool busy;
	const void *frame; /* busy: of the function that made the trap */
};

/* How many times this process became another: a name from before an increase
 * means nothing now. */
extern uint32_t attach_generation;

/**
 * attach_open() - give this thread a connection, attaching the process first
 * @connection:	closed; linked on success
 *
 * Return:	0 or a negative errno
 */
int attach_open(struct connection *connection);

/* The connection by which the process is a task, if it is LIVE; else -1, or one that
 * has ended. */
int attach_task_locked(void) REQUIRES(&process_lock);

/* Closed: harmless. */
void attach_close(struct connection *connection);

/* Was this process made behind our back? To be asked before each trap. */
bool attach_is_stray(void);

/* Then: forget the parent's kernel. */
void attach_adopt(void);

#endif
