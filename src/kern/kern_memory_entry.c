/* Memory entries: what may be made one, and how one ends. */
#include "kern_memory_entry.h"

#include "base_alloc.h"
#include "base_scoped.h"
#include "ipc_port.h"
#include "kern_file.h"
#include "kern_mig.h"

static const struct ipc_charge cost = {
    .bytes = sizeof(struct kern_memory_entry) + sizeof(struct ipc_port),
};

static bool
is_in_file(const struct kern_memory_range *range)
{
	const uint64_t part = (uint64_t)ipc_world.page - 1;
	uint64_t end;

	return range->bytes > 0 &&
	    ((range->offset | range->bytes) & part) == 0 &&
	    !__builtin_add_overflow(range->offset, range->bytes, &end) &&
	    end <= range->file->bytes;
}

/* What is allowed must be what Linux will have it. */
static kern_return_t
check(const struct kern_memory_range *range)
{
	bool writable;

	if (!is_in_file(range) || (range->protection & ~VM_PROT_ALL) != 0 ||
	    !(range->protection & VM_PROT_READ))
		return KERN_INVALID_ARGUMENT;
	writable = kern_platform->file_is_writable(range->file);
	if (range->protection & VM_PROT_WRITE)
		return writable ? KERN_SUCCESS : KERN_PROTECTION_FAILURE;
	return writable ? KERN_NOT_SUPPORTED : KERN_SUCCESS;
}

static void
no_senders(struct ipc_kobject *object)
{
	struct kern_memory_entry *entry =
	    CONTAINER_OF(object, struct kern_memory_entry, self);

	ipc_kobject_deinit(&entry->self);
	entry->file = kern_file_unref(entry->file);
	ipc_account_discharge(entry->account, &cost);
	(void)ipc_account_unref(entry->account);
	base_free(entry);
}

kern_return_t
kern_memory_entry_new(struct ipc_account *account,
    const struct kern_memory_range *range, struct ipc_port **right_out)
{
	kern_return_t kr = check(range);
	struct kern_memory_entry *entry;

	if (kr != KERN_SUCCESS)
		return kr;
	if (!ipc_account_charge(account, &cost))
		return KERN_RESOURCE_SHORTAGE;
	entry = base_zalloc(1, sizeof(*entry));
	if (!entry ||
	    !ipc_kobject_init(
	        &entry->self, IPC_KOBJECT_MEMORY_ENTRY, kern_mig_serve)) {
		base_free(entry);
		ipc_account_discharge(account, &cost);
		return KERN_RESOURCE_SHORTAGE;
	}
	entry->self.no_senders = no_senders;
	entry->file = kern_file_ref(range->file);
	entry->offset = range->offset;
	entry->bytes = range->bytes;
	entry->protection = range->protection;
	entry->account = ipc_account_ref(account);
	*right_out = ipc_kobject_make_send(&entry->self);
	return KERN_SUCCESS;
}

kern_return_t
kern_memory_entry_derive(struct ipc_account *account,
    const struct kern_memory_entry *parent, vm_prot_t protection,
    struct ipc_port **right_out)
{
	const struct kern_memory_range range = {
	    .file = parent->file,
	    .offset = parent->offset,
	    .bytes = parent->bytes,
	    .protection = protection,
	};

	if ((protection & VM_PROT_ALL & ~parent->protection) != 0)
		return KERN_PROTECTION_FAILURE;
	return kern_memory_entry_new(account, &range, right_out);
}

struct kern_memory_entry *
kern_memory_entry_of(struct ipc_kobject *object)
{
	if (!object || object->type != IPC_KOBJECT_MEMORY_ENTRY)
		return NULL;
	return CONTAINER_OF(object, struct kern_memory_entry, self);
}
