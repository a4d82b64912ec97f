/* Events and the summary, for people and for programs. */
#include <inttypes.h>
#include <mach/notify.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "memory.h"
#include "text.h"
#include "trace.h"
#include "value.h"

#define SECOND_NS 1e9
/* Of columns: at the beginning; they grow with what is in them, up to the last. */
#define FROM_WIDTH 18
#define TO_WIDTH 28
#define WIDTH_MOST 50

/* --- what the message is ----------------------------------------------------- */

static bool
is_notice(const struct machport_trace_record *record)
{
	return record->sender_pid == 0 &&
	    record->msgh_id >= MACH_NOTIFY_FIRST &&
	    record->msgh_id <= MACH_NOTIFY_LAST;
}

/* Of whatever routine it is; NULL: not known. */
static json_t *
peek(const struct trace *trace, const struct trace_event *event,
    const struct trace_routine **routine_out, bool *is_reply_out)
{
	const struct trace_routine *routine =
	    trace_routines_find(&trace->routines, event->record.msgh_id,
	        &event->step, is_reply_out);

	*routine_out = routine;
	if (!routine)
		return NULL;
	return interface_peek(&routine->interface, event->message,
	    event->record.captured, *is_reply_out);
}

static void
print_result(FILE *stream, const json_t *result)
{
	const char *problem =
	    json_string_value(json_object_get(result, "error"));
	const json_t *arguments = json_object_get(result, "arguments");

	fprintf(stream, " = %lld", interface_number(result, "return_code"));
	if (problem)
		fprintf(stream, " (%s)", problem);
	if (json_object_size(arguments) > 0) {
		fputs(", ", stream);
		value_print_arguments(stream, arguments);
	}
}

/* "name(a=1)", "name = 0, b=2", "message 12", "no-senders notice". */
static void
print_message(
    FILE *stream, const struct trace *trace, const struct trace_event *event)
{
	const struct trace_routine *routine;
	bool is_reply;
	json_t *result = peek(trace, event, &routine, &is_reply);
	char *name;

	if (!result) {
		if (is_notice(&event->record))
			fprintf(stream, "%s notice",
			    describe_notice((uint32_t)event->record.msgh_id));
		else
			fprintf(stream, "message %d", event->record.msgh_id);
		return;
	}
	name = text_escape(interface_text(routine->interface.routine, "name"));
	fputs(name, stream);
	free(name);
	if (is_reply) {
		print_result(stream, result);
	} else {
		fputc('(', stream);
		value_print_arguments(
		    stream, json_object_get(result, "arguments"));
		fputc(')', stream);
	}
	json_decref(result);
}

/* What is said before it. */
static void
print_fate(FILE *stream, const struct trace_event *event)
{
	char *age = text_age(event->step.waited_ns);

	switch ((enum machport_event)event->record.event) {
	case MACHPORT_EVENT_SEND:
		if (!event->step.is_first)
			fprintf(stream, "queued after %s: ", age);
		break;
	case MACHPORT_EVENT_RECEIVE:
		fputs("received: ", stream);
		break;
	case MACHPORT_EVENT_DESTROY:
		fprintf(stream, "destroyed unread after %s: ", age);
		break;
	case MACHPORT_EVENT_BLOCK:
		fputs("blocked by a full queue: ", stream);
		break;
	case MACHPORT_EVENT_KERNEL:
		break;
	}
	free(age);
}

static void
print_sizes(FILE *stream, const struct machport_trace_record *record)
{
	char *bytes = text_bytes(record->size);
	char *memory = text_bytes(record->memory_bytes);

	fprintf(stream, ", %s%s", bytes, record->size < 1024 ? " bytes" : "");
	if (record->rights == 1)
		fputs(", 1 right", stream);
	else if (record->rights > 1)
		fprintf(stream, ", %" PRIu32 " rights", record->rights);
	if (record->memory_bytes > 0)
		fprintf(stream, ", %s%s of memory", memory,
		    record->memory_bytes < 1024 ? " bytes" : "");
	free(memory);
	free(bytes);
}

char *
trace_what(const struct trace *trace, const struct trace_event *event)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *stream = open_memstream(&text, &bytes);
	char *took;

	if (!stream)
		memory_fail();
	print_fate(stream, event);
	if (event->step.request != 0) {
		took = text_age(event->step.took_ns);
		fprintf(
		    stream, "reply to %lu in %s: ", event->step.request, took);
		free(took);
	}
	print_message(stream, trace, event);
	print_sizes(stream, &event->record);
	if (fclose(stream) != 0)
		memory_fail();
	return text;
}

/* --- lines ------------------------------------------------------------------ */

/* That a message was received is no line of its own, if there was one before. */
static bool
is_shown(const struct trace_event *event)
{
	return event->record.event != MACHPORT_EVENT_RECEIVE ||
	    event->step.is_first;
}

static enum screen_style
style_of(const struct trace_event *event)
{
	switch ((enum machport_event)event->record.event) {
	case MACHPORT_EVENT_BLOCK:
	case MACHPORT_EVENT_DESTROY:
		return SCREEN_ALERT;
	case MACHPORT_EVENT_SEND:
	case MACHPORT_EVENT_RECEIVE:
	case MACHPORT_EVENT_KERNEL:
		break;
	}
	return event->step.request != 0 ? SCREEN_FAINT : SCREEN_PLAIN;
}

/* "2002 (store) as 0x303"; +1 to caller. */
static char *
receiver_text(struct trace *trace, const struct machport_trace_record *record)
{
	char *name = trace_tasks_name(
	    &trace->tasks, record->receiver, record->receiver_pid);
	char *text;

	if (record->receiver_pid == 0 &&
	    record->event != MACHPORT_EVENT_KERNEL) {
		free(name);
		return memory_string("nobody");
	}
	if (record->port_name == 0)
		return name;
	text = memory_format("%s as %#" PRIx32, name, record->port_name);
	free(name);
	return text;
}

/* How many spaces @text needs behind it, in a column as wide as it has become. */
static int
padding(const char *text, size_t least, size_t *width)
{
	const size_t used = text_width(text);

	if (*width < least)
		*width = least;
	if (used > *width)
		*width = used < WIDTH_MOST ? used : WIDTH_MOST;
	return used < *width ? (int)(*width - used) : 0;
}

void
trace_show(struct trace *trace, const struct trace_event *event)
{
	const struct machport_trace_record *record = &event->record;
	char *from;
	char *to;
	char *port;
	char *what;

	if (!is_shown(event))
		return;
	from =
	    trace_tasks_name(&trace->tasks, record->sender, record->sender_pid);
	to = receiver_text(trace, record);
	port = describe_port(record->port, record->label);
	what = trace_what(trace, event);
	screen_print(&trace->screen, style_of(event),
	    "%5lu %11.6f  %s%*s -> %s%*s  %s: %s\n", event->step.number,
	    (double)(record->time_ns - trace->begun_ns) / SECOND_NS, from,
	    padding(from, FROM_WIDTH, &trace->from_width), "", to,
	    padding(to, TO_WIDTH, &trace->to_width), "", port, what);
	free(what);
	free(port);
	free(to);
	free(from);
}

/* --- JSON ------------------------------------------------------------------- */

static json_t *
task_json(struct trace *trace, uint32_t id, pid_t pid)
{
	const struct trace_task *task =
	    trace_tasks_find(&trace->tasks, id, pid);
	json_t *object;

	if (pid == 0)
		return json_null();
	object = json_record();
	json_put(object, "pid", json_count((uint64_t)pid));
	json_put(object, "task", json_some(id));
	json_put(object, "command", json_text(task ? task->command : NULL));
	return object;
}

static const char *
event_word(uint32_t event)
{
	static const char *const words[] = {
	    [MACHPORT_EVENT_SEND] = "send",
	    [MACHPORT_EVENT_RECEIVE] = "receive",
	    [MACHPORT_EVENT_KERNEL] = "kernel",
	    [MACHPORT_EVENT_DESTROY] = "destroy",
	    [MACHPORT_EVENT_BLOCK] = "block",
	};

	return event < sizeof(words) / sizeof(words[0]) ? words[event] : NULL;
}

static void
put_message(
    const struct trace *trace, json_t *object, const struct trace_event *event)
{
	const struct machport_trace_record *record = &event->record;
	const struct trace_routine *routine;
	bool is_reply;
	json_t *result = peek(trace, event, &routine, &is_reply);

	json_put(object, "msgh_id", json_integer(record->msgh_id));
	json_put(object, "bytes", json_count(record->size));
	json_put(object, "right_count", json_count(record->rights));
	json_put(object, "memory_bytes", json_count(record->memory_bytes));
	json_put(object, "routine",
	    result
	        ? json_text(interface_text(routine->interface.routine, "name"))
	        : json_null());
	json_put(object, "result", result ? result : json_null());
}

json_t *
trace_json(struct trace *trace, const struct trace_event *event)
{
	const struct machport_trace_record *record = &event->record;
	const struct trace_step *step = &event->step;
	json_t *object = json_document("trace");

	json_put(object, "event", json_text(event_word(record->event)));
	json_put(object, "time_ns", json_count(record->time_ns));
	json_put(object, "number", json_count(step->number));
	json_put(object, "from",
	    task_json(trace, record->sender, record->sender_pid));
	json_put(object, "to",
	    task_json(trace, record->receiver, record->receiver_pid));
	json_put(object, "name", json_some(record->port_name));
	json_put(
	    object, "port", describe_port_json(record->port, record->label));
	json_put(object, "reply_port", json_some(record->reply_port));
	json_put(object, "queued", json_count(record->queued));
	put_message(trace, object, event);
	json_put(object, "request", json_some(step->request));
	json_put(object, "took_ns",
	    step->request ? json_count(step->took_ns) : json_null());
	json_put(object, "waited_ns",
	    step->is_first ? json_null() : json_count(step->waited_ns));
	return object;
}

/* --- the end ----------------------------------------------------------------- */

json_t *
trace_summary_json(const struct trace *trace)
{
	const struct trace_follow *follow = &trace->follow;
	const bool has_times = follow->replies > 0;
	json_t *object = json_document("trace");

	json_put(object, "event", json_text("summary"));
	json_put(object, "messages", json_count(follow->messages));
	json_put(object, "blocked", json_count(follow->blocked));
	json_put(object, "destroyed", json_count(follow->destroyed));
	json_put(object, "lost", json_count(trace->lost));
	json_put(object, "requests", json_count(follow->requests));
	json_put(object, "replies", json_count(follow->replies));
	json_put(object, "shortest_ns",
	    has_times ? json_count(follow->shortest_ns) : json_null());
	json_put(object, "median_ns",
	    has_times ? json_count(trace_follow_median(follow)) : json_null());
	json_put(object, "longest_ns",
	    has_times ? json_count(follow->longest_ns) : json_null());
	return object;
}

static void
print_times(FILE *stream, const struct trace_follow *follow)
{
	char *shortest = text_age(follow->shortest_ns);
	char *median = text_age(trace_follow_median(follow));
	char *longest = text_age(follow->longest_ns);

	fprintf(stream, " in %s to %s (median %s)", shortest, longest, median);
	free(longest);
	free(median);
	free(shortest);
}

void
trace_summary(const struct trace *trace)
{
	const struct trace_follow *follow = &trace->follow;
	FILE *stream = trace->screen.stream;
	char *messages = text_count(follow->messages, "message");
	char *requests = text_count(follow->requests, "request");

	if (trace->json) {
		json_print_line(trace_summary_json(trace), stream);
	} else {
		fprintf(stream,
		    "%s, %lu blocked, %lu destroyed; %s, %lu answered",
		    messages, follow->blocked, follow->destroyed, requests,
		    follow->replies);
		if (follow->replies > 0)
			print_times(stream, follow);
		fputs(".\n", stream);
		if (trace->lost > 0)
			fprintf(stream,
			    "%" PRIu64 " records were lost: more happened than "
			    "could be taken.\n",
			    trace->lost);
	}
	free(requests);
	free(messages);
}
