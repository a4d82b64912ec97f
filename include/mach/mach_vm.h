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

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_VM_H */
