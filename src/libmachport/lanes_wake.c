/* Who sleeps for what a lane brings is woken. */
#include "lanes_wake.h"

#include <sys/uio.h>

#include "lane_sleep.h"
#include "trap.h"
#include "wire_lane.h"

/* WIRE_KICK: no answer comes. False: the kernel was not told. */
static bool
kick(uint32_t id, uint32_t slot)
{
	struct wire_kick kick = {.lane = id, .slot = slot};
	struct iovec part = {&kick, sizeof(kick)};
	struct trap trap;
	bool sent;

	if (trap_begin(&trap, WIRE_KICK) < 0)
		return false;
	kick.header = trap.header;
	sent = trap_send(&trap, &part, 1, NULL, false) == 0;
	trap_end(&trap);
	return sent;
}

bool
lanes_wake(enum lane_waiting how, const void *word, uint32_t id, uint32_t slot)
{
	if (how == LANE_KICK)
		return kick(id, slot);
	if (how == LANE_FUTEX)
		lane_wake_one(word);
	return true;
}
