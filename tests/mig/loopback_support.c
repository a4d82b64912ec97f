/* Reply ports of the loopback's tasks, and memory for large messages. */
#include "loopback_space.h"

#include <stdlib.h>

/* Of each task: the usual one, and the special one. */
static mach_port_t reply_ports[2][2];

unsigned user_memory_count;

bool
is_reply_port(enum loopback_task task, mach_port_t name)
{
	return name == reply_ports[task][0] || name == reply_ports[task][1];
}

void
reply_ports_forget(enum loopback_task task)
{
	reply_ports[task][0] = MACH_PORT_NULL;
	reply_ports[task][1] = MACH_PORT_NULL;
}

static mach_port_t
reply_port_get(unsigned special)
{
	mach_port_t *port = &reply_ports[loopback_current][special];

	if (loopback.no_reply_port)
		return MACH_PORT_NULL;
	if (*port == MACH_PORT_NULL)
		(void)mach_port_allocate(
		    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, port);
	return *port;
}

static void
reply_port_dealloc(unsigned special, mach_port_t name)
{
	mach_port_t *port = &reply_ports[loopback_current][special];
	mach_port_t mine = *port;

	*port = MACH_PORT_NULL;
	LOOPBACK_CHECK(mine != MACH_PORT_NULL);
	if (mine != MACH_PORT_NULL)
		(void)mach_port_mod_refs(
		    mach_task_self(), mine, MACH_PORT_RIGHT_RECEIVE, -1);
	if (name != mine)
		(void)mach_port_deallocate(mach_task_self(), name);
}

mach_port_t
mig_get_reply_port(void)
{
	return reply_port_get(0);
}

void
mig_put_reply_port(mach_port_t reply_port)
{
	LOOPBACK_CHECK(reply_port == reply_ports[loopback_current][0]);
}

void
mig_dealloc_reply_port(mach_port_t reply_port)
{
	reply_port_dealloc(0, reply_port);
}

mach_port_t
mig_get_special_reply_port(void)
{
	return reply_port_get(1);
}

void
mig_dealloc_special_reply_port(mach_port_t reply_port)
{
	reply_port_dealloc(1, reply_port);
}

/* The linker puts these in the place of the library's (--wrap). */
char *__wrap_mig_user_allocate(vm_size_t size);
void __wrap_mig_user_deallocate(char *data, vm_size_t size);

char *
__wrap_mig_user_allocate(vm_size_t size)
{
	if (loopback_current == LOOPBACK_SERVER &&
	    loopback.failing_allocation > 0 &&
	    --loopback.failing_allocation == 0)
		return NULL;
	user_memory_count++;
	return malloc(size);
}

void
__wrap_mig_user_deallocate(char *data, vm_size_t size)
{
	(void)size;
	if (!data)
		return;
	LOOPBACK_CHECK(user_memory_count > 0);
	user_memory_count--;
	free(data);
}
