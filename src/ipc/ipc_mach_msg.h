/* mach_msg() on a space: its send half and its receive half (messages.md 7 to
 * 11). */
#ifndef IPC_MACH_MSG_H
#define IPC_MACH_MSG_H

#include "ipc.h"
#include "ipc_kmsg.h"
#include "ipc_mqueue.h"

/* The arguments of mach_msg(), without the message. */
struct ipc_msg_args {
	mach_msg_option_t option;
	mach_msg_size_t rcv_size;
	mach_port_name_t rcv_name;
	mach_msg_timeout_t timeout; /* only "is it 0?" matters here */
	mach_port_name_t notify;
	uint64_t address; /* of the buffer that a message would be put in */
	uint32_t lanes;   /* IPC_LANES_* */
	uint32_t bell;    /* WAIT: what it was. DIRECT: `stops` was */
};

/**
 * ipc_mach_msg_send() - the send half
 * @source:	[in]  the message; its memory is CONSUMED in any case
 * @waiter:	[in]  IDLE; takes the result, or blocks
 * @taken_out:	[out] as ipc_kmsg_copyin()
 *
 * Return:	MACH_SEND_IN_PROGRESS	@waiter is blocked; the caller cancels
 *					it when args->timeout has passed
 *		else the code, which is also in waiter->result;
 *		waiter->outcome says whether the message came back
 */
mach_msg_return_t ipc_mach_msg_send(struct ipc_space *space,
    const struct ipc_msg_args *args, const struct ipc_kmsg_source *source,
    struct ipc_waiter *waiter, uint32_t *taken_out)
    __attribute__((warn_unused_result));

/**
 * ipc_mach_msg_receive() - the receive half
 *
 * With IPC_LANES_QUEUE it takes what is in the queue, also of a port that is posted
 * (ipc_board.h); of a set, what is in those of members that are not. With
 * IPC_LANES_WAIT, which comes first, it takes nothing, and waits for the bell of what is
 * posted to be another than args->bell. With IPC_LANES_DIRECT it is as ever while nothing
 * older than what is in its queue is in lanes or slots for what is posted, and nobody has
 * stopped it since args->bell; of a set, the queues, lanes and slots of all members count. With
 * none, what is posted cannot be received from.
 *
 * Return:	MACH_RCV_IN_PROGRESS	@waiter is blocked
 *		IPC_RCV_AGAIN		posted, or not posted, other than that; QUEUE:
 *					nothing is there; WAIT: it was rung
 *		else the code, as above
 */
mach_msg_return_t ipc_mach_msg_receive(struct ipc_space *space,
    const struct ipc_msg_args *args, struct ipc_waiter *waiter)
    __attribute__((warn_unused_result));

#endif
