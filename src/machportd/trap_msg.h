/*
 * The mach_msg() trap of one connection (wire_msg.h).
 *
 *	IDLE	  nothing is due
 *	SENDING	  the send half is blocked, the timer armed if it may time out
 *	RECEIVING the receive half, the same
 *
 *	IDLE -> SENDING, RECEIVING, IDLE	trap_msg_begin()
 *	SENDING -> RECEIVING, IDLE		trap_msg_completed()
 *	RECEIVING -> IDLE			the same
 *
 * What is sent by a window stays in it until the answer: mostly it is received before
 * that, and copied once.
 *
 * Whenever it becomes IDLE the answer has been sent. The engine ends a blocked
 * half from within somebody else's trap; then the connection waits in the
 * server's list `completed` for trap_msg_completed().
 */
#ifndef TRAP_MSG_H
#define TRAP_MSG_H

#include "ipc_mach_msg.h"

struct conn;
struct packet;

enum trap_phase {
	TRAP_IDLE,
	TRAP_SENDING,
	TRAP_RECEIVING,
};

struct trap_msg {
	struct ipc_waiter waiter;
	uint8_t phase;        /* enum trap_phase */
	bool sends;           /* what the waiter holds is of the send half */
	uint32_t sequence;    /* of the request, for its answer */
	uint32_t taken;       /* descriptors whose memory the send took */
	struct ipc_loan loan; /* of the connection's window, to what it sent */
	/* The receive half, should the send be blocked before it. */
	mach_msg_option_t option;
	mach_msg_size_t rcv_size;
	mach_port_name_t rcv_name;
	mach_msg_timeout_t timeout; /* AGAIN: what is left of it */
	mach_port_name_t notify;
	uint64_t rcv_address;
	uint32_t window_part;
	uint32_t lanes; /* WIRE_LANES_*, which are IPC_LANES_* */
	uint32_t bell;
};

void trap_msg_init(struct conn *conn);

/* Does @packet say that it is a WIRE_MSG with a descriptor? */
bool trap_msg_has_file(const struct packet *packet);

/* @packet is a WIRE_MSG, and @conn IDLE. */
void trap_msg_begin(struct conn *conn, struct packet *packet);

/* The task does not want to wait any longer for the trap @sequence. */
void trap_msg_cancel(struct conn *conn, uint32_t sequence);
/* The time is up. */
void trap_msg_timeout(struct conn *conn);

/* The blocked half has ended: go on. */
void trap_msg_completed(struct conn *conn);

/* The connection goes, and what it was doing. */
void trap_msg_abandon(struct conn *conn);

#endif
