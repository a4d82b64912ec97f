/*
 * One mach_msg() as it goes to the kernel: a trap, and what comes before and
 * after it.
 */
#ifndef LIBMACHPORT_MSG_TRAP_H
#define LIBMACHPORT_MSG_TRAP_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>

#include "msg_decode.h"

struct msg_call {
	mach_msg_option_t option;
	struct msg_buffer send;    /* size 0 unless MACH_SEND_MSG */
	struct msg_buffer receive; /* size 0 unless MACH_RCV_MSG */
	mach_port_name_t rcv_name;
	mach_msg_timeout_t timeout;
	mach_port_name_t notify;
	struct msg_scatter *scatter; /* NULL: memory comes wherever it may be */
	/* For lanes_receive() alone: memory for what a lane brings; NULL: none yet. */
	struct lanes_region_taking *regions;
	/* For msg_trap_plain(), as in struct wire_msg_request; else 0. */
	uint32_t lanes;
	uint32_t bell;
	/* AGAIN: set to the milliseconds of the timeout that are left. NULL: not wanted. */
	mach_msg_timeout_t *left_out;
};

/* What is behind the header of the message that is sent. */
static inline const void *
msg_send_body(const struct msg_call *call)
{
	return (const char *)call->send.bytes + sizeof(mach_msg_header_t);
}

static inline uint32_t
msg_send_body_bytes(const struct msg_call *call)
{
	return call->send.size - (uint32_t)sizeof(mach_msg_header_t);
}

/* A call, made once, by the kernel alone. Return: also WIRE_MSG_AGAIN, if the call
 * has WIRE_LANES_KNOWN. */
mach_msg_return_t msg_trap_plain(const struct msg_call *call)
    __attribute__((warn_unused_result));

/* The receive half of a call. */
struct msg_call msg_receive_half(const struct msg_call *call);

#endif
