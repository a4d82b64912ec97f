/*
 * Spaces: the table of entries, and its free list.
 *
 * Slots below next_index are in use, in the free list, or blocked; slots from there
 * on were never handed out by ipc_space_alloc(), but may be in use under a chosen
 * name. A chunk is made when its first slot is needed.
 *
 * A name is in the table or in the tree, never in both: a slot whose next name is in
 * the tree gets another generation, and one that has no name left is blocked until
 * the tree gives one of them back.
 */
#include "ipc_space.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_account.h"
#include "ipc_board.h"
#include "ipc_lane.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space_hash.h"

#define FIRST_GENERATION 3  /* these two bits are set in every name */
#define INDEX_MAX 0xFFFFFEu /* with any generation, below MACH_PORT_DEAD */

static const struct ipc_charge one_name = {.names = 1};

static mach_port_name_t
make_name(uint32_t index, uint8_t generation)
{
	return index << 8 | generation;
}

/* The last is followed by the first. */
static uint8_t
next_generation(uint8_t generation)
{
	return (uint8_t)(generation + 4);
}

static uint32_t
name_index(mach_port_name_t name)
{
	return name >> 8;
}

struct ipc_space *
ipc_space_new(struct ipc_account *account, struct ipc_identity *identity)
{
	struct ipc_space *space = base_zalloc(1, sizeof(*space));

	if (!space)
		return NULL;
	ipc_id_init(&space->id, IPC_ID_SPACE);
	space->active = true;
	space->born_ns = ipc_world.now_ns;
	space->account = ipc_account_ref(account);
	space->identity = ipc_identity_ref(identity);
	space->next_index = 1; /* names below 0x100 never exist */
	list_init(&space->lanes_out);
	list_init(&space->lanes_in);
	list_init(&space->world_link);
	list_push_back(&ipc_world.spaces, &space->world_link);
	return space;
}

void *
ipc_space_table_zalloc(struct ipc_space *space, size_t count, size_t size)
{
	const struct ipc_charge charge = {.bytes = count * size};
	void *memory;

	if (!ipc_account_charge(space->account, &charge))
		return NULL;
	memory = base_zalloc(count, size);
	if (memory)
		space->table_bytes += charge.bytes;
	else
		ipc_account_discharge(space->account, &charge);
	return memory;
}

void
ipc_space_table_free(
    struct ipc_space *space, void *memory, size_t count, size_t size)
{
	const struct ipc_charge charge = {.bytes = count * size};

	if (!memory)
		return;
	base_free(memory);
	mp_assert(space->table_bytes >= charge.bytes);
	space->table_bytes -= charge.bytes;
	ipc_account_discharge(space->account, &charge);
}

static void
free_tables(struct ipc_space *space)
{
	for (uint32_t i = 0; i < space->chunk_count; i++)
		ipc_space_table_free(space, space->chunks[i], IPC_CHUNK_ENTRIES,
		    sizeof(*space->chunks[i]));
	ipc_space_table_free(
	    space, space->chunks, space->chunk_count, sizeof(*space->chunks));
	ipc_space_table_free(
	    space, space->hash, space->hash_size, sizeof(*space->hash));
	mp_assert(space->table_bytes == 0);
	space->chunks = NULL;
	space->chunk_count = 0;
	space->hash = NULL;
	space->hash_size = 0;
	space->free_head = 0;
	space->next_index = 1;
}

struct ipc_space *
ipc_space_free(struct ipc_space *space)
{
	if (!space)
		return NULL;
	mp_assert(!space->active && space->used == 0);
	mp_assert(space->tree.count == 0);
	mp_assert(
	    list_empty(&space->lanes_out) && list_empty(&space->lanes_in));
	free_tables(space);
	list_remove(&space->world_link);
	ipc_id_deinit(&space->id);
	ipc_account_unref(space->account);
	ipc_identity_unref(space->identity);
	base_free(space);
	return NULL;
}

void
ipc_space_destroy(struct ipc_space *space)
{
	static const mach_port_type_t passes[] = {
	    MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_ALL_RIGHTS};

	mp_assert(space->active);
	ipc_board_remove(space);
	space->active = false;
	for (unsigned pass = 0; pass < 2; pass++) {
		struct ipc_entry *entry;
		mach_port_name_t name;
		mach_port_name_t from = 0;

		while ((entry = ipc_space_next(space, &from, &name))) {
			if (!(entry->type & passes[pass]))
				continue;
			if (entry->type & MACH_PORT_TYPE_RECEIVE) {
				entry->port->guarded = false;
				entry->port->strict = false;
			}
			(void)ipc_space_find(space, name); /* dead by now? */
			(void)ipc_right_destroy(space, name, entry);
		}
	}
	mp_assert(space->used == 0);
	free_tables(space);
}

/* The slot of any @index; NULL if its chunk does not exist. */
static struct ipc_entry *
slot(const struct ipc_space *space, uint32_t index)
{
	uint32_t chunk = index / IPC_CHUNK_ENTRIES;

	if (chunk >= space->chunk_count || !space->chunks[chunk])
		return NULL;
	return &space->chunks[chunk][index % IPC_CHUNK_ENTRIES];
}

/* The slot of an @index that is in the free list. */
static struct ipc_entry *
known_slot(const struct ipc_space *space, uint32_t index)
{
	struct ipc_entry *entry = slot(space, index);

	mp_assert(entry);
	return entry;
}

/* Make room for the pointers to @least chunks, or more. */
static bool
reserve_chunks(struct ipc_space *space, uint32_t least)
{
	uint32_t count = space->chunk_count ? space->chunk_count : 1;
	struct ipc_entry **chunks;

	if (least <= space->chunk_count)
		return true;
	while (count < least)
		count *= 2;
	chunks = ipc_space_table_zalloc(space, count, sizeof(*chunks));
	if (!chunks)
		return false;
	if (space->chunks)
		memcpy(chunks, space->chunks,
		    space->chunk_count * sizeof(*chunks));
	ipc_space_table_free(
	    space, space->chunks, space->chunk_count, sizeof(*chunks));
	space->chunks = chunks;
	space->chunk_count = count;
	return true;
}

/* The slot of any @index, making its chunk; NULL: no memory, or no budget for
 * it. */
static struct ipc_entry *
slot_make(struct ipc_space *space, uint32_t index)
{
	uint32_t chunk = index / IPC_CHUNK_ENTRIES;
	struct ipc_entry *entries;

	if (!reserve_chunks(space, chunk + 1))
		return NULL;
	if (!space->chunks[chunk]) {
		entries = ipc_space_table_zalloc(
		    space, IPC_CHUNK_ENTRIES, sizeof(*entries));
		if (!entries)
			return NULL;
		for (unsigned i = 0; i < IPC_CHUNK_ENTRIES; i++)
			entries[i].generation = FIRST_GENERATION;
		space->chunks[chunk] = entries;
	}
	return slot(space, index);
}

/* The slot that has @name, perhaps free; or NULL. */
static struct ipc_entry *
named_slot(const struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = slot(space, name_index(name));

	return entry && entry->generation == (name & 0xFF) ? entry : NULL;
}

/* Names are looked up here, and found in the table but for those of Mach 3. */
static struct ipc_entry *
find_used(const struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = named_slot(space, name);

	if (entry && entry->type != MACH_PORT_TYPE_NONE)
		return entry;
	if (space->tree.count == 0)
		return NULL;
	return ipc_tree_find(&space->tree, name);
}

struct ipc_entry *
ipc_space_known(const struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = find_used(space, name);

	mp_assert(entry);
	return entry;
}

/* A token of that name that has become a right just now; or NULL. */
static struct ipc_entry *
find_token(struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = slot(space, name_index(name));

	if (!entry || !entry->lane || entry->type != MACH_PORT_TYPE_NONE)
		return NULL;
	return ipc_lane_resolve(space, name, entry) ? entry : NULL;
}

struct ipc_entry *
ipc_space_find_raw(struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = find_used(space, name);

	return entry || space->reserved == 0 ? entry : find_token(space, name);
}

struct ipc_entry *
ipc_space_find(struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry = ipc_space_find_raw(space, name);

	if (entry && (entry->type & MACH_PORT_TYPE_SEND_RIGHTS) &&
	    !ipc_port_active(entry->port))
		ipc_right_convert(space, name, entry, 0);
	return entry;
}

static void
free_list_push(struct ipc_space *space, uint32_t index, struct ipc_entry *entry)
{
	entry->free.previous = 0;
	entry->free.next = space->free_head;
	if (space->free_head)
		known_slot(space, space->free_head)->free.previous = index;
	space->free_head = index;
}

static void
free_list_remove(
    struct ipc_space *space, uint32_t index, struct ipc_entry *entry)
{
	mp_assert(entry->free.previous || space->free_head == index);
	if (entry->free.previous)
		known_slot(space, entry->free.previous)->free.next =
		    entry->free.next;
	else
		space->free_head = entry->free.next;
	if (entry->free.next)
		known_slot(space, entry->free.next)->free.previous =
		    entry->free.previous;
	entry->port = NULL;
}

/* Which limit was it? The task's own is its name space. */
static kern_return_t
charge_name(struct ipc_space *space)
{
	const struct ipc_account *account = space->account;

	mp_assert(space->active);
	if (ipc_account_charge(space->account, &one_name))
		return KERN_SUCCESS;
	return account->used.names >= account->limits.names
	    ? KERN_NO_SPACE
	    : KERN_RESOURCE_SHORTAGE;
}

/* Can the free slot have a name that is not in the tree? Then it has. */
static bool
choose_generation(
    struct ipc_space *space, uint32_t index, struct ipc_entry *entry)
{
	uint8_t first = entry->generation;

	if (space->tree.count == 0)
		return true;
	do {
		if (!ipc_tree_find(
		        &space->tree, make_name(index, entry->generation)))
			return true;
		entry->generation = next_generation(entry->generation);
	} while (entry->generation != first);
	entry->blocked = true;
	return false;
}

/* A slot of the free list, taken out of it; or NULL. */
static struct ipc_entry *
take_free(struct ipc_space *space, uint32_t *index_out)
{
	while (space->free_head) {
		uint32_t index = space->free_head;
		struct ipc_entry *entry = known_slot(space, index);

		free_list_remove(space, index, entry);
		if (choose_generation(space, index, entry)) {
			*index_out = index;
			return entry;
		}
	}
	return NULL;
}

/* A slot that was not in use before. */
static kern_return_t
take_new(
    struct ipc_space *space, struct ipc_entry **entry_out, uint32_t *index_out)
{
	struct ipc_entry *entry;
	uint32_t index;

	do { /* past slots that were taken by chosen names */
		index = space->next_index;
		if (index > INDEX_MAX)
			return KERN_NO_SPACE;
		entry = slot_make(space, index);
		if (!entry)
			return KERN_RESOURCE_SHORTAGE;
		space->next_index++;
	} while (entry->type != MACH_PORT_TYPE_NONE ||
	    !choose_generation(space, index, entry));
	*entry_out = entry;
	*index_out = index;
	return KERN_SUCCESS;
}

kern_return_t
ipc_space_alloc(struct ipc_space *space, struct ipc_entry **entry_out,
    mach_port_name_t *name_out)
{
	struct ipc_entry *entry;
	uint32_t index;
	kern_return_t kr = charge_name(space);

	if (kr != KERN_SUCCESS)
		return kr;
	entry = take_free(space, &index);
	if (!entry)
		kr = take_new(space, &entry, &index);
	if (kr != KERN_SUCCESS) {
		ipc_account_discharge(space->account, &one_name);
		return kr;
	}
	space->used++;
	*entry_out = entry;
	*name_out = make_name(index, entry->generation);
	return KERN_SUCCESS;
}

/* Can @name be in the table? The codes are those of ports.md 2. */
static kern_return_t
check_table_name(const struct ipc_space *space, mach_port_name_t name)
{
	const struct ipc_entry *entry;

	if (name_index(name) >= IPC_CHOSEN_INDEX_MAX)
		return KERN_NO_SPACE;
	if ((name & FIRST_GENERATION) != FIRST_GENERATION)
		return KERN_INVALID_VALUE;
	entry = slot(space, name_index(name));
	if (name_index(name) == 0 ||
	    (entry && entry->type != MACH_PORT_TYPE_NONE &&
	        entry->generation != (name & 0xFF)))
		return KERN_FAILURE;
	return KERN_SUCCESS;
}

kern_return_t
ipc_space_check_name(struct ipc_space *space, mach_port_name_t name)
{
	const struct ipc_entry *entry = slot(space, name_index(name));

	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_VALUE;
	if (entry && entry->lane)
		ipc_lane_close(entry->lane, IPC_LANE_EXACT);
	return space->mach3 ? KERN_SUCCESS : check_table_name(space, name);
}

/* The free slot, or place in the tree, of a @name that may be chosen; not charged.
 * NULL: no memory. */
static struct ipc_entry *
slot_take(struct ipc_space *space, mach_port_name_t name)
{
	uint32_t index = name_index(name);
	struct ipc_entry *entry;

	if (check_table_name(space, name) != KERN_SUCCESS)
		return ipc_tree_add(&space->tree, name);
	entry = slot_make(space, index);
	if (!entry)
		return NULL;
	mp_assert(entry->type == MACH_PORT_TYPE_NONE && !entry->blocked);
	if (index < space->next_index)
		free_list_remove(space, index, entry);
	entry->generation = name & 0xFF;
	return entry;
}

/* @name has left the tree. Was its slot waiting for it? */
static void
unblock(struct ipc_space *space, mach_port_name_t name)
{
	uint32_t index = name_index(name);
	struct ipc_entry *entry = slot(space, index);

	if (!entry || !entry->blocked ||
	    (name & FIRST_GENERATION) != FIRST_GENERATION)
		return;
	entry->blocked = false;
	entry->generation = name & 0xFF;
	free_list_push(space, index, entry);
}

/* A slot that was taken, and then perhaps used, is free. */
static void
slot_give(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	uint32_t index = name_index(name);

	mp_assert(!entry->request && !entry->accepted);
	if (entry != slot(space, index)) {
		ipc_tree_remove(&space->tree, name);
		unblock(space, name);
		return;
	}
	entry->type = MACH_PORT_TYPE_NONE;
	entry->urefs = 0;
	entry->port = NULL;
	entry->generation = next_generation(entry->generation);
	if (index < space->next_index)
		free_list_push(space, index, entry);
}

kern_return_t
ipc_space_alloc_name(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry **entry_out)
{
	struct ipc_entry *entry;
	kern_return_t kr;

	if (ipc_space_find_raw(space, name))
		return KERN_NAME_EXISTS;
	kr = charge_name(space);
	if (kr != KERN_SUCCESS)
		return kr;
	entry = slot_take(space, name);
	if (!entry) {
		ipc_account_discharge(space->account, &one_name);
		return KERN_RESOURCE_SHORTAGE;
	}
	space->used++;
	*entry_out = entry;
	return KERN_SUCCESS;
}

kern_return_t
ipc_space_rename(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_name_t new_name,
    struct ipc_entry **entry_out)
{
	bool hashed = (entry->type & MACH_PORT_TYPE_SEND) != 0;
	struct ipc_entry *to;
	uint8_t generation;

	if (entry->lane)
		ipc_lane_close(entry->lane, IPC_LANE_EXACT);
	to = slot_take(space, new_name);
	if (!to)
		return KERN_RESOURCE_SHORTAGE;
	if (hashed)
		ipc_space_hash_remove(space, name, entry);
	generation = to->generation;
	*to = *entry;
	to->generation = generation;
	if (hashed) /* there was room for one more before, so there is now */
		ipc_space_hash_insert(space, new_name, to);
	entry->request = NULL;
	entry->accepted = NULL;
	slot_give(space, name, entry);
	*entry_out = to;
	return KERN_SUCCESS;
}

uint32_t
ipc_space_size(const struct ipc_space *space)
{
	uint32_t size = space->tree.count;

	for (uint32_t i = 0; i < space->chunk_count; i++)
		size += space->chunks[i] ? IPC_CHUNK_ENTRIES : 0;
	return size;
}

kern_return_t
ipc_space_set_mach3(struct ipc_space *space, bool mach3)
{
	if (!mach3 && space->tree.count > 0)
		return KERN_FAILURE;
	space->mach3 = mach3;
	return KERN_SUCCESS;
}

bool
ipc_space_reserve(
    struct ipc_space *space, struct ipc_lane *lane, uint32_t *index_out)
{
	struct ipc_entry *entry;
	mach_port_name_t name;

	if (space->tree.count > 0 ||
	    ipc_space_alloc(space, &entry, &name) != KERN_SUCCESS)
		return false;
	entry->lane = lane;
	space->used--;
	space->reserved++;
	*index_out = name_index(name);
	return true;
}

void
ipc_space_unreserve(struct ipc_space *space, uint32_t index, uint8_t generation)
{
	struct ipc_entry *entry = known_slot(space, index);

	mp_assert(entry->lane);
	entry->lane = NULL;
	if (entry->type != MACH_PORT_TYPE_NONE)
		return;
	entry->generation = generation;
	space->reserved--;
	space->used++;
	ipc_space_free_name(space, make_name(index, generation), entry);
}

bool
ipc_space_is_reserved(const struct ipc_space *space, uint32_t index)
{
	return known_slot(space, index)->type == MACH_PORT_TYPE_NONE;
}

void
ipc_space_enter_token(struct ipc_space *space, uint32_t index,
    uint8_t generation, struct ipc_port *port, const struct ipc_origin *origin)
{
	struct ipc_entry *entry = known_slot(space, index);

	mp_assert(entry->lane && entry->type == MACH_PORT_TYPE_NONE);
	entry->generation = generation;
	entry->type = MACH_PORT_TYPE_SEND_ONCE;
	entry->urefs = 1;
	entry->port = port;
	entry->origin = *origin;
	space->reserved--;
	space->used++;
}

void
ipc_space_enter_dead(struct ipc_space *space, uint32_t index,
    uint8_t generation, const struct ipc_origin *origin)
{
	struct ipc_entry *entry = known_slot(space, index);

	mp_assert(entry->lane && entry->type == MACH_PORT_TYPE_NONE);
	entry->generation = generation;
	entry->type = MACH_PORT_TYPE_DEAD_NAME;
	entry->urefs = 1;
	entry->port = IPC_PORT_NULL;
	entry->origin = *origin;
	space->reserved--;
	space->used++;
}

/* The right that a token was is gone: the slot is reserved again. */
static void
keep_reserved(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	mp_assert(!entry->request && !entry->accepted);
	entry->type = MACH_PORT_TYPE_NONE;
	entry->urefs = 0;
	entry->port = NULL;
	space->used--;
	space->reserved++;
	ipc_lane_freed(space, name, entry);
}

void
ipc_space_free_name(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	if (entry->lane) {
		keep_reserved(space, name, entry);
		return;
	}
	slot_give(space, name, entry);
	space->used--;
	ipc_account_discharge(space->account, &one_name);
}

/* The least name in the table that is in use, not below @from and below @end. */
static struct ipc_entry *
next_in_table(const struct ipc_space *space, mach_port_name_t from,
    mach_port_name_t end, mach_port_name_t *name_out)
{
	uint32_t slots = space->chunk_count * IPC_CHUNK_ENTRIES;

	for (uint32_t i = name_index(from); i < slots; i++) {
		struct ipc_entry *entry = slot(space, i);
		mach_port_name_t name;

		if (i > name_index(end))
			return NULL;
		if (!entry) { /* a chunk that does not exist */
			i |= IPC_CHUNK_ENTRIES - 1;
			continue;
		}
		name = make_name(i, entry->generation);
		if (entry->type != MACH_PORT_TYPE_NONE && name >= from &&
		    name < end) {
			*name_out = name;
			return entry;
		}
	}
	return NULL;
}

/* There may be names from @from on: then @from, or a later name where they begin. */
static mach_port_name_t
go_on_from(const struct ipc_space *space, mach_port_name_t from)
{
	const struct ipc_tree_node *node;

	if (name_index(from) < space->chunk_count * IPC_CHUNK_ENTRIES)
		return from;
	node = ipc_tree_next(&space->tree, from);
	return node ? node->name : MACH_PORT_DEAD;
}

struct ipc_entry *
ipc_space_next_below(const struct ipc_space *space, mach_port_name_t end,
    mach_port_name_t *from, mach_port_name_t *name_out)
{
	struct ipc_tree_node *node = ipc_tree_next(&space->tree, *from);
	struct ipc_entry *entry;

	if (node && node->name >= end)
		node = NULL;
	entry = next_in_table(space, *from, node ? node->name : end, name_out);
	if (!entry && node) {
		entry = &node->entry;
		*name_out = node->name;
	}
	*from = entry ? *name_out + 1 : go_on_from(space, end);
	return entry;
}

struct ipc_entry *
ipc_space_next(const struct ipc_space *space, mach_port_name_t *from,
    mach_port_name_t *name_out)
{
	return ipc_space_next_below(space, MACH_PORT_DEAD, from, name_out);
}
