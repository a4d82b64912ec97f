/*
 * Subsystems mach_vm and vm_map: memory of a task's process, as far as another process
 * can reach it. Their routines are the same, since addresses of all tasks are of one
 * width. The answers come from the platform.
 */
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

static struct kern_memory_place
place(const struct kern_task *task, uint64_t address)
{
	return (struct kern_memory_place){
	    .process = task->process,
	    .owner = uid_of(task->space->identity),
	    .address = address,
	};
}

/* What is wrong before anything is looked at. */
static kern_return_t
check(const struct kern_task *task, uint64_t address, uint64_t bytes)
{
	uint64_t end;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	if (__builtin_add_overflow(address, bytes, &end))
		return KERN_INVALID_ADDRESS;
	return task->process ? KERN_SUCCESS : KERN_INVALID_TASK;
}

/* All but for whom is in @request. */
static kern_return_t
ask(struct kern_memory_request *request)
{
	struct kern_reply reply;

	request->user = uid_of(kern_mig_sender());
	request->account = kern_mig_account();
	if (!kern_mig_defer(&reply))
		return KERN_RESOURCE_SHORTAGE;
	kern_platform->memory(request, &reply);
	return MIG_NO_REPLY;
}

/* --- reading and writing ---------------------------------------------------- */

kern_return_t
kern_serve_mach_vm_read(vm_map_t port, mach_vm_address_t address,
    mach_vm_size_t bytes, vm_offset_t *data, mach_msg_type_number_t *count)
{
	const struct kern_task *task = kern_mig_task(port);
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_READ, .bytes = bytes};
	kern_return_t kr = check(task, address, bytes);

	if (bytes > UINT32_MAX)
		return KERN_INVALID_ARGUMENT; /* a reply cannot tell of it */
	if (kr != KERN_SUCCESS)
		return kr;
	*data = 0;
	*count = 0;
	if (bytes == 0)
		return kern_mig_reserve(0, 0);
	request.at = place(task, address);
	return ask(&request);
}

kern_return_t
kern_serve_mach_vm_write(vm_map_t port, mach_vm_address_t address,
    vm_offset_t data, mach_msg_type_number_t count)
{
	const struct kern_task *task = kern_mig_task(port);
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_WRITE, .bytes = count};
	kern_return_t kr = check(task, address, count);

	if (kr != KERN_SUCCESS)
		return kr;
	if (count == 0)
		return kern_mig_reserve(0, 0);
	request.at = place(task, address);
	request.memory = kern_mig_file(count, &request.offset);
	if (!request.memory)
		request.data = (const void *)data;
	return ask(&request);
}

kern_return_t
kern_serve_mach_vm_copy(vm_map_t port, mach_vm_address_t from,
    mach_vm_size_t bytes, mach_vm_address_t to)
{
	const struct kern_task *task = kern_mig_task(port);
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_COPY, .bytes = bytes};
	kern_return_t kr = check(task, from, bytes);

	if (kr == KERN_SUCCESS)
		kr = check(task, to, bytes);
	if (kr != KERN_SUCCESS)
		return kr;
	if (bytes == 0)
		return kern_mig_reserve(0, 0);
	request.at = place(task, from);
	request.to = place(task, to);
	return ask(&request);
}

/* Who has sent the request, who waits for it. NULL: the kernel, or a task that is no
 * more, whose pid another process may have. */
static const struct kern_task *
sender(void)
{
	const struct ipc_identity *identity = kern_mig_sender();
	const struct kern_task *task =
	    kern_platform->task_of_pid(ipc_identity_pid(identity));

	/* Each task has an identity of its own. */
	return task && identity == task->space->identity ? task : NULL;
}

/* To the memory of who calls: an address of another task is of no use to him. */
kern_return_t
kern_serve_mach_vm_read_overwrite(vm_map_t port, mach_vm_address_t from,
    mach_vm_size_t bytes, mach_vm_address_t to, mach_vm_size_t *bytes_out)
{
	const struct kern_task *task = kern_mig_task(port);
	const struct kern_task *caller = sender();
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_READ_OVERWRITE, .bytes = bytes};
	kern_return_t kr = check(task, from, bytes);

	if (kr == KERN_SUCCESS)
		kr = caller ? check(caller, to, bytes) : KERN_INVALID_TASK;
	if (kr != KERN_SUCCESS)
		return kr;
	*bytes_out = 0;
	if (bytes == 0)
		return kern_mig_reserve(0, 0);
	request.at = place(task, from);
	request.to = place(caller, to);
	return ask(&request);
}

/* --- regions ---------------------------------------------------------------- */

static kern_return_t
region(vm_map_t port, uint64_t address, vm_region_flavor_t flavor,
    mach_msg_type_number_t count)
{
	const struct kern_task *task = kern_mig_task(port);
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_REGION, .flavor = flavor};
	const uint32_t words = kern_memory_region_words(flavor);
	kern_return_t kr = check(task, address, 0);

	if (words == 0 || count < words)
		return KERN_INVALID_ARGUMENT;
	if (kr != KERN_SUCCESS)
		return kr;
	request.at = place(task, address);
	return ask(&request);
}

/* The older form is for addresses that are narrower than any here: who asks for it
 * has the newer one. */
static vm_region_flavor_t
widen(vm_region_flavor_t flavor)
{
	return flavor == VM_REGION_BASIC_INFO ? VM_REGION_BASIC_INFO_64
	                                      : flavor;
}

kern_return_t
kern_serve_mach_vm_region(vm_map_t port, mach_vm_address_t *address,
    mach_vm_size_t *bytes, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	/* The reply is not made of these. */
	(void)bytes;
	(void)info;
	(void)object;
	return region(port, *address, widen(flavor), *count);
}

kern_return_t
kern_serve_vm_region_64(vm_map_t port, vm_address_t *address, vm_size_t *bytes,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	(void)bytes;
	(void)info;
	(void)object;
	return region(port, *address, widen(flavor), *count);
}

kern_return_t
kern_serve_vm_region(vm_map_t port, vm_address_t *address, vm_size_t *bytes,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *count, mach_port_t *object)
{
	(void)bytes;
	(void)info;
	(void)object;
	return region(port, *address, flavor, *count);
}

/* --- the same, by their other names ----------------------------------------- */

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

kern_return_t
kern_serve_vm_copy(
    vm_map_t port, vm_address_t from, vm_size_t bytes, vm_address_t to)
{
	return kern_serve_mach_vm_copy(port, from, bytes, to);
}

kern_return_t
kern_serve_vm_read_overwrite(vm_map_t port, vm_address_t from, vm_size_t bytes,
    vm_address_t to, vm_size_t *bytes_out)
{
	mach_vm_size_t done = 0;
	const kern_return_t kr =
	    kern_serve_mach_vm_read_overwrite(port, from, bytes, to, &done);

	*bytes_out = (vm_size_t)done;
	return kr;
}
