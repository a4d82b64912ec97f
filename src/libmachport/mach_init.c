/*
 * The ports that a task has from its start, and the reply ports of its threads.
 */
#include <mach/mach_init.h>

#include <mach/mach2.h>
#include <mach/mach_port.h>
#include <mach/mig.h>
#include <mach/vm_page_size.h>
#include <stdbool.h>
#include <unistd.h>

#include "call.h"
#include "debug.h"
#include "port_compat.h"
#include "thread_conn.h"

/* The names that the kernel gives these two in each new space. */
#define TASK_SELF_NAME MACH_PORT_MAKE(1, 0x03000000u)
#define BOOTSTRAP_NAME MACH_PORT_MAKE(2, 0x03000000u)

mach_port_t mach_task_self_ = TASK_SELF_NAME;
mach_port_t bootstrap_port = BOOTSTRAP_NAME;

vm_size_t vm_page_size = 4096;

/* As early as can be: other constructors may read it. */
__attribute__((constructor(101))) static void
page_size_init(void)
{
	vm_page_size = (vm_size_t)sysconf(_SC_PAGESIZE);
}

/* The first trap attaches; this one is undone at once. */
int
mach_init(void)
{
	mach_port_t task = task_self_trap();

	if (task != MACH_PORT_NULL)
		(void)mach_port_deallocate(mach_task_self(), task);
	return 0;
}

mach_port_t
mach_reply_port(void)
{
	return call_for_name(WIRE_REPLY_PORT);
}

mach_port_t
task_self_trap(void)
{
	return call_for_name(WIRE_TASK_SELF);
}

mach_port_t
thread_self_trap(void)
{
	return call_for_name(WIRE_THREAD_SELF);
}

mach_port_t
host_self_trap(void)
{
	return call_for_name(WIRE_HOST_SELF);
}

mach_port_t
mach_thread_self(void)
{
	return thread_self_trap();
}

mach_port_t
mach_host_self(void)
{
	return host_self_trap();
}

static void
destroy_reply_port(mach_port_t port)
{
	if (port == MACH_PORT_NULL)
		return;
	debug_pause();
	(void)mach_port_mod_refs(
	    mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
	debug_resume();
}

/* Make *@mine, which was @old, a new port: unless a signal handler has done so
 * meanwhile. */
static mach_port_t
make_reply_port(mach_port_t *mine, mach_port_t old)
{
	mach_port_t port;

	debug_pause();
	port = mach_reply_port();
	debug_resume();
	if (__atomic_compare_exchange_n(
	        mine, &old, port, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return port;
	destroy_reply_port(port);
	return old; /* now the handler's */
}

mach_port_t
mig_get_reply_port(void)
{
	struct thread_names *names = thread_conn_names();
	mach_port_t mine = names->reply;

	return mine != MACH_PORT_NULL ? mine
	                              : make_reply_port(&names->reply, mine);
}

void
mig_put_reply_port(mach_port_t reply_port)
{
	(void)reply_port; /* the thread's next call uses it again */
}

/* Forget *@mine and destroy it; and drop @reply_port if it is another. */
static void
dealloc_reply_port(mach_port_t *mine, mach_port_t reply_port)
{
	/* At once: a signal handler may do the same. */
	mach_port_t port =
	    __atomic_exchange_n(mine, MACH_PORT_NULL, __ATOMIC_RELAXED);

	destroy_reply_port(port);
	if (reply_port != port)
		(void)mach_port_deallocate(mach_task_self(), reply_port);
}

void
mig_dealloc_reply_port(mach_port_t reply_port)
{
	dealloc_reply_port(&thread_conn_names()->reply, reply_port);
}

mach_port_t
mig_get_special_reply_port(void)
{
	mach_port_t mine = thread_conn_names()->special_reply;

	/* The other one asks the kernel whether it is still there. */
	return mine != MACH_PORT_NULL ? mine : thread_get_special_reply_port();
}

void
mig_dealloc_special_reply_port(mach_port_t reply_port)
{
	dealloc_reply_port(&thread_conn_names()->special_reply, reply_port);
}

mach_port_t
thread_get_special_reply_port(void)
{
	mach_port_t *mine = &thread_conn_names()->special_reply;
	mach_port_t port = *mine;
	mach_port_type_t type;

	/* The thread may have destroyed it. */
	if (port != MACH_PORT_NULL &&
	    mach_port_type(mach_task_self(), port, &type) == KERN_SUCCESS &&
	    (type & MACH_PORT_TYPE_RECEIVE))
		return port;
	return make_reply_port(mine, port);
}

/* Mach 2.5: no call adds a reference, so each name is asked for once. */

port_t
task_self(void)
{
	return mach_task_self();
}

port_t
thread_self(void)
{
	struct thread_names *names = thread_conn_names();

	debug_pause();
	if (names->self == MACH_PORT_NULL)
		names->self = thread_self_trap();
	debug_resume();
	return names->self;
}

port_t
host_self(void)
{
	struct thread_names *names = thread_conn_names();

	debug_pause();
	if (names->host == MACH_PORT_NULL)
		names->host = host_self_trap();
	debug_resume();
	return names->host;
}

port_t
task_notify(void)
{
	port_t port = call_for_name(WIRE_TASK_NOTIFY);

	if (port != MACH_PORT_NULL)
		port_compat_enter();
	return port;
}
