/*
 * A slot: one naked send right that the kernel itself keeps, a task's special
 * port for example. Slots are known to ipc_check().
 */
#ifndef IPC_SLOT_H
#define IPC_SLOT_H

#include "ipc.h"

struct ipc_slot {
	struct list world_link;
	struct ipc_port *port; /* naked send right, or NULL or DEAD */
};

void ipc_slot_init(struct ipc_slot *slot);
/* Releases what is in it. */
void ipc_slot_deinit(struct ipc_slot *slot);
/* Keep @right (CONSUMED) instead of what was there. */
void ipc_slot_set(struct ipc_slot *slot, struct ipc_port *right);
/* A naked send right for what is in the slot: +1 to caller. IPC_PORT_NULL if it
 * is empty, IPC_PORT_DEAD if the port has died. */
struct ipc_port *ipc_slot_copy(const struct ipc_slot *slot);

/* If the port has died, the slot keeps DEAD in its place, which takes no memory. */
void ipc_slot_bury(struct ipc_slot *slot);

#endif
