/*
 * Large pages for new memory in a file, where the machine has any.
 *
 * A file in memory gets pages of 4 KiB, one at a time as they are touched, unless the
 * machine's owner has said otherwise. All that is done with such memory is done page by
 * page: to fill it for the first time, to unmap it, to seal it. But a program may ask for
 * large pages by itself for what is there already (MADV_COLLAPSE, Linux 6.1).
 */
#ifndef LIBMACHPORT_HUGE_PAGES_H
#define LIBMACHPORT_HUGE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "mapping.h"

/* Memory and file begin at such an address, so that Linux can use large pages. */
#define HUGE_PAGE_BYTES ((uint64_t)2 << 20)

/**
 * huge_pages_populate() - have new memory in large pages, all of it at once
 * @address:	[in]  of a shared mapping of a new file, congruent to it
 * @bytes:	[in]  of the mapping
 *
 * It is as before, but the pages exist, and count as this process's. So it is done only as
 * long as half of the machine's memory is left to others; and goes as far as there are large
 * pages. errno is as it was.
 *
 * Per 2 MiB: 60 to 250 us, against the 1,900 us that 512 faults take.
 */
void huge_pages_populate(uint64_t address, uint64_t bytes);

/*
 * Who allocates may never touch the memory. So there is a credit: a little to begin with,
 * and then as much as has been sent lately. What a program has sent it is likely to fill
 * and send again, and that is when large pages pay most.
 */

/* May new memory of @bytes be populated? They are taken from the credit. */
bool huge_pages_take_credit_locked(uint64_t bytes) REQUIRES(&vm_lock);

/* Memory of @bytes has been sent. */
void huge_pages_give_credit_locked(uint64_t bytes) REQUIRES(&vm_lock);

#endif
