/*
 * Memory to be shared.
 *
 * What is in a file that has nothing else is shared as it is. All else is copied to a file
 * that takes its place, while other threads that would write it wait (freeze.h). Where they
 * cannot be made to wait, what they write during the copy may be lost.
 */
#include "extent_isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "freeze.h"
#include "memory_file.h"

/* More than the functions here have on the stack, with what sanitizers add. */
#define STACK_BELOW ((uint64_t)64 << 10)
#define STACK_ABOVE ((uint64_t)1 << 10)

/* Whole pages to be copied. While others wait, nothing that is static may be written: it
 * may be in these pages. */
struct pages {
	uint64_t begin;
	uint64_t end;
	int file; /* which takes their place */
	struct extent_facts facts;
};

/* It is in a file that can be shared as it is. */
static kern_return_t
share_locked(struct extent *extent, uint64_t begin,
    struct extent_view *view_out) REQUIRES(&vm_lock)
{
	if (view_out) {
		int descriptor = extent_file_dup_locked(extent->file);

		if (descriptor < 0)
			return KERN_RESOURCE_SHORTAGE;
		view_out->descriptor = descriptor;
		view_out->offset = extent->offset + (begin - extent->begin);
	}
	extent->facts.kind = EXTENT_SHARED;
	return KERN_SUCCESS;
}

/* Is [@begin, @end) of @extent so? */
static bool
is_sharable_locked(const struct extent *extent, uint64_t begin, uint64_t end)
    REQUIRES(&vm_lock)
{
	if (begin < extent->begin || end > extent->end)
		return false;
	if (extent->facts.kind == EXTENT_SHARED)
		return true;
	return extent->facts.kind == EXTENT_OWN && begin == extent->begin &&
	    end == extent->end && extent->file->refs == 1 &&
	    extent_file_has_only_locked(
	        extent->file, extent->offset, end - begin);
}

/* Others would not see any more what is written in a copy of what they share. */
static kern_return_t
check_mapping_locked(const struct mapping *mapping, uint64_t begin,
    uint64_t end) REQUIRES(&vm_lock)
{
	if (!(mapping->protection & PROT_READ))
		return KERN_PROTECTION_FAILURE;
	while (mapping->shared && begin < end) {
		const struct extent *extent =
		    extent_first_locked(begin, begin + 1);

		if (!extent || extent->facts.kind != EXTENT_OWN)
			return KERN_PROTECTION_FAILURE;
		begin = extent->end;
	}
	return KERN_SUCCESS;
}

static kern_return_t
check_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	kern_return_t kr = KERN_SUCCESS;
	struct mapping mapping;

	for (; begin < end && kr == KERN_SUCCESS; begin = mapping.end) {
		if (!mapping_find_locked(begin, &mapping) ||
		    mapping.begin > begin)
			return KERN_INVALID_ADDRESS;
		kr = check_mapping_locked(
		    &mapping, begin, mapping.end < end ? mapping.end : end);
	}
	return kr;
}

/* What holds of all pages. Those that differ in inheritance are as the first. */
static struct extent_facts
facts_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	struct extent_facts facts = extent_default_facts;
	const struct extent *extent = extent_first_locked(begin, begin + 1);

	if (extent)
		facts.inheritance = extent->facts.inheritance;
	for (; (extent = extent_first_locked(begin, end)) != NULL;
	     begin = extent->end)
		facts.max_protection &= extent->facts.max_protection;
	facts.kind = EXTENT_SHARED;
	return facts;
}

/* By a system call, which tells if something cannot be read. */
static kern_return_t
copy(const struct pages *pages)
{
	int r = memory_file_write(pages->file, (const void *)pages->begin,
	    pages->end - pages->begin, 0);

	if (r == 0)
		return KERN_SUCCESS;
	return r == -EFAULT ? KERN_PROTECTION_FAILURE : KERN_RESOURCE_SHORTAGE;
}

/* Map the file where the pages are, as protected as they are. Where it ended: not at the
 * end if Linux cannot have so many mappings. */
static uint64_t
replace_locked(const struct pages *pages) REQUIRES(&vm_lock)
{
	struct mapping mapping;
	uint64_t at;

	for (at = pages->begin; at < pages->end; at = mapping.end) {
		if (!mapping_find_locked(at, &mapping) || mapping.begin > at)
			break;
		if (mapping.end > pages->end)
			mapping.end = pages->end;
		if (!mapping_replace(at, mapping.end, mapping.protection,
		        MAP_SHARED, pages->file, at - pages->begin))
			break;
		if (pages->facts.inheritance == VM_INHERIT_NONE)
			(void)madvise(
			    (void *)at, mapping.end - at, MADV_DONTFORK);
	}
	return at;
}

/* The file is mapped from the first page to @end. */
static void
remember_locked(const struct pages *pages, uint64_t end) REQUIRES(&vm_lock)
{
	struct extent extent = {
	    .begin = pages->begin,
	    .end = end,
	    .facts = pages->facts,
	};
	bool kept;

	extent_free_locked(pages->begin, end);
	extent.file = extent_file_new_locked(pages->file, &kept);
	if (extent.file)
		extent_insert_locked(&extent);
}

/* Consumes the file. */
static kern_return_t
move_locked(const struct pages *pages) REQUIRES(&vm_lock)
{
	int freeze = freeze_begin(pages->begin, pages->end);
	kern_return_t kr = copy(pages);
	uint64_t end = pages->begin;

	if (kr == KERN_SUCCESS)
		end = replace_locked(pages);
	freeze_end(freeze);
	if (end > pages->begin)
		remember_locked(pages, end);
	else
		(void)syscall(SYS_close, pages->file);
	if (kr == KERN_SUCCESS && end < pages->end)
		kr = KERN_RESOURCE_SHORTAGE;
	return kr;
}

static kern_return_t
copy_locked(uint64_t begin, uint64_t end, struct extent_view *view_out)
    REQUIRES(&vm_lock)
{
	struct pages pages = {
	    .begin = begin,
	    .end = end,
	    .facts = facts_locked(begin, end),
	};
	int view = -1;
	kern_return_t kr;

	if (!extent_reserve_locked(5))
		return KERN_RESOURCE_SHORTAGE;
	pages.file = extent_file_make(end - begin);
	if (pages.file < 0)
		return KERN_RESOURCE_SHORTAGE;
	if (view_out) {
		view = fcntl(pages.file, F_DUPFD_CLOEXEC, pages.file);
		if (view < 0) {
			(void)syscall(SYS_close, pages.file);
			return KERN_RESOURCE_SHORTAGE;
		}
	}
	kr = move_locked(&pages);
	if (kr == KERN_SUCCESS && view_out)
		*view_out = (struct extent_view){view, 0};
	else if (view >= 0)
		(void)syscall(SYS_close, view);
	return kr;
}

/* Does this thread write there while it is in extent_isolate_locked()? It cannot wait for
 * itself, and what it writes must not be lost. */
static bool
is_our_stack(uint64_t begin, uint64_t end)
{
	uint64_t here = (uintptr_t)__builtin_frame_address(0);

	return begin < here + STACK_ABOVE && here - STACK_BELOW < end;
}

kern_return_t
extent_isolate_locked(
    uint64_t begin, uint64_t end, struct extent_view *view_out)
{
	struct extent *extent;
	kern_return_t kr;

	if (!extent_refresh_locked(begin, end))
		return KERN_RESOURCE_SHORTAGE;
	extent = extent_first_locked(begin, end);
	if (extent && is_sharable_locked(extent, begin, end))
		return share_locked(extent, begin, view_out);
	if (is_our_stack(begin, end))
		return KERN_PROTECTION_FAILURE;
	kr = check_locked(begin, end);
	return kr == KERN_SUCCESS ? copy_locked(begin, end, view_out) : kr;
}

kern_return_t
extent_isolate(uint64_t address, uint64_t bytes, struct extent_view *view_out)
{
	struct lock_hold hold;
	kern_return_t kr;

	vm_lock_take(&hold);
	kr = extent_isolate_locked(
	    trunc_page(address), round_page(address + bytes), view_out);
	vm_lock_give(&hold);
	return kr;
}
