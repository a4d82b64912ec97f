/*
 * Descriptors of machport_fd() for ports and sets that are posted (lanes.md 4.2).
 *
 * What is sent by a lane to a port that is watched has the kernel ring, which makes the
 * descriptor readable. That it is empty again only the library sees: it says so to the
 * descriptor, and then looks once more.
 */
#ifndef LIBMACHPORT_LANES_WATCH_H
#define LIBMACHPORT_LANES_WATCH_H

#include "lanes_port.h"

/* There is a descriptor for @name, or there is none any more. With no lock. */
void lanes_watch_begin(mach_port_name_t name);
void lanes_watch_end(mach_port_name_t name);

/* @port is called @name now, and posted. Under its lock since before that. */
void lanes_watch_enter(struct lanes_port *port, mach_port_name_t name);

/* Has any name been watched? Mostly none, and nothing is asked. */
extern _Atomic bool lanes_watch_any;

/* As below, where something is watched. */
void lanes_watch_settle_all(void);

/* Something was received, or nothing found: the descriptors tell the truth again. With no
 * lock. */
static inline void
lanes_watch_settle(void)
{
	if (atomic_load_explicit(&lanes_watch_any, memory_order_relaxed))
		lanes_watch_settle_all();
}

#endif
