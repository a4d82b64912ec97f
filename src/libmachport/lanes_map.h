/*
 * A map from a key to a place, both numbers. To be read at any time, without a lock; changed
 * by one thread at a time. Its owner has the cells, all of them 0 at first.
 */
#ifndef LIBMACHPORT_LANES_MAP_H
#define LIBMACHPORT_LANES_MAP_H

#include <stdatomic.h>
#include <stdint.h>

/* In a cell are the key, in its lower half, and the place + 1; 0: empty. A key stands in its
 * own cell or, without a gap, after it. */
struct lanes_map {
	_Atomic uint64_t *cells;
	uint32_t count; /* a power of two, at least twice what is in use */
};

/* Its own cell. Keys that follow each other stand beside each other. */
static inline uint32_t
lanes_map_home(const struct lanes_map *map, uint32_t key)
{
	return (key ^ key >> 8) & (map->count - 1);
}

/* The same as below, of what is not in its own cell. */
uint32_t lanes_map_find_after(const struct lanes_map *map, uint32_t key);

/* The place of @key, + 1; 0: it has none. Who looks while another is taken out may miss
 * one. */
static inline uint32_t
lanes_map_find(const struct lanes_map *map, uint32_t key)
{
	const uint64_t cell = atomic_load_explicit(
	    &map->cells[lanes_map_home(map, key)], memory_order_acquire);

	return (uint32_t)cell == key ? (uint32_t)(cell >> 32)
	                             : lanes_map_find_after(map, key);
}

/* @key leads to @place from now on. */
void lanes_map_set(const struct lanes_map *map, uint32_t key, uint32_t place);

/* Take @key out, if it leads to @place. */
void lanes_map_clear(const struct lanes_map *map, uint32_t key, uint32_t place);

#endif
