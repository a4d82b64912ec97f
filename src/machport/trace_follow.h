/*
 * machport trace: what a record means among those before it.
 *
 * Messages get numbers in the order in which they are first seen. A request is a message
 * with a reply right; what later goes to where that leads is its reply. Which of
 * several it answers is told by its id, which mig makes the request's and 100; else it
 * is the oldest. A request that is passed on with its reply right stays the same.
 */
#ifndef MACHPORT_TRACE_FOLLOW_H
#define MACHPORT_TRACE_FOLLOW_H

#include <machport/inspect.h>
#include <stdbool.h>
#include <stddef.h>

/* So many messages in queues, and requests without a reply, are remembered: what is
 * older is forgotten. */
#define TRACE_FLIGHTS 4096
#define TRACE_CALLS 1024
/* So many times are kept, to know their median. */
#define TRACE_TIMES 4096

struct trace_flight {
	uint64_t message; /* the kernel's; 0: none */
	unsigned long number;
	uint64_t since_ns;
	bool is_blocked;
};

struct trace_call {
	uint32_t reply_port;
	uint32_t receiver; /* id of the task that has the reply right */
	int32_t msgh_id;
	unsigned long number;
	uint64_t since_ns;
};

struct trace_follow {
	struct trace_flight
	    flights[TRACE_FLIGHTS];           /* at message % TRACE_FLIGHTS */
	struct trace_call calls[TRACE_CALLS]; /* the oldest first */
	size_t call_count;
	unsigned long messages;
	unsigned long blocked;
	unsigned long destroyed;
	unsigned long requests;
	unsigned long replies;
	uint64_t shortest_ns; /* of the replies */
	uint64_t longest_ns;
	uint64_t times[TRACE_TIMES]; /* a fair choice of them */
};

/* What a record means. */
struct trace_step {
	unsigned long number; /* of its message */
	bool is_first;        /* of its message */
	unsigned long
	    request; /* the number of what it replies to; 0: no reply */
	int32_t request_id;
	uint64_t took_ns;   /* from the request to this reply */
	uint64_t waited_ns; /* since it was sent, or blocked first */
};

/* No record yet. */
void trace_follow_init(struct trace_follow *follow);

/* The next record. */
struct trace_step trace_follow_record(
    struct trace_follow *follow, const struct machport_trace_record *record);

/* 0: there were no replies. */
uint64_t trace_follow_median(const struct trace_follow *follow);

#endif
