/* Subsystem mach_host: what the machine is, and has to do. */
#include <string.h>

#include "kern_host.h"
#include "kern_mig.h"
#include "kern_mig_mach_host.h"
#include "kern_platform.h"

/* Priorities, as on other Machs; thread_info() tells of the same ones. */
static const host_priority_info_data_t priorities = {
    .kernel_priority = 80,
    .system_priority = 80,
    .server_priority = 64,
    .user_priority = 31,
    .maximum_priority = 79,
};

#define MEMORY_SIZE_MAX (UINT64_C(1) << 31)

/* The words of @info, if there is room. */
static kern_return_t
give(const void *info, mach_msg_type_number_t count, integer_t *info_out,
    mach_msg_type_number_t *count_inout)
{
	kern_return_t kr;

	if (*count_inout < count)
		return KERN_FAILURE;
	kr = kern_mig_reserve(0, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	memcpy(info_out, info, count * sizeof(*info_out));
	*count_inout = count;
	return KERN_SUCCESS;
}

#define GIVE(info, count, info_out, count_inout)                               \
	give(&(info), count, info_out, count_inout)

static kern_return_t
give_basic(host_info_t info_out, mach_msg_type_number_t *count_inout)
{
	const struct kern_host_facts *facts = &kern_platform->host;
	const integer_t there = (integer_t)facts->processors;
	const integer_t most = (integer_t)facts->processors_most;
	const host_basic_info_data_t info = {
	    .max_cpus = most,
	    .avail_cpus = there,
	    .memory_size = (natural_t)(facts->memory_bytes > MEMORY_SIZE_MAX
	            ? MEMORY_SIZE_MAX
	            : facts->memory_bytes),
	    .cpu_type = facts->cpu_type,
	    .cpu_subtype = facts->cpu_subtype,
	    .cpu_threadtype = CPU_THREADTYPE_NONE,
	    .physical_cpu = there,
	    .physical_cpu_max = most,
	    .logical_cpu = there,
	    .logical_cpu_max = most,
	    .max_mem = facts->memory_bytes,
	};

	/* Who knows the old form alone has room for no more. */
	return GIVE(info,
	    *count_inout < HOST_BASIC_INFO_COUNT ? HOST_BASIC_INFO_OLD_COUNT
	                                         : HOST_BASIC_INFO_COUNT,
	    info_out, count_inout);
}

kern_return_t
kern_serve_host_info(host_t host, host_flavor_t flavor, host_info_t info_out,
    mach_msg_type_number_t *count_inout)
{
	const host_sched_info_data_t sched = {
	    .min_timeout = (integer_t)kern_platform->host.tick_ms,
	    .min_quantum = (integer_t)kern_platform->host.tick_ms,
	};

	if (!kern_host_is(kern_mig_object(host)))
		return KERN_INVALID_ARGUMENT;
	switch (flavor) {
	case HOST_BASIC_INFO:
		return give_basic(info_out, count_inout);
	case HOST_SCHED_INFO:
		return GIVE(
		    sched, HOST_SCHED_INFO_COUNT, info_out, count_inout);
	case HOST_PRIORITY_INFO:
		return GIVE(priorities, HOST_PRIORITY_INFO_COUNT, info_out,
		    count_inout);
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

kern_return_t
kern_serve_host_kernel_version(host_t host, kernel_version_t version)
{
	kern_return_t kr;

	if (!kern_host_is(kern_mig_object(host)))
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	memcpy(version, kern_platform->host.version, KERNEL_VERSION_MAX);
	return KERN_SUCCESS;
}

kern_return_t
kern_serve__host_page_size(host_t host, vm_size_t *size)
{
	kern_return_t kr;

	(void)host;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		*size = ipc_world.page;
	return kr;
}

/* How much of the machine one thread more would get, by LOAD_SCALE: a processor of
 * those that are idle, or its share of all. */
static integer_t
factor_of(uint32_t average)
{
	const uint64_t all =
	    (uint64_t)kern_platform->host.processors * LOAD_SCALE;

	if (average < all)
		return (integer_t)(all - average);
	return (integer_t)(all * LOAD_SCALE / ((uint64_t)average + LOAD_SCALE));
}

static kern_return_t
give_load(const struct kern_host_load *load, integer_t *info_out,
    mach_msg_type_number_t *count_inout)
{
	host_load_info_data_t info;

	for (unsigned i = 0; i < 3; i++) {
		info.avenrun[i] = (integer_t)load->averages[i];
		info.mach_factor[i] = factor_of(load->averages[i]);
	}
	return GIVE(info, HOST_LOAD_INFO_COUNT, info_out, count_inout);
}

static kern_return_t
give_ticks(const struct kern_host_load *load, integer_t *info_out,
    mach_msg_type_number_t *count_inout)
{
	host_cpu_load_info_data_t info;

	for (unsigned i = 0; i < CPU_STATE_MAX; i++)
		info.cpu_ticks[i] = (natural_t)load->ticks[i];
	return GIVE(info, HOST_CPU_LOAD_INFO_COUNT, info_out, count_inout);
}

static kern_return_t
give_memory(const vm_statistics64_data_t *memory, integer_t *info_out,
    mach_msg_type_number_t *count_inout)
{
	const vm_statistics_data_t info = {
	    .free_count = memory->free_count,
	    .active_count = memory->active_count,
	    .inactive_count = memory->inactive_count,
	    .wire_count = memory->wire_count,
	    .reactivations = (natural_t)memory->reactivations,
	    .pageins = (natural_t)memory->pageins,
	    .pageouts = (natural_t)memory->pageouts,
	    .faults = (natural_t)memory->faults,
	};
	mach_msg_type_number_t count = HOST_VM_INFO_COUNT;

	if (*count_inout < HOST_VM_INFO_COUNT)
		count = *count_inout < HOST_VM_INFO_REV1_COUNT
		    ? HOST_VM_INFO_REV0_COUNT
		    : HOST_VM_INFO_REV1_COUNT;
	return GIVE(info, count, info_out, count_inout);
}

kern_return_t
kern_serve_host_statistics(host_t host, host_flavor_t flavor,
    host_info_t info_out, mach_msg_type_number_t *count_inout)
{
	struct kern_host_load load;

	if (!kern_host_is(kern_mig_object(host)))
		return KERN_INVALID_HOST;
	if (!kern_platform->host_load(&load))
		return KERN_FAILURE;
	switch (flavor) {
	case HOST_LOAD_INFO:
		return give_load(&load, info_out, count_inout);
	case HOST_CPU_LOAD_INFO:
		return give_ticks(&load, info_out, count_inout);
	case HOST_VM_INFO:
		return give_memory(&load.memory, info_out, count_inout);
	default:
		return KERN_INVALID_ARGUMENT;
	}
}

kern_return_t
kern_serve_host_statistics64(host_t host, host_flavor_t flavor,
    host_info64_t info_out, mach_msg_type_number_t *count_inout)
{
	struct kern_host_load load;

	if (!kern_host_is(kern_mig_object(host)))
		return KERN_INVALID_HOST;
	if (!kern_platform->host_load(&load))
		return KERN_FAILURE;
	switch (flavor) {
	case HOST_LOAD_INFO:
		return give_load(&load, info_out, count_inout);
	case HOST_CPU_LOAD_INFO:
		return give_ticks(&load, info_out, count_inout);
	case HOST_VM_INFO64:
		return GIVE(load.memory,
		    *count_inout < HOST_VM_INFO64_COUNT
		        ? HOST_VM_INFO64_REV0_COUNT
		        : HOST_VM_INFO64_COUNT,
		    info_out, count_inout);
	default:
		return KERN_INVALID_ARGUMENT;
	}
}
