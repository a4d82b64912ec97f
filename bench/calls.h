/*
 * Counting the system calls that a process makes, without being noticed: by an event of
 * the kernel's, not by stopping it, which would change what it has to wait for.
 */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Find the event. Before any other process is started: it may take a mount of its own.
 * False: it is not there, or not for this user. */
bool calls_begin(void);

/* A counter of @pid's calls, of its first thread; a descriptor. */
int calls_open(pid_t pid);
uint64_t calls_count(int counter);

#endif
