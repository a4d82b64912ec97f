/* The time of the machine: Linux's clocks under Darwin's names. */
#include <mach/mach_time.h>

#include <errno.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)

static uint64_t
to_ns(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

static uint64_t
read_clock(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return to_ns(&now);
}

kern_return_t
mach_timebase_info(mach_timebase_info_t info)
{
	info->numer = 1;
	info->denom = 1;
	return KERN_SUCCESS;
}

uint64_t
mach_absolute_time(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
mach_approximate_time(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

uint64_t
mach_continuous_time(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

uint64_t
mach_continuous_approximate_time(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

/* How far apart the two readings of absolute time around the others may be, and
 * how often that is tried: a thread that is stopped between them tries again. */
#define MOMENT_NS 2000
#define ATTEMPTS 10

kern_return_t
mach_get_times(
    uint64_t *absolute_time, uint64_t *continuous_time, struct timespec *tp)
{
	uint64_t before;
	uint64_t after;
	uint64_t continuous = 0;
	struct timespec now = {0};

	for (unsigned i = 0; i < ATTEMPTS; i++) {
		before = mach_absolute_time();
		if (continuous_time)
			continuous = mach_continuous_time();
		if (tp)
			(void)clock_gettime(CLOCK_REALTIME, &now);
		after = mach_absolute_time();
		if (after - before <= MOMENT_NS)
			break;
	}
	if (absolute_time)
		*absolute_time = after;
	if (continuous_time)
		*continuous_time = continuous;
	if (tp)
		*tp = now;
	return KERN_SUCCESS;
}

kern_return_t
mach_wait_until(uint64_t deadline)
{
	const struct timespec until = {
	    .tv_sec = (time_t)(deadline / NS_PER_S),
	    .tv_nsec = (long)(deadline % NS_PER_S),
	};
	int error;

	error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	return error == EINTR ? KERN_ABORTED : KERN_SUCCESS;
}
