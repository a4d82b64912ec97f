/*
 * Waiters: how an operation ends. With a code alone, or with a message that goes
 * back to who sent it, or beyond the queue's limit with a promise to tell.
 */
#include "ipc_waiter.h"

#include <string.h>

#include "base_assert.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_request.h"
#include "ipc_space.h"

void
ipc_waiter_init(
    struct ipc_waiter *waiter, void (*complete)(struct ipc_waiter *))
{
	memset(waiter, 0, sizeof(*waiter));
	list_init(&waiter->link);
	waiter->complete = complete;
}

void
ipc_waiter_reset(struct ipc_waiter *waiter)
{
	mp_assert(waiter->state == IPC_WAITER_IDLE);
	ipc_kmsg_free(waiter->kmsg);
	waiter->kmsg = NULL;
	waiter->outcome = IPC_OUTCOME_NONE;
	waiter->trailer_bytes = 0;
}

void
ipc_waiter_unblock(struct ipc_waiter *waiter)
{
	list_remove(&waiter->link);
	waiter->state = IPC_WAITER_IDLE;
	waiter->port = NULL;
	waiter->pset = NULL;
}

mach_msg_return_t
ipc_waiter_set_result(struct ipc_waiter *waiter, mach_msg_return_t result)
{
	waiter->outcome = IPC_OUTCOME_NONE;
	waiter->result = result;
	return result;
}

void
ipc_waiter_end(struct ipc_waiter *waiter, mach_msg_return_t result)
{
	ipc_waiter_unblock(waiter);
	(void)ipc_waiter_set_result(waiter, result);
	waiter->complete(waiter);
}

mach_msg_return_t
ipc_waiter_give_back(
    struct ipc_waiter *waiter, struct ipc_kmsg *kmsg, mach_msg_return_t mr)
{
	struct ipc_kmsg_copyout how = {
	    .option = waiter->option, .address = waiter->address};

	waiter->space->sent--; /* not after all */
	waiter->space->sent_bytes -= kmsg->size;
	mr |= ipc_kmsg_copyout_pseudo(waiter->space, kmsg, &how);
	waiter->kmsg = kmsg;
	waiter->outcome = IPC_OUTCOME_MESSAGE;
	waiter->trailer_bytes = 0;
	waiter->result = mr;
	return mr;
}

mach_msg_return_t
ipc_waiter_post(
    struct ipc_waiter *waiter, struct ipc_kmsg *kmsg, mach_msg_return_t mr)
{
	struct ipc_request *accepted = kmsg->accepted;

	if (ipc_mqueue_post(kmsg->remote, kmsg))
		return ipc_waiter_set_result(waiter, mr);
	if (accepted) {
		kmsg->accepted = NULL;
		ipc_request_free_accepted(accepted);
	}
	return ipc_waiter_give_back(waiter, kmsg, MACH_SEND_NO_BUFFER);
}

mach_msg_return_t
ipc_waiter_post_accepted(struct ipc_waiter *waiter, struct ipc_kmsg *kmsg)
{
	struct ipc_request *request;
	mach_msg_return_t mr = ipc_request_new_accepted(
	    waiter->space, kmsg->remote, waiter->notify, &request);

	if (mr != MACH_MSG_SUCCESS)
		return ipc_waiter_give_back(waiter, kmsg, mr);
	kmsg->accepted = request;
	return ipc_waiter_post(waiter, kmsg, MACH_SEND_WILL_NOTIFY);
}

/* A blocked send ends before there was room. */
static void
cancel_send(struct ipc_waiter *waiter, bool interrupted)
{
	struct ipc_kmsg *kmsg = waiter->kmsg;

	waiter->kmsg = NULL;
	if (interrupted)
		(void)ipc_waiter_give_back(waiter, kmsg, MACH_SEND_INTERRUPTED);
	else if (waiter->notify != MACH_PORT_NULL)
		(void)ipc_waiter_post_accepted(waiter, kmsg);
	else
		(void)ipc_waiter_give_back(waiter, kmsg, MACH_SEND_TIMED_OUT);
}

void
ipc_waiter_cancel(struct ipc_waiter *waiter, bool interrupted)
{
	switch ((enum ipc_waiter_state)waiter->state) {
	case IPC_WAITER_IDLE:
		break;
	case IPC_WAITER_RECEIVING:
		ipc_waiter_end(waiter,
		    interrupted ? MACH_RCV_INTERRUPTED : MACH_RCV_TIMED_OUT);
		break;
	case IPC_WAITER_SENDING:
		ipc_waiter_unblock(waiter);
		cancel_send(waiter, interrupted);
		waiter->complete(waiter);
		break;
	}
}

void
ipc_waiter_abandon(struct ipc_waiter *waiter)
{
	struct ipc_kmsg *kmsg = waiter->kmsg;
	bool sending = waiter->state == IPC_WAITER_SENDING;

	ipc_waiter_unblock(waiter);
	if (sending) {
		waiter->kmsg = NULL;
		ipc_kmsg_destroy(kmsg);
	}
	ipc_waiter_reset(waiter);
}
