/* The kernel is told of send rights that calls of Mach 2.5 gave. */
#include "port_compat.h"

#include <mach/mach_init.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "rpc.h"

/* Only spares traps: the kernel knows which task is one of Mach 2.5, and a fork
 * child is not, though it finds this set. */
static atomic_bool entered;

void
port_compat_enter(void)
{
	atomic_store_explicit(&entered, true, memory_order_relaxed);
}

kern_return_t
port_compat(mach_port_name_t name)
{
	if (!atomic_load_explicit(&entered, memory_order_relaxed))
		return KERN_SUCCESS;
	return no_rpc(CALL(PORT_COMPAT, NULL, mach_task_self(), name));
}
