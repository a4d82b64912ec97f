/* What time it is. */
#include "clock.h"

#include <time.h>

uint64_t
clock_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * CLOCK_NS_PER_MS +
	    (uint64_t)now.tv_nsec;
}

void
clock_arm_ms(struct kern_timer *timer, uint32_t ms)
{
	kern_timer_arm(timer, clock_now_ns() + ms * CLOCK_NS_PER_MS);
}
