/*
 * Tracing: who traces is told of what happens to messages, as it happens. While nobody
 * does, it costs a look at one pointer.
 *
 * The function is called in the midst of an operation. It may look at the port and the
 * message, and at nothing else of the engine; and it changes nothing.
 */
#ifndef IPC_TRACE_H
#define IPC_TRACE_H

#include "ipc.h"

enum ipc_event {
	IPC_EVENT_SEND =
	    1, /* queued, or handed over, which has not happened yet */
	IPC_EVENT_RECEIVE, /* about to be copied out to the port's receiver */
	IPC_EVENT_KERNEL,  /* about to be served by the port's object */
	IPC_EVENT_DESTROY, /* about to die with the port, or for lack of room */
	IPC_EVENT_BLOCK,   /* the queue is full, and its sender waits */
};

struct ipc_tracer {
	void (*event)(enum ipc_event event, const struct ipc_port *port,
	    const struct ipc_kmsg *kmsg);
};

static inline bool
ipc_is_traced(void)
{
	return __builtin_expect(ipc_world.tracer != NULL, 0);
}

static inline void
ipc_trace(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	if (ipc_is_traced())
		ipc_world.tracer->event(event, port, kmsg);
}

#endif
