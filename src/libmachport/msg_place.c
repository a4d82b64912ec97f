/*
 * Which regions of a message travel in files of their own.
 *
 * Files are passed whole: so each has the pages of one region, and nothing else.
 */
#include "msg_place.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "extent.h"
#include "mapping.h"
#include "ool_cost.h"
#include "ool_file.h"
#include "wire_window.h"

/*
 * What is larger is not copied to the kernel in a packet, and there into a file, but
 * into one at once. What that saves no party sees alone; so it is not found anew at run
 * time. Measured from send to receive and read: both ways take as long at 56 KiB; at
 * 120 KiB a packet takes a quarter longer.
 */
#define PLACE_BYTES ((uint64_t)64 << 10)

/* The largest regions that can be placed, those first. */
struct candidates {
	unsigned count;
	struct msg_region *list[WIRE_PLACED_MAX];
};

static void
candidates_add(struct candidates *candidates, struct msg_region *region)
{
	unsigned at = candidates->count;

	while (at > 0 && candidates->list[at - 1]->bytes < region->bytes)
		at--;
	if (at == WIRE_PLACED_MAX)
		return;
	if (candidates->count < WIRE_PLACED_MAX)
		candidates->count++;
	memmove(&candidates->list[at + 1], &candidates->list[at],
	    (candidates->count - at - 1) * sizeof(*candidates->list));
	candidates->list[at] = region;
}

static struct candidates
find_candidates(struct msg_outgoing *outgoing, uint64_t above)
{
	struct candidates candidates = {.count = 0};

	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		struct msg_region *region = &outgoing->regions[i];

		if (!region->is_array && region->bytes > above)
			candidates_add(&candidates, region);
	}
	return candidates;
}

static uint64_t
pages_of(const struct msg_region *region)
{
	return round_page(region->bytes) / vm_page_size;
}

/* There is a snapshot of the region's memory. If it is one that we made and did not
 * hear of since, it tells how much programs write afterwards. */
static void
learn_rewritten(const struct msg_region *region)
{
	uint64_t begin = (uintptr_t)region->address;
	uint64_t pages = pages_of(region);
	struct lock_hold hold;
	uint64_t changed;

	if (!ool_cost_recall(&ool_cost, begin))
		return;
	vm_lock_take(&hold);
	changed =
	    mapping_count_changed_locked(begin, begin + pages * vm_page_size);
	vm_lock_give(&hold);
	if (changed <= pages)
		ool_cost_note_rewritten(
		    &ool_cost, (double)changed / (double)pages);
}

/* What is given away nobody writes again. */
static bool
is_snapshot_cheaper(
    const struct msg_region *region, const struct extent_facts *facts)
{
	switch (facts->kind) {
	case EXTENT_OWN:
		return region->deallocate ||
		    ool_cost_choose_snapshot(&ool_cost, pages_of(region));
	case EXTENT_SNAPSHOT:
		learn_rewritten(region);
		return true;
	case EXTENT_SHARED:
	case EXTENT_PLAIN:
		break;
	}
	return false;
}

/* A file can be passed on that the program may not read where it has mapped it; that
 * is an error of the send all the same. */
static bool
is_readable(uint64_t begin, uint64_t end)
{
	struct mapping mapping;

	for (uint64_t at = begin; at < end; at = mapping.end)
		if (!mapping_find(at, &mapping) || mapping.begin > at ||
		    mapping.protection == PROT_NONE)
			return false;
	return true;
}

/* Have the region's own pages in a file that is sealed, if that can be. */
static void
place_snapshot(struct msg_region *region)
{
	uint64_t address = (uintptr_t)region->address;
	struct extent_facts facts;
	struct extent_view view;
	uint64_t begin;
	uint64_t end;
	uint64_t begin_ns;

	if (!extent_look(address, &facts, &begin, &end) || begin != address ||
	    end != round_page(address + region->bytes) ||
	    !is_snapshot_cheaper(region, &facts) || !is_readable(begin, end))
		return;
	begin_ns = ool_cost_clock();
	if (!extent_snapshot(address, region->bytes, region->deallocate, &view))
		return;
	region->file = view.descriptor;
	region->offset = view.offset;
	if (facts.kind != EXTENT_OWN)
		return;
	ool_cost_note(&ool_cost, OOL_SNAPSHOT, pages_of(region),
	    ool_cost_clock() - begin_ns);
	if (!region->deallocate)
		ool_cost_remember(&ool_cost, address);
}

/* Put a copy of it into a file, if that can be. */
static void
place_copy(struct msg_outgoing *outgoing, struct msg_region *region)
{
	uint64_t begin_ns = ool_cost_clock();
	int file = ool_file_copy(region->address, region->bytes);

	if (file >= 0) {
		region->file = file;
		region->offset = 0;
		ool_cost_note(&ool_cost, OOL_COPY, pages_of(region),
		    ool_cost_clock() - begin_ns);
	} else if (file == -EFAULT && region->index < outgoing->unreadable) {
		outgoing->unreadable = region->index;
	}
}

void
msg_place(struct msg_outgoing *outgoing, bool window)
{
	const struct candidates candidates =
	    find_candidates(outgoing, window ? WIRE_WINDOW_BYTES : PLACE_BYTES);

	for (unsigned i = 0; i < candidates.count; i++) {
		struct msg_region *region = candidates.list[i];

		/* What cannot be read now is not sent, nor what follows it. */
		if (region->index >= outgoing->unreadable)
			continue;
		place_snapshot(region);
		if (region->file < 0)
			place_copy(outgoing, region);
	}
}
