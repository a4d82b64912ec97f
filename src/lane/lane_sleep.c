/* Sleeping on words, and waking. */
#include "lane_sleep.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base_assert.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

/* As <linux/futex.h> has it from 5.16 on. */
struct wait_word {
	uint64_t value;
	uint64_t address;
	uint32_t flags;
	uint32_t spare;
};
#define WAIT_WORD_32 2u

/* What is known of futex_waitv. */
enum waitv {
	WAITV_UNKNOWN,
	WAITV_THERE,
	WAITV_MISSING,
};
static _Atomic(enum waitv) waitv_state;

bool
lane_can_sleep(void)
{
	enum waitv state =
	    atomic_load_explicit(&waitv_state, memory_order_relaxed);
	const int saved_errno = errno;

	if (state == WAITV_UNKNOWN) {
		/* No words: it says so, if it is there. */
		(void)syscall(SYS_futex_waitv, NULL, 0, 0, NULL, 0);
		state = errno == EINVAL ? WAITV_THERE : WAITV_MISSING;
		atomic_store_explicit(
		    &waitv_state, state, memory_order_relaxed);
		errno = saved_errno;
	}
	return state == WAITV_THERE;
}

/* 0 or a negative errno. The words are of files that others map, too. */
static int
wait_words(const struct lane_sleep_word *words, size_t count,
    const struct timespec *deadline)
{
	struct wait_word list[LANE_SLEEP_WORDS];

	mp_assert(count <= LANE_SLEEP_WORDS);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct wait_word){
		    .value = words[i].value,
		    .address = (uintptr_t)words[i].word,
		    .flags = WAIT_WORD_32,
		};
	if (syscall(SYS_futex_waitv, list, count, 0, deadline,
	        CLOCK_MONOTONIC) >= 0)
		return 0;
	return -errno;
}

int
lane_sleep(const struct lane_sleep_word *words, size_t count,
    const struct timespec *deadline)
{
	const int saved_errno = errno;
	const int r = wait_words(words, count, deadline);

	errno = saved_errno;
	switch (r) {
	case 0:
	case -EAGAIN: /* one of them is another already */
	case -EFAULT: /* or gone */
		return 0;
	case -ETIMEDOUT:
	case -EINTR:
		return r;
	default: /* forbidden by now */
		atomic_store_explicit(
		    &waitv_state, WAITV_MISSING, memory_order_relaxed);
		return 0;
	}
}

static void
wake(const void *word, int count)
{
	const int saved_errno = errno;

	(void)syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
	errno = saved_errno;
}

void
lane_wake_one(const void *word)
{
	wake(word, 1);
}

void
lane_wake_all(const void *word)
{
	wake(word, INT_MAX);
}

void
lane_wake_many(const void *word)
{
	wake(word, LANE_WAKE_MANY);
}
