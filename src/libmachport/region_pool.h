/*
 * Memory for what messages bring, used again: the first touch of a new page costs more
 * than thirty copies of one. A region that came by a window is copied into such memory; when
 * the program gives it back whole, by vm_deallocate(), it waits here for the next.
 *
 * While the program has it, it may be unmapped or mapped over without telling. So what comes
 * back is looked at before it is kept; and then it is not where it was, as after munmap().
 */
#ifndef LIBMACHPORT_REGION_POOL_H
#define LIBMACHPORT_REGION_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "mapping.h"

/* Memory for a region of @bytes, which follows zeroes to the end of its last page; what is
 * before them is not said. NULL: there is none. It may be unmapped as any memory. */
void *region_pool_take(uint64_t bytes);

/* Is the range memory that was taken, whole? Then it is given back, and not mapped there any
 * more; unless false is returned, for whatever reason. */
bool region_pool_give_locked(uint64_t address, uint64_t bytes)
    REQUIRES(&vm_lock);

#endif
