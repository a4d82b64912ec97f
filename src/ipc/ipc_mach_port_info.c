/* The mach_port_*() calls that tell what no program needs to work: for those who
 * look for a fault (ports.md 10.33, 10.36 to 10.41). */
#include "ipc_entry.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_request.h"
#include "ipc_space.h"

kern_return_t
ipc_mach_port_get_srights(struct ipc_space *space, mach_port_name_t name,
    mach_port_rights_t *srights_out)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr == KERN_SUCCESS)
		*srights_out = port->srights;
	return kr;
}

kern_return_t
ipc_mach_port_dnrequest_info(struct ipc_space *space, mach_port_name_t name,
    uint32_t *total_out, uint32_t *used_out)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	/* A list has no free slots. */
	*total_out = ipc_request_count(port);
	*used_out = *total_out;
	return KERN_SUCCESS;
}

static enum ipc_kobject_type
kobject_type(const struct ipc_port *port)
{
	if (port->place == IPC_PORT_PLACE_KERNEL)
		return (enum ipc_kobject_type)port->kobject->type;
	return port->attached ? (enum ipc_kobject_type)port->attached->type
	                      : IPC_KOBJECT_NONE;
}

kern_return_t
ipc_mach_port_kobject(
    struct ipc_space *space, mach_port_name_t name, uint32_t *type_out)
{
	const struct ipc_entry *entry = ipc_space_find(space, name);

	if (!entry || entry->type == MACH_PORT_TYPE_DEAD_NAME)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE_SEND_RECEIVE))
		return KERN_INVALID_RIGHT;
	*type_out = kobject_type(entry->port);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_get_service_port_info(
    struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive(space, name, &port);

	return kr == KERN_SUCCESS ? KERN_INVALID_CAPABILITY : kr;
}
