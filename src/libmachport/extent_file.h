/*
 * Files in memory of which extents are mappings. Their descriptors are closed on exec, have
 * high numbers, and are few: a quarter of RLIMIT_NOFILE. The program may close one or have
 * its number for a file of its own; so what is behind it is compared before it is used.
 *
 * Files are counted by the extents that they have; their memory is our own, as a call
 * may come in a signal handler that interrupted malloc().
 */
#ifndef LIBMACHPORT_EXTENT_FILE_H
#define LIBMACHPORT_EXTENT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lock.h"
#include "mapping.h"

struct extent_file {
	uint32_t refs;
	int descriptor; /* -1: closed, or there was no room for it */
	dev_t device;
	ino_t inode;
	uint32_t generation; /* mapping_generation when it came */
	struct extent_file *next_free;
};

/* A new file of @bytes, sealed against being made larger or smaller, that has no extent
 * yet: its descriptor, which is the caller's, or -1. */
int extent_file_make(uint64_t bytes) __attribute__((warn_unused_result));

/*
 * +1 to caller: the file of @descriptor, which is CONSUMED; NULL: no memory.
 * @descriptor_kept_out: false if it was closed, as we have as many as we may.
 */
struct extent_file *extent_file_new_locked(
    int descriptor, bool *descriptor_kept_out) REQUIRES(&vm_lock);
/* Is there room for one more descriptor? */
bool extent_file_has_room_locked(void) REQUIRES(&vm_lock);

struct extent_file *extent_file_ref(struct extent_file *file);
/* The last closes it. NULL is fine. */
void extent_file_unref_locked(struct extent_file *file) REQUIRES(&vm_lock);

/* Its descriptor, or -1 if that is none of ours any more. */
int extent_file_descriptor_locked(struct extent_file *file) REQUIRES(&vm_lock);

/* Another descriptor of it, for the caller; or -1. */
int extent_file_dup_locked(struct extent_file *file) REQUIRES(&vm_lock);

/* Are the pages of [@offset, @offset + @bytes) all that it has? */
bool extent_file_has_only_locked(struct extent_file *file, uint64_t offset,
    uint64_t bytes) REQUIRES(&vm_lock);

/* Give pages of it back to Linux; unless it came from a parent, which may have them, too:
 * then a child that no fork() made would take them away from it. */
void extent_file_punch_locked(struct extent_file *file, uint64_t offset,
    uint64_t bytes) REQUIRES(&vm_lock);

/* From now on nobody can write it. False: somebody has a writable mapping of it. */
bool extent_file_seal_locked(struct extent_file *file) REQUIRES(&vm_lock)
    __attribute__((warn_unused_result));

/* Does Linux say that @mapping is of this file? */
static inline bool
extent_file_is_of(const struct extent_file *file, const struct mapping *mapping)
{
	return mapping->inode == file->inode && mapping->device == file->device;
}

#endif
