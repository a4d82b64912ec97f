/* Text about all spaces and ports, in the order of the lists. */
#include "snapshot.h"

#include <stdio.h>

#include "base_assert.h"
#include "ipc.h"
#include "ipc_account.h"
#include "ipc_entry.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"

static int
request_kind(const struct ipc_request *request)
{
	return request ? request->kind : -1;
}

static void
write_port(FILE *out, const struct ipc_port *port)
{
	(void)fprintf(out,
	    " port %p place %d srights %u sorights %u mscount %u seqno %u"
	    " qlimit %u msgcount %u flags %d%d%d pd %d ns %d",
	    (const void *)port, port->place, port->srights, port->sorights,
	    port->mscount, port->seqno, port->qlimit, port->msgcount,
	    port->guarded, port->strict, port->immovable,
	    port->pdrequest != IPC_PORT_NULL, port->nsrequest != IPC_PORT_NULL);
}

static void
write_entry(FILE *out, mach_port_name_t name, const struct ipc_entry *entry)
{
	(void)fprintf(out, "  %x: type %x urefs %u request %d accepted %d",
	    name, entry->type, entry->urefs, request_kind(entry->request),
	    request_kind(entry->accepted));
	if (entry->type == MACH_PORT_TYPE_PORT_SET)
		(void)fprintf(out, " members %u", entry->pset->member_count);
	else if (entry->type != MACH_PORT_TYPE_DEAD_NAME)
		write_port(out, entry->port);
	(void)fprintf(out, "\n");
}

static void
write_space(FILE *out, const struct ipc_space *space)
{
	const struct ipc_entry *entry;
	mach_port_name_t name;
	mach_port_name_t from = 0;

	(void)fprintf(out, "space: %u names, %u messages, %llu bytes\n",
	    space->account->used.names, space->account->used.messages,
	    (unsigned long long)(space->account->used.bytes -
	        space->table_bytes)); /* a table that grew stays so */
	while ((entry = ipc_space_next(space, &from, &name)))
		write_entry(out, name, entry);
}

char *
snapshot_take(void)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	int failed;

	mp_assert(out);
	LIST_FOREACH (node, &ipc_world.spaces)
		write_space(
		    out, CONTAINER_OF(node, struct ipc_space, world_link));
	failed = fclose(out);
	mp_assert(failed == 0);
	return text;
}
