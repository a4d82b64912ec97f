/*
 * The closing threads. A queue is a stack of descriptors linked through an
 * array indexed by their numbers, so that taking one in never needs memory. A
 * thread starts when its queue gets something and ends when it is empty.
 *
 * This is the one part of the kernel with more than one thread. `lock` guards
 * everything below but the array's address.
 */
#include "closer.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base_assert.h"

#define CLOSER_COUNT 16
#define CLOSER_STACK ((size_t)64 * 1024)

struct closer {
	int top; /* -1: empty */
	size_t count;
	bool running;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct closer closers[CLOSER_COUNT];
static int *below; /* below[fd]: the next descriptor in fd's stack, or -1 */
static size_t below_count;

bool
closer_init(size_t descriptors)
{
	/* Plain memory of the C library, also below: more than one thread. */
	below = calloc(descriptors, sizeof(*below));
	if (!below)
		return false;
	below_count = descriptors;
	for (unsigned i = 0; i < CLOSER_COUNT; i++)
		closers[i].top = -1;
	return true;
}

static void *
closer_run(void *argument)
{
	struct closer *closer = argument;
	int fd;

	for (;;) {
		(void)pthread_mutex_lock(&lock);
		fd = closer->top;
		if (fd < 0) {
			closer->running = false;
			(void)pthread_mutex_unlock(&lock);
			return NULL;
		}
		closer->top = below[fd];
		closer->count--;
		(void)pthread_mutex_unlock(&lock);
		(void)close(fd);
	}
}

/* False: no thread could be had; what is queued waits for the next attempt. */
static bool
closer_start(struct closer *closer)
{
	pthread_attr_t attributes;
	sigset_t all;
	sigset_t old;
	pthread_t thread;
	int error;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, CLOSER_STACK);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&thread, &attributes, closer_run, closer);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attributes);
	return error == 0;
}

static struct closer *
closer_of(uid_t owner)
{
	return &closers[owner % CLOSER_COUNT];
}

void
closer_close(uid_t owner, int fd)
{
	struct closer *closer = closer_of(owner);

	mp_assert(fd >= 0 && (size_t)fd < below_count);
	(void)pthread_mutex_lock(&lock);
	below[fd] = closer->top;
	closer->top = fd;
	closer->count++;
	if (!closer->running)
		closer->running = closer_start(closer);
	(void)pthread_mutex_unlock(&lock);
}

size_t
closer_backlog(uid_t owner)
{
	size_t count;

	(void)pthread_mutex_lock(&lock);
	count = closer_of(owner)->count;
	(void)pthread_mutex_unlock(&lock);
	return count;
}
