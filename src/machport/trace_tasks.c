/* Tasks by their ids, as they were when they were first seen. */
#include "trace_tasks.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "memory.h"
#include "text.h"

/* When there are more, all are forgotten, and asked about again. */
#define TASKS_MOST 65536

void
trace_tasks_init(struct trace_tasks *tasks, const struct view_source *source)
{
	*tasks = (struct trace_tasks){.source = source};
}

static void
forget(struct trace_tasks *tasks)
{
	for (size_t i = 0; i < tasks->count; i++)
		free(tasks->tasks[i].command);
	tasks->count = 0;
}

void
trace_tasks_deinit(struct trace_tasks *tasks)
{
	forget(tasks);
	free(tasks->tasks);
	tasks->tasks = NULL;
	tasks->room = 0;
}

/* Where the task is, or has to be. */
static size_t
place_of(const struct trace_tasks *tasks, uint32_t id)
{
	size_t low = 0;
	size_t high = tasks->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (tasks->tasks[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct trace_task *
find(const struct trace_tasks *tasks, uint32_t id)
{
	const size_t place = place_of(tasks, id);

	return place < tasks->count && tasks->tasks[place].id == id
	    ? &tasks->tasks[place]
	    : NULL;
}

/* @command is the table's from now on. */
static struct trace_task *
add(struct trace_tasks *tasks, uint32_t id, pid_t pid, char *command)
{
	size_t place;
	struct trace_task *task;

	if (tasks->count == TASKS_MOST)
		forget(tasks);
	if (tasks->count == tasks->room) {
		tasks->room = tasks->room * 2 + 16;
		tasks->tasks = memory_grow(
		    tasks->tasks, tasks->room, sizeof(*tasks->tasks));
	}
	place = place_of(tasks, id);
	task = &tasks->tasks[place];
	memmove(task + 1, task, (tasks->count - place) * sizeof(*task));
	tasks->count++;
	*task = (struct trace_task){.id = id, .pid = pid, .command = command};
	return task;
}

/* --- the family ------------------------------------------------------------ */

static bool
descends(const struct trace_tasks *tasks, const struct view *view, uint32_t id)
{
	/* Tasks are not their own ancestors; the limit is for what is not true. */
	for (size_t i = 0; i <= view->task_count; i++) {
		const struct view_task *task = view_task(view, id);
		const struct trace_task *known = find(tasks, id);

		if (known && known->belongs)
			return true;
		if (!task)
			return false;
		if (task->is_self || task->record.pid == tasks->family)
			return true;
		id = task->record.parent;
	}
	return false;
}

static void
take_view(struct trace_tasks *tasks, const struct view *view)
{
	for (size_t i = 0; i < view->task_count; i++) {
		const struct view_task *task = &view->tasks[i];
		const uint32_t id = task->record.task;
		struct trace_task *known = find(tasks, id);

		if (!known)
			known = add(tasks, id, task->record.pid,
			    task->command ? memory_string(task->command)
			                  : NULL);
		if (tasks->family != 0 && !task->is_self)
			known->belongs |= descends(tasks, view, id);
	}
}

int
trace_tasks_look(struct trace_tasks *tasks)
{
	struct view view;
	int status = view_open(&view, tasks->source, true);

	if (status == EX_OK)
		take_view(tasks, &view);
	view_close(&view);
	return status;
}

void
trace_tasks_choose(struct trace_tasks *tasks, pid_t family)
{
	tasks->family = family;
	tasks->is_alone = tasks->count <= 1;
}

const struct trace_task *
trace_tasks_find(struct trace_tasks *tasks, uint32_t id, pid_t pid)
{
	struct trace_task *task;

	if (id == 0)
		return NULL;
	task = find(tasks, id);
	if (!task && tasks->family != 0 && pid != getpid()) {
		if (trace_tasks_look(tasks) == EX_OK)
			task = find(tasks, id);
	}
	if (!task) {
		task = add(tasks, id, pid,
		    tasks->source->command(tasks->source->context, pid));
		task->belongs = tasks->family != 0 && pid != getpid() &&
		    (tasks->is_alone || pid == tasks->family);
	}
	return task;
}

char *
trace_tasks_name(struct trace_tasks *tasks, uint32_t id, pid_t pid)
{
	const struct trace_task *task;
	char *command;
	char *name;

	if (pid == 0)
		return memory_string("the kernel");
	task = trace_tasks_find(tasks, id, pid);
	if (!task || !task->command)
		return memory_format("%d", (int)pid);
	command = text_escape(task->command);
	name = memory_format("%d (%s)", (int)pid, command);
	free(command);
	return name;
}
