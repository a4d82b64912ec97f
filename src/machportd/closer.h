/*
 * Closing descriptors that may take their time.
 *
 * The last close of a descriptor that a task made can block for as long as the
 * task likes: a socket that lingers, a file of a file system that the task
 * itself serves; and a memfd of many gigabytes takes a while to give back. The
 * kernel waits for nobody, so such descriptors are closed by threads. There is
 * a fixed number of them, and a user's descriptors all go to the same one: who
 * makes it wait mostly makes himself wait.
 */
#ifndef CLOSER_H
#define CLOSER_H

#include <stddef.h>
#include <sys/types.h>

/* Once. @descriptors: no descriptor's number is as high. False: no memory. */
_Bool closer_init(size_t descriptors);

/* Close @fd, which @owner passed to us, some time soon. */
void closer_close(uid_t owner, int fd);

/* How many wait to be closed on account of @owner, about. */
size_t closer_backlog(uid_t owner);

#endif
