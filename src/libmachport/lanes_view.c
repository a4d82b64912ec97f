/* One mapping after the other in the same place. */
#include "lanes_view.h"

#include <stdbool.h>
#include <sys/mman.h>

#include "lanes_child.h"

_Static_assert(LANE_SLOTS_MAX *LANE_SLOT_BYTES_MAX <= LANE_RING_PLAIN,
    "a receiver's memory fits");

/* Zeroes, which take no memory. NULL: not even address space. */
static void *
map_zeroes(uint8_t *place, size_t bytes)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *memory = mmap(
	    place, bytes, PROT_READ, flags | (place ? MAP_FIXED : 0), -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	(void)madvise(memory, bytes, MADV_DONTFORK);
	return memory;
}

/* A place of @bytes or more. What is smaller stays as it is: somebody may read there. */
static bool
has_place(struct lanes_view *view, size_t bytes)
{
	const size_t room =
	    bytes <= LANES_VIEW_USUAL ? LANES_VIEW_USUAL : LANES_VIEW_MOST;

	if (bytes > LANES_VIEW_MOST)
		return false;
	if (view->place && bytes <= view->bytes)
		return true;
	view->place = map_zeroes(NULL, room);
	view->bytes = room;
	return view->place != NULL;
}

/* Zeroes in the first @bytes, if nothing is there. Else it is not ours, or what was there stays, to
 * be read for ever: the next has another place. */
static void
fill_hole(struct lanes_view *view, size_t bytes)
{
	if (view->place && !lanes_child_map(view->place, bytes, PROT_READ))
		view->place = NULL;
}

const void *
lanes_view_map(struct lanes_view *view, int file, size_t bytes)
{
	if (!has_place(view, bytes))
		return NULL;
	if (mmap(view->place, bytes, PROT_READ, MAP_SHARED | MAP_FIXED, file,
	        0) == MAP_FAILED) {
		fill_hole(view, bytes);
		return NULL;
	}
	(void)madvise(view->place, bytes, MADV_DONTFORK);
	return view->place;
}

/* Linux refuses this, if there are too many mappings, before it takes anything away; if it has no
 * memory at all, maybe after that. */
void
lanes_view_unmap(struct lanes_view *view)
{
	if (view->place && !map_zeroes(view->place, view->bytes))
		fill_hole(view, view->bytes);
}

void
lanes_view_inherit(struct lanes_view *view)
{
	fill_hole(view, view->bytes);
}
