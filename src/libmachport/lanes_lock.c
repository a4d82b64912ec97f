/* A lock that a signal handler may meet in the hands of its own thread. */
#include "lanes_lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base_assert.h"

/* Nobody has a lock for so long, but who does not come back. */
#define PATIENCE_NS 1000000000

/* Most are free again after so many looks. */
#define LOOKS 100

__thread uint32_t lanes_lock_self;

static uint32_t
find_self(void)
{
	if (lanes_lock_self == 0)
		lanes_lock_self = (uint32_t)syscall(SYS_gettid);
	return lanes_lock_self;
}

static bool
take_free(struct lanes_lock *lock, uint32_t word)
{
	uint32_t is_free = 0;

	return atomic_compare_exchange_strong_explicit(&lock->word, &is_free,
	    word, memory_order_acquire, memory_order_relaxed);
}

static int64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

/* Until the word is not @seen, or @ns have passed; or less. */
static void
sleep_on(struct lanes_lock *lock, uint32_t seen, int64_t ns)
{
	const struct timespec timeout = {
	    .tv_sec = ns / 1000000000,
	    .tv_nsec = ns % 1000000000,
	};

	(void)syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, seen,
	    &timeout, NULL, 0);
}

/* Set @flag in the word, and return what it is then; 0: not, it is free. */
static uint32_t
set_flag(struct lanes_lock *lock, uint32_t flag)
{
	uint32_t word = atomic_load_explicit(&lock->word, memory_order_relaxed);

	while (word != 0 &&
	    !atomic_compare_exchange_weak_explicit(&lock->word, &word,
	        word | flag, memory_order_relaxed, memory_order_relaxed))
		continue;
	return word != 0 ? word | flag : 0;
}

static bool
take_in_time(struct lanes_lock *lock)
{
	const int64_t deadline = now_ns() + PATIENCE_NS;
	int64_t left = PATIENCE_NS;

	/* There may be more who sleep: whoever gives it back is to wake them. */
	while (!take_free(lock, find_self() | LANES_LOCK_OTHERS_WAIT)) {
		const uint32_t word = set_flag(
		    lock, left > 0 ? LANES_LOCK_OTHERS_WAIT : LANES_LOCK_LOST);

		if (word & LANES_LOCK_LOST)
			return false;
		if (word != 0)
			sleep_on(lock, word, left);
		left = deadline - now_ns();
	}
	return true;
}

bool
lanes_lock_take_slowly(struct lanes_lock *lock)
{
	const uint32_t mine = find_self();
	const int saved_errno = errno;
	bool taken;

	for (int i = 0; i < LOOKS; i++) {
		if (take_free(lock, mine))
			return true;
		if (lanes_lock_is_own(lock))
			return false;
	}
	taken = take_in_time(lock);
	errno = saved_errno;
	return taken;
}

void
lanes_lock_wake(struct lanes_lock *lock, uint32_t word)
{
	const int saved_errno = errno;

	mp_assert((word & ~LANES_LOCK_FLAGS) == lanes_lock_self);
	(void)syscall(
	    SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	errno = saved_errno;
}

bool
lanes_lock_is_own(const struct lanes_lock *lock)
{
	const uint32_t word =
	    atomic_load_explicit(&lock->word, memory_order_relaxed);

	return (word & ~LANES_LOCK_FLAGS) == find_self();
}

bool
lanes_lock_inherit(struct lanes_lock *lock)
{
	if (lanes_lock_is_own(lock))
		return true;
	atomic_store_explicit(&lock->word, 0, memory_order_relaxed);
	return false;
}
