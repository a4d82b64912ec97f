/* Which large rings are needed. */
#include "lanes_large.h"

#include <time.h>

#define IDLE_MS 10000u

/* So many messages between two looks at the clock. */
#define MESSAGES 64u

static uint64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool
is_large(const struct lanes_out *out)
{
	return out->lane.sizes.ring_bytes > LANE_RING_PLAIN;
}

static bool
needs_large(const struct lane_message *message)
{
	return lane_regions_at(message->body_bytes) + message->region_bytes >
	    lane_body_max(LANE_RING_PLAIN);
}

void
lanes_large_begin(struct lanes_out *out)
{
	if (!is_large(out))
		return;
	out->small_count = 0;
	out->large_ms = now_ms();
}

bool
lanes_large_is_idle(struct lanes_out *out, const struct lane_message *message)
{
	if (!is_large(out))
		return false;
	if (needs_large(message)) {
		out->large_ms = now_ms();
		return false;
	}
	return ++out->small_count % MESSAGES == 0 &&
	    now_ms() - out->large_ms >= IDLE_MS;
}
