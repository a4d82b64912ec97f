/*
 * Calls on a `task`, or a thread, that is another program's port: a proxy for a task, or one
 * that stands between a program and its task. It is sent the request that a stub
 * makes of the call, and what it replies are the results. The stubs are mig's, of
 * <mach/mach_port.defs> and others: rpc_mach_port_allocate() and so on.
 */
#ifndef LIBMACHPORT_RPC_H
#define LIBMACHPORT_RPC_H

#include "call.h"
#include "lock.h"
#include "rpc_mach_port.h"

/* What the kernel answered (@kr), or if that is WIRE_CALL_BY_MESSAGE, what the
 * stub of @call returns: OR_RPC(kr, mach_port_type(task, name, ptype)).
 *
 * Like a trap, a call by messages is no place to be cancelled at: the memory that
 * came with the reply would be lost. */
#define OR_RPC(kr, call)                                                       \
	__extension__({                                                        \
		kern_return_t kr_ = (kr);                                      \
		if (kr_ == WIRE_CALL_BY_MESSAGE) {                             \
			int cancel_type_ = cancel_defer();                     \
			kr_ = rpc_##call;                                      \
			cancel_restore(cancel_type_);                          \
		}                                                              \
		kr_;                                                           \
	})

/* The same of a call that is never a trap. */
#define RPC(call) OR_RPC(WIRE_CALL_BY_MESSAGE, call)

/* The same for a call about a task that no routine makes. */
static inline kern_return_t
no_rpc(kern_return_t kr)
{
	return kr == WIRE_CALL_BY_MESSAGE ? KERN_INVALID_TASK : kr;
}

#endif
