/*
 * Queues: how a message gets from a port to whoever receives.
 *
 * A queue is in the order of tickets: readings of one clock, which messages that did not
 * come by the kernel have, too (lane.h).
 *
 * Between operations two things hold: a port with queued messages has no waiting
 * receiver, neither on itself nor on a set, but for those who wait for a bell
 * (ipc_board.h); and a port with room has no blocked sender.
 */
#ifndef IPC_MQUEUE_H
#define IPC_MQUEUE_H

#include "ipc.h"
#include "ipc_kmsg.h"
#include "ipc_waiter.h"

/* No more messages than this on one port, by any means. */
#define IPC_QUEUE_MAX 65534

/* Is the port's queue full for an ordinary sender? Room that was given to lanes counts as
 * used; if there is no other, the lanes close, and what was not used is given back. */
bool ipc_mqueue_full(struct ipc_port *port);

/*
 * Deliver @kmsg to its destination, which is a live port in a space or in
 * transit: to a waiting receiver, else to the end of the queue. No limit is
 * looked at but IPC_QUEUE_MAX: false, with @kmsg still the caller's. CONSUMED
 * if true.
 */
bool ipc_mqueue_post(struct ipc_port *port, struct ipc_kmsg *kmsg)
    __attribute__((warn_unused_result));

/* What the clock of messages says: that of lanes, or a count. Not 0. */
uint64_t ipc_mqueue_ticket(void);

/*
 * Queue @batch, CONSUMED, of messages that came another way, each where its ticket belongs:
 * a stack (kmsg->next) of those for any ports that are posted (ipc_board.h). Of equal tickets
 * the one deeper down goes first. A ticket that is not of the past is taken for a lie, and
 * goes to the end. What has no room, by IPC_QUEUE_MAX, is destroyed. The bells are rung;
 * what counts messages is the caller's business.
 */
void ipc_mqueue_merge(struct ipc_kmsg *batch);

/* For that: @kmsg, CONSUMED, is in the queue, behind @at; nobody is told. */
void ipc_mqueue_enter(
    struct ipc_port *port, struct ipc_kmsg *kmsg, struct list *at);

/* Block @waiter (its kmsg set) at the end of the port's senders. */
void ipc_mqueue_block_sender(struct ipc_port *port, struct ipc_waiter *waiter);

/* Messages left, or the limit rose: blocked senders come in while there is
 * room. */
void ipc_mqueue_admit(struct ipc_port *port);

/*
 * Give @waiter the next message of @port if there is one: true, and the
 * waiter's result is complete. Large messages as messages.md 11.3.
 */
bool ipc_mqueue_take(struct ipc_port *port, struct ipc_waiter *waiter);

/* Would a receive from @port, which is posted, find in the queue what comes next, or nothing
 * at all? False: something older is in a lane, or a slot. */
bool ipc_mqueue_is_first(const struct ipc_port *port);

/**
 * ipc_mqueue_is_first_of_set() - the same of a set that is posted, and its members' queues
 * @next:	[in,out] in: whose turn it is of the members that are not posted; NULL:
 *		they have nothing. out: the member to take from: that, or a posted one if
 *		its first message is older. NULL: there is none
 *
 * False also if more than LANE_LENT_MAX members are posted; *@next means nothing then.
 */
bool ipc_mqueue_is_first_of_set(
    const struct ipc_pset *pset, struct ipc_port **next);

/* The trailer of a message with @seqno by @identity (NULL: the kernel) that
 * @option asks for; no context. Source: messages.md 5.3 */
void ipc_mqueue_trailer(const struct ipc_identity *identity,
    mach_msg_option_t option, mach_port_seqno_t seqno,
    mach_msg_max_trailer_t *trailer_out);

/* The port joined a set: its messages go to whoever waits there. */
void ipc_mqueue_serve(struct ipc_port *port);

/* End every wait in @receivers: MACH_RCV_PORT_CHANGED, or IPC_RCV_AGAIN. */
void ipc_mqueue_end(struct list *receivers, mach_msg_return_t result);

#endif
