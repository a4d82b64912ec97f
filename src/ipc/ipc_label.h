/*
 * Labels: a word or two of what a port is for, written by whoever receives on it, and
 * read by people. A port has none until it is given one, and pays for it then.
 */
#ifndef IPC_LABEL_H
#define IPC_LABEL_H

#include "ipc.h"

#define IPC_LABEL_MAX 64 /* bytes, with the NUL, and of the copies below */

struct ipc_label {
	struct ipc_account *account; /* +1; charged for all this */
	uint32_t bytes;              /* of text, with its NUL */
	char text[];
};

/* What @label is charged. */
uint64_t ipc_label_charge(const struct ipc_label *label);

/* The live @port is for @text, of which no more than IPC_LABEL_MAX - 1 bytes are looked
 * at; "": for nothing in particular. KERN_RESOURCE_SHORTAGE, and as before: no memory, or
 * @account is over its budget. */
kern_return_t ipc_label_set(struct ipc_port *port, struct ipc_account *account,
    const char *text) __attribute__((warn_unused_result));

/* The label of @port, or "", with zeroes behind it. */
void ipc_label_get(const struct ipc_port *port, char text_out[IPC_LABEL_MAX]);

/* The port is no more. */
void ipc_label_drop(struct ipc_port *port);

/*
 * machport_set_label() and machport_get_label() on a space; codes as in <machport.h>.
 */
kern_return_t ipc_mach_port_set_label(
    struct ipc_space *space, mach_port_name_t name, const char *text)
    __attribute__((warn_unused_result));
kern_return_t ipc_mach_port_get_label(struct ipc_space *space,
    mach_port_name_t name, char text_out[IPC_LABEL_MAX])
    __attribute__((warn_unused_result));

#endif
