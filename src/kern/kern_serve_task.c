/* Subsystem task: what a task is told to do, and what is told of it. */
#include <string.h>

#include "base_alloc.h"
#include "kern_mig.h"
#include "kern_mig_task.h"
#include "kern_platform.h"
#include "kern_serve.h"
#include "kern_thread.h"

/* --- doing ----------------------------------------------------------------- */

/* New tasks are made by fork(). */
kern_return_t
kern_serve_task_create(task_t port, mach_port_array_t ledgers,
    mach_msg_type_number_t count, boolean_t inherit, task_t *child)
{
	(void)port;
	(void)ledgers;
	(void)count;
	(void)inherit;
	(void)child;
	return KERN_NOT_SUPPORTED;
}

/* @call on a task; all that can be told is whether it was done. */
static kern_return_t
control(mach_port_t port, kern_return_t (*call)(struct kern_task *task))
{
	struct kern_task *task = kern_mig_task(port);
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	return kr == KERN_SUCCESS ? call(task) : kr;
}

kern_return_t
kern_serve_task_terminate(task_t port)
{
	return control(port, kern_task_terminate);
}

kern_return_t
kern_serve_task_suspend(task_read_t port)
{
	return control(port, kern_task_suspend);
}

kern_return_t
kern_serve_task_resume(task_read_t port)
{
	return control(port, kern_task_resume);
}

/* --- threads --------------------------------------------------------------- */

kern_return_t
kern_serve_task_threads(task_inspect_t port, thread_act_array_t *list,
    mach_msg_type_number_t *list_count)
{
	static struct kern_thread *threads[KERN_THREADS_MAX];
	struct kern_task *task = kern_mig_task(port);
	struct kern_call_words *more = kern_mig_call()->more;
	uint32_t count;
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_thread_find_all(task, threads, &count);
	if (kr != KERN_SUCCESS)
		return kr;
	more->words = base_zalloc(count, sizeof(*more->words));
	if (!more->words)
		return KERN_RESOURCE_SHORTAGE;
	kr = kern_mig_reserve(
	    (count * sizeof(mach_port_t) + 7) & ~(uint64_t)7, count);
	if (kr != KERN_SUCCESS)
		return kr;
	for (uint32_t i = 0; i < count; i++)
		more->words[i] = kern_mig_give((struct ipc_kmsg_right){
		    ipc_kobject_make_send(&threads[i]->self),
		    MACH_MSG_TYPE_PORT_SEND});
	*list = more->words;
	*list_count = count;
	return KERN_SUCCESS;
}

/* --- telling --------------------------------------------------------------- */

static natural_t
natural(uint64_t bytes)
{
	return bytes > UINT32_MAX ? UINT32_MAX : (natural_t)bytes;
}

/* What there is to tell, of any flavor. */
struct told {
	mach_msg_type_number_t count; /* words; 0: no such flavor */
	union {
		task_basic_info_32_data_t basic_32;
		task_basic_info_64_data_t basic_64;
		mach_task_basic_info_data_t basic;
		task_events_info_data_t events;
		task_thread_times_info_data_t times;
		security_token_t security;
		audit_token_t audit;
	} info;
};

static bool
tell_basic(const struct kern_task *task, const struct kern_usage *usage,
    task_flavor_t flavor, struct told *told)
{
	const integer_t suspended = (integer_t)task->suspend_count;

	switch (flavor) {
	case TASK_BASIC_INFO_32:
	case TASK2_BASIC_INFO_32:
		told->count = TASK_BASIC_INFO_32_COUNT;
		told->info.basic_32 = (task_basic_info_32_data_t){
		    .suspend_count = suspended,
		    .virtual_size = natural(usage->virtual_bytes),
		    .resident_size = natural(usage->resident_bytes),
		    .policy = POLICY_TIMESHARE,
		};
		return true;
	case TASK_BASIC_INFO_64:
	case TASK_BASIC_INFO_64_2:
		told->count = TASK_BASIC_INFO_64_COUNT;
		told->info.basic_64 = (task_basic_info_64_data_t){
		    .suspend_count = suspended,
		    .virtual_size = usage->virtual_bytes,
		    .resident_size = usage->resident_bytes,
		    .policy = POLICY_TIMESHARE,
		};
		return true;
	case MACH_TASK_BASIC_INFO:
		told->count = MACH_TASK_BASIC_INFO_COUNT;
		told->info.basic = (mach_task_basic_info_data_t){
		    .virtual_size = usage->virtual_bytes,
		    .resident_size = usage->resident_bytes,
		    .resident_size_max = usage->resident_bytes_most,
		    .policy = POLICY_TIMESHARE,
		    .suspend_count = suspended,
		};
		return true;
	default:
		return false;
	}
}

/* False: no such flavor. */
static bool
tell_usage(const struct kern_task *task, const struct kern_usage *usage,
    task_flavor_t flavor, struct told *told)
{
	const struct ipc_space *space = task->space;

	switch (flavor) {
	case TASK_EVENTS_INFO:
		told->count = TASK_EVENTS_INFO_COUNT;
		told->info.events = (task_events_info_data_t){
		    .faults = (integer_t)usage->faults,
		    .pageins = (integer_t)usage->major_faults,
		    .messages_sent = (integer_t)space->sent,
		    .messages_received = (integer_t)space->received,
		};
		return true;
	case TASK_THREAD_TIMES_INFO:
		told->count = TASK_THREAD_TIMES_INFO_COUNT;
		told->info.times = (task_thread_times_info_data_t){
		    .user_time = kern_serve_time(usage->user_ns),
		    .system_time = kern_serve_time(usage->system_ns),
		};
		return true;
	default:
		return tell_basic(task, usage, flavor, told);
	}
}

/* Who it is: false: that is another flavor. */
static bool
tell_identity(const struct ipc_identity *identity, task_flavor_t flavor,
    struct told *told)
{
	if (flavor == TASK_SECURITY_TOKEN) {
		told->count = TASK_SECURITY_TOKEN_COUNT;
		if (identity)
			told->info.security = identity->security;
		return true;
	}
	if (flavor != TASK_AUDIT_TOKEN)
		return false;
	told->count = TASK_AUDIT_TOKEN_COUNT;
	if (identity)
		told->info.audit = identity->audit;
	return true;
}

static kern_return_t
tell(const struct kern_task *task, task_flavor_t flavor, struct told *told)
{
	struct kern_usage usage = {0};
	bool there;

	if (tell_identity(task->space->identity, flavor, told))
		return KERN_SUCCESS;
	there = task->process && kern_platform->usage(task->process, &usage);
	if (!tell_usage(task, &usage, flavor, told))
		return KERN_INVALID_ARGUMENT;
	return there ? KERN_SUCCESS : KERN_FAILURE;
}

/* By its port, or the one that only says who it is. */
static const struct kern_task *
task_or_name(mach_port_t port)
{
	struct ipc_kobject *object = kern_mig_object(port);

	return object && object->type == IPC_KOBJECT_TASK_NAME
	    ? CONTAINER_OF(object, struct kern_task, name)
	    : kern_mig_task(port);
}

kern_return_t
kern_serve_task_info(task_name_t port, task_flavor_t flavor, task_info_t info,
    mach_msg_type_number_t *count)
{
	const struct kern_task *task = task_or_name(port);
	struct told told = {0};
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = tell(task, flavor, &told);
	if (kr == KERN_SUCCESS && *count < told.count)
		kr = KERN_INVALID_ARGUMENT;
	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(0, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	memcpy(info, &told.info, told.count * sizeof(*info));
	*count = told.count;
	return KERN_SUCCESS;
}
