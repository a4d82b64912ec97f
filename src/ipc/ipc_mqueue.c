/*
 * Queues. A message is handed to a waiting receiver if there is one, else
 * queued; a message that leaves makes room, which the first blocked sender gets
 * before anybody else can see it.
 */
#include "ipc_mqueue.h"

#include <mach/message.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_lane.h"
#include "ipc_lane_limit.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"
#include "ipc_trace.h"
#include "ipc_watch.h"

bool
ipc_mqueue_full(struct ipc_port *port)
{
	if (port->msgcount + ipc_lane_limits(port) < port->qlimit)
		return false;
	ipc_lane_make_room(port);
	return port->msgcount >= port->qlimit;
}

void
ipc_mqueue_trailer(const struct ipc_identity *identity,
    mach_msg_option_t option, mach_port_seqno_t seqno,
    mach_msg_max_trailer_t *trailer_out)
{
	static const security_token_t kernel_security =
	    KERNEL_SECURITY_TOKEN_VALUE;

	memset(trailer_out, 0, sizeof(*trailer_out));
	trailer_out->msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0;
	trailer_out->msgh_trailer_size =
	    (mach_msg_size_t)REQUESTED_TRAILER_SIZE(option);
	trailer_out->msgh_seqno = seqno;
	trailer_out->msgh_sender = kernel_security;
	if (identity) {
		trailer_out->msgh_sender = identity->security;
		trailer_out->msgh_audit = identity->audit;
	}
}

/* The trailer that the receiver asked for. A bare message tells the kernel's
 * identity, and no context. */
static void
write_trailer(struct ipc_waiter *waiter, const struct ipc_port *port,
    mach_port_seqno_t seqno)
{
	bool bare = waiter->outcome == IPC_OUTCOME_BARE;

	ipc_mqueue_trailer(bare ? NULL : waiter->kmsg->identity, waiter->option,
	    seqno, &waiter->trailer);
	waiter->trailer_bytes = waiter->trailer.msgh_trailer_size;
	if (!bare)
		waiter->trailer.msgh_context = port->context;
}

static bool
too_large(const struct ipc_kmsg *kmsg, const struct ipc_waiter *waiter)
{
	uint64_t need = (uint64_t)kmsg->size +
	    (uint64_t)REQUESTED_TRAILER_SIZE(waiter->option);

	return need > waiter->rcv_size;
}

/* Tell @waiter of a message that it cannot take and that stays. */
static void
refuse_large(const struct ipc_port *port, const struct ipc_kmsg *kmsg,
    struct ipc_waiter *waiter)
{
	waiter->result = MACH_RCV_TOO_LARGE;
	waiter->outcome = IPC_OUTCOME_SIZE;
	waiter->large_size = kmsg->size;
	waiter->large_name = port->receiver_name;
}

/* The message is in nobody's queue any more: @waiter gets it. */
static void
deliver(struct ipc_port *port, struct ipc_kmsg *kmsg, struct ipc_waiter *waiter)
{
	struct ipc_kmsg_copyout how = {
	    .option = waiter->option, .address = waiter->address};
	mach_port_seqno_t seqno = ipc_lane_seqno(port);
	const bool fits = !too_large(kmsg, waiter);

	port->seqno++;
	ipc_board_note_seqno(port, seqno + 1);
	ipc_port_ref(port);
	if (kmsg->expiry)
		port->expired = false;
	if (kmsg->accepted) {
		struct ipc_request *accepted = kmsg->accepted;

		kmsg->accepted = NULL;
		ipc_request_fire_accepted(accepted);
	}
	ipc_trace(fits ? IPC_EVENT_RECEIVE : IPC_EVENT_DESTROY, port, kmsg);
	if (fits) {
		waiter->result =
		    ipc_kmsg_copyout(waiter->space, kmsg, port, &how);
		waiter->outcome =
		    (waiter->result & ~MACH_MSG_MASK) == MACH_RCV_HEADER_ERROR
		    ? IPC_OUTCOME_BARE
		    : IPC_OUTCOME_MESSAGE;
	} else {
		ipc_kmsg_copyout_bare(waiter->space, kmsg, port);
		waiter->result = MACH_RCV_TOO_LARGE;
		waiter->outcome = IPC_OUTCOME_BARE;
	}
	if (waiter->outcome == IPC_OUTCOME_BARE &&
	    waiter->rcv_size < sizeof(mach_msg_header_t)) {
		ipc_kmsg_free(kmsg);
		waiter->result = MACH_RCV_INVALID_DATA;
		waiter->outcome = IPC_OUTCOME_NONE;
	} else {
		waiter->kmsg = kmsg;
		waiter->space->received++;
		waiter->space->received_bytes += kmsg->size;
		write_trailer(waiter, port, seqno);
	}
	ipc_request_fire_possible(port);
	ipc_port_unref(port);
}

/* The first of @receivers who does not wait for a bell; or NULL. */
static struct ipc_waiter *
first_of(const struct list *receivers)
{
	LIST_FOREACH (node, receivers) {
		struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);

		if (!(waiter->lanes & IPC_LANES_WAIT))
			return waiter;
	}
	return NULL;
}

/* The first who waits for a message of @port, on itself or on a set. */
static struct ipc_waiter *
first_receiver(const struct ipc_port *port)
{
	struct ipc_waiter *waiter = first_of(&port->receivers);

	LIST_FOREACH (node, &port->members) {
		if (waiter)
			break;
		waiter =
		    first_of(&CONTAINER_OF(node, struct ipc_member, port_link)
		                  ->pset->receivers);
	}
	return waiter;
}

/* Was @kmsg, or nothing if that is NULL, sent before what has the ticket @other? That is 0:
 * nothing. What was sent before @kmsg is to be seen in lanes and slots by now: lane.pml, pick
 * 2. */
static bool
is_before(const struct ipc_kmsg *kmsg, uint64_t other)
{
	return other == 0 || (kmsg && kmsg->ticket < other);
}

static const struct ipc_kmsg *
first_message(const struct ipc_port *port)
{
	return list_empty(&port->messages)
	    ? NULL
	    : CONTAINER_OF(port->messages.next, const struct ipc_kmsg, link);
}

bool
ipc_mqueue_is_first(const struct ipc_port *port)
{
	return is_before(first_message(port), ipc_lane_first(port));
}

/* What is the oldest of all is next, so that no member waits for ever. */
bool
ipc_mqueue_is_first_of_set(const struct ipc_pset *pset, struct ipc_port **next)
{
	const struct ipc_kmsg *first = *next ? first_message(*next) : NULL;
	uint64_t in_lanes = 0;
	uint32_t count = 0;

	LIST_FOREACH (node, &pset->posted) {
		struct ipc_port *port =
		    CONTAINER_OF(node, struct ipc_member, pset_link)->port;
		const struct ipc_kmsg *kmsg = first_message(port);

		if (++count > LANE_LENT_MAX)
			return false;
		in_lanes = ipc_lane_older(in_lanes, ipc_lane_first(port));
		if (kmsg && is_before(kmsg, first ? first->ticket : 0)) {
			first = kmsg;
			*next = port;
		}
	}
	return is_before(first, in_lanes);
}

/* May @kmsg, of which @port has none in its queue, go to who waits? lane.pml: lend 3 */
static bool
may_hand_over(const struct ipc_port *port, const struct ipc_kmsg *kmsg)
{
	return !ipc_port_is_posted(port) ||
	    is_before(kmsg, ipc_lane_first(port));
}

/* Offer @kmsg to those who wait: true if one took it. */
static bool
hand_over(struct ipc_port *port, struct ipc_kmsg *kmsg)
{
	struct ipc_waiter *waiter;

	while ((waiter = first_receiver(port)) && may_hand_over(port, kmsg)) {
		ipc_waiter_unblock(waiter);
		if ((waiter->option & MACH_RCV_LARGE) &&
		    too_large(kmsg, waiter)) {
			refuse_large(port, kmsg, waiter);
			waiter->complete(waiter);
			continue;
		}
		ipc_trace(IPC_EVENT_SEND, port, kmsg);
		deliver(port, kmsg, waiter);
		waiter->complete(waiter);
		return true;
	}
	return false;
}

uint64_t
ipc_mqueue_ticket(void)
{
	return ipc_world.lanes ? ipc_world.lanes->ticket()
	                       : ++ipc_world.last_ticket;
}

void
ipc_mqueue_enter(struct ipc_port *port, struct ipc_kmsg *kmsg, struct list *at)
{
	list_insert_after(at, &kmsg->link);
	ipc_kmsg_enter_queue(kmsg);
	if (port->msgcount++ == 0) {
		ipc_pset_note_ready(port);
		ipc_watch_update(port->watch);
	}
	ipc_trace(IPC_EVENT_SEND, port, kmsg);
	ipc_board_note_queue(port);
}

/* Queue @kmsg, which is the latest, and tell those who look for themselves. */
static void
enqueue(struct ipc_port *port, struct ipc_kmsg *kmsg)
{
	ipc_mqueue_enter(port, kmsg, port->messages.prev);
	if (ipc_port_is_posted(port))
		ipc_board_ring(port);
	else
		ipc_board_ring_sets(port);
}

bool
ipc_mqueue_post(struct ipc_port *port, struct ipc_kmsg *kmsg)
{
	if (port->msgcount >= IPC_QUEUE_MAX)
		return false;
	port->enqueued++;
	kmsg->ticket = ipc_mqueue_ticket();
	/* Behind what is queued: while it is being served, somebody may wait. */
	if (list_empty(&port->messages) && hand_over(port, kmsg))
		return true;
	enqueue(port, kmsg);
	return true;
}

/* The first message leaves the queue. */
static struct ipc_kmsg *
dequeue(struct ipc_port *port)
{
	struct list *node = list_pop_front(&port->messages);
	struct ipc_kmsg *kmsg;

	mp_assert(node && port->msgcount > 0);
	kmsg = CONTAINER_OF(node, struct ipc_kmsg, link);
	ipc_kmsg_leave_queue(kmsg);
	port->msgcount--;
	if (port->msgcount == 0) {
		ipc_pset_note_idle(port);
		ipc_watch_update(port->watch);
	} else {
		ipc_pset_note_ready(port); /* to the end: the others' turn */
	}
	ipc_board_note_queue(port);
	ipc_lane_share(port);
	return kmsg;
}

bool
ipc_mqueue_take(struct ipc_port *port, struct ipc_waiter *waiter)
{
	struct ipc_kmsg *kmsg;

	if (list_empty(&port->messages))
		return false;
	kmsg = CONTAINER_OF(port->messages.next, struct ipc_kmsg, link);
	if ((waiter->option & MACH_RCV_LARGE) && too_large(kmsg, waiter)) {
		refuse_large(port, kmsg, waiter);
		return true;
	}
	ipc_port_ref(port);
	kmsg = dequeue(port);
	deliver(port, kmsg, waiter);
	ipc_mqueue_admit(port);
	ipc_port_unref(port);
	return true;
}

void
ipc_mqueue_serve(struct ipc_port *port)
{
	struct ipc_waiter *waiter;

	while (
	    !list_empty(&port->messages) && (waiter = first_receiver(port))) {
		ipc_waiter_unblock(waiter);
		(void)ipc_mqueue_take(port, waiter);
		waiter->complete(waiter);
	}
}

void
ipc_mqueue_block_sender(struct ipc_port *port, struct ipc_waiter *waiter)
{
	waiter->state = IPC_WAITER_SENDING;
	waiter->port = port;
	list_push_back(&port->senders, &waiter->link);
}

void
ipc_mqueue_admit(struct ipc_port *port)
{
	while (!list_empty(&port->senders) && !ipc_mqueue_full(port)) {
		struct ipc_waiter *waiter =
		    CONTAINER_OF(port->senders.next, struct ipc_waiter, link);
		struct ipc_kmsg *kmsg = waiter->kmsg;
		bool posted;

		list_remove(&waiter->link);
		waiter->kmsg = NULL;
		posted = ipc_mqueue_post(port, kmsg);
		mp_assert(posted);
		ipc_waiter_end(waiter, MACH_MSG_SUCCESS);
	}
}

void
ipc_mqueue_end(struct list *receivers, mach_msg_return_t result)
{
	while (!list_empty(receivers))
		ipc_waiter_end(
		    CONTAINER_OF(receivers->next, struct ipc_waiter, link),
		    result);
}
