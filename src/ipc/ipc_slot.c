/* Send rights that the kernel itself keeps. */
#include "ipc_slot.h"

#include "ipc_port.h"

void
ipc_slot_init(struct ipc_slot *slot)
{
	slot->port = IPC_PORT_NULL;
	list_init(&slot->world_link);
	list_push_back(&ipc_world.slots, &slot->world_link);
}

void
ipc_slot_deinit(struct ipc_slot *slot)
{
	ipc_slot_set(slot, IPC_PORT_NULL);
	list_remove(&slot->world_link);
}

void
ipc_slot_set(struct ipc_slot *slot, struct ipc_port *right)
{
	struct ipc_port *old = slot->port;

	slot->port = right;
	if (IPC_PORT_VALID(old))
		ipc_port_release_send(old);
}

struct ipc_port *
ipc_slot_copy(const struct ipc_slot *slot)
{
	if (!IPC_PORT_VALID(slot->port))
		return slot->port;
	if (!ipc_port_active(slot->port))
		return IPC_PORT_DEAD;
	ipc_port_copy_send(slot->port);
	return slot->port;
}

void
ipc_slot_bury(struct ipc_slot *slot)
{
	if (IPC_PORT_VALID(slot->port) && !ipc_port_active(slot->port))
		ipc_slot_set(slot, IPC_PORT_DEAD);
}
