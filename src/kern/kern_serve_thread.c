/* Subsystem thread_act: what is told of a thread. Linux lets nobody but a debugger stop,
 * end or interrupt one of another process. */
#include <sched.h>
#include <string.h>

#include "kern_mig.h"
#include "kern_mig_thread_act.h"
#include "kern_platform.h"
#include "kern_serve.h"
#include "kern_thread.h"

/* The priorities of <mach/host_info.h>: what `nice` 0 is, and where those begin that go
 * before all that are nice. */
#define PRIORITY_USER 31
#define PRIORITY_REAL_TIME 64
#define PRIORITY_MAX 79

/* --- what there is not ----------------------------------------------------- */

static kern_return_t
not_supported(mach_port_t port)
{
	return kern_mig_thread(port) ? KERN_NOT_SUPPORTED
	                             : KERN_INVALID_ARGUMENT;
}

kern_return_t
kern_serve_thread_terminate(thread_act_t port)
{
	return not_supported(port);
}

kern_return_t
kern_serve_thread_suspend(thread_read_t port)
{
	return not_supported(port);
}

kern_return_t
kern_serve_thread_resume(thread_read_t port)
{
	return not_supported(port);
}

kern_return_t
kern_serve_thread_abort(thread_act_t port)
{
	return not_supported(port);
}

kern_return_t
kern_serve_thread_abort_safely(thread_act_t port)
{
	return not_supported(port);
}

/* --- telling --------------------------------------------------------------- */

static integer_t
state_of(const struct kern_thread_usage *usage)
{
	switch (usage->state) {
	case 'R':
		return TH_STATE_RUNNING;
	case 'D':
		return TH_STATE_UNINTERRUPTIBLE;
	case 'T':
	case 't':
		return TH_STATE_STOPPED;
	case 'X':
	case 'Z':
		return TH_STATE_HALTED;
	default:
		return TH_STATE_WAITING;
	}
}

static policy_t
policy_of(const struct kern_thread_usage *usage)
{
	switch (usage->policy) {
	case SCHED_FIFO:
		return POLICY_FIFO;
	case SCHED_RR:
		return POLICY_RR;
	default:
		return POLICY_TIMESHARE;
	}
}

static int32_t
priority_of(const struct kern_thread_usage *usage)
{
	if (usage->real_time == 0)
		return PRIORITY_USER - usage->nice;
	return PRIORITY_REAL_TIME +
	    usage->real_time * (PRIORITY_MAX - PRIORITY_REAL_TIME) / 99;
}

/* What there is to tell, of any flavor. */
struct told {
	mach_msg_type_number_t count; /* words */
	union {
		thread_basic_info_data_t basic;
		thread_identifier_info_data_t identifier;
		thread_extended_info_data_t extended;
	} info;
};

static void
tell_basic(const struct kern_thread *thread,
    const struct kern_thread_usage *usage, struct told *told)
{
	told->count = THREAD_BASIC_INFO_COUNT;
	told->info.basic = (thread_basic_info_data_t){
	    .user_time = kern_serve_time(usage->user_ns),
	    .system_time = kern_serve_time(usage->system_ns),
	    .cpu_usage = (integer_t)usage->cpu,
	    .policy = policy_of(usage),
	    .run_state = state_of(usage),
	    /* With its task. */
	    .suspend_count = (integer_t)thread->task->suspend_count,
	};
}

static void
tell_extended(const struct kern_thread_usage *usage, struct told *told)
{
	thread_extended_info_data_t *info = &told->info.extended;

	_Static_assert(
	    sizeof(info->pth_name) == sizeof(usage->name), "it fits");
	told->count = THREAD_EXTENDED_INFO_COUNT;
	*info = (thread_extended_info_data_t){
	    .pth_user_time = usage->user_ns,
	    .pth_system_time = usage->system_ns,
	    .pth_cpu_usage = (int32_t)usage->cpu,
	    .pth_policy = policy_of(usage),
	    .pth_run_state = state_of(usage),
	    .pth_curpri = priority_of(usage),
	    .pth_priority = priority_of(usage),
	    .pth_maxpriority = PRIORITY_MAX,
	};
	memcpy(info->pth_name, usage->name, sizeof(info->pth_name));
}

static kern_return_t
tell(
    const struct kern_thread *thread, thread_flavor_t flavor, struct told *told)
{
	struct kern_thread_usage usage = {0};

	if (!thread->task->process ||
	    !kern_platform->thread_usage(
	        thread->task->process, thread->id, &usage))
		return KERN_FAILURE;
	switch (flavor) {
	case THREAD_BASIC_INFO:
		tell_basic(thread, &usage, told);
		return KERN_SUCCESS;
	case THREAD_IDENTIFIER_INFO:
		told->count = THREAD_IDENTIFIER_INFO_COUNT;
		told->info.identifier.thread_id = thread->id;
		return KERN_SUCCESS;
	case THREAD_EXTENDED_INFO:
		tell_extended(&usage, told);
		return KERN_SUCCESS;
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

kern_return_t
kern_serve_thread_info(thread_inspect_t port, thread_flavor_t flavor,
    thread_info_t info, mach_msg_type_number_t *count)
{
	const struct kern_thread *thread = kern_mig_thread(port);
	struct told told = {0};
	kern_return_t kr;

	if (!thread)
		return KERN_INVALID_ARGUMENT;
	kr = tell(thread, flavor, &told);
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
