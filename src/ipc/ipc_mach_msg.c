/* mach_msg(): admission to a queue, and whom to wait for. */
#include "ipc_mach_msg.h"

#include "base_assert.h"
#include "ipc_kobject.h"
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
		object->serve(object, kmsg);
		return ipc_waiter_set_result(waiter, MACH_MSG_SUCCESS);
	}
	if (ipc_mqueue_full(kmsg->remote) && !kmsg->forced &&
	    kmsg->remote_type == MACH_MSG_TYPE_PORT_SEND)
		return send_full(waiter, kmsg, args);
	return ipc_waiter_post(waiter, kmsg, MACH_MSG_SUCCESS);
}

/* The next message of a set's members, each in its turn. */
static bool
take_from_set(struct ipc_pset *pset, struct ipc_waiter *waiter)
{
	struct ipc_member *member;

	if (list_empty(&pset->ready))
		return false;
	member = CONTAINER_OF(pset->ready.next, struct ipc_member, pset_link);
	return ipc_mqueue_take(member->port, waiter);
}

mach_msg_return_t
ipc_mach_msg_receive(struct ipc_space *space, const struct ipc_msg_args *args,
    struct ipc_waiter *waiter)
{
	struct ipc_entry *entry = ipc_space_find(space, args->rcv_name);
	struct list *receivers;
	bool taken;

	mp_assert(waiter->state == IPC_WAITER_IDLE && !waiter->kmsg);
	waiter->space = space;
	waiter->option = args->option;
	waiter->rcv_size = args->rcv_size;
	waiter->address = args->address;
	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE)) {
		receivers = &entry->port->receivers;
		taken = ipc_mqueue_take(entry->port, waiter);
	} else if (entry && entry->type == MACH_PORT_TYPE_PORT_SET) {
		receivers = &entry->pset->receivers;
		taken = take_from_set(entry->pset, waiter);
	} else {
		return ipc_waiter_set_result(waiter, MACH_RCV_INVALID_NAME);
	}
	if (taken)
		return waiter->result;
	if ((args->option & MACH_RCV_TIMEOUT) && args->timeout == 0)
		return ipc_waiter_set_result(waiter, MACH_RCV_TIMED_OUT);
	waiter->state = IPC_WAITER_RECEIVING;
	if (entry->type == MACH_PORT_TYPE_PORT_SET)
		waiter->pset = entry->pset;
	else
		waiter->port = entry->port;
	list_push_back(receivers, &waiter->link);
	return MACH_RCV_IN_PROGRESS;
}
