/*
 * Memory of this process that is in files of ours, range by range: so that it can be
 * sent or shared without being copied.
 *
 * The table is what we remember; the program may have unmapped or mapped over a range,
 * and closed our descriptors, without telling. So what is found here is compared with
 * what Linux says before it is relied on (extent_snapshot(), extent_isolate()).
 *
 * vm_lock guards the table. It is taken before process_lock, with signals blocked like
 * that; no trap is made under it.
 */
#ifndef LIBMACHPORT_EXTENT_H
#define LIBMACHPORT_EXTENT_H

#include <mach/kern_return.h>
#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <stdbool.h>
#include <stdint.h>

/* From so many bytes on, an allocation has a file of its own. */
#define VM_FILE_BYTES ((uint64_t)2 << 20)

enum extent_kind {
	EXTENT_OWN,      /* shared mapping of a file that nobody else has */
	EXTENT_SNAPSHOT, /* private mapping of a file that nobody can write */
	EXTENT_SHARED,   /* shared mapping of a file that others have too */
	EXTENT_PLAIN,    /* no file of ours: here for its facts alone */
};

/* Where pages are: a file, and the offset of the first in it. */
struct extent_view {
	int descriptor;
	uint64_t offset;
};

/* What is known of a range, in whole pages. */
struct extent_facts {
	enum extent_kind kind;
	vm_prot_t max_protection;
	vm_inherit_t inheritance;
};

/**
 * extent_allocate() - new zeroed memory, in a file of its own if it is large
 * @address_io:	[in/out] where it shall be, if @flags has no VM_FLAGS_ANYWHERE
 * @bytes:	[in]  not 0; whole pages
 * @mask:	[in]  bits of the address that must be 0, as of mach_vm_map()
 * @flags:	[in]  VM_FLAGS_ANYWHERE, VM_FLAGS_OVERWRITE
 *
 * Return:	KERN_SUCCESS, KERN_NO_SPACE, KERN_INVALID_ADDRESS, KERN_RESOURCE_SHORTAGE
 */
kern_return_t extent_allocate(
    uint64_t *address_io, uint64_t bytes, uint64_t mask, int flags);

/* Unmap the pages of [@address, @address + @bytes), and forget them. What a file has no
 * mapping for any more is given back to Linux. */
kern_return_t extent_deallocate(uint64_t address, uint64_t bytes);

/* The range has been mapped: @view, whose descriptor is CONSUMED, from its offset on. For
 * what a message brought, and for memory entries. If it cannot be remembered, it is
 * plain memory from then on. */
void extent_adopt(uint64_t address, uint64_t bytes, struct extent_view view,
    const struct extent_facts *facts);

/* Of the extent that has @address; *@begin_out and *@end_out: where those facts hold.
 * False: it is plain memory. */
bool extent_look(uint64_t address, struct extent_facts *facts_out,
    uint64_t *begin_out, uint64_t *end_out);

/**
 * extent_snapshot() - have the pages of a region in a file that nobody can write
 * @address:	[in]  of the region
 * @bytes:	[in]  of the region; the pages it touches are meant
 * @gives:	[in]  the caller unmaps the pages next: those that he alone would keep
 *		      apart need not be
 * @view_out:	[out] a descriptor of the caller's, of a file with these pages and nothing else
 *
 * The pages look as before to the program, and are its own to write. False: it takes a copy.
 */
bool extent_snapshot(
    uint64_t address, uint64_t bytes, bool gives, struct extent_view *view_out);

/**
 * extent_isolate() - have pages in a file of their own, mapped shared where they are
 * @view_out:	[out] a descriptor of the caller's
 *
 * If all of them are of one EXTENT_SHARED, that is as it is: its file may have more. Other
 * threads that write them meanwhile wait, where Linux lets us make them (freeze.h).
 *
 * Return:	KERN_SUCCESS		they are EXTENT_SHARED now
 *		KERN_INVALID_ADDRESS	not all of them are mapped
 *		KERN_PROTECTION_FAILURE	they cannot be read, are others' to write, or are
 *					those of the stack that this call is on
 *		KERN_RESOURCE_SHORTAGE	no memory, or no descriptor
 */
kern_return_t extent_isolate(
    uint64_t address, uint64_t bytes, struct extent_view *view_out);

/* What becomes of the range in a fork's child. KERN_INVALID_ADDRESS: not all is mapped. */
kern_return_t extent_inherit(
    uint64_t address, uint64_t bytes, vm_inherit_t inheritance);
/* VM_PROT_*; @set_maximum: the most that there can be from now on.
 * KERN_PROTECTION_FAILURE: more than that. */
kern_return_t extent_protect(
    uint64_t address, uint64_t bytes, bool set_maximum, vm_prot_t protection);

/* Around fork(), before and after those of the traps. */
void extent_fork_prepare(void);
void extent_fork_parent(void);
void extent_fork_child(void);

#endif
