/*
 * mach/vm_statistics.h - what a host's memory is used for, and flags of memory calls
 *
 * Source: spec/special-ports.md 4, spec/mig.md 6.7; flags and tags have Darwin's numbers
 */
#ifndef MACH_VM_STATISTICS_H
#define MACH_VM_STATISTICS_H

#include <mach/machine/vm_types.h>
#include <stdint.h>

#define VM_FLAGS_FIXED 0x0000       /* at the address given */
#define VM_FLAGS_ANYWHERE 0x0001    /* where there is room */
#define VM_FLAGS_PURGABLE 0x0002    /* refused: what may be lost */
#define VM_FLAGS_RANDOM_ADDR 0x0008 /* a hint, of no effect: so it is anyway */
#define VM_FLAGS_NO_CACHE 0x0010    /* a hint, of no effect */
#define VM_FLAGS_OVERWRITE 0x4000   /* what is there goes */
/* The address of the first byte that is meant, not of its page. */
#define VM_FLAGS_RETURN_DATA_ADDR 0x100000

/* What memory is for, in flags: accepted, and not kept. */
#define VM_FLAGS_ALIAS_MASK 0xff000000
#define VM_GET_FLAGS_ALIAS(flags, alias)                                       \
	((alias) = (int)(((flags)&VM_FLAGS_ALIAS_MASK) >> 24))
#define VM_MAKE_TAG(tag) ((int)((unsigned int)(tag) << 24))
#define VM_MEMORY_MALLOC 1
#define VM_MEMORY_MALLOC_SMALL 2
#define VM_MEMORY_MALLOC_LARGE 3
#define VM_MEMORY_MALLOC_HUGE 4
#define VM_MEMORY_SBRK 5
#define VM_MEMORY_REALLOC 6
#define VM_MEMORY_MALLOC_TINY 7
#define VM_MEMORY_ANALYSIS_TOOL 10
#define VM_MEMORY_MACH_MSG 20
#define VM_MEMORY_IOKIT 21
#define VM_MEMORY_STACK 30
#define VM_MEMORY_GUARD 31
#define VM_MEMORY_SHARED_PMAP 32
#define VM_MEMORY_DYLIB 33
#define VM_MEMORY_APPLICATION_SPECIFIC_1 240
#define VM_MEMORY_APPLICATION_SPECIFIC_16 255

/* Counts of pages, and of what happened since the machine started; those that wrap do
 * so. What Linux does not count is 0. */
struct vm_statistics {
	natural_t free_count;
	natural_t active_count;
	natural_t inactive_count;
	natural_t wire_count; /* cannot be taken from its users */
	natural_t zero_fill_count;
	natural_t reactivations;
	natural_t pageins;  /* pages read, of files too */
	natural_t pageouts; /* written */
	natural_t faults;
	natural_t cow_faults;
	natural_t lookups;
	natural_t hits;
	natural_t purgeable_count;
	natural_t purges;
	natural_t speculative_count;
};
typedef struct vm_statistics vm_statistics_data_t;
typedef struct vm_statistics *vm_statistics_t;

struct vm_statistics64 {
	natural_t free_count;
	natural_t active_count;
	natural_t inactive_count;
	natural_t wire_count;
	uint64_t zero_fill_count;
	uint64_t reactivations;
	uint64_t pageins;
	uint64_t pageouts;
	uint64_t faults;
	uint64_t cow_faults;
	uint64_t lookups;
	uint64_t hits;
	uint64_t purges;
	natural_t purgeable_count;
	natural_t speculative_count;
	uint64_t decompressions;
	uint64_t compressions;
	uint64_t swapins;
	uint64_t swapouts;
	natural_t compressor_page_count;
	natural_t throttled_count;
	natural_t external_page_count; /* of files */
	natural_t internal_page_count; /* of none */
	uint64_t total_uncompressed_pages_in_compressor;
} __attribute__((aligned(8)));
typedef struct vm_statistics64 vm_statistics64_data_t;
typedef struct vm_statistics64 *vm_statistics64_t;

#endif /* MACH_VM_STATISTICS_H */
