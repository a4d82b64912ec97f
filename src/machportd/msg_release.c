/* Rights that came to a task's space with a message, and leave it again. */
#include "msg_release.h"

#include <string.h>

#include "base_assert.h"
#include "conn.h"
#include "ipc_descriptor.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "task.h"

/* Give one right back that came to @space with a message. Should it have gone
 * already, that is as well. */
static void
release_name(
    struct ipc_space *space, mach_port_name_t name, mach_msg_type_name_t type)
{
	struct ipc_entry *entry = ipc_space_find(space, name);

	if (!entry)
		return;
	if (type == MACH_MSG_TYPE_PORT_RECEIVE) {
		/* It may have come guarded, which would keep it. */
		if (entry->type & MACH_PORT_TYPE_RECEIVE)
			entry->port->guarded = false;
		(void)ipc_mach_port_mod_refs(
		    space, name, MACH_PORT_RIGHT_RECEIVE, -1);
	} else {
		(void)ipc_mach_port_deallocate(space, name);
	}
}

void
msg_release_names(struct ipc_space *space, const mach_port_name_t *names,
    uint32_t count, mach_msg_type_name_t type)
{
	for (uint32_t i = 0; i < count; i++)
		release_name(space, names[i], type);
}

/* The rights of the header that came with the message. */
static void
release_header(
    struct ipc_space *space, const struct ipc_kmsg *kmsg, bool pseudo)
{
	mach_msg_header_t header;

	memcpy(&header, kmsg->bytes, sizeof(header));
	release_name(space, header.msgh_remote_port,
	    MACH_MSGH_BITS_REMOTE(header.msgh_bits));
	/* A message received names there the port that it came from. */
	if (pseudo)
		release_name(space, header.msgh_local_port,
		    MACH_MSGH_BITS_LOCAL(header.msgh_bits));
}

static void
release_body(struct ipc_space *space, const struct ipc_kmsg *kmsg)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	const mach_port_name_t *names = kmsg->names;
	union ipc_descriptor d;

	for (; walk.index < walk.count; ipc_descriptor_skip(&walk, &d)) {
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		if (d.type.type == MACH_MSG_PORT_DESCRIPTOR) {
			release_name(space, d.port.name, d.port.disposition);
		} else if (d.type.type == MACH_MSG_GUARDED_PORT_DESCRIPTOR) {
			release_name(
			    space, d.guarded.name, d.guarded.disposition);
		} else if (d.type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR) {
			msg_release_names(space, names, d.ool_ports.count,
			    d.ool_ports.disposition);
			names += d.ool_ports.count;
		}
	}
}

void
msg_release(struct conn *conn)
{
	struct ipc_waiter *waiter = &conn->trap.waiter;
	struct ipc_space *space = conn->task->kern->space;

	if (waiter->state != IPC_WAITER_IDLE ||
	    waiter->outcome != IPC_OUTCOME_MESSAGE)
		return;
	release_header(space, waiter->kmsg, conn->trap.sends);
	release_body(space, waiter->kmsg);
	waiter->outcome = IPC_OUTCOME_NONE;
}
