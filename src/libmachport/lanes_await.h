/*
 * What a port waits for, where that is one thing: the tail of the one lane to it, or the slot of
 * the one reply that is wanted.
 *
 * Who receives looks there first, without a lock (lanes_view.h), until it is another or that
 * does not pay any more, and only then at all that there is. So a message that is waited for
 * costs one such look. It is a hint, which may be late or wrong: nothing but when to look is
 * decided by it.
 */
#ifndef LIBMACHPORT_LANES_AWAIT_H
#define LIBMACHPORT_LANES_AWAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lanes_port.h"
#include "lanes_table.h"
#include "msg_trap.h"

/* Is @call a receive that may wait at all? */
static inline bool
lanes_await_may(const struct msg_call *call)
{
	return !(call->option & MACH_RCV_TIMEOUT) || call->timeout != 0;
}

/**
 * lanes_await() - wait a moment for the next message of a port
 * @port:	not locked
 *
 * True: in vain, and there is no need to do so again before sleeping. Else there may be one.
 */
bool lanes_await(struct lanes_port *port, const struct msg_call *call);

/* @port, locked, has more than one thing to wait for, or has it already. */
static inline void
lanes_await_none(struct lanes_port *port)
{
	atomic_store_explicit(&port->awaited.word, NULL, memory_order_relaxed);
}

/* A message was taken from @in, a feed of @port, which is locked; or a reply to it from @slot
 * of @out, which is locked, too. What it waits for then. @asks: somebody waits for the answer
 * to that message. */
void lanes_await_message(
    struct lanes_port *port, const struct lanes_in *in, bool asks);
void lanes_await_reply(
    struct lanes_port *port, const struct lanes_out *out, uint32_t slot);

#endif
