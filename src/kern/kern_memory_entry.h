/*
 * Memory entries: ports that stand for memory. Who holds a send right for one maps the
 * memory, and shares it with everybody who has mapped it.
 *
 * The memory is in a file that a task made and passed. What this process can do for its
 * protection is to choose who gets the file's descriptor, and Linux does the rest. So an
 * entry is never more than its file allows everybody:
 *
 *	a part of a file	whoever has the descriptor has the whole file. So an entry
 *			is for a file that has nothing else in it, which is up to
 *			its maker; and what is derived from an entry has all its
 *			memory
 *	VM_PROT_READ alone	a descriptor can always be opened again to write
 *			(/proc/self/fd). So that is for files that nobody can map for
 *			writing any more: F_SEAL_FUTURE_WRITE. Who has them
 *			mapped so writes on
 *	VM_PROT_EXECUTE	is not enforced: what can be read can be copied and run
 *
 * The seal is set by whoever makes such an entry, and looked at here: to set it can
 * wait for a task that writes to the file.
 *
 * An entry ends with its last send right, and the file with the last entry: then who
 * has mapped it still has it.
 */
#ifndef KERN_MEMORY_ENTRY_H
#define KERN_MEMORY_ENTRY_H

#include <mach/vm_prot.h>

#include "ipc_account.h"
#include "ipc_kobject.h"
#include "kern_platform.h"

struct kern_memory_entry {
	struct ipc_kobject self;
	struct kern_file *file; /* +1 */
	uint64_t offset;        /* where in it the memory begins */
	uint64_t bytes;
	vm_prot_t protection;        /* with VM_PROT_READ */
	struct ipc_account *account; /* +1; charged for the entry */
};

/* What an entry is to be: a range of a file, and what may be done with it. */
struct kern_memory_range {
	struct kern_file *file;
	uint64_t offset; /* whole pages, as bytes */
	uint64_t bytes;
	vm_prot_t protection;
};

/**
 * kern_memory_entry_new() - an entry, and a send right for it
 * @account:	[in]  whose budget pays for the entry; borrowed
 * @range:	[in]  borrowed; the entry refers to its file
 * @right_out:	[out] a naked send right, +1 to caller
 *
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	no such range is in the file, or it has not whole
 *				pages; or nothing may be done with it
 *		KERN_PROTECTION_FAILURE	it is to be written, and its file cannot be
 *		KERN_NOT_SUPPORTED	it is not to be written, and its file can be
 *		KERN_RESOURCE_SHORTAGE	no memory, or no budget
 */
kern_return_t kern_memory_entry_new(struct ipc_account *account,
    const struct kern_memory_range *range, struct ipc_port **right_out)
    __attribute__((warn_unused_result));

/* One for the memory of @parent, and no more than that allows. As above;
 * KERN_PROTECTION_FAILURE: it does not allow so much. */
kern_return_t kern_memory_entry_derive(struct ipc_account *account,
    const struct kern_memory_entry *parent, vm_prot_t protection,
    struct ipc_port **right_out) __attribute__((warn_unused_result));

/* The entry that @object is, or NULL; NULL is fine. */
struct kern_memory_entry *kern_memory_entry_of(struct ipc_kobject *object);

#endif
