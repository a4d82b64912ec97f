/* Memory of this process that is in files of ours: unmapping, and what is known of it. */
#include "extent.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent_table.h"
#include "region_pool.h"
#include "window_view.h"

static kern_return_t
deallocate_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock)
{
	/* Most memory is in no file: then there is nothing to compare. */
	bool known = extent_first_locked(begin, end) != NULL;
	/* Where Linux does not tell, the pages may be mapped elsewhere, too. */
	bool certain = known && extent_reserve_locked(2) &&
	    extent_refresh_locked(begin, end);

	if (!known &&
	    (region_pool_give_locked(begin, end - begin) ||
	        window_view_give_locked(begin, end - begin)))
		return KERN_SUCCESS;
	if (munmap((void *)begin, end - begin) != 0)
		return errno == ENOMEM ? KERN_RESOURCE_SHORTAGE
		                       : KERN_INVALID_ADDRESS;
	if (!known || !extent_reserve_locked(2))
		return KERN_SUCCESS;
	if (certain)
		extent_free_locked(begin, end);
	else
		extent_remove_locked(begin, end);
	return KERN_SUCCESS;
}

kern_return_t
extent_deallocate(uint64_t address, uint64_t bytes)
{
	struct lock_hold hold;
	kern_return_t kr;

	vm_lock_take(&hold);
	kr =
	    deallocate_locked(trunc_page(address), round_page(address + bytes));
	vm_lock_give(&hold);
	return kr;
}

/* What remains to be remembered of @facts without the descriptor? */
static bool
is_worth_it(const struct extent_facts *facts, bool has_descriptor)
{
	switch (facts->kind) {
	case EXTENT_OWN:
	case EXTENT_SHARED:
		return true;
	case EXTENT_SNAPSHOT:
	case EXTENT_PLAIN:
		break;
	}
	return has_descriptor ||
	    facts->max_protection != extent_default_facts.max_protection ||
	    facts->inheritance != extent_default_facts.inheritance;
}

static void
adopt_locked(uint64_t begin, uint64_t end, struct extent_view view,
    const struct extent_facts *facts) REQUIRES(&vm_lock)
{
	struct extent extent = {
	    .begin = begin,
	    .end = end,
	    .offset = view.offset,
	    .facts = *facts,
	};
	bool kept = false;

	extent_sweep_locked();
	if (!extent_reserve_locked(3)) {
		(void)syscall(SYS_close, view.descriptor);
		return;
	}
	extent.file = extent_file_new_locked(view.descriptor, &kept);
	if (extent.file && is_worth_it(facts, kept)) {
		extent_insert_locked(&extent);
		return;
	}
	extent_file_unref_locked(extent.file);
	extent_remove_locked(begin, end);
}

void
extent_adopt(uint64_t address, uint64_t bytes, struct extent_view view,
    const struct extent_facts *facts)
{
	struct lock_hold hold;

	vm_lock_take(&hold);
	adopt_locked(
	    trunc_page(address), round_page(address + bytes), view, facts);
	vm_lock_give(&hold);
}

bool
extent_look(uint64_t address, struct extent_facts *facts_out,
    uint64_t *begin_out, uint64_t *end_out)
{
	const struct extent *extent;
	struct lock_hold hold;

	vm_lock_take(&hold);
	extent = extent_first_locked(address, address + 1);
	if (extent) {
		*facts_out = extent->facts;
		*begin_out = extent->begin;
		*end_out = extent->end;
	}
	vm_lock_give(&hold);
	return extent != NULL;
}
