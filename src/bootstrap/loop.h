/*
 * The one loop: messages, signals, timers. Nothing else waits.
 *
 * A callback may set and cancel any timer, its own too.
 */
#ifndef BOOTSTRAP_LOOP_H
#define BOOTSTRAP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base_list.h"

/* Embedded in whatever waits for a moment. */
struct loop_timer {
	struct list node; /* in the loop's, ordered by when */
	uint64_t due_ns;  /* CLOCK_MONOTONIC */
	void (*fired)(struct loop_timer *timer);
};

void loop_timer_init(
    struct loop_timer *timer, void (*fired)(struct loop_timer *timer));
/* In @delay_ns from now, and no more when it was set to before. */
void loop_timer_set(struct loop_timer *timer, uint64_t delay_ns);
/* Harmless for one that is not set. */
void loop_timer_cancel(struct loop_timer *timer);

/* CLOCK_MONOTONIC, nanoseconds. */
uint64_t loop_now_ns(void);

/* Serve until loop_end(). Return: the status that was asked for, or of what failed,
 * having said so. */
int loop_run(void);
void loop_end(int status);
/* The kernel is gone, and with it all ports. The loop ends, or waits for the command
 * alone. */
void loop_kernel_died(void);

#endif
