/*
 * machport trace: from the beginning to the end.
 */
#ifndef MACHPORT_TRACE_RUN_H
#define MACHPORT_TRACE_RUN_H

#include "trace.h"

struct trace_request {
	machport_trace_filter_t filter;
	char **command;       /* NULL: what goes on is traced */
	uint64_t duration_ns; /* 0: no limit */
};

/**
 * trace_run() - trace until there is enough
 * @trace:	initialized, with what it is to show; a member of its kernel already
 * @request:	borrowed
 *
 * That is when a signal comes, the duration is over, there are as many messages as are
 * wanted, or the command has ended.
 *
 * Return:	the status of the command, or a status, after a message if that is not
 *		EX_OK
 */
int trace_run(struct trace *trace, const struct trace_request *request);

#endif
