/* What a name denotes, as a record. */
#include "kern_inspect_record.h"

#include "ipc_inspect.h"
#include "ipc_kobject.h"
#include "ipc_label.h"
#include "ipc_lane_look.h"
#include "ipc_mach_port_find.h"
#include "ipc_origin.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "kern_thread.h"

_Static_assert((int)IPC_ORIGIN_NOTICE == (int)MACHPORT_ORIGIN_NOTICE,
    "their numbers are the same");
_Static_assert((int)IPC_LANE_BROKEN == (int)MACHPORT_LANE_BROKEN,
    "their numbers are the same");
_Static_assert(IPC_LABEL_MAX == MACHPORT_LABEL_MAX, "they are the same");

/* Behind the port of a task or a thread is a task; of another object: NULL. */
static const struct kern_task *
task_of_object(struct ipc_kobject *object)
{
	switch (object->type) {
	case IPC_KOBJECT_TASK:
		return CONTAINER_OF(object, struct kern_task, self);
	case IPC_KOBJECT_TASK_NAME:
		return CONTAINER_OF(object, struct kern_task, name);
	case IPC_KOBJECT_THREAD:
		return CONTAINER_OF(object, struct kern_thread, self)->task;
	default:
		return NULL;
	}
}

static void
record_object(struct ipc_kobject *object, struct machport_name_record *record)
{
	const struct kern_task *task = task_of_object(object);

	record->place = MACHPORT_PLACE_KERNEL;
	record->object = object->type;
	if (!task)
		return;
	record->object_pid = ipc_identity_pid(task->space->identity);
	record->object_id = object->type == IPC_KOBJECT_THREAD
	    ? CONTAINER_OF(object, struct kern_thread, self)->id
	    : task->space->id.number;
}

bool
kern_inspect_sees_port(struct kern_look *look, const struct ipc_port *port)
{
	const struct ipc_port *end = ipc_inspect_end(port);
	const struct kern_task *task;

	switch ((enum ipc_port_place)end->place) {
	case IPC_PORT_PLACE_SPACE:
		return kern_look_sees(look, end->receiver);
	case IPC_PORT_PLACE_KERNEL:
		task = task_of_object(end->kobject);
		return !task || kern_look_sees(look, task->space);
	case IPC_PORT_PLACE_TRANSIT:
		/* It goes too far for us to know whose it will be. */
		return !end->destination;
	case IPC_PORT_PLACE_DEAD:
		break;
	}
	return true;
}

static void
record_place(struct kern_look *look, const struct ipc_port *port,
    struct machport_name_record *record)
{
	switch ((enum ipc_port_place)port->place) {
	case IPC_PORT_PLACE_SPACE:
		record->place = MACHPORT_PLACE_TASK;
		record->receiver_pid =
		    ipc_identity_pid(port->receiver->identity);
		if (!kern_look_sees(look, port->receiver))
			break;
		record->receiver = port->receiver->id.number;
		record->receiver_name = port->receiver_name;
		break;
	case IPC_PORT_PLACE_TRANSIT:
		record->place = MACHPORT_PLACE_TRANSIT;
		break;
	case IPC_PORT_PLACE_KERNEL:
		record_object(port->kobject, record);
		break;
	case IPC_PORT_PLACE_DEAD:
		record->place = MACHPORT_PLACE_DEAD;
		break;
	}
}

void
kern_inspect_record_port(struct kern_look *look, const struct ipc_port *port,
    struct machport_name_record *record)
{
	record->port = port->id.number;
	ipc_label_get(port, record->label);
	record_place(look, port, record);
	if (!kern_inspect_sees_port(look, port))
		return;
	if (port->attached)
		record->object = port->attached->type;
	record->queued = port->msgcount + ipc_lane_depth(port);
	record->qlimit = port->qlimit;
	record->seqno = ipc_lane_seqno(port);
	record->send_rights = port->srights;
	record->send_once_rights = port->sorights + ipc_lane_sorights(port);
	record->members = port->member_count;
	record->senders =
	    ipc_inspect_count(&port->senders) + ipc_lane_blocked(port);
	record->receivers = ipc_inspect_count(&port->receivers) +
	    ipc_lane_port_is_awaited(port);
	record->lanes = ipc_lane_number(port);
	record->lane_why = port->lane_why;
	record->lane_closed_ns = port->lane_closed_ns;
	record->oldest_ns = ipc_inspect_oldest_ns(port);
	record->enqueued = ipc_lane_enqueued(port);
	if (port->nsrequest)
		record->requests |= MACHPORT_REQUEST_NO_SENDERS;
	if (port->pdrequest)
		record->requests |= MACHPORT_REQUEST_PORT_DESTROYED;
}

void
kern_inspect_record_set(
    const struct ipc_pset *pset, struct machport_name_record *record)
{
	record->port = pset->id.number;
	record->members = pset->member_count;
	record->receivers =
	    ipc_inspect_count(&pset->receivers) + ipc_lane_set_is_awaited(pset);
}

static void
record_origin(
    const struct ipc_origin *origin, struct machport_name_record *record)
{
	record->origin = origin->how;
	record->origin_pid = ipc_origin_pid(origin);
	record->origin_task = origin->task;
	record->origin_msgh_id = origin->msgh_id;
	record->origin_ns = ipc_origin_ns(origin);
}

void
kern_inspect_record_entry(struct kern_look *look, const struct ipc_space *space,
    mach_port_name_t name, const struct ipc_entry *entry,
    struct machport_name_record *record)
{
	record->name = name;
	record->type = ipc_mach_port_full_type(space, entry);
	record->urefs = entry->urefs;
	record_origin(&entry->origin, record);
	switch (entry->type) {
	case MACH_PORT_TYPE_PORT_SET:
		kern_inspect_record_set(entry->pset, record);
		break;
	case MACH_PORT_TYPE_DEAD_NAME:
		break;
	default:
		if (ipc_port_active(entry->port)) {
			kern_inspect_record_port(look, entry->port, record);
			record->own_lane =
			    ipc_lane_find(space, entry->port) != NULL;
			break;
		}
		/* It becomes one when the task next looks at it. */
		record->type = MACH_PORT_TYPE_DEAD_NAME;
	}
	if (ipc_request_made(entry))
		record->requests |= MACHPORT_REQUEST_DEAD_NAME;
}
