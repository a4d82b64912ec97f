/* mach_msg(): admission to a queue, and whom to wait for. */
#include "ipc_mach_msg.h"

#include "base_assert.h"
#include "ipc_kobject.h"
#include "ipc_lane_limit.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"
#include "ipc_trace.h"

/* The queue is full for this message. */
static mach_msg_return_t
send_full(struct ipc_waiter *waiter, struct ipc_kmsg *kmsg,
    const struct ipc_msg_args *args)
{
	bool may_wait = args->option & MACH_SEND_TIMEOUT
	    ? args->timeout > 0
	    : waiter->notify == MACH_PORT_NULL;

	if (may_wait) {
		waiter->kmsg = kmsg;
		ipc_trace(IPC_EVENT_BLOCK, kmsg->remote, kmsg);
		ipc_mqueue_block_sender(kmsg->remote, waiter);
		return MACH_SEND_IN_PROGRESS;
	}
	if (waiter->notify != MACH_PORT_NULL)
		return ipc_waiter_post_accepted(waiter, kmsg);
	return ipc_waiter_give_back(waiter, kmsg, MACH_SEND_TIMED_OUT);
}

mach_msg_return_t
ipc_mach_msg_send(struct ipc_space *space, const struct ipc_msg_args *args,
    const struct ipc_kmsg_source *source, struct ipc_waiter *waiter,
    uint32_t *taken_out)
{
	bool notify = args->option & MACH_SEND_NOTIFY;
	bool accepted = notify && MACH_PORT_VALID(args->notify) &&
	    !(args->option & MACH_SEND_OVERRIDE);
	struct ipc_kmsg_source armed = *source;
	struct ipc_kmsg *kmsg;
	mach_msg_return_t mr;

	mp_assert(waiter->state == IPC_WAITER_IDLE && !waiter->kmsg);
	waiter->space = space;
	waiter->option = args->option;
	waiter->address = args->address;
	waiter->notify = accepted ? args->notify : MACH_PORT_NULL;
	armed.arm = notify && !accepted;
	mr = ipc_kmsg_copyin(space, &armed, &kmsg, taken_out);
	if (mr != MACH_MSG_SUCCESS)
		return ipc_waiter_set_result(waiter, mr);
	space->sent++;
	space->sent_bytes += kmsg->size;
	if (kmsg->circular || !ipc_port_active(kmsg->remote)) {
		ipc_kmsg_destroy(kmsg);
		return ipc_waiter_set_result(waiter, MACH_MSG_SUCCESS);
	}
	if (kmsg->remote->place == IPC_PORT_PLACE_KERNEL) {
		struct ipc_kobject *object = kmsg->remote->kobject;

		ipc_trace(IPC_EVENT_KERNEL, kmsg->remote, kmsg);
		/* It looks at them where they are, and more than once. */
		if (kmsg->loan)
			ipc_loan_end(kmsg->loan);
		object->serve(object, kmsg);
		return ipc_waiter_set_result(waiter, MACH_MSG_SUCCESS);
	}
	ipc_lane_note_sender(kmsg->remote, space);
	if (kmsg->remote_type == MACH_MSG_TYPE_PORT_SEND && !kmsg->forced &&
	    ipc_mqueue_full(kmsg->remote))
		return send_full(waiter, kmsg, args);
	return ipc_waiter_post(waiter, kmsg, MACH_MSG_SUCCESS);
}

/* What a receive is from: a port, or a set. */
struct source {
	struct ipc_port *port; /* or NULL */
	struct ipc_pset *pset;
	struct ipc_port *next; /* that, or the member to take from, or NULL */
	struct list *receivers;
	uint32_t board_index;
};

/* Members take turns. */
static struct ipc_port *
first_ready(const struct ipc_pset *pset)
{
	return list_empty(&pset->ready)
	    ? NULL
	    : CONTAINER_OF(pset->ready.next, struct ipc_member, pset_link)
	          ->port;
}

static bool
find_source(
    struct ipc_space *space, mach_port_name_t name, struct source *source_out)
{
	const struct ipc_entry *entry = ipc_space_find(space, name);

	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE)) {
		*source_out = (struct source){
		    .port = entry->port,
		    .next = entry->port,
		    .receivers = &entry->port->receivers,
		    .board_index = entry->port->board_index,
		};
		return true;
	}
	if (entry && entry->type == MACH_PORT_TYPE_PORT_SET) {
		*source_out = (struct source){
		    .pset = entry->pset,
		    .next = first_ready(entry->pset),
		    .receivers = &entry->pset->receivers,
		    .board_index = entry->pset->board_index,
		};
		return true;
	}
	return false;
}

static mach_msg_return_t
again(struct ipc_waiter *waiter)
{
	return ipc_waiter_set_result(waiter, IPC_RCV_AGAIN);
}

/* lane.pml: lend 3. May a receive by @space take from what is posted? */
static bool
may_take(const struct ipc_space *space, const struct ipc_msg_args *args,
    struct source *source)
{
	if (args->lanes & IPC_LANES_QUEUE)
		return true;
	if (!(args->lanes & IPC_LANES_DIRECT) ||
	    ipc_board_stops(space, source->board_index) != args->bell)
		return false;
	return source->port
	    ? ipc_mqueue_is_first(source->port)
	    : ipc_mqueue_is_first_of_set(source->pset, &source->next);
}

/* Block @waiter until a message comes, or the bell rings. */
static mach_msg_return_t
receive_later(const struct ipc_msg_args *args, const struct source *source,
    struct ipc_waiter *waiter)
{
	if ((args->option & MACH_RCV_TIMEOUT) && args->timeout == 0)
		return ipc_waiter_set_result(waiter, MACH_RCV_TIMED_OUT);
	waiter->state = IPC_WAITER_RECEIVING;
	waiter->port = source->port;
	waiter->pset = source->pset;
	list_push_back(source->receivers, &waiter->link);
	return MACH_RCV_IN_PROGRESS;
}

mach_msg_return_t
ipc_mach_msg_receive(struct ipc_space *space, const struct ipc_msg_args *args,
    struct ipc_waiter *waiter)
{
	struct source source;
	bool posted;

	mp_assert(waiter->state == IPC_WAITER_IDLE && !waiter->kmsg);
	waiter->space = space;
	waiter->option = args->option;
	waiter->rcv_size = args->rcv_size;
	waiter->address = args->address;
	waiter->lanes = args->lanes;
	if (!find_source(space, args->rcv_name, &source))
		return ipc_waiter_set_result(waiter, MACH_RCV_INVALID_NAME);
	posted = source.board_index != IPC_BOARD_NONE;
	if (args->lanes & IPC_LANES_WAIT) {
		if (!posted ||
		    ipc_board_bell(space, source.board_index) != args->bell)
			return again(waiter);
		return receive_later(args, &source, waiter);
	}
	if (posted && !may_take(space, args, &source))
		return again(waiter);
	if (source.next && ipc_mqueue_take(source.next, waiter))
		return waiter->result;
	if (args->lanes & IPC_LANES_QUEUE)
		return again(waiter);
	return receive_later(args, &source, waiter);
}
