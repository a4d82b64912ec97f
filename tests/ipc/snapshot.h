/*
 * What tasks could see of the world, as text: each name of each task with its
 * rights, counts and requests, each port's counters and queue. Two equal texts
 * mean that an operation changed nothing.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/* In memory of malloc(). */
char *snapshot_take(void);

#endif
