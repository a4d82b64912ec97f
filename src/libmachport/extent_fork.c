/*
 * Memory around fork(). By the inheritance of an extent, the child has
 *
 *	COPY	what it held then: an EXTENT_OWN becomes a snapshot of both; of an
 *		EXTENT_SHARED a copy is made aside before, which the child puts in its place
 *	SHARE	the same pages
 *	NONE	nothing: Linux has been told (MADV_DONTFORK)
 *
 * vm_lock is held across fork(). Where there is no memory for a copy the child has nothing
 * rather than memory of its parent.
 */
#include "extent.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "extent_convert.h"
#include "extent_table.h"
#include "memory_file.h"
#include "vm_copy.h"
#include "window_view.h"

/* extent.aside: there was no memory for the copy. */
#define NO_COPY UINT64_MAX

static struct lock_hold fork_hold GUARDED_BY(&vm_lock);

/* To the child, it is its own; so it is shared no more. Files of which a part is to be
 * a copy have all of them made private: one that is writable could not be sealed. */
static bool
becomes_snapshot(const struct extent *extent)
{
	return extent->facts.kind == EXTENT_OWN &&
	    (extent->facts.inheritance == VM_INHERIT_COPY ||
	        extent->file->refs > 1);
}

/* Does the child have to be given another copy of it? */
static bool
needs_copy(const struct extent *extent)
{
	return extent->facts.inheritance == VM_INHERIT_COPY &&
	    (extent->facts.kind == EXTENT_SHARED ||
	        extent->facts.kind == EXTENT_OWN);
}

static void
refresh_all_locked(void) REQUIRES(&vm_lock)
{
	const struct extent *extent;
	uint64_t at = 0;

	while ((extent = extent_first_locked(at, UINT64_MAX)) != NULL) {
		const uint64_t end = extent->end;

		if (extent->facts.kind == EXTENT_OWN ||
		    extent->facts.kind == EXTENT_SHARED)
			(void)extent_refresh_locked(extent->begin, end);
		at = end;
	}
}

static void
make_private_locked(void) REQUIRES(&vm_lock)
{
	const struct extent *extent;
	uint64_t at = 0;

	while ((extent = extent_first_locked(at, UINT64_MAX)) != NULL) {
		at = extent->end;
		if (becomes_snapshot(extent) &&
		    extent_make_private_locked(extent->begin))
			extent_first_locked(at - 1, at)->aside = NO_COPY;
	}
}

/* Those that make_private_locked() has marked. */
static void
seal_locked(void) REQUIRES(&vm_lock)
{
	struct extent *extent;
	uint64_t at = 0;

	while ((extent = extent_first_locked(at, UINT64_MAX)) != NULL) {
		at = extent->end;
		if (extent->aside == 0)
			continue;
		extent->aside = 0;
		if (extent_reserve_locked(2))
			(void)extent_seal_locked(
			    extent_first_locked(at - 1, at)->begin);
	}
}

/* From the file, where we have its descriptor: it tells what was never written, of which no
 * memory need be made. */
static bool
copy_file_locked(uint64_t to, const struct extent *extent) REQUIRES(&vm_lock)
{
	const int descriptor = extent_file_descriptor_locked(extent->file);
	const uint64_t last = extent->offset + (extent->end - extent->begin);
	uint64_t at = extent->offset;

	if (descriptor < 0)
		return false;
	while (at < last) {
		const off_t data = lseek(descriptor, (off_t)at, SEEK_DATA);
		off_t hole;

		if (data < 0)
			return errno == ENXIO; /* no more */
		if ((uint64_t)data >= last)
			return true;
		hole = lseek(descriptor, data, SEEK_HOLE);
		if (hole < 0 || (uint64_t)hole > last)
			hole = (off_t)last;
		if (!memory_file_read(descriptor,
		        (void *)(to + ((uint64_t)data - extent->offset)),
		        (uint64_t)(hole - data), (uint64_t)data))
			return false;
		at = (uint64_t)hole;
	}
	return true;
}

static void
copy_aside_locked(struct extent *extent) REQUIRES(&vm_lock)
{
	uint64_t bytes = extent->end - extent->begin;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	extent->aside = NO_COPY;
	if (memory == MAP_FAILED)
		return;
	if (copy_file_locked((uintptr_t)memory, extent) ||
	    vm_copy_own((uintptr_t)memory, extent->begin, bytes) ==
	        KERN_SUCCESS)
		extent->aside = (uintptr_t)memory;
	else
		(void)munmap(memory, bytes);
}

static void
drop_aside_locked(struct extent *extent) REQUIRES(&vm_lock)
{
	if (extent->aside != 0 && extent->aside != NO_COPY)
		(void)munmap(
		    (void *)extent->aside, extent->end - extent->begin);
	extent->aside = 0;
}

void
extent_fork_prepare(void) UNCHECKED_LOCKING
{
	struct lock_hold hold;
	struct extent *extent;

	vm_lock_take(&hold);
	fork_hold = hold;
	window_views_fork_locked();
	refresh_all_locked();
	make_private_locked();
	seal_locked();
	for (size_t i = 0; (extent = extent_number_locked(i)) != NULL; i++)
		if (needs_copy(extent))
			copy_aside_locked(extent);
}

void
extent_fork_parent(void) UNCHECKED_LOCKING
{
	struct lock_hold hold = fork_hold;
	struct extent *extent;

	for (size_t i = 0; (extent = extent_number_locked(i)) != NULL; i++)
		drop_aside_locked(extent);
	vm_lock_give(&hold);
}

/* Put the copy where the memory was, mapping by mapping, as protected as that. */
static void
replace_locked(const struct extent *extent) REQUIRES(&vm_lock)
{
	struct mapping mapping;
	uint64_t at;

	for (at = extent->begin; at < extent->end; at = mapping.end) {
		uint64_t copied;

		if (!mapping_find_locked(at, &mapping) ||
		    mapping.begin >= extent->end)
			break;
		if (mapping.begin < at)
			mapping.begin = at;
		if (mapping.end > extent->end)
			mapping.end = extent->end;
		copied = extent->aside + (mapping.begin - extent->begin);
		if (mremap((void *)copied, mapping.end - mapping.begin,
		        mapping.end - mapping.begin,
		        MREMAP_MAYMOVE | MREMAP_FIXED,
		        (void *)mapping.begin) == MAP_FAILED)
			(void)munmap(
			    (void *)mapping.begin, mapping.end - mapping.begin);
		else if (mapping.protection != (PROT_READ | PROT_WRITE))
			(void)mprotect((void *)mapping.begin,
			    mapping.end - mapping.begin, mapping.protection);
	}
}

/* In the child: what it has of @extent. False: it is not to be remembered. */
static bool
inherit_locked(struct extent *extent) REQUIRES(&vm_lock)
{
	if (extent->facts.inheritance == VM_INHERIT_NONE)
		return false;
	if (extent->aside == 0)
		return true;
	if (extent->aside == NO_COPY)
		(void)munmap(
		    (void *)extent->begin, extent->end - extent->begin);
	else
		replace_locked(extent);
	extent->aside = 0;
	return false;
}

void
extent_fork_child(void) UNCHECKED_LOCKING
{
	struct lock_hold hold = fork_hold;
	struct extent *extent;
	uint64_t at = 0;

	mapping_forget_locked();
	window_views_forget_locked();
	while ((extent = extent_first_locked(at, UINT64_MAX)) != NULL) {
		const uint64_t begin = extent->begin;

		at = extent->end;
		/* No room is needed: it is whole. */
		if (!inherit_locked(extent))
			extent_remove_locked(begin, at);
	}
	vm_lock_give(&hold);
}
