/* One's own memory, region by region. */
#include "vm_look.h"

#include <sys/mman.h>

#include "extent.h"
#include "mapping.h"

/* From here on there is only what Linux itself has mapped, for all processes. */
#define LINUX_BEGIN ((uint64_t)1 << 63)

static vm_prot_t
protection_of(int linux_protection)
{
	return (linux_protection & PROT_READ ? VM_PROT_READ : 0) |
	    (linux_protection & PROT_WRITE ? VM_PROT_WRITE : 0) |
	    (linux_protection & PROT_EXEC ? VM_PROT_EXECUTE : 0);
}

/* Linux does not tell how a file was opened that a mapping is of: what cannot be written
 * may be of one that never can. */
static struct vm_facts
facts_of(const struct mapping *mapping)
{
	const vm_prot_t protection = protection_of(mapping->protection);
	struct vm_facts facts = {
	    .begin = mapping->begin,
	    .end = mapping->end,
	    .offset = mapping->offset,
	    .protection = protection,
	    .max_protection = VM_PROT_ALL,
	    .inheritance = VM_INHERIT_COPY,
	};

	if (mapping->shared) {
		facts.shared = true;
		facts.foreign = true;
		facts.inheritance = VM_INHERIT_SHARE;
		if (!(protection & VM_PROT_WRITE))
			facts.max_protection &= ~VM_PROT_WRITE;
	}
	return facts;
}

/* What we know of part of it. */
static void
add_extent(struct vm_facts *facts, const struct extent_facts *extent,
    uint64_t begin, uint64_t end)
{
	if (begin > facts->begin) {
		facts->offset += begin - facts->begin;
		facts->begin = begin;
	}
	if (end < facts->end)
		facts->end = end;
	facts->max_protection = extent->max_protection;
	facts->inheritance = extent->inheritance;
	if (extent->kind != EXTENT_PLAIN) {
		facts->shared = extent->kind == EXTENT_SHARED;
		facts->foreign = false;
	}
}

bool
vm_look(uint64_t address, struct vm_facts *facts_out)
{
	struct mapping mapping;
	struct extent_facts extent;
	uint64_t begin;
	uint64_t end;

	if (!mapping_find(address, &mapping) || mapping.begin >= LINUX_BEGIN)
		return false;
	*facts_out = facts_of(&mapping);
	if (address < mapping.begin)
		address = mapping.begin;
	/* Not if the program has mapped something else there meanwhile. */
	if (extent_look(address, &extent, &begin, &end) &&
	    (extent.kind == EXTENT_PLAIN || mapping.inode != 0))
		add_extent(facts_out, &extent, begin, end);
	return true;
}

bool
vm_survey(uint64_t address, uint64_t bytes, vm_prot_t *protection_out,
    vm_prot_t *max_protection_out)
{
	const uint64_t end = address + bytes;
	vm_prot_t protection = VM_PROT_ALL;
	vm_prot_t max_protection = VM_PROT_ALL;
	struct vm_facts facts;

	for (; address < end; address = facts.end) {
		if (!vm_look(address, &facts) || facts.begin > address)
			return false;
		protection &= facts.protection;
		max_protection &= facts.max_protection;
	}
	*protection_out = protection;
	*max_protection_out = max_protection;
	return true;
}

int
vm_linux_protection(vm_prot_t protection)
{
	return (protection & VM_PROT_READ ? PROT_READ : 0) |
	    (protection & VM_PROT_WRITE ? PROT_WRITE : 0) |
	    (protection & VM_PROT_EXECUTE ? PROT_EXEC : 0);
}
