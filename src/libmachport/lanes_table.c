/*
 * The lanes of this process, by name and by number.
 *
 * Two maps from a name to a place, each an array of cells in which a name stands at its
 * own place or after it, without a gap. A cell is one word, so that it can be read at any
 * time. Who looks while another is taken out may miss one.
 */
#include "lanes_table.h"

#include <string.h>

/* A cell: the name, or what stands for it, and a place + 1. 0: empty. */
struct map {
	_Atomic uint64_t *cells;
	uint32_t count; /* a power of two, at least twice what is in use */
};

static struct lanes_lock table_lock; /* for changing the maps */

static struct lanes_out outs[LANES_OUT_MAX];
static struct lanes_in ins[LANES_IN_MAX];

static _Atomic uint64_t out_cells[2 * LANES_OUT_MAX];
static _Atomic uint64_t token_cells[2 * LANES_IN_MAX * LANE_SLOTS_MAX];

static const struct map by_name = {out_cells, 2 * LANES_OUT_MAX};
static const struct map by_token = {
    token_cells, 2 * LANES_IN_MAX *LANE_SLOTS_MAX};

static uint32_t
key_of(uint64_t cell)
{
	return (uint32_t)cell;
}

static uint64_t
load(const struct map *map, uint32_t at)
{
	return atomic_load_explicit(
	    &map->cells[at & (map->count - 1)], memory_order_acquire);
}

static void
store(const struct map *map, uint32_t at, uint64_t cell)
{
	atomic_store_explicit(
	    &map->cells[at & (map->count - 1)], cell, memory_order_release);
}

/* Names that follow each other stand beside each other. */
static uint32_t
home_of(const struct map *map, uint32_t key)
{
	return (key ^ key >> 8) & (map->count - 1);
}

/* The cell of @key, or the empty one where it would stand; *@at_out is where. */
static inline uint64_t
map_search(const struct map *map, uint32_t key, uint32_t *at_out)
{
	uint32_t at = home_of(map, key);
	uint64_t cell;

	while ((cell = load(map, at)) != 0 && key_of(cell) != key)
		at++;
	*at_out = at;
	return cell;
}

/* The place, or UINT32_MAX. */
static inline uint32_t
map_find(const struct map *map, uint32_t key)
{
	uint32_t at;

	return (uint32_t)(map_search(map, key, &at) >> 32) - 1;
}

static void
map_set(const struct map *map, uint32_t key, uint32_t place)
{
	uint32_t at;

	(void)map_search(map, key, &at);
	store(map, at, (uint64_t)(place + 1) << 32 | key);
}

/* Take @key out, if it leads to @place, and move those behind it up that can. */
static void
map_clear(const struct map *map, uint32_t key, uint32_t place)
{
	uint32_t gap;
	uint32_t at;
	uint64_t cell = map_search(map, key, &gap);

	if ((uint32_t)(cell >> 32) - 1 != place)
		return;
	at = gap;
	while ((cell = load(map, ++at)) != 0) {
		const uint32_t home = home_of(map, key_of(cell));

		/* Not one that would stand before its home. */
		if (((at - home) & (map->count - 1)) <
		    ((at - gap) & (map->count - 1)))
			continue;
		store(map, gap, cell);
		gap = at;
	}
	store(map, gap, 0);
}

struct lanes_out *
lanes_out_find(mach_port_name_t name)
{
	const uint32_t place = map_find(&by_name, name);

	return place < LANES_OUT_MAX ? &outs[place] : NULL;
}

/* Generations differ, the index is the token's. */
static uint32_t
token_key(mach_port_name_t name)
{
	return name >> 8;
}

struct lanes_in *
lanes_in_find(mach_port_name_t name, uint32_t *slot_out)
{
	const uint32_t place = map_find(&by_token, token_key(name));

	if (place >= LANES_IN_MAX * LANE_SLOTS_MAX)
		return NULL;
	*slot_out = place % LANE_SLOTS_MAX;
	return &ins[place / LANE_SLOTS_MAX];
}

struct lanes_out *
lanes_out_next(uint32_t *at)
{
	while (*at < LANES_OUT_MAX) {
		struct lanes_out *out = &outs[(*at)++];

		if (atomic_load_explicit(&out->id, memory_order_acquire) !=
		    LANES_NO_ID)
			return out;
	}
	return NULL;
}

struct lanes_out *
lanes_out_take(void)
{
	/* Pairs with lanes_out_free(), of another thread. */
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		if (atomic_load_explicit(&outs[i].id, memory_order_acquire) ==
		    LANES_NO_ID)
			return &outs[i];
	return NULL;
}

struct lanes_in *
lanes_in_take(void)
{
	/* Pairs with lanes_in_free(), of another thread. */
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (atomic_load_explicit(&ins[i].id, memory_order_acquire) ==
		    LANES_NO_ID)
			return &ins[i];
	return NULL;
}

bool
lanes_in_fits(const struct lane_sizes *sizes)
{
	size_t bytes = lane_receiver_bytes(sizes);

	if (bytes <= LANES_IN_BYTES_USUAL)
		return true;
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (atomic_load_explicit(&ins[i].id, memory_order_relaxed) !=
		    LANES_NO_ID)
			bytes += lane_receiver_bytes(&ins[i].lane.sizes);
	return bytes <= LANES_IN_BYTES_MOST;
}

void
lanes_out_reserve(struct lanes_out *out, uint32_t id)
{
	atomic_store_explicit(&out->id, id, memory_order_release);
}

bool
lanes_out_list(struct lanes_out *out, mach_port_name_t name)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	atomic_store_explicit(&out->name, name, memory_order_release);
	map_set(&by_name, name, (uint32_t)(out - outs));
	lanes_lock_give(&table_lock);
	return true;
}

static uint32_t
place_of(const struct lanes_in *in, uint32_t slot)
{
	return (uint32_t)(in - ins) * LANE_SLOTS_MAX + slot;
}

bool
lanes_in_list(struct lanes_in *in, uint32_t id)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	atomic_store_explicit(&in->id, id, memory_order_release);
	for (uint32_t i = 0; i < in->lane.sizes.slots; i++)
		map_set(&by_token, token_key(in->names[i]), place_of(in, i));
	lanes_lock_give(&table_lock);
	return true;
}

bool
lanes_out_unlist(struct lanes_out *out)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	map_clear(&by_name, out->name, (uint32_t)(out - outs));
	atomic_store_explicit(&out->name, MACH_PORT_NULL, memory_order_release);
	lanes_lock_give(&table_lock);
	return true;
}

bool
lanes_in_unlist(struct lanes_in *in)
{
	if (!lanes_lock_take(&table_lock))
		return false;
	for (uint32_t i = 0; i < in->lane.sizes.slots; i++)
		map_clear(&by_token, token_key(in->names[i]), place_of(in, i));
	lanes_lock_give(&table_lock);
	return true;
}

void
lanes_out_free(struct lanes_out *out)
{
	atomic_store_explicit(&out->id, LANES_NO_ID, memory_order_release);
}

void
lanes_in_free(struct lanes_in *in)
{
	atomic_store_explicit(&in->id, LANES_NO_ID, memory_order_release);
}

/* Not more is written than was: a child that uses no lanes copies no pages. */
void
lanes_table_forget(void)
{
	atomic_store_explicit(&table_lock.word, 0, memory_order_relaxed);
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		if (outs[i].id != LANES_NO_ID || outs[i].lock.word != 0 ||
		    outs[i].view.place) {
			(void)lanes_out_unlist(&outs[i]);
			memset(&outs[i], 0, sizeof(outs[i]));
		}
	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		if (ins[i].id != LANES_NO_ID || ins[i].slot_lock.word != 0 ||
		    ins[i].view.place) {
			(void)lanes_in_unlist(&ins[i]);
			memset(&ins[i], 0, sizeof(ins[i]));
		}
}
