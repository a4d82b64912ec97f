/* The lock of the library: a mutex with signals and cancellation held off. */
#include "lock.h"

#include "base_assert.h"

struct lock process_lock = {PTHREAD_MUTEX_INITIALIZER};

void
lock_take(struct lock *lock, struct lock_hold *hold_out)
{
	sigset_t all;
	int r;

	(void)sigfillset(&all);
	r = pthread_sigmask(SIG_SETMASK, &all, &hold_out->signals);
	mp_assert(r == 0);
	(void)pthread_setcancelstate(
	    PTHREAD_CANCEL_DISABLE, &hold_out->cancel_state);
	r = pthread_mutex_lock(&lock->mutex);
	mp_assert(r == 0);
}

void
lock_give(struct lock *lock, const struct lock_hold *hold)
{
	int ignored;
	int r;

	r = pthread_mutex_unlock(&lock->mutex);
	mp_assert(r == 0);
	(void)pthread_setcancelstate(hold->cancel_state, &ignored);
	r = pthread_sigmask(SIG_SETMASK, &hold->signals, NULL);
	mp_assert(r == 0);
}

void
lock_reset(struct lock *lock)
{
	int r = pthread_mutex_init(&lock->mutex, NULL);

	mp_assert(r == 0);
}
