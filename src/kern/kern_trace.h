/*
 * Tracing: what happens to messages is told to whoever asked for it, as messages to a
 * port of his (machport_trace(), <machport/inspect.h>).
 *
 * What happens is written down where it happens, in a buffer of each tracer, and sent
 * when the engine has been left: kern_trace_flush(). So no program waits for who traces
 * it, and nothing of its messages is lost. What finds no room in the buffer, since his
 * queue is full and he does not receive, is counted and not told.
 *
 * A trace ends with its port.
 */
#ifndef KERN_TRACE_H
#define KERN_TRACE_H

#include <machport/inspect.h>

#include "ipc_kmsg.h"
#include "ipc_space.h"

/* So many at a time for each user, and for all of them: each is asked for each message
 * of every task. */
#define KERN_TRACES_PER_USER 4
#define KERN_TRACES_MOST 32

/**
 * kern_trace_begin() - tell what happens from now on
 * @who:	[in]  sees what kern_policy_may_see() lets him see; borrowed. NULL: the
 *		      kernel itself
 * @account:	[in]  pays for the buffer and the messages; borrowed
 * @sink:	[in]  a naked right; CONSUMED on success
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_RIGHT	@sink is no send right for a program's port
 *		KERN_INVALID_ARGUMENT	there is no task or port as in @filter
 *		KERN_NO_ACCESS		he may not see that task
 *		KERN_RESOURCE_SHORTAGE	too many traces, no memory, or no budget
 */
kern_return_t kern_trace_begin(struct ipc_identity *who,
    struct ipc_account *account, const struct ipc_kmsg_right *sink,
    const machport_trace_filter_t *filter) __attribute__((warn_unused_result));

/* Send what is due: what is more than half a buffer, or waits for long. Traces whose
 * port has died end. Whenever the engine has been left. */
void kern_trace_flush(void);

/* All traces end. */
void kern_trace_deinit(void);

#endif
