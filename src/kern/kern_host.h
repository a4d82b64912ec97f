/*
 * The host: the one object that stands for the machine, and has two ports. Everybody may
 * have a send right for the one; the other, host-priv, is for privileged tasks alone,
 * and is to them what the first is to others. It gives the ports that the kernel keeps
 * for all.
 */
#ifndef KERN_HOST_H
#define KERN_HOST_H

#include <mach/host_special_ports.h>

#include "ipc_kobject.h"
#include "ipc_space.h"
#include "kern_exception.h"

/* What kern_host_init() makes, and no task can make go. */
enum {
	KERN_HOST_PORTS = 2,
	KERN_HOST_STORED = HOST_MAX_SPECIAL_PORT - HOST_MAX_SPECIAL_KERNEL_PORT,
	/* Those, the bootstrap port, and exception ports. */
	KERN_HOST_SLOTS = KERN_HOST_STORED + 1 + EXC_TYPES_COUNT,
};

/* Once, before the first task; false: no memory. */
bool kern_host_init(void) __attribute__((warn_unused_result));
/* The host's ports die, and what is kept for it is released. */
void kern_host_deinit(void);

/* A naked send right for the host port: +1 to caller. */
struct ipc_port *kern_host_make_send(void);
/* The same for the port that a task of this identity has for it: that is host-priv, if it
 * is privileged (kern_policy.h). */
struct ipc_port *kern_host_make_send_for(const struct ipc_identity *who);

/* Is @object the host, by whichever port; or by host-priv? NULL is neither. */
bool kern_host_is(const struct ipc_kobject *object);
bool kern_host_is_privileged(const struct ipc_kobject *object);

/*
 * host_get_special_port() and host_set_special_port(): the right is +1 to caller, or
 * CONSUMED on success. Besides Mach's slots there is MACHPORT_HOST_BOOTSTRAP_PORT.
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_ARGUMENT	no such slot; or, to set, one of the kernel's
 * Source:	special-ports.md 3
 */
kern_return_t kern_host_special_copy(int which, struct ipc_port **right_out);
kern_return_t kern_host_special_set(int which, struct ipc_port *right);

/* What a task has for its bootstrap port that inherits none: +1 to caller. */
struct ipc_port *kern_host_copy_bootstrap(void);

struct kern_exceptions *kern_host_exceptions(void);

/* What is kept of ports that have died is nothing but that. */
void kern_host_bury(void);

#endif
