/*
 * Dead-name requests, one for each name that somebody watches.
 *
 * A watch ends when its notice comes or when nobody watches any more. Then a notice
 * may be under way all the same, but finds no watch: the name stays a dead name until
 * that notice is handled, since it brings a reference of its own.
 */
#include "watch.h"

#include <mach/mach.h>
#include <mach/mach_port.h>

#include "base_alloc.h"
#include "port.h"
#include "server.h"

struct watch {
	struct port_node node;
	struct list
	    watchers; /* struct watcher.node; not empty, unless notified */
	bool notified;
};

static struct port_map *
watches(void)
{
	static struct port_map map;
	static bool is_ready;

	if (!is_ready)
		port_map_init(&map);
	is_ready = true;
	return &map;
}

static struct watch *
watch_find(mach_port_t name)
{
	struct port_node *node = port_map_find(watches(), name);

	return node ? CONTAINER_OF(node, struct watch, node) : NULL;
}

/* Have a notice for @name sent, or with @notify MACH_PORT_NULL no more. */
static kern_return_t
request_notice(mach_port_t name, mach_port_t notify)
{
	mach_port_t previous = MACH_PORT_NULL;
	/* 1: a name that is dead already is told of as well. */
	kern_return_t kr = mach_port_request_notification(mach_task_self(),
	    name, MACH_NOTIFY_DEAD_NAME, 1, notify,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);

	if (kr == KERN_SUCCESS)
		port_release(previous);
	return kr;
}

static struct watch *
watch_new(mach_port_t name)
{
	struct watch *watch = base_zalloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	if (request_notice(name, server.notices) != KERN_SUCCESS) {
		base_free(watch);
		return NULL;
	}
	list_init(&watch->watchers);
	port_node_init(&watch->node);
	port_map_add(watches(), &watch->node, name);
	return watch;
}

void
watcher_init(struct watcher *watcher, void (*died)(struct watcher *watcher))
{
	list_init(&watcher->node);
	watcher->watch = NULL;
	watcher->died = died;
}

bool
watch_begin(struct watcher *watcher, mach_port_t port)
{
	struct watch *watch = watch_find(port);

	if (!watch)
		watch = watch_new(port);
	if (!watch)
		return false;
	list_push_back(&watch->watchers, &watcher->node);
	watcher->watch = watch;
	return true;
}

void
watch_end(struct watcher *watcher)
{
	struct watch *watch = watcher->watch;

	if (!watch)
		return;
	watcher->watch = NULL;
	list_remove(&watcher->node);
	if (watch->notified || !list_empty(&watch->watchers))
		return;
	(void)request_notice(watch->node.name, MACH_PORT_NULL);
	port_map_remove(&watch->node);
	base_free(watch);
}

void
watch_notified(mach_port_name_t name)
{
	struct watch *watch = watch_find(name);
	struct list *node;

	if (watch) {
		port_map_remove(&watch->node);
		watch->notified = true;
		/* Each may end the watches of others. */
		while ((node = list_pop_front(&watch->watchers)) != NULL) {
			struct watcher *watcher =
			    CONTAINER_OF(node, struct watcher, node);

			watcher->watch = NULL;
			watcher->died(watcher);
		}
		base_free(watch);
	}
	port_release(name);
}
