/* Room in one's own address space. */
#include "vm_place.h"

#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "extent.h"

/* Addresses alone: no memory is set aside for them. */
#define ROOM (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

static kern_return_t
place_at(uint64_t address, uint64_t bytes, uint64_t mask)
{
	if (address == 0)
		return KERN_INVALID_ADDRESS; /* root could have it */
	if (address & mask)
		return KERN_NO_SPACE;
	if (mmap((void *)address, bytes, PROT_NONE, ROOM | MAP_FIXED_NOREPLACE,
	        -1, 0) != MAP_FAILED)
		return KERN_SUCCESS;
	return errno == EEXIST || errno == ENOMEM ? KERN_NO_SPACE
	                                          : KERN_INVALID_ADDRESS;
}

static void
unmap(uint64_t begin, uint64_t end)
{
	if (begin < end)
		(void)munmap((void *)begin, end - begin);
}

/* More than is wanted, so that the right address is in it; and the rest back. */
static kern_return_t
place_anywhere(uint64_t *address_out, uint64_t bytes, uint64_t mask)
{
	uint64_t room;
	uint64_t begin;
	uint64_t place;
	void *found;

	if (__builtin_add_overflow(bytes, mask & ~vm_page_mask, &room))
		return KERN_NO_SPACE;
	found = mmap(NULL, room, PROT_NONE, ROOM, -1, 0);
	if (found == MAP_FAILED)
		return KERN_NO_SPACE;
	begin = (uintptr_t)found;
	place = (begin + mask) & ~mask;
	unmap(begin, place);
	unmap(place + bytes, begin + room);
	*address_out = place;
	return KERN_SUCCESS;
}

kern_return_t
vm_place(uint64_t *address_io, uint64_t bytes, uint64_t mask, int flags)
{
	kern_return_t kr;

	if (mask & (mask + 1))
		return KERN_INVALID_ARGUMENT;
	if (flags & VM_FLAGS_ANYWHERE) {
		if (*address_io != 0 &&
		    place_at(*address_io, bytes, mask) == KERN_SUCCESS)
			return KERN_SUCCESS;
		if (bytes >= VM_FILE_BYTES)
			mask |= VM_FILE_BYTES - 1;
		return place_anywhere(address_io, bytes, mask | vm_page_mask);
	}
	if (flags & VM_FLAGS_OVERWRITE && !(*address_io & mask)) {
		kr = extent_deallocate(*address_io, bytes);
		if (kr != KERN_SUCCESS)
			return kr;
	}
	return place_at(*address_io, bytes, mask);
}
