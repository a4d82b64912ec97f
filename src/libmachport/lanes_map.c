/* A map from a key to a place. */
#include "lanes_map.h"

static uint32_t
key_of(uint64_t cell)
{
	return (uint32_t)cell;
}

static uint64_t
load(const struct lanes_map *map, uint32_t at)
{
	return atomic_load_explicit(
	    &map->cells[at & (map->count - 1)], memory_order_acquire);
}

static void
store(const struct lanes_map *map, uint32_t at, uint64_t cell)
{
	atomic_store_explicit(
	    &map->cells[at & (map->count - 1)], cell, memory_order_release);
}

/* The cell of @key, or the empty one where it would stand; *@at_out is where. */
static inline uint64_t
search(const struct lanes_map *map, uint32_t key, uint32_t *at_out)
{
	uint32_t at = lanes_map_home(map, key);
	uint64_t cell;

	while ((cell = load(map, at)) != 0 && key_of(cell) != key)
		at++;
	*at_out = at;
	return cell;
}

uint32_t
lanes_map_find_after(const struct lanes_map *map, uint32_t key)
{
	uint32_t at;

	return (uint32_t)(search(map, key, &at) >> 32);
}

void
lanes_map_set(const struct lanes_map *map, uint32_t key, uint32_t place)
{
	uint32_t at;

	(void)search(map, key, &at);
	store(map, at, (uint64_t)(place + 1) << 32 | key);
}

/* Those behind it are moved up, if they can be. */
void
lanes_map_clear(const struct lanes_map *map, uint32_t key, uint32_t place)
{
	uint32_t gap;
	uint32_t at;
	uint64_t cell = search(map, key, &gap);

	if ((uint32_t)(cell >> 32) - 1 != place)
		return;
	at = gap;
	while ((cell = load(map, ++at)) != 0) {
		const uint32_t home = lanes_map_home(map, key_of(cell));

		/* Not one that would stand before its home. */
		if (((at - home) & (map->count - 1)) <
		    ((at - gap) & (map->count - 1)))
			continue;
		store(map, gap, cell);
		gap = at;
	}
	store(map, gap, 0);
}
