/* What the files of the mach_port_*() calls share: names looked up, and rights
 * that are passed, with the codes that spec/ports.md 9 and 10 want. */
#ifndef IPC_MACH_PORT_FIND_H
#define IPC_MACH_PORT_FIND_H

#include "ipc.h"

/* The entry of @name with a right of @type. NULL and DEAD are KERN_INVALID_RIGHT.
 * A dead name counts as absent (ports.md 5) unless @sees_dead. */
kern_return_t ipc_mach_port_find(struct ipc_space *space, mach_port_name_t name,
    mach_port_type_t type, bool sees_dead, struct ipc_entry **entry_out)
    __attribute__((warn_unused_result));

/* The port of which @name is the receive right. */
kern_return_t ipc_mach_port_find_receive(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port **port_out)
    __attribute__((warn_unused_result));

/* The same for the calls to which NULL and DEAD are names that are not there. */
kern_return_t ipc_mach_port_find_receive_name(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port **port_out)
    __attribute__((warn_unused_result));

/* The type bits with those of pending requests, all of them. */
mach_port_type_t ipc_mach_port_full_type(
    const struct ipc_space *space, const struct ipc_entry *entry);

/* Take a right that @caller passes for use in @space: +1 to caller, naked. */
kern_return_t ipc_mach_port_take_argument(struct ipc_space *space,
    struct ipc_space *caller, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_port **port_out)
    __attribute__((warn_unused_result));

#endif
