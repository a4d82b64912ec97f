/*
 * Tickets: readings of one clock that all CPUs agree on.
 *
 * The CPU's counter if Linux itself trusts it as its clock source (x86: rdtscp; arm64: isb,
 * cntvct_el0), else CLOCK_MONOTONIC. Tickets order; they are never trusted.
 */
#ifndef LANE_CLOCK_H
#define LANE_CLOCK_H

#include <stdint.h>

enum lane_clock {
	LANE_CLOCK_NONE, /* this machine has none that would do: no lanes */
	LANE_CLOCK_COUNTER,
	LANE_CLOCK_MONOTONIC,
};

/* Which one this machine has; found out once, by the kernel process, which tells tasks. */
enum lane_clock lane_clock_find(void);

/* The two below, where the clock is not x86's counter. */
uint64_t lane_clock_read_other(enum lane_clock clock);
uint64_t lane_clock_ticket_other(enum lane_clock clock);

/* A reading. Later than what was seen before. */
static inline uint64_t
lane_clock_read(enum lane_clock clock)
{
#if defined(__x86_64__)
	if (clock == LANE_CLOCK_COUNTER) {
		uint32_t low;
		uint32_t high;

		/* The compiler moves nothing over it, nor does rdtscp. Not its builtin:
		 * that takes the address of a variable, and so has the stack
		 * protector in all who read the clock. */
		__asm__ volatile("rdtscp"
		                 : "=a"(low), "=d"(high)::"ecx", "memory");
		return (uint64_t)high << 32 | low;
	}
#endif
	return lane_clock_read_other(clock);
}

/* A reading that is earlier than any which is made when this has returned. */
static inline uint64_t
lane_clock_ticket(enum lane_clock clock)
{
#if defined(__x86_64__)
	/* It has the frequency of the CPU: no two are the same. */
	if (clock == LANE_CLOCK_COUNTER)
		return lane_clock_read(clock);
#endif
	return lane_clock_ticket_other(clock);
}

#endif
