/* What we know of this process's memory. */
#include "extent_table.h"

#include <string.h>
#include <sys/mman.h>

#include "base_assert.h"

#include <mach/vm_page_size.h>

/* Looked at by one extent_sweep_locked(). */
#define SWEEP_COUNT 2

/* Sorted, with room for more. */
static struct table {
	struct extent *list;
	size_t count;
	size_t room;
	size_t swept; /* where the next sweep begins */
} table GUARDED_BY(&vm_lock);

const struct extent_facts extent_default_facts = {
    .kind = EXTENT_PLAIN,
    .max_protection = VM_PROT_ALL,
    .inheritance = VM_INHERIT_DEFAULT,
};

/* The number of the first that ends behind @address. */
static size_t
find_locked(uint64_t address) REQUIRES(&vm_lock)
{
	size_t low = 0;
	size_t high = table.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table.list[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool
extent_reserve_locked(size_t more)
{
	size_t room = table.room;
	void *list;

	if (table.room - table.count >= more)
		return true;
	while (room - table.count < more)
		room = room > 0 ? room * 2 : vm_page_size / sizeof(*table.list);
	if (table.list)
		list = mremap(table.list, table.room * sizeof(*table.list),
		    room * sizeof(*table.list), MREMAP_MAYMOVE);
	else
		list = mmap(NULL, room * sizeof(*table.list),
		    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (list == MAP_FAILED)
		return false;
	table.list = list;
	table.room = room;
	return true;
}

struct extent *
extent_first_locked(uint64_t begin, uint64_t end)
{
	size_t i = find_locked(begin);

	return i < table.count && table.list[i].begin < end ? &table.list[i]
	                                                    : NULL;
}

struct extent *
extent_number_locked(size_t number)
{
	return number < table.count ? &table.list[number] : NULL;
}

static void
make_gap_locked(size_t i) REQUIRES(&vm_lock)
{
	mp_assert(table.count < table.room);
	memmove(&table.list[i + 1], &table.list[i],
	    (table.count - i) * sizeof(*table.list));
	table.count++;
}

static void
close_gap_locked(size_t i, size_t count) REQUIRES(&vm_lock)
{
	if (count == 0)
		return; /* there may be no list */
	table.count -= count;
	memmove(&table.list[i], &table.list[i + count],
	    (table.count - i) * sizeof(*table.list));
}

void
extent_cut_locked(uint64_t address)
{
	size_t i = find_locked(address);
	struct extent *low;
	struct extent *high;

	if (i == table.count || table.list[i].begin >= address)
		return;
	make_gap_locked(i);
	low = &table.list[i];
	high = &table.list[i + 1];
	*low = *high;
	low->end = address;
	high->begin = address;
	high->offset += address - low->begin;
	(void)extent_file_ref(high->file);
}

static bool
continues(const struct extent *low, const struct extent *high)
{
	return low->end == high->begin && low->file == high->file &&
	    (!low->file ||
	        low->offset + (low->end - low->begin) == high->offset) &&
	    low->facts.kind == high->facts.kind &&
	    low->facts.max_protection == high->facts.max_protection &&
	    low->facts.inheritance == high->facts.inheritance;
}

void
extent_merge_locked(uint64_t begin, uint64_t end)
{
	size_t i = find_locked(begin > 0 ? begin - 1 : 0);

	while (i + 1 < table.count && table.list[i + 1].begin <= end) {
		struct extent *low = &table.list[i];

		if (!continues(low, low + 1)) {
			i++;
			continue;
		}
		low[1].begin = low->begin;
		low[1].offset = low->offset;
		extent_file_unref_locked(low->file);
		close_gap_locked(i, 1);
	}
}

/* Cut at both ends: the number of the first within, and how many there are. */
static size_t
isolate_locked(uint64_t begin, uint64_t end, size_t *count_out)
    REQUIRES(&vm_lock)
{
	size_t first;
	size_t behind;

	extent_cut_locked(begin);
	extent_cut_locked(end);
	first = find_locked(begin);
	for (behind = first;
	     behind < table.count && table.list[behind].begin < end; behind++)
		;
	*count_out = behind - first;
	return first;
}

void
extent_remove_locked(uint64_t begin, uint64_t end)
{
	size_t count;
	size_t first = isolate_locked(begin, end, &count);

	for (size_t i = first; i < first + count; i++)
		extent_file_unref_locked(table.list[i].file);
	close_gap_locked(first, count);
}

void
extent_free_locked(uint64_t begin, uint64_t end)
{
	size_t count;
	size_t first = isolate_locked(begin, end, &count);

	for (size_t i = first; i < first + count; i++) {
		const struct extent *extent = &table.list[i];

		if (extent->facts.kind == EXTENT_OWN && extent->file->refs > 1)
			extent_file_punch_locked(extent->file, extent->offset,
			    extent->end - extent->begin);
		extent_file_unref_locked(extent->file);
	}
	close_gap_locked(first, count);
}

void
extent_insert_locked(const struct extent *extent)
{
	size_t i;

	extent_remove_locked(extent->begin, extent->end);
	i = find_locked(extent->begin);
	make_gap_locked(i);
	table.list[i] = *extent;
	extent_merge_locked(extent->begin, extent->end);
}

/* Is @mapping, which has @address, what we know of @extent there? */
static bool
is_so(const struct extent *extent, const struct mapping *mapping,
    uint64_t address)
{
	if (!extent->file)
		return true;
	return extent_file_is_of(extent->file, mapping) &&
	    mapping->shared == (extent->facts.kind != EXTENT_SNAPSHOT) &&
	    mapping->offset + (address - mapping->begin) ==
	    extent->offset + (address - extent->begin);
}

/* From @address of @extent on, the range of which Linux says the same in all of it, as we
 * know it or not (*@so_out): its end. */
static uint64_t
compare_locked(const struct extent *extent, uint64_t address, bool *so_out)
    REQUIRES(&vm_lock)
{
	struct mapping mapping;
	uint64_t end;

	*so_out = false;
	if (!mapping_find_locked(address, &mapping))
		return extent->end;
	if (mapping.begin > address) {
		end = mapping.begin;
	} else {
		end = mapping.end;
		*so_out = is_so(extent, &mapping, address);
	}
	return end < extent->end ? end : extent->end;
}

bool
extent_refresh_locked(uint64_t begin, uint64_t end)
{
	uint64_t at = begin;

	if (!mapping_is_told_locked())
		return false;
	while (at < end) {
		const struct extent *extent = extent_first_locked(at, end);
		uint64_t to;
		bool so;

		if (!extent)
			break;
		if (at < extent->begin)
			at = extent->begin;
		to = compare_locked(extent, at, &so);
		if (!so) {
			if (!extent_reserve_locked(2))
				return false;
			extent_remove_locked(at, to);
		}
		at = to;
	}
	return true;
}

void
extent_sweep_locked(void)
{
	for (int i = 0; i < SWEEP_COUNT && table.count > 0; i++) {
		const struct extent *extent;

		if (table.swept >= table.count)
			table.swept = 0;
		extent = &table.list[table.swept++];
		(void)extent_refresh_locked(extent->begin, extent->end);
	}
}
