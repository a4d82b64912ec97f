/*
 * A lock for moments, that a signal handler may meet in the hands of its own thread.
 *
 * Not lock.h's, which has signals held off by two system calls: this one is taken for each
 * message. So whoever takes it may be told that he cannot have it:
 *
 *  - his own thread has it: he is a handler in the middle of what it does;
 *  - nobody gives it back for a second: a handler has left by longjmp(), or the thread that
 *    has it does not get to run. From then on nobody waits for it, until it is given back.
 *
 * Then he does what he wanted by trap, which is always right.
 */
#ifndef LIBMACHPORT_LANES_LOCK_H
#define LIBMACHPORT_LANES_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* All zeroes: free. */
struct lanes_lock {
	_Atomic uint32_t word; /* who has it, and whether others wait */
};

/* In the word, beside a thread's number, which is less: somebody sleeps; somebody has waited
 * in vain. */
#define LANES_LOCK_OTHERS_WAIT 0x80000000u
#define LANES_LOCK_LOST 0x40000000u
#define LANES_LOCK_FLAGS (LANES_LOCK_OTHERS_WAIT | LANES_LOCK_LOST)

/* This thread's number; 0: not asked for yet. In a fork child it is that of the parent's, since a
 * handler may have called fork() while it was about to be written. If another thread gets the same,
 * each finds the other's locks its own, and does what it wanted by trap. initial-exec: the caller
 * may be a handler, which must not allocate memory. */
extern __thread uint32_t lanes_lock_self
    __attribute__((tls_model("initial-exec")));

/* The same as below, when it is not free, or the number is not known; or when others wait,
 * by what was in the word. */
bool lanes_lock_take_slowly(struct lanes_lock *lock);
void lanes_lock_wake(struct lanes_lock *lock, uint32_t word);

/* False: see above. No thread is cancelled, and no signal held off, by this. */
__attribute__((warn_unused_result)) static inline bool
lanes_lock_take(struct lanes_lock *lock)
{
	uint32_t is_free = 0;

	return (lanes_lock_self != 0 &&
	           atomic_compare_exchange_strong_explicit(&lock->word,
	               &is_free, lanes_lock_self, memory_order_acquire,
	               memory_order_relaxed)) ||
	    lanes_lock_take_slowly(lock);
}

static inline void
lanes_lock_give(struct lanes_lock *lock)
{
	const uint32_t word =
	    atomic_exchange_explicit(&lock->word, 0, memory_order_release);

	if (word != lanes_lock_self)
		lanes_lock_wake(lock, word);
}

/* Has somebody waited for it in vain? */
static inline bool
lanes_lock_is_lost(const struct lanes_lock *lock)
{
	return atomic_load_explicit(&lock->word, memory_order_relaxed) &
	    LANES_LOCK_LOST;
}

/* Has this thread it? */
bool lanes_lock_is_own(const struct lanes_lock *lock);

/* In a fork child: free, unless this thread has it, which keeps its number. True: it has. */
bool lanes_lock_inherit(struct lanes_lock *lock);

#endif
