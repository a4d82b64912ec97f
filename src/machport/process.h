/*
 * What /proc tells of a process. It is gone as soon as it is read, and belongs to
 * whoever has the pid now: good for people to read, not to decide by.
 */
#ifndef MACHPORT_PROCESS_H
#define MACHPORT_PROCESS_H

#include <sys/types.h>

/* The name of its command, as it is, for free(); NULL: there is no such process.
 * Linux keeps 15 bytes of it; the rest is taken from its first argument. */
char *process_command(pid_t pid);

/* How many threads it has; 0: not known. */
unsigned process_threads(pid_t pid);

#endif
