/*
 * mach/mach_vm.h - memory of a task, with 64-bit addresses
 *
 * The same calls as in <mach/vm_map.h>; they differ where a task may have
 * wider addresses than the caller, which none here has.
 *
 * Source: spec/special-ports.md 4
 */
#ifndef MACH_MACH_VM_H
#define MACH_MACH_VM_H

#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/vm_statistics.h>
#include <mach/vm_types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mach_vm_allocate() - get zeroed memory
 * @target_task: [in]	port of the task to get it; borrowed
 * @address:	[in/out] as for vm_allocate()
 * @size:	[in]	bytes, rounded up to pages
 * @flags:	[in]	VM_FLAGS_*
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of vm_allocate() with nothing changed
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_allocate(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t size, int flags);

/**
 * mach_vm_deallocate() - give memory back
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of vm_deallocate() with nothing
 *		changed
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_deallocate(
    vm_map_t target_task, mach_vm_address_t address, mach_vm_size_t size);

/**
 * mach_vm_read() - copy memory of a task
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte, on no particular boundary
 * @size:	[in]	bytes
 * @data:	[out]	new memory with the copy, at the beginning of a page
 * @data_count:	[out]	bytes of it: @size
 *
 * The caller's own memory is copied without the kernel. Another task's is by a process that
 * waits for its pages, as long as that takes; the caller waits with it.
 *
 * Units:	@size and *@data_count are bytes
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ADDRESS	not all of the range is mapped, or it wraps
 *		KERN_PROTECTION_FAILURE	the task itself may not read it; or Linux
 *				refuses the kernel the process
 *		KERN_MEMORY_ERROR	a page of it could not be had
 *		KERN_INVALID_ARGUMENT	@target_task is no task; @size is 4 GiB or
 *				more
 *		KERN_INVALID_TASK	its process ends
 *		KERN_RESOURCE_SHORTAGE	no memory, or no budget for so much; or pages
 *				of that user's processes hold up too many copies
 *		KERN_FAILURE	the kernel cannot do it any more
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_read(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_offset_t *data, mach_msg_type_number_t *data_count);

/**
 * mach_vm_read_overwrite() - copy memory of a task to memory that there is
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes
 * @data:	[in]	address in the caller's own memory
 * @data_size:	[out]	bytes that were copied: @size
 *
 * Units:	@size and *@data_size are bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_read(), those of addresses for
 *		@data too: then some of it may have been written
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_read_overwrite(vm_map_t target_task,
    mach_vm_address_t address, mach_vm_size_t size, mach_vm_address_t data,
    mach_vm_size_t *data_size);

/**
 * mach_vm_write() - copy into memory of a task
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte, on no particular boundary
 * @data:	[in]	address in the caller's own memory
 * @data_count:	[in]	bytes
 *
 * The caller's own memory is copied without the kernel. Another task's is by a process that
 * waits for its pages, as long as that takes; the caller waits with it.
 * Not all at once: the task may see some of it before the rest, and after a failure some
 * may have been written.
 *
 * Units:	@data_count is bytes
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ADDRESS	not all of either range is mapped, or one wraps
 *		KERN_PROTECTION_FAILURE	the task itself may not write there; or Linux
 *				refuses the kernel the process
 *		others as mach_vm_read()
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_write(vm_map_t target_task, mach_vm_address_t address,
    vm_offset_t data, mach_msg_type_number_t data_count);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_VM_H */
