/*
 * machport why: how a right came to its task, and from there back as far as who passed
 * it on still has it.
 */
#ifndef MACHPORT_WHY_H
#define MACHPORT_WHY_H

#include "screen.h"
#include "view.h"

/* A step of the way: a task, and its name for the port. */
struct why_step {
	const struct view_task *task;
	struct machport_name_record record;
};

/* How a way ends. */
enum why_end {
	WHY_ORIGIN,    /* where it began: made, or given by the kernel */
	WHY_GONE,      /* who passed it on has gone, or may not be seen */
	WHY_PASSED_ON, /* who passed it on has no right to it any more */
	WHY_CIRCLE,    /* it came from a task that it had gone through */
};

struct why_way {
	struct why_step *steps; /* the task that was asked about is the first */
	size_t count;
	enum why_end end;
};

void why_follow(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record, struct why_way *way_out);
void why_free(struct why_way *way);

void why_show(const struct view *view, const struct screen *screen,
    const struct why_way *way);
void why_show_json(
    const struct view *view, FILE *stream, const struct why_way *way);

#endif
