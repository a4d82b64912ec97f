/*
 * What else Mach 2.5 had for tasks and threads. task_self() and its like are in
 * mach_init.c.
 */
#include <mach/mach2.h>

#include <mach/mig.h>

port_t
thread_reply(void)
{
	return mig_get_reply_port();
}

port_t
host_priv_self(void)
{
	return PORT_NULL; /* the kernel has none to give */
}

void
mig_init(void *reserved)
{
	(void)reserved;
}
