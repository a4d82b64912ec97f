/*
 * The closing threads. A queue is a list of descriptors linked through an
 * array indexed by their numbers, so that taking one in never needs memory. A
 * thread closes one descriptor of each queue that waits for it in turn, and
 * ends when none does.
 *
 * This is the one part of the kernel with more than one thread. `lock` guards
 * everything below but the array's address and the counts, which are atomic so
 * that the event loop can look at them with each packet.
 */
#include "closer.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base_assert.h"
#include "base_list.h"

/* As many users can block a thread without anybody else being kept from one. */
#define CLOSER_THREADS 64
#define CLOSER_STACK ((size_t)64 * 1024)

/*
 *	IDLE	 empty; or a thread is closing the last of it
 *	READY	 in `ready`, and not empty
 *	CLOSING	 a thread is closing one of it, and puts it back
 *	SPARE	 in `spare`, until somebody needs a queue; was freed, and empty
 */
struct closer_queue {
	struct list link; /* READY, SPARE */
	int first;        /* -1: empty */
	int last;         /* not empty */
	bool closing;
	bool freed;          /* by its owner: SPARE when the last is closed */
	atomic_size_t count; /* in the list, or being closed */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list ready;
static struct list spare;
static unsigned threads;
static bool refused; /* a thread, by Linux; the event loop's alone */
static struct closer_queue nobodys;
static atomic_size_t total;
static int *next; /* next[fd]: the one behind fd in its queue, or -1 */
static size_t next_count;

static void
queue_init(struct closer_queue *queue)
{
	list_init(&queue->link);
	queue->first = -1;
}

bool
closer_init(size_t descriptors)
{
	/* Plain memory of the C library, here and for the queues: more than
	 * one thread uses it. */
	next = calloc(descriptors, sizeof(*next));
	if (!next)
		return false;
	next_count = descriptors;
	list_init(&ready);
	list_init(&spare);
	queue_init(&nobodys);
	return true;
}

struct closer_queue *
closer_queue_new(void)
{
	struct closer_queue *queue;
	struct list *node;

	(void)pthread_mutex_lock(&lock);
	node = list_pop_front(&spare);
	(void)pthread_mutex_unlock(&lock);
	if (!node) {
		queue = calloc(1, sizeof(*queue));
		if (queue)
			queue_init(queue);
		return queue;
	}
	queue = CONTAINER_OF(node, struct closer_queue, link);
	queue->freed = false;
	return queue;
}

void
closer_queue_free(struct closer_queue *queue)
{
	if (!queue)
		return;
	(void)pthread_mutex_lock(&lock);
	queue->freed = true;
	if (queue->first < 0 && !queue->closing)
		list_push_back(&spare, &queue->link);
	(void)pthread_mutex_unlock(&lock);
}

/* Close one descriptor of @queue, which no thread has. `lock` is held, but not
 * while it is being closed. */
static void
close_one(struct closer_queue *queue)
{
	int fd = queue->first;

	queue->first = next[fd];
	queue->closing = true;
	(void)pthread_mutex_unlock(&lock);
	(void)close(fd);
	(void)pthread_mutex_lock(&lock);
	queue->closing = false;
	/* Only now: what is counted is no less than what is open. */
	atomic_fetch_sub_explicit(&queue->count, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&total, 1, memory_order_relaxed);
	if (queue->first >= 0)
		list_push_back(&ready, &queue->link);
	else if (queue->freed)
		list_push_back(&spare, &queue->link);
}

static void *
closer_run(void *argument)
{
	struct list *node;

	(void)argument;
	(void)pthread_mutex_lock(&lock);
	while ((node = list_pop_front(&ready)))
		close_one(CONTAINER_OF(node, struct closer_queue, link));
	threads--;
	(void)pthread_mutex_unlock(&lock);
	return NULL;
}

static bool
start_thread(void)
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
	error = pthread_create(&thread, &attributes, closer_run, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attributes);
	return error == 0;
}

/* A queue has become ready: have a thread for it, if there may be another. Those
 * that exist may all be blocked. `lock` is held. */
static void
want_thread(void)
{
	if (threads == CLOSER_THREADS)
		return;
	if (start_thread())
		threads++;
	else
		refused = true;
}

void
closer_close(struct closer_queue *queue, int fd)
{
	if (!queue)
		queue = &nobodys;
	mp_assert(fd >= 0 && (size_t)fd < next_count);
	(void)pthread_mutex_lock(&lock);
	next[fd] = -1;
	if (queue->first < 0)
		queue->first = fd;
	else
		next[queue->last] = fd;
	queue->last = fd;
	atomic_fetch_add_explicit(&queue->count, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&total, 1, memory_order_relaxed);
	if (!queue->closing && !list_linked(&queue->link)) {
		list_push_back(&ready, &queue->link);
		want_thread();
	}
	(void)pthread_mutex_unlock(&lock);
}

size_t
closer_backlog(const struct closer_queue *queue)
{
	return atomic_load_explicit(&queue->count, memory_order_relaxed);
}

size_t
closer_total(void)
{
	return atomic_load_explicit(&total, memory_order_relaxed);
}

bool
closer_is_short(void)
{
	return refused;
}

void
closer_retry(void)
{
	(void)pthread_mutex_lock(&lock);
	if (list_empty(&ready))
		refused = false;
	else
		want_thread();
	(void)pthread_mutex_unlock(&lock);
}
