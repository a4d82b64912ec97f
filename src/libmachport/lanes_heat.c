/* Which names are sent to so much that a lane would pay. */
#include "lanes_heat.h"

#include <string.h>

#include "lanes_lock.h"

#define NAMES 256u
#define WINDOW_MS 100u
#define COUNT_MIN 32u
#define COUNT_MAX 4096u
#define QUIET_MS 1000u
#define LARGE_MS 10000u
#define IMPOSSIBLE_MIN_MS 1000u
#define IMPOSSIBLE_MAX_MS 64000u

struct heat {
	mach_port_name_t name;
	uint32_t count;          /* since began_ms */
	uint32_t enough;         /* of them, for a lane */
	uint32_t body_bytes;     /* as in struct lanes_want */
	uint32_t all_bytes;      /* the same, of none that is large */
	uint32_t large_count;    /* as `count`, of large ones */
	uint32_t large_bytes;    /* of the largest, since it was 0 */
	uint64_t began_ms;       /* the window */
	uint64_t closed_ms;      /* when `enough` was doubled or halved last */
	uint64_t not_until_ms;   /* refused */
	uint32_t impossible_ms;  /* for so long, if it cannot be; 0: it could */
	uint64_t large_until_ms; /* wanted */
	uint64_t no_large_until_ms;
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

static void
begin_window_locked(struct heat *heat, uint64_t now_ms)
{
	if (ms_since(heat->began_ms, now_ms) < WINDOW_MS)
		return;
	heat->began_ms = now_ms;
	heat->count = 0;
	heat->large_count = 0;
	if (now_ms >= heat->large_until_ms)
		heat->large_bytes = 0;
	cool_locked(heat, now_ms);
}

static void
raise(uint32_t *most, uint32_t bytes)
{
	if (*most < bytes)
		*most = bytes;
}

/* What @want is like is noted, and told is what all of them were like. */
static void
note_locked(struct heat *heat, const struct lanes_want *want, bool large)
{
	heat->large_count += large;
	raise(large ? &heat->large_bytes : &heat->all_bytes, want->all_bytes);
	raise(&heat->body_bytes, want->body_bytes);
	heat->replies |= want->replies;
}

static bool
count_locked(struct heat *heat, bool always, uint64_t now_ms)
{
	const bool enough = ++heat->count >= heat->enough;

	if (!enough && !always)
		return false;
	if (heat->large_count * 2 >= heat->count)
		heat->large_until_ms = now_ms + LARGE_MS;
	if (enough) {
		heat->count = 0;
		heat->large_count = 0;
	}
	return true;
}

static struct lanes_want
want_locked(const struct heat *heat, uint64_t now_ms)
{
	return (struct lanes_want){
	    .name = heat->name,
	    .body_bytes = heat->body_bytes,
	    .all_bytes = now_ms < heat->large_until_ms ? heat->large_bytes
	                                               : heat->all_bytes,
	    .replies = heat->replies,
	};
}

bool
lanes_heat_sent(struct lanes_want *want_io, bool always, uint64_t now_ms)
{
	const bool large = lanes_want_is_large(want_io);
	struct heat *heat;
	bool hot = false;

	if (!lanes_lock_take(&lock))
		return false;
	heat = find_locked(want_io->name);
	if (!large || now_ms >= heat->no_large_until_ms) {
		begin_window_locked(heat, now_ms);
		note_locked(heat, want_io, large);
		hot = count_locked(heat, always, now_ms) &&
		    now_ms >= heat->not_until_ms;
		*want_io = want_locked(heat, now_ms);
	}
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
lanes_heat_impossible(mach_port_name_t name, uint64_t now_ms)
{
	struct heat *heat;

	if (!lanes_lock_take(&lock))
		return;
	heat = find_locked(name);
	if (heat->impossible_ms == 0)
		heat->impossible_ms = IMPOSSIBLE_MIN_MS;
	else if (heat->impossible_ms < IMPOSSIBLE_MAX_MS)
		heat->impossible_ms *= 2;
	heat->not_until_ms = now_ms + heat->impossible_ms;
	lanes_lock_give(&lock);
}

void
lanes_heat_possible(mach_port_name_t name)
{
	if (!lanes_lock_take(&lock))
		return;
	find_locked(name)->impossible_ms = 0;
	lanes_lock_give(&lock);
}

void
lanes_heat_refused_large(mach_port_name_t name, uint64_t now_ms)
{
	struct heat *heat;

	if (!lanes_lock_take(&lock))
		return;
	heat = find_locked(name);
	heat->no_large_until_ms = now_ms + LARGE_MS;
	heat->large_until_ms = 0;
	heat->large_bytes = 0;
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

void
lanes_heat_forget(void)
{
	(void)lanes_lock_inherit(&lock);
}
