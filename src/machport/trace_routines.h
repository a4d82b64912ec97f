/*
 * machport trace: the routines of interfaces, by the ids of messages.
 */
#ifndef MACHPORT_TRACE_ROUTINES_H
#define MACHPORT_TRACE_ROUTINES_H

#include "interface.h"
#include "trace_follow.h"

struct trace_routine {
	struct interface interface; /* the document is borrowed */
	long long request_id;
	long long reply_id; /* -1: it has none */
};

struct trace_routines {
	struct interface *files;
	size_t file_count;
	struct trace_routine *routines; /* of earlier files first */
	size_t count;
};

void trace_routines_free(struct trace_routines *routines);

/* A file of `mig -json`. Return: as interface_load() */
int trace_routines_add(struct trace_routines *routines, const char *file)
    __attribute__((warn_unused_result));

/* The routine of a message, by its id; of a reply, by that of the request. NULL: none. */
const struct trace_routine *trace_routines_find(
    const struct trace_routines *routines, int32_t msgh_id,
    const struct trace_step *step, bool *is_reply_out);

#endif
