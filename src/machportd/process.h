/*
 * Processes: what outlives a task.
 *
 * A process has one task at a time, but an exec ends one and the program that
 * follows makes another. The ports that the first had from its parent wait here
 * for the second, until the process itself ends, which its pidfd tells.
 *
 * Ports are inherited by a program that is as powerful as the one that left
 * them, or less: from a task of the same user, or of root. A set-uid program
 * does not have its bootstrap port from whoever started it, but from the
 * nearest ancestor that it can trust.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "budget.h"
#include "kern_platform.h"
#include "kern_ports.h"
#include "peer.h"
#include "source.h"

struct conn;
struct server;
struct task;

#define PROCESS_BUCKETS 1024

/* Ports to inherit, and who leaves them. */
struct heritage {
	const struct kern_ports *ports; /* borrowed; NULL: none */
	uid_t euid;                     /* of the task whose they are */
};

struct process_table {
	struct list buckets[PROCESS_BUCKETS]; /* struct process.link, by pid */
	unsigned count;
};

struct process {
	struct source source;
	struct list link;
	struct server *server;    /* borrowed */
	struct user *user;        /* +1; charged one USER_TASKS */
	struct kern_process kern; /* with its pid */
	int pidfd;
	uid_t euid;              /* of its task, or the last one */
	struct task *task;       /* or NULL */
	struct kern_ports ports; /* without a task: what the next one gets */
	struct conn *waiter;     /* or NULL: will be the next; borrowed */
	struct list
	    vacant_link; /* server->vacant: the waiter's time has come */
};

static inline struct process *
process_of_kern(const struct kern_process *kern)
{
	/* Whoever borrows it must not change it; the process is ours. */
	return CONTAINER_OF((void *)(uintptr_t)kern, struct process, kern);
}

void process_table_init(struct process_table *table);

/* Borrowed, or NULL. */
struct process *process_find(struct process_table *table, pid_t pid);

/* A process without a task, of @user, who pays for it. Takes the peer's pidfd
 * on success. Return: 0 or a negative errno. */
int process_new(struct server *server, struct user *user, struct peer *peer,
    struct process **process_out);

/* The process has ended, or is not to be known any more: so its task dies. */
void process_end(struct process *process);

/* May a task of the user @heir inherit that? */
bool heritage_is_for(const struct heritage *heritage, uid_t heir);

/* What a child of this process inherits now, or its next task. */
struct heritage process_heritage(const struct process *process);

/* The same of the nearest ancestor that has something for a task of @heir. */
struct heritage process_ancestor_heritage(
    const struct process *process, uid_t heir);

#endif
