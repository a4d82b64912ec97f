/*
 * Memory to be sent without being copied.
 *
 * Whoever is passed a descriptor sees all of its file. So the region must be all that there
 * is in it: the whole pages, and zeroes behind it in the last.
 */
#include "extent.h"

#include <mach/vm_page_size.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent_convert.h"
#include "extent_table.h"
#include "huge_pages.h"
#include "memory_file.h"

/* What is to be sent, and what of the last page is not. */
struct region {
	uint64_t begin;
	uint64_t end;
	uint64_t tail_bytes;
	bool gives;
};

/* The extent that is just @region, of a file that has nothing else; or NULL. */
static struct extent *
find_locked(const struct region *region) REQUIRES(&vm_lock)
{
	struct extent *extent;

	/* The usual case that it is not ours costs no system call. */
	if (!extent_first_locked(region->begin, region->end) ||
	    !extent_refresh_locked(region->begin, region->end))
		return NULL;
	extent = extent_first_locked(region->begin, region->end);
	if (!extent || extent->begin != region->begin ||
	    extent->end != region->end || !extent->file ||
	    !extent_file_has_only_locked(
	        extent->file, extent->offset, extent->end - extent->begin))
		return NULL;
	return extent;
}

/* Is the file zero where the tail is? */
static bool
tail_is_zero_locked(const struct region *region, struct extent *extent)
    REQUIRES(&vm_lock)
{
	const uint64_t bytes = region->tail_bytes;
	unsigned char tail[4096];
	uint64_t done = 0;

	while (done < bytes) {
		uint64_t portion = bytes - done;
		long got;

		if (portion > sizeof(tail))
			portion = sizeof(tail);
		got = syscall(SYS_pread64,
		    extent_file_descriptor_locked(extent->file), tail, portion,
		    extent->offset + (extent->end - extent->begin) - bytes +
		        done);
		if (got <= 0)
			return false;
		for (long i = 0; i < got; i++)
			if (tail[i] != 0)
				return false;
		done += (uint64_t)got;
	}
	return true;
}

/* Make it zero in the file, which is not sealed yet. In memory it stays: there the page is
 * made one of the program's own before. */
static bool
clear_tail_locked(const struct region *region, struct extent *extent)
    REQUIRES(&vm_lock)
{
	static const unsigned char zeroes[4096];
	const uint64_t bytes = region->tail_bytes;
	uint64_t last = trunc_page(extent->end - 1);

	if (bytes > sizeof(zeroes) ||
	    memory_file_exceeds_limit(
	        extent->offset + (extent->end - extent->begin)) ||
	    madvise((void *)last, vm_page_size, MADV_POPULATE_WRITE) != 0)
		return false;
	return syscall(SYS_pwrite64,
	           extent_file_descriptor_locked(extent->file), zeroes, bytes,
	           extent->offset + (extent->end - extent->begin) - bytes) ==
	    (long)bytes;
}

/* What of the last page others wrote before it was private is not known before that. */
static bool
snapshot_own_locked(const struct region *region, struct extent *extent)
    REQUIRES(&vm_lock)
{
	bool clean;

	if (extent->file->refs > 1 ||
	    (!region->gives && !tail_is_zero_locked(region, extent)))
		return false;
	if (!extent_make_private_locked(region->begin))
		return false;
	extent = extent_first_locked(region->begin, region->end);
	clean = tail_is_zero_locked(region, extent) ||
	    (region->gives && clear_tail_locked(region, extent));
	if (!extent_seal_locked(region->begin) || !clean)
		return false;
	huge_pages_give_credit_locked(region->end - region->begin);
	return true;
}

static bool
snapshot_locked(const struct region *region, struct extent_view *view_out)
    REQUIRES(&vm_lock)
{
	struct extent *extent = find_locked(region);
	bool sealed = false;

	if (!extent)
		return false;
	switch (extent->facts.kind) {
	case EXTENT_OWN:
		sealed = snapshot_own_locked(region, extent);
		break;
	case EXTENT_SNAPSHOT:
		sealed = mapping_count_changed_locked(
		             region->begin, region->end) == 0 &&
		    tail_is_zero_locked(region, extent);
		break;
	case EXTENT_SHARED:
	case EXTENT_PLAIN:
		break;
	}
	if (!sealed)
		return false;
	extent = extent_first_locked(region->begin, region->end);
	view_out->offset = extent->offset;
	view_out->descriptor = extent_file_dup_locked(extent->file);
	return view_out->descriptor >= 0;
}

bool
extent_snapshot(
    uint64_t address, uint64_t bytes, bool gives, struct extent_view *view_out)
{
	struct region region = {
	    .begin = address,
	    .end = round_page(address + bytes),
	    .tail_bytes = round_page(address + bytes) - (address + bytes),
	    .gives = gives,
	};
	struct lock_hold hold;
	bool sealed;

	if (address != trunc_page(address))
		return false;
	vm_lock_take(&hold);
	sealed = snapshot_locked(&region, view_out);
	vm_lock_give(&hold);
	return sealed;
}
