/* Requests to be told: made, armed, fired, forgotten. */
#include "ipc_request.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "base_scoped.h"
#include "ipc_mqueue.h"
#include "ipc_notify.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"

DEFINE_SCOPED(struct ipc_request, base_free)

/* In the list of its port that its kind belongs to. */
static void
link_to_port(struct ipc_request *request, struct ipc_port *port)
{
	list_remove(&request->port_link);
	list_push_back(
	    request->kind == IPC_REQUEST_ARMED ? &port->armed : &port->requests,
	    &request->port_link);
}

/* Its send-once right, if anybody made it; else that goes unseen. */
static struct ipc_port *
take_notify(struct ipc_request *request)
{
	struct ipc_port *notify = request->notify;

	request->notify = IPC_PORT_NULL;
	if (request->kind != IPC_REQUEST_COMPAT)
		return notify;
	if (notify != IPC_PORT_DEAD)
		ipc_port_use_send_once(notify);
	return IPC_PORT_NULL;
}

kern_return_t
ipc_request_set(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, enum ipc_request_kind kind,
    struct ipc_port *notify, struct ipc_port **previous_out)
{
	struct ipc_request *request = entry->request;

	if (!request) {
		request = base_zalloc(1, sizeof(*request));
		if (!request)
			return KERN_RESOURCE_SHORTAGE;
		request->space = space;
		request->name = name;
		list_init(&request->port_link);
		entry->request = request;
	}
	*previous_out = take_notify(request);
	request->notify = notify;
	request->kind = (uint8_t)kind;
	link_to_port(request, entry->port);
	return KERN_SUCCESS;
}

const struct ipc_request *
ipc_request_made(const struct ipc_entry *entry)
{
	return entry->request && entry->request->kind != IPC_REQUEST_COMPAT
	    ? entry->request
	    : NULL;
}

static void
free_request(struct ipc_entry *entry)
{
	list_remove(&entry->request->port_link);
	base_free(entry->request);
	entry->request = NULL;
}

struct ipc_port *
ipc_request_take(struct ipc_entry *entry)
{
	struct ipc_port *notify;

	if (!entry->request)
		return IPC_PORT_NULL;
	notify = take_notify(entry->request);
	free_request(entry);
	return notify;
}

uint32_t
ipc_request_count(const struct ipc_port *port)
{
	uint32_t count = 0;

	LIST_FOREACH (node, &port->requests)
		count +=
		    CONTAINER_OF(node, struct ipc_request, port_link)->kind !=
		    IPC_REQUEST_COMPAT;
	LIST_FOREACH (node, &port->armed)
		count++;
	return count;
}

void
ipc_request_forget_accepted(struct ipc_entry *entry)
{
	if (!entry->accepted)
		return;
	entry->accepted->space = NULL;
	entry->accepted->name = MACH_PORT_NULL;
	entry->accepted = NULL;
}

bool
ipc_request_arm(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port *port)
{
	struct ipc_entry *entry = ipc_space_find_raw(space, name);

	/* Its last reference may have been moved. */
	if (!entry || !entry->request ||
	    (entry->request->kind != IPC_REQUEST_SEND_POSSIBLE &&
	        entry->request->kind != IPC_REQUEST_ARMED))
		return false;
	mp_assert(entry->port == port && ipc_port_active(port));
	if (!ipc_mqueue_full(port))
		return true;
	entry->request->kind = IPC_REQUEST_ARMED;
	link_to_port(entry->request, entry->port);
	return false;
}

/*
 * Iterative: a notification may be received at once, which makes room on its own
 * port, which fires what is armed there ... So all that is to fire goes into one
 * list, and the outermost call works it off.
 */
void
ipc_request_fire_possible(struct ipc_port *port)
{
	static struct list firing = {&firing, &firing};
	static bool busy;

	list_splice_back(&firing, &port->armed);
	if (busy)
		return;
	busy = true;
	while (!list_empty(&firing)) {
		struct ipc_request *request =
		    CONTAINER_OF(firing.next, struct ipc_request, port_link);
		mach_port_name_t name = request->name;
		struct ipc_entry *entry =
		    ipc_space_find_raw(request->space, name);

		ipc_notify_send_possible(ipc_request_take(entry), name);
	}
	busy = false;
}

/* One request of a dead port. */
static void
fire_dead(struct ipc_request *request)
{
	struct ipc_space *space = request->space;
	struct ipc_port *notify = request->notify;
	mach_port_name_t name = request->name;
	struct ipc_entry *entry = ipc_space_find_raw(space, name);
	bool compat = request->kind == IPC_REQUEST_COMPAT;

	free_request(entry);
	/* One more reference: whoever is told owns it, so the name cannot be
	 * used again before it was handled. */
	ipc_right_convert(space, name, entry, compat ? 0 : 1);
	if (compat) {
		ipc_space_free_name(space, name, entry);
		ipc_notify_port_deleted(notify, name);
	} else {
		ipc_notify_dead_name(notify, name);
	}
}

void
ipc_request_fire_dead(struct ipc_port *port)
{
	list_splice_back(&port->requests, &port->armed);
	while (!list_empty(&port->requests))
		fire_dead(CONTAINER_OF(
		    port->requests.next, struct ipc_request, port_link));
}

mach_msg_return_t
ipc_request_new_accepted(struct ipc_space *space, struct ipc_port *port,
    mach_port_name_t notify, struct ipc_request **request_out)
{
	SCOPED(base_free)
	struct ipc_request *request = base_zalloc(1, sizeof(*request));
	struct ipc_entry *entry;
	struct ipc_entry *receive;
	mach_port_name_t name = MACH_PORT_NULL;

	/* a */
	if (!request)
		return MACH_SEND_NO_NOTIFY;
	/* b */
	entry = ipc_space_find_port(space, port, &name);
	if (entry && !(entry->type & MACH_PORT_TYPE_SEND))
		entry = NULL;
	if (entry && entry->accepted)
		return MACH_SEND_NOTIFY_IN_PROGRESS;
	/* c */
	receive = ipc_space_find(space, notify);
	if (!receive || !(receive->type & MACH_PORT_TYPE_RECEIVE))
		return MACH_SEND_INVALID_NOTIFY;
	if (!ipc_port_reserve_send_once(receive->port, space->account, 1))
		return MACH_SEND_NO_NOTIFY;
	/* d */
	ipc_port_make_send_once(receive->port);
	request->kind = IPC_REQUEST_ACCEPTED;
	request->notify = receive->port;
	list_init(&request->port_link);
	if (entry) {
		request->space = space;
		request->name = name;
		entry->accepted = request;
	}
	*request_out = TAKE(request);
	return MACH_MSG_SUCCESS;
}

/* Unhook from the entry, free; the send-once right is the caller's. */
static struct ipc_port *
end_accepted(struct ipc_request *request)
{
	struct ipc_port *notify = request->notify;

	if (request->space)
		ipc_space_find_raw(request->space, request->name)->accepted =
		    NULL;
	base_free(request);
	return notify;
}

void
ipc_request_free_accepted(struct ipc_request *request)
{
	/* Nobody knew of this right: it goes without a notification. */
	ipc_port_use_send_once(end_accepted(request));
}

void
ipc_request_fire_accepted(struct ipc_request *request)
{
	mach_port_name_t name = request->name;

	ipc_notify_send_possible(end_accepted(request), name);
}
