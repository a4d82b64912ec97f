/* Making one's own what is shared: VM_PROT_COPY. */
#ifndef LIBMACHPORT_VM_UNSHARE_H
#define LIBMACHPORT_VM_UNSHARE_H

#include <mach/kern_return.h>
#include <stdint.h>

/**
 * vm_unshare() - replace what is shared of some pages by a copy
 *
 * What may be done with it stays; what could ever be done with it is all. What others write
 * while it is copied may be in the copy or not.
 *
 * Return:	KERN_SUCCESS, or with some of it replaced:
 *		KERN_INVALID_ADDRESS	not all of the pages are mapped
 *		KERN_PROTECTION_FAILURE	they cannot be read
 *		KERN_RESOURCE_SHORTAGE	no memory
 */
kern_return_t vm_unshare(uint64_t address, uint64_t bytes);

#endif
