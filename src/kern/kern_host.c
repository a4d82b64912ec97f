/* The host's ports, and those that are kept for it. Their interfaces: kern_serve_*.c. */
#include "kern_host.h"

#include "ipc_port.h"
#include "ipc_slot.h"
#include "kern_mig.h"
#include "kern_policy.h"
#include "kern_trace.h"

#define FIRST (HOST_MAX_SPECIAL_KERNEL_PORT + 1)

static struct {
	struct ipc_kobject self;
	struct ipc_kobject priv;
	struct ipc_slot stored[KERN_HOST_STORED]; /* from FIRST on */
	struct ipc_slot bootstrap;
	struct kern_exceptions exceptions;
} host;

bool
kern_host_init(void)
{
	if (!ipc_kobject_init(&host.self, IPC_KOBJECT_HOST, kern_mig_serve))
		return false;
	if (!ipc_kobject_init(
	        &host.priv, IPC_KOBJECT_HOST_PRIV, kern_mig_serve)) {
		ipc_kobject_deinit(&host.self);
		return false;
	}
	for (unsigned i = 0; i < KERN_HOST_STORED; i++)
		ipc_slot_init(&host.stored[i]);
	ipc_slot_init(&host.bootstrap);
	kern_exceptions_init(&host.exceptions);
	return true;
}

void
kern_host_deinit(void)
{
	kern_trace_deinit();
	ipc_kobject_deinit(&host.self);
	ipc_kobject_deinit(&host.priv);
	for (unsigned i = 0; i < KERN_HOST_STORED; i++)
		ipc_slot_deinit(&host.stored[i]);
	ipc_slot_deinit(&host.bootstrap);
	kern_exceptions_deinit(&host.exceptions);
}

struct ipc_port *
kern_host_make_send(void)
{
	return ipc_kobject_make_send(&host.self);
}

struct ipc_port *
kern_host_make_send_for(const struct ipc_identity *who)
{
	return ipc_kobject_make_send(
	    kern_policy_is_privileged(who) ? &host.priv : &host.self);
}

bool
kern_host_is(const struct ipc_kobject *object)
{
	return object == &host.self || object == &host.priv;
}

bool
kern_host_is_privileged(const struct ipc_kobject *object)
{
	return object == &host.priv;
}

/* The slot that keeps @which, or NULL. */
static struct ipc_slot *
slot_of(int which)
{
	if (which == MACHPORT_HOST_BOOTSTRAP_PORT)
		return &host.bootstrap;
	if (which < FIRST || which > HOST_MAX_SPECIAL_PORT)
		return NULL;
	return &host.stored[which - FIRST];
}

kern_return_t
kern_host_special_copy(int which, struct ipc_port **right_out)
{
	const struct ipc_slot *slot = slot_of(which);

	if (slot)
		*right_out = ipc_slot_copy(slot);
	else if (which == HOST_PORT)
		*right_out = kern_host_make_send();
	else if (which == HOST_PRIV_PORT)
		*right_out = ipc_kobject_make_send(&host.priv);
	else if (which > 0 && which <= HOST_MAX_SPECIAL_KERNEL_PORT)
		*right_out = IPC_PORT_NULL; /* the kernel has no such */
	else
		return KERN_INVALID_ARGUMENT;
	return KERN_SUCCESS;
}

kern_return_t
kern_host_special_set(int which, struct ipc_port *right)
{
	struct ipc_slot *slot = slot_of(which);

	if (!slot)
		return KERN_INVALID_ARGUMENT;
	ipc_slot_set(slot, right);
	return KERN_SUCCESS;
}

struct ipc_port *
kern_host_copy_bootstrap(void)
{
	return ipc_slot_copy(&host.bootstrap);
}

struct kern_exceptions *
kern_host_exceptions(void)
{
	return &host.exceptions;
}

void
kern_host_bury(void)
{
	for (unsigned i = 0; i < KERN_HOST_STORED; i++)
		ipc_slot_bury(&host.stored[i]);
	ipc_slot_bury(&host.bootstrap);
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++)
		ipc_slot_bury(&host.exceptions.actions[i].handler);
}
