/* Timers in a binary heap. */
#include "kern_timer.h"

#include "base_alloc.h"
#include "base_assert.h"

/* One heap: ipc and kern have one caller, who has one clock. */
static struct {
	struct kern_timer **heap; /* heap[0] is not used */
	size_t count;             /* armed */
	size_t reserved;          /* that may be armed */
	size_t room;
} timers;

#define ROOM_MIN 64

bool
kern_timer_reserve(void)
{
	struct kern_timer **heap;
	size_t room;

	if (timers.reserved + 1 >= timers.room) {
		room = timers.room ? timers.room * 2 : ROOM_MIN;
		heap = base_realloc(
		    (void *)timers.heap, room, sizeof(struct kern_timer *));
		if (!heap)
			return false;
		timers.heap = heap;
		timers.room = room;
	}
	timers.reserved++;
	return true;
}

void
kern_timer_unreserve(void)
{
	mp_assert(timers.reserved > timers.count);
	if (--timers.reserved > 0)
		return;
	base_free(timers.heap);
	timers.heap = NULL;
	timers.room = 0;
}

static void
put(size_t place, struct kern_timer *timer)
{
	timers.heap[place] = timer;
	timer->place = place;
}

/* Move @timer, which belongs at @place or above, to where it belongs. */
static void
sift_up(size_t place, struct kern_timer *timer)
{
	while (place > 1 &&
	    timers.heap[place / 2]->deadline_ns > timer->deadline_ns) {
		put(place, timers.heap[place / 2]);
		place /= 2;
	}
	put(place, timer);
}

/* The same for @place or below. */
static void
sift_down(size_t place, struct kern_timer *timer)
{
	size_t child;

	while ((child = place * 2) <= timers.count) {
		if (child < timers.count &&
		    timers.heap[child + 1]->deadline_ns <
		        timers.heap[child]->deadline_ns)
			child++;
		if (timers.heap[child]->deadline_ns >= timer->deadline_ns)
			break;
		put(place, timers.heap[child]);
		place = child;
	}
	put(place, timer);
}

void
kern_timer_arm(struct kern_timer *timer, uint64_t deadline_ns)
{
	mp_assert(timer->place == 0 && timers.count < timers.reserved);
	timer->deadline_ns = deadline_ns;
	sift_up(++timers.count, timer);
}

void
kern_timer_disarm(struct kern_timer *timer)
{
	size_t place = timer->place;
	struct kern_timer *last;

	if (place == 0)
		return;
	timer->place = 0;
	last = timers.heap[timers.count--];
	if (last == timer)
		return;
	if (place > 1 &&
	    timers.heap[place / 2]->deadline_ns > last->deadline_ns)
		sift_up(place, last);
	else
		sift_down(place, last);
}

uint64_t
kern_timer_next(void)
{
	return timers.count == 0 ? UINT64_MAX : timers.heap[1]->deadline_ns;
}

void
kern_timer_expire(uint64_t now_ns, unsigned most)
{
	struct kern_timer *timer;

	while (most-- > 0 && timers.count > 0 &&
	    timers.heap[1]->deadline_ns <= now_ns) {
		timer = timers.heap[1];
		kern_timer_disarm(timer);
		timer->fire(timer);
	}
}
