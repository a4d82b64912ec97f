/*
 * Watching ports of others for their death.
 *
 * A name has one dead-name request, however many want to know; the rights are the
 * watchers' own.
 */
#ifndef BOOTSTRAP_WATCH_H
#define BOOTSTRAP_WATCH_H

#include <mach/port.h>
#include <stdbool.h>

#include "base_list.h"

struct watch;

/* Embedded in who wants to know. */
struct watcher {
	struct list node;
	struct watch *watch; /* NULL: watches nothing */
	void (*died)(
	    struct watcher *watcher); /* it watches nothing any more; may
	                                        * free it */
};

void watcher_init(
    struct watcher *watcher, void (*died)(struct watcher *watcher));

/* @port: a name that the caller has a right by. A dead one is told of as soon as the
 * loop goes on. False: no memory. */
bool watch_begin(struct watcher *watcher, mach_port_t port)
    __attribute__((warn_unused_result));
/* Before the caller's right is released. Harmless if it watches nothing. */
void watch_end(struct watcher *watcher);

/* A dead-name notification came; its reference is CONSUMED. */
void watch_notified(mach_port_name_t name);

#endif
