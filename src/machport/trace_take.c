/* Records, as they come from the kernel: nothing of them is trusted but their bytes. */
#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

bool
trace_is_full(const struct trace *trace)
{
	return trace->most != 0 && trace->follow.messages >= trace->most;
}

static bool
is_wanted(struct trace *trace, const struct machport_trace_record *record)
{
	const struct trace_task *sender;
	const struct trace_task *receiver;

	if (trace->hidden != 0 &&
	    (record->sender_pid == trace->hidden ||
	        record->receiver_pid == trace->hidden))
		return false;
	if (trace->tasks.family == 0)
		return true;
	sender =
	    trace_tasks_find(&trace->tasks, record->sender, record->sender_pid);
	if (sender && sender->belongs)
		return true;
	receiver = trace_tasks_find(
	    &trace->tasks, record->receiver, record->receiver_pid);
	return receiver && receiver->belongs;
}

/* A packet: the record, and what was captured. */
static void
write_packet(struct trace *trace, const struct trace_event *event)
{
	const struct machport_trace_record *record = &event->record;
	const size_t captured = sizeof(*record) + record->captured;
	char *data = memory_new(captured, 1);
	char *comment = trace_what(trace, event);

	memcpy(data, record, sizeof(*record));
	memcpy(data + sizeof(*record), event->message, record->captured);
	pcapng_write(trace->file,
	    &(struct pcapng_packet){
	        .time_ns = trace->since_1970_ns + record->time_ns,
	        .data = data,
	        .captured = (uint32_t)captured,
	        .size = (uint32_t)sizeof(*record) + record->size,
	        .dropped = trace->lost - trace->lost_told,
	        .comment = comment,
	    });
	trace->lost_told = trace->lost;
	free(comment);
	free(data);
}

static void
tell_of_loss(struct trace *trace)
{
	if (trace->lost == trace->lost_told || trace->file || trace->json)
		return;
	screen_print(&trace->screen, SCREEN_ALERT,
	    "%llu records were lost: more than could be shown\n",
	    (unsigned long long)(trace->lost - trace->lost_told));
	trace->lost_told = trace->lost;
}

static void
take(struct trace *trace, const struct machport_trace_record *record,
    const mach_msg_header_t *message)
{
	struct trace_event event = {*record, {0}, message};

	if (trace_is_full(trace) || !is_wanted(trace, record))
		return;
	if (trace->begun_ns == 0)
		trace->begun_ns = record->time_ns;
	trace->last_ns = record->time_ns;
	event.step = trace_follow_record(&trace->follow, record);
	if (trace->file)
		write_packet(trace, &event);
	else if (trace->json)
		json_print_line(
		    trace_json(trace, &event), trace->screen.stream);
	else
		trace_show(trace, &event);
}

/* Is this the beginning of a record, all of which is in @left bytes? */
static bool
is_record(const struct machport_trace_record *record, size_t left)
{
	return record->bytes >= sizeof(*record) && record->bytes <= left &&
	    record->bytes % 8 == 0 &&
	    record->captured <= record->bytes - sizeof(*record) &&
	    record->captured >= sizeof(mach_msg_header_t) &&
	    record->label[MACHPORT_LABEL_MAX - 1] == '\0';
}

bool
trace_take(struct trace *trace, const mach_msg_header_t *header)
{
	struct machport_trace_message message;
	const char *at = (const char *)header + sizeof(message);
	size_t left;

	if (header->msgh_id != MACHPORT_TRACE_ID ||
	    header->msgh_size < sizeof(message))
		return false;
	memcpy(&message, header, sizeof(message));
	left = header->msgh_size - sizeof(message);
	trace->lost = message.lost;
	tell_of_loss(trace);
	for (uint32_t i = 0; i < message.records; i++) {
		struct machport_trace_record record;
		char *copy; /* aligned */

		if (left < sizeof(record))
			return false;
		memcpy(&record, at, sizeof(record));
		if (!is_record(&record, left))
			return false;
		copy = memory_new(record.captured, 1);
		memcpy(copy, at + sizeof(record), record.captured);
		take(trace, &record, (const mach_msg_header_t *)(void *)copy);
		free(copy);
		at += record.bytes;
		left -= record.bytes;
	}
	return true;
}
