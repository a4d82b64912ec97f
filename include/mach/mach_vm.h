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

/**
 * mach_vm_protect() - say what may be done with memory
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @set_maximum: [in]	is it about the most that can ever be allowed?
 * @new_protection: [in] VM_PROT_*; with VM_PROT_COPY what is shared becomes the
 *			task's own before
 *
 * It is about all pages that the range touches. A maximum can only be lowered, and takes from
 * what is allowed now what is no part of it.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ADDRESS	not all of the range is mapped
 *		KERN_PROTECTION_FAILURE	more than the maximum
 *		KERN_INVALID_ARGUMENT	@new_protection is none, or the range wraps;
 *				@target_task is no task
 *		KERN_RESOURCE_SHORTAGE	Linux has no room for so many mappings
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_protect(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, boolean_t set_maximum, vm_prot_t new_protection);

/**
 * mach_vm_inherit() - say what becomes of memory in a child
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @new_inheritance: [in] VM_INHERIT_SHARE: the same memory; VM_INHERIT_COPY: a copy, as of
 *			the fork; VM_INHERIT_NONE: nothing is there
 *
 * It is about all pages that the range touches, and children that fork() makes.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ADDRESS	not all of the range is mapped
 *		KERN_PROTECTION_FAILURE	to be shared, and cannot be read; or Linux cannot
 *				have it shared
 *		KERN_INVALID_ARGUMENT	@new_inheritance is none, or the range wraps;
 *				@target_task is no task
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_inherit(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_inherit_t new_inheritance);

/**
 * mach_vm_copy() - copy within a task
 * @target_task: [in]	port of the task that has the memory; borrowed
 * @source_address: [in] the first byte, on no particular boundary
 * @size:	[in]	bytes
 * @dest_address: [in]	where they shall be, too; on no particular boundary
 *
 * The two may overlap: the copy is of what was there before.
 * Not all at once: the task may see some of it before the rest, and after a failure some
 * may have been written.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ADDRESS	not all of either range is mapped, or one wraps
 *		KERN_PROTECTION_FAILURE	the task itself may not read the one or write
 *				the other
 *		KERN_RESOURCE_SHORTAGE	no memory to copy by
 *		others as mach_vm_read()
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_copy(vm_map_t target_task,
    mach_vm_address_t source_address, mach_vm_size_t size,
    mach_vm_address_t dest_address);

/**
 * mach_vm_map() - map memory of an object, or new memory
 * @target_task: [in]	port of the task to get it; borrowed
 * @address:	[in/out] where it shall be; with VM_FLAGS_ANYWHERE, where it would best
 *			be, or 0. Where it is
 * @size:	[in]	bytes, rounded up to pages
 * @mask:	[in]	bits of the address that must be 0: all below some power of 2
 * @flags:	[in]	VM_FLAGS_*; with VM_FLAGS_RETURN_DATA_ADDR *@address is that
 *			of the byte at @offset, else that of its page
 * @object:	[in]	MEMORY_OBJECT_NULL for new memory, zeroed, or a memory entry;
 *			borrowed
 * @offset:	[in]	in @object
 * @copy:	[in]	shall it be the task's own? Else it is shared with all who
 *			map the entry. New memory is in any case
 * @cur_protection: [in] VM_PROT_*
 * @max_protection: [in] the most that mach_vm_protect() can allow
 * @inheritance: [in]	VM_INHERIT_*
 *
 * Units:	@size and @offset are bytes
 * Return:	KERN_SUCCESS, or with nothing changed but that VM_FLAGS_OVERWRITE may
 *		have deallocated what was there:
 *		KERN_INVALID_ADDRESS	@address cannot be used
 *		KERN_NO_SPACE		no room there, or anywhere; or @mask forbids
 *				@address
 *		KERN_INVALID_ARGUMENT	@size is 0 or too large, more is to be allowed now
 *				than ever, a flag, @mask, a protection or an
 *				inheritance is none; or the entry ends before; or
 *				@target_task is no task
 *		KERN_INVALID_OBJECT	@object is neither
 *		KERN_PROTECTION_FAILURE	the entry does not allow so much
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_map(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t size, mach_vm_offset_t mask, int flags,
    mem_entry_name_port_t object, memory_object_offset_t offset, boolean_t copy,
    vm_prot_t cur_protection, vm_prot_t max_protection,
    vm_inherit_t inheritance);

/**
 * mach_vm_remap() - map once more what is mapped
 * @target_task: [in]	port of the task to get it; borrowed
 * @target_address: [in/out] where it shall be; with VM_FLAGS_ANYWHERE, where it would best
 *			be, or 0. Where it is
 * @size:	[in]	bytes, rounded up to pages
 * @mask:	[in]	bits of the address that must be 0: all below some power of 2
 * @flags:	[in]	VM_FLAGS_*; with VM_FLAGS_RETURN_DATA_ADDR *@target_address is that
 *			of the byte at @src_address, else that of its page
 * @src_task:	[in]	port of the task that has the memory; borrowed
 * @src_address: [in]	the first byte
 * @copy:	[in]	shall it be a copy? Else what is written to the one is in the other
 * @cur_protection: [out] what may be done with it: what may be done with all of the source
 * @max_protection: [out] the most that mach_vm_protect() can allow
 * @inheritance: [in]	VM_INHERIT_*
 *
 * Both tasks must be the caller's. Memory that is to be shared must be readable, and so
 * must what is to be copied.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or with nothing changed but that VM_FLAGS_OVERWRITE may
 *		have deallocated what was there:
 *		KERN_INVALID_ADDRESS	not all of the source is mapped; or
 *				@target_address cannot be used
 *		KERN_NO_SPACE		no room there, or anywhere; or @mask forbids
 *				@target_address
 *		KERN_INVALID_ARGUMENT	@size is 0 or too large, a flag, @mask or
 *				@inheritance is none; or the source itself would be
 *				overwritten; or @target_task is no task
 *		KERN_PROTECTION_FAILURE	the source cannot be read; or Linux cannot have it
 *				shared
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		KERN_NOT_SUPPORTED	another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_remap(vm_map_t target_task,
    mach_vm_address_t *target_address, mach_vm_size_t size,
    mach_vm_offset_t mask, int flags, vm_map_t src_task,
    mach_vm_address_t src_address, boolean_t copy, vm_prot_t *cur_protection,
    vm_prot_t *max_protection, vm_inherit_t inheritance);

/**
 * mach_vm_region() - tell of a region of memory
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in/out] where to begin to look; where the region begins
 * @size:	[out]	bytes of the region
 * @flavor:	[in]	VM_REGION_BASIC_INFO_64; VM_REGION_BASIC_INFO is the same
 * @info:	[out]	struct vm_region_basic_info_64
 * @info_count:	[in/out] the room there, VM_REGION_BASIC_INFO_COUNT_64 at least; what is
 *			written
 * @object_name: [out]	MACH_PORT_NULL
 *
 * Tells of the region that has @address, or else of the first behind it: a range in which all
 * is of one kind. To see all regions, begin with 0 and go on with the end of each.
 *
 * Units:	*@size is bytes; *@info_count is words of 4 bytes
 * Rights:	gives none
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ADDRESS	nothing is mapped from @address on
 *		KERN_INVALID_ARGUMENT	no such @flavor, or too little room; @target_task is
 *				no task
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 *		others as mach_vm_read()
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_region(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t *size, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name);

/**
 * mach_vm_msync() - write memory back to the file that it is a mapping of
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @sync_flags:	[in]	VM_SYNC_SYNCHRONOUS: when it is done; VM_SYNC_ASYNCHRONOUS: some
 *			time; VM_SYNC_INVALIDATE; VM_SYNC_CONTIGUOUS: a hole is an error.
 *			Others are permissions, which nothing makes use of
 *
 * It is about all pages that the range touches. Those that are of no file need no writing.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or
 *		KERN_INVALID_ADDRESS	not all of the range is mapped, and that was asked for;
 *				what is, is written
 *		KERN_INVALID_ARGUMENT	a flag is none, both ways are asked for, or the range
 *				wraps; @target_task is no task
 *		KERN_FAILURE		it cannot be written, or is locked in memory
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_vm_msync(vm_map_t target_task, mach_vm_address_t address,
    mach_vm_size_t size, vm_sync_t sync_flags);

/**
 * _mach_make_memory_entry() - make a port that stands for memory
 * @target_task: [in]	port of the task whose memory it is; borrowed
 * @size:	[in/out] bytes; those of the entry
 * @offset:	[in]	the address of the memory
 * @permission:	[in]	VM_PROT_*, MAP_MEM_*
 * @object_handle: [out] the entry
 * @parent_handle: [in]	an entry, or MACH_PORT_NULL
 *
 * mach_make_memory_entry_64() by the name of its message.
 *
 * Units:	*@size is bytes
 * Rights:	gives a send right; takes none
 * Return:	KERN_SUCCESS, or the codes of mach_make_memory_entry_64()
 * Source:	spec/special-ports.md 4
 */
kern_return_t _mach_make_memory_entry(vm_map_t target_task,
    memory_object_size_t *size, memory_object_offset_t offset,
    vm_prot_t permission, mem_entry_name_port_t *object_handle,
    mem_entry_name_port_t parent_handle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_VM_H */
