/*
 * Special ports and registered ports, with naked rights: what the calls by trap, which
 * have names, and those by message have in common.
 *
 * A right that is set is CONSUMED on success; one that is got is +1 to caller, NULL if
 * the slot is empty, DEAD if its port has died.
 *
 * Source: special-ports.md 2.1 to 2.3, 2.5
 */
#ifndef KERN_SPECIAL_H
#define KERN_SPECIAL_H

#include "kern_task.h"
#include "kern_thread.h"

kern_return_t kern_special_task_get(
    struct kern_task *task, int which, struct ipc_port **right_out);
kern_return_t kern_special_task_set(
    struct kern_task *task, int which, struct ipc_port *right);

kern_return_t kern_special_thread_get(
    struct kern_thread *thread, int which, struct ipc_port **right_out);
/* There is none that can be set. */
kern_return_t kern_special_thread_set(struct kern_thread *thread, int which);

/* All three, null or not. */
void kern_special_register(struct kern_task *task,
    struct ipc_port *const rights[TASK_PORT_REGISTER_MAX]);
void kern_special_lookup(const struct kern_task *task,
    struct ipc_port *rights_out[TASK_PORT_REGISTER_MAX]);

#endif
