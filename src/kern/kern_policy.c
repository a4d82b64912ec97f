/* What users may do to each other's tasks. */
#include "kern_policy.h"

#include "kern_platform.h"

static uid_t
uid_of(const struct ipc_identity *identity)
{
	return identity->security.val[0];
}

/* Is @task one of the user @uid, then and now? */
static bool
is_task_of(const struct kern_task *task, uid_t uid)
{
	const struct ipc_identity *identity = task->space->identity;

	return identity && uid_of(identity) == uid && task->process &&
	    kern_platform->is_owned_by(task->process, uid);
}

static bool
is_self(const struct ipc_identity *who, const struct kern_task *task)
{
	/* Each task has an identity of its own. */
	return !who || who == task->space->identity;
}

bool
kern_policy_is_privileged(const struct ipc_identity *who)
{
	return !who || uid_of(who) == 0 || uid_of(who) == kern_platform->owner;
}

bool
kern_policy_may_see(
    const struct ipc_identity *who, const struct kern_task *task)
{
	return is_self(who, task) || uid_of(who) == 0 ||
	    uid_of(who) == kern_platform->owner ||
	    is_task_of(task, uid_of(who));
}

bool
kern_policy_may_take(
    const struct ipc_identity *who, const struct kern_task *task)
{
	if (is_self(who, task))
		return true;
	switch (kern_platform->task_for_pid) {
	case KERN_TASK_FOR_PID_OWN:
		return uid_of(who) == 0 || is_task_of(task, uid_of(who));
	case KERN_TASK_FOR_PID_ROOT:
		return uid_of(who) == 0;
	case KERN_TASK_FOR_PID_NONE:
		break;
	}
	return false;
}
