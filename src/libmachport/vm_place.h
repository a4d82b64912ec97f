/*
 * Room in one's own address space, for what will be mapped there.
 */
#ifndef LIBMACHPORT_VM_PLACE_H
#define LIBMACHPORT_VM_PLACE_H

#include <mach/kern_return.h>
#include <stdint.h>

/**
 * vm_place() - reserve addresses
 * @address_io:	[in/out] where, if @flags has no VM_FLAGS_ANYWHERE; else, unless it is 0,
 *		where the caller would like it. A page's
 * @bytes:	[in]  not 0; whole pages
 * @mask:	[in]  bits of the address that must be 0: those below some power of 2.
 *		Large memory that may be anywhere is put where large pages can be used
 * @flags:	[in]  VM_FLAGS_ANYWHERE; VM_FLAGS_OVERWRITE: what is there is deallocated.
 *		Others are of no effect
 *
 * Nothing can be read or written there before the caller maps something over it; until
 * then munmap() gives it back.
 *
 * Return:	KERN_SUCCESS, or with *@address_io as it was:
 *		KERN_INVALID_ARGUMENT	no such @mask
 *		KERN_INVALID_ADDRESS	@address_io is 0, or Linux gives nobody memory there
 *		KERN_NO_SPACE		not free, or not as @mask wants it; no room
 *				anywhere
 */
kern_return_t vm_place(
    uint64_t *address_io, uint64_t bytes, uint64_t mask, int flags);

#endif
