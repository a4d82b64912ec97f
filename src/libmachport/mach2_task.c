/*
 * What else Mach 2.5 had for tasks and threads. task_self() and its like are in
 * mach_init.c.
 */
#include <mach/mach2.h>

#include <mach/mach_port.h>
#include <mach/mig.h>

#define IKOT_HOST_PRIV 4 /* ports.md 10.37 */

port_t
thread_reply(void)
{
	return mig_get_reply_port();
}

port_t
host_priv_self(void)
{
	const port_t host = host_self();
	mach_vm_address_t address;
	natural_t type;

	/* It is what a privileged task has in place of the host port. */
	if (mach_port_kobject(task_self(), host, &type, &address) !=
	        KERN_SUCCESS ||
	    type != IKOT_HOST_PRIV)
		return PORT_NULL;
	return host;
}

void
mig_init(void *reserved)
{
	(void)reserved;
}
