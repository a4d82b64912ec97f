/* New memory, in a file of its own if it is large. */
#include "extent.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent_table.h"
#include "huge_pages.h"

/* What is to be mapped. */
struct wish {
	uint64_t address; /* unless it may be anywhere */
	uint64_t bytes;
	uint64_t mask;
	int flags;
	int descriptor; /* -1: no file */
};

/* What Linux's refusal of memory means to Mach. */
static kern_return_t
map_error(int error)
{
	switch (error) {
	case EEXIST:
	case ENOMEM:
		return KERN_NO_SPACE;
	case EAGAIN:
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_INVALID_ADDRESS;
	}
}

static void *
map_at(const struct wish *wish, uint64_t address, int flags)
{
	flags |=
	    wish->descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	return mmap((void *)address, wish->bytes, PROT_READ | PROT_WRITE, flags,
	    wish->descriptor, 0);
}

/* At a multiple of @alignment, a power of two. */
static void *
map_aligned(const struct wish *wish, uint64_t alignment)
{
	uint64_t bytes;
	uint64_t begin;
	uint64_t at;
	void *room;
	void *memory;

	if (__builtin_add_overflow(wish->bytes, alignment, &bytes)) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	room = mmap(NULL, bytes, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return MAP_FAILED;
	begin = (uintptr_t)room;
	at = (begin + alignment - 1) & ~(alignment - 1);
	if (at > begin)
		(void)munmap(room, at - begin);
	(void)munmap(
	    (void *)(at + wish->bytes), begin + bytes - at - wish->bytes);
	memory = map_at(wish, at, MAP_FIXED);
	if (memory == MAP_FAILED) {
		int error = errno;

		(void)munmap((void *)at, wish->bytes);
		errno = error;
	}
	return memory;
}

static void *
map_anywhere(const struct wish *wish)
{
	uint64_t alignment = vm_page_size;
	void *memory;

	while (alignment <= wish->mask)
		if (__builtin_mul_overflow(alignment, 2, &alignment)) {
			errno = ENOMEM;
			return MAP_FAILED;
		}
	if (wish->bytes >= HUGE_PAGE_BYTES && alignment < HUGE_PAGE_BYTES) {
		memory = map_aligned(wish, HUGE_PAGE_BYTES);
		if (memory != MAP_FAILED)
			return memory;
	}
	return alignment == vm_page_size ? map_at(wish, 0, 0)
	                                 : map_aligned(wish, alignment);
}

static kern_return_t
map(const struct wish *wish, uint64_t *address_out)
{
	void *memory;

	if (wish->flags & VM_FLAGS_ANYWHERE) {
		memory = map_anywhere(wish);
	} else {
		if (wish->address == 0)
			return KERN_INVALID_ADDRESS; /* root could have it */
		if (wish->address & wish->mask)
			return KERN_NO_SPACE;
		memory = map_at(wish, wish->address,
		    wish->flags & VM_FLAGS_OVERWRITE ? MAP_FIXED
		                                     : MAP_FIXED_NOREPLACE);
	}
	if (memory == MAP_FAILED)
		return map_error(errno);
	if (wish->bytes >= HUGE_PAGE_BYTES)
		(void)madvise(memory, wish->bytes, MADV_HUGEPAGE);
	*address_out = (uintptr_t)memory;
	return KERN_SUCCESS;
}

/* A file for so much memory, or -1: then it has none. */
static int
make_file_locked(uint64_t bytes) REQUIRES(&vm_lock)
{
	if (bytes < VM_FILE_BYTES || !mapping_is_told_locked() ||
	    !extent_file_has_room_locked())
		return -1;
	return extent_file_make(bytes);
}

/* It has been mapped. */
static void
remember_locked(uint64_t address, uint64_t bytes, struct extent_file *file)
    REQUIRES(&vm_lock)
{
	const struct extent extent = {
	    .begin = address,
	    .end = address + bytes,
	    .file = file,
	    .facts = {EXTENT_OWN, VM_PROT_ALL, VM_INHERIT_DEFAULT},
	};

	if (file)
		extent_insert_locked(&extent);
	else
		extent_remove_locked(address, address + bytes);
}

/* Whether there is a file: the descriptor is in @wish. NULL: there is none. */
static struct extent_file *
wish_file_locked(struct wish *wish) REQUIRES(&vm_lock)
{
	struct extent_file *file = NULL;
	bool kept;

	wish->descriptor = make_file_locked(wish->bytes);
	if (wish->descriptor >= 0)
		file = extent_file_new_locked(wish->descriptor, &kept);
	wish->descriptor = file ? extent_file_descriptor_locked(file) : -1;
	return file;
}

static kern_return_t
allocate_locked(struct wish *wish, uint64_t *address_io) REQUIRES(&vm_lock)
{
	const uint64_t end = wish->address + wish->bytes;
	const bool replaces = !(wish->flags & VM_FLAGS_ANYWHERE) &&
	    extent_first_locked(wish->address, end);
	struct extent_file *file;
	kern_return_t kr;

	if (wish->bytes >= VM_FILE_BYTES)
		extent_sweep_locked();
	if (replaces && !extent_refresh_locked(wish->address, end))
		return KERN_RESOURCE_SHORTAGE;
	/* A task that has only small memory needs no table. */
	if ((wish->bytes >= VM_FILE_BYTES || extent_number_locked(0)) &&
	    !extent_reserve_locked(5))
		return KERN_RESOURCE_SHORTAGE;
	file = wish_file_locked(wish);
	kr = map(wish, address_io);
	if (kr != KERN_SUCCESS) {
		extent_file_unref_locked(file);
		return kr;
	}
	if (replaces)
		extent_free_locked(wish->address, end);
	remember_locked(*address_io, wish->bytes, file);
	return KERN_SUCCESS;
}

kern_return_t
extent_allocate(uint64_t *address_io, uint64_t bytes, uint64_t mask, int flags)
{
	struct wish wish = {
	    .address = *address_io,
	    .bytes = bytes,
	    .mask = mask,
	    .flags = flags,
	};
	struct lock_hold hold;
	bool populates;
	kern_return_t kr;

	vm_lock_take(&hold);
	kr = allocate_locked(&wish, address_io);
	populates = kr == KERN_SUCCESS && wish.descriptor >= 0 &&
	    huge_pages_take_credit_locked(bytes);
	vm_lock_give(&hold);
	/* This takes a while, and nobody knows of the memory yet: so without the lock. */
	if (populates)
		huge_pages_populate(*address_io, bytes);
	return kr;
}
