/* What may be done with memory, and what becomes of it in a fork's child. */
#include "extent.h"

#include <assert.h>
#include <errno.h>
#include <mach/vm_page_size.h>
#include <sys/mman.h>

#include "extent_isolate.h"
#include "extent_table.h"

static_assert(VM_PROT_READ == PROT_READ && VM_PROT_WRITE == PROT_WRITE &&
        VM_PROT_EXECUTE == PROT_EXEC,
    "one is the other");

/* Compare with Linux, and with what there is. */
static kern_return_t
check_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	if (extent_first_locked(begin, end) &&
	    !extent_refresh_locked(begin, end))
		return KERN_RESOURCE_SHORTAGE;
	return mapping_covers_locked(begin, end) ? KERN_SUCCESS
	                                         : KERN_INVALID_ADDRESS;
}

/* Have extents for all of the range, just that. False: no memory; nothing is changed. */
static bool
fill_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	struct extent gap = {.facts = extent_default_facts};

	if (!extent_reserve_locked(2))
		return false;
	extent_cut_locked(begin);
	extent_cut_locked(end);
	while (begin < end) {
		const struct extent *next;

		/* For what insertion may want, and no more than 1 of it. */
		if (!extent_reserve_locked(3))
			return false;
		next = extent_first_locked(begin, end);
		if (next && next->begin == begin) {
			begin = next->end;
			continue;
		}
		gap.begin = begin;
		gap.end = next ? next->begin : end;
		begin = gap.end;
		extent_insert_locked(&gap);
	}
	return true;
}

/* Facts have changed: make extents few again. */
static void
tidy_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	const struct extent *extent;
	uint64_t at = begin;

	while ((extent = extent_first_locked(at, end)) != NULL) {
		const struct extent_facts *facts = &extent->facts;

		at = extent->end;
		if (facts->kind == EXTENT_PLAIN &&
		    facts->max_protection ==
		        extent_default_facts.max_protection &&
		    facts->inheritance == extent_default_facts.inheritance &&
		    extent->begin >= begin && at <= end &&
		    extent_reserve_locked(2))
			extent_remove_locked(extent->begin, at);
	}
	extent_merge_locked(begin, end);
}

/* --- protection ------------------------------------------------------------- */

static kern_return_t
protect_error(int error)
{
	switch (error) {
	case EACCES:
		return KERN_PROTECTION_FAILURE;
	case ENOMEM: /* nothing is missing: too many mappings */
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_INVALID_ADDRESS;
	}
}

static bool
exceeds_maximum_locked(uint64_t begin, uint64_t end, vm_prot_t protection)
    REQUIRES(&vm_lock)
{
	const struct extent *extent;

	for (; (extent = extent_first_locked(begin, end)) != NULL;
	     begin = extent->end)
		if (protection & ~extent->facts.max_protection)
			return true;
	return false;
}

/* Take away from each mapping what is more than @maximum. */
static kern_return_t
lower_locked(uint64_t begin, uint64_t end, vm_prot_t maximum) REQUIRES(&vm_lock)
{
	struct mapping mapping;

	for (; begin < end && mapping_find_locked(begin, &mapping);
	     begin = mapping.end) {
		uint64_t to = mapping.end < end ? mapping.end : end;

		if ((mapping.protection & ~maximum) &&
		    mprotect((void *)begin, to - begin,
		        mapping.protection & maximum) != 0)
			return protect_error(errno);
	}
	return KERN_SUCCESS;
}

static kern_return_t
set_maximum_locked(uint64_t begin, uint64_t end, vm_prot_t maximum)
    REQUIRES(&vm_lock)
{
	struct extent *extent;
	kern_return_t kr;
	uint64_t at;

	if (!mapping_is_told_locked() || !fill_locked(begin, end))
		return KERN_RESOURCE_SHORTAGE;
	kr = lower_locked(begin, end, maximum);
	if (kr == KERN_SUCCESS)
		for (at = begin;
		     (extent = extent_first_locked(at, end)) != NULL;
		     at = extent->end)
			extent->facts.max_protection = maximum;
	tidy_locked(begin, end);
	return kr;
}

static kern_return_t
protect_locked(uint64_t begin, uint64_t end, bool set_maximum,
    vm_prot_t protection) REQUIRES(&vm_lock)
{
	kern_return_t kr = check_locked(begin, end);

	if (kr != KERN_SUCCESS)
		return kr;
	if (exceeds_maximum_locked(begin, end, protection))
		return KERN_PROTECTION_FAILURE;
	if (set_maximum)
		return set_maximum_locked(begin, end, protection);
	return mprotect((void *)begin, end - begin, protection) == 0
	    ? KERN_SUCCESS
	    : protect_error(errno);
}

kern_return_t
extent_protect(
    uint64_t address, uint64_t bytes, bool set_maximum, vm_prot_t protection)
{
	struct lock_hold hold;
	kern_return_t kr;

	vm_lock_take(&hold);
	kr = protect_locked(trunc_page(address), round_page(address + bytes),
	    set_maximum, protection);
	vm_lock_give(&hold);
	return kr;
}

/* --- inheritance ------------------------------------------------------------ */

/* Of what is in no file of ours: is it shared by the program itself? And up to where is the
 * answer the same? */
static bool
is_shared_locked(uint64_t begin, uint64_t end, uint64_t *to_out)
    REQUIRES(&vm_lock)
{
	struct mapping mapping;
	bool shared = false;

	for (*to_out = begin; *to_out < end; *to_out = mapping.end) {
		if (!mapping_find_locked(*to_out, &mapping))
			break;
		if (*to_out > begin && mapping.shared != shared)
			return shared;
		shared = mapping.shared;
	}
	*to_out = end;
	return shared;
}

/* What is not shared yet is put into files that are. */
static kern_return_t
share_all_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	kern_return_t kr = KERN_SUCCESS;

	while (begin < end && kr == KERN_SUCCESS) {
		const struct extent *extent = extent_first_locked(begin, end);
		uint64_t to = extent ? extent->begin : end;
		bool shared;

		if (extent && extent->begin <= begin)
			to = extent->end < end ? extent->end : end;
		else
			extent = NULL;
		if (extent && extent->file)
			shared = extent->facts.kind == EXTENT_SHARED;
		else
			shared = is_shared_locked(begin, to, &to);
		if (!shared)
			kr = extent_isolate_locked(begin, to, NULL);
		begin = to;
	}
	return kr;
}

static kern_return_t
inherit_locked(uint64_t begin, uint64_t end, vm_inherit_t inheritance)
    REQUIRES(&vm_lock)
{
	kern_return_t kr = check_locked(begin, end);
	struct extent *extent;
	uint64_t at;

	if (kr == KERN_SUCCESS && inheritance == VM_INHERIT_SHARE)
		kr = share_all_locked(begin, end);
	if (kr != KERN_SUCCESS)
		return kr;
	if (!fill_locked(begin, end))
		return KERN_RESOURCE_SHORTAGE;
	if (madvise((void *)begin, end - begin,
	        inheritance == VM_INHERIT_NONE ? MADV_DONTFORK : MADV_DOFORK) !=
	    0) {
		kr = errno == ENOMEM ? KERN_RESOURCE_SHORTAGE
		                     : KERN_INVALID_ADDRESS;
	} else {
		for (at = begin;
		     (extent = extent_first_locked(at, end)) != NULL;
		     at = extent->end)
			extent->facts.inheritance = inheritance;
	}
	tidy_locked(begin, end);
	return kr;
}

kern_return_t
extent_inherit(uint64_t address, uint64_t bytes, vm_inherit_t inheritance)
{
	struct lock_hold hold;
	kern_return_t kr;

	vm_lock_take(&hold);
	kr = inherit_locked(
	    trunc_page(address), round_page(address + bytes), inheritance);
	vm_lock_give(&hold);
	return kr;
}
