/* machport why: the way of a right, as sentences and as JSON. */
#include <mach/port.h>
#include <stdlib.h>

#include "describe.h"
#include "json.h"
#include "memory.h"
#include "text.h"
#include "why.h"

/* "a send right", "a port set". */
static const char *
name_right(mach_port_type_t type)
{
	if (type & MACH_PORT_TYPE_DEAD_NAME)
		return "a dead name";
	if (type & MACH_PORT_TYPE_PORT_SET)
		return "a port set";
	if (type & MACH_PORT_TYPE_SEND_ONCE)
		return "a send-once right";
	if (!(type & MACH_PORT_TYPE_RECEIVE))
		return "a send right";
	return type & MACH_PORT_TYPE_SEND
	    ? "the receive right, and a send right"
	    : "the receive right";
}

static char *
describe_way_of(
    const struct view *view, const struct machport_name_record *record)
{
	char *from =
	    describe_task(view, record->origin_task, record->origin_pid);
	char *text;

	switch ((enum machport_origin)record->origin) {
	case MACHPORT_ORIGIN_KERNEL:
		text = memory_string("the kernel gave it, with the task or by "
		                     "a call that asks for it");
		break;
	case MACHPORT_ORIGIN_MADE:
		text = memory_string("the task made it itself");
		break;
	case MACHPORT_ORIGIN_MESSAGE:
		text = memory_format("it was in message %d from %s",
		    record->origin_msgh_id, from);
		break;
	case MACHPORT_ORIGIN_REPLY:
		text = memory_format(
		    "it was the reply right of message %d from %s",
		    record->origin_msgh_id, from);
		break;
	case MACHPORT_ORIGIN_TASK:
		text =
		    memory_format("%s put it there, by the task's port", from);
		break;
	case MACHPORT_ORIGIN_NOTICE:
		text = memory_format("it came with a %s notice",
		    describe_notice((uint32_t)record->origin_msgh_id));
		break;
	case MACHPORT_ORIGIN_UNKNOWN:
	default:
		text = memory_string("how it came there is not known");
		break;
	}
	free(from);
	return text;
}

static void
show_step(const struct view *view, const struct screen *screen,
    const struct why_step *step, size_t number)
{
	char *task = describe_task(
	    view, step->task->record.task, step->task->record.pid);
	char *way = describe_way_of(view, &step->record);
	char *age = text_age(view_age(view, step->record.origin_ns));

	screen_print(screen, SCREEN_HEADING, "%zu. %s", number + 1, task);
	fprintf(screen->stream, " has %s, as %#x\n",
	    name_right(step->record.type), step->record.name);
	fprintf(screen->stream, "   %s%s%s%s\n", way,
	    step->record.origin_ns ? ", " : "",
	    step->record.origin_ns ? age : "",
	    step->record.origin_ns ? " ago" : "");
	free(age);
	free(way);
	free(task);
}

static const char *
end_text(enum why_end end)
{
	switch (end) {
	case WHY_GONE:
		return "   That task has ended, or may not be seen.\n";
	case WHY_PASSED_ON:
		return "   That task has no right to this port any more.\n";
	case WHY_CIRCLE:
		return "   That task is above: it has had the right before.\n";
	case WHY_ORIGIN:
		break;
	}
	return "";
}

void
why_show(const struct view *view, const struct screen *screen,
    const struct why_way *way)
{
	const struct machport_name_record *record = &way->steps[0].record;

	if (record->port != 0) {
		char *port = describe_port(record->port, record->label);
		char *receiver = describe_receiver(view, record);

		if (record->type & MACH_PORT_TYPE_PORT_SET)
			fprintf(screen->stream, "About a port set, %s\n", port);
		else
			fprintf(screen->stream, "About %s, received by %s\n",
			    port, receiver);
		free(receiver);
		free(port);
	}
	for (size_t i = 0; i < way->count; i++)
		show_step(view, screen, &way->steps[i], i);
	fputs(end_text(way->end), screen->stream);
}

static json_t *
step_json(const struct view *view, const struct why_step *step)
{
	const struct machport_name_record *record = &step->record;
	json_t *object = json_record();

	json_put(object, "task",
	    describe_task_json(
	        view, step->task->record.task, step->task->record.pid));
	json_put(object, "name", json_count(record->name));
	json_put(object, "rights", describe_rights_json(record->type));
	json_put(object, "origin", describe_origin_json(view, record));
	return object;
}

void
why_show_json(const struct view *view, FILE *stream, const struct why_way *way)
{
	static const char *const ends[] = {
	    "origin", "gone", "passed-on", "circle"};
	const struct machport_name_record *record = &way->steps[0].record;
	json_t *document = json_document("why");
	json_t *steps = json_list();

	for (size_t i = 0; i < way->count; i++)
		json_add(steps, step_json(view, &way->steps[i]));
	json_put(
	    document, "port", describe_port_json(record->port, record->label));
	json_put(document, "steps", steps);
	json_put(document, "end", json_text(ends[way->end]));
	json_print(document, stream);
}
