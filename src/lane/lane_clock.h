/*
 * Tickets: readings of one clock that all CPUs agree on.
 *
 * The CPU's counter if Linux itself trusts it as its clock source (x86: rdtscp; arm64: isb,
 * cntvct_el0), else CLOCK_MONOTONIC. Tickets order; they are never trusted.
 */
#ifndef LANE_CLOCK_H
#define LANE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum lane_clock {
	LANE_CLOCK_NONE, /* this machine has none that would do: no lanes */
	LANE_CLOCK_COUNTER,
	LANE_CLOCK_MONOTONIC,
};

/* Which one this machine has; found out once, by the kernel process, which tells tasks. */
enum lane_clock lane_clock_find(void);

/* A reading; never 0. Later than everything that was written before. */
uint64_t lane_clock_read(enum lane_clock clock);

/* Until the clock has moved past @ticket: at once, if it is finer than 10 ns. */
void lane_clock_pass(enum lane_clock clock, uint64_t ticket);

#endif
