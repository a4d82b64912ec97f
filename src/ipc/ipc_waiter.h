/*
 * Waiters: who is blocked, and what an operation ended with.
 *
 * A waiter stands for one thread in one blocked send or receive. It belongs to
 * the engine's caller, who embeds it in its own thread:
 *
 *	IDLE	  not in any list. Results of the last operation may be read
 *	SENDING	  in port->senders; kmsg is the message, not yet queued
 *	RECEIVING in the receivers of a port or a set
 *
 * The engine completes a waiter from within another task's operation: it fills
 * in the result, makes it IDLE and calls complete(), which must only take note
 * (the engine is not to be entered from it). A timeout or a signal is the caller
 * calling ipc_waiter_cancel(); the death of a thread, ipc_waiter_abandon().
 */
#ifndef IPC_WAITER_H
#define IPC_WAITER_H

#include "ipc.h"

enum ipc_waiter_state {
	IPC_WAITER_IDLE,
	IPC_WAITER_SENDING,
	IPC_WAITER_RECEIVING,
};

/* What a send or receive leaves for the task besides its return code. */
enum ipc_outcome {
	IPC_OUTCOME_NONE,    /* the buffer is not touched */
	IPC_OUTCOME_MESSAGE, /* kmsg (OUT), and a trailer unless given back */
	IPC_OUTCOME_BARE,    /* the same, but cut to rcv_size bytes in all */
	IPC_OUTCOME_SIZE,    /* a message too large stays: its size and port */
};

struct ipc_waiter {
	struct list link;
	uint8_t state;           /* enum ipc_waiter_state */
	uint8_t outcome;         /* enum ipc_outcome; IDLE */
	struct ipc_space *space; /* whose operation it is; borrowed */
	void (*complete)(struct ipc_waiter *waiter);

	/* The operation, as long as it goes on. */
	struct ipc_port *port; /* SENDING, RECEIVING on a port; borrowed */
	struct ipc_pset *pset; /* RECEIVING on a set; borrowed */
	mach_msg_option_t option;
	mach_msg_size_t rcv_size;
	uint32_t lanes;   /* RECEIVING: IPC_LANES_*. WAIT: takes no message */
	uint64_t address; /* of the buffer: the guard of a guarded right */
	mach_port_name_t notify; /* SENDING: for message-accepted, or NULL */

	/* The result. */
	mach_msg_return_t result;
	struct ipc_kmsg *kmsg; /* MESSAGE, BARE: owned by the waiter. SENDING:
	                        * the message */
	mach_msg_size_t large_size;  /* SIZE */
	mach_port_name_t large_name; /* SIZE */
	mach_msg_max_trailer_t trailer;
	mach_msg_size_t trailer_bytes; /* 0: none */
};

void ipc_waiter_init(
    struct ipc_waiter *waiter, void (*complete)(struct ipc_waiter *));
/* Frees the message of a result; @waiter is IDLE. */
void ipc_waiter_reset(struct ipc_waiter *waiter);

/* What it waited for has come about: IDLE with @result and no message, complete. */
void ipc_waiter_end(struct ipc_waiter *waiter, mach_msg_return_t result);

/* IDLE, out of its list; the caller fills in a result and calls complete(). */
void ipc_waiter_unblock(struct ipc_waiter *waiter);

/* The result of an operation that ends without a message. Returns @result. */
mach_msg_return_t ipc_waiter_set_result(
    struct ipc_waiter *waiter, mach_msg_return_t result);

/* The send has failed with @mr: the message goes back to who sent it (messages.md
 * 10.1). CONSUMES @kmsg; returns the code with the bits of what did not fit. */
mach_msg_return_t ipc_waiter_give_back(
    struct ipc_waiter *waiter, struct ipc_kmsg *kmsg, mach_msg_return_t mr);

/* Queue @kmsg, CONSUMED, whatever the limit: @mr, or MACH_SEND_NO_BUFFER. */
mach_msg_return_t ipc_waiter_post(
    struct ipc_waiter *waiter, struct ipc_kmsg *kmsg, mach_msg_return_t mr);

/* The same with a message-accepted request for waiter->notify (notifications.md
 * 8, steps 2 and 3). */
mach_msg_return_t ipc_waiter_post_accepted(
    struct ipc_waiter *waiter, struct ipc_kmsg *kmsg);

/* End a blocked operation with MACH_SEND_/RCV_TIMED_OUT or _INTERRUPTED as fits
 * (@interrupted); it completes before this returns. IDLE: nothing happens. */
void ipc_waiter_cancel(struct ipc_waiter *waiter, bool interrupted);

/* The thread is gone: a message it was sending is destroyed, a result it did
 * not fetch is freed. complete() is not called. */
void ipc_waiter_abandon(struct ipc_waiter *waiter);

#endif
