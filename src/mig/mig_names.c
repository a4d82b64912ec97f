/* Open addressing, at most half full. A slot is in use when its round is the
 * table's: that is what makes clearing cheap. */
#include "mig_names.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

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
	/* Of the hash: nobody can write names that all want one slot. Nothing
	 * that is written depends on where a name is. */
	uint64_t base;
	uint64_t factor;
};

#define MERSENNE_61 ((UINT64_C(1) << 61) - 1)

static uint64_t
multiply(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	uint64_t sum =
	    (uint64_t)(product & MERSENNE_61) + (uint64_t)(product >> 61);

	return sum >= MERSENNE_61 ? sum - MERSENNE_61 : sum;
}

static void
choose_hash(struct mig_names *names)
{
	uint64_t seeds[2];

	if (getrandom(seeds, sizeof(seeds), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(seeds)) {
		/* Early at boot: what an address has of chance. */
		seeds[0] = (uint64_t)(uintptr_t)names * 0x9e3779b97f4a7c15U;
		seeds[1] = seeds[0] ^ seeds[0] >> 29;
	}
	names->base = seeds[0] % (MERSENNE_61 - 256) + 256;
	names->factor = seeds[1] | 1;
}

struct mig_names *
mig_names_new(struct mig_arena *arena)
{
	struct mig_names *names = mig_arena_new_of(arena, struct mig_names);

	names->arena = arena;
	names->room = FIRST_ROOM;
	names->slots = mig_arena_alloc(arena, FIRST_ROOM * sizeof(struct slot));
	names->round = 1;
	choose_hash(names);
	return names;
}

/* The value of a polynomial at a place that nobody can foresee. */
static uint64_t
hash_of(const struct mig_names *names, const char *name)
{
	uint64_t hash = 1;

	for (; *name; name++)
		hash = multiply(hash, names->base) + (unsigned char)*name;
	hash *= names->factor;
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
	uint64_t hash = hash_of(names, name);
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
	const struct slot *slot = look_up(names, name, hash_of(names, name));

	return slot->round == names->round ? slot->value : NULL;
}

void
mig_names_clear(struct mig_names *names)
{
	names->round++;
	names->used = 0;
}
