/*
 * Copies of memory. That of the caller's own task is copied here, by a system call that
 * tells of bad addresses; another's is asked for by messages to its port.
 */
#include "vm_copy.h"

#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "extent.h"
#include "user_memory.h"
#include "vm_look.h"
#include "vm_place.h"
#include "vm_range.h"

/* Written by one message, out of a file: enough for what a message costs not to matter,
 * and little enough for a budget. */
#define WRITE_BYTES ((mach_msg_type_number_t)16 << 20)
/* What is copied onto part of itself is so much at a time. */
#define BOUNCE_BYTES ((uint64_t)256 << 10)

/* What a byte that cannot be read or written is. */
static kern_return_t
why_not(uintptr_t address)
{
	return syscall(SYS_msync, trunc_page(address), 1, MS_ASYNC) == 0
	    ? KERN_PROTECTION_FAILURE
	    : KERN_INVALID_ADDRESS;
}

/* The first page of the range that is not mapped, or is not for this. */
static kern_return_t
why_not_range(uintptr_t address, size_t bytes)
{
	for (uintptr_t at = trunc_page(address); at < address + bytes;
	     at += vm_page_size)
		if (why_not(at) == KERN_INVALID_ADDRESS)
			return KERN_INVALID_ADDRESS;
	return KERN_PROTECTION_FAILURE;
}

/* Where process_vm_readv() is forbidden: a bad @to is a fault there. */
static kern_return_t
copy_plainly(uintptr_t to, uintptr_t from, size_t bytes)
{
	if (!user_memory_readable((const void *)from, bytes))
		return why_not_range(from, bytes);
	memmove((void *)to, (const void *)from, bytes);
	return KERN_SUCCESS;
}

/* Within this process; forwards. */
static kern_return_t
copy_forwards(uintptr_t to, uintptr_t from, size_t bytes)
{
	const pid_t self = getpid();
	size_t done = 0;

	while (done < bytes) {
		const struct iovec local = {(void *)(to + done), bytes - done};
		const struct iovec remote = {
		    (void *)(from + done), bytes - done};
		const ssize_t r =
		    process_vm_readv(self, &local, 1, &remote, 1, 0);

		if (r > 0) {
			done += (size_t)r;
			continue;
		}
		if (r < 0 && errno != EFAULT)
			return copy_plainly(
			    to + done, from + done, bytes - done);
		/* It is either's fault. */
		return user_memory_readable(
		           (const void *)trunc_page(from + done), 1)
		    ? why_not(to + done)
		    : why_not(from + done);
	}
	return KERN_SUCCESS;
}

/* From the end on, as the beginning of @to is what has still to be read; and by way of
 * other memory, as Linux does not say in which order it copies a page. */
static kern_return_t
copy_backwards(uintptr_t to, uintptr_t from, size_t bytes)
{
	const size_t room = bytes < BOUNCE_BYTES ? bytes : BOUNCE_BYTES;
	void *bounce = mmap(NULL, room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	kern_return_t kr = KERN_SUCCESS;

	if (bounce == MAP_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	while (kr == KERN_SUCCESS && bytes > 0) {
		const size_t portion = bytes < room ? bytes : room;

		bytes -= portion;
		kr = copy_forwards((uintptr_t)bounce, from + bytes, portion);
		if (kr == KERN_SUCCESS)
			kr = copy_forwards(
			    to + bytes, (uintptr_t)bounce, portion);
	}
	(void)munmap(bounce, room);
	return kr;
}

kern_return_t
vm_copy_own(uint64_t to, uint64_t from, uint64_t bytes)
{
	return to > from && to - from < bytes ? copy_backwards(to, from, bytes)
	                                      : copy_forwards(to, from, bytes);
}

static bool
is_readable(uint64_t address, uint64_t bytes)
{
	vm_prot_t protection;
	vm_prot_t max_protection;

	return vm_survey(address, bytes, &protection, &max_protection) &&
	    (protection & VM_PROT_READ);
}

/* The pages of a large region that is in a file, without a copy of them. The file can be
 * read whatever the memory's protection is. */
static bool
read_snapshot(
    mach_vm_address_t address, mach_vm_size_t size, vm_offset_t *data_out)
{
	static const struct extent_facts facts = {
	    .kind = EXTENT_SNAPSHOT,
	    .max_protection = VM_PROT_ALL,
	    .inheritance = VM_INHERIT_DEFAULT,
	};
	const uint64_t bytes = mach_vm_round_page(size);
	struct extent_view view;
	uint64_t place = 0;

	if (size < VM_FILE_BYTES || address != trunc_page(address) ||
	    !is_readable(address, bytes) ||
	    !extent_snapshot(address, bytes, false, &view))
		return false;
	if (vm_place(&place, bytes, 0, VM_FLAGS_ANYWHERE) != KERN_SUCCESS ||
	    mmap((void *)place, bytes, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_FIXED, view.descriptor,
	        (off_t)view.offset) == MAP_FAILED) {
		if (place != 0)
			(void)munmap((void *)place, bytes);
		(void)syscall(SYS_close, view.descriptor);
		return false;
	}
	extent_adopt(place, bytes, view, &facts);
	*data_out = place;
	return true;
}

static kern_return_t
read_own(mach_vm_address_t address, mach_vm_size_t size, vm_offset_t *data,
    mach_msg_type_number_t *data_count)
{
	void *memory;
	kern_return_t kr;

	if (size > UINT32_MAX)
		return KERN_INVALID_ARGUMENT;
	if (vm_wraps(address, size))
		return KERN_INVALID_ADDRESS;
	*data_count = (mach_msg_type_number_t)size;
	if (size == 0) {
		*data = 0;
		return KERN_SUCCESS;
	}
	if (read_snapshot(address, size, data))
		return KERN_SUCCESS;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	kr = vm_copy_own((uintptr_t)memory, address, size);
	if (kr == KERN_SUCCESS)
		*data = (vm_offset_t)memory;
	else
		(void)munmap(memory, size);
	return kr;
}

kern_return_t
mach_vm_read(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_offset_t *data, mach_msg_type_number_t *data_count)
{
	mach_msg_type_number_t count = 0;
	vm_offset_t copy = 0;
	const kern_return_t kr =
	    VM_CALL(target_task, read_own(address, size, &copy, &count),
	        mach_vm_read(target_task, address, size, &copy, &count));

	if (kr == KERN_SUCCESS) {
		*data = copy;
		*data_count = count;
	}
	return kr;
}

kern_return_t
mach_vm_read_overwrite(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, mach_vm_address_t data, mach_vm_size_t *data_size)
{
	const int saved_errno = errno;
	mach_msg_type_number_t count = 0;
	vm_offset_t copy;
	kern_return_t kr;

	if (vm_wraps(address, size) || vm_wraps(data, size))
		return KERN_INVALID_ADDRESS;
	if (target_task == mach_task_self()) {
		kr = vm_copy_own(data, address, size);
	} else {
		kr = mach_vm_read(target_task, address, size, &copy, &count);
		if (kr == KERN_SUCCESS) {
			/* More than was asked for: that is no task. */
			kr = count <= size ? vm_copy_own(data, copy, count)
			                   : KERN_FAILURE;
			(void)mach_vm_deallocate(mach_task_self(), copy, count);
		}
		size = count;
	}
	if (kr == KERN_SUCCESS)
		*data_size = size;
	errno = saved_errno;
	return kr;
}

/* In as many messages as it takes; at least one, to ask the task. */
static kern_return_t
write_other(vm_map_t task, mach_vm_address_t address, vm_offset_t data,
    mach_msg_type_number_t count)
{
	kern_return_t kr;

	do {
		const mach_msg_type_number_t portion =
		    count < WRITE_BYTES ? count : WRITE_BYTES;

		kr = RPC(mach_vm_write(task, address, data, portion));
		address += portion;
		data += portion;
		count -= portion;
	} while (kr == KERN_SUCCESS && count > 0);
	return kr;
}

kern_return_t
mach_vm_write(vm_map_t target_task, mach_vm_address_t address, vm_offset_t data,
    mach_msg_type_number_t data_count)
{
	const int saved_errno = errno;
	kern_return_t kr;

	if (vm_wraps(address, data_count) || vm_wraps(data, data_count))
		return KERN_INVALID_ADDRESS;
	if (target_task == mach_task_self())
		kr = vm_copy_own(address, data, data_count);
	else if (data_count > 0 &&
	    !user_memory_readable((const void *)data, data_count))
		kr = why_not_range(data, data_count);
	else
		kr = write_other(target_task, address, data, data_count);
	errno = saved_errno;
	return kr;
}

static kern_return_t
copy_own(mach_vm_address_t to, mach_vm_address_t from, mach_vm_size_t size)
{
	if (vm_wraps(to, size) || vm_wraps(from, size))
		return KERN_INVALID_ADDRESS;
	return vm_copy_own(to, from, size);
}

kern_return_t
mach_vm_copy(vm_map_t target_task, mach_vm_address_t source_address,
    mach_vm_size_t size, mach_vm_address_t dest_address)
{
	return VM_CALL(target_task,
	    copy_own(dest_address, source_address, size),
	    mach_vm_copy(target_task, source_address, size, dest_address));
}

kern_return_t
vm_read(vm_map_t target_task, vm_address_t address, vm_size_t size,
    vm_offset_t *data, mach_msg_type_number_t *data_count)
{
	return mach_vm_read(target_task, address, size, data, data_count);
}

kern_return_t
vm_read_overwrite(vm_map_t target_task, vm_address_t address, vm_size_t size,
    vm_address_t data, vm_size_t *data_size)
{
	mach_vm_size_t copied;
	const kern_return_t kr =
	    mach_vm_read_overwrite(target_task, address, size, data, &copied);

	if (kr == KERN_SUCCESS)
		*data_size = (vm_size_t)copied;
	return kr;
}

kern_return_t
vm_write(vm_map_t target_task, vm_address_t address, vm_offset_t data,
    mach_msg_type_number_t data_count)
{
	return mach_vm_write(target_task, address, data, data_count);
}

kern_return_t
vm_copy(vm_map_t target_task, vm_address_t source_address, vm_size_t size,
    vm_address_t dest_address)
{
	return mach_vm_copy(target_task, source_address, size, dest_address);
}
