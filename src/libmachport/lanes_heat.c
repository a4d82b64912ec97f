/* Which names are sent to so much that a lane would pay. */
#include "lanes_heat.h"

#include <string.h>

#include "lanes_lock.h"

#define NAMES 256u
#define WINDOW_MS 100u
#define COUNT_MIN 32u
#define COUNT_MAX 4096u
#define QUIET_MS 1000u

struct heat {
	mach_port_name_t name;
	uint32_t count;        /* since began_ms */
	uint32_t enough;       /* of them, for a lane */
	uint32_t body_bytes;   /* as in struct lanes_want */
	uint64_t began_ms;     /* the window */
	uint64_t closed_ms;    /* when `enough` was doubled or halved last */
	uint64_t not_until_ms; /* refused */
	bool replies;
};

static struct lanes_lock lock;
static struct heat heats[NAMES]; /* (lock) */

/* The reply ports seen last. */
static _Atomic mach_port_name_t reply_names[NAMES];

static uint32_t
place_of(mach_port_name_t name)
{
	return (name >> 8 ^ name >> 16) & (NAMES - 1);
}

static struct heat *
find_locked(mach_port_name_t name)
{
	struct heat *heat = &heats[place_of(name)];

	if (heat->name != name)
		*heat = (struct heat){.name = name, .enough = COUNT_MIN};
	return heat;
}

/* Who counts reads a clock that is some milliseconds late: what was noted by another may be
 * of a later time than @now_ms. */
static uint64_t
ms_since(uint64_t then_ms, uint64_t now_ms)
{
	return now_ms > then_ms ? now_ms - then_ms : 0;
}

static void
cool_locked(struct heat *heat, uint64_t now_ms)
{
	while (heat->enough > COUNT_MIN &&
	    ms_since(heat->closed_ms, now_ms) >= QUIET_MS) {
		heat->enough /= 2;
		heat->closed_ms += QUIET_MS;
	}
}

static bool
count_locked(struct heat *heat, uint64_t now_ms)
{
	if (ms_since(heat->began_ms, now_ms) >= WINDOW_MS) {
		heat->began_ms = now_ms;
		heat->count = 0;
		cool_locked(heat, now_ms);
	}
	if (++heat->count < heat->enough)
		return false;
	heat->count = 0;
	return true;
}

bool
lanes_heat_sent(struct lanes_want *want_io, bool always, uint64_t now_ms)
{
	struct heat *heat;
	bool hot;

	if (!lanes_lock_take(&lock))
		return false;
	heat = find_locked(want_io->name);
	if (heat->body_bytes < want_io->body_bytes)
		heat->body_bytes = want_io->body_bytes;
	heat->replies |= want_io->replies;
	want_io->body_bytes = heat->body_bytes;
	want_io->replies = heat->replies;
	hot = (count_locked(heat, now_ms) || always) &&
	    now_ms >= heat->not_until_ms;
	lanes_lock_give(&lock);
	return hot;
}

void
lanes_heat_refused(mach_port_name_t name, uint64_t now_ms, uint32_t ms)
{
	if (!lanes_lock_take(&lock))
		return;
	find_locked(name)->not_until_ms = now_ms + ms;
	lanes_lock_give(&lock);
}

void
lanes_heat_closed(mach_port_name_t name, uint64_t now_ms)
{
	struct heat *heat;

	if (!lanes_lock_take(&lock))
		return;
	heat = find_locked(name);
	cool_locked(heat, now_ms);
	if (heat->enough < COUNT_MAX)
		heat->enough *= 2;
	heat->closed_ms = now_ms;
	lanes_lock_give(&lock);
}

bool
lanes_heat_replies(mach_port_name_t name)
{
	_Atomic mach_port_name_t *seen = &reply_names[place_of(name)];

	if (atomic_load_explicit(seen, memory_order_relaxed) == name)
		return true;
	atomic_store_explicit(seen, name, memory_order_relaxed);
	return false;
}
