/* What happened to a message, and the message, as who traces is told. */
#include "kern_trace_record.h"

#include <string.h>

#include "ipc_descriptor.h"
#include "ipc_label.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "kern_platform.h"

_Static_assert((int)IPC_EVENT_SEND == (int)MACHPORT_EVENT_SEND &&
        (int)IPC_EVENT_RECEIVE == (int)MACHPORT_EVENT_RECEIVE &&
        (int)IPC_EVENT_KERNEL == (int)MACHPORT_EVENT_KERNEL &&
        (int)IPC_EVENT_DESTROY == (int)MACHPORT_EVENT_DESTROY &&
        (int)IPC_EVENT_BLOCK == (int)MACHPORT_EVENT_BLOCK,
    "their numbers are the same");
_Static_assert(sizeof(struct machport_trace_record) % 8 == 0, "aligned");

static uint32_t
captured_bytes(const struct ipc_kmsg *kmsg, uint32_t snap)
{
	return kmsg->byte_count < snap ? kmsg->byte_count : snap;
}

uint32_t
kern_trace_record_bytes(const struct ipc_kmsg *kmsg, uint32_t snap)
{
	const uint32_t captured = captured_bytes(kmsg, snap);

	return (uint32_t)sizeof(struct machport_trace_record) +
	    ((captured + 7) & ~7u);
}

static uint32_t
id_of(const struct ipc_port *port)
{
	return IPC_PORT_VALID(port) ? port->id.number : 0;
}

static uint32_t
memory_bytes(const struct ipc_kmsg *kmsg)
{
	uint64_t bytes = kmsg->ool_bytes;

	const struct ipc_memory *placed = kmsg->placed;

	if (kmsg->memory && kmsg->memory->bytes > kmsg->size)
		bytes = kmsg->memory->bytes - kmsg->size;
	/* No more than the budget lets through. */
	for (; placed; placed = placed->next)
		bytes += placed->bytes - placed->offset;
	return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

/* The descriptor, without what means nothing to others. */
static void
translate_descriptor(
    const struct ipc_kmsg *kmsg, union ipc_descriptor *d, uint32_t *right)
{
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		d->port.name = id_of(kmsg->rights[*right].port);
		*right += 1;
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		d->guarded.name = id_of(kmsg->rights[*right].port);
		d->guarded.context = 0;
		*right += 1;
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		d->ool_ports.address = NULL;
		*right += d->ool_ports.count;
		break;
	default:
		d->ool.address = NULL;
		break;
	}
}

/* The first @count bytes of the message, with ids for names. */
static void
capture(const struct ipc_kmsg *kmsg, const struct ipc_port *port, uint8_t *to,
    uint32_t count)
{
	struct ipc_descriptors walk;
	union ipc_descriptor d;
	mach_msg_header_t header;
	uint32_t right = 0;

	memcpy(&header, kmsg->bytes, sizeof(header));
	header.msgh_size = kmsg->size;
	header.msgh_remote_port = id_of(port);
	header.msgh_local_port = id_of(kmsg->local);
	header.msgh_voucher_port = MACH_PORT_NULL;
	memcpy(to, kmsg->bytes, count);
	memcpy(to, &header, count < sizeof(header) ? count : sizeof(header));
	walk = ipc_descriptors_of(kmsg->bytes, kmsg->byte_count);
	while (walk.index < walk.count && ipc_descriptor_peek(&walk, &d)) {
		const uint32_t size = ipc_descriptor_size(&d);

		if (walk.at >= count)
			break;
		translate_descriptor(kmsg, &d, &right);
		memcpy(to + walk.at, &d,
		    count - walk.at < size ? count - walk.at : size);
		ipc_descriptor_skip(&walk, &d);
	}
}

static void
record_receiver(const struct ipc_port *port, const struct kern_trace_ends *ends,
    struct machport_trace_record *record)
{
	if (port->place != IPC_PORT_PLACE_SPACE)
		return;
	record->receiver_pid = ipc_identity_pid(port->receiver->identity);
	if (!ends->receiver)
		return;
	record->receiver = ends->receiver->id.number;
	record->port_name = port->receiver_name;
}

void
kern_trace_record(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg, const struct kern_trace_ends *ends,
    uint32_t snap, uint8_t *to)
{
	const uint32_t captured = captured_bytes(kmsg, snap);
	struct machport_trace_record record = {
	    .bytes = kern_trace_record_bytes(kmsg, snap),
	    .event = (uint32_t)event,
	    .time_ns =
	        kern_platform ? kern_platform->now_ns() : ipc_world.now_ns,
	    .message = kmsg->number,
	    .sender = ends->sender ? ends->sender->id.number : 0,
	    .sender_pid = ipc_identity_pid(kmsg->identity),
	    .port = port->id.number,
	    .reply_port = id_of(kmsg->local),
	    .size = kmsg->size,
	    .rights = kmsg->right_count,
	    .memory_bytes = memory_bytes(kmsg),
	    .captured = captured,
	    .queued = ends->receiver ? port->msgcount : 0,
	};
	mach_msg_header_t header;

	memcpy(&header, kmsg->bytes, sizeof(header));
	record.msgh_id = header.msgh_id;
	record.msgh_bits = header.msgh_bits;
	record_receiver(port, ends, &record);
	ipc_label_get(port, record.label);
	memcpy(to, &record, sizeof(record));
	memset(to + sizeof(record), 0, record.bytes - sizeof(record));
	capture(kmsg, port, to + sizeof(record), captured);
}
