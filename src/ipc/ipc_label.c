/* Labels of ports. */
#include "ipc_label.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_account.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_space.h"

uint64_t
ipc_label_charge(const struct ipc_label *label)
{
	return sizeof(*label) + label->bytes;
}

static struct ipc_label *
new_label(struct ipc_account *account, const char *text, uint32_t length)
{
	const struct ipc_charge charge = {
	    .bytes = sizeof(struct ipc_label) + length + 1};
	struct ipc_label *label;

	if (!ipc_account_charge(account, &charge))
		return NULL;
	label = base_zalloc(1, charge.bytes);
	if (!label) {
		ipc_account_discharge(account, &charge);
		return NULL;
	}
	label->account = ipc_account_ref(account);
	label->bytes = length + 1;
	memcpy(label->text, text, length);
	return label;
}

void
ipc_label_drop(struct ipc_port *port)
{
	struct ipc_label *label = port->label;
	struct ipc_charge charge = {0};

	if (!label)
		return;
	port->label = NULL;
	charge.bytes = ipc_label_charge(label);
	ipc_account_discharge(label->account, &charge);
	ipc_account_unref(label->account);
	base_free(label);
}

kern_return_t
ipc_label_set(
    struct ipc_port *port, struct ipc_account *account, const char *text)
{
	uint32_t length = (uint32_t)strnlen(text, IPC_LABEL_MAX - 1);
	struct ipc_label *label = NULL;

	if (length > 0) {
		label = new_label(account, text, length);
		if (!label)
			return KERN_RESOURCE_SHORTAGE;
	}
	ipc_label_drop(port);
	port->label = label;
	return KERN_SUCCESS;
}

void
ipc_label_get(const struct ipc_port *port, char text_out[IPC_LABEL_MAX])
{
	memset(text_out, 0, IPC_LABEL_MAX);
	if (port->label)
		memcpy(text_out, port->label->text, port->label->bytes);
}

/* A dead name, and a set, are names, but have no such right. */
static kern_return_t
find(struct ipc_space *space, mach_port_name_t name, mach_port_type_t type,
    struct ipc_port **port_out)
{
	struct ipc_entry *entry;
	kern_return_t kr;

	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_NAME;
	kr = ipc_mach_port_find(space, name, type, true, &entry);
	if (kr == KERN_SUCCESS)
		*port_out = entry->port;
	return kr;
}

kern_return_t
ipc_mach_port_set_label(
    struct ipc_space *space, mach_port_name_t name, const char *text)
{
	struct ipc_port *port;
	kern_return_t kr = find(space, name, MACH_PORT_TYPE_RECEIVE, &port);

	return kr == KERN_SUCCESS ? ipc_label_set(port, space->account, text)
	                          : kr;
}

kern_return_t
ipc_mach_port_get_label(struct ipc_space *space, mach_port_name_t name,
    char text_out[IPC_LABEL_MAX])
{
	struct ipc_port *port;
	kern_return_t kr = find(space, name, MACH_PORT_TYPE_PORT_RIGHTS, &port);

	if (kr == KERN_SUCCESS)
		ipc_label_get(port, text_out);
	return kr;
}
