/*
 * machport trace: the program that is run to be traced.
 */
#ifndef MACHPORT_TRACE_CHILD_H
#define MACHPORT_TRACE_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct trace_child {
	pid_t pid; /* 0: none */
	int gate;  /* it begins when a byte comes */
};

/* A process that waits, to become @command with @signals blocked. A status, after a
 * message if that is not EX_OK. */
int trace_child_make(struct trace_child *child_out, char **command,
    const sigset_t *signals) __attribute__((warn_unused_result));

/* Let it begin. */
void trace_child_begin(struct trace_child *child);

/* If it has not begun it never does. Wait for its end; the status, as of a shell. */
int trace_child_end(struct trace_child *child);

/* Has it ended? What /proc tells of it is still there. */
bool trace_child_has_ended(const struct trace_child *child);

#endif
