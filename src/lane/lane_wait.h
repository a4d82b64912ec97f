/*
 * Waiting (lanes.md 4.1 and 7): spin while that pays, then sleep on several words at once.
 */
#ifndef LANE_WAIT_H
#define LANE_WAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* What one kind of wait has learnt (7). Shared by threads; races only cost time. */
struct lane_spin {
	_Atomic uint32_t misses;
	_Atomic uint32_t skipped;
	_Atomic uint32_t unyielding; /* waits yet to come that do not yield */
};

/**
 * lane_spin() - look again and again, for as long as that has paid lately
 * @peer_cpu:	[in]  where the peer last ran; UINT32_MAX: not known
 *
 * True: @done(@of) was true. A peer on our own CPU is let run, a few times, and then it is
 * slept for; unless somebody else ran instead, for long. In a real-time thread, and on one
 * CPU with a peer that is not known, there are a few looks and no spin.
 */
bool lane_spin(struct lane_spin *spin, uint32_t peer_cpu,
    bool (*done)(void *of), void *of);

/* The CPU that this thread runs on; and tell the peer by our word for that. */
uint32_t lane_cpu(void);
void lane_tell_cpu(_Atomic uint32_t *mine);

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
