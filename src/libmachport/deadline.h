/*
 * Moments of CLOCK_MONOTONIC: until when to wait.
 */
#ifndef LIBMACHPORT_DEADLINE_H
#define LIBMACHPORT_DEADLINE_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define DEADLINE_NS_PER_MS 1000000
#define DEADLINE_NS_PER_S 1000000000

/* @ns from now on. */
static inline struct timespec
deadline_after_ns(int64_t ns)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	ns += time.tv_nsec;
	time.tv_sec += ns / DEADLINE_NS_PER_S;
	time.tv_nsec = ns % DEADLINE_NS_PER_S;
	return time;
}

/* That clock, in milliseconds. */
static inline uint64_t
deadline_now_ms(void)
{
	const struct timespec now = deadline_after_ns(0);

	return (uint64_t)now.tv_sec * 1000 +
	    (uint64_t)now.tv_nsec / DEADLINE_NS_PER_MS;
}

/* When the timeout of a call that begins now is over. */
static inline struct timespec
deadline_after(mach_msg_timeout_t ms)
{
	return deadline_after_ns((int64_t)ms * DEADLINE_NS_PER_MS);
}

static inline bool
deadline_is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
	                              : a->tv_nsec < b->tv_nsec;
}

/* Milliseconds, rounded up; 0: it has passed. */
static inline mach_msg_timeout_t
deadline_left(const struct timespec *deadline)
{
	const struct timespec now = deadline_after_ns(0);
	int64_t ns;

	if (!deadline_is_before(&now, deadline))
		return 0;
	ns = (deadline->tv_sec - now.tv_sec) * (int64_t)DEADLINE_NS_PER_S +
	    (deadline->tv_nsec - now.tv_nsec);
	return (mach_msg_timeout_t)((ns + DEADLINE_NS_PER_MS - 1) /
	    DEADLINE_NS_PER_MS);
}

#endif
