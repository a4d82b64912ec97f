/*
 * Who may have a lane, and whose goes when there are too many (lanes.md 8).
 *
 * A lane whose sender has sent nothing since the last look, a tenth of a second ago or more,
 * is idle. Idle ones go for new ones; after a minute they go anyway, and are made again when
 * they are needed. Whoever finds too many lanes looks at them, for the next who comes.
 */
#ifndef LANE_POLICY_H
#define LANE_POLICY_H

#include "lane_table.h"

#define LANE_PORT_MAX 64
#define LANE_PAIR_MAX 16
#define LANE_ALL_MAX 8192

/* Rings for messages with regions, in all: those by which a task sends, and those of all tasks
 * of a user. A task's budget has several times as much, for the messages themselves. */
#define LANE_TASK_LARGE_BYTES (UINT64_C(32) << 20)
#define LANE_USER_LARGE_BYTES (UINT64_C(128) << 20)

/* Offers of a user in a tenth of a second: to his own tasks, and to those of others. */
#define LANE_OFFERS_OWN 50
#define LANE_OFFERS_OTHERS 4

/* How often they are looked at, and how long one may be idle. */
#define LANE_LOOK_MS 10000
#define LANE_FRESH_NS UINT64_C(100000000)
#define LANE_IDLE_NS UINT64_C(60000000000)

struct ipc_port;

/**
 * lane_policy_admit() - may @from have a lane of @sizes to @port of @to?
 *
 * Counts an offer, and closes an idle lane if there are too many.
 *
 * Return:	KERN_SUCCESS
 *		KERN_NOT_SUPPORTED	not between these two
 *		KERN_FAILURE		too many offers just now
 *		KERN_RESOURCE_SHORTAGE	too many lanes, or rings that large
 */
kern_return_t lane_policy_admit(struct task *from, struct task *to,
    struct ipc_port *port, const struct lane_sizes *sizes)
    __attribute__((warn_unused_result));

/* Its timer fires: look at all lanes. It runs while there are any. */
void lane_policy_init(struct lane_table *table);
void lane_policy_watch(struct lane_table *table);

#endif
