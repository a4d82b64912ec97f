/*
 * Calls on a `task` that is another program's port: a proxy for a task, or one
 * that stands between a program and its task. It is sent the request that mig
 * would make of the call, and what it replies are the results.
 */
#ifndef LIBMACHPORT_CALL_MIG_H
#define LIBMACHPORT_CALL_MIG_H

#include "call.h"

/**
 * call_mig() - make a call by messages
 * @in:		[in]  @in_count words; the first names a port, with a send right
 * @out:	[out] as for call_kernel()
 *
 * Waits for the reply as long as it takes, on the thread's reply port.
 *
 * Rights:	a right that the call passes is taken as a message takes it
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_TASK	no routine makes this call
 *		KERN_RESOURCE_SHORTAGE	no reply port, or no memory
 *		MIG_ARRAY_TOO_LARGE	more words of information than mig has
 *		MIG_SERVER_DIED		nobody will reply
 *		MIG_REPLY_MISMATCH	a reply to something else
 *		MIG_TYPE_ERROR		a reply of another shape
 *		else what was replied, or the code of mach_msg()
 * Source:	spec/ports.md 9, spec/mig.md 10
 */
kern_return_t call_mig(enum wire_call call, const uint32_t *in, size_t in_count,
    uint32_t *out) __attribute__((warn_unused_result));

/* The same for call_for_words(). */
kern_return_t call_mig_words(enum wire_call call, const uint32_t *in,
    size_t in_count, struct call_words *out)
    __attribute__((warn_unused_result));

#endif
