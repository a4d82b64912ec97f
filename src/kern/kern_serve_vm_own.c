/*
 * Subsystems mach_vm and vm_map: what only a process itself can do to what it has
 * mapped. Linux has no call that maps, unmaps, protects or writes back the pages of
 * another process, and the kernel is another process to every task: also to one that
 * sends such a request to its own port.
 */
#include "kern_mig.h"
#include "kern_mig_mach_vm.h"
#include "kern_mig_vm_map.h"

/* The rights of the request are released with it. */
static kern_return_t
refuse(vm_map_t task)
{
	return kern_mig_task(task) ? KERN_NOT_SUPPORTED : KERN_INVALID_ARGUMENT;
}

kern_return_t
kern_serve_mach_vm_allocate(
    vm_map_t task, mach_vm_address_t *address, mach_vm_size_t bytes, int flags)
{
	(void)address;
	(void)bytes;
	(void)flags;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_deallocate(
    vm_map_t task, mach_vm_address_t address, mach_vm_size_t bytes)
{
	(void)address;
	(void)bytes;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_protect(vm_map_t task, mach_vm_address_t address,
    mach_vm_size_t bytes, boolean_t set_maximum, vm_prot_t protection)
{
	(void)address;
	(void)bytes;
	(void)set_maximum;
	(void)protection;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_inherit(vm_map_t task, mach_vm_address_t address,
    mach_vm_size_t bytes, vm_inherit_t inheritance)
{
	(void)address;
	(void)bytes;
	(void)inheritance;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_msync(vm_map_t task, mach_vm_address_t address,
    mach_vm_size_t bytes, vm_sync_t flags)
{
	(void)address;
	(void)bytes;
	(void)flags;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_map(vm_map_t task, mach_vm_address_t *address,
    mach_vm_size_t bytes, mach_vm_address_t mask, int flags, mach_port_t object,
    memory_object_offset_t offset, boolean_t copy, vm_prot_t protection,
    vm_prot_t max_protection, vm_inherit_t inheritance)
{
	(void)address;
	(void)bytes;
	(void)mask;
	(void)flags;
	(void)object;
	(void)offset;
	(void)copy;
	(void)protection;
	(void)max_protection;
	(void)inheritance;
	return refuse(task);
}

kern_return_t
kern_serve_mach_vm_remap(vm_map_t task, mach_vm_address_t *address,
    mach_vm_size_t bytes, mach_vm_address_t mask, int flags, vm_map_t from_task,
    mach_vm_address_t from, boolean_t copy, vm_prot_t *protection,
    vm_prot_t *max_protection, vm_inherit_t inheritance)
{
	(void)address;
	(void)bytes;
	(void)mask;
	(void)flags;
	(void)from_task;
	(void)from;
	(void)copy;
	(void)protection;
	(void)max_protection;
	(void)inheritance;
	return refuse(task);
}

/* --- the same, by their other names ---------------------------------------- */

kern_return_t
kern_serve_vm_allocate(
    vm_map_t task, vm_address_t *address, vm_size_t bytes, int flags)
{
	(void)address;
	(void)bytes;
	(void)flags;
	return refuse(task);
}

kern_return_t
kern_serve_vm_deallocate(vm_map_t task, vm_address_t address, vm_size_t bytes)
{
	return kern_serve_mach_vm_deallocate(task, address, bytes);
}

kern_return_t
kern_serve_vm_protect(vm_map_t task, vm_address_t address, vm_size_t bytes,
    boolean_t set_maximum, vm_prot_t protection)
{
	return kern_serve_mach_vm_protect(
	    task, address, bytes, set_maximum, protection);
}

kern_return_t
kern_serve_vm_inherit(vm_map_t task, vm_address_t address, vm_size_t bytes,
    vm_inherit_t inheritance)
{
	return kern_serve_mach_vm_inherit(task, address, bytes, inheritance);
}

kern_return_t
kern_serve_vm_msync(
    vm_map_t task, vm_address_t address, vm_size_t bytes, vm_sync_t flags)
{
	return kern_serve_mach_vm_msync(task, address, bytes, flags);
}

kern_return_t
kern_serve_vm_map(vm_map_t task, vm_address_t *address, vm_size_t bytes,
    vm_address_t mask, int flags, mach_port_t object, vm_offset_t offset,
    boolean_t copy, vm_prot_t protection, vm_prot_t max_protection,
    vm_inherit_t inheritance)
{
	(void)address;
	(void)bytes;
	(void)mask;
	(void)flags;
	(void)object;
	(void)offset;
	(void)copy;
	(void)protection;
	(void)max_protection;
	(void)inheritance;
	return refuse(task);
}

kern_return_t
kern_serve_vm_remap(vm_map_t task, vm_address_t *address, vm_size_t bytes,
    vm_address_t mask, int flags, vm_map_t from_task, vm_address_t from,
    boolean_t copy, vm_prot_t *protection, vm_prot_t *max_protection,
    vm_inherit_t inheritance)
{
	(void)address;
	(void)bytes;
	(void)mask;
	(void)flags;
	(void)from_task;
	(void)from;
	(void)copy;
	(void)protection;
	(void)max_protection;
	(void)inheritance;
	return refuse(task);
}
