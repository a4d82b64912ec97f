/* What time it is. */
#include "clock.h"

#include <time.h>

static uint64_t
read_clock(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 * CLOCK_NS_PER_MS +
	    (uint64_t)now.tv_nsec;
}

uint64_t
clock_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
clock_calendar_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

void
clock_arm_ms(struct kern_timer *timer, uint32_t ms)
{
	kern_timer_arm(timer, clock_now_ns() + ms * CLOCK_NS_PER_MS);
}

uint32_t
clock_left_ms(const struct kern_timer *timer)
{
	const uint64_t now = clock_now_ns();

	if (timer->deadline_ns <= now)
		return 0;
	return (uint32_t)((timer->deadline_ns - now + CLOCK_NS_PER_MS - 1) /
	    CLOCK_NS_PER_MS);
}
