/*
 * Rights: entries to naked rights and back, and the end of rights in entries.
 *
 * Everything here is check, reserve, commit. The order of what others see of
 * one operation is that of notifications.md 11.3: the port's death or the
 * send-once notification, then no-senders, then port-deleted.
 */
#include "ipc_right.h"

#include "base_assert.h"
#include "ipc_lane.h"
#include "ipc_notify.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"

mach_msg_type_name_t
ipc_right_type(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		return MACH_MSG_TYPE_PORT_RECEIVE;
	case MACH_MSG_TYPE_MOVE_SEND:
	case MACH_MSG_TYPE_COPY_SEND:
	case MACH_MSG_TYPE_MAKE_SEND:
		return MACH_MSG_TYPE_PORT_SEND;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		return MACH_MSG_TYPE_PORT_SEND_ONCE;
	default:
		return 0;
	}
}

/* One more user reference; at the maximum the count sticks. */
void
ipc_entry_add_urefs(struct ipc_entry *entry, uint32_t count)
{
	uint32_t sum = entry->urefs + count;

	entry->urefs =
	    (uint16_t)(sum > MACH_PORT_UREFS_MAX ? MACH_PORT_UREFS_MAX : sum);
}

/* One user reference less; false if that was the last. */
static bool
urefs_drop(struct ipc_entry *entry)
{
	if (entry->urefs == IPC_UREFS_MAX)
		return true;
	mp_assert(entry->urefs > 0);
	return --entry->urefs > 0;
}

void
ipc_right_convert(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, uint32_t extra)
{
	mp_assert(entry->type & MACH_PORT_TYPE_SEND_RIGHTS);
	mp_assert(!ipc_port_active(entry->port));
	/* Nobody looks at a name between its port's death and the request. */
	mp_assert(!entry->request);
	ipc_request_forget_accepted(entry);
	if (entry->type & MACH_PORT_TYPE_SEND)
		ipc_space_hash_remove(space, name, entry);
	entry->type = MACH_PORT_TYPE_DEAD_NAME;
	entry->port = ipc_port_unref(entry->port);
	ipc_entry_add_urefs(entry, extra);
}

/* The send right of @entry goes; the caller owns the entry's reference to the
 * port if it was a pure send right, and deals with srights. True: the name is
 * gone, and
 * *@request_out is what was asked to be told of it. */
static bool
detach_send(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, struct ipc_port **request_out)
{
	/* What is in the lane was sent by a right that was there. */
	ipc_lane_close_right(space, entry->port);
	ipc_request_forget_accepted(entry);
	ipc_space_hash_remove(space, name, entry);
	if (entry->type & MACH_PORT_TYPE_RECEIVE) {
		entry->type = MACH_PORT_TYPE_RECEIVE;
		entry->urefs = 0;
		*request_out = IPC_PORT_NULL;
		return false;
	}
	*request_out = ipc_request_take(entry);
	ipc_space_free_name(space, name, entry);
	return true;
}

/* The receive right of @entry goes: naked, the reference with it, still in
 * place SPACE. *@request_out as above, if the name is gone. */
static struct ipc_port *
detach_receive(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, struct ipc_port **request_out)
{
	struct ipc_port *port = entry->port;

	*request_out = IPC_PORT_NULL;
	if (entry->type & MACH_PORT_TYPE_SEND) {
		entry->type = MACH_PORT_TYPE_SEND;
		return ipc_port_ref(port);
	}
	*request_out = ipc_request_take(entry);
	ipc_space_free_name(space, name, entry);
	return port;
}

/* All that a send-once name has. *@request_out as above. */
static struct ipc_port *
detach_all(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, struct ipc_port **request_out)
{
	struct ipc_port *port = entry->port;

	*request_out = ipc_request_take(entry);
	ipc_space_free_name(space, name, entry);
	return port;
}

kern_return_t
ipc_right_check(const struct ipc_entry *entry, mach_msg_type_name_t disposition,
    bool dead_ok)
{
	mach_port_type_t needed;

	if (!entry)
		return KERN_INVALID_NAME;
	switch (disposition) {
	case MACH_MSG_TYPE_MAKE_SEND:
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		needed = MACH_PORT_TYPE_RECEIVE;
		break;
	case MACH_MSG_TYPE_COPY_SEND:
	case MACH_MSG_TYPE_MOVE_SEND:
		needed = MACH_PORT_TYPE_SEND;
		break;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		needed = MACH_PORT_TYPE_SEND_ONCE;
		break;
	default:
		return KERN_INVALID_RIGHT;
	}
	if (entry->type == MACH_PORT_TYPE_DEAD_NAME)
		return dead_ok && needed != MACH_PORT_TYPE_RECEIVE
		    ? KERN_SUCCESS
		    : KERN_INVALID_RIGHT;
	if (!(entry->type & needed))
		return KERN_INVALID_RIGHT;
	if (disposition == MACH_MSG_TYPE_MOVE_RECEIVE && entry->port->immovable)
		return KERN_INVALID_CAPABILITY;
	return KERN_SUCCESS;
}

/* A dead name is sent: MOVE takes a user reference with it. */
static void
copyin_dead(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_msg_type_name_t disposition)
{
	if (disposition != MACH_MSG_TYPE_COPY_SEND && !urefs_drop(entry))
		ipc_space_free_name(space, name, entry);
}

static struct ipc_port *
move_send(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *port = entry->port;
	struct ipc_port *request;

	if (urefs_drop(entry)) {
		ipc_port_copy_send(port);
		return port;
	}
	/* The space's own naked right travels. */
	if (detach_send(space, name, entry, &request))
		ipc_notify_port_deleted(request, name);
	else
		ipc_port_ref(port);
	return port;
}

static struct ipc_port *
move_receive(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *request;
	struct ipc_port *port = detach_receive(space, name, entry, &request);

	/* First: whoever waits for a message must not get one by a name that is
	 * gone. */
	ipc_port_leave_space(port);
	ipc_notify_port_deleted(request, name);
	return port;
}

struct ipc_port *
ipc_right_take(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_msg_type_name_t disposition)
{
	struct ipc_port *port = entry->port;
	struct ipc_port *request;

	if (entry->type == MACH_PORT_TYPE_DEAD_NAME) {
		copyin_dead(space, name, entry, disposition);
		return IPC_PORT_DEAD;
	}
	switch (disposition) {
	case MACH_MSG_TYPE_MAKE_SEND:
		ipc_port_make_send(port);
		return port;
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		ipc_port_make_send_once(port);
		return port;
	case MACH_MSG_TYPE_COPY_SEND:
		ipc_port_copy_send(port);
		return port;
	case MACH_MSG_TYPE_MOVE_SEND:
		return move_send(space, name, entry);
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		port = detach_all(space, name, entry, &request);
		ipc_notify_port_deleted(request, name);
		return port;
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		return move_receive(space, name, entry);
	default:
		mp_unreachable();
	}
}

kern_return_t
ipc_right_copyin(struct ipc_space *space, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_port **port_out)
{
	struct ipc_entry *entry = ipc_space_find(space, name);
	kern_return_t kr = ipc_right_check(entry, disposition, true);

	if (kr != KERN_SUCCESS)
		return kr;
	if (disposition == MACH_MSG_TYPE_MAKE_SEND_ONCE &&
	    !ipc_port_reserve_send_once(entry->port, space->account, 1))
		return KERN_RESOURCE_SHORTAGE;
	*port_out = ipc_right_take(space, name, entry, disposition);
	return KERN_SUCCESS;
}

/* Room for a right in @space: its entry if it has one that can take the right,
 * else a new slot, under @name if @named. */
static kern_return_t
find_room(struct ipc_space *space, struct ipc_port *port,
    mach_msg_type_name_t type, mach_port_name_t name, bool named,
    struct ipc_entry **entry_out, mach_port_name_t *name_out)
{
	struct ipc_entry *entry = NULL;

	if (type != MACH_MSG_TYPE_PORT_SEND_ONCE)
		entry = ipc_space_find_port(space, port, name_out);
	if (entry && named && *name_out != name)
		return KERN_RIGHT_EXISTS;
	if (type == MACH_MSG_TYPE_PORT_SEND &&
	    (!entry || !(entry->type & MACH_PORT_TYPE_SEND)) &&
	    !ipc_space_reserve_hash(space))
		return KERN_RESOURCE_SHORTAGE;
	*entry_out = entry;
	if (entry)
		return KERN_SUCCESS;
	if (!named)
		return ipc_space_alloc(space, entry_out, name_out);
	*name_out = name;
	return ipc_space_alloc_name(space, name, entry_out);
}

/* Cannot fail. @entry is free, or the space's entry for @port. */
static void
fill_in(struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry,
    struct ipc_port *port, mach_msg_type_name_t type,
    const struct ipc_origin *origin)
{
	bool fresh = entry->type == MACH_PORT_TYPE_NONE;

	if (fresh)
		entry->port = port; /* the naked right's reference */
	if (fresh || type == MACH_MSG_TYPE_PORT_RECEIVE)
		entry->origin = *origin;
	switch (type) {
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		mp_assert(fresh);
		entry->type = MACH_PORT_TYPE_SEND_ONCE;
		entry->urefs = 1;
		return;
	case MACH_MSG_TYPE_PORT_RECEIVE:
		entry->type |= MACH_PORT_TYPE_RECEIVE;
		ipc_port_enter_space(port, space, name);
		break;
	case MACH_MSG_TYPE_PORT_SEND:
		if (entry->type & MACH_PORT_TYPE_SEND) {
			/* One naked right a space: this one is merged. */
			ipc_entry_add_urefs(entry, 1);
			mp_assert(port->srights > 1);
			port->srights--;
		} else {
			entry->type |= MACH_PORT_TYPE_SEND;
			entry->urefs = 1;
			ipc_space_hash_insert(space, name, entry);
		}
		break;
	default:
		mp_unreachable();
	}
	if (!fresh)
		ipc_port_unref(port);
}

kern_return_t
ipc_right_copyout_from(struct ipc_space *space, struct ipc_port *port,
    mach_msg_type_name_t type, const struct ipc_origin *origin,
    mach_port_name_t *name_out)
{
	struct ipc_entry *entry;
	mach_port_name_t name;
	kern_return_t kr;

	if (!IPC_PORT_VALID(port)) {
		*name_out =
		    port == IPC_PORT_NULL ? MACH_PORT_NULL : MACH_PORT_DEAD;
		return KERN_SUCCESS;
	}
	if (!ipc_port_active(port)) {
		ipc_port_unref(port);
		*name_out = MACH_PORT_DEAD;
		return KERN_SUCCESS;
	}
	*name_out = MACH_PORT_NULL;
	kr = find_room(space, port, type, 0, false, &entry, &name);
	if (kr != KERN_SUCCESS)
		return kr;
	fill_in(space, name, entry, port, type, origin);
	*name_out = name;
	return KERN_SUCCESS;
}

kern_return_t
ipc_right_copyout(struct ipc_space *space, struct ipc_port *port,
    mach_msg_type_name_t type, mach_port_name_t *name_out)
{
	const struct ipc_origin origin =
	    ipc_origin_new(IPC_ORIGIN_KERNEL, NULL);

	return ipc_right_copyout_from(space, port, type, &origin, name_out);
}

kern_return_t
ipc_right_copyout_name(struct ipc_space *space, struct ipc_port *port,
    mach_msg_type_name_t type, const struct ipc_origin *origin,
    mach_port_name_t name)
{
	struct ipc_entry *entry;
	mach_port_name_t found;
	kern_return_t kr;

	mp_assert(ipc_port_active(port));
	kr = ipc_space_check_name(space, name);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = find_room(space, port, type, name, true, &entry, &found);
	if (kr == KERN_SUCCESS)
		fill_in(space, found, entry, port, type, origin);
	return kr;
}

void
ipc_right_destroy_naked(struct ipc_port *port, mach_msg_type_name_t type)
{
	if (!IPC_PORT_VALID(port))
		return;
	switch (type) {
	case MACH_MSG_TYPE_PORT_SEND:
		ipc_port_release_send(port);
		break;
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		ipc_port_release_send_once(port);
		break;
	case MACH_MSG_TYPE_PORT_RECEIVE:
		ipc_port_destroy(port);
		break;
	default:
		mp_unreachable();
	}
}

/* The last user reference of a send right goes. */
static void
drop_send(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *port = entry->port;
	struct ipc_port *request;

	if (detach_send(space, name, entry, &request)) {
		ipc_port_release_send(port);
		ipc_notify_port_deleted(request, name);
	} else {
		ipc_port_drop_srights(port);
	}
}

static void
drop_send_once(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *request;
	struct ipc_port *port = detach_all(space, name, entry, &request);

	ipc_port_release_send_once(port);
	ipc_notify_port_deleted(request, name);
}

static void
drop_pset(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_pset *pset = entry->pset;

	ipc_space_free_name(space, name, entry);
	ipc_pset_destroy(pset);
}

/* The receive right dies; a send right stays, and becomes a dead name. */
static void
drop_receive(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *request;
	struct ipc_port *port = detach_receive(space, name, entry, &request);

	ipc_port_destroy(port);
	ipc_notify_port_deleted(request, name);
}

/* Both rights go, the send right first: if it was the last, a no-senders
 * request has fired by the time the port is dead, though it is delivered
 * afterwards. */
static void
drop_send_receive(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	struct ipc_port *port = entry->port;
	struct ipc_port *no_senders = IPC_PORT_NULL;
	mach_port_mscount_t mscount = port->mscount;
	struct ipc_port *request;

	(void)detach_send(space, name, entry, &request);
	if (--port->srights == 0) {
		no_senders = port->nsrequest;
		port->nsrequest = IPC_PORT_NULL;
	}
	port = detach_receive(space, name, entry, &request);
	ipc_port_destroy(port);
	ipc_notify_no_senders(no_senders, mscount);
	ipc_notify_port_deleted(request, name);
}

kern_return_t
ipc_right_destroy(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	if ((entry->type & MACH_PORT_TYPE_RECEIVE) && entry->port->guarded &&
	    entry->port->context != 0)
		return KERN_INVALID_RIGHT;
	switch (entry->type) {
	case MACH_PORT_TYPE_SEND:
		drop_send(space, name, entry);
		break;
	case MACH_PORT_TYPE_RECEIVE:
		drop_receive(space, name, entry);
		break;
	case MACH_PORT_TYPE_SEND_RECEIVE:
		drop_send_receive(space, name, entry);
		break;
	case MACH_PORT_TYPE_SEND_ONCE:
		drop_send_once(space, name, entry);
		break;
	case MACH_PORT_TYPE_PORT_SET:
		drop_pset(space, name, entry);
		break;
	case MACH_PORT_TYPE_DEAD_NAME:
		ipc_space_free_name(space, name, entry);
		break;
	default:
		mp_unreachable();
	}
	return KERN_SUCCESS;
}

kern_return_t
ipc_right_dealloc(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry)
{
	switch (entry->type) {
	case MACH_PORT_TYPE_SEND:
	case MACH_PORT_TYPE_SEND_RECEIVE:
		if (!urefs_drop(entry))
			drop_send(space, name, entry);
		return KERN_SUCCESS;
	case MACH_PORT_TYPE_DEAD_NAME:
		if (!urefs_drop(entry))
			ipc_space_free_name(space, name, entry);
		return KERN_SUCCESS;
	case MACH_PORT_TYPE_SEND_ONCE:
		drop_send_once(space, name, entry);
		return KERN_SUCCESS;
	case MACH_PORT_TYPE_PORT_SET:
		drop_pset(space, name, entry);
		return KERN_SUCCESS;
	default:
		return KERN_INVALID_RIGHT;
	}
}

/* What the user references of a send right or dead name will be (ports.md
 * 10.11): 0 in *@urefs_out if none is left. */
static kern_return_t
sum_urefs(
    const struct ipc_entry *entry, mach_port_delta_t delta, uint16_t *urefs_out)
{
	int64_t sum = (int64_t)entry->urefs + delta;

	if (delta > IPC_UREFS_MAX || delta < -IPC_UREFS_MAX)
		return KERN_INVALID_VALUE;
	if (entry->urefs == IPC_UREFS_MAX && sum != 0)
		sum = IPC_UREFS_MAX;
	if (sum < 0)
		return KERN_INVALID_VALUE;
	*urefs_out = (uint16_t)(sum > IPC_UREFS_MAX ? IPC_UREFS_MAX : sum);
	return KERN_SUCCESS;
}

/* The same, done. True in *@gone_out: none is left, and that is left to do. */
static kern_return_t
delta_urefs(struct ipc_entry *entry, mach_port_delta_t delta, bool *gone_out)
{
	uint16_t urefs;
	kern_return_t kr = sum_urefs(entry, delta, &urefs);

	if (kr != KERN_SUCCESS)
		return kr;
	*gone_out = urefs == 0;
	if (urefs != 0)
		entry->urefs = urefs;
	return KERN_SUCCESS;
}

/* Rights that are there once: 0 changes nothing, -1 takes it away. */
static kern_return_t
delta_single(mach_port_delta_t delta, bool *gone_out)
{
	*gone_out = delta == -1;
	return delta == 0 || delta == -1 ? KERN_SUCCESS : KERN_INVALID_VALUE;
}

kern_return_t
ipc_right_delta(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_right_t right, mach_port_delta_t delta)
{
	kern_return_t kr;
	bool gone;

	if (right > MACH_PORT_RIGHT_DEAD_NAME ||
	    !(entry->type & MACH_PORT_TYPE(right)))
		return KERN_INVALID_RIGHT;
	if (right == MACH_PORT_RIGHT_SEND || right == MACH_PORT_RIGHT_DEAD_NAME)
		kr = delta_urefs(entry, delta, &gone);
	else
		kr = delta_single(delta, &gone);
	if (kr != KERN_SUCCESS || !gone)
		return kr;
	switch (right) {
	case MACH_PORT_RIGHT_SEND:
		drop_send(space, name, entry);
		break;
	case MACH_PORT_RIGHT_RECEIVE:
		if (entry->port->guarded)
			return KERN_INVALID_RIGHT;
		drop_receive(space, name, entry);
		break;
	case MACH_PORT_RIGHT_SEND_ONCE:
		drop_send_once(space, name, entry);
		break;
	case MACH_PORT_RIGHT_PORT_SET:
		drop_pset(space, name, entry);
		break;
	case MACH_PORT_RIGHT_DEAD_NAME:
		ipc_space_free_name(space, name, entry);
		break;
	default:
		mp_unreachable();
	}
	return KERN_SUCCESS;
}

kern_return_t
ipc_right_destruct(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_delta_t srdelta,
    mach_port_context_t guard)
{
	const struct ipc_port *port = entry->port;
	uint16_t urefs = entry->urefs;
	kern_return_t kr;

	mp_assert(entry->type & MACH_PORT_TYPE_RECEIVE);
	if (srdelta != 0 && !(entry->type & MACH_PORT_TYPE_SEND))
		return KERN_INVALID_RIGHT;
	if (srdelta > 0)
		return KERN_INVALID_VALUE;
	kr = sum_urefs(entry, srdelta, &urefs);
	if (kr != KERN_SUCCESS)
		return kr;
	if (port->guarded && port->context != guard)
		return KERN_INVALID_ARGUMENT;

	/* The send right first: if it was the last, that is told before the
	 * port is dead (notifications.md 11.3). */
	if (urefs != 0)
		entry->urefs = urefs;
	else if (entry->type & MACH_PORT_TYPE_SEND)
		drop_send(space, name, entry);
	drop_receive(space, name, entry);
	return KERN_SUCCESS;
}
