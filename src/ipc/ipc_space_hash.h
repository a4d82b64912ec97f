/*
 * The hash of a space: its names of send rights, found by their ports.
 */
#ifndef IPC_SPACE_HASH_H
#define IPC_SPACE_HASH_H

#include "ipc_space.h"

/* The space's entry for @port with SEND or RECEIVE; its name in @name_out. */
struct ipc_entry *ipc_space_find_port(struct ipc_space *space,
    const struct ipc_port *port, mach_port_name_t *name_out);

/* Makes the following insert certain to succeed. False: no memory, or no budget for it. */
bool ipc_space_reserve_hash(struct ipc_space *space)
    __attribute__((warn_unused_result));
void ipc_space_hash_insert(struct ipc_space *space, mach_port_name_t name,
    const struct ipc_entry *entry);
void ipc_space_hash_remove(struct ipc_space *space, mach_port_name_t name,
    const struct ipc_entry *entry);

#endif
