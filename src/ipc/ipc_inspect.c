/* For whoever looks from outside. */
#include "ipc_inspect.h"

#include "ipc_kmsg.h"
#include "ipc_port.h"
#include "ipc_space.h"

uint32_t
ipc_inspect_count(const struct list *list)
{
	uint32_t count = 0;

	LIST_FOREACH (node, list)
		count++;
	return count;
}

uint64_t
ipc_inspect_oldest_ns(const struct ipc_port *port)
{
	if (list_empty(&port->messages))
		return 0;
	return CONTAINER_OF(port->messages.next, struct ipc_kmsg, link)
	    ->queued_ns;
}

const struct ipc_port *
ipc_inspect_end(const struct ipc_port *port)
{
	for (unsigned i = 0; i < IPC_CHAIN_MAX; i++) {
		if (port->place != IPC_PORT_PLACE_TRANSIT || !port->destination)
			break;
		port = port->destination;
	}
	return port;
}
