/* Who sees what, and the records of tasks and of names. */
#include "kern_inspect.h"

#include <string.h>

#include "base_assert.h"
#include "ipc_lane_look.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "kern_inspect_record.h"
#include "kern_policy.h"

/* Of a table, so many slots are looked at in one call. */
#define SLOTS_MOST 16384u

bool
kern_look_sees(struct kern_look *look, const struct ipc_space *space)
{
	if (look->last != space) {
		look->last = space;
		look->last_seen = kern_policy_may_see(look->who, space->owner);
	}
	return look->last_seen;
}

/* --- portions -------------------------------------------------------------- */

/* A reply with so much fits a packet. */
static union {
	uint64_t aligned;
	uint8_t bytes[64 * 1024];
} room;
static uint32_t used;

void
kern_portion_begin(void)
{
	used = 0;
}

void *
kern_portion_add(uint32_t bytes)
{
	void *record = room.bytes + used;

	if (sizeof(room) - used < bytes)
		return NULL;
	used += bytes;
	memset(record, 0, bytes);
	return record;
}

uint32_t
kern_portion_used(void)
{
	return used;
}

void
kern_portion_cut(uint32_t bytes)
{
	used = bytes;
}

void
kern_portion_end(struct kern_portion *portion_out)
{
	portion_out->records = room.bytes;
	portion_out->bytes = used;
}

/* --- tasks ----------------------------------------------------------------- */

static void
fill_task(struct machport_task_record *record, const struct ipc_space *space)
{
	const struct kern_task *task = space->owner;
	const struct ipc_lane_look lanes = ipc_lane_look(space);

	*record = (struct machport_task_record){
	    .task = space->id.number,
	    .pid = ipc_identity_pid(space->identity),
	    .euid = ipc_identity_euid(space->identity),
	    .egid = ipc_identity_egid(space->identity),
	    .parent = task->parent,
	    .names = space->used,
	    .receives = space->receives,
	    .threads = task->connections,
	    .queued = space->account->queued + lanes.unread,
	    .queued_bytes = space->account->queued_bytes,
	    .started_ns = space->born_ns,
	    .suspend_count = task->suspend_count,
	    .sent = space->sent + lanes.sent,
	    .received = space->received + lanes.received,
	    .sent_bytes = space->sent_bytes,
	    .received_bytes = space->received_bytes,
	    .lanes_out = lanes.lanes_out,
	    .lanes_in = lanes.lanes_in,
	};
}

/* Spaces are in the order in which they were made, and so, until ids begin anew after
 * four thousand millions of them, are their ids. */
kern_return_t
kern_inspect_tasks(
    struct kern_look *look, uint64_t *cursor, struct kern_portion *portion_out)
{
	kern_portion_begin();
	LIST_FOREACH (node, &ipc_world.spaces) {
		const struct ipc_space *space =
		    CONTAINER_OF(node, struct ipc_space, world_link);
		struct machport_task_record *record;

		if (space->id.number < *cursor || !kern_look_sees(look, space))
			continue;
		record = kern_portion_add(sizeof(*record));
		if (!record) {
			*cursor = space->id.number;
			kern_portion_end(portion_out);
			return KERN_SUCCESS;
		}
		fill_task(record, space);
	}
	*cursor = 0;
	kern_portion_end(portion_out);
	return KERN_SUCCESS;
}

/* --- names ----------------------------------------------------------------- */

/* The names that one call looks at begin at @from and end before this. */
static mach_port_name_t
end_of_piece(mach_port_name_t from)
{
	uint64_t end = (uint64_t)from + ((uint64_t)SLOTS_MOST << 8);

	return end < MACH_PORT_DEAD ? (mach_port_name_t)end : MACH_PORT_DEAD;
}

kern_return_t
kern_inspect_names(struct kern_look *look, uint32_t task, uint64_t *cursor,
    struct kern_portion *portion_out)
{
	struct ipc_space *space = ipc_id_space(task);
	mach_port_name_t from = *cursor < MACH_PORT_DEAD
	    ? (mach_port_name_t)*cursor
	    : MACH_PORT_DEAD;
	mach_port_name_t end = end_of_piece(from);
	const struct ipc_entry *entry;
	mach_port_name_t name;

	if (!space)
		return KERN_INVALID_ARGUMENT;
	if (!kern_look_sees(look, space))
		return KERN_NO_ACCESS;
	ipc_lane_resolve_all(space);
	kern_portion_begin();
	while ((entry = ipc_space_next_below(space, end, &from, &name))) {
		struct machport_name_record *record =
		    kern_portion_add(sizeof(*record));

		if (!record) {
			from = name;
			break;
		}
		kern_inspect_record_entry(look, space, name, entry, record);
	}
	*cursor = from == MACH_PORT_DEAD ? 0 : from;
	kern_portion_end(portion_out);
	return KERN_SUCCESS;
}
