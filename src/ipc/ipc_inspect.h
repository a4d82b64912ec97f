/*
 * What can be told of ports and sets to whoever looks at them from outside. Nothing
 * here changes anything; what may be much is bounded by whoever asks.
 */
#ifndef IPC_INSPECT_H
#define IPC_INSPECT_H

#include "ipc.h"

/* How many are in @list. */
uint32_t ipc_inspect_count(const struct list *list);

/* When the oldest message in the queue of @port was put there; 0: there is none. */
uint64_t ipc_inspect_oldest_ns(const struct ipc_port *port);

/* Where a message to @port goes in the end: itself, or, as long as it travels, the
 * port that it travels to. A way of more than IPC_CHAIN_MAX ports is not gone to its
 * end: what is told then is a port that travels, and has a destination. */
const struct ipc_port *ipc_inspect_end(const struct ipc_port *port);

#endif
