/*
 * The locks of the library, and what clang's thread-safety check needs to know of
 * them.
 *
 * Lock order: vm_lock (mapping.h)
 *		process_lock
 *
 * A trap may be made by a signal handler, at any point of any thread. So
 * whoever holds the lock has all signals blocked: no handler can meet a lock
 * that its own thread holds. Nor can the thread be cancelled then.
 */
#ifndef LIBMACHPORT_LOCK_H
#define LIBMACHPORT_LOCK_H

#include <pthread.h>
#include <signal.h>

#ifdef __clang__
#define LOCK_CHECK(attribute) __attribute__((attribute))
#else
#define LOCK_CHECK(attribute)
#endif

#define CAPABILITY(name) LOCK_CHECK(capability(name))
#define GUARDED_BY(lock) LOCK_CHECK(guarded_by(lock))
#define REQUIRES(lock) LOCK_CHECK(requires_capability(lock))
#define ACQUIRES(lock) LOCK_CHECK(acquire_capability(lock))
#define RELEASES(lock) LOCK_CHECK(release_capability(lock))
/* For a function that hands the lock on, to fork() for example. */
#define UNCHECKED_LOCKING LOCK_CHECK(no_thread_safety_analysis)

struct CAPABILITY("mutex") lock {
	pthread_mutex_t mutex;
};

/* What the holder had before, to be put back. */
struct lock_hold {
	sigset_t signals;
	int cancel_state;
};

extern struct lock process_lock;

void lock_take(struct lock *lock, struct lock_hold *hold_out)
    ACQUIRES(lock) UNCHECKED_LOCKING;
void lock_give(struct lock *lock, const struct lock_hold *hold)
    RELEASES(lock) UNCHECKED_LOCKING;

/*
 * A trap is no cancellation point: what it brings must not be lost with its
 * thread. One that may be cancelled at any point (PTHREAD_CANCEL_ASYNCHRONOUS)
 * is cancelled when cancel_restore() gives it back its @type, which
 * cancel_defer() has returned. The state is left alone, so that a handler that
 * leaves a trap by longjmp() leaves an ordinary thread as it was.
 */
static inline int
cancel_defer(void)
{
	int type = PTHREAD_CANCEL_DEFERRED;

	(void)pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type);
	return type;
}

static inline void
cancel_restore(int type)
{
	int ignored;

	if (type != PTHREAD_CANCEL_DEFERRED)
		(void)pthread_setcanceltype(type, &ignored);
}

/* In a fork child, where nobody else is: make @lock free, whoever held it. */
void lock_reset(struct lock *lock);

#endif
