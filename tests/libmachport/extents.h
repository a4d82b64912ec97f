/* What tests of extents have in common: memory with a pattern, and what is known of it. */
#ifndef TESTS_LIBMACHPORT_EXTENTS_H
#define TESTS_LIBMACHPORT_EXTENTS_H

#include <mach/vm_page_size.h>
#include <stdint.h>

#include "extent.h"

#define PAGE ((uint64_t)vm_page_size)
/* So large that it has a file of its own. */
#define LARGE VM_FILE_BYTES

static inline uint8_t *
bytes_at(uint64_t address)
{
	return (uint8_t *)(uintptr_t)address;
}

/* LARGE bytes of which each page has others; and the one at @i. */
const uint8_t *patterns(void);
uint8_t pattern(uint64_t i);

/* In a program (program.h): there is an extent of @kind that is just [@begin, @end); there is
 * none at @address. */
void expect_extent(uint64_t begin, uint64_t end, enum extent_kind kind);
void expect_plain(uint64_t address);

#endif
