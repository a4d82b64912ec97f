/* The mach_port_*() calls on what a receive right is like (ports.md 10.13, 10.14,
 * 10.24 and 10.25). */
#include <string.h>

#include "ipc_lane.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"

/* Is it in a set? Mach 3 tells in which: here, the first of all that it is in. */
static mach_port_name_t
status_set(const struct ipc_port *port)
{
	if (list_empty(&port->members))
		return MACH_PORT_NULL;
	if (!port->receiver->mach3)
		return TRUE;
	return CONTAINER_OF(port->members.next, struct ipc_member, port_link)
	    ->pset->name;
}

static void
fill_status(const struct ipc_port *port, mach_port_status_t *status)
{
	*status = (mach_port_status_t){
	    .mps_pset = status_set(port),
	    .mps_seqno = ipc_lane_seqno(port),
	    .mps_mscount = port->mscount,
	    .mps_qlimit = port->qlimit,
	    .mps_msgcount = port->msgcount + ipc_lane_depth(port),
	    .mps_sorights = port->sorights + ipc_lane_sorights(port),
	    .mps_srights = port->srights > 0,
	    .mps_pdrequest = port->pdrequest != IPC_PORT_NULL,
	    .mps_nsrequest = port->nsrequest != IPC_PORT_NULL,
	    .mps_flags = port->status_flags,
	};
	if (!(port->status_flags & MACH_PORT_STATUS_FLAG_IMP_DONATION))
		status->mps_flags &= ~(uint32_t)MACH_PORT_STATUS_FLAG_TEMPOWNER;
	if (!port->guarded)
		return;
	status->mps_flags |= MACH_PORT_STATUS_FLAG_GUARDED;
	if (port->strict)
		status->mps_flags |= MACH_PORT_STATUS_FLAG_STRICT_GUARD;
	if (port->immovable)
		status->mps_flags |=
		    MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE;
}

/* How many words the flavor has; false: it cannot be asked for. */
static bool
attribute_words(mach_port_flavor_t flavor, mach_msg_type_number_t *words_out)
{
	switch (flavor) {
	case MACH_PORT_LIMITS_INFO:
		*words_out = MACH_PORT_LIMITS_INFO_COUNT;
		return true;
	case MACH_PORT_RECEIVE_STATUS:
		*words_out = MACH_PORT_RECEIVE_STATUS_COUNT;
		return true;
	case MACH_PORT_DNREQUESTS_SIZE:
		*words_out = MACH_PORT_DNREQUESTS_SIZE_COUNT;
		return true;
	case MACH_PORT_INFO_EXT:
		*words_out = MACH_PORT_INFO_EXT_COUNT;
		return true;
	case MACH_PORT_SERVICE_THROTTLED:
		*words_out = MACH_PORT_SERVICE_THROTTLED_COUNT;
		return true;
	default:
		return false;
	}
}

/* The attributes of a port that was found. */
static kern_return_t
read_attributes(
    const struct ipc_port *port, mach_port_flavor_t flavor, uint32_t *info)
{
	mach_port_info_ext_t ext = {0};

	switch (flavor) {
	case MACH_PORT_LIMITS_INFO:
		info[0] = port->qlimit;
		return KERN_SUCCESS;
	case MACH_PORT_DNREQUESTS_SIZE:
		info[0] = ipc_request_count(port);
		return KERN_SUCCESS;
	case MACH_PORT_RECEIVE_STATUS:
		fill_status(port, &ext.mpie_status);
		memcpy(info, &ext.mpie_status, sizeof(ext.mpie_status));
		return KERN_SUCCESS;
	case MACH_PORT_INFO_EXT:
		fill_status(port, &ext.mpie_status);
		memcpy(info, &ext, sizeof(ext));
		return KERN_SUCCESS;
	default: /* there are no service ports */
		return KERN_INVALID_CAPABILITY;
	}
}

kern_return_t
ipc_mach_port_get_attributes(struct ipc_space *space, mach_port_name_t name,
    mach_port_flavor_t flavor, uint32_t *info, mach_msg_type_number_t *count)
{
	mach_msg_type_number_t words;
	struct ipc_port *port;
	kern_return_t kr;

	if (!attribute_words(flavor, &words))
		return KERN_INVALID_ARGUMENT;
	if (*count < words)
		return KERN_FAILURE;
	if (!MACH_PORT_VALID(name) && flavor == MACH_PORT_LIMITS_INFO) {
		*count = 0;
		return KERN_SUCCESS;
	}
	if (!MACH_PORT_VALID(name) && flavor == MACH_PORT_DNREQUESTS_SIZE) {
		info[0] = 0;
		*count = words;
		return KERN_SUCCESS;
	}
	kr = ipc_mach_port_find_receive(space, name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = read_attributes(port, flavor, info);
	if (kr == KERN_SUCCESS)
		*count = words;
	return kr;
}

kern_return_t
ipc_mach_port_set_attributes(struct ipc_space *space, mach_port_name_t name,
    mach_port_flavor_t flavor, const uint32_t *info,
    mach_msg_type_number_t count)
{
	struct ipc_port *port;
	kern_return_t kr;

	switch (flavor) {
	case MACH_PORT_LIMITS_INFO:
		if (count < MACH_PORT_LIMITS_INFO_COUNT)
			return KERN_FAILURE;
		if (info[0] > MACH_PORT_QLIMIT_MAX)
			return KERN_INVALID_VALUE;
		break;
	case MACH_PORT_DNREQUESTS_SIZE:
		if (count < MACH_PORT_DNREQUESTS_SIZE_COUNT)
			return KERN_FAILURE;
		break;
	case MACH_PORT_TEMPOWNER:
	case MACH_PORT_IMPORTANCE_RECEIVER:
	case MACH_PORT_DENAP_RECEIVER:
	case MACH_PORT_SERVICE_THROTTLED:
		break;
	default:
		return KERN_INVALID_ARGUMENT;
	}
	kr = ipc_mach_port_find_receive(space, name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	if (flavor == MACH_PORT_SERVICE_THROTTLED)
		return KERN_INVALID_CAPABILITY;
	ipc_lane_close_port(port, IPC_LANE_EXACT);
	if (flavor == MACH_PORT_LIMITS_INFO) {
		port->qlimit = info[0];
		ipc_mqueue_admit(port);
	} else if (flavor == MACH_PORT_IMPORTANCE_RECEIVER) {
		port->status_flags |= MACH_PORT_STATUS_FLAG_IMP_DONATION;
	} else if (flavor == MACH_PORT_TEMPOWNER) {
		port->status_flags |= MACH_PORT_STATUS_FLAG_TEMPOWNER;
	}
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_set_mscount(
    struct ipc_space *space, mach_port_name_t name, mach_port_mscount_t mscount)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	if (kr == KERN_SUCCESS)
		port->mscount = mscount;
	return kr;
}

kern_return_t
ipc_mach_port_set_seqno(
    struct ipc_space *space, mach_port_name_t name, mach_port_seqno_t seqno)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	ipc_lane_close_port(port, IPC_LANE_EXACT);
	/* What lanes from the task have brought since is counted when they close. */
	port->seqno += seqno - ipc_lane_seqno(port);
	ipc_board_note_seqno(port, ipc_lane_seqno(port));
	return KERN_SUCCESS;
}
