/*
 * Timers: something is to happen when a deadline has passed, never before it. Like the
 * engine, they know no clock: whoever has one (the server's loop, a test) says what
 * time it is. They are kept in a heap, the nearest first; whoever will arm a timer
 * reserves its place beforehand, so that arming cannot fail.
 *
 * Deadlines are nanoseconds of CLOCK_MONOTONIC, which is what mach_absolute_time()
 * tells.
 */
#ifndef KERN_TIMER_H
#define KERN_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kern_timer {
	uint64_t deadline_ns;
	size_t place; /* in the heap, from 1; 0: not armed */
	void (*fire)(struct kern_timer *timer);
};

/* One more timer may be armed; false: no memory. */
bool kern_timer_reserve(void) __attribute__((warn_unused_result));
/* One less. */
void kern_timer_unreserve(void);

/* @timer, not armed, fires at @deadline_ns, or soon if that has passed. */
void kern_timer_arm(struct kern_timer *timer, uint64_t deadline_ns);
/* Harmless if it is not armed. */
void kern_timer_disarm(struct kern_timer *timer);

/* The nearest deadline; UINT64_MAX if nothing is armed. */
uint64_t kern_timer_next(void);

/* Disarm and fire timers whose deadline is not after @now_ns, the earliest first, but no
 * more than @most of them. */
void kern_timer_expire(uint64_t now_ns, unsigned most);

#endif
