/*
 * What Linux says of this process's mappings. Not what we remember: programs unmap and
 * map by Linux's own calls.
 *
 * By /proc/self, asked by ioctl() where Linux has that (6.11, 6.7), else as text.
 */
#ifndef LIBMACHPORT_MAPPING_H
#define LIBMACHPORT_MAPPING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lock.h"

/*
 * Guards what is remembered of memory: what is in extent_table.h, and the descriptors
 * here. Taken before process_lock, by vm_lock_take() only.
 */
extern struct lock vm_lock;

/* As lock_take() of vm_lock; and in a child that clone() made behind our back, where a
 * thread that is not there may hold it, it is made free first. */
void vm_lock_take(struct lock_hold *hold_out) ACQUIRES(&vm_lock);
void vm_lock_give(const struct lock_hold *hold) RELEASES(&vm_lock);

/* Another in each child that uses it. */
extern uint32_t mapping_generation GUARDED_BY(&vm_lock);

struct mapping {
	uint64_t begin;
	uint64_t end;
	uint64_t offset; /* of begin, in the file */
	ino_t inode;     /* 0: no file */
	dev_t device;
	int protection; /* PROT_* */
	bool shared;
};

/* The mapping that has @address, or else the first behind it. False: there is none, or
 * Linux does not tell. */
bool mapping_find(uint64_t address, struct mapping *mapping_out);
bool mapping_find_locked(uint64_t address, struct mapping *mapping_out)
    REQUIRES(&vm_lock);

/* Does Linux tell? Not where there is no /proc. */
bool mapping_is_told_locked(void) REQUIRES(&vm_lock);

/* Is there a mapping everywhere in [@begin, @end)? */
bool mapping_covers_locked(uint64_t begin, uint64_t end) REQUIRES(&vm_lock);

/* Of how many pages in [@begin, @end), a private mapping of a file, has this process a
 * version of its own? UINT64_MAX: Linux does not tell. */
uint64_t mapping_count_changed_locked(uint64_t begin, uint64_t end)
    REQUIRES(&vm_lock);

/* The same two where Linux has no ioctl() for them. */
bool mapping_find_text_locked(uint64_t address, struct mapping *mapping_out)
    REQUIRES(&vm_lock);
uint64_t mapping_count_text_locked(uint64_t begin, uint64_t end)
    REQUIRES(&vm_lock);

/*
 * Map a file in place of what is mapped in [@begin, @end), which threads may be using: to them
 * it has the same bytes. @how: MAP_SHARED or MAP_PRIVATE. False: nothing has changed.
 *
 * MAP_NORESERVE: of a private mapping nothing will be written perhaps; and some versions of
 * Linux unmap first, and then find that there is not enough memory for it.
 */
bool mapping_replace(uint64_t begin, uint64_t end, int protection, int how,
    int descriptor, uint64_t offset);

/* Move the mapping at *@address_io, with the pages that it has, to where the program does not know
 * of it. What it asked Linux to do with that at fork() is forgotten. False: nothing has
 * changed. */
bool mapping_hide_locked(uint64_t *address_io, uint64_t bytes)
    REQUIRES(&vm_lock);

/* In a fork's child: what was opened tells of the parent. */
void mapping_forget_locked(void) REQUIRES(&vm_lock);

#endif
