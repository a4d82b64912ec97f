/*
 * Rights: what happens to an entry and to a port when a right is copied into
 * the kernel, copied out of it, or given up.
 *
 * A *naked* right is a port pointer with a reference, counted in srights or
 * sorights (or being the receive right), that belongs to no space. copyin makes
 * one from an entry, copyout makes an entry from one. IPC_PORT_NULL and
 * IPC_PORT_DEAD pass for naked rights of any type.
 */
#ifndef IPC_RIGHT_H
#define IPC_RIGHT_H

#include "ipc.h"

/* The type that a right has after copyin (messages.md 3.2); 0 if @disposition
 * is not one of 16..21. */
mach_msg_type_name_t ipc_right_type(mach_msg_type_name_t disposition);

/**
 * ipc_right_copyin() - take a right out of a space
 * @space:	[in]  borrowed
 * @name:	[in]  NULL and DEAD are not looked up: KERN_INVALID_NAME
 * @disposition:[in]  16..21
 * @port_out:	[out] the naked right; IPC_PORT_DEAD if @name is a dead name and
 *		      the disposition takes send or send-once rights
 *
 * Effects on the entry: messages.md 8.3, ports.md 7.1.
 *
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_NAME	no such name
 *		KERN_INVALID_RIGHT	the entry lacks the right
 *		KERN_INVALID_CAPABILITY	immovable receive right
 *		KERN_RESOURCE_SHORTAGE	no memory or budget for a send-once
 * right
 */
kern_return_t ipc_right_copyin(struct ipc_space *space, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_port **port_out)
    __attribute__((warn_unused_result));

/* The two halves of that, for who must check more before it takes anything: may
 * @entry (or NULL) give the right? @dead_ok: dead names pass. The codes above. */
kern_return_t ipc_right_check(const struct ipc_entry *entry,
    mach_msg_type_name_t disposition, bool dead_ok)
    __attribute__((warn_unused_result));
/* And the right itself. A send-once right to be made has been reserved. */
struct ipc_port *ipc_right_take(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_msg_type_name_t disposition);

/**
 * ipc_right_copyout_from() - give a naked right to a space
 * @port:	[in]  the right; CONSUMED on success
 * @type:	[in]  MACH_MSG_TYPE_PORT_RECEIVE, _SEND or _SEND_ONCE
 * @origin:	[in]  noted, unless the space has the right already
 * @name_out:	[out] its name; MACH_PORT_NULL or MACH_PORT_DEAD for those, also
 *		      when the port has died. MACH_PORT_NULL on failure
 *
 * Return:	KERN_SUCCESS, KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE
 * Source:	messages.md 11.5
 */
kern_return_t ipc_right_copyout_from(struct ipc_space *space,
    struct ipc_port *port, mach_msg_type_name_t type,
    const struct ipc_origin *origin, mach_port_name_t *name_out)
    __attribute__((warn_unused_result));

/* The same with a right that the kernel itself gives. */
kern_return_t ipc_right_copyout(struct ipc_space *space, struct ipc_port *port,
    mach_msg_type_name_t type, mach_port_name_t *name_out)
    __attribute__((warn_unused_result));

/* As copyout, but under a name that the task chose (ports.md 10.22 step 2).
 * @port is active. CONSUMED on success. */
kern_return_t ipc_right_copyout_name(struct ipc_space *space,
    struct ipc_port *port, mach_msg_type_name_t type,
    const struct ipc_origin *origin, mach_port_name_t name)
    __attribute__((warn_unused_result));

/* A naked right dies, with all its effects. CONSUMES it. */
void ipc_right_destroy_naked(struct ipc_port *port, mach_msg_type_name_t type);

/* More user references; at the maximum the count sticks. */
void ipc_entry_add_urefs(struct ipc_entry *entry, uint32_t count);

/* The calls of ports.md 10.8, 10.9 and 10.11, on an entry that was found. */
kern_return_t ipc_right_destroy(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry);
kern_return_t ipc_right_dealloc(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry);
kern_return_t ipc_right_delta(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_right_t right, mach_port_delta_t delta);

/* mach_port_destruct() on an entry with a receive right (ports.md 10.28). */
kern_return_t ipc_right_destruct(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_delta_t srdelta,
    mach_port_context_t guard);

/* An entry whose port has died becomes a dead name; urefs + @extra. */
void ipc_right_convert(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, uint32_t extra);

#endif
