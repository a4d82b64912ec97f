/*
 * Who may do what to another task.
 *
 * What a port gives is nobody's business but its holder's: whoever has a task's port
 * may use it. This is about those who have none: who may learn of a task, and who may
 * have its port for the asking.
 *
 * Root may all. Another user may what Linux would let him do with ptrace(): to tasks
 * that are his, with processes that are his by now. A set-uid program that he started
 * is not. The kernel's owner may besides see all tasks.
 */
#ifndef KERN_POLICY_H
#define KERN_POLICY_H

#include "kern_task.h"

/* Is @who, a task's identity or NULL for the kernel itself, root or the user that the
 * kernel runs as? Such a task has the privileged host port. */
bool kern_policy_is_privileged(const struct ipc_identity *who);

/* May @who, a task's identity or NULL for the kernel itself, see what @task has? */
bool kern_policy_may_see(
    const struct ipc_identity *who, const struct kern_task *task);

/* May it have the port of @task for the asking? kern_platform->task_for_pid may say
 * otherwise. A task may have its own in any case. */
bool kern_policy_may_take(
    const struct ipc_identity *who, const struct kern_task *task);

#endif
