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

/* For so many messages nothing is tried again that did not pay. */
#define LANES_AWAIT_PATIENCE 64u

/* This word, which is @value, alone. */
static inline void
lanes_await_word(struct lanes_port *port, const _Atomic uint32_t *word,
    uint32_t value, const _Atomic uint32_t *peer_cpu)
{
	struct lanes_awaited *awaited = &port->awaited;

	atomic_store_explicit(&awaited->value, value, memory_order_relaxed);
	atomic_store_explicit(
	    &awaited->bell, port->tidied, memory_order_relaxed);
	atomic_store_explicit(
	    &awaited->peer_cpu, peer_cpu, memory_order_relaxed);
	atomic_store_explicit(&awaited->word, word, memory_order_release);
}

/* A message that is no request was the last there was in the lane: do such come one after the
 * other? */
void lanes_await_learn(struct lanes_port *port, const struct lane_in *lane);

/* A message was taken from @in, a feed of @port, which is locked. @asks: somebody waits for the
 * answer. More of the lane that was seen already is not waited for. Who sends is told where
 * it is waited for. */
static inline void
lanes_await_message(
    struct lanes_port *port, const struct lanes_in *in, bool asks)
{
	const struct lane_in *lane = &in->lane;
	const uint32_t head = lane_position(lane->head);

	if (port->feed_count != 2 || lane->seen != head) {
		lanes_await_none(port);
		return;
	}
	if (asks)
		atomic_store_explicit(
		    &port->spin.delay, 0, memory_order_relaxed);
	else
		lanes_await_learn(port, lane);
	lane_tell_cpu(&lane->mine->cpu);
	lanes_await_word(port, lane_position_word(&lane->theirs->tail), head,
	    &lane->theirs->cpu);
}

/* A reply to @port, which is locked, was taken from @slot of @out, which is locked, too. The next
 * request is likely to have the same slot; but who has several out waits for all of them. */
static inline void
lanes_await_reply(
    struct lanes_port *port, const struct lanes_out *out, uint32_t slot)
{
	const struct lane_out *lane = &out->lane;
	struct lanes_awaited *awaited = &port->awaited;

	if (lane->issued != 0)
		awaited->patience = LANES_AWAIT_PATIENCE;
	else if (awaited->patience > 0)
		awaited->patience--;
	if (port->feed_count != 2 || awaited->patience > 0) {
		lanes_await_none(port);
		return;
	}
	lanes_await_word(port,
	    &lane_reply_slot(lane->theirs, &lane->sizes, slot)->word,
	    lane_word(lane->generation[slot], LANE_REPLIED),
	    &lane->theirs->cpu);
}

#endif
