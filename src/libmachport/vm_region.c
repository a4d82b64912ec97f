/*
 * What memory there is, and of what kind; and writing it back to the file that it is a
 * mapping of.
 */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm_look.h"
#include "vm_range.h"

#define SYNC_FLAGS                                                             \
	(VM_SYNC_ASYNCHRONOUS | VM_SYNC_SYNCHRONOUS | VM_SYNC_INVALIDATE |     \
	    VM_SYNC_KILLPAGES | VM_SYNC_DEACTIVATE | VM_SYNC_CONTIGUOUS |      \
	    VM_SYNC_REUSABLEPAGES)

/* The old flavor means the new one, but to vm_region(). */
static vm_region_flavor_t
flavor_64(vm_region_flavor_t flavor)
{
	return flavor == VM_REGION_BASIC_INFO ? VM_REGION_BASIC_INFO_64
	                                      : flavor;
}

static kern_return_t
region_own(mach_vm_address_t *address, mach_vm_size_t *size,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name)
{
	struct vm_region_basic_info_64 basic;
	struct vm_facts facts;

	if (flavor != VM_REGION_BASIC_INFO_64 ||
	    *info_count < VM_REGION_BASIC_INFO_COUNT_64)
		return KERN_INVALID_ARGUMENT;
	if (!vm_look(*address, &facts))
		return KERN_INVALID_ADDRESS;
	memset(&basic, 0, sizeof(basic));
	basic.protection = facts.protection;
	basic.max_protection = facts.max_protection;
	basic.inheritance = facts.inheritance;
	basic.shared = facts.shared;
	basic.offset = facts.offset;
	basic.behavior = VM_BEHAVIOR_DEFAULT;
	memcpy(info, &basic, sizeof(basic));
	*info_count = VM_REGION_BASIC_INFO_COUNT_64;
	*address = facts.begin;
	*size = facts.end - facts.begin;
	*object_name = MACH_PORT_NULL;
	return KERN_SUCCESS;
}

kern_return_t
mach_vm_region(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t *size, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name)
{
	flavor = flavor_64(flavor);
	return VM_CALL(target_task,
	    region_own(address, size, flavor, info, info_count, object_name),
	    mach_vm_region(target_task, address, size, flavor, info, info_count,
	        object_name));
}

kern_return_t
vm_region_64(vm_map_t target_task, vm_address_t *address, vm_size_t *size,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name)
{
	mach_vm_address_t wide_address = *address;
	mach_vm_size_t wide_size = 0;
	const kern_return_t kr = mach_vm_region(target_task, &wide_address,
	    &wide_size, flavor, info, info_count, object_name);

	if (kr == KERN_SUCCESS) {
		*address = (vm_address_t)wide_address;
		*size = (vm_size_t)wide_size;
	}
	return kr;
}

/* An offset that is too large loses its upper half, as on Darwin. */
static struct vm_region_basic_info
narrow(const struct vm_region_basic_info_64 *wide)
{
	struct vm_region_basic_info basic;

	memset(&basic, 0, sizeof(basic));
	basic.protection = wide->protection;
	basic.max_protection = wide->max_protection;
	basic.inheritance = wide->inheritance;
	basic.shared = wide->shared;
	basic.reserved = wide->reserved;
	basic.offset = (uint32_t)wide->offset;
	basic.behavior = wide->behavior;
	basic.user_wired_count = wide->user_wired_count;
	return basic;
}

kern_return_t
vm_region(vm_map_t target_task, vm_address_t *address, vm_size_t *size,
    vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name)
{
	struct vm_region_basic_info_64 wide;
	struct vm_region_basic_info basic;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	kern_return_t kr;

	if (flavor != VM_REGION_BASIC_INFO)
		return vm_region_64(target_task, address, size, flavor, info,
		    info_count, object_name);
	if (*info_count < VM_REGION_BASIC_INFO_COUNT)
		return KERN_INVALID_ARGUMENT;
	kr = vm_region_64(target_task, address, size, VM_REGION_BASIC_INFO_64,
	    (vm_region_info_t)&wide, &count, object_name);
	if (kr != KERN_SUCCESS)
		return kr;
	basic = narrow(&wide);
	memcpy(info, &basic, sizeof(basic));
	*info_count = VM_REGION_BASIC_INFO_COUNT;
	return KERN_SUCCESS;
}

/* What Linux has no call for (VM_SYNC_KILLPAGES and its like) is a permission to forget
 * pages, which nobody has to use. glibc's msync() would be a cancellation point. */
static kern_return_t
msync_own(mach_vm_address_t address, mach_vm_size_t size, vm_sync_t flags)
{
	const int invalidate = flags & VM_SYNC_INVALIDATE ? MS_INVALIDATE : 0;
	const int how = flags & VM_SYNC_SYNCHRONOUS ? MS_SYNC : MS_ASYNC;
	struct vm_range range;

	if (flags & ~SYNC_FLAGS ||
	    (flags & VM_SYNC_ASYNCHRONOUS && flags & VM_SYNC_SYNCHRONOUS) ||
	    !vm_range_of(address, size, &range))
		return KERN_INVALID_ARGUMENT;
	if (size == 0 ||
	    syscall(SYS_msync, range.begin, range.bytes, how | invalidate) == 0)
		return KERN_SUCCESS;
	if (errno != ENOMEM)
		return KERN_FAILURE;
	/* All but the holes has been written. */
	return flags & VM_SYNC_CONTIGUOUS ? KERN_INVALID_ADDRESS : KERN_SUCCESS;
}

kern_return_t
mach_vm_msync(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_sync_t sync_flags)
{
	return VM_CALL(target_task, msync_own(address, size, sync_flags),
	    mach_vm_msync(target_task, address, size, sync_flags));
}

kern_return_t
vm_msync(vm_map_t target_task, vm_address_t address, vm_size_t size,
    vm_sync_t sync_flags)
{
	return mach_vm_msync(target_task, address, size, sync_flags);
}
