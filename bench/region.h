/*
 * Regions of memory as the benchmarks send them: filled so that whoever reads every
 * page can tell that they are the right ones, and messages that bring one.
 *
 * Sizes are bytes, whole pages.
 */
#ifndef BENCH_REGION_H
#define BENCH_REGION_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>

/* New memory, as a program that sends it has it: of vm_allocate(). */
void *region_new(uint64_t bytes);
void region_free(void *region, uint64_t bytes);

/* Memory to copy to, whose pages exist; never freed. */
void *region_buffer(uint64_t bytes);

/* Write one word of each page. */
void region_mark(void *region, uint64_t bytes, uint64_t seed);
/* Read them. */
uint64_t region_sum(const void *region, uint64_t bytes);
/* What that must be. */
uint64_t region_expected(uint64_t bytes, uint64_t seed);

/* Send @region out of line, with @deallocate as in the descriptor. The code is
 * mach_msg()'s. */
mach_msg_return_t region_send(
    mach_port_t to, void *region, uint64_t bytes, bool deallocate);

/* Receive one of @bytes; it is region_free()d. */
void *region_receive(mach_port_t port, uint64_t bytes);

/* Does this machine have room for several of @bytes? */
bool region_fits(uint64_t bytes);

#endif
