/*
 * The least that 1 MiB costs from task to task where a third process copies it: what
 * windows are compared with. Three processes and two pieces of memory: the first is filled
 * and copied to the second, which is read. Who waits sleeps on a futex. There are no messages,
 * and nobody checks anything.
 */
#ifndef BENCH_OOL_FLOOR_H
#define BENCH_OOL_FLOOR_H

#include <stdint.h>

struct floor;

/* With @bytes of memory. The two other processes start here, and sleep. */
struct floor *floor_new(uint64_t bytes);
void floor_end(struct floor *floor);

/* Microseconds from before the fill until the reader has answered: the mean of @count. */
double floor_round(struct floor *floor, unsigned count);

/* The same of one process that fills, copies and reads, and wakes nobody. */
double floor_alone(struct floor *floor, unsigned count);

#endif
