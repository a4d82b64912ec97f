/* Making one's own what is shared. */
#include "vm_unshare.h"

#include <stddef.h>
#include <sys/mman.h>

#include "extent_table.h"
#include "vm_copy.h"
#include "vm_look.h"

/* Put @copy where the pages are, at once for all threads; they are in no file then. */
static bool
put_in_place_locked(void *copy, uint64_t address, uint64_t bytes)
    REQUIRES(&vm_lock)
{
	if (!extent_reserve_locked(2) ||
	    mremap(copy, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
	        (void *)address) == MAP_FAILED)
		return false;
	extent_remove_locked(address, address + bytes);
	return true;
}

static bool
put_in_place(void *copy, uint64_t address, uint64_t bytes)
{
	struct lock_hold hold;
	bool done;

	vm_lock_take(&hold);
	done = put_in_place_locked(copy, address, bytes);
	vm_lock_give(&hold);
	return done;
}

static kern_return_t
replace(uint64_t address, uint64_t bytes, vm_prot_t protection)
{
	void *copy = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	kern_return_t kr;

	if (copy == MAP_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	kr = vm_copy_own((uintptr_t)copy, address, bytes);
	if (kr == KERN_SUCCESS &&
	    (mprotect(copy, bytes, vm_linux_protection(protection)) != 0 ||
	        !put_in_place(copy, address, bytes)))
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr != KERN_SUCCESS)
		(void)munmap(copy, bytes);
	return kr;
}

kern_return_t
vm_unshare(uint64_t address, uint64_t bytes)
{
	const uint64_t end = address + bytes;
	struct vm_facts facts;
	kern_return_t kr = KERN_SUCCESS;

	for (; kr == KERN_SUCCESS && address < end; address = facts.end) {
		if (!vm_look(address, &facts) || facts.begin > address)
			return KERN_INVALID_ADDRESS;
		if (facts.end > end)
			facts.end = end;
		if (!facts.shared)
			continue;
		kr = replace(address, facts.end - address, facts.protection);
		if (kr == KERN_SUCCESS && facts.inheritance == VM_INHERIT_NONE)
			kr = extent_inherit(
			    address, facts.end - address, facts.inheritance);
	}
	return kr;
}
