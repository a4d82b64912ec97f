/*
 * The server: one thread, one event loop, and everything that is in it.
 *
 * The loop takes what is ready, one packet of one connection at a time, and
 * works it off. That may end the blocked traps of other connections; these wait
 * in `completed` until the engine has been left, and are answered between the
 * next packets, a few at a time, so that thousands of them hold nobody up. So do
 * processes whose task has died while another program waited to be the next, in
 * `vacant`. Nothing in here ever waits for a task.
 */
#ifndef SERVER_H
#define SERVER_H

#include "budget.h"
#include "clock.h"
#include "lane_table.h"
#include "memory.h"
#include "packet.h"
#include "process.h"
#include "source.h"
#include "wakeup.h"

struct conn;

struct server_options {
	struct budget_limits limits;
	enum kern_task_for_pid task_for_pid;
	bool only_own; /* serve this user, root and what they become only */
	bool without_lanes;
	uint32_t lane_step_ms;
	bool ends; /* end when the last connection has gone */
};

struct server {
	struct server_options options;
	int epoll_fd;
	int listen_fd;
	int signal_fd;
	bool stopping;
	struct source listener;
	struct source signals;
	struct wakeup wakeup; /* for what the timers are set to */
	struct kern_timer
	    pause; /* descriptors ran out: listen again after it */
	struct kern_timer catch_up; /* when to look at what is being closed */
	struct kern_timer idle;     /* ends: nobody has connected at all */
	struct budget budget;
	struct process_table processes;
	struct list connections; /* struct conn.server_link */
	struct list completed;   /* struct conn.completed_link */
	struct list stalled;     /* struct conn.stalled_link */
	struct list retired;     /* struct source.retired_link */
	struct list vacant;      /* struct process.vacant_link */
	uint32_t generation;     /* of the last task: its "pid version" */
	uint64_t batch;          /* of events: how many there were */
	struct packet packet;    /* the one being worked off */
	struct lane_table lanes;
	struct memory memory; /* of processes: copies on their way */
};

/* Serve @listen_fd, which is CONSUMED on success, and end on the signals that
 * @signal_fd tells of, the same. Return: 0 or a negative errno. */
int server_init(struct server *server, const struct server_options *options,
    uint64_t descriptors, int listen_fd, int signal_fd);

/* Until a signal comes, or the last connection goes if that is the end. Returns
 * 0 or a negative errno. */
int server_run(struct server *server);

/* Every task dies, and every process is forgotten. After server_run(). */
void server_end_tasks(struct server *server);

/* The same, and nothing is left at all. */
void server_deinit(struct server *server);

/* Have @source told when @fd is readable. Return: 0 or a negative errno. */
int server_watch(struct server *server, struct source *source, int fd);

/* Do not read from @conn before its user's descriptors are closed: reading might
 * bring more of them. */
void server_stall(struct server *server, struct conn *conn);

/* It is not told of @fd any more. For one that is closed elsewhere, and later:
 * until then there are events. */
void server_unwatch(struct server *server, int fd);

/* @source will not be told any more, and is freed when that is safe. Its
 * descriptor was closed. */
void server_retire(struct server *server, struct source *source);

/* Answer traps that have ended, the longest ended first, but no more than @most
 * of them. After each visit to the engine. */
void server_settle(struct server *server, unsigned most);

/* Free what was retired. Between events. */
void server_reap(struct server *server);

#endif
