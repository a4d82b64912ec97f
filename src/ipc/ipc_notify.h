/*
 * Notifications: messages made by the kernel, sent through a send-once right.
 *
 * Each function CONSUMES @notify, a naked send-once right (IPC_PORT_NULL and
 * IPC_PORT_DEAD are fine), needs no memory beyond what the right brought along,
 * and does nothing more if the notify port is dead.
 */
#ifndef IPC_NOTIFY_H
#define IPC_NOTIFY_H

#include "ipc.h"

void ipc_notify_port_deleted(struct ipc_port *notify, mach_port_name_t name);
void ipc_notify_send_possible(struct ipc_port *notify, mach_port_name_t name);
void ipc_notify_dead_name(struct ipc_port *notify, mach_port_name_t name);
void ipc_notify_no_senders(
    struct ipc_port *notify, mach_port_mscount_t mscount);
void ipc_notify_send_once(struct ipc_port *notify);

/* Also CONSUMES @port, a receive right that has left its space: it dies if it
 * cannot be delivered, or if delivering it would be circular. */
void ipc_notify_port_destroyed(struct ipc_port *notify, struct ipc_port *port);

#endif
