/* Memory of tests that is sent and received: what is in it, and in which file. */
#ifndef TESTS_LIBMACHPORT_REGION_H
#define TESTS_LIBMACHPORT_REGION_H

#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <stdbool.h>
#include <stdint.h>

/* @bytes of new memory, by mach_vm_allocate(); filled from @seed. */
unsigned char *region_new(uint64_t bytes, unsigned seed);
unsigned char *region_new_untouched(uint64_t bytes);
void region_free(const void *memory, uint64_t bytes);

void region_fill(void *memory, uint64_t bytes, unsigned seed);
/* Is each byte as region_fill() made it? */
bool region_is(const void *memory, uint64_t bytes, unsigned seed);
bool region_is_zero(const void *memory, uint64_t bytes);

/* The file that is mapped at @address, as Linux numbers it; 0: none. */
uint64_t region_inode(const void *address);

/* How many mappings this process has. */
unsigned region_count_mappings(void);

#endif
