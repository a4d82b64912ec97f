/* The mach_port_*() calls on the name space itself: names that the task chooses or
 * changes, and what debuggers are told (ports.md 10.3, 10.6, 10.7, 10.34, 10.35). */
#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_lane.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"
#include "ipc_watch.h"

/* No message is larger than 32 bits say, with the largest trailer. */
#define PREALLOC_MAX (UINT32_MAX - MAX_TRAILER_SIZE)

/* What knows the name of @entry learns the new one; a watch is on what was there. */
static void
tell_name(struct ipc_entry *entry, mach_port_name_t name)
{
	if (entry->type & MACH_PORT_TYPE_RECEIVE) {
		entry->port->receiver_name = name;
		ipc_watch_over(entry->port->watch);
	}
	if (entry->type == MACH_PORT_TYPE_PORT_SET) {
		entry->pset->name = name;
		ipc_watch_over(entry->pset->watch);
	}
	if (entry->request)
		entry->request->name = name;
	if (entry->accepted)
		entry->accepted->name = name;
}

kern_return_t
ipc_mach_port_rename(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t new_name)
{
	struct ipc_entry *entry;
	kern_return_t kr = ipc_space_check_name(space, new_name);

	if (kr != KERN_SUCCESS)
		return kr;
	if (ipc_space_find_raw(space, new_name))
		return KERN_NAME_EXISTS;
	entry = ipc_space_find(space, name);
	if (!entry)
		return KERN_INVALID_NAME;
	if (entry->type & MACH_PORT_TYPE_RECEIVE)
		ipc_board_withdraw(entry->port);
	if (entry->type == MACH_PORT_TYPE_PORT_SET)
		ipc_pset_withdraw(entry->pset);
	if (entry->type == MACH_PORT_TYPE_SEND)
		ipc_lane_close_right(space, entry->port);
	kr = ipc_space_rename(space, name, entry, new_name, &entry);
	if (kr == KERN_SUCCESS)
		tell_name(entry, new_name);
	return kr;
}

kern_return_t
ipc_mach_port_allocate_full(struct ipc_space *space, mach_port_right_t right,
    mach_port_name_t proto, const mach_port_qos_t *qos,
    mach_port_name_t *name_inout)
{
	if (proto != MACH_PORT_NULL)
		return KERN_INVALID_VALUE;
	if (qos->name && !MACH_PORT_VALID(*name_inout))
		return KERN_INVALID_VALUE;
	if (qos->prealloc && right != MACH_PORT_RIGHT_RECEIVE)
		return KERN_INVALID_VALUE;
	if (qos->prealloc && qos->len > PREALLOC_MAX)
		return KERN_RESOURCE_SHORTAGE;
	return qos->name
	    ? ipc_mach_port_allocate_name(space, right, *name_inout)
	    : ipc_mach_port_allocate(space, right, name_inout);
}

kern_return_t
ipc_mach_port_allocate_qos(struct ipc_space *space, mach_port_right_t right,
    const mach_port_qos_t *qos, mach_port_name_t *name_out)
{
	if (qos->name)
		return KERN_INVALID_ARGUMENT;
	return ipc_mach_port_allocate_full(
	    space, right, MACH_PORT_NULL, qos, name_out);
}

static natural_t
object_id(const struct ipc_entry *entry)
{
	switch (entry->type) {
	case MACH_PORT_TYPE_DEAD_NAME:
		return 0;
	case MACH_PORT_TYPE_PORT_SET:
		return entry->pset->id.number;
	default:
		return entry->port->id.number;
	}
}

kern_return_t
ipc_mach_port_space_info(struct ipc_space *space, ipc_info_space_t *info_out,
    ipc_info_name_t **table_out, uint32_t *count_out)
{
	uint32_t size = ipc_space_size(space);
	ipc_info_name_t *table = NULL;
	mach_port_name_t name;
	uint32_t count = 0;
	mach_port_name_t from = 0;

	ipc_lane_resolve_all(space);
	if (space->used > 0) {
		table = base_zalloc(space->used, sizeof(*table));
		if (!table)
			return KERN_RESOURCE_SHORTAGE;
	}
	while (ipc_space_next(space, &from, &name)) {
		const struct ipc_entry *entry = ipc_space_find(space, name);

		mp_assert(table);
		table[count++] = (ipc_info_name_t){
		    .iin_name = name,
		    .iin_type = ipc_mach_port_full_type(space, entry),
		    .iin_urefs = entry->urefs,
		    .iin_object = object_id(entry),
		    .iin_next = ipc_request_made(entry) != NULL,
		};
	}
	mp_assert(count == space->used);
	*info_out = (ipc_info_space_t){
	    .iis_genno_mask = 0xFF,
	    .iis_table_size = size,
	    .iis_table_next = size,
	};
	*table_out = table;
	*count_out = count;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_space_basic_info(
    struct ipc_space *space, ipc_info_space_basic_t *info_out)
{
	uint32_t size = ipc_space_size(space);

	ipc_lane_resolve_all(space);
	*info_out = (ipc_info_space_basic_t){
	    .iisb_genno_mask = 0xFF,
	    .iisb_table_size = size,
	    .iisb_table_next = size,
	    .iisb_table_inuse = space->used,
	};
	return KERN_SUCCESS;
}
