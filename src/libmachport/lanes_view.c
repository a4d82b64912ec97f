/* One mapping after the other in the same place. */
#include "lanes_view.h"

#include <sys/mman.h>

_Static_assert(LANE_SLOTS_MAX *LANE_SLOT_BYTES_MAX <= LANE_RING_MAX,
    "a receiver's memory fits");

/* Zeroes, which take no memory. NULL: not even address space. */
static void *
map_zeroes(uint8_t *place)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *memory = mmap(place, LANES_VIEW_BYTES, PROT_READ,
	    flags | (place ? MAP_FIXED : 0), -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	(void)madvise(memory, LANES_VIEW_BYTES, MADV_DONTFORK);
	return memory;
}

/* After a failure Linux may have left a hole there, for anybody else to use. */
const void *
lanes_view_map(struct lanes_view *view, int file, size_t bytes)
{
	if (bytes > LANES_VIEW_BYTES)
		return NULL;
	if (!view->place)
		view->place = map_zeroes(NULL);
	if (!view->place)
		return NULL;
	if (mmap(view->place, bytes, PROT_READ, MAP_SHARED | MAP_FIXED, file,
	        0) == MAP_FAILED) {
		view->place = NULL;
		return NULL;
	}
	(void)madvise(view->place, bytes, MADV_DONTFORK);
	return view->place;
}

void
lanes_view_unmap(struct lanes_view *view)
{
	if (view->place)
		view->place = map_zeroes(view->place);
}
