/* The ledger: a hash of names, in memory that is had as it is used. */
#include "debug_ledger.h"

#include <string.h>
#include <sys/mman.h>

#define RIGHTS (1u << 20)
#define BUCKETS (1u << 16)
#define RELEASES (1u << 14)

static struct ledger_right *rights; /* rights[0] is not used; name 0: free */
static uint32_t *buckets;
static struct ledger_release *releases; /* by name: the last of its kind */
static uint32_t right_end;              /* none was used from here on */
static uint32_t free_rights;
static uint64_t lost;

static void *
reserve(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

bool
ledger_init(void)
{
	rights = reserve(RIGHTS * sizeof(*rights));
	buckets = reserve(BUCKETS * sizeof(*buckets));
	releases = reserve(RELEASES * sizeof(*releases));
	right_end = 1;
	return rights && buckets && releases;
}

void
ledger_forget(void)
{
	memset(buckets, 0, BUCKETS * sizeof(*buckets));
	memset(releases, 0, RELEASES * sizeof(*releases));
	memset(rights, 0, right_end * sizeof(*rights));
	right_end = 1;
	free_rights = 0;
	lost = 0;
}

static uint32_t
hash(mach_port_name_t name)
{
	return (name * 0x9e3779b1u) >> 16;
}

static uint32_t *
bucket_of(mach_port_name_t name)
{
	return &buckets[hash(name) % BUCKETS];
}

static uint32_t
new_right(void)
{
	uint32_t index = free_rights;

	if (index != 0) {
		free_rights = rights[index].next;
		return index;
	}
	return right_end < RIGHTS ? right_end++ : 0;
}

void
ledger_add(const struct ledger_right *right)
{
	uint32_t *bucket = bucket_of(right->name);
	uint32_t index = new_right();

	if (index == 0) {
		lost++;
		return;
	}
	rights[index] = *right;
	rights[index].next = *bucket;
	*bucket = index;
}

uint64_t
ledger_lost(void)
{
	return lost;
}

/* Where the next right of @name is linked from, at or behind @link; NULL: nowhere. */
static uint32_t *
find_link(uint32_t *link, mach_port_name_t name)
{
	while (*link != 0 && rights[*link].name != name)
		link = &rights[*link].next;
	return *link != 0 ? link : NULL;
}

static void
free_right(uint32_t *link)
{
	uint32_t index = *link;

	*link = rights[index].next;
	memset(&rights[index], 0, sizeof(rights[index]));
	rights[index].next = free_rights;
	free_rights = index;
}

static void
note_release(mach_port_name_t name, const char *call, uint32_t site)
{
	releases[hash(name) % RELEASES] =
	    (struct ledger_release){name, site, call};
}

/* Is @found one that goes when @right does? What was a send right may have become a dead
 * name, but what receives did not come from either. */
static bool
goes_for(const struct ledger_right *found, const mach_port_right_t *right,
    bool exact)
{
	if (!right || found->right == *right)
		return true;
	return !exact && found->right != MACH_PORT_RIGHT_RECEIVE &&
	    found->right != MACH_PORT_RIGHT_PORT_SET;
}

/* Up to @count of those that are @right, or may have been, or of any: NULL. */
static uint32_t
take(mach_port_name_t name, const mach_port_right_t *right, bool exact,
    uint32_t count)
{
	uint32_t *link = bucket_of(name);
	uint32_t taken = 0;

	while (taken < count && (link = find_link(link, name)) != NULL) {
		struct ledger_right *found = &rights[*link];

		if (!goes_for(found, right, exact)) {
			link = &found->next;
		} else if (found->count > count - taken) {
			found->count -= count - taken;
			return count;
		} else {
			taken += found->count;
			free_right(link);
		}
	}
	return taken;
}

uint32_t
ledger_release(mach_port_name_t name, mach_port_right_t right, uint32_t count,
    const char *call, uint32_t site)
{
	uint32_t taken = take(name, &right, true, count);

	if (taken < count && right != MACH_PORT_RIGHT_RECEIVE)
		taken += take(name, &right, false, count - taken);
	if (!ledger_find(name))
		note_release(name, call, site);
	return taken;
}

void
ledger_release_all(mach_port_name_t name, const char *call, uint32_t site)
{
	(void)take(name, NULL, true, UINT32_MAX);
	note_release(name, call, site);
}

void
ledger_rename(mach_port_name_t name, mach_port_name_t new_name)
{
	uint32_t *link;

	while ((link = find_link(bucket_of(name), name)) != NULL) {
		uint32_t index = *link;
		uint32_t *bucket = bucket_of(new_name);

		*link = rights[index].next;
		rights[index].name = new_name;
		rights[index].next = *bucket;
		*bucket = index;
	}
}

void
ledger_use(mach_port_name_t name)
{
	uint32_t *link = bucket_of(name);

	while ((link = find_link(link, name)) != NULL) {
		rights[*link].used = true;
		link = &rights[*link].next;
	}
}

const struct ledger_right *
ledger_find(mach_port_name_t name)
{
	uint32_t *link = find_link(bucket_of(name), name);

	return link ? &rights[*link] : NULL;
}

const struct ledger_release *
ledger_find_release(mach_port_name_t name)
{
	const struct ledger_release *release = &releases[hash(name) % RELEASES];

	return release->name == name && name != MACH_PORT_NULL ? release : NULL;
}

uint32_t
ledger_next(uint32_t index, const struct ledger_right **right_out)
{
	while (++index < right_end)
		if (rights[index].name != MACH_PORT_NULL) {
			*right_out = &rights[index];
			return index;
		}
	return 0;
}
