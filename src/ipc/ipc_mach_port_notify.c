/*
 * mach_port_request_notification() (notifications.md 2). For each kind: all checks
 * first, then room for the name of the former right, which must not get lost, then
 * the change, which cannot fail.
 */
#include <mach/mig_errors.h>
#include <mach/notify.h>

#include "base_assert.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_mqueue.h"
#include "ipc_notify.h"
#include "ipc_port.h"
#include "ipc_request.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"

/* One call. */
struct registration {
	struct ipc_space *space;
	mach_port_name_t name;
	mach_msg_id_t id;
	mach_port_mscount_t sync;
	struct ipc_space *caller; /* NULL: `previous` goes in a message */
	struct ipc_port
	    *notify; /* naked send-once right; CONSUMED on success */
	struct ipc_port *previous; /* naked: what was registered before */
	mach_msg_type_name_t previous_type; /* of that right */
};

/* Is there room in the caller's space for the name of @previous? */
static kern_return_t
check_room(struct ipc_space *caller, const struct ipc_port *previous)
{
	struct ipc_entry *entry;
	mach_port_name_t spare;
	kern_return_t kr;

	if (!previous || !caller)
		return KERN_SUCCESS;
	kr = ipc_space_alloc(caller, &entry, &spare);
	if (kr == KERN_SUCCESS)
		ipc_space_free_name(caller, spare, entry);
	return kr;
}

/* The same for the port-destroyed request of @port. */
static kern_return_t
check_room_port_destroyed(struct ipc_space *caller, const struct ipc_port *port)
{
	kern_return_t kr = check_room(caller, port->pdrequest);

	if (kr == KERN_SUCCESS && port->has_backup &&
	    !ipc_space_reserve_hash(caller))
		kr = KERN_RESOURCE_SHORTAGE;
	return kr;
}

/* Take the port-destroyed request of @port out of it: naked, as the kind of right
 * that it was made of. */
static struct ipc_port *
take_port_destroyed(struct ipc_port *port, mach_msg_type_name_t *type_out)
{
	struct ipc_port *notify = port->pdrequest;
	const bool was_send = port->has_backup;

	port->pdrequest = IPC_PORT_NULL;
	port->has_backup = false;
	*type_out =
	    was_send ? MACH_MSG_TYPE_PORT_SEND : MACH_MSG_TYPE_PORT_SEND_ONCE;
	if (!was_send)
		return notify;
	mp_assert(notify);
	if (!ipc_port_active(notify)) {
		ipc_port_unref(notify);
		return IPC_PORT_DEAD;
	}
	ipc_port_make_send(notify);
	ipc_port_use_send_once(notify);
	return notify;
}

/* notifications.md 5: only Mach 3 lets a request be replaced, or cancelled. */
static kern_return_t
register_port_destroyed(struct registration *r)
{
	struct ipc_port *port;
	kern_return_t kr;

	if (r->sync != 0)
		return KERN_INVALID_VALUE;
	kr = ipc_mach_port_find_receive(r->space, r->name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	if (port->pdrequest && !r->space->mach3)
		return KERN_FAILURE;
	/* The reply to a message has room for a send-once right only. */
	if (port->has_backup && !r->caller)
		return KERN_FAILURE;
	kr = check_room_port_destroyed(r->caller, port);
	if (kr != KERN_SUCCESS)
		return kr;
	r->previous = take_port_destroyed(port, &r->previous_type);
	port->pdrequest = r->notify;
	return KERN_SUCCESS;
}

/* notifications.md 6 */
static kern_return_t
register_no_senders(struct registration *r)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(r->space, r->name, &port);

	if (kr == KERN_SUCCESS)
		kr = check_room(r->caller, port->nsrequest);
	if (kr != KERN_SUCCESS)
		return kr;
	r->previous = port->nsrequest;
	port->nsrequest = r->notify;
	if (r->notify && port->srights == 0 && r->sync <= port->mscount) {
		port->nsrequest = IPC_PORT_NULL;
		ipc_notify_no_senders(r->notify, port->mscount);
	}
	return KERN_SUCCESS;
}

/* The name is dead already (notifications.md 3 and 7). */
static kern_return_t
register_on_dead(struct registration *r, struct ipc_entry *entry)
{
	if (!r->notify)
		return KERN_SUCCESS;
	if (r->id == MACH_NOTIFY_DEAD_NAME && r->sync == 0)
		return KERN_INVALID_ARGUMENT;
	ipc_entry_add_urefs(entry, 1);
	ipc_notify_dead_name(r->notify, r->name);
	return KERN_SUCCESS;
}

/* A send to @entry's port would not block now. */
static bool
has_room(const struct ipc_entry *entry)
{
	return entry->type == MACH_PORT_TYPE_SEND_ONCE ||
	    entry->port->place == IPC_PORT_PLACE_KERNEL ||
	    !ipc_mqueue_full(entry->port);
}

/* notifications.md 3 and 7: a name of a live port */
static kern_return_t
register_on_live(struct registration *r, struct ipc_entry *entry)
{
	bool possible = r->id == MACH_NOTIFY_SEND_POSSIBLE;
	enum ipc_request_kind kind = IPC_REQUEST_DEAD_NAME;
	const struct ipc_request *made = ipc_request_made(entry);
	kern_return_t kr = check_room(r->caller, made ? made->notify : NULL);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!r->notify) {
		if (made)
			r->previous = ipc_request_take(entry);
		return KERN_SUCCESS;
	}
	if (possible && r->sync != 0 && has_room(entry)) {
		r->previous = ipc_request_take(entry);
		ipc_notify_send_possible(r->notify, r->name);
		return KERN_SUCCESS;
	}
	if (possible)
		kind = r->sync ? IPC_REQUEST_ARMED : IPC_REQUEST_SEND_POSSIBLE;
	return ipc_request_set(
	    r->space, r->name, entry, kind, r->notify, &r->previous);
}

static kern_return_t
register_on_name(struct registration *r)
{
	struct ipc_entry *entry;

	if (!MACH_PORT_VALID(r->name))
		return KERN_INVALID_ARGUMENT;
	entry = ipc_space_find(r->space, r->name);
	if (!entry)
		return KERN_INVALID_NAME;
	switch (entry->type) {
	case MACH_PORT_TYPE_DEAD_NAME:
		return register_on_dead(r, entry);
	case MACH_PORT_TYPE_PORT_SET:
		return r->notify ? KERN_INVALID_RIGHT : KERN_SUCCESS;
	default:
		return register_on_live(r, entry);
	}
}

static kern_return_t
register_it(struct registration *r)
{
	switch (r->id) {
	case MACH_NOTIFY_PORT_DESTROYED:
		return register_port_destroyed(r);
	case MACH_NOTIFY_NO_SENDERS:
		return register_no_senders(r);
	case MACH_NOTIFY_DEAD_NAME:
	case MACH_NOTIFY_SEND_POSSIBLE:
		return register_on_name(r);
	default:
		return KERN_INVALID_VALUE;
	}
}

/* The right to be notified through, out of the caller's space. */
static kern_return_t
take_notify(struct registration *r, mach_port_name_t notify,
    mach_msg_type_name_t disposition)
{
	kern_return_t kr;

	if (disposition != MACH_MSG_TYPE_MAKE_SEND_ONCE &&
	    disposition != MACH_MSG_TYPE_MOVE_SEND_ONCE)
		return MIG_TYPE_ERROR;
	if (notify == MACH_PORT_NULL)
		return KERN_SUCCESS;
	if (notify == MACH_PORT_DEAD)
		return KERN_INVALID_CAPABILITY;
	kr = ipc_mach_port_take_argument(
	    r->space, r->caller, notify, disposition, &r->notify);
	if (kr == KERN_SUCCESS && r->notify == IPC_PORT_DEAD)
		return KERN_INVALID_CAPABILITY;
	return kr;
}

kern_return_t
ipc_mach_port_request_notification(struct ipc_space *space,
    mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    struct ipc_space *caller, mach_port_name_t notify,
    mach_msg_type_name_t disposition, mach_port_name_t *previous_out)
{
	struct registration r = {
	    .space = space,
	    .name = name,
	    .id = id,
	    .sync = sync,
	    .caller = caller,
	    .previous_type = MACH_MSG_TYPE_PORT_SEND_ONCE,
	};
	kern_return_t kr = take_notify(&r, notify, disposition);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = register_it(&r);
	if (kr != KERN_SUCCESS) {
		ipc_right_destroy_naked(r.notify, MACH_MSG_TYPE_PORT_SEND_ONCE);
		return kr;
	}
	kr = ipc_right_copyout(
	    caller, r.previous, r.previous_type, previous_out);
	mp_assert(kr == KERN_SUCCESS);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_request_naked(struct ipc_space *space, mach_port_name_t name,
    mach_msg_id_t id, mach_port_mscount_t sync, struct ipc_port *notify,
    struct ipc_port **previous_out)
{
	struct registration r = {
	    .space = space,
	    .name = name,
	    .id = id,
	    .sync = sync,
	    .notify = notify,
	};
	kern_return_t kr;

	if (notify == IPC_PORT_DEAD || (notify && !ipc_port_active(notify)))
		return KERN_INVALID_CAPABILITY;
	kr = register_it(&r);
	if (kr == KERN_SUCCESS)
		*previous_out = r.previous;
	return kr;
}

/* A send-once right for the port that a task of Mach 2.5 is told things at; DEAD if
 * nobody would be told. */
static kern_return_t
make_compat_notify(struct ipc_space *space, struct ipc_port *notify,
    struct ipc_port **right_out)
{
	*right_out = IPC_PORT_DEAD;
	if (!IPC_PORT_VALID(notify) || !ipc_port_active(notify) ||
	    notify->place == IPC_PORT_PLACE_KERNEL)
		return KERN_SUCCESS;
	if (!ipc_port_reserve_send_once(notify, space->account, 1))
		return KERN_RESOURCE_SHORTAGE;
	ipc_port_make_send_once(notify);
	*right_out = notify;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_compat(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port *notify)
{
	struct ipc_entry *entry = ipc_space_find(space, name);
	struct ipc_port *right;
	struct ipc_port *previous;
	kern_return_t kr;

	if (!entry)
		return KERN_INVALID_NAME;
	if (entry->type & (MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET))
		return KERN_SUCCESS;
	if (entry->request)
		return KERN_SUCCESS;
	kr = make_compat_notify(space, notify, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	if (entry->type == MACH_PORT_TYPE_DEAD_NAME) {
		ipc_space_free_name(space, name, entry);
		ipc_notify_port_deleted(right, name);
		return KERN_SUCCESS;
	}
	kr = ipc_request_set(
	    space, name, entry, IPC_REQUEST_COMPAT, right, &previous);
	/* Nobody knew of the right: it goes without a notification. */
	if (kr != KERN_SUCCESS && right != IPC_PORT_DEAD)
		ipc_port_use_send_once(right);
	return kr;
}

/* A send-once right for the port that the send right @backup of @caller is for:
 * naked, +1 to caller. */
static kern_return_t
make_backup(struct ipc_space *space, struct ipc_space *caller,
    mach_port_name_t backup, struct ipc_port **right_out)
{
	struct ipc_port *port;
	kern_return_t kr;

	*right_out = IPC_PORT_NULL;
	if (backup == MACH_PORT_NULL)
		return KERN_SUCCESS;
	kr = ipc_mach_port_take_argument(
	    space, caller, backup, MACH_MSG_TYPE_COPY_SEND, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	if (port == IPC_PORT_DEAD)
		return KERN_INVALID_CAPABILITY;
	/* An object of the kernel has no use for a receive right. */
	if (port->place == IPC_PORT_PLACE_KERNEL)
		kr = KERN_INVALID_CAPABILITY;
	else if (!ipc_port_reserve_send_once(port, caller->account, 1))
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr == KERN_SUCCESS) {
		ipc_port_make_send_once(port);
		*right_out = port;
	}
	ipc_right_destroy_naked(port, MACH_MSG_TYPE_PORT_SEND);
	return kr;
}

kern_return_t
ipc_mach_port_set_backup(struct ipc_space *space, mach_port_name_t name,
    struct ipc_space *caller, mach_port_name_t backup,
    mach_port_name_t *previous_out)
{
	mach_msg_type_name_t type;
	struct ipc_port *previous;
	struct ipc_port *right;
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	if (kr == KERN_SUCCESS)
		kr = check_room_port_destroyed(caller, port);
	if (kr == KERN_SUCCESS)
		kr = make_backup(space, caller, backup, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	previous = take_port_destroyed(port, &type);
	port->pdrequest = right;
	port->has_backup = right != IPC_PORT_NULL;
	kr = ipc_right_copyout(caller, previous, type, previous_out);
	mp_assert(kr == KERN_SUCCESS);
	return KERN_SUCCESS;
}
