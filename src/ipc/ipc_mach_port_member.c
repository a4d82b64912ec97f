/* The mach_port_*() calls on port sets (ports.md 10.17 to 10.20). */
#include <stdlib.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"

kern_return_t
ipc_mach_port_move_member(
    struct ipc_space *space, mach_port_name_t member, mach_port_name_t after)
{
	struct ipc_entry *to = NULL;
	struct ipc_entry *entry;
	struct ipc_port *port;
	kern_return_t kr;

	kr = ipc_mach_port_find(
	    space, member, MACH_PORT_TYPE_RECEIVE, true, &entry);
	if (kr != KERN_SUCCESS)
		return kr;
	port = entry->port;
	if (after == MACH_PORT_NULL) {
		if (list_empty(&port->members))
			return KERN_NOT_IN_SET;
		ipc_port_leave_sets(port);
		return KERN_SUCCESS;
	}
	kr = ipc_mach_port_find(
	    space, after, MACH_PORT_TYPE_PORT_SET, true, &to);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_pset_add(to->pset, port);
	if (kr != KERN_SUCCESS && kr != KERN_ALREADY_IN_SET)
		return kr;
	LIST_FOREACH_SAFE (node, &port->members) {
		struct ipc_member *m =
		    CONTAINER_OF(node, struct ipc_member, port_link);

		if (m->pset != to->pset)
			ipc_member_remove(m);
	}
	return KERN_SUCCESS;
}

/* Both names of insert_member and extract_member. */
static kern_return_t
find_member(struct ipc_space *space, mach_port_name_t name,
    mach_port_name_t pset, struct ipc_port **port_out,
    struct ipc_pset **pset_out)
{
	struct ipc_entry *entry;
	kern_return_t kr;

	if (!MACH_PORT_VALID(name) || !MACH_PORT_VALID(pset))
		return KERN_INVALID_RIGHT;
	if (!ipc_space_find(space, name) || !ipc_space_find(space, pset))
		return KERN_INVALID_NAME;
	kr = ipc_mach_port_find(
	    space, name, MACH_PORT_TYPE_RECEIVE, true, &entry);
	if (kr != KERN_SUCCESS)
		return kr;
	*port_out = entry->port;
	kr = ipc_mach_port_find(
	    space, pset, MACH_PORT_TYPE_PORT_SET, true, &entry);
	if (kr == KERN_SUCCESS)
		*pset_out = entry->pset;
	return kr;
}

kern_return_t
ipc_mach_port_insert_member(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t pset)
{
	struct ipc_pset *to;
	struct ipc_port *port;
	kern_return_t kr = find_member(space, name, pset, &port, &to);

	return kr == KERN_SUCCESS ? ipc_pset_add(to, port) : kr;
}

kern_return_t
ipc_mach_port_extract_member(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t pset)
{
	struct ipc_member *member;
	struct ipc_pset *from;
	struct ipc_port *port;
	kern_return_t kr = find_member(space, name, pset, &port, &from);

	if (kr != KERN_SUCCESS)
		return kr;
	member = ipc_pset_find(from, port);
	if (!member)
		return KERN_NOT_IN_SET;
	ipc_member_remove(member);
	return KERN_SUCCESS;
}

static int
compare_names(const void *left, const void *right)
{
	mach_port_name_t a;
	mach_port_name_t b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static uint32_t
list_members(const struct list *members, mach_port_name_t *names)
{
	uint32_t count = 0;

	LIST_FOREACH (node, members)
		names[count++] =
		    CONTAINER_OF(node, struct ipc_member, pset_link)
		        ->port->receiver_name;
	return count;
}

kern_return_t
ipc_mach_port_get_set_status(struct ipc_space *space, mach_port_name_t name,
    mach_port_name_t **members_out, uint32_t *count_out)
{
	const struct ipc_pset *pset;
	mach_port_name_t *members = NULL;
	struct ipc_entry *entry;
	uint32_t count = 0;
	kern_return_t kr;

	kr = ipc_mach_port_find(
	    space, name, MACH_PORT_TYPE_PORT_SET, false, &entry);
	if (kr != KERN_SUCCESS)
		return kr;
	pset = entry->pset;
	if (pset->member_count > 0) {
		members = base_zalloc(pset->member_count, sizeof(*members));
		if (!members)
			return KERN_RESOURCE_SHORTAGE;
		count = list_members(&pset->ready, members);
		count += list_members(&pset->idle, members + count);
		count += list_members(&pset->posted, members + count);
		qsort(members, count, sizeof(*members), compare_names);
	}
	*members_out = members;
	*count_out = count;
	return KERN_SUCCESS;
}
