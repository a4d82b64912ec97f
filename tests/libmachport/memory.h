/* What tests of memory do with it: fill it, compare it, and try whether it is there. */
#ifndef TESTS_LIBMACHPORT_MEMORY_H
#define TESTS_LIBMACHPORT_MEMORY_H

#include <mach/mach.h>
#include <stdbool.h>

/* Kept plain; in a file of its own. Neither is a power of 2. */
#define SMALL_BYTES (3 * vm_page_size)
#define LARGE_BYTES (((vm_size_t)2 << 20) + 3 * vm_page_size)

/* New memory of one's own, wherever it is; and give it back. */
mach_vm_address_t memory_new(mach_vm_size_t bytes);
void memory_free(mach_vm_address_t address, mach_vm_size_t bytes);

/* Each page begins with a number that its place and @seed make; and is it so? */
void memory_fill(mach_vm_address_t address, mach_vm_size_t bytes, int seed);
bool memory_holds(mach_vm_address_t address, mach_vm_size_t bytes, int seed);

/* Ask Linux. The second writes the byte that is there. */
bool memory_is_readable(mach_vm_address_t address);
bool memory_is_writable(mach_vm_address_t address);

/* What a fork's child says of it. */
bool memory_in_child(bool (*body)(mach_vm_address_t, mach_vm_size_t),
    mach_vm_address_t address, mach_vm_size_t bytes);

#endif
