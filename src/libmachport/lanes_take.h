/*
 * The next message of a port or set, if there is one, into the program's buffer, as a trap
 * would have brought it. Never waits for a message.
 */
#ifndef LIBMACHPORT_LANES_TAKE_H
#define LIBMACHPORT_LANES_TAKE_H

#include <mach/message.h>

#include "lanes_port.h"
#include "lanes_words.h"
#include "msg_trap.h"

enum lanes_taken {
	LANES_TAKEN,   /* a message, or what else the receive ends with */
	LANES_NOTHING, /* no feed has any */
	LANES_AGAIN,   /* look again, with the lock taken anew */
	LANES_STUCK,   /* a lock that cannot be had: by traps */
};

/**
 * lanes_take() - take what is next of a port
 * @port:	locked
 * @call:	the receive half of it; its rcv_name is not looked at
 * @mr_out:	[out] TAKEN
 * @words:	[out] NOTHING: what to wait for, if it is `known`
 */
enum lanes_taken lanes_take(struct lanes_port *port,
    const struct msg_call *call, mach_msg_return_t *mr_out,
    struct lanes_words *words);

/* The same of a set, locked: of each member in its turn. The members that are not posted
 * are one together. */
enum lanes_taken lanes_take_of_set(struct lanes_port *set,
    const struct msg_call *call, mach_msg_return_t *mr_out,
    struct lanes_words *words);

#endif
