/* MACHPORT_DEBUG: what messages do to rights. */
#include "debug.h"

#include <mach/notify.h>
#include <string.h>

#include "debug_ledger.h"
#include "debug_report.h"
#include "msg_walk.h"
#include "user_memory.h"

/* What the codes of a receive have in common, and no other. */
#define RECEIVE_CODES 0x10004000

static mach_port_right_t
right_of(mach_msg_type_name_t type)
{
	switch (type) {
	case MACH_MSG_TYPE_MOVE_RECEIVE: /* is PORT_RECEIVE, and so on */
		return MACH_PORT_RIGHT_RECEIVE;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		return MACH_PORT_RIGHT_SEND_ONCE;
	default:
		return MACH_PORT_RIGHT_SEND;
	}
}

/* --- out ------------------------------------------------------------------- */

/* A name in a message that is sent. */
static void
goes(struct debug_sending *sending, mach_port_name_t name,
    mach_msg_type_name_t disposition)
{
	struct lock_hold hold;

	if (!MACH_PORT_VALID(name))
		return;
	lock_take(&debug_lock, &hold);
	ledger_use(name);
	if (sending->wrong == MACH_PORT_NULL && !ledger_find(name) &&
	    ledger_find_release(name))
		sending->wrong = name;
	lock_give(&debug_lock, &hold);
	if (disposition != MACH_MSG_TYPE_MOVE_RECEIVE &&
	    disposition != MACH_MSG_TYPE_MOVE_SEND &&
	    disposition != MACH_MSG_TYPE_MOVE_SEND_ONCE)
		return;
	if (sending->count < DEBUG_MOVED_MAX)
		sending->moved[sending->count++] =
		    (struct debug_moved){name, right_of(disposition)};
}

static void
array_goes(
    struct debug_sending *sending, const mach_msg_ool_ports_descriptor_t *array)
{
	const mach_port_name_t *names = array->address;

	/* Those of a bad address are the kernel's to refuse: not looked at. More than
	 * can be kept need not be looked at, either. */
	if (array->count > DEBUG_MOVED_MAX ||
	    !user_memory_readable(names, array->count * sizeof(*names)))
		return;
	for (uint32_t i = 0; i < array->count; i++)
		goes(sending, names[i], array->disposition);
}

static void
body_goes(struct debug_sending *sending, struct msg_walk *walk)
{
	while (msg_walk_next(walk)) {
		const mach_msg_descriptor_t *d = &walk->descriptor;

		if (d->type.type == MACH_MSG_PORT_DESCRIPTOR)
			goes(sending, d->port.name, d->port.disposition);
		else if (d->type.type == MACH_MSG_GUARDED_PORT_DESCRIPTOR)
			goes(sending, d->guarded_port.name,
			    d->guarded_port.disposition);
		else if (d->type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR)
			array_goes(sending, &d->ool_ports);
	}
}

void
debug_msg_before(const struct msg_call *call, struct debug_sending *sending_out)
{
	struct debug_sending *sending = sending_out;
	mach_msg_header_t header;
	struct msg_walk walk;

	sending->count = 0;
	sending->remote = MACH_PORT_NULL;
	sending->local = MACH_PORT_NULL;
	sending->wrong = MACH_PORT_NULL;
	sending->msgh_id = 0;
	if (!(call->option & MACH_SEND_MSG) ||
	    call->send.size < sizeof(header) ||
	    !user_memory_readable(call->send.bytes, call->send.size))
		return;
	memcpy(&header, call->send.bytes, sizeof(header));
	sending->remote = header.msgh_remote_port;
	sending->local = header.msgh_local_port;
	sending->msgh_id = header.msgh_id;
	goes(sending, header.msgh_remote_port,
	    MACH_MSGH_BITS_REMOTE(header.msgh_bits));
	goes(sending, header.msgh_local_port,
	    MACH_MSGH_BITS_LOCAL(header.msgh_bits));
	sending->wrong = MACH_PORT_NULL;
	msg_walk_begin(&walk, call->send.bytes, call->send.size);
	body_goes(sending, &walk);
}

/* --- in -------------------------------------------------------------------- */

static void
array_comes(const mach_msg_ool_ports_descriptor_t *array, mach_msg_id_t msgh_id)
{
	const mach_port_name_t *names = array->address;

	for (uint32_t i = 0; names && i < array->count; i++)
		debug_gained(
		    names[i], right_of(array->disposition), 1, NULL, msgh_id);
}

/* A dead-name notification adds a reference to the name that it tells of. */
static void
notice_comes(const struct msg_call *call, const mach_msg_header_t *header)
{
	mach_dead_name_notification_t notice;

	if (header->msgh_id != MACH_NOTIFY_DEAD_NAME ||
	    (header->msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    header->msgh_size < sizeof(notice) - sizeof(notice.trailer))
		return;
	memcpy(&notice, call->receive.bytes,
	    sizeof(notice) - sizeof(notice.trailer));
	debug_gained(notice.not_port, MACH_PORT_RIGHT_DEAD_NAME, 1, NULL,
	    header->msgh_id);
}

static void
message_comes(const struct msg_call *call)
{
	mach_msg_header_t header;
	struct msg_walk walk;

	if (call->receive.size < sizeof(header))
		return;
	memcpy(&header, call->receive.bytes, sizeof(header));
	debug_gained(header.msgh_remote_port,
	    right_of(MACH_MSGH_BITS_REMOTE(header.msgh_bits)), 1, NULL,
	    header.msgh_id);
	notice_comes(call, &header);
	if (header.msgh_size > call->receive.size)
		return;
	msg_walk_begin(&walk, call->receive.bytes, header.msgh_size);
	while (msg_walk_next(&walk)) {
		const mach_msg_descriptor_t *d = &walk.descriptor;

		if (d->type.type == MACH_MSG_PORT_DESCRIPTOR)
			debug_gained(d->port.name,
			    right_of(d->port.disposition), 1, NULL,
			    header.msgh_id);
		else if (d->type.type == MACH_MSG_GUARDED_PORT_DESCRIPTOR)
			debug_gained(d->guarded_port.name,
			    MACH_PORT_RIGHT_RECEIVE, 1, NULL, header.msgh_id);
		else if (d->type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR)
			array_comes(&d->ool_ports, header.msgh_id);
	}
}

/* --- what went wrong ------------------------------------------------------- */

/* The name that @mr, without the bits about what did not fit, is about. */
static void
complain(const struct msg_call *call, const struct debug_sending *sending,
    mach_msg_return_t mr)
{
	switch (mr & ~MACH_MSG_MASK) {
	case MACH_SEND_INVALID_DEST:
		debug_complain("mach_msg", sending->remote, mr);
		break;
	case MACH_SEND_INVALID_REPLY:
		debug_complain("mach_msg", sending->local, mr);
		break;
	case MACH_SEND_INVALID_RIGHT:
		debug_complain("mach_msg", sending->wrong, mr);
		break;
	case MACH_SEND_INVALID_HEADER:
	case MACH_SEND_INVALID_TYPE:
	case MACH_SEND_MSG_TOO_SMALL:
		debug_complain("mach_msg", MACH_PORT_NULL, mr);
		break;
	case MACH_RCV_INVALID_NAME:
		debug_complain("mach_msg", call->rcv_name, mr);
		break;
	default:
		break;
	}
}

void
debug_msg_after(const struct msg_call *call,
    const struct debug_sending *sending, mach_msg_return_t mr)
{
	const bool received = mr == MACH_MSG_SUCCESS ||
	    (mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR;

	/* Codes of the receive come after a send that has succeeded. */
	if (mr == MACH_MSG_SUCCESS || (mr & RECEIVE_CODES) == RECEIVE_CODES)
		for (uint32_t i = 0; i < sending->count; i++)
			debug_lost(sending->moved[i].name,
			    sending->moved[i].right, 1, "mach_msg");
	if ((call->option & MACH_RCV_MSG) && received)
		message_comes(call);
	if (debug_strict && mr != MACH_MSG_SUCCESS)
		complain(call, sending, mr);
}
