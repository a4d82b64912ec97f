/*
 * Requests that come to kernel ports as messages: subsystem mach_port, whose
 * routines are the calls of kern_call.h (wire_mig.h). Such a message does to a task
 * what the library's call does.
 */
#ifndef KERN_MIG_H
#define KERN_MIG_H

#include "ipc_kmsg.h"
#include "kern_task.h"

/**
 * kern_mig_serve() - do what a request asks for, and reply to it
 * @task:	[in]  whose port it was sent to; NULL: another kernel object's
 * @request:	[in]  CONSUMED, with all that the call did not take
 *
 * The reply is the routine's, or an error reply:
 *
 *	MIG_BAD_ID		no such routine
 *	MIG_BAD_ARGUMENTS	not the shape of that routine's request
 *	MIG_TYPE_ERROR		the shape, but with another right or region in it
 *	KERN_INVALID_TASK	no task
 *	KERN_RESOURCE_SHORTAGE	no memory or budget for the reply; nothing was
 *				done, unless to tell of something is all that
 *				there was to do
 *
 * or else what the call itself returns. Without a reply right, all is done as
 * with one.
 *
 * Source:	spec/ports.md 9, spec/special-ports.md 7, spec/mig.md 12
 */
void kern_mig_serve(struct kern_task *task, struct ipc_kmsg *request);

#endif
