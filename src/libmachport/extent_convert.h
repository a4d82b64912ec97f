/*
 * From EXTENT_OWN to EXTENT_SNAPSHOT: the mapping becomes a private one of the same file,
 * then the file is sealed. Between the two each write goes either to the file or, after
 * the first step, to a page of this process's own; so none is lost, and what is in the
 * file when it is sealed is what the memory held at some moment of that.
 *
 * Two steps, as all mappings of a file must have made the first before the second.
 */
#ifndef LIBMACHPORT_EXTENT_CONVERT_H
#define LIBMACHPORT_EXTENT_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "extent_table.h"

/* Map all of the EXTENT_OWN that begins at @begin privately: EXTENT_SNAPSHOT, though not
 * yet sealed. It has been refreshed. False: it, or the rest of it, is as before. */
bool extent_make_private_locked(uint64_t begin) REQUIRES(&vm_lock)
    __attribute__((warn_unused_result));

/* Seal the file of the EXTENT_SNAPSHOT that begins at @begin. False: somebody else can
 * still write it. The memory is private, but nothing is known of it any more. */
bool extent_seal_locked(uint64_t begin) REQUIRES(&vm_lock);

#endif
