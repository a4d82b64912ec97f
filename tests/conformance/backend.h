/*
 * What the scenarios run against: kernel.c or engine.c. Each also implements the
 * peers and workers of scenario.h.
 *
 * A test program runs each scenario in a forked child. Only backend_begin() and
 * backend_end() are called in the program itself, which is no task.
 */
#ifndef BACKEND_H
#define BACKEND_H

#include <stdbool.h>

/* "kernel" or "engine". */
extern const char backend_name[];

/* Can scenarios with these flags be run? */
bool backend_runs(unsigned flags);

/* Before the first scenario. */
void backend_begin(void);
/* After the last. False: what the scenarios ran against was not well. */
bool backend_end(void) __attribute__((warn_unused_result));

/* This process is now a scenario's, about to make its first trap. */
void backend_enter(unsigned flags);
/* The scenario has returned: end its peers, and give back their names. A worker
 * that is left fails it. */
void backend_settle(void);
/* The scenario's names were looked at: the world ends. */
void backend_leave(void);

#endif
