/* Open addressing, at most half full. A slot is in use when its round is the
 * table's: that is what makes clearing cheap. */
#include "mig_names.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

struct slot {
	const char *name;
	const void *value;
	uint64_t hash;
	uint64_t round;
};

struct mig_names {
	struct mig_arena *arena;
	struct slot *slots;
	size_t room; /* a power of 2 */
	size_t used;
	uint64_t round; /* from 1: a fresh slot is of none */
};

struct mig_names *
mig_names_new(struct mig_arena *arena)
{
	struct mig_names *names = mig_arena_new_of(arena, struct mig_names);

	names->arena = arena;
	names->room = FIRST_ROOM;
	names->slots = mig_arena_alloc(arena, FIRST_ROOM * sizeof(struct slot));
	names->round = 1;
	return names;
}

/* FNV-1a. */
static uint64_t
hash_of(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
	return hash ^ hash >> 32;
}

/* The slot that has the name, or the free one where it belongs. */
static struct slot *
look_up(const struct mig_names *names, const char *name, uint64_t hash)
{
	size_t at = (size_t)hash & (names->room - 1);

	for (;;) {
		struct slot *slot = &names->slots[at];

		if (slot->round != names->round)
			return slot;
		if (slot->hash == hash && strcmp(slot->name, name) == 0)
			return slot;
		at = (at + 1) & (names->room - 1);
	}
}

static void
grow(struct mig_names *names)
{
	struct slot *old = names->slots;
	size_t old_room = names->room;

	names->room = old_room * 2;
	names->slots =
	    mig_arena_alloc(names->arena, names->room * sizeof(struct slot));
	for (size_t i = 0; i < old_room; i++)
		if (old[i].round == names->round)
			*look_up(names, old[i].name, old[i].hash) = old[i];
}

const void **
mig_names_slot(struct mig_names *names, const char *name)
{
	uint64_t hash = hash_of(name);
	struct slot *slot;

	if (names->used >= names->room / 2)
		grow(names);
	slot = look_up(names, name, hash);
	if (slot->round != names->round) {
		*slot = (struct slot){name, NULL, hash, names->round};
		names->used++;
	}
	return &slot->value;
}

const void *
mig_names_find(const struct mig_names *names, const char *name)
{
	const struct slot *slot = look_up(names, name, hash_of(name));

	return slot->round == names->round ? slot->value : NULL;
}

void
mig_names_clear(struct mig_names *names)
{
	names->round++;
	names->used = 0;
}
