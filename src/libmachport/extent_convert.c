/* From EXTENT_OWN to EXTENT_SNAPSHOT. */
#include "extent_convert.h"

#include <sys/mman.h>

#include "base_assert.h"

/* One of the mappings of which @extent consists. */
static bool
map_privately(
    const struct extent *extent, const struct mapping *mapping, int descriptor)
{
	if (!mapping_replace(mapping->begin, mapping->end, mapping->protection,
	        MAP_PRIVATE, descriptor,
	        extent->offset + (mapping->begin - extent->begin)))
		return false;
	if (extent->facts.inheritance == VM_INHERIT_NONE)
		(void)madvise((void *)mapping->begin,
		    mapping->end - mapping->begin, MADV_DONTFORK);
	return true;
}

bool
extent_make_private_locked(uint64_t begin)
{
	struct extent *extent = extent_first_locked(begin, begin + 1);
	struct mapping mapping;
	int descriptor;
	uint64_t at;

	mp_assert(extent && extent->begin == begin &&
	    extent->facts.kind == EXTENT_OWN);
	descriptor = extent_file_descriptor_locked(extent->file);
	if (descriptor < 0 || !extent_reserve_locked(1))
		return false;
	extent = extent_first_locked(begin, begin + 1);
	for (at = begin; at < extent->end; at = mapping.end) {
		if (!mapping_find_locked(at, &mapping) || mapping.begin > at)
			break;
		mapping.begin = at;
		if (mapping.end > extent->end)
			mapping.end = extent->end;
		if (!map_privately(extent, &mapping, descriptor))
			break;
	}
	if (at == begin)
		return false;
	if (at < extent->end) {
		extent_cut_locked(at);
		extent_remove_locked(begin, at);
		return false;
	}
	extent->facts.kind = EXTENT_SNAPSHOT;
	return true;
}

bool
extent_seal_locked(uint64_t begin)
{
	struct extent *extent = extent_first_locked(begin, begin + 1);

	mp_assert(extent && extent->begin == begin &&
	    extent->facts.kind == EXTENT_SNAPSHOT);
	if (extent_file_seal_locked(extent->file))
		return true;
	extent_remove_locked(begin, extent->end);
	return false;
}
