/*
 * What a task has of lanes: its board, the lanes that it knows, and the news that it has
 * not fetched yet (LANE_NEWS).
 *
 * The board is made when the task asks for it, or when a lane to it is offered: nobody can
 * offer one to a task that would not notice. If it does not ask for it then, it goes with
 * the lane.
 */
#ifndef TASK_LANES_H
#define TASK_LANES_H

#include "lane_table.h"

/* So many peers that lied are remembered: the last ones. */
#define TASK_SHUNNED_MAX 16

struct task_lanes {
	bool known;                  /* it has said WIRE_LANES_KNOWN */
	struct lane_board *board;    /* NULL: none yet */
	int board_file;              /* until it has been fetched; else -1 */
	struct ipc_account *account; /* +1 with a board: charged for it */
	struct list out;             /* struct lane.from.link */
	struct list in;              /* struct lane.to.link */
	uint32_t out_count;
	uint32_t in_count;
	uint64_t
	    large_bytes;  /* of the live ones in `out`: lane_large_bytes() */
	struct list news; /* struct lane.news_link, the oldest first */
	/* Ids of tasks whose lanes could not be what they were (LANE_DROP); 0: none yet. */
	uint32_t shunned[TASK_SHUNNED_MAX];
	unsigned shunned_next; /* where the next one goes */
};

void task_lanes_init(struct task_lanes *lanes);
/* The task dies, before its rights go: its lanes close, and nothing is left. */
void task_lanes_deinit(struct task *task);

/* A board for @task. KERN_SUCCESS, also if it has one; KERN_NOT_SUPPORTED: there are no
 * lanes; KERN_RESOURCE_SHORTAGE. */
kern_return_t task_lanes_make_board(struct task *task)
    __attribute__((warn_unused_result));

/* A lane has gone. With the last one goes a board that the task has never fetched. */
void task_lanes_trim(struct task *task);

/* Its descriptor was handed over. */
void task_lanes_close_board_file(struct task_lanes *lanes);

/* @task is to be told of @lane; nothing else of that any more. */
void task_lanes_tell(struct task *task, struct lane *lane, enum wire_news news);

/* Is what waits on @link for the task that sends, or for the one that receives? */
bool task_lanes_is_told(const struct list *link, uint8_t news, bool sends);

/* The lane of which the task is told next, borrowed; it is in the list no more. NULL:
 * there is nothing to be told. */
struct lane *task_lanes_next_news(struct task_lanes *lanes);

static inline bool
task_lanes_has_news(const struct task_lanes *lanes)
{
	return !list_empty(&lanes->news);
}

/* @task wants no lane with @peer any more; does it, or the other way round? */
void task_lanes_shun(struct task *task, const struct task *peer);
bool task_lanes_shuns(const struct task *task, const struct task *peer);

#endif
