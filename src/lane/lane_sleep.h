/*
 * Sleeping on several words at once (lanes.md 4.1), and waking who does.
 */
#ifndef LANE_SLEEP_H
#define LANE_SLEEP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A word, and what it was when there was nothing to do. */
struct lane_sleep_word {
	const _Atomic uint32_t *word;
	uint32_t value;
};

/* No more words can be slept on at once. */
#define LANE_SLEEP_WORDS 8u

/* Can this machine sleep on several words (futex_waitv, Linux 5.16, not forbidden)? Costs
 * nothing after the first time. */
bool lane_can_sleep(void);

/* Until one of the words is another, somebody wakes it, @deadline (CLOCK_MONOTONIC, NULL:
 * none) or a signal. Return: 0, -ETIMEDOUT or -EINTR; 0 also if Linux refuses, and then
 * lane_can_sleep() says no from now on. */
int lane_sleep(const struct lane_sleep_word *words, size_t count,
    const struct timespec *deadline);

/* Wake those who sleep on @word, a futex word or a lane_mark_t: one, all, or as many as a
 * peer may have us wake for a message: the time is ours, and the threads are its own. */
#define LANE_WAKE_MANY 256
void lane_wake_one(const void *word);
void lane_wake_all(const void *word);
void lane_wake_many(const void *word);

#endif
