/* Subsystems mach_vm and vm_map: memory of a task's process. Their routines are the
 * same, since addresses of all tasks are of one width. */
#include "kern_mig.h"
#include "kern_mig_mach_vm.h"
#include "kern_mig_vm_map.h"
#include "kern_platform.h"
#include "kern_reply.h"

static uid_t
uid_of(const struct ipc_identity *identity)
{
	return identity ? identity->security.val[0] : 0;
}

/* The answer comes from the platform. */
static kern_return_t
copy(const struct kern_task *task, uint64_t address, const void *data,
    uint64_t bytes)
{
	const struct kern_memory_copy copy = {
	    .process = task->process,
	    .owner = uid_of(task->space->identity),
	    .address = address,
	    .bytes = (uint32_t)bytes,
	    .data = data,
	    .user = uid_of(kern_mig_sender()),
	    .account = kern_mig_account(),
	};
	struct kern_reply reply;

	if (!kern_mig_defer(&reply))
		return KERN_RESOURCE_SHORTAGE;
	kern_platform->copy_memory(&copy, &reply);
	return MIG_NO_REPLY;
}

/* What is wrong before anything is looked at. */
static kern_return_t
check(const struct kern_task *task, uint64_t address, uint64_t bytes)
{
	uint64_t end;

	if (!task || bytes > UINT32_MAX)
		return KERN_INVALID_ARGUMENT;
	if (__builtin_add_overflow(address, bytes, &end))
		return KERN_INVALID_ADDRESS;
	return task->process ? KERN_SUCCESS : KERN_INVALID_TASK;
}

kern_return_t
kern_serve_mach_vm_read(vm_map_t port, mach_vm_address_t address,
    mach_vm_size_t bytes, vm_offset_t *data, mach_msg_type_number_t *count)
{
	const struct kern_task *task = kern_mig_task(port);
	kern_return_t kr = check(task, address, bytes);

	if (kr != KERN_SUCCESS)
		return kr;
	if (bytes > 0)
		return copy(task, address, NULL, bytes);
	*data = 0;
	*count = 0;
	return kern_mig_reserve(0, 0);
}

kern_return_t
kern_serve_mach_vm_write(vm_map_t port, mach_vm_address_t address,
    vm_offset_t data, mach_msg_type_number_t count)
{
	const struct kern_task *task = kern_mig_task(port);
	kern_return_t kr = check(task, address, count);

	if (kr != KERN_SUCCESS)
		return kr;
	if (count > 0)
		return copy(task, address, (const void *)data, count);
	return kern_mig_reserve(0, 0);
}

kern_return_t
kern_serve_vm_read(vm_map_t port, vm_address_t address, vm_size_t bytes,
    vm_offset_t *data, mach_msg_type_number_t *count)
{
	return kern_serve_mach_vm_read(port, address, bytes, data, count);
}

kern_return_t
kern_serve_vm_write(vm_map_t port, vm_address_t address, vm_offset_t data,
    mach_msg_type_number_t count)
{
	return kern_serve_mach_vm_write(port, address, data, count);
}

/* --- not yet done ---------------------------------------------------------- */

static kern_return_t
refuse(vm_map_t port)
{
	return kern_mig_task(port) ? KERN_NOT_SUPPORTED : KERN_INVALID_ARGUMENT;
}

kern_return_t
kern_serve_mach_vm_copy(vm_map_t port, mach_vm_address_t from,
    mach_vm_size_t bytes, mach_vm_address_t to)
{
	(void)from;
	(void)bytes;
	(void)to;
	return refuse(port);
}

kern_return_t
kern_serve_vm_copy(
    vm_map_t port, vm_address_t from, vm_size_t bytes, vm_address_t to)
{
	return kern_serve_mach_vm_copy(port, from, bytes, to);
}

kern_return_t
kern_serve_mach_vm_read_overwrite(vm_map_t port, mach_vm_address_t from,
    mach_vm_size_t bytes, mach_vm_address_t to, mach_vm_size_t *bytes_out)
{
	(void)from;
	(void)bytes;
	(void)to;
	(void)bytes_out;
	return refuse(port);
}

kern_return_t
kern_serve_vm_read_overwrite(vm_map_t port, vm_address_t from, vm_size_t bytes,
    vm_address_t to, vm_size_t *bytes_out)
{
	(void)bytes_out;
	return kern_serve_mach_vm_copy(port, from, bytes, to);
}

kern_return_t
kern_serve_mach_vm_region(vm_map_t port, mach_vm_address_t *address,
    mach_vm_size_t *bytes, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	(void)address;
	(void)bytes;
	(void)flavor;
	(void)info;
	(void)count;
	(void)object;
	return refuse(port);
}

kern_return_t
kern_serve_vm_region(vm_map_t port, vm_address_t *address, vm_size_t *bytes,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	(void)address;
	(void)bytes;
	(void)flavor;
	(void)info;
	(void)count;
	(void)object;
	return refuse(port);
}

kern_return_t
kern_serve_vm_region_64(vm_map_t port, vm_address_t *address, vm_size_t *bytes,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	(void)address;
	(void)bytes;
	(void)flavor;
	(void)info;
	(void)count;
	(void)object;
	return refuse(port);
}
