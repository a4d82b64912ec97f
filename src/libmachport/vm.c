/*
 * Memory of the caller's own task: got, given back, protected, inherited. Another task
 * is asked by a message to its port.
 */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include "extent.h"
#include "vm_range.h"
#include "vm_unshare.h"

static kern_return_t
allocate_own(mach_vm_address_t *address, mach_vm_size_t size, int flags)
{
	const bool anywhere = flags & VM_FLAGS_ANYWHERE;
	struct vm_range range;
	kern_return_t kr;

	if (flags & ~(VM_FLAGS_PLACES | VM_FLAGS_HINTS))
		return KERN_INVALID_ARGUMENT;
	if (size == 0) {
		*address = 0;
		return KERN_SUCCESS;
	}
	if (!vm_range_of(anywhere ? 0 : *address, size, &range))
		return KERN_INVALID_ARGUMENT;
	kr = extent_allocate(
	    &range.begin, range.bytes, 0, flags & VM_FLAGS_PLACES);
	if (kr == KERN_SUCCESS)
		*address = range.begin;
	return kr;
}

static kern_return_t
deallocate_own(mach_vm_address_t address, mach_vm_size_t size)
{
	struct vm_range range;

	if (size == 0)
		return KERN_SUCCESS;
	if (!vm_range_of(address, size, &range))
		return KERN_INVALID_ARGUMENT;
	return extent_deallocate(range.begin, range.bytes);
}

static kern_return_t
protect_own(mach_vm_address_t address, mach_vm_size_t size, bool set_maximum,
    vm_prot_t protection)
{
	struct vm_range range;
	kern_return_t kr;

	if (protection & ~(VM_PROT_ALL | VM_PROT_COPY) ||
	    !vm_range_of(address, size, &range))
		return KERN_INVALID_ARGUMENT;
	if (size == 0)
		return KERN_SUCCESS;
	if (protection & VM_PROT_COPY) {
		kr = vm_unshare(range.begin, range.bytes);
		if (kr != KERN_SUCCESS)
			return kr;
	}
	return extent_protect(
	    range.begin, range.bytes, set_maximum, protection & VM_PROT_ALL);
}

static kern_return_t
inherit_own(
    mach_vm_address_t address, mach_vm_size_t size, vm_inherit_t inheritance)
{
	struct vm_range range;

	if (inheritance > VM_INHERIT_LAST_VALID ||
	    !vm_range_of(address, size, &range))
		return KERN_INVALID_ARGUMENT;
	if (size == 0)
		return KERN_SUCCESS;
	return extent_inherit(range.begin, range.bytes, inheritance);
}

kern_return_t
mach_vm_allocate(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t size, int flags)
{
	return VM_CALL(target_task, allocate_own(address, size, flags),
	    mach_vm_allocate(target_task, address, size, flags));
}

kern_return_t
mach_vm_deallocate(
    vm_map_t target_task, mach_vm_address_t address, mach_vm_size_t size)
{
	return VM_CALL(target_task, deallocate_own(address, size),
	    mach_vm_deallocate(target_task, address, size));
}

kern_return_t
mach_vm_protect(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, boolean_t set_maximum, vm_prot_t new_protection)
{
	return VM_CALL(target_task,
	    protect_own(address, size, set_maximum, new_protection),
	    mach_vm_protect(
	        target_task, address, size, set_maximum, new_protection));
}

kern_return_t
mach_vm_inherit(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_inherit_t new_inheritance)
{
	return VM_CALL(target_task, inherit_own(address, size, new_inheritance),
	    mach_vm_inherit(target_task, address, size, new_inheritance));
}

kern_return_t
vm_allocate(
    vm_map_t target_task, vm_address_t *address, vm_size_t size, int flags)
{
	mach_vm_address_t wide = *address;
	const kern_return_t kr =
	    mach_vm_allocate(target_task, &wide, size, flags);

	if (kr == KERN_SUCCESS)
		*address = (vm_address_t)wide;
	return kr;
}

kern_return_t
vm_deallocate(vm_map_t target_task, vm_address_t address, vm_size_t size)
{
	return mach_vm_deallocate(target_task, address, size);
}

kern_return_t
vm_protect(vm_map_t target_task, vm_address_t address, vm_size_t size,
    boolean_t set_maximum, vm_prot_t new_protection)
{
	return mach_vm_protect(
	    target_task, address, size, set_maximum, new_protection);
}

kern_return_t
vm_inherit(vm_map_t target_task, vm_address_t address, vm_size_t size,
    vm_inherit_t new_inheritance)
{
	return mach_vm_inherit(target_task, address, size, new_inheritance);
}
