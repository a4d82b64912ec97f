/* Watches. */
#include "ipc_watch.h"

#include "base_assert.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"

/* Where the port or set of @watch, which is ON, keeps it. */
static struct ipc_watch **
place_of(const struct ipc_watch *watch)
{
	return watch->port ? &watch->port->watch : &watch->pset->watch;
}

static bool
port_is_ready(const struct ipc_port *port)
{
	return ipc_port_is_posted(port) || !list_empty(&port->messages);
}

static bool
set_is_ready(const struct ipc_pset *pset)
{
	return ipc_pset_is_posted(pset) || !list_empty(&pset->ready);
}

static bool
is_ready(const struct ipc_watch *watch)
{
	return watch->port ? port_is_ready(watch->port)
	                   : set_is_ready(watch->pset);
}

static void
detach(struct ipc_watch *watch)
{
	mp_assert(*place_of(watch) == watch);
	*place_of(watch) = NULL;
	watch->port = NULL;
	watch->pset = NULL;
}

static void
set_ready(struct ipc_watch *watch, bool ready)
{
	if (watch->ready == ready)
		return;
	watch->ready = ready;
	watch->changed(watch);
}

void
ipc_watch_init(struct ipc_watch *watch, void (*changed)(struct ipc_watch *))
{
	*watch = (struct ipc_watch){.changed = changed};
}

kern_return_t
ipc_watch_find(struct ipc_space *space, mach_port_name_t name,
    struct ipc_watch **watch_out)
{
	struct ipc_entry *entry;
	kern_return_t kr;

	kr = ipc_mach_port_find(space, name,
	    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET, false, &entry);
	if (kr != KERN_SUCCESS)
		return kr;
	*watch_out = entry->type == MACH_PORT_TYPE_PORT_SET
	    ? entry->pset->watch
	    : entry->port->watch;
	return KERN_SUCCESS;
}

void
ipc_watch_begin(
    struct ipc_watch *watch, struct ipc_space *space, mach_port_name_t name)
{
	const struct ipc_entry *entry = ipc_space_find(space, name);

	mp_assert(entry && watch->state == IPC_WATCH_IDLE);
	if (entry->type == MACH_PORT_TYPE_PORT_SET) {
		watch->pset = entry->pset;
	} else {
		mp_assert(entry->type & MACH_PORT_TYPE_RECEIVE);
		watch->port = entry->port;
	}
	mp_assert(!*place_of(watch));
	*place_of(watch) = watch;
	watch->state = IPC_WATCH_ON;
	watch->ready = is_ready(watch);
}

void
ipc_watch_end(struct ipc_watch *watch)
{
	if (watch->state == IPC_WATCH_ON)
		detach(watch);
	watch->state = IPC_WATCH_IDLE;
	watch->ready = false;
}

void
ipc_watch_update(struct ipc_watch *watch)
{
	if (watch)
		set_ready(watch, is_ready(watch));
}

void
ipc_watch_ring(struct ipc_watch *watch)
{
	if (!watch)
		return;
	watch->ready = is_ready(watch);
	watch->changed(watch);
}

void
ipc_watch_over(struct ipc_watch *watch)
{
	if (!watch)
		return;
	detach(watch);
	watch->state = IPC_WATCH_OVER;
	set_ready(watch, true);
}
