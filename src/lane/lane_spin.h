/*
 * Waiting by looking, while that pays (lanes.md 7).
 */
#ifndef LANE_SPIN_H
#define LANE_SPIN_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What one kind of wait has learnt (7). Shared by threads; races only cost time. */
struct lane_spin {
	_Atomic uint32_t misses;
	_Atomic uint32_t skipped;
	_Atomic uint32_t unyielding; /* waits yet to come that do not yield */
	/* The owner's: pauses of the CPU (some 20 ns each, or more) before the first look. */
	_Atomic uint32_t delay;
};

/**
 * lane_spin() - look again and again, for as long as that has paid lately
 * @peer_cpu:	[in]  where the peer last ran; UINT32_MAX: not known
 *
 * True: @done(@of) was true. A peer on our own CPU is let run, a few times, and then it is
 * slept for; unless somebody else ran instead, for long. In a real-time thread, and on one
 * CPU with a peer that is not known, there are a few looks and no spin.
 */
bool lane_spin(struct lane_spin *spin, uint32_t peer_cpu,
    bool (*done)(void *of), void *of);

/* The CPU that this thread runs on. */
static inline uint32_t
lane_cpu(void)
{
	return (uint32_t)sched_getcpu();
}

/* Tell the peer by our word for that. It looks at this cache line for each message: no store
 * without need. */
static inline void
lane_tell_cpu(_Atomic uint32_t *mine)
{
	const uint32_t cpu = lane_cpu();

	if (atomic_load_explicit(mine, memory_order_relaxed) != cpu)
		atomic_store_explicit(mine, cpu, memory_order_relaxed);
}

#endif
