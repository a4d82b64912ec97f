/* Timers in a binary heap. */
#include "timer.h"

#include <time.h>

#include "base_alloc.h"
#include "base_assert.h"

uint64_t
timer_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * TIMER_NS_PER_MS +
	    (uint64_t)now.tv_nsec;
}

void
timers_init(struct timers *timers)
{
	*timers = (struct timers){0};
}

void
timers_deinit(struct timers *timers)
{
	mp_assert(timers->count == 0);
	base_free(timers->heap);
	timers->heap = NULL;
}

bool
timers_reserve(struct timers *timers)
{
	size_t room = timers->room ? timers->room : 32;
	struct timer **heap;

	if (timers->reserved + 1 >= timers->room) {
		room *= 2;
		heap = base_realloc(
		    (void *)timers->heap, room, sizeof(struct timer *));
		if (!heap)
			return false;
		timers->heap = heap;
		timers->room = room;
	}
	timers->reserved++;
	return true;
}

void
timers_unreserve(struct timers *timers)
{
	mp_assert(timers->reserved > timers->count);
	timers->reserved--;
}

static void
put(struct timers *timers, size_t place, struct timer *timer)
{
	timers->heap[place] = timer;
	timer->place = place;
}

/* Move @timer, which belongs at @place or above, to where it belongs. */
static void
sift_up(struct timers *timers, size_t place, struct timer *timer)
{
	while (place > 1 &&
	    timers->heap[place / 2]->deadline_ns > timer->deadline_ns) {
		put(timers, place, timers->heap[place / 2]);
		place /= 2;
	}
	put(timers, place, timer);
}

/* The same for @place or below. */
static void
sift_down(struct timers *timers, size_t place, struct timer *timer)
{
	size_t child;

	while ((child = place * 2) <= timers->count) {
		if (child < timers->count &&
		    timers->heap[child + 1]->deadline_ns <
		        timers->heap[child]->deadline_ns)
			child++;
		if (timers->heap[child]->deadline_ns >= timer->deadline_ns)
			break;
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, timer);
}

void
timer_arm(struct timers *timers, struct timer *timer, uint32_t ms)
{
	mp_assert(timer->place == 0 && timers->count < timers->reserved);
	timer->deadline_ns = timer_now() + ms * TIMER_NS_PER_MS;
	sift_up(timers, ++timers->count, timer);
}

void
timer_disarm(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	struct timer *last;

	if (place == 0)
		return;
	timer->place = 0;
	last = timers->heap[timers->count--];
	if (last == timer)
		return;
	if (place > 1 &&
	    timers->heap[place / 2]->deadline_ns > last->deadline_ns)
		sift_up(timers, place, last);
	else
		sift_down(timers, place, last);
}

uint64_t
timers_next(const struct timers *timers)
{
	return timers->count == 0 ? UINT64_MAX : timers->heap[1]->deadline_ns;
}

void
timers_expire(struct timers *timers, unsigned most)
{
	uint64_t now;
	struct timer *timer;

	if (timers->count == 0)
		return;
	now = timer_now();
	while (most-- > 0 && timers->count > 0 &&
	    timers->heap[1]->deadline_ns <= now) {
		timer = timers->heap[1];
		timer_disarm(timers, timer);
		timer->fire(timer);
	}
}
