/*
 * mach/vm_map.h - memory of a task, with addresses of the caller's width
 *
 * Regions are whole pages; what a message brings out of line is such a region.
 *
 * Source: spec/special-ports.md 4
 */
#ifndef MACH_VM_MAP_H
#define MACH_VM_MAP_H

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
 * vm_allocate() - get zeroed memory
 * @target_task: [in]	port of the task to get it; borrowed
 * @address:	[in/out] where it shall be, unless @flags has
 *			VM_FLAGS_ANYWHERE; where it is
 * @size:	[in]	bytes, rounded up to pages
 * @flags:	[in]	VM_FLAGS_*
 *
 * From 2 MiB on such memory can be sent out of line without being copied. VM_FLAGS_OVERWRITE
 * deallocates what is there. Tags (VM_MAKE_TAG()) are accepted and not kept.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ADDRESS	@address cannot be used
 *		KERN_NO_SPACE		no room there, or anywhere
 *		KERN_INVALID_ARGUMENT	@size or @flags is invalid; @target_task is no task
 *		KERN_RESOURCE_SHORTAGE	no memory
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_allocate(
    vm_map_t target_task, vm_address_t *address, vm_size_t size, int flags);

/**
 * vm_deallocate() - give memory back
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 *
 * Takes all pages that the range touches: a region may be given back whole or
 * in parts, whether it came from vm_allocate() or from a message.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ADDRESS	the range cannot be that of memory
 *		KERN_INVALID_ARGUMENT	the range wraps; @target_task is no task
 *		KERN_RESOURCE_SHORTAGE	Linux has no room for so many mappings, or for
 *				what is known of them
 *		KERN_NOT_SUPPORTED	it is another task: Linux has no call for it
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_deallocate(
    vm_map_t target_task, vm_address_t address, vm_size_t size);

/**
 * vm_read() - copy memory of a task
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
kern_return_t vm_read(vm_map_t target_task, vm_address_t address,
    vm_size_t size, vm_offset_t *data, mach_msg_type_number_t *data_count);

/**
 * vm_read_overwrite() - copy memory of a task to memory that there is
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes
 * @data:	[in]	address in the caller's own memory
 * @data_size:	[out]	bytes that were copied: @size
 *
 * Units:	@size and *@data_size are bytes
 * Return:	KERN_SUCCESS, or the codes of vm_read(), those of addresses for
 *		@data too: then some of it may have been written
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_read_overwrite(vm_map_t target_task, vm_address_t address,
    vm_size_t size, vm_address_t data, vm_size_t *data_size);

/**
 * vm_write() - copy into memory of a task
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
 *		others as vm_read()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_write(vm_map_t target_task, vm_address_t address,
    vm_offset_t data, mach_msg_type_number_t data_count);

/**
 * vm_protect() - say what may be done with memory
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @set_maximum: [in]	is it about the most that can ever be allowed?
 * @new_protection: [in] VM_PROT_*
 *
 * As mach_vm_protect().
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_protect()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_protect(vm_map_t target_task, vm_address_t address,
    vm_size_t size, boolean_t set_maximum, vm_prot_t new_protection);

/**
 * vm_inherit() - say what becomes of memory in a child
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @new_inheritance: [in] VM_INHERIT_*
 *
 * As mach_vm_inherit().
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_inherit()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_inherit(vm_map_t target_task, vm_address_t address,
    vm_size_t size, vm_inherit_t new_inheritance);

/**
 * vm_copy() - copy within a task
 * @target_task: [in]	port of the task that has the memory; borrowed
 * @source_address: [in] the first byte
 * @size:	[in]	bytes
 * @dest_address: [in]	where they shall be, too
 *
 * As mach_vm_copy().
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_copy()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_copy(vm_map_t target_task, vm_address_t source_address,
    vm_size_t size, vm_address_t dest_address);

/**
 * vm_map() - map memory of an object, or new memory
 * @target_task: [in]	port of the task to get it; borrowed
 * @address:	[in/out] where it shall be; where it is
 * @size:	[in]	bytes
 * @mask:	[in]	bits of the address that must be 0
 * @flags:	[in]	VM_FLAGS_*
 * @object:	[in]	MEMORY_OBJECT_NULL for new memory, or a memory entry; borrowed
 * @offset:	[in]	in @object
 * @copy:	[in]	shall it be the task's own?
 * @cur_protection: [in] VM_PROT_*
 * @max_protection: [in] the most that there can be
 * @inheritance: [in]	VM_INHERIT_*
 *
 * As mach_vm_map().
 *
 * Units:	@size and @offset are bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_map()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_map(vm_map_t target_task, vm_address_t *address,
    vm_size_t size, vm_address_t mask, int flags, mem_entry_name_port_t object,
    vm_offset_t offset, boolean_t copy, vm_prot_t cur_protection,
    vm_prot_t max_protection, vm_inherit_t inheritance);

/**
 * vm_remap() - map once more what is mapped
 * @target_task: [in]	port of the task to get it; borrowed
 * @target_address: [in/out] where it shall be; where it is
 * @size:	[in]	bytes
 * @mask:	[in]	bits of the address that must be 0
 * @flags:	[in]	VM_FLAGS_*
 * @src_task:	[in]	port of the task that has the memory; borrowed
 * @src_address: [in]	the first byte
 * @copy:	[in]	shall it be a copy?
 * @cur_protection: [out] what may be done with it
 * @max_protection: [out] the most that there can be
 * @inheritance: [in]	VM_INHERIT_*
 *
 * As mach_vm_remap().
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_remap()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_remap(vm_map_t target_task, vm_address_t *target_address,
    vm_size_t size, vm_address_t mask, int flags, vm_map_t src_task,
    vm_address_t src_address, boolean_t copy, vm_prot_t *cur_protection,
    vm_prot_t *max_protection, vm_inherit_t inheritance);

/**
 * vm_region() - tell of a region of memory
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in/out] where to begin to look; where the region begins
 * @size:	[out]	bytes of the region
 * @flavor:	[in]	VM_REGION_BASIC_INFO, VM_REGION_BASIC_INFO_64
 * @info:	[out]	struct vm_region_basic_info, struct vm_region_basic_info_64
 * @info_count:	[in/out] the room there; what is written
 * @object_name: [out]	MACH_PORT_NULL
 *
 * As mach_vm_region(), but that here VM_REGION_BASIC_INFO has a struct of its own, which has
 * the lower half of the offset.
 *
 * Units:	*@size is bytes; *@info_count is words of 4 bytes
 * Rights:	gives none
 * Return:	KERN_SUCCESS, or the codes of mach_vm_region()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_region(vm_map_t target_task, vm_address_t *address,
    vm_size_t *size, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name);

/**
 * vm_region_64() - tell of a region of memory
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in/out] where to begin to look; where the region begins
 * @size:	[out]	bytes of the region
 * @flavor:	[in]	VM_REGION_BASIC_INFO_64
 * @info:	[out]	struct vm_region_basic_info_64
 * @info_count:	[in/out] the room there; what is written
 * @object_name: [out]	MACH_PORT_NULL
 *
 * As mach_vm_region().
 *
 * Units:	*@size is bytes; *@info_count is words of 4 bytes
 * Rights:	gives none
 * Return:	KERN_SUCCESS, or the codes of mach_vm_region()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_region_64(vm_map_t target_task, vm_address_t *address,
    vm_size_t *size, vm_region_flavor_t flavor, vm_region_info_t info,
    mach_msg_type_number_t *info_count, mach_port_t *object_name);

/**
 * vm_msync() - write memory back to the file that it is a mapping of
 * @target_task: [in]	port of the task that has it; borrowed
 * @address:	[in]	the first byte
 * @size:	[in]	bytes; 0 succeeds and does nothing
 * @sync_flags:	[in]	VM_SYNC_*
 *
 * As mach_vm_msync().
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or the codes of mach_vm_msync()
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_msync(vm_map_t target_task, vm_address_t address,
    vm_size_t size, vm_sync_t sync_flags);

/**
 * mach_make_memory_entry_64() - make a port that stands for memory
 * @target_task: [in]	port of the task whose memory it is; borrowed
 * @size:	[in/out] bytes; those of the entry, which are whole pages
 * @offset:	[in]	the address of the memory; with a parent, 0
 * @permission:	[in]	VM_PROT_READ, with more VM_PROT_* or not: what can be done with
 *			what is mapped of the entry; and one of MAP_MEM_NAMED_CREATE,
 *			MAP_MEM_VM_COPY, MAP_MEM_VM_SHARE, or none
 * @object_handle: [out] the entry: mach_vm_map() maps it, and a message takes it to
 *			other tasks
 * @parent_entry: [in]	an entry to have the same memory, without MAP_MEM_*; or
 *			MACH_PORT_NULL
 *
 * The entry is for the pages that the range touches: the memory itself, from then on
 * shared by who has it mapped, the caller too; with MAP_MEM_VM_COPY, a copy of what is
 * there now; with MAP_MEM_NAMED_CREATE, new memory of zeroes, wherever @offset is. It
 * outlives the caller, and ends with its last send right; then who has it mapped still
 * has it.
 *
 * Whoever has an entry can have all the file that Linux keeps the memory in. So of memory
 * that is shared already, or of a parent, only all can be an entry. An entry without
 * VM_PROT_WRITE makes that nobody maps its memory to write to it any more, by whatever entry;
 * who has done so writes on.
 *
 * Of another task than the caller, or by message, no memory can be an entry that has not
 * been one: there is MAP_MEM_NAMED_CREATE, and there are parents.
 *
 * Units:	*@size is bytes
 * Rights:	gives a send right; takes none
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ADDRESS	not all of the range is mapped; or, to be copied, can be
 *				read
 *		KERN_INVALID_ARGUMENT	nothing to be read, no bytes, flags that are not
 *				known, a range that wraps or is beyond the parent; no parent; no
 *				task
 *		KERN_PROTECTION_FAILURE	the memory, or the parent, does not allow so
 *				much, or nobody can map it to write any more
 *		KERN_NOT_SUPPORTED	a part of what can only be whole; memory of another
 *				task
 *		KERN_NO_SPACE	no room for names
 *		KERN_RESOURCE_SHORTAGE	no memory, or no budget
 *		MACH_SEND_INVALID_DEST	@target_task is no name of a live port
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_make_memory_entry_64(vm_map_t target_task,
    memory_object_size_t *size, memory_object_offset_t offset,
    vm_prot_t permission, mach_port_t *object_handle,
    mem_entry_name_port_t parent_entry);

/**
 * mach_make_memory_entry() - make a port that stands for memory
 * @target_task: [in]	port of the task whose memory it is; borrowed
 * @size:	[in/out] bytes; those of the entry
 * @offset:	[in]	the address of the memory
 * @permission:	[in]	VM_PROT_*, MAP_MEM_*
 * @object_handle: [out] the entry
 * @parent_entry: [in]	an entry, or MACH_PORT_NULL
 *
 * As mach_make_memory_entry_64(), in the caller's width.
 *
 * Units:	*@size is bytes
 * Rights:	gives a send right; takes none
 * Return:	KERN_SUCCESS, or the codes of mach_make_memory_entry_64()
 * Source:	spec/special-ports.md 4
 */
kern_return_t mach_make_memory_entry(vm_map_t target_task, vm_size_t *size,
    vm_offset_t offset, vm_prot_t permission,
    mem_entry_name_port_t *object_handle, mem_entry_name_port_t parent_entry);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_VM_MAP_H */
