/* Subsystem machport_inspect: looking at tasks, ports and messages. */
#include "kern_inspect.h"

#include "kern_host.h"
#include "kern_mig.h"
#include "kern_mig_machport_inspect.h"
#include "kern_trace.h"

/* Who looks, if @host is a port to look through. */
static kern_return_t
begin(host_t host, struct kern_look *look_out)
{
	if (!kern_host_is(kern_mig_object(host)))
		return KERN_INVALID_ARGUMENT;
	*look_out = (struct kern_look){.who = kern_mig_sender()};
	return KERN_SUCCESS;
}

/* @portion goes with the reply, if @kr says so. */
static kern_return_t
finish(kern_return_t kr, const struct kern_portion *portion,
    machport_records_t *records_out, mach_msg_type_number_t *count_out)
{
	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(portion->bytes, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	*records_out = portion->records;
	*count_out = portion->bytes;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_machport_inspect_tasks(host_t host, uint64_t *cursor,
    machport_records_t *tasks, mach_msg_type_number_t *tasks_count)
{
	struct kern_portion portion = {0};
	struct kern_look look;
	kern_return_t kr = begin(host, &look);

	if (kr == KERN_SUCCESS)
		kr = kern_inspect_tasks(&look, cursor, &portion);
	return finish(kr, &portion, tasks, tasks_count);
}

kern_return_t
kern_serve_machport_inspect_names(host_t host, uint32_t task, uint64_t *cursor,
    machport_records_t *names, mach_msg_type_number_t *names_count)
{
	struct kern_portion portion = {0};
	struct kern_look look;
	kern_return_t kr = begin(host, &look);

	if (kr == KERN_SUCCESS)
		kr = kern_inspect_names(&look, task, cursor, &portion);
	return finish(kr, &portion, names, names_count);
}

kern_return_t
kern_serve_machport_inspect_port(host_t host, uint32_t port, uint64_t *cursor,
    machport_records_t *items, mach_msg_type_number_t *items_count)
{
	struct kern_portion portion = {0};
	struct kern_look look;
	kern_return_t kr = begin(host, &look);

	if (kr == KERN_SUCCESS)
		kr = kern_inspect_port(&look, port, cursor, &portion);
	return finish(kr, &portion, items, items_count);
}

kern_return_t
kern_serve_machport_inspect_find(host_t host, uint32_t port,
    machport_records_t *record, mach_msg_type_number_t *record_count)
{
	struct kern_portion portion = {0};
	struct kern_look look;
	kern_return_t kr = begin(host, &look);

	if (kr == KERN_SUCCESS)
		kr = kern_inspect_find(&look, port, &portion);
	return finish(kr, &portion, record, record_count);
}

kern_return_t
kern_serve_machport_trace(
    host_t host, mach_port_t sink, machport_trace_filter_t filter)
{
	const struct ipc_kmsg_right right = kern_mig_right(sink);
	struct kern_look look;
	kern_return_t kr = begin(host, &look);

	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		kr = kern_trace_begin(
		    kern_mig_sender(), kern_mig_account(), &right, &filter);
	if (kr == KERN_SUCCESS)
		kern_mig_taken(sink);
	return kr;
}
