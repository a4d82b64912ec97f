/* The ports that are kept for a task, and their inheritance. */
#include "kern_ports.h"

#include "ipc_port.h"

void
kern_ports_init(struct kern_ports *ports)
{
	ports->task = 0;
	for (unsigned i = 0; i < KERN_PORTS_COUNT; i++)
		ipc_slot_init(&ports->slots[i]);
	kern_exceptions_init(&ports->exceptions);
	ports->has_bootstrap = false;
}

void
kern_ports_deinit(struct kern_ports *ports)
{
	for (unsigned i = 0; i < KERN_PORTS_COUNT; i++)
		ipc_slot_deinit(&ports->slots[i]);
	kern_exceptions_deinit(&ports->exceptions);
}

void
kern_ports_clear(struct kern_ports *ports)
{
	ports->task = 0;
	for (unsigned i = 0; i < KERN_PORTS_COUNT; i++)
		ipc_slot_set(&ports->slots[i], IPC_PORT_NULL);
	kern_exceptions_clear(&ports->exceptions);
	ports->has_bootstrap = false;
}

void
kern_ports_inherit(struct kern_ports *child, const struct kern_ports *parent)
{
	child->task = parent->task;
	for (unsigned i = 0; i < KERN_PORTS_INHERITED; i++)
		ipc_slot_set(
		    &child->slots[i], ipc_slot_copy(&parent->slots[i]));
	kern_exceptions_inherit(&child->exceptions, &parent->exceptions);
	child->has_bootstrap = parent->has_bootstrap;
}

void
kern_ports_change_user(struct kern_ports *ports)
{
	ipc_slot_set(&ports->slots[KERN_PORTS_ACCESS], IPC_PORT_NULL);
	kern_exceptions_clear(&ports->exceptions);
}
