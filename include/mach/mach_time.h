/*
 * mach/mach_time.h - the time of the machine, and waiting for it
 *
 * Absolute time counts nanoseconds of CLOCK_MONOTONIC: it never goes back, and
 * stands still while the machine is suspended. Continuous time goes on meanwhile
 * (CLOCK_BOOTTIME). None of these calls needs a kernel process.
 */
#ifndef MACH_MACH_TIME_H
#define MACH_MACH_TIME_H

#include <mach/kern_return.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct timespec;

/* Absolute time times numer / denom is nanoseconds. */
struct mach_timebase_info {
	uint32_t numer;
	uint32_t denom;
};
typedef struct mach_timebase_info *mach_timebase_info_t;
typedef struct mach_timebase_info mach_timebase_info_data_t;

/**
 * mach_timebase_info() - what the units of absolute time are
 * @info:	[out] 1 / 1: they are nanoseconds
 *
 * Return:	KERN_SUCCESS
 * Source:	Darwin
 */
kern_return_t mach_timebase_info(mach_timebase_info_t info);

/**
 * mach_absolute_time() - what time it is
 *
 * Return:	nanoseconds of CLOCK_MONOTONIC
 * Source:	Darwin
 */
uint64_t mach_absolute_time(void);

/**
 * mach_approximate_time() - what time it was a moment ago
 *
 * Cheaper than mach_absolute_time(), and late by up to the kernel's tick.
 *
 * Return:	nanoseconds of CLOCK_MONOTONIC_COARSE
 * Source:	Darwin
 */
uint64_t mach_approximate_time(void);

/**
 * mach_continuous_time() - what time it is, suspension included
 *
 * Return:	nanoseconds of CLOCK_BOOTTIME
 * Source:	Darwin
 */
uint64_t mach_continuous_time(void);

/**
 * mach_continuous_approximate_time() - the same, as cheap as Linux has it
 *
 * Return:	nanoseconds of CLOCK_BOOTTIME, which has no cheaper form
 * Source:	Darwin
 */
uint64_t mach_continuous_approximate_time(void);

/**
 * mach_get_times() - several clocks, read as one
 * @absolute_time:	[out] as mach_absolute_time(); NULL: not wanted
 * @continuous_time:	[out] as mach_continuous_time(); NULL: not wanted
 * @tp:			[out] CLOCK_REALTIME; NULL: not wanted
 *
 * They belong to one moment, to within the time that reading a clock takes.
 *
 * Return:	KERN_SUCCESS
 * Source:	Darwin
 */
kern_return_t mach_get_times(
    uint64_t *absolute_time, uint64_t *continuous_time, struct timespec *tp);

/**
 * mach_wait_until() - wait
 * @deadline:	[in]  absolute time; one that has passed is not waited for
 *
 * Return:	KERN_SUCCESS	not before @deadline
 *		KERN_ABORTED	a signal handler ran before that
 * Source:	Darwin
 */
kern_return_t mach_wait_until(uint64_t deadline);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_TIME_H */
