/* Mapping into one's own task: new memory, and that of memory entries. */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include "extent.h"
#include "memory_entry.h"
#include "vm_place.h"
#include "vm_range.h"

#define FLAGS (VM_FLAGS_PLACES | VM_FLAGS_HINTS | VM_FLAGS_RETURN_DATA_ADDR)

static bool
is_allowed(const struct memory_entry_view *view)
{
	const vm_prot_t all = view->protection | view->max_protection;

	return !(all & ~VM_PROT_ALL) &&
	    !(view->protection & ~view->max_protection) &&
	    view->inheritance <= VM_INHERIT_LAST_VALID &&
	    !(view->mask & (view->mask + 1));
}

/* New memory is writable and inherited as a copy. */
static kern_return_t
arrange(uint64_t address, const struct memory_entry_view *view)
{
	kern_return_t kr = KERN_SUCCESS;

	if (view->inheritance != VM_INHERIT_DEFAULT)
		kr = extent_inherit(address, view->bytes, view->inheritance);
	if (kr == KERN_SUCCESS && view->protection != VM_PROT_DEFAULT)
		kr = extent_protect(
		    address, view->bytes, false, view->protection);
	if (kr == KERN_SUCCESS && view->max_protection != VM_PROT_ALL)
		kr = extent_protect(
		    address, view->bytes, true, view->max_protection);
	return kr;
}

static kern_return_t
map_new(const struct memory_entry_view *view, uint64_t *address_io)
{
	uint64_t address = *address_io;
	/* extent_allocate() would not heed a wish. */
	const bool place = view->flags & VM_FLAGS_ANYWHERE && address != 0;
	const int flags = place ? VM_FLAGS_OVERWRITE : view->flags;
	kern_return_t kr = KERN_SUCCESS;

	if (place)
		kr = vm_place(&address, view->bytes, view->mask, view->flags);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = extent_allocate(&address, view->bytes, view->mask, flags);
	if (kr != KERN_SUCCESS && !place)
		return kr;
	if (kr == KERN_SUCCESS)
		kr = arrange(address, view);
	if (kr == KERN_SUCCESS)
		*address_io = address;
	else
		(void)extent_deallocate(address, view->bytes);
	return kr;
}

static kern_return_t
map_object(mach_port_t object, const struct memory_entry_view *view,
    uint64_t *address_io)
{
	return object == MEMORY_OBJECT_NULL
	    ? map_new(view, address_io)
	    : memory_entry_map(object, view, address_io);
}

static kern_return_t
map_own(mach_vm_address_t *address, mach_vm_size_t size, int flags,
    mach_port_t object, memory_object_offset_t offset,
    struct memory_entry_view *view)
{
	const bool data = flags & VM_FLAGS_RETURN_DATA_ADDR;
	struct vm_range range;
	struct vm_range in_object;
	uint64_t place = trunc_page(*address);
	kern_return_t kr;

	if (object == MEMORY_OBJECT_NULL)
		offset = 0;
	if (!data)
		offset = trunc_page(offset);
	if (size == 0 || flags & ~FLAGS || !is_allowed(view) ||
	    !vm_range_of(offset, size, &in_object) ||
	    !vm_range_of(
	        flags & VM_FLAGS_ANYWHERE ? 0 : place, in_object.bytes, &range))
		return KERN_INVALID_ARGUMENT;
	view->offset = in_object.begin;
	view->bytes = in_object.bytes;
	view->flags = flags & VM_FLAGS_PLACES;
	kr = map_object(object, view, &place);
	if (kr == KERN_SUCCESS)
		*address = place + (offset - in_object.begin);
	return kr;
}

kern_return_t
mach_vm_map(vm_map_t target_task, mach_vm_address_t *address,
    mach_vm_size_t size, mach_vm_offset_t mask, int flags,
    mem_entry_name_port_t object, memory_object_offset_t offset, boolean_t copy,
    vm_prot_t cur_protection, vm_prot_t max_protection,
    vm_inherit_t inheritance)
{
	struct memory_entry_view view = {
	    .mask = mask,
	    .copy = copy,
	    .protection = cur_protection,
	    .max_protection = max_protection,
	    .inheritance = inheritance,
	};

	return VM_CALL(target_task,
	    map_own(address, size, flags, object, offset, &view),
	    mach_vm_map(target_task, address, size, mask, flags, object, offset,
	        copy, cur_protection, max_protection, inheritance));
}

kern_return_t
vm_map(vm_map_t target_task, vm_address_t *address, vm_size_t size,
    vm_address_t mask, int flags, mem_entry_name_port_t object,
    vm_offset_t offset, boolean_t copy, vm_prot_t cur_protection,
    vm_prot_t max_protection, vm_inherit_t inheritance)
{
	mach_vm_address_t wide = *address;
	const kern_return_t kr =
	    mach_vm_map(target_task, &wide, size, mask, flags, object, offset,
	        copy, cur_protection, max_protection, inheritance);

	if (kr == KERN_SUCCESS)
		*address = (vm_address_t)wide;
	return kr;
}
