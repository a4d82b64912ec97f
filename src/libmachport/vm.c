/*
 * Memory of the caller's own task, by Linux's calls. That of another task is
 * out of our reach: KERN_NOT_SUPPORTED.
 */
#include <mach/mach_init.h>
#include <mach/mach_vm.h>
#include <mach/vm_map.h>
#include <mach/vm_page_size.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

/* Whole pages. */
struct pages {
	uintptr_t begin;
	size_t bytes;
};

static kern_return_t
check_task(vm_map_t task)
{
	if (!MACH_PORT_VALID(task))
		return KERN_INVALID_ARGUMENT;
	return task == mach_task_self() ? KERN_SUCCESS : KERN_NOT_SUPPORTED;
}

/* The pages that a range touches; false if it goes beyond the last address. */
static bool
pages_of(mach_vm_address_t address, mach_vm_size_t size, struct pages *out)
{
	mach_vm_address_t end;

	if (__builtin_add_overflow(address, size, &end) ||
	    __builtin_add_overflow(end, vm_page_mask, &end))
		return false;
	out->begin = trunc_page(address);
	out->bytes = trunc_page(end) - out->begin;
	return true;
}

/* What Linux's refusal of memory means to Mach. */
static kern_return_t
map_error(int error)
{
	switch (error) {
	case EEXIST:
	case ENOMEM:
		return KERN_NO_SPACE;
	case EAGAIN:
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_INVALID_ADDRESS;
	}
}

kern_return_t
mach_vm_allocate(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t size, int flags)
{
	int map_flags = MAP_PRIVATE | MAP_ANONYMOUS;
	int saved_errno = errno;
	kern_return_t kr = check_task(target_task);
	struct pages pages;
	void *memory;

	if (kr != KERN_SUCCESS)
		return kr;
	if (flags & ~VM_FLAGS_ANYWHERE)
		return KERN_INVALID_ARGUMENT;
	if (size == 0) {
		*address = 0;
		return KERN_SUCCESS;
	}
	if (!pages_of(flags & VM_FLAGS_ANYWHERE ? 0 : *address, size, &pages))
		return KERN_INVALID_ARGUMENT;
	if (!(flags & VM_FLAGS_ANYWHERE)) {
		if (pages.begin == 0)
			return KERN_INVALID_ADDRESS; /* root could have it */
		map_flags |= MAP_FIXED_NOREPLACE;
	}
	memory = mmap((void *)pages.begin, pages.bytes, PROT_READ | PROT_WRITE,
	    map_flags, -1, 0);
	if (memory == MAP_FAILED) {
		kr = map_error(errno);
		errno = saved_errno;
		return kr;
	}
	*address = (uintptr_t)memory;
	return KERN_SUCCESS;
}

kern_return_t
mach_vm_deallocate(
    vm_map_t target_task, mach_vm_address_t address, mach_vm_size_t size)
{
	int saved_errno = errno;
	kern_return_t kr = check_task(target_task);
	struct pages pages;

	if (kr != KERN_SUCCESS || size == 0)
		return kr;
	if (!pages_of(address, size, &pages))
		return KERN_INVALID_ARGUMENT;
	if (munmap((void *)pages.begin, pages.bytes) != 0)
		kr = KERN_INVALID_ADDRESS;
	errno = saved_errno;
	return kr;
}

kern_return_t
vm_allocate(
    vm_map_t target_task, vm_address_t *address, vm_size_t size, int flags)
{
	mach_vm_address_t wide = *address;
	kern_return_t kr = mach_vm_allocate(target_task, &wide, size, flags);

	if (kr == KERN_SUCCESS)
		*address = (vm_address_t)wide;
	return kr;
}

kern_return_t
vm_deallocate(vm_map_t target_task, vm_address_t address, vm_size_t size)
{
	return mach_vm_deallocate(target_task, address, size);
}
