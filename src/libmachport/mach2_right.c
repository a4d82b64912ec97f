/* Rights as Mach 2.5 has them. */
#include "mach2_right.h"

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <stdint.h>

#include "msg_walk.h"
#include "port_compat.h"

mach_port_type_t
mach2_right_type(port_t name)
{
	mach_port_type_t type;

	if (!MACH_PORT_VALID(name) ||
	    mach_port_type(mach_task_self(), name, &type) != KERN_SUCCESS)
		return MACH_PORT_TYPE_NONE;
	return type;
}

/* Leave one user reference of the send right @name. */
static void
drop_spare(port_t name)
{
	mach_port_urefs_t urefs;

	if (mach_port_get_refs(mach_task_self(), name, MACH_PORT_RIGHT_SEND,
	        &urefs) == KERN_SUCCESS &&
	    urefs > 1)
		(void)mach_port_mod_refs(mach_task_self(), name,
		    MACH_PORT_RIGHT_SEND, 1 - (mach_port_delta_t)urefs);
}

mach_msg_type_name_t
mach2_right_to_send(port_t name, bool deallocate)
{
	mach_port_type_t type = mach2_right_type(name);

	if (type & MACH_PORT_TYPE_SEND) {
		if (!deallocate || type & MACH_PORT_TYPE_RECEIVE)
			return MACH_MSG_TYPE_COPY_SEND;
		drop_spare(name);
		return MACH_MSG_TYPE_MOVE_SEND;
	}
	if (type & MACH_PORT_TYPE_RECEIVE)
		return MACH_MSG_TYPE_MAKE_SEND;
	if (type & MACH_PORT_TYPE_SEND_ONCE)
		return MACH_MSG_TYPE_MOVE_SEND_ONCE;
	return MACH_MSG_TYPE_COPY_SEND; /* whatever that will say */
}

void
mach2_right_share(port_t name)
{
	mach_port_type_t type = mach2_right_type(name);

	if (type & MACH_PORT_TYPE_RECEIVE && !(type & MACH_PORT_TYPE_SEND))
		(void)mach_port_insert_right(
		    mach_task_self(), name, name, MACH_MSG_TYPE_MAKE_SEND);
}

void
mach2_right_acquired(port_t name)
{
	kern_return_t kr = port_compat(name);

	(void)kr; /* what fails, fails: the name will become a dead name */
}

static void
acquired(mach_port_t name, mach_msg_type_name_t disposition)
{
	if (disposition == MACH_MSG_TYPE_PORT_SEND && MACH_PORT_VALID(name))
		mach2_right_acquired(name);
}

void
mach2_right_acquired_all(mach_msg_header_t *message)
{
	struct msg_walk walk;

	acquired(message->msgh_remote_port,
	    MACH_MSGH_BITS_REMOTE(message->msgh_bits));
	msg_walk_begin(&walk, message, message->msgh_size);
	while (msg_walk_next(&walk)) {
		const mach_msg_descriptor_t *descriptor = &walk.descriptor;

		if (descriptor->type.type == MACH_MSG_PORT_DESCRIPTOR) {
			acquired(descriptor->port.name,
			    descriptor->port.disposition);
		} else if (descriptor->type.type ==
		    MACH_MSG_OOL_PORTS_DESCRIPTOR) {
			const mach_port_t *names =
			    descriptor->ool_ports.address;

			for (uint32_t i = 0; i < descriptor->ool_ports.count;
			     i++)
				acquired(names[i],
				    descriptor->ool_ports.disposition);
		}
	}
}
