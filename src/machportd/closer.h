/*
 * Closing descriptors that may take their time.
 *
 * The last close of a descriptor that a task made can block for as long as the
 * task likes: a socket that lingers, a file of a file system that the task
 * itself serves; and a memfd of many gigabytes takes a while to give back. The
 * kernel waits for nobody, so such descriptors are closed by threads. Each user
 * has a queue of his own, and a queue at most one thread: who makes it wait
 * makes himself wait.
 */
#ifndef CLOSER_H
#define CLOSER_H

#include <stdbool.h>
#include <stddef.h>

/* What one user has to be closed. */
struct closer_queue;

/* Once. @descriptors: no descriptor's number is as high. False: no memory. */
bool closer_init(size_t descriptors);

/* An empty queue. NULL: no memory. */
struct closer_queue *closer_queue_new(void);
/* What is still in it will be closed all the same. NULL is fine. */
void closer_queue_free(struct closer_queue *queue);

/* Close @fd, CONSUMED, some time soon. NULL is a queue that all share. */
void closer_close(struct closer_queue *queue, int fd);

/* How many descriptors of @queue, or of all queues, are still open. */
size_t closer_backlog(const struct closer_queue *queue);
size_t closer_total(void);

/* Does a queue wait for a thread that Linux refused? Then somebody is to call
 * closer_retry() now and then. */
bool closer_is_short(void);
void closer_retry(void);

#endif
