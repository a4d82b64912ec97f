/* Files of interfaces, and what is in them. */
#include "trace_routines.h"

#include <stdlib.h>
#include <sysexits.h>

#include "memory.h"

void
trace_routines_free(struct trace_routines *routines)
{
	for (size_t i = 0; i < routines->file_count; i++)
		interface_free(&routines->files[i]);
	free(routines->files);
	free(routines->routines);
	*routines = (struct trace_routines){0};
}

static void
add_routine(
    struct trace_routines *routines, json_t *document, const json_t *routine)
{
	routines->routines = memory_grow(routines->routines,
	    routines->count + 1, sizeof(*routines->routines));
	routines->routines[routines->count++] = (struct trace_routine){
	    .interface = {document, routine},
	    .request_id = interface_number(routine, "request_id"),
	    .reply_id = interface_number(routine, "reply_id"),
	};
}

int
trace_routines_add(struct trace_routines *routines, const char *file)
{
	struct interface *interface;
	int status;
	size_t i;
	json_t *routine;

	routines->files = memory_grow(routines->files, routines->file_count + 1,
	    sizeof(*routines->files));
	interface = &routines->files[routines->file_count++];
	status = interface_load(interface, file, NULL);
	if (status != EX_OK)
		return status;
	json_array_foreach(
	    json_object_get(interface->document, "routines"), i, routine)
	{
		add_routine(routines, interface->document, routine);
	}
	return EX_OK;
}

const struct trace_routine *
trace_routines_find(const struct trace_routines *routines, int32_t msgh_id,
    const struct trace_step *step, bool *is_reply_out)
{
	const struct trace_routine *reply = NULL;

	for (size_t i = 0; i < routines->count; i++) {
		const struct trace_routine *routine = &routines->routines[i];

		if (routine->reply_id == msgh_id && !reply &&
		    (step->request == 0 ||
		        routine->request_id == step->request_id))
			reply = routine;
		if (routine->request_id == msgh_id && step->request == 0) {
			*is_reply_out = false;
			return routine;
		}
	}
	*is_reply_out = true;
	return reply;
}
