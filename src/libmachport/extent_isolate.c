/* Memory to be shared. */
#include "extent_isolate.h"

#include <mach/vm_page_size.h>

/* It is in a file that can be shared as it is. */
static kern_return_t
share_locked(struct extent *extent, uint64_t begin,
    struct extent_view *view_out) REQUIRES(&vm_lock)
{
	if (view_out) {
		view_out->offset = extent->offset + (begin - extent->begin);
		view_out->descriptor = extent_file_dup_locked(extent->file);
		if (view_out->descriptor < 0)
			return KERN_RESOURCE_SHORTAGE;
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

kern_return_t
extent_isolate_locked(
    uint64_t begin, uint64_t end, struct extent_view *view_out)
{
	struct extent *extent;

	if (!extent_refresh_locked(begin, end))
		return KERN_RESOURCE_SHORTAGE;
	if (!mapping_covers_locked(begin, end))
		return KERN_INVALID_ADDRESS;
	extent = extent_first_locked(begin, end);
	if (extent && is_sharable_locked(extent, begin, end))
		return share_locked(extent, begin, view_out);
	return KERN_RESOURCE_SHORTAGE;
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
