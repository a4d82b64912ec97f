/* The clock that deadlines are on (kern_timer.h), and timers in milliseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include "kern_timer.h"

#define CLOCK_NS_PER_MS UINT64_C(1000000)

/* CLOCK_MONOTONIC, in nanoseconds. */
uint64_t clock_now_ns(void);
/* The same of CLOCK_REALTIME. */
uint64_t clock_calendar_ns(void);

/* @timer, not armed, fires after @ms milliseconds from now. */
void clock_arm_ms(struct kern_timer *timer, uint32_t ms);

/* Milliseconds until @timer, armed, fires, rounded up. */
uint32_t clock_left_ms(const struct kern_timer *timer);

#endif
