/* Ports and short messages. */
#include "mail.h"

#include <string.h>

#include "harness.h"

/* A message with one right. */
struct parcel {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
};

mach_port_t
mail_port(void)
{
	mach_port_t self = mach_task_self();
	mach_port_t port;

	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_RETURN(
	    mach_port_insert_right(self, port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return port;
}

mach_port_t
mail_inherited(void)
{
	mach_port_t *ports;
	mach_msg_type_number_t count;
	mach_port_t port;

	CHECK_RETURN(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	CHECK(count == TASK_PORT_REGISTER_MAX);
	port = ports[0];
	CHECK(MACH_PORT_VALID(port));
	CHECK_RETURN(vm_deallocate(mach_task_self(), (vm_address_t)ports,
	                 count * sizeof(*ports)),
	    KERN_SUCCESS);
	return port;
}

void
mail_bequeath(mach_port_t port)
{
	CHECK_RETURN(
	    mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
}

mach_msg_return_t
mail_send(mach_port_t to, int32_t number, mach_port_t reply,
    mach_msg_option_t option, mach_msg_timeout_t timeout)
{
	struct mail mail = {.number = number};

	mail.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0);
	mail.header.msgh_remote_port = to;
	mail.header.msgh_local_port = reply;
	return mach_msg(&mail.header, MACH_SEND_MSG | option, MAIL_BYTES, 0,
	    MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}

mach_msg_return_t
mail_send_right(
    mach_port_t to, mach_port_t name, mach_msg_type_name_t disposition)
{
	struct parcel parcel = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = to,
	    .body.msgh_descriptor_count = 1,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	    .right.name = name,
	    .right.disposition = disposition & 0xff,
	};

	return mach_msg(&parcel.header, MACH_SEND_MSG, sizeof(parcel), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

mach_msg_return_t
mail_receive(mach_port_t port, struct mail *mail_out, mach_msg_option_t option,
    mach_msg_timeout_t timeout)
{
	return mach_msg(&mail_out->header, MACH_RCV_MSG | option, 0,
	    sizeof(*mail_out), port, timeout, MACH_PORT_NULL);
}

mach_port_t
mail_right(const struct mail *mail)
{
	struct parcel parcel;

	CHECK(MACH_MSGH_BITS_IS_COMPLEX(mail->header.msgh_bits));
	CHECK(mail->header.msgh_size == sizeof(parcel));
	memcpy(&parcel, mail, sizeof(parcel));
	return parcel.right.name;
}

unsigned
mail_count_names(void)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t *names;
	mach_port_type_t *types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t type_count;

	CHECK_RETURN(mach_port_names(self, &names, &count, &types, &type_count),
	    KERN_SUCCESS);
	CHECK(count == type_count);
	vm_deallocate(self, (vm_address_t)names, count * sizeof(*names));
	vm_deallocate(self, (vm_address_t)types, count * sizeof(*types));
	return count;
}
