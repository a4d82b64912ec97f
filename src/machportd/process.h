/*
 * Processes: what outlives a task.
 *
 * A process has one task at a time, but an exec ends one and the program that
 * follows makes another. The ports that the first had from its parent wait here
 * for the second, until the process itself ends, which its pidfd tells.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "budget.h"
#include "kern_ports.h"
#include "peer.h"
#include "source.h"

struct server;
struct task;

#define PROCESS_BUCKETS 1024

struct process_table {
	struct list buckets[PROCESS_BUCKETS]; /* struct process.link, by pid */
};

struct process {
	struct source source;
	struct list link;
	struct server *server; /* borrowed */
	struct user *user;     /* +1; charged one USER_TASKS */
	pid_t pid;
	int pidfd;
	struct task *task;       /* or NULL */
	struct kern_ports ports; /* without a task: what the next one gets */
	struct list waiting; /* struct conn.task_link: want to be the next */
};

void process_table_init(struct process_table *table);

/* Borrowed, or NULL. */
struct process *process_find(struct process_table *table, pid_t pid);

/* A process without a task, of @user, who pays for it. Takes the peer's pidfd
 * on success. Return: 0 or a negative errno. */
int process_new(struct server *server, struct user *user, struct peer *peer,
    struct process **process_out);

/* The process has ended, or is not to be known any more: so its task dies. */
void process_end(struct process *process);

/* The ports that the nearest ancestor of @pid has, or keeps for its next task;
 * borrowed. NULL: no ancestor is known. */
const struct kern_ports *process_ancestor_ports(
    struct process_table *table, pid_t pid);

#endif
