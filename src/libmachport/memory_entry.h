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

#include "extent.h"

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

/* What an entry stands for, as whoever has a right for it is told. */
struct memory_entry {
	struct extent_view view; /* its descriptor is the caller's */
	uint64_t bytes;
	vm_prot_t protection;
};

/**
 * memory_entry_open() - have the memory of an entry
 * @wanted:	[in]  what the entry must allow
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_OBJECT	@name is the name of no memory entry
 *		KERN_PROTECTION_FAILURE	it does not allow so much
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		MACH_SEND_INVALID_DEST	there is no kernel
 */
kern_return_t memory_entry_open(mach_port_t name, vm_prot_t wanted,
    struct memory_entry *entry_out) __attribute__((warn_unused_result));

/**
 * memory_entry_map() - map memory of an entry into this task
 * @entry:	[in]  a name
 * @address_io:	[in/out] where it shall be, unless VM_FLAGS_ANYWHERE; where it is
 *
 * Return:	KERN_SUCCESS, or with nothing changed, but for what VM_FLAGS_OVERWRITE may
 *		have removed:
 *		KERN_INVALID_OBJECT	@entry is the name of no memory entry
 *		KERN_INVALID_ARGUMENT	the entry ends before the view does
 *		KERN_PROTECTION_FAILURE	the entry does not allow so much; of a copy it need
 *				allow no more than to be read
 *		KERN_NO_SPACE, KERN_INVALID_ADDRESS: as vm_place()
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 *		MACH_SEND_INVALID_DEST	there is no kernel
 */
kern_return_t memory_entry_map(mach_port_t entry,
    const struct memory_entry_view *view, uint64_t *address_io);

#endif
