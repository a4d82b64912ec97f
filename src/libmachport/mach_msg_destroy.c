/* Giving back what a message holds. Source: spec/messages.md 13 */
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/message.h>
#include <mach/vm_map.h>
#include <stdint.h>

#include "msg_walk.h"

/* Give back one right as its disposition says; what fails, fails. */
static void
destroy_right(mach_port_t name, mach_msg_type_name_t disposition)
{
	mach_port_t task = mach_task_self();
	mach_msg_type_name_t type;
	mach_port_t made;

	if (!MACH_PORT_VALID(name))
		return;
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_SEND:
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		(void)mach_port_deallocate(task, name);
		break;
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		(void)mach_port_mod_refs(
		    task, name, MACH_PORT_RIGHT_RECEIVE, -1);
		break;
	case MACH_MSG_TYPE_MAKE_SEND:
		/* As if it had been sent and dropped: the port's owner may be
		 * waiting for its no-senders notification. */
		if (mach_port_insert_right(task, name, name,
		        MACH_MSG_TYPE_MAKE_SEND) == KERN_SUCCESS)
			(void)mach_port_deallocate(task, name);
		break;
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		if (mach_port_extract_right(task, name,
		        MACH_MSG_TYPE_MAKE_SEND_ONCE, &made,
		        &type) == KERN_SUCCESS)
			(void)mach_port_deallocate(task, made);
		break;
	default: /* COPY_SEND keeps its right; the rest are none */
		break;
	}
}

static void
destroy_memory(const void *address, uint64_t bytes, boolean_t deallocate)
{
	if (deallocate && bytes > 0)
		(void)vm_deallocate(
		    mach_task_self(), (vm_address_t)address, bytes);
}

static void
destroy_ports(const mach_msg_ool_ports_descriptor_t *ports)
{
	const mach_port_t *names = ports->address;

	for (uint32_t i = 0; i < ports->count; i++)
		destroy_right(names[i], ports->disposition);
}

/* A right that came guarded has to lose its guard first. */
static void
destroy_guarded(const mach_msg_guarded_port_descriptor_t *guarded)
{
	if (MACH_PORT_VALID(guarded->name) &&
	    !(guarded->flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND))
		(void)mach_port_unguard(
		    mach_task_self(), guarded->name, guarded->context);
	destroy_right(guarded->name, guarded->disposition);
}

static void
destroy_descriptor(const struct msg_walk *walk)
{
	const mach_msg_descriptor_t *descriptor = &walk->descriptor;

	switch (descriptor->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		destroy_right(
		    descriptor->port.name, descriptor->port.disposition);
		break;
	case MACH_MSG_OOL_DESCRIPTOR:
		destroy_memory(descriptor->out_of_line.address,
		    msg_walk_bytes(walk), descriptor->out_of_line.deallocate);
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		destroy_ports(&descriptor->ool_ports);
		destroy_memory(descriptor->ool_ports.address,
		    msg_walk_bytes(walk), descriptor->ool_ports.deallocate);
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		destroy_guarded(&descriptor->guarded_port);
		break;
	default: /* volatile memory is not the receiver's */
		break;
	}
}

void
mach_msg_destroy(mach_msg_header_t *msg)
{
	struct msg_walk walk;

	destroy_right(
	    msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
	destroy_right(
	    msg->msgh_voucher_port, MACH_MSGH_BITS_VOUCHER(msg->msgh_bits));
	/* msgh_size is not set in a message that was never received. */
	msg_walk_begin(&walk, msg, UINT64_MAX);
	while (msg_walk_next(&walk))
		destroy_descriptor(&walk);
}
