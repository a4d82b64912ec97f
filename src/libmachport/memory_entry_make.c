/* Making memory entries: of new memory, of the caller's, and of other entries. */
#include <mach/mach_vm.h>
#include <mach/memory_object_types.h>
#include <mach/vm_map.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent.h"
#include "extent_file.h"
#include "memory_entry.h"
#include "memory_file.h"
#include "vm_look.h"
#include "vm_range.h"

/* What is asked for. */
struct wish {
	struct vm_range range; /* of the caller's memory, or of the parent */
	vm_prot_t protection;
	mach_port_t parent;
};

/* What is not to be written must not be open to anybody who could. Where Linux refuses, so
 * will the kernel. */
static void
seal(int descriptor, vm_prot_t protection)
{
	if (!(protection & VM_PROT_WRITE))
		(void)fcntl(descriptor, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
}

/* An entry of @view, whose descriptor is CONSUMED. */
static kern_return_t
make(struct extent_view view, const struct wish *wish, mach_port_t *name_out)
{
	const uint32_t in[] = {
	    (uint32_t)wish->protection,
	    WIRE_TWO_WORDS(view.offset),
	    WIRE_TWO_WORDS(wish->range.bytes),
	};
	kern_return_t kr;

	seal(view.descriptor, wish->protection);
	kr = call_with_file(
	    WIRE_MEMORY_ENTRY_MAKE, in, 5, view.descriptor, name_out);
	(void)syscall(SYS_close, view.descriptor);
	return kr;
}

static kern_return_t
create(const struct wish *wish, mach_port_t *name_out)
{
	const struct extent_view view = {
	    .descriptor = extent_file_make(wish->range.bytes),
	};

	if (view.descriptor < 0)
		return KERN_RESOURCE_SHORTAGE;
	return make(view, wish, name_out);
}

static kern_return_t
copy(const struct wish *wish, mach_port_t *name_out)
{
	const struct extent_view view = {
	    .descriptor = extent_file_make(wish->range.bytes),
	};
	int r;

	if (view.descriptor < 0)
		return KERN_RESOURCE_SHORTAGE;
	r = memory_file_write(view.descriptor, (const void *)wish->range.begin,
	    wish->range.bytes, 0);
	if (r == 0)
		return make(view, wish, name_out);
	(void)syscall(SYS_close, view.descriptor);
	return r == -EFAULT ? KERN_INVALID_ADDRESS : KERN_RESOURCE_SHORTAGE;
}

/* May all of the range be used so? *@shared_out: some of it is shared already. */
static kern_return_t
look(const struct wish *wish, bool *shared_out)
{
	const uint64_t end = wish->range.begin + wish->range.bytes;
	struct vm_facts facts;

	*shared_out = false;
	for (uint64_t at = wish->range.begin; at < end; at = facts.end) {
		if (!vm_look(at, &facts) || facts.begin > at)
			return KERN_INVALID_ADDRESS;
		if ((wish->protection & ~facts.max_protection) != 0)
			return KERN_PROTECTION_FAILURE;
		*shared_out |= facts.shared;
	}
	return KERN_SUCCESS;
}

/* Is all of the file in @view? */
static bool
is_whole(const struct extent_view *view, uint64_t bytes)
{
	struct stat status;

	return view->offset == 0 && fstat(view->descriptor, &status) == 0 &&
	    (uint64_t)status.st_size == bytes;
}

/* The memory itself. Of what is shared already only all: whoever gets the file of a part
 * has the rest, too. */
static kern_return_t
share(const struct wish *wish, mach_port_t *name_out)
{
	struct extent_view view;
	bool shared;
	kern_return_t kr = look(wish, &shared);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = extent_isolate(wish->range.begin, wish->range.bytes, &view);
	if (kr != KERN_SUCCESS)
		return kr;
	if (shared && !is_whole(&view, wish->range.bytes)) {
		(void)syscall(SYS_close, view.descriptor);
		return KERN_NOT_SUPPORTED;
	}
	return make(view, wish, name_out);
}

/* The parent again, with other rights. */
static kern_return_t
derive(const struct wish *wish, mach_port_t *name_out)
{
	const uint32_t in[] = {wish->parent, (uint32_t)wish->protection};
	struct memory_entry parent;
	kern_return_t kr =
	    memory_entry_open(wish->parent, wish->protection, &parent);
	bool is_all;

	if (kr != KERN_SUCCESS)
		return kr == KERN_INVALID_OBJECT ? KERN_INVALID_ARGUMENT : kr;
	is_all = wish->range.begin == 0 && wish->range.bytes == parent.bytes;
	if (is_all)
		seal(parent.view.descriptor, wish->protection);
	(void)syscall(SYS_close, parent.view.descriptor);
	if (is_all)
		return call_kernel(WIRE_MEMORY_ENTRY_DERIVE, in, 2, name_out);
	return wish->range.begin + wish->range.bytes > parent.bytes
	    ? KERN_INVALID_ARGUMENT
	    : KERN_NOT_SUPPORTED;
}

static kern_return_t
make_own(memory_object_size_t *size, memory_object_offset_t offset,
    vm_prot_t permission, mach_port_t *object_handle, mach_port_t parent)
{
	const int flags = permission & MAP_MEM_FLAGS_MASK;
	struct wish wish = {
	    .protection = permission & VM_PROT_ALL,
	    .parent = parent,
	};
	mach_port_t name;
	kern_return_t kr;

	if (permission != (flags | wish.protection) ||
	    !(wish.protection & VM_PROT_READ) || *size == 0 ||
	    !vm_range_of(
	        flags == MAP_MEM_NAMED_CREATE ? 0 : offset, *size, &wish.range))
		return KERN_INVALID_ARGUMENT;
	if (flags == MAP_MEM_NAMED_CREATE)
		kr = create(&wish, &name);
	else if (flags == MAP_MEM_VM_COPY)
		kr = copy(&wish, &name);
	else if (flags != 0 && flags != MAP_MEM_VM_SHARE)
		kr = KERN_INVALID_ARGUMENT;
	else if (flags == 0 && parent != MACH_PORT_NULL)
		kr = derive(&wish, &name);
	else
		kr = share(&wish, &name);
	if (kr != KERN_SUCCESS)
		return kr;
	*size = wish.range.bytes;
	*object_handle = name;
	return KERN_SUCCESS;
}

kern_return_t
mach_make_memory_entry_64(vm_map_t target_task, memory_object_size_t *size,
    memory_object_offset_t offset, vm_prot_t permission,
    mach_port_t *object_handle, mem_entry_name_port_t parent_entry)
{
	return VM_CALL(target_task,
	    make_own(size, offset, permission, object_handle, parent_entry),
	    _mach_make_memory_entry(target_task, size, offset, permission,
	        object_handle, parent_entry));
}

kern_return_t
_mach_make_memory_entry(vm_map_t target_task, memory_object_size_t *size,
    memory_object_offset_t offset, vm_prot_t permission,
    mem_entry_name_port_t *object_handle, mem_entry_name_port_t parent_handle)
{
	return mach_make_memory_entry_64(target_task, size, offset, permission,
	    object_handle, parent_handle);
}

kern_return_t
mach_make_memory_entry(vm_map_t target_task, vm_size_t *size,
    vm_offset_t offset, vm_prot_t permission,
    mem_entry_name_port_t *object_handle, mem_entry_name_port_t parent_entry)
{
	memory_object_size_t wide = *size;
	const kern_return_t kr = mach_make_memory_entry_64(target_task, &wide,
	    offset, permission, object_handle, parent_entry);

	if (kr == KERN_SUCCESS)
		*size = (vm_size_t)wide;
	return kr;
}
