/*
 * What the calls on memory have in common: whose memory it is, and which pages a range
 * touches.
 */
#ifndef LIBMACHPORT_VM_RANGE_H
#define LIBMACHPORT_VM_RANGE_H

#include <mach/kern_return.h>
#include <mach/mach_init.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>
#include <mach/vm_types.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "rpc.h"
#include "rpc_mach_vm.h"

/* Flags that there is no need to do anything for; and where memory shall be. */
#define VM_FLAGS_HINTS                                                         \
	(VM_FLAGS_RANDOM_ADDR | VM_FLAGS_NO_CACHE | (int)VM_FLAGS_ALIAS_MASK)
#define VM_FLAGS_PLACES (VM_FLAGS_ANYWHERE | VM_FLAGS_OVERWRITE)

/* What @own makes of it if @task is the caller's; else what the stub of @call returns.
 * errno is left as it was. */
#define VM_CALL(task, own, call)                                               \
	__extension__({                                                        \
		const int vm_errno_ = errno;                                   \
		const kern_return_t vm_kr_ =                                   \
		    (task) == mach_task_self() ? (own) : RPC(call);            \
                                                                               \
		errno = vm_errno_;                                             \
		vm_kr_;                                                        \
	})

/* Whole pages. */
struct vm_range {
	uint64_t begin;
	uint64_t bytes;
};

/* Is there no such range? Its end may be the last address, but not beyond. */
static inline bool
vm_wraps(uint64_t address, uint64_t size)
{
	uint64_t end;

	return __builtin_add_overflow(address, size, &end);
}

/* The pages that a range touches; false if they go beyond the last address. */
static inline bool
vm_range_of(uint64_t address, uint64_t size, struct vm_range *range_out)
{
	uint64_t end;

	if (__builtin_add_overflow(address, size, &end) ||
	    __builtin_add_overflow(end, vm_page_mask, &end))
		return false;
	range_out->begin = trunc_page(address);
	range_out->bytes = trunc_page(end) - range_out->begin;
	return true;
}

#endif
