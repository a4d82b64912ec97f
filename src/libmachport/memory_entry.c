/* Mapping memory entries. */
#include "memory_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_statistics.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "memory_file.h"
#include "vm_look.h"
#include "vm_place.h"

kern_return_t
memory_entry_open(
    mach_port_t name, vm_prot_t wanted, struct memory_entry *entry_out)
{
	const uint32_t in[] = {name, (uint32_t)wanted};
	uint32_t out[5];
	int descriptor = -1;
	kern_return_t kr;

	kr = call_for_file(WIRE_MEMORY_ENTRY_MAP, in, 2, out, &descriptor);
	if (kr != KERN_SUCCESS)
		return kr;
	*entry_out = (struct memory_entry){
	    .view = {descriptor, wire_two_words(out + 1)},
	    .bytes = wire_two_words(out + 3),
	    .protection = (vm_prot_t)out[0],
	};
	return KERN_SUCCESS;
}

/* What Linux's refusal to map an entry's file means: it may have been sealed against
 * writing since the entry was made. */
static kern_return_t
map_error(int error)
{
	return error == EPERM || error == EACCES ? KERN_PROTECTION_FAILURE
	                                         : KERN_RESOURCE_SHORTAGE;
}

/* Map the file of @from over @address. */
static kern_return_t
map_over(uint64_t address, const struct memory_entry_view *view,
    struct extent_view from, enum extent_kind kind)
{
	const struct extent_facts facts = {
	    .kind = kind,
	    .max_protection = view->max_protection,
	    .inheritance = view->inheritance,
	};
	const int how = kind == EXTENT_SHARED ? MAP_SHARED : MAP_PRIVATE;

	if (mmap((void *)address, view->bytes,
	        vm_linux_protection(view->protection), how | MAP_FIXED,
	        from.descriptor, (off_t)from.offset) == MAP_FAILED) {
		const kern_return_t kr = map_error(errno);

		(void)syscall(SYS_close, from.descriptor);
		return kr;
	}
	if (view->bytes >= VM_FILE_BYTES)
		(void)madvise((void *)address, view->bytes, MADV_HUGEPAGE);
	extent_adopt(address, view->bytes, from, &facts);
	return KERN_SUCCESS;
}

/* What others may write is no snapshot in a private mapping: there a page is theirs
 * until it is written here. */
static kern_return_t
copy_over(uint64_t address, const struct memory_entry_view *view,
    const struct extent_view *from)
{
	uint64_t to = address;
	kern_return_t kr =
	    extent_allocate(&to, view->bytes, 0, VM_FLAGS_OVERWRITE);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!memory_file_read(
	        from->descriptor, (void *)to, view->bytes, from->offset))
		return KERN_RESOURCE_SHORTAGE;
	kr = extent_protect(to, view->bytes, false, view->protection);
	if (kr == KERN_SUCCESS && view->max_protection != VM_PROT_ALL)
		kr =
		    extent_protect(to, view->bytes, true, view->max_protection);
	return kr;
}

static bool
is_constant(int descriptor)
{
	return (fcntl(descriptor, F_GET_SEALS) & F_SEAL_WRITE) != 0;
}

/* Over what is reserved at @address. */
static kern_return_t
fill_place(uint64_t address, const struct memory_entry_view *view,
    struct extent_view from)
{
	kern_return_t kr;

	if (!view->copy) {
		kr = map_over(address, view, from, EXTENT_SHARED);
	} else if (is_constant(from.descriptor)) {
		kr = map_over(address, view, from, EXTENT_SNAPSHOT);
	} else {
		kr = copy_over(address, view, &from);
		(void)syscall(SYS_close, from.descriptor);
	}
	if (kr != KERN_SUCCESS)
		return kr;
	return extent_inherit(address, view->bytes, view->inheritance);
}

/* Has the file been sealed since the entry was made, so that it can be mapped to write no
 * more? */
static bool
is_closed(int descriptor)
{
	return (fcntl(descriptor, F_GET_SEALS) & F_SEAL_FUTURE_WRITE) != 0;
}

/* Where the view of @entry, which is to allow @wanted, shall be. */
static kern_return_t
find_place(const struct memory_entry *entry,
    const struct memory_entry_view *view, vm_prot_t wanted,
    uint64_t *address_io)
{
	uint64_t end;

	if (__builtin_add_overflow(view->offset, view->bytes, &end) ||
	    end > entry->bytes)
		return KERN_INVALID_ARGUMENT;
	/* Linux would refuse it too, but when what VM_FLAGS_OVERWRITE overwrites is gone. */
	if (wanted & VM_PROT_WRITE && is_closed(entry->view.descriptor))
		return KERN_PROTECTION_FAILURE;
	return vm_place(address_io, view->bytes, view->mask, view->flags);
}

kern_return_t
memory_entry_map(mach_port_t entry, const struct memory_entry_view *view,
    uint64_t *address_io)
{
	const vm_prot_t wanted =
	    view->copy ? VM_PROT_READ : view->protection | view->max_protection;
	uint64_t address = *address_io;
	struct memory_entry opened;
	kern_return_t kr = memory_entry_open(entry, wanted, &opened);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = find_place(&opened, view, wanted, &address);
	if (kr != KERN_SUCCESS) {
		(void)syscall(SYS_close, opened.view.descriptor);
		return kr;
	}
	opened.view.offset += view->offset;
	kr = fill_place(address, view, opened.view); /* consumes it */
	if (kr == KERN_SUCCESS)
		*address_io = address;
	else
		(void)extent_deallocate(address, view->bytes);
	return kr;
}
