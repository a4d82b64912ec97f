/*
 * The least that two processes need to exchange messages without a system call: a ring
 * in shared memory for one direction, which one process writes and one reads, and a
 * futex to sleep on. Nobody checks anything and nobody is protected, so this is what a
 * lane is compared with, not what could take its place.
 *
 * Whoever waits spins first and sleeps then, as in a lane.
 */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include <stddef.h>
#include <stdint.h>

struct ring;

/* A ring of @slots messages, a power of two, of @slot_bytes each; shared with children
 * forked later, and never freed. Whoever waits spins for @spin_ns. */
struct ring *ring_new(uint32_t slots, size_t slot_bytes, uint64_t spin_ns);

/* Messages have @bytes, at most a slot's. Both wait as long as it takes. */
void ring_send(struct ring *ring, const void *message, size_t bytes);
void ring_receive(struct ring *ring, void *message, size_t bytes);

#endif
