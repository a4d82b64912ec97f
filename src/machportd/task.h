/*
 * A task as the kernel process knows it: the engine's side (kern_task.h), and
 * the process and connections that it lives by.
 *
 * It lives as long as its process and the connection that made it, `main`; when
 * either goes, so do all its connections and then its space.
 */
#ifndef TASK_H
#define TASK_H

#include "base_list.h"
#include "kern_task.h"
#include "process.h"
#include "task_lanes.h"
#include "wire_packet.h"

struct conn;

struct task {
	struct process *process; /* borrowed: it ends after its task */
	struct kern_task *kern;  /* owned */
	struct conn *main;       /* borrowed; one of conns */
	struct list conns;       /* struct conn.task_link */
	uint32_t conn_count;
	struct task_lanes lanes;
	struct wire_token token; /* what its threads prove themselves with */
};

/**
 * task_new() - the process gets a task, on connection @main
 * @process:	[in]  has none
 * @user:	[in]  whose budget it is within
 * @peer:	[in]  who its messages say it is
 * @heritage:	[in]  the ports that it inherits
 *
 * Return:	0, -ENOMEM, or -EAGAIN without random bytes for its token
 */
int task_new(struct process *process, struct user *user,
    const struct peer *peer, const struct heritage *heritage,
    struct conn *main);

/* Its connections are closed, waits are given up, its rights go; and a program
 * that waited for that has its turn (server.h, `vacant`). */
void task_die(struct task *task);

/* The task whose space it is; NULL: it dies. */
struct task *task_of_space(const struct ipc_space *space);

/* One more connection, or one less. */
void task_join(struct task *task, struct conn *conn);
void task_leave(struct task *task, struct conn *conn);

/* Is @token the task's? Takes the same time whatever it is. */
bool task_has_token(const struct task *task, const struct wire_token *token);

#endif
