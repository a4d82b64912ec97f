/*
 * Ports of the server's own, and finding what belongs to a name.
 */
#ifndef BOOTSTRAP_PORT_H
#define BOOTSTRAP_PORT_H

#include <mach/port.h>

#include "base_list.h"

/* A new receive right, with a send right if @send. MACH_PORT_NULL: no room.
 * @queue_limit: 0 is the default. */
mach_port_t port_new(bool send, uint32_t queue_limit);
/* The receive right goes: the port dies. */
void port_kill(mach_port_t name);
/* One user reference of a send right, or a dead name, goes. NULL and DEAD are fine. */
void port_release(mach_port_t name);

/*
 * What a port's name stands for, by name. Embedded; one map for each kind of thing.
 */
#define PORT_MAP_BUCKETS 1024

struct port_map {
	struct list buckets[PORT_MAP_BUCKETS];
};

struct port_node {
	struct list link;
	mach_port_t name;
};

void port_map_init(struct port_map *map);
void port_node_init(struct port_node *node);
void port_map_add(
    struct port_map *map, struct port_node *node, mach_port_t name);
/* Harmless if it is in none. */
void port_map_remove(struct port_node *node);
/* NULL: none. */
struct port_node *port_map_find(struct port_map *map, mach_port_t name);

#endif
