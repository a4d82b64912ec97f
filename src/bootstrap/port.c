/* Ports of the server's own, and maps by name. */
#include "port.h"

#include <mach/mach.h>
#include <mach/mach_port.h>

mach_port_t
port_new(bool send, uint32_t queue_limit)
{
	mach_port_options_t options = {
	    .flags = (send ? MPO_INSERT_SEND_RIGHT : 0u) |
	        (queue_limit > 0 ? MPO_QLIMIT : 0u),
	    .mpl = {.mpl_qlimit = queue_limit},
	};
	mach_port_t port = MACH_PORT_NULL;

	if (mach_port_construct(mach_task_self(), &options, 0, &port) !=
	    KERN_SUCCESS)
		return MACH_PORT_NULL;
	return port;
}

void
port_kill(mach_port_t name)
{
	(void)mach_port_mod_refs(
	    mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
}

void
port_release(mach_port_t name)
{
	if (MACH_PORT_VALID(name))
		(void)mach_port_deallocate(mach_task_self(), name);
}

/* The lowest byte of a name tells of its generation. */
static struct list *
bucket_of(struct port_map *map, mach_port_t name)
{
	return &map->buckets[MACH_PORT_INDEX(name) % PORT_MAP_BUCKETS];
}

void
port_map_init(struct port_map *map)
{
	for (unsigned i = 0; i < PORT_MAP_BUCKETS; i++)
		list_init(&map->buckets[i]);
}

void
port_node_init(struct port_node *node)
{
	list_init(&node->link);
	node->name = MACH_PORT_NULL;
}

void
port_map_add(struct port_map *map, struct port_node *node, mach_port_t name)
{
	node->name = name;
	list_push_back(bucket_of(map, name), &node->link);
}

void
port_map_remove(struct port_node *node)
{
	list_remove(&node->link);
}

struct port_node *
port_map_find(struct port_map *map, mach_port_t name)
{
	LIST_FOREACH (link, bucket_of(map, name)) {
		struct port_node *node =
		    CONTAINER_OF(link, struct port_node, link);

		if (node->name == name)
			return node;
	}
	return NULL;
}
