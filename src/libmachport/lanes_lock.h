/*
 * A lock for moments, that a signal handler may meet in the hands of its own thread.
 *
 * Not lock.h's, which has signals held off by two system calls: this one is taken for each
 * message. So whoever takes it may be told that he cannot have it:
 *
 *  - his own thread has it: he is a handler in the middle of what it does;
 *  - nobody gives it back for a second: a handler has left by longjmp(), or the thread that
 *    has it does not get to run.
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

/* False: see above. No thread is cancelled, and no signal held off, by this. */
bool lanes_lock_take(struct lanes_lock *lock)
    __attribute__((warn_unused_result));
void lanes_lock_give(struct lanes_lock *lock);

/* Has this thread it? */
bool lanes_lock_is_own(const struct lanes_lock *lock);

/* In a fork child: this thread is another now. */
void lanes_lock_forget(void);

#endif
