/*
 * What we know of this process's memory: extents, which do not overlap, by address.
 * Neighbours that continue each other are one.
 *
 * Memory of our own, as a call may come in a signal handler that interrupted malloc().
 *
 * Each function that may need room for more extents says so; it is had before
 * (extent_reserve_locked()), so that what has begun does not fail.
 */
#ifndef LIBMACHPORT_EXTENT_TABLE_H
#define LIBMACHPORT_EXTENT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "extent.h"
#include "extent_file.h"
#include "lock.h"
#include "mapping.h"

struct extent {
	uint64_t begin;
	uint64_t end;
	uint64_t offset; /* of begin, in the file */
	uint64_t aside;  /* around fork(): where the child's copy is; else 0 */
	struct extent_file *file; /* one of its refs; NULL if EXTENT_PLAIN */
	struct extent_facts facts;
};

/* Facts of memory that is not in the table. */
extern const struct extent_facts extent_default_facts;

/* Room for @more extents; false: no memory. */
bool extent_reserve_locked(size_t more) REQUIRES(&vm_lock)
    __attribute__((warn_unused_result));

/* The first that has any of [@begin, @end), or NULL. Until the table changes. */
struct extent *extent_first_locked(uint64_t begin, uint64_t end)
    REQUIRES(&vm_lock);

/* The extents by number, from 0 on, in the order of their addresses; NULL: no more. */
struct extent *extent_number_locked(size_t number) REQUIRES(&vm_lock);

/* Where an extent has @address within, make it two. Room: 1. */
void extent_cut_locked(uint64_t address) REQUIRES(&vm_lock);

/* Add it; its reference of the file is CONSUMED. What was known of the range is forgotten.
 * Room: 3. */
void extent_insert_locked(const struct extent *extent) REQUIRES(&vm_lock);

/* Forget the range. Room: 2. */
void extent_remove_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock);

/* As extent_remove_locked(), for memory that we have unmapped: what is in a file that nobody
 * else has is given back to Linux. Not where Linux has been told behind our back: there it
 * may be mapped elsewhere by now. Room: 2. */
void extent_free_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock);

/* Make one of neighbours in [@begin, @end] that continue each other. */
void extent_merge_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock);

/* Compare what is known of the range with what Linux says, and forget what is not so.
 * False: no memory for that, or Linux does not tell: then nothing can be relied on. */
bool extent_refresh_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock);

/* The same for a few extents more, each time others, so that the memory of those that
 * the program has unmapped by itself is not kept for ever. */
void extent_sweep_locked(void) REQUIRES(&vm_lock);

#endif
