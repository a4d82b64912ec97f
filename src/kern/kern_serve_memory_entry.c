/* Memory entries by message, as far as no memory of a task is needed: new memory, and what
 * there is already with lesser rights. */
#include <mach/memory_object_types.h>

#include "kern_file.h"
#include "kern_memory_entry.h"
#include "kern_mig.h"
#include "kern_mig_mach_vm.h"
#include "kern_mig_vm_map.h"
#include "kern_platform.h"

/* What is asked for. */
struct wish {
	uint64_t offset; /* whole pages, as bytes */
	uint64_t bytes;
	vm_prot_t protection;
};

static uid_t
sender(void)
{
	const struct ipc_identity *identity = kern_mig_sender();

	return identity ? identity->security.val[0] : 0;
}

static kern_return_t
create(const struct wish *wish, struct ipc_port **right_out)
{
	struct kern_memory_range range = {
	    .bytes = wish->bytes,
	    .protection = wish->protection,
	};
	kern_return_t kr;

	range.file =
	    kern_platform->file_new(sender(), kern_mig_account(), wish->bytes);
	if (!range.file)
		return KERN_RESOURCE_SHORTAGE;
	kr = kern_memory_entry_new(kern_mig_account(), &range, right_out);
	(void)kern_file_unref(range.file);
	return kr;
}

/* All that the parent has: whoever has a part has the whole file. */
static kern_return_t
derive(const struct wish *wish, const struct kern_memory_entry *parent,
    struct ipc_port **right_out)
{
	if (wish->offset > parent->bytes ||
	    wish->bytes > parent->bytes - wish->offset)
		return KERN_INVALID_ARGUMENT;
	if (wish->bytes != parent->bytes)
		return KERN_NOT_SUPPORTED;
	return kern_memory_entry_derive(
	    kern_mig_account(), parent, wish->protection, right_out);
}

/* The pages that a range touches. False: there are none. */
static bool
to_pages(uint64_t offset, uint64_t bytes, struct wish *wish_out)
{
	const uint64_t part = (uint64_t)ipc_world.page - 1;
	uint64_t end;

	if (bytes == 0 || __builtin_add_overflow(offset, bytes, &end) ||
	    __builtin_add_overflow(end, part, &end))
		return false;
	wish_out->offset = offset & ~part;
	wish_out->bytes = (end & ~part) - wish_out->offset;
	return true;
}

static kern_return_t
make(uint64_t bytes, uint64_t offset, vm_prot_t permission, mach_port_t parent,
    struct wish *wish_out, struct ipc_port **right_out)
{
	const bool is_new = (permission & MAP_MEM_NAMED_CREATE) != 0;
	const struct kern_memory_entry *from =
	    kern_memory_entry_of(kern_mig_object(parent));
	kern_return_t kr;

	wish_out->protection = permission & ~MAP_MEM_NAMED_CREATE;
	if ((permission & (MAP_MEM_VM_COPY | MAP_MEM_VM_SHARE)) != 0)
		return KERN_NOT_SUPPORTED;
	if ((wish_out->protection & ~VM_PROT_ALL) != 0 ||
	    !to_pages(is_new ? 0 : offset, bytes, wish_out) ||
	    (!is_new && !from && parent != MACH_PORT_NULL))
		return KERN_INVALID_ARGUMENT;
	if (!is_new && !from)
		return KERN_NOT_SUPPORTED;
	kr = kern_mig_reserve(0, 1);
	if (kr != KERN_SUCCESS)
		return kr;
	return is_new ? create(wish_out, right_out)
	              : derive(wish_out, from, right_out);
}

kern_return_t
kern_serve__mach_make_memory_entry(vm_map_t port, memory_object_size_t *size,
    memory_object_offset_t offset, vm_prot_t permission, mach_port_t *handle,
    mem_entry_name_port_t parent)
{
	struct ipc_port *right;
	struct wish wish;
	kern_return_t kr;

	if (!kern_mig_task(port))
		return KERN_INVALID_ARGUMENT;
	kr = make(*size, offset, permission, parent, &wish, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	*size = wish.bytes;
	*handle = kern_mig_give(
	    (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND});
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_make_memory_entry(vm_map_t port, vm_size_t *size,
    vm_offset_t offset, vm_prot_t permission, mem_entry_name_port_t *handle,
    mem_entry_name_port_t parent)
{
	return kern_serve__mach_make_memory_entry(
	    port, size, offset, permission, handle, parent);
}

kern_return_t
kern_serve_mach_make_memory_entry_64(vm_map_t port, memory_object_size_t *size,
    memory_object_offset_t offset, vm_prot_t permission, mach_port_t *handle,
    mem_entry_name_port_t parent)
{
	return kern_serve__mach_make_memory_entry(
	    port, size, offset, permission, handle, parent);
}
