/*
 * machport trace: who is who, and who belongs to the program that is traced.
 *
 * A task is asked about when it is first seen, which is a moment after it did
 * something: if it has ended by then, all that is known of it is its pid.
 */
#ifndef MACHPORT_TRACE_TASKS_H
#define MACHPORT_TRACE_TASKS_H

#include "view.h"

struct trace_task {
	uint32_t id;
	pid_t pid;
	char *command; /* as it is; NULL: not known */
	bool belongs;  /* to the family */
};

struct trace_tasks {
	const struct view_source *source; /* borrowed */
	struct trace_task *tasks;         /* by id */
	size_t count;
	size_t room;
	/* The family: a process, and whoever descends from it or, since it begins as our
	 * child, from us. 0: everybody belongs. */
	pid_t family;
	bool
	    is_alone; /* nobody else was there: who has ended unseen, belongs */
};

void trace_tasks_init(
    struct trace_tasks *tasks, const struct view_source *source);
void trace_tasks_deinit(struct trace_tasks *tasks);

/* Those that there are. Return: a status, after a message if that is not EX_OK. */
int trace_tasks_look(struct trace_tasks *tasks)
    __attribute__((warn_unused_result));

/* From now on @family and its children belong. After a look, before they do anything. */
void trace_tasks_choose(struct trace_tasks *tasks, pid_t family);

/* The task of a record, which may be new. NULL: it is not told who it is. Until the
 * next call. */
const struct trace_task *trace_tasks_find(
    struct trace_tasks *tasks, uint32_t id, pid_t pid);

/* "1234 (cat)", escaped; "the kernel" for pid 0; +1 to caller. */
char *trace_tasks_name(struct trace_tasks *tasks, uint32_t id, pid_t pid);

#endif
