/*
 * One trap: a request to the kernel and its answer, on a connection of this
 * thread.
 *
 *	trap_begin()	takes a connection and fills in the request's header
 *	trap_send()	sends the request; may be tried again if it was not sent
 *	trap_receive()	waits for the answer
 *	trap_end()	gives the connection back
 *
 * A signal does not disturb a trap, also if it stops the process, unless the
 * trap was sent to be interruptible. Then a signal that comes after trap_send()
 * makes the wait send a CANCEL, and wait on: the answer says which came first.
 * Signals are blocked from the sending to the waiting, so that none falls
 * between.
 */
#ifndef LIBMACHPORT_TRAP_H
#define LIBMACHPORT_TRAP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "attach.h"
#include "packet.h"
#include "wire_packet.h"

struct trap {
	struct connection *connection;
	struct wire_header header; /* the request's */
	bool broken;               /* the connection is of no more use */
	bool interruptible;        /* not yet waited */
	sigset_t signals;          /* interruptible: the thread's */
	int errno_before;          /* a trap leaves errno alone */
};

/**
 * trap_begin() - take a connection for a trap
 * @trap:	[out]
 * @number:	[in]  enum wire_number or wire_call
 *
 * Return:	0; or, if there is no kernel, a negative errno, and the trap has
 *		ended
 */
int trap_begin(struct trap *trap, uint16_t number);

/**
 * trap_send() - send the request
 * @parts:	[in]  the first begins with trap->header
 * @files:	[in]  go with it; borrowed; may be NULL
 * @interruptible: [in] a signal is to end the wait
 *
 * Return:	0 or a negative errno. -EFAULT, -EMSGSIZE: nothing was sent, and
 *		the trap may be sent again
 */
int trap_send(struct trap *trap, const struct iovec *parts, size_t part_count,
    const struct packet_files *files, bool interruptible);

/**
 * trap_receive() - wait for the answer
 * @parts:	[in]  the first has room for the answer's fixed part, and is in
 *		memory of ours
 * @fixed:	[in]  bytes of the fixed part, a struct wire_header first
 * @files_out:	[out] what came with it, the caller's; NULL if nothing can come
 *
 * Return:	bytes received, at least @fixed; or a negative errno. -EFAULT:
 *		the other parts cannot be written; the answer's fixed part is
 *		all that is left of it
 */
ssize_t trap_receive(struct trap *trap, const struct iovec *parts,
    size_t part_count, size_t fixed, struct packet_files *files_out);

/* Wait for the answer, but only copy @bytes of it: it is still to be received.
 * 0 or a negative errno. */
int trap_peek(struct trap *trap, void *answer_out, size_t bytes);

void trap_end(struct trap *trap);

#endif
