/*
 * Assertions: what we promise, never what a task sends us. They stay on in
 * release builds, because a kernel that goes on with wrong rights is worse than
 * one that stops.
 */
#ifndef BASE_ASSERT_H
#define BASE_ASSERT_H

/* Say which promise was broken, and abort. */
_Noreturn void base_assert_failed(
    const char *what, const char *file, unsigned line, const char *function);

#define mp_assert(condition)                                                   \
	(__builtin_expect(!!(condition), 1)                                    \
	        ? (void)0                                                      \
	        : base_assert_failed(                                          \
	              #condition, __FILE__, __LINE__, __func__))

/* A place that cannot be reached. */
#define mp_unreachable()                                                       \
	base_assert_failed("not reached", __FILE__, __LINE__, __func__)

#endif
