/* Memory for what messages bring, used again. */
#include "region_pool.h"

#include <mach/vm_page_size.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

/* Regions of fewer bytes are as soon made anew. */
#define LEAST_BYTES ((uint64_t)16 << 10)
/* No more waits here than this. */
#define FREE_BYTES_MOST ((uint64_t)4 << 20)
#define PLACES 64

/* A region that the program has, or that waits; bytes 0: neither. */
struct place {
	uint64_t address;
	uint64_t bytes; /* whole pages */
	bool waits;
};

static struct place places[PLACES] GUARDED_BY(&vm_lock);
static uint64_t waiting_bytes GUARDED_BY(&vm_lock);

static void *
map(uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* One that waits and has just so many bytes; for 0: a place for one more. */
static struct place *
find_bytes_locked(uint64_t bytes) REQUIRES(&vm_lock)
{
	for (struct place *place = places; place < places + PLACES; place++)
		if (place->bytes == bytes && place->waits == (bytes > 0))
			return place;
	return NULL;
}

/* One that the program has. */
static struct place *
find_address_locked(uint64_t address) REQUIRES(&vm_lock)
{
	for (struct place *place = places; place < places + PLACES; place++)
		if (place->bytes > 0 && !place->waits &&
		    place->address == address)
			return place;
	return NULL;
}

/* Is it memory still, that the program may write and nobody else sees? */
static bool
is_there_locked(const struct place *place) REQUIRES(&vm_lock)
{
	struct mapping mapping;

	return mapping_find_locked(place->address, &mapping) &&
	    mapping.begin <= place->address &&
	    place->address + place->bytes <= mapping.end &&
	    mapping.inode == 0 && !mapping.shared &&
	    mapping.protection == (PROT_READ | PROT_WRITE);
}

/* One that waits, as the program's from now on. A program that unmaps what it has given back
 * already can hit this. */
static void *
take_locked(uint64_t bytes) REQUIRES(&vm_lock)
{
	struct place *place = find_bytes_locked(bytes);

	if (!place)
		return NULL;
	place->waits = false;
	waiting_bytes -= bytes;
	if (is_there_locked(place))
		return (void *)(uintptr_t)place->address;
	place->bytes = 0;
	return NULL;
}

/* A new one, which comes here when the program gives it back; if there are more of them
 * than places, it does not. */
static void
note_locked(const void *memory, uint64_t bytes) REQUIRES(&vm_lock)
{
	const uint64_t address = (uintptr_t)memory;
	struct place *place = find_address_locked(address);

	if (!place) /* or the program has unmapped it, and Linux used it again */
		place = find_bytes_locked(0);
	if (place)
		*place = (struct place){.address = address, .bytes = bytes};
}

void *
region_pool_take(uint64_t bytes)
{
	const uint64_t whole = round_page(bytes);
	struct lock_hold hold;
	char *memory;

	if (whole < LEAST_BYTES)
		return map(whole);
	vm_lock_take(&hold);
	memory = take_locked(whole);
	if (memory) {
		memset(memory + bytes, 0, whole - bytes);
	} else {
		memory = map(whole);
		if (memory)
			note_locked(memory, whole);
	}
	vm_lock_give(&hold);
	return memory;
}

bool
region_pool_give_locked(uint64_t address, uint64_t bytes)
{
	struct place *place = find_address_locked(address);

	if (!place)
		return false;
	place->waits = place->bytes == bytes &&
	    waiting_bytes + bytes <= FREE_BYTES_MOST &&
	    is_there_locked(place) &&
	    mapping_hide_locked(&place->address, bytes);
	if (place->waits)
		waiting_bytes += bytes;
	else
		place->bytes = 0;
	return place->waits;
}
