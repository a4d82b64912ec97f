/* Copies within this process. */
#ifndef LIBMACHPORT_VM_COPY_H
#define LIBMACHPORT_VM_COPY_H

#include <mach/kern_return.h>
#include <stdint.h>

/**
 * vm_copy_own() - copy memory of one's own, also onto part of itself
 *
 * Return:	KERN_SUCCESS, or, some of it copied:
 *		KERN_INVALID_ADDRESS	not all of either range is mapped
 *		KERN_PROTECTION_FAILURE	not all may be read, or written
 *		KERN_RESOURCE_SHORTAGE	no memory to copy by
 */
kern_return_t vm_copy_own(uint64_t to, uint64_t from, uint64_t bytes);

#endif
