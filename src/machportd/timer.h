/*
 * Timers: something is to happen when a deadline has passed, never before it.
 * They are kept in a heap, the nearest first; whoever will arm timers reserves
 * their places beforehand, so that arming cannot fail.
 */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NS_PER_MS UINT64_C(1000000)

struct timer {
	uint64_t deadline_ns;
	size_t place; /* in the heap, from 1; 0: not armed */
	void (*fire)(struct timer *timer);
};

struct timers {
	struct timer **heap; /* heap[0] is not used */
	size_t count;        /* armed */
	size_t reserved;     /* that may be armed */
	size_t room;
};

/* Nanoseconds of the clock that deadlines are on. */
uint64_t timer_now(void);

void timers_init(struct timers *timers);
/* None is armed any more. */
void timers_deinit(struct timers *timers);

/* One more timer may be armed; false: no memory. */
bool timers_reserve(struct timers *timers) __attribute__((warn_unused_result));
/* One less. */
void timers_unreserve(struct timers *timers);

/* @timer, not armed, fires after @ms milliseconds from now. */
void timer_arm(struct timers *timers, struct timer *timer, uint32_t ms);
/* Harmless if it is not armed. */
void timer_disarm(struct timers *timers, struct timer *timer);

/* The nearest deadline; UINT64_MAX if nothing is armed. */
uint64_t timers_next(const struct timers *timers);

/* Disarm and fire timers whose deadline has passed, the earliest first, but no
 * more than @most of them. */
void timers_expire(struct timers *timers, unsigned most);

#endif
