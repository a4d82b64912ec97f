/* extent_isolate(), for those who hold vm_lock. */
#ifndef LIBMACHPORT_EXTENT_ISOLATE_H
#define LIBMACHPORT_EXTENT_ISOLATE_H

#include "extent.h"
#include "extent_table.h"

/* Whole pages; @view_out may be NULL. */
kern_return_t extent_isolate_locked(uint64_t begin, uint64_t end,
    struct extent_view *view_out) REQUIRES(&vm_lock);

#endif
