/*
 * Mapping what is mapped already once more: the same pages, or a copy of them. Of another
 * task's memory there is but the copy.
 */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent.h"
#include "vm_copy.h"
#include "vm_look.h"
#include "vm_place.h"
#include "vm_range.h"

/* So much of another's memory comes by one message. */
#define READ_BYTES ((uint64_t)16 << 20)

/* What is asked for, and what is found. */
struct remap {
	vm_map_t task; /* whose memory it is a mapping of */
	uint64_t to;
	uint64_t from;
	uint64_t bytes;
	vm_prot_t protection;
	vm_prot_t max_protection;
	vm_inherit_t inheritance;
};

/* Map @view, whose descriptor is CONSUMED, over what is reserved at @to. */
static kern_return_t
map_view(const struct remap *remap, uint64_t to, uint64_t bytes,
    struct extent_view view, enum extent_kind kind)
{
	const struct extent_facts facts = {
	    .kind = kind,
	    .max_protection = remap->max_protection,
	    .inheritance = remap->inheritance,
	};
	const int how = kind == EXTENT_SHARED ? MAP_SHARED : MAP_PRIVATE;

	if (mmap((void *)to, bytes, vm_linux_protection(remap->protection),
	        how | MAP_FIXED, view.descriptor,
	        (off_t)view.offset) == MAP_FAILED) {
		(void)syscall(SYS_close, view.descriptor);
		return KERN_RESOURCE_SHORTAGE;
	}
	extent_adopt(to, bytes, view, &facts);
	return KERN_SUCCESS;
}

/* A mapping that the program made itself, of what others can have: Linux doubles it. */
static kern_return_t
double_mapping(
    const struct remap *remap, uint64_t to, uint64_t from, uint64_t bytes)
{
	void *twin = mremap((void *)from, 0, bytes, MREMAP_MAYMOVE);

	if (twin == MAP_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	if (mprotect(twin, bytes, vm_linux_protection(remap->protection)) ==
	        0 &&
	    mremap(twin, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
	        (void *)to) != MAP_FAILED)
		return KERN_SUCCESS;
	(void)munmap(twin, bytes);
	return KERN_RESOURCE_SHORTAGE;
}

/* All the pages: mapping by mapping, as each may be of something else. */
static kern_return_t
share(const struct remap *remap)
{
	const uint64_t end = remap->from + remap->bytes;
	struct extent_view view;
	struct vm_facts facts;
	kern_return_t kr;

	for (uint64_t at = remap->from; at < end; at = facts.end) {
		const uint64_t to = remap->to + (at - remap->from);

		if (!vm_look(at, &facts) || facts.begin > at)
			return KERN_INVALID_ADDRESS; /* meanwhile */
		if (facts.end > end)
			facts.end = end;
		if (facts.foreign) {
			kr = double_mapping(remap, to, at, facts.end - at);
		} else {
			kr = extent_isolate(at, facts.end - at, &view);
			if (kr == KERN_SUCCESS)
				kr = map_view(remap, to, facts.end - at, view,
				    EXTENT_SHARED);
		}
		if (kr != KERN_SUCCESS)
			return kr;
	}
	return extent_inherit(remap->to, remap->bytes, remap->inheritance);
}

/* Another task may change what has not been read yet. What answers may be no task. */
static kern_return_t
read_other(const struct remap *remap)
{
	mach_vm_size_t count = 0;

	for (uint64_t at = 0; at < remap->bytes; at += count) {
		const uint64_t left = remap->bytes - at;
		const uint64_t bytes = left < READ_BYTES ? left : READ_BYTES;
		const kern_return_t kr = mach_vm_read_overwrite(remap->task,
		    remap->from + at, bytes, remap->to + at, &count);

		if (kr != KERN_SUCCESS)
			return kr;
		if (count != bytes)
			return KERN_FAILURE;
	}
	return KERN_SUCCESS;
}

static bool
is_own(const struct remap *remap)
{
	return remap->task == mach_task_self();
}

static kern_return_t
copy_plainly(const struct remap *remap)
{
	uint64_t to = remap->to;
	kern_return_t kr =
	    extent_allocate(&to, remap->bytes, 0, VM_FLAGS_OVERWRITE);

	if (kr == KERN_SUCCESS)
		kr = is_own(remap) ? vm_copy_own(to, remap->from, remap->bytes)
		                   : read_other(remap);
	if (kr == KERN_SUCCESS)
		kr = extent_protect(to, remap->bytes, false, remap->protection);
	if (kr == KERN_SUCCESS && remap->max_protection != VM_PROT_ALL)
		kr = extent_protect(
		    to, remap->bytes, true, remap->max_protection);
	return kr;
}

/* What is there now; neither sees what the other does to it. */
static kern_return_t
copy_pages(const struct remap *remap)
{
	struct extent_view view;
	kern_return_t kr;

	if (is_own(remap) &&
	    extent_snapshot(remap->from, remap->bytes, false, &view))
		kr = map_view(
		    remap, remap->to, remap->bytes, view, EXTENT_SNAPSHOT);
	else
		kr = copy_plainly(remap);
	if (kr == KERN_SUCCESS)
		kr =
		    extent_inherit(remap->to, remap->bytes, remap->inheritance);
	return kr;
}

static bool
overlaps(const struct remap *remap)
{
	return is_own(remap) && remap->to < remap->from + remap->bytes &&
	    remap->from < remap->to + remap->bytes;
}

/* What can be done with all of another's pages. */
static kern_return_t
survey_other(struct remap *remap)
{
	const uint64_t end = remap->from + remap->bytes;
	uint64_t at = remap->from;

	remap->protection = VM_PROT_ALL;
	remap->max_protection = VM_PROT_ALL;
	while (at < end) {
		vm_region_basic_info_data_64_t info;
		mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
		mach_vm_address_t begin = at;
		mach_vm_size_t bytes = 0;
		mach_port_t object;
		const kern_return_t kr = mach_vm_region(remap->task, &begin,
		    &bytes, VM_REGION_BASIC_INFO_64, (vm_region_info_t)&info,
		    &count, &object);

		if (kr != KERN_SUCCESS)
			return kr;
		if (begin > at || bytes <= at - begin)
			return KERN_INVALID_ADDRESS;
		at = bytes < end - begin ? begin + bytes : end;
		remap->protection &= info.protection;
		remap->max_protection &= info.max_protection;
	}
	return KERN_SUCCESS;
}

static kern_return_t
survey(struct remap *remap)
{
	if (!is_own(remap))
		return survey_other(remap);
	return vm_survey(remap->from, remap->bytes, &remap->protection,
	           &remap->max_protection)
	    ? KERN_SUCCESS
	    : KERN_INVALID_ADDRESS;
}

static kern_return_t
remap_pages(struct remap *remap, uint64_t mask, int flags, bool copy)
{
	kern_return_t kr = survey(remap);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!(flags & VM_FLAGS_ANYWHERE) && overlaps(remap))
		return flags & VM_FLAGS_OVERWRITE ? KERN_INVALID_ARGUMENT
		                                  : KERN_NO_SPACE;
	if (!(remap->protection & VM_PROT_READ))
		return KERN_PROTECTION_FAILURE;
	kr = vm_place(&remap->to, remap->bytes, mask, flags & VM_FLAGS_PLACES);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = copy ? copy_pages(remap) : share(remap);
	if (kr != KERN_SUCCESS)
		(void)extent_deallocate(remap->to, remap->bytes);
	return kr;
}

/* The pages that are meant, and where they shall be. False: no such range. */
static bool
find_ranges(mach_vm_address_t to, mach_vm_address_t from, mach_vm_size_t size,
    int flags, struct remap *remap_out)
{
	const bool data = flags & VM_FLAGS_RETURN_DATA_ADDR;
	struct vm_range source;
	struct vm_range target;

	if (!vm_range_of(data ? from : trunc_page(from), size, &source))
		return false;
	to = trunc_page(to);
	if (!vm_range_of(
	        flags & VM_FLAGS_ANYWHERE ? 0 : to, source.bytes, &target))
		return false;
	remap_out->to = to;
	remap_out->from = source.begin;
	remap_out->bytes = source.bytes;
	return true;
}

static kern_return_t
remap_here(mach_vm_address_t *target_address, mach_vm_size_t size,
    mach_vm_offset_t mask, int flags, vm_map_t src_task,
    mach_vm_address_t src_address, boolean_t copy, vm_prot_t *cur_protection,
    vm_prot_t *max_protection, vm_inherit_t inheritance)
{
	struct remap remap = {.task = src_task, .inheritance = inheritance};
	kern_return_t kr;

	if (flags &
	        ~(VM_FLAGS_PLACES | VM_FLAGS_HINTS |
	            VM_FLAGS_RETURN_DATA_ADDR) ||
	    inheritance > VM_INHERIT_LAST_VALID || size == 0 ||
	    !find_ranges(*target_address, src_address, size, flags, &remap))
		return KERN_INVALID_ARGUMENT;
	kr = remap_pages(&remap, mask, flags, copy);
	if (kr != KERN_SUCCESS)
		return kr;
	*target_address = remap.to;
	if (flags & VM_FLAGS_RETURN_DATA_ADDR)
		*target_address += src_address - remap.from;
	*cur_protection = remap.protection;
	*max_protection = remap.max_protection;
	return KERN_SUCCESS;
}

kern_return_t
mach_vm_remap(vm_map_t target_task, mach_vm_address_t *target_address,
    mach_vm_size_t size, mach_vm_offset_t mask, int flags, vm_map_t src_task,
    mach_vm_address_t src_address, boolean_t copy, vm_prot_t *cur_protection,
    vm_prot_t *max_protection, vm_inherit_t inheritance)
{
	/* To share between two tasks, or to map for another: the kernel says that it cannot. */
	const vm_map_t task =
	    copy || src_task == mach_task_self() ? target_task : MACH_PORT_NULL;

	return VM_CALL(task,
	    remap_here(target_address, size, mask, flags, src_task, src_address,
	        copy, cur_protection, max_protection, inheritance),
	    mach_vm_remap(target_task, target_address, size, mask, flags,
	        src_task, src_address, copy, cur_protection, max_protection,
	        inheritance));
}

kern_return_t
vm_remap(vm_map_t target_task, vm_address_t *target_address, vm_size_t size,
    vm_address_t mask, int flags, vm_map_t src_task, vm_address_t src_address,
    boolean_t copy, vm_prot_t *cur_protection, vm_prot_t *max_protection,
    vm_inherit_t inheritance)
{
	mach_vm_address_t wide = *target_address;
	const kern_return_t kr =
	    mach_vm_remap(target_task, &wide, size, mask, flags, src_task,
	        src_address, copy, cur_protection, max_protection, inheritance);

	if (kr == KERN_SUCCESS)
		*target_address = (vm_address_t)wide;
	return kr;
}
