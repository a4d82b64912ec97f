/*
 * Budgets: how much of the kernel a task may have, and how much all tasks of
 * one user together.
 *
 * What the engine holds is charged to a task's account, whose parent is that of
 * its user (ipc_account.h). What only this process knows of, descriptors above
 * all, is counted here, by user.
 */
#ifndef BUDGET_H
#define BUDGET_H

#include <sys/types.h>

#include "base_list.h"
#include "closer.h"
#include "ipc_account.h"

/* What is counted by user. Each takes one descriptor of this process, or counts as if. */
enum user_resource {
	USER_CONNECTIONS,
	USER_TASKS,   /* processes that are, or were, tasks */
	USER_FILES,   /* with messages and answers that are on their way */
	USER_WATCHES, /* levels, for event loops (level.h) */
	USER_COPIES,  /* of memory, out of his processes or into them */
	USER_WINDOWS, /* two mappings each (window.h) */
	USER_LANES,   /* ends of lanes, of one mapping each (lane_table.h) */
	USER_RESOURCES,
};

struct budget_limits {
	struct ipc_charge task;
	struct ipc_charge user;
	uint32_t user_resources[USER_RESOURCES];
	uint32_t task_connections;
};

struct budget {
	struct budget_limits limits;
	struct list users;     /* struct user.link */
	uint64_t used;         /* all that all users have */
	uint64_t used_most;    /* with what is being closed */
	uint64_t close_most;   /* to be closed for one user: then he waits */
	uint64_t closed_bytes; /* at once, in this batch of events */
};

/* Of lanes, since a moment (lane_policy.h). */
struct user_offers {
	uint64_t since_ns;
	unsigned own;    /* to tasks of the same user */
	unsigned others; /* to others' */
};

struct user {
	struct list link;
	struct budget *budget; /* borrowed */
	uid_t uid;
	uint32_t refs;
	uint32_t used[USER_RESOURCES];
	struct ipc_account *account;  /* +1 */
	struct closer_queue *closing; /* owned: what he passed, and unwanted */
	struct user_offers offers;
	uint32_t lanes; /* live ones by which his tasks send, or will */
	/* Of the rings for regions that are mapped, for lanes or for messages that were in
	 * them: lane_large_bytes(). */
	uint64_t lane_large_bytes;
	uint64_t batch; /* of events, the last in which he had a turn */
	unsigned turns; /* how many he had in it */
};

/* What is good for a stranger's laptop, but for budget_limits_scale(). */
extern const struct budget_limits budget_defaults;

/* On a machine with so much memory, a task may have a quarter of it in files that
 * are on their way, and a user half; or more, if @limits said so before. */
void budget_limits_scale(struct budget_limits *limits, uint64_t memory_bytes);

/* @limits is copied, and cut so that one user leaves enough of @descriptors,
 * all that this process may have, to the others. */
void budget_init(struct budget *budget, const struct budget_limits *limits,
    uint64_t descriptors);
/* No user is left but by messages that are no more. */
void budget_deinit(struct budget *budget);

/* Of the events that the loop takes at once, so many of one user are served if
 * there are events of others. */
#define USER_TURNS 4

/* May @user have another turn in the loop's @batch, which counts from 1? */
bool user_take_turn(struct user *user, uint64_t batch)
    __attribute__((warn_unused_result));

/* The user, +1 to caller. NULL: no memory. */
struct user *user_get(struct budget *budget, uid_t uid)
    __attribute__((warn_unused_result));
struct user *user_ref(struct user *user);
/* NULL is fine; returns NULL. */
struct user *user_unref(struct user *user);

/* Close @fd, CONSUMED, which @user passed and nobody wants: some time soon, and
 * until then it counts as one of his files. NULL: a user that is not known. */
void user_close(struct user *user, int fd);
/* Is so much to be closed that nothing more is to be read from @user? */
bool user_is_behind(const struct user *user);

/* May the event loop itself close a file of so much memory? It does that for a few in each
 * batch of events, whoever they are of. */
bool budget_take_close(struct budget *budget, uint64_t memory_bytes)
    __attribute__((warn_unused_result));
/* A batch begins. */
void budget_begin_batch(struct budget *budget);

/* One more, or false; one less. */
bool user_take(struct user *user, enum user_resource resource)
    __attribute__((warn_unused_result));
void user_give(struct user *user, enum user_resource resource);

#endif
