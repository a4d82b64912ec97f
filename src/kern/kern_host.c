/* The host port. Its interface: kern_serve_mach_host.c. */
#include "kern_host.h"

#include "ipc_kobject.h"
#include "kern_mig.h"

static struct ipc_kobject host;

bool
kern_host_init(void)
{
	return ipc_kobject_init(&host, IPC_KOBJECT_HOST, kern_mig_serve);
}

void
kern_host_deinit(void)
{
	ipc_kobject_deinit(&host);
}

struct ipc_port *
kern_host_make_send(void)
{
	return ipc_kobject_make_send(&host);
}
