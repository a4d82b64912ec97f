/*
 * The mach_port_*() calls on the context of a receive right, and on what it can
 * be used for: a guard, which whoever destroys the port has to know (ports.md
 * 6.4, 6.5). And those that make and unmake such a right in one step.
 */
#include "base_assert.h"
#include "ipc_entry.h"
#include "ipc_lane.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"

/* Trailers tell the context. */
static void
set_context(struct ipc_port *port, mach_port_context_t context)
{
	ipc_lane_close_port(port, IPC_LANE_EXACT);
	port->context = context;
	ipc_board_note_context(port);
}

kern_return_t
ipc_mach_port_get_context(struct ipc_space *space, mach_port_name_t name,
    mach_port_context_t *context_out)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	if (kr == KERN_SUCCESS)
		*context_out = port->strict ? 0 : port->context;
	return kr;
}

kern_return_t
ipc_mach_port_set_context(
    struct ipc_space *space, mach_port_name_t name, mach_port_context_t context)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (port->strict)
		return KERN_INVALID_ARGUMENT;
	set_context(port, context);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_guard(struct ipc_space *space, mach_port_name_t name,
    mach_port_context_t guard, uint64_t flags)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (port->context != 0)
		return KERN_INVALID_ARGUMENT;
	set_context(port, guard);
	port->guarded = true;
	if (flags & MPG_STRICT)
		port->strict = true;
	if (flags & MPG_IMMOVABLE_RECEIVE)
		port->immovable = true;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_unguard(
    struct ipc_space *space, mach_port_name_t name, mach_port_context_t guard)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->guarded || port->context != guard)
		return KERN_INVALID_ARGUMENT;
	set_context(port, 0);
	port->guarded = false;
	port->strict = false;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_swap_guard(struct ipc_space *space, mach_port_name_t name,
    mach_port_context_t old_guard, mach_port_context_t new_guard)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->guarded || port->strict || port->context != old_guard)
		return KERN_INVALID_ARGUMENT;
	set_context(port, new_guard);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_assert_attributes(struct ipc_space *space, mach_port_name_t name,
    mach_port_flavor_t flavor, const uint32_t *info,
    mach_msg_type_number_t count)
{
	struct ipc_port *port;
	kern_return_t kr;

	if (flavor != MACH_PORT_GUARD_INFO)
		return KERN_INVALID_ARGUMENT;
	if (count < MACH_PORT_GUARD_INFO_COUNT)
		return KERN_FAILURE;
	kr = ipc_mach_port_find_receive(space, name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->guarded || !port->strict ||
	    port->context != (info[0] | (mach_port_context_t)info[1] << 32))
		return KERN_INVALID_ARGUMENT;
	return KERN_SUCCESS;
}

/* Has @flags more than one of those in @exclusive? */
static bool
has_several(uint32_t flags, uint32_t exclusive)
{
	uint32_t chosen = flags & exclusive;

	return (chosen & (chosen - 1)) != 0;
}

/* ports.md 10.27: what is out of scope, and what contradicts itself. */
static kern_return_t
check_options(const mach_port_options_t *options)
{
	const uint32_t flags = options->flags;

	if (has_several(flags,
	        MPO_SERVICE_PORT | MPO_CONNECTION_PORT | MPO_TG_BLOCK_TRACKING))
		return KERN_INVALID_ARGUMENT;
	if (has_several(flags,
	        MPO_REPLY_PORT | MPO_ENFORCE_REPLY_PORT_SEMANTICS |
	            MPO_EXCEPTION_PORT | MPO_PROVISIONAL_REPLY_PORT))
		return KERN_INVALID_ARGUMENT;
	if ((flags & MPO_CONNECTION_PORT) && options->service_port_name == 0)
		return KERN_INVALID_ARGUMENT;
	if (flags &
	    (MPO_SERVICE_PORT | MPO_CONNECTION_PORT | MPO_TG_BLOCK_TRACKING))
		return KERN_DENIED;
	if ((flags & MPO_QLIMIT) &&
	    options->mpl.mpl_qlimit > MACH_PORT_QLIMIT_MAX)
		return KERN_INVALID_VALUE;
	return KERN_SUCCESS;
}

/* Make @port what @options say, but for the send right. */
static void
apply_options(struct ipc_port *port, const mach_port_options_t *options,
    mach_port_context_t context)
{
	const uint32_t flags = options->flags;

	port->context = context;
	if (flags & MPO_CONTEXT_AS_GUARD) {
		port->guarded = true;
		port->strict = (flags & MPO_STRICT) != 0;
		port->immovable = (flags & MPO_IMMOVABLE_RECEIVE) != 0;
	}
	if (flags & MPO_QLIMIT)
		port->qlimit = options->mpl.mpl_qlimit;
	if (flags & MPO_TEMPOWNER)
		port->status_flags |= MACH_PORT_STATUS_FLAG_TEMPOWNER;
	if (flags & MPO_IMPORTANCE_RECEIVER)
		port->status_flags |= MACH_PORT_STATUS_FLAG_IMP_DONATION;
}

kern_return_t
ipc_mach_port_construct(struct ipc_space *space,
    const mach_port_options_t *options, mach_port_context_t context,
    mach_port_name_t *name_out)
{
	const bool sends = (options->flags & MPO_INSERT_SEND_RIGHT) != 0;
	mach_port_name_t name;
	kern_return_t kr = check_options(options);

	if (kr != KERN_SUCCESS)
		return kr;
	/* Room for the send right, so that nothing fails after the port. */
	if (sends && !ipc_space_reserve_hash(space))
		return KERN_RESOURCE_SHORTAGE;
	kr = ipc_mach_port_allocate(space, MACH_PORT_RIGHT_RECEIVE, &name);
	if (kr != KERN_SUCCESS)
		return kr;
	apply_options(ipc_space_find(space, name)->port, options, context);
	if (sends) {
		kr = ipc_mach_port_insert_right(
		    space, name, space, name, MACH_MSG_TYPE_MAKE_SEND);
		mp_assert(kr == KERN_SUCCESS);
	}
	*name_out = name;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_destruct(struct ipc_space *space, mach_port_name_t name,
    mach_port_delta_t srdelta, mach_port_context_t guard)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	return ipc_right_destruct(
	    space, name, ipc_space_find(space, name), srdelta, guard);
}
