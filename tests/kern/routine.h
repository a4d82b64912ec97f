/*
 * Routines by message, with the structures that mig made of their .defs: a task sends a
 * request and has the reply as it would receive it.
 */
#ifndef TESTS_KERN_ROUTINE_H
#define TESTS_KERN_ROUTINE_H

#include <mach/message.h>

#include "mig.h"

/* Whose requests these are; a port for the replies is made. */
void routine_setup(struct kern_task *task);

/* The region that goes with the next request: @bytes at @region, which must live so
 * long. */
void routine_region(const void *region, uint32_t bytes);

/* The next request is in the file @memory, or its region in @placed; both may be NULL, and
 * are CONSUMED with it. */
void routine_memory(struct ipc_memory *memory, struct ipc_memory *placed);

/* Send *@request, with its id and descriptors, to @to; the reply comes in *@reply. The
 * code of the send, of the reply, or MIG_TYPE_ERROR: a success of another size. */
#define ROUTINE(to, request, reply)                                            \
	routine(to, request, sizeof(*(request)), reply, sizeof(*(reply)))
kern_return_t routine(mach_port_name_t to, const void *request,
    uint32_t request_bytes, void *reply_out, uint32_t reply_bytes);

/* The same for a reply of any size up to @room: its size; the code in *@code_out. */
uint32_t routine_any(mach_port_name_t to, const void *request,
    uint32_t request_bytes, void *reply_out, uint32_t room,
    kern_return_t *code_out);

/* The elements of the last reply's arrays of rights, in order. */
const mach_port_name_t *routine_names(void);

/* A descriptor that lends @name. */
#define ROUTINE_COPY_SEND(right)                                               \
	{                                                                      \
		.name = (right), .disposition = MACH_MSG_TYPE_COPY_SEND,       \
		.type = MACH_MSG_PORT_DESCRIPTOR                               \
	}

#endif
