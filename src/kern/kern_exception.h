/*
 * Exception ports: for each kind of exception, who is to be told of it, and how. A task,
 * a thread and the host have one set each. They are kept and told; no exception is sent.
 *
 * Source: spec/special-ports.md 2.6
 */
#ifndef KERN_EXCEPTION_H
#define KERN_EXCEPTION_H

#include <mach/exception_types.h>

#include "ipc_slot.h"

struct kern_exception_action {
	struct ipc_slot handler;
	exception_behavior_t behavior;
	thread_state_flavor_t flavor;
};

struct kern_exceptions {
	/* By type, EXC_BAD_ACCESS for one; there is none of type 0. */
	struct kern_exception_action actions[EXC_TYPES_COUNT];
};

/* Types with the same action. */
struct kern_exception_group {
	exception_mask_t mask;
	struct ipc_port *handler; /* a naked send right, NULL or DEAD */
	exception_behavior_t behavior;
	thread_state_flavor_t flavor;
};
#define KERN_EXCEPTION_GROUPS_MAX EXC_TYPES_COUNT

/* All empty. */
void kern_exceptions_init(struct kern_exceptions *exceptions);
/* All rights are released. */
void kern_exceptions_deinit(struct kern_exceptions *exceptions);
/* The same, to be used again. */
void kern_exceptions_clear(struct kern_exceptions *exceptions);
/* What @child has becomes what @parent has; what has died is dead. */
void kern_exceptions_inherit(
    struct kern_exceptions *child, const struct kern_exceptions *parent);

/* Is @mask one of types? */
bool kern_exceptions_mask_is_valid(exception_mask_t mask);

/* May types of @mask have this action? KERN_SUCCESS or KERN_INVALID_ARGUMENT. */
kern_return_t kern_exceptions_check(exception_mask_t mask,
    const struct ipc_port *handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor) __attribute__((warn_unused_result));

/* It is the action of those types from now on; it has been checked. @handler is
 * CONSUMED. */
void kern_exceptions_set(struct kern_exceptions *exceptions,
    exception_mask_t mask, struct ipc_port *handler,
    exception_behavior_t behavior, thread_state_flavor_t flavor);

/* The actions of the types in @mask, each of which is in one group: how many there
 * are. The rights are +1 to caller. */
uint32_t kern_exceptions_get(const struct kern_exceptions *exceptions,
    exception_mask_t mask,
    struct kern_exception_group groups_out[KERN_EXCEPTION_GROUPS_MAX]);

/*
 * The exception port of Mach 2.5, TASK_EXCEPTION_PORT: that of all types in
 * EXC_MASK_ALL. What is told is the handler, +1 to caller, of the first of them whose
 * behaviour is EXCEPTION_DEFAULT; what is set, CONSUMED, becomes the handler of all.
 */
struct ipc_port *kern_exceptions_copy_all(
    const struct kern_exceptions *exceptions);
void kern_exceptions_set_all(
    struct kern_exceptions *exceptions, struct ipc_port *handler);

#endif
