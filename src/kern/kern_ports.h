/*
 * The ports that the kernel keeps for a task: its special ports, the three
 * registered ones, and its exception ports. They are apart from the task because they outlive it: they
 * wait here for the task that a fork, an exec or a spawn makes.
 */
#ifndef KERN_PORTS_H
#define KERN_PORTS_H

#include <mach/mach_param.h>

#include "ipc_slot.h"
#include "kern_exception.h"

enum kern_ports_slot {
	/* Inherited (special-ports.md 2.4). */
	KERN_PORTS_BOOTSTRAP,
	KERN_PORTS_ACCESS,
	KERN_PORTS_REGISTERED,
	KERN_PORTS_INHERITED = KERN_PORTS_REGISTERED + TASK_PORT_REGISTER_MAX,
	/* Not inherited. */
	KERN_PORTS_DEBUG_CONTROL = KERN_PORTS_INHERITED,
	KERN_PORTS_RESOURCE_NOTIFY,
	KERN_PORTS_NOTIFY,
	KERN_PORTS_COUNT,
};

struct kern_ports {
	uint32_t task; /* id: whose they are, or, if kept for a task to come, of
	                * whom they come; 0: nobody */
	struct ipc_slot slots[KERN_PORTS_COUNT];
	struct kern_exceptions exceptions; /* inherited */
	/* The bootstrap port was set, be it to null; inherited. If not, a new task has
	 * the host's. */
	bool has_bootstrap;
};

/* All empty. */
void kern_ports_init(struct kern_ports *ports);
/* All rights are released. */
void kern_ports_deinit(struct kern_ports *ports);
/* The same, to be used again. */
void kern_ports_clear(struct kern_ports *ports);

/* Give @child, instead of what it has, what a new task gets of @parent. A slot
 * whose port has died becomes a dead slot. */
void kern_ports_inherit(
    struct kern_ports *child, const struct kern_ports *parent);

/* They are those of another user's task now: what gave power over the task to
 * its former user is dropped. */
void kern_ports_change_user(struct kern_ports *ports);

#endif
