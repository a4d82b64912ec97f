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
 * Such memory can be sent out of line without being copied.
 *
 * Units:	@size is bytes
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ADDRESS	@address cannot be used
 *		KERN_NO_SPACE		no room there, or anywhere
 *		KERN_INVALID_ARGUMENT	@target_task, @size or @flags is invalid
 *		KERN_RESOURCE_SHORTAGE	no memory
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
 *		KERN_INVALID_ARGUMENT	@target_task is invalid, or the range
 *					wraps
 * Source:	spec/special-ports.md 4
 */
kern_return_t vm_deallocate(
    vm_map_t target_task, vm_address_t address, vm_size_t size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_VM_MAP_H */
