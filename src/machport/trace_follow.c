/* Messages by their numbers, requests by where they are replied to. */
#include "trace_follow.h"

#include <mach/message.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_ID 100 /* mig: the reply's, less the request's */

void
trace_follow_init(struct trace_follow *follow)
{
	memset(follow, 0, sizeof(*follow));
}

/* --- messages -------------------------------------------------------------- */

/* That of the message; a new one has no number yet. */
static struct trace_flight *
find_flight(
    struct trace_follow *follow, const struct machport_trace_record *record)
{
	struct trace_flight *flight =
	    &follow->flights[record->message % TRACE_FLIGHTS];

	if (flight->message != record->message)
		*flight = (struct trace_flight){
		    .message = record->message, .since_ns = record->time_ns};
	return flight;
}

/* Records of a message are all told, but some may have been lost. */
static void
follow_flight(struct trace_follow *follow,
    const struct machport_trace_record *record, struct trace_step *step)
{
	struct trace_flight *flight = find_flight(follow, record);

	step->is_first = flight->number == 0;
	if (step->is_first)
		flight->number = ++follow->messages;
	step->number = flight->number;
	step->waited_ns = record->time_ns - flight->since_ns;
	if (record->event == MACHPORT_EVENT_BLOCK && !flight->is_blocked) {
		flight->is_blocked = true;
		follow->blocked++;
	}
	follow->destroyed += record->event == MACHPORT_EVENT_DESTROY;
	if (record->event == MACHPORT_EVENT_RECEIVE ||
	    record->event == MACHPORT_EVENT_KERNEL ||
	    record->event == MACHPORT_EVENT_DESTROY)
		flight->message = 0;
}

/* --- requests and replies -------------------------------------------------- */

static void
remove_call(struct trace_follow *follow, size_t index)
{
	follow->call_count--;
	memmove(&follow->calls[index], &follow->calls[index + 1],
	    (follow->call_count - index) * sizeof(follow->calls[0]));
}

/* Has the sender received this request, and moves on its reply right? */
static struct trace_call *
find_passed_on(
    struct trace_follow *follow, const struct machport_trace_record *record)
{
	const uint32_t moved = MACH_MSGH_BITS_LOCAL(record->msgh_bits);

	if (moved != MACH_MSG_TYPE_MOVE_SEND_ONCE &&
	    moved != MACH_MSG_TYPE_MOVE_SEND)
		return NULL;
	for (size_t i = 0; i < follow->call_count; i++)
		if (follow->calls[i].reply_port == record->reply_port &&
		    follow->calls[i].receiver == record->sender)
			return &follow->calls[i];
	return NULL;
}

static void
add_call(struct trace_follow *follow,
    const struct machport_trace_record *record, const struct trace_step *step)
{
	struct trace_call *call = find_passed_on(follow, record);

	if (call) {
		call->receiver = record->receiver;
		return;
	}
	follow->requests++;
	if (follow->call_count == TRACE_CALLS)
		remove_call(follow, 0);
	follow->calls[follow->call_count++] = (struct trace_call){
	    .reply_port = record->reply_port,
	    .receiver = record->receiver,
	    .msgh_id = record->msgh_id,
	    .number = step->number,
	    .since_ns = record->time_ns - step->waited_ns,
	};
}

/* The request that it replies to; call_count: none. */
static size_t
find_call(const struct trace_follow *follow,
    const struct machport_trace_record *record)
{
	const bool is_once = MACH_MSGH_BITS_REMOTE(record->msgh_bits) ==
	    MACH_MSG_TYPE_MOVE_SEND_ONCE;
	size_t found = follow->call_count;

	for (size_t i = 0; i < follow->call_count; i++) {
		const struct trace_call *call = &follow->calls[i];

		if (call->reply_port != record->port)
			continue;
		if ((uint32_t)record->msgh_id - (uint32_t)call->msgh_id ==
		    REPLY_ID)
			return i;
		if (is_once && found == follow->call_count)
			found = i;
	}
	return found;
}

/* Each of all times has the same chance to be among those that are kept. */
static void
add_time(struct trace_follow *follow, uint64_t took_ns)
{
	size_t place = follow->replies++;

	if (place == 0 || took_ns < follow->shortest_ns)
		follow->shortest_ns = took_ns;
	if (took_ns > follow->longest_ns)
		follow->longest_ns = took_ns;
	if (place >= TRACE_TIMES)
		place = (size_t)random() % follow->replies;
	if (place < TRACE_TIMES)
		follow->times[place] = took_ns;
}

static void
match_reply(struct trace_follow *follow,
    const struct machport_trace_record *record, struct trace_step *step)
{
	size_t found = find_call(follow, record);

	if (found == follow->call_count)
		return;
	step->request = follow->calls[found].number;
	step->request_id = follow->calls[found].msgh_id;
	step->took_ns = record->time_ns - follow->calls[found].since_ns;
	add_time(follow, step->took_ns);
	remove_call(follow, found);
}

struct trace_step
trace_follow_record(
    struct trace_follow *follow, const struct machport_trace_record *record)
{
	struct trace_step step = {0};

	follow_flight(follow, record, &step);
	if (record->event == MACHPORT_EVENT_SEND)
		match_reply(follow, record, &step);
	if ((record->event == MACHPORT_EVENT_SEND ||
	        record->event == MACHPORT_EVENT_KERNEL) &&
	    record->reply_port != 0)
		add_call(follow, record, &step);
	return step;
}

static int
compare_times(const void *a, const void *b)
{
	const uint64_t *left = a;
	const uint64_t *right = b;

	return (*left > *right) - (*left < *right);
}

uint64_t
trace_follow_median(const struct trace_follow *follow)
{
	const size_t count =
	    follow->replies < TRACE_TIMES ? follow->replies : TRACE_TIMES;
	uint64_t times[TRACE_TIMES];

	if (count == 0)
		return 0;
	memcpy(times, follow->times, count * sizeof(times[0]));
	qsort(times, count, sizeof(times[0]), compare_times);
	return times[count / 2];
}
