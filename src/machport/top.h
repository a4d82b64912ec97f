/*
 * machport top: what goes on, as the difference of two looks at a kernel.
 *
 * A top keeps what it counted at the last look, by the kernel's ids, so that a pid
 * that is used again does not inherit another process's rates. The first look has no
 * rates.
 */
#ifndef MACHPORT_TOP_H
#define MACHPORT_TOP_H

#include "json.h"
#include "screen.h"
#include "view.h"

enum top_order {
	TOP_BY_RATE, /* of messages, in both directions */
	TOP_BY_UNREAD,
	TOP_BY_RIGHTS, /* of ports: who may send */
	TOP_BY_NUMBER, /* pid, or name */
	TOP_ORDER_COUNT,
};

/* What was counted of a task or a port. */
struct top_count {
	uint32_t id;
	uint64_t sent; /* of a port: queued */
	uint64_t received;
	uint64_t bytes;
};

/* A task, or a port of one. */
struct top_row {
	const struct view_task *task;            /* of the view */
	const struct machport_name_record *port; /* NULL: the task itself */
	double sent;                             /* a second */
	double received;
	double bytes;
};

struct top {
	enum top_order order;
	uint32_t task; /* 0: tasks; else the ports of that */
	/* The last look. */
	struct top_count *counts; /* by id */
	size_t count_count;
	uint64_t looked_ns; /* 0: none yet */
	struct top_row *rows;
	size_t row_count;
	struct view_names names; /* of the task */
};

/* No look yet, at the tasks. */
void top_init(struct top *top);
void top_deinit(struct top *top);

/* From now on the ports of @task, or with 0 the tasks: as if at the beginning. */
void top_choose(struct top *top, uint32_t task);

/* Look: the rows are those of @view, which must live as long as they are used. The
 * code of the kernel, if the task's ports cannot be had. */
kern_return_t top_look(struct top *top, const struct view *view);

/* Another order, of these rows and of those to come. */
void top_sort(struct top *top, enum top_order order);

/* "12 tasks, 1 suspended; ...": one line of escaped text, +1 to caller. */
char *top_summary(const struct top *top, const struct view *view);

/* A heading, and a line for each row. */
void top_show(const struct top *top, const struct view *view,
    const struct screen *screen);

/* The document of a look: {..., "at_ns", "tasks": [...]} or {..., "ports": [...]}. */
json_t *top_json(const struct top *top, const struct view *view);

/* "by messages", for the screen. */
const char *top_order_name(enum top_order order);

#endif
