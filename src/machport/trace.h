/*
 * machport trace: what happens to messages, as the kernel tells it, line by line.
 *
 * A trace takes records one after the other and shows them: to people one line for each
 * message that is sent, and for what goes wrong with one; to programs a line of JSON for
 * each record; or a packet of a file for each.
 */
#ifndef MACHPORT_TRACE_H
#define MACHPORT_TRACE_H

#include "pcapng.h"
#include "screen.h"
#include "trace_follow.h"
#include "trace_routines.h"
#include "trace_tasks.h"

struct trace {
	struct trace_follow follow;
	struct trace_tasks tasks;
	struct trace_routines routines;
	struct screen screen; /* where lines go, and the summary */
	bool json;
	struct pcapng *file;    /* NULL: none; else there are no lines */
	uint64_t begun_ns;      /* where times count from, as people see them */
	uint64_t since_1970_ns; /* where CLOCK_MONOTONIC counts from */
	uint64_t last_ns;
	size_t from_width; /* of columns, so far */
	size_t to_width;
	pid_t hidden; /* what this process does is not shown; 0: it is */
	uint64_t lost;
	uint64_t lost_told;
	unsigned long most; /* messages; 0: no limit */
};

/* One record, and the message behind it. */
struct trace_event {
	struct machport_trace_record record;
	struct trace_step step;
	const mach_msg_header_t *message; /* `captured` bytes; borrowed */
};

/* So many messages were wanted, and are there. */
bool trace_is_full(const struct trace *trace);

/* The records of a message of MACHPORT_TRACE_ID; @size bytes, trailer not among them.
 * false: it is none. */
bool trace_take(struct trace *trace, const mach_msg_header_t *message);

/* At the end: how much there was, and how long replies took. */
void trace_summary(const struct trace *trace);

/* --- one event, shown ------------------------------------------------------- */

/* "counter_add(amount=5), 48 bytes"; +1 to caller. */
char *trace_what(const struct trace *trace, const struct trace_event *event);

/* A line for people, if the event is one for them. */
void trace_show(struct trace *trace, const struct trace_event *event);
json_t *trace_json(struct trace *trace, const struct trace_event *event);
json_t *trace_summary_json(const struct trace *trace);

#endif
