/*
 * Memory entries: ports that stand for memory, and what is mapped of them.
 */
#ifndef LIBMACHPORT_MEMORY_ENTRY_H
#define LIBMACHPORT_MEMORY_ENTRY_H

#include <mach/kern_return.h>
#include <mach/port.h>
#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <stdbool.h>
#include <stdint.h>

/* What mach_vm_map() asks for, its arguments checked as far as they say nothing of
 * the entry. */
struct memory_entry_view {
	uint64_t offset; /* in the entry; whole pages */
	uint64_t bytes;  /* not 0; whole pages */
	uint64_t mask;   /* bits of the address that must be 0 */
	int flags;       /* VM_FLAGS_ANYWHERE, VM_FLAGS_OVERWRITE */
	bool copy; /* what is there now, and the caller's own from now on */
	vm_prot_t protection;
	vm_prot_t max_protection;
	vm_inherit_t inheritance;
};

/**
 * memory_entry_map() - map memory of an entry into this task
 * @entry:	[in]  a name
 * @address_io:	[in/out] where it shall be, unless VM_FLAGS_ANYWHERE; where it is
 *
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_OBJECT	@entry is the name of no memory entry
 *		KERN_INVALID_ARGUMENT	the entry ends before the view does
 *		KERN_PROTECTION_FAILURE	the entry does not allow so much
 *		KERN_NO_SPACE, KERN_INVALID_ADDRESS
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		KERN_NOT_SUPPORTED	nothing is mapped of entries yet
 */
kern_return_t memory_entry_map(mach_port_t entry,
    const struct memory_entry_view *view, uint64_t *address_io);

#endif
