/* Open addressing, linear probing, deletion by moving back. */
#include "ipc_space_hash.h"

#include "base_assert.h"
#include "ipc_port.h"

static uint32_t
hash_place(const struct ipc_space *space, const struct ipc_port *port)
{
	uint64_t bits = (uint64_t)(uintptr_t)port >> 4;

	return (uint32_t)((bits * 0x9E3779B97F4A7C15u) >> 32) &
	    (space->hash_size - 1);
}

static const struct ipc_port *
hash_port(const struct ipc_space *space, uint32_t at)
{
	return ipc_space_known(space, space->hash[at])->port;
}

static void
hash_put(
    struct ipc_space *space, mach_port_name_t name, const struct ipc_port *port)
{
	uint32_t at = hash_place(space, port);

	while (space->hash[at])
		at = (at + 1) & (space->hash_size - 1);
	space->hash[at] = name;
}

bool
ipc_space_reserve_hash(struct ipc_space *space)
{
	mach_port_name_t *old = space->hash;
	uint32_t old_size = space->hash_size;
	uint32_t size = old_size ? old_size * 2 : 8;
	mach_port_name_t *hash;

	if ((space->hash_used + 1) * 4 <= old_size * 3)
		return true;
	hash = ipc_space_table_zalloc(space, size, sizeof(*hash));
	if (!hash)
		return false;
	space->hash = hash;
	space->hash_size = size;
	for (uint32_t i = 0; i < old_size; i++)
		if (old[i])
			hash_put(space, old[i],
			    ipc_space_known(space, old[i])->port);
	ipc_space_table_free(space, old, old_size, sizeof(*old));
	return true;
}

void
ipc_space_hash_insert(struct ipc_space *space, mach_port_name_t name,
    const struct ipc_entry *entry)
{
	mp_assert((space->hash_used + 1) * 4 <= space->hash_size * 3);
	hash_put(space, name, entry->port);
	space->hash_used++;
}

void
ipc_space_hash_remove(struct ipc_space *space, mach_port_name_t name,
    const struct ipc_entry *entry)
{
	uint32_t mask = space->hash_size - 1;
	uint32_t hole = hash_place(space, entry->port);

	while (space->hash[hole] != name) {
		mp_assert(space->hash[hole]);
		hole = (hole + 1) & mask;
	}
	for (uint32_t at = (hole + 1) & mask; space->hash[at];
	     at = (at + 1) & mask) {
		uint32_t home = hash_place(space, hash_port(space, at));

		/* May the one at `at` move back into the hole? */
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			space->hash[hole] = space->hash[at];
			hole = at;
		}
	}
	space->hash[hole] = 0;
	space->hash_used--;
}

struct ipc_entry *
ipc_space_find_port(struct ipc_space *space, const struct ipc_port *port,
    mach_port_name_t *name_out)
{
	uint32_t at;

	if (ipc_port_received_by(port, space)) {
		*name_out = port->receiver_name;
		return ipc_space_known(space, port->receiver_name);
	}
	if (space->hash_used == 0)
		return NULL;
	for (at = hash_place(space, port); space->hash[at];
	     at = (at + 1) & (space->hash_size - 1)) {
		struct ipc_entry *entry =
		    ipc_space_known(space, space->hash[at]);

		if (entry->port == port) {
			*name_out = space->hash[at];
			return entry;
		}
	}
	return NULL;
}
