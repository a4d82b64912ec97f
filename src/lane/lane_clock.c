/* The CPU's counter, or Linux's clock. */
#include "lane_clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#define COUNTER_SOURCE "tsc"
#elif defined(__aarch64__)
#define COUNTER_SOURCE "arch_sys_counter"
#else
#define COUNTER_SOURCE "none"
#endif

/* What moves with the ticks of the timer interrupt says the same for milliseconds. */
#define COARSE_SOURCE "jiffies"

#define NS_PER_S UINT64_C(1000000000)

/* What Linux itself reads time from; empty: it does not tell. */
static void
find_source(char *source, int size)
{
	FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/"
	                   "current_clocksource",
	    "re");

	source[0] = '\0';
	if (!file)
		return;
	if (!fgets(source, size, file))
		source[0] = '\0';
	source[strcspn(source, "\n")] = '\0';
	(void)fclose(file);
}

enum lane_clock
lane_clock_find(void)
{
	char source[64];

	/* Tickets are read by one side while the other writes. */
	if (ATOMIC_LLONG_LOCK_FREE != 2)
		return LANE_CLOCK_NONE;
	find_source(source, sizeof(source));
	if (strcmp(source, COUNTER_SOURCE) == 0)
		return LANE_CLOCK_COUNTER;
	return strstr(source, COARSE_SOURCE) ? LANE_CLOCK_NONE
	                                     : LANE_CLOCK_MONOTONIC;
}

static uint64_t
read_monotonic(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

#if defined(__aarch64__)
uint64_t
lane_clock_read_other(enum lane_clock clock)
{
	uint64_t count;

	if (clock != LANE_CLOCK_COUNTER)
		return read_monotonic();
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count)::"memory");
	return count;
}
#else
uint64_t
lane_clock_read_other(enum lane_clock clock)
{
	(void)clock;
	return read_monotonic();
}
#endif

/* The counter of arm64 may have 20 ns and more between two counts; and what Linux's clock
 * is made of is not known. */
uint64_t
lane_clock_ticket_other(enum lane_clock clock)
{
	const uint64_t ticket = lane_clock_read(clock);

	while (lane_clock_read(clock) <= ticket)
		;
	return ticket;
}
