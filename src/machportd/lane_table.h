/*
 * The lanes that this process knows (src/lane/lane.h), each as the engine has it, with two
 * mappings of what tasks write, and who knows its number.
 *
 *	OFFERED	 A's memory is here, and its descriptor, for B
 *	ASKED	 B has been told
 *	ACCEPTED B's memory is here, too, and its descriptor, for A
 *	READY	 A is told, or has been
 *	OPEN	 no descriptor is left; no time runs
 *
 * A step that does not come in time ends it, as does the engine, from within any operation
 * (ipc_lane.closed): the lane is noted then, and settled when the engine has been left. After
 * that it has no memory and no descriptor; it is there for its number, and its places on
 * boards, until both tasks have let go. Messages may still have A's memory (lane_ring.h).
 */
#ifndef LANE_TABLE_H
#define LANE_TABLE_H

#include "ipc_lane.h"
#include "kern_timer.h"
#include "lane_clock.h"
#include "wire_lane.h"

struct server;
struct task;
struct user;

#define LANE_BUCKETS 1024

/* Milliseconds for each step of an opening, if nothing else is said. */
#define LANE_STEP_MS 1000

struct lane_table {
	enum lane_clock clock; /* NONE: there are no lanes */
	uint32_t last_id;
	uint32_t live_count;
	struct list live;     /* struct lane.live_link, the idlest first */
	struct list settling; /* struct lane.live_link: CLOSED */
	struct list buckets[LANE_BUCKETS]; /* struct lane.id_link */
	struct kern_timer look;            /* lane_policy.h */
};

/* One end: a task that knows the lane. */
struct lane_end {
	struct list link;  /* task->lanes.out, or .in */
	struct task *task; /* borrowed; NULL: it has let go, or never had it */
	struct user *user; /* +1, and charged one USER_LANES; NULL: the same */
	int file;          /* of its memory, for the other; -1: none */
};

struct lane {
	struct ipc_lane ipc;
	struct server *server; /* borrowed */
	struct list id_link;
	struct list live_link;
	struct lane_end from;
	struct lane_end to;
	uint32_t id;
	uint8_t stage; /* as ipc.state, before it was CLOSED */
	bool settled;
	struct kern_timer timer; /* until it is OPEN */
	/* What one of both is to be told. */
	struct list news_link; /* task->lanes.news */
	uint8_t news;          /* enum wire_news */
	/* For the policy, and for those who look. */
	uint64_t born_ns;
	uint64_t moved_ns; /* when A was last seen to have sent something */
	uint64_t tail;     /* at the last look */
	bool looked;       /* there was one since it opened */
};

static inline struct lane *
lane_of_ipc(struct ipc_lane *ipc)
{
	return CONTAINER_OF(ipc, struct lane, ipc);
}

/* The bytes of its ring, if that is for messages with regions; else 0. They have a limit
 * (lane_policy.h): a task's as long as the lane is live, a user's as long as it is mapped. */
static inline uint64_t
lane_large_bytes(const struct lane_sizes *sizes)
{
	return sizes->ring_bytes > LANE_RING_PLAIN ? sizes->ring_bytes : 0;
}

/* Empty. @enabled: there may be lanes, if this machine has a clock for them. */
void lane_table_init(struct lane_table *table, bool enabled);

/* What time it is, on the clock of lanes; 0 without one. */
static inline uint64_t
lane_table_ticket(const struct lane_table *table)
{
	return table->clock == LANE_CLOCK_NONE ? 0
	                                       : lane_clock_read(table->clock);
}

/* What was closed is given up. Whenever the engine has been left. */
void lane_table_settle(struct lane_table *table);

/**
 * lane_new() - a lane that @from offers
 * @file:	[in]  A's memory, checked, of @sizes; CONSUMED on success
 * @lane_out:	[out] not known to the engine yet, and to nobody by its number
 *
 * Return:	KERN_SUCCESS, or KERN_RESOURCE_SHORTAGE
 */
kern_return_t lane_new(struct task *from, int file,
    const struct lane_sizes *sizes, struct lane **lane_out)
    __attribute__((warn_unused_result));

/* The engine did not take it. */
void lane_free(struct lane *lane);

/* It is OFFERED: @from and @to know its number from now on. */
void lane_offered(struct lane *lane, struct task *from, struct task *to);

/* B's memory, checked; @file is CONSUMED on success. False: over a budget, or Linux
 * refused. */
bool lane_set_receiver(struct lane *lane, int file)
    __attribute__((warn_unused_result));

/* It has come a step further; and the next has its time, if it is not the last. */
void lane_step(struct lane *lane, enum ipc_lane_state stage);

/* The lane @id that @task knows, borrowed; or NULL. */
struct lane *lane_find(struct task *task, uint32_t id);
/* The same, whoever knows it. */
struct lane *lane_find_any(struct lane_table *table, uint32_t id);

/* Close it, unless it is. */
void lane_close(struct lane *lane, enum ipc_lane_why why);

/* The task at @end does not know it any more: its number may be another's there, and its
 * place on the board. Nobody else knows it, either, and it is settled: it is freed. */
void lane_let_go(struct lane *lane, struct lane_end *end);

/* The descriptor at @end has been handed over. */
void lane_close_file(struct lane_end *end);

#endif
