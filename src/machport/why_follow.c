/* machport why: the way back of a right. */
#include <mach/port.h>
#include <stdlib.h>

#include "memory.h"
#include "why.h"

static void
add_step(struct why_way *way, const struct view_task *task,
    const struct machport_name_record *record)
{
	way->steps =
	    memory_grow(way->steps, way->count + 1, sizeof(*way->steps));
	way->steps[way->count++] =
	    (struct why_step){.task = task, .record = *record};
}

static bool
was_passed(const struct why_way *way, const struct view_task *task)
{
	for (size_t i = 0; i < way->count; i++)
		if (way->steps[i].task == task)
			return true;
	return false;
}

/* A task's name for a port: the one that it had longest when it was passed on, since
 * a send-once right may be one of several. */
static bool
find_name(const struct view *view, const struct view_task *task, uint32_t port,
    struct machport_name_record *record_out)
{
	const struct machport_name_record *found = NULL;
	struct view_names names;

	if (view_names(view, task->record.task, &names) != KERN_SUCCESS)
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (names.names[i].port == port &&
		    (!found || names.names[i].origin_ns < found->origin_ns))
			found = &names.names[i];
	if (found)
		*record_out = *found;
	view_names_free(&names);
	return found != NULL;
}

static bool
came_from_a_task(const struct machport_name_record *record)
{
	return record->origin == MACHPORT_ORIGIN_MESSAGE ||
	    record->origin == MACHPORT_ORIGIN_REPLY ||
	    record->origin == MACHPORT_ORIGIN_TASK;
}

/* One step back; false: there is none, and @way knows why. */
static bool
step_back(const struct view *view, struct why_way *way)
{
	const struct machport_name_record *last =
	    &way->steps[way->count - 1].record;
	const struct view_task *from = view_task(view, last->origin_task);
	struct machport_name_record record;

	way->end = WHY_ORIGIN;
	if (!came_from_a_task(last) || last->port == 0)
		return false;
	way->end = WHY_GONE;
	if (!from)
		return false;
	way->end = WHY_CIRCLE;
	if (was_passed(way, from))
		return false;
	way->end = WHY_PASSED_ON;
	if (!find_name(view, from, last->port, &record))
		return false;
	add_step(way, from, &record);
	return true;
}

void
why_follow(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record, struct why_way *way_out)
{
	*way_out = (struct why_way){0};
	add_step(way_out, task, record);
	while (step_back(view, way_out))
		;
}

void
why_free(struct why_way *way)
{
	free(way->steps);
	*way = (struct why_way){0};
}
