/* The operations other than messages, and which is done how often. */
#include "ops.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ops_world.h"

#define ANY_RECEIVE MACH_PORT_TYPE_RECEIVE
#define ANY_SET MACH_PORT_TYPE_PORT_SET

static struct ipc_space *
pick_space(struct ops_input *input)
{
	return ops_pick_task(input)->space;
}

/* A name for a task to choose: mostly a good one, and seldom the same. */
static mach_port_name_t
choose_name(struct ops_input *input, const struct ipc_space *space)
{
	if (ops_once_in(input, 8))
		return ops_word(input);
	if (ops_once_in(input, 4)) /* what a slot in use is called next */
		return ops_pick_name(input, space) + 4;
	return MACH_PORT_MAKE(
	    1 + (ops_world.operation * 7u + ops_byte(input)) % 300, 0x03000000);
}

static mach_port_right_t
pick_right(struct ops_input *input)
{
	static const mach_port_right_t rights[] = {MACH_PORT_RIGHT_RECEIVE,
	    MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_RECEIVE,
	    MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_PORT_SET,
	    MACH_PORT_RIGHT_DEAD_NAME, MACH_PORT_RIGHT_SEND, 99};

	return rights[ops_below(input, sizeof(rights) / sizeof(rights[0]))];
}

static void
op_allocate(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	mach_port_right_t right = pick_right(input);
	mach_port_name_t name;

	if (ops_once_in(input, 8))
		(void)ipc_mach_port_allocate_name(
		    space, right, choose_name(input, space));
	else if (ipc_mach_port_allocate(space, right, &name) == KERN_SUCCESS)
		mp_assert(ipc_space_find_raw(space, name));
}

static void
op_rename(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name = ops_pick_name(input, space);
	mach_port_name_t new_name = choose_name(input, space);

	if (ipc_mach_port_rename(space, name, new_name) == KERN_SUCCESS)
		mp_assert(ipc_space_find_raw(space, new_name) &&
		    !ipc_space_find_raw(space, name));
}

static void
op_mode(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	bool mach3 = !ops_once_in(input, 4);

	if (ipc_space_set_mach3(space, mach3) != KERN_SUCCESS)
		mp_assert(!mach3 && space->tree.count > 0);
}

static void
op_deallocate(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);

	(void)ipc_mach_port_deallocate(space, ops_pick_name(input, space));
}

static void
op_destroy(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);

	(void)ipc_mach_port_destroy(space, ops_pick_name(input, space));
}

static void
op_mod_refs(struct ops_input *input)
{
	static const mach_port_delta_t deltas[] = {
	    -1, -1, 1, 1, 2, -2, 0, 65535, 65534, -65535};
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name = ops_pick_name(input, space);
	mach_port_right_t right = ops_below(input, 7);
	mach_port_delta_t delta =
	    deltas[ops_below(input, sizeof(deltas) / sizeof(deltas[0]))];

	(void)ipc_mach_port_mod_refs(space, name, right, delta);
}

static void
op_insert_right(struct ops_input *input)
{
	struct ipc_space *caller = pick_space(input);
	struct ipc_space *space =
	    ops_below(input, 2) ? pick_space(input) : caller;
	mach_port_name_t right = ops_pick_name(input, caller);
	mach_msg_type_name_t disposition =
	    ops_pick_disposition(input, caller, right, true);
	mach_port_name_t name = choose_name(input, space);

	if (ops_below(input, 2))
		name = ops_pick_name(input, space);
	if (space == caller && ops_below(input, 2))
		name = right;
	(void)ipc_mach_port_insert_right(
	    space, name, caller, right, disposition);
}

static void
op_extract_right(struct ops_input *input)
{
	struct ipc_space *caller = pick_space(input);
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name = ops_pick_name(input, space);
	mach_msg_type_name_t disposition =
	    ops_pick_disposition(input, space, name, true);
	mach_msg_type_name_t type;
	mach_port_name_t right;

	if (ipc_mach_port_extract_right(space, name, disposition, caller,
	        &right, &type) == KERN_SUCCESS)
		mp_assert(!MACH_PORT_VALID(right) ||
		    ipc_space_find_raw(caller, right));
}

static void
op_request(struct ops_input *input)
{
	static const mach_msg_id_t ids[] = {66, 66, 69, 70, 72, 72, 71};
	struct ipc_space *caller = pick_space(input);
	struct ipc_space *space =
	    ops_once_in(input, 8) ? pick_space(input) : caller;
	mach_port_name_t name = ops_pick_name(input, space);
	mach_msg_id_t id = ids[ops_below(input, sizeof(ids) / sizeof(ids[0]))];
	mach_port_mscount_t sync = ops_below(input, 3);
	mach_port_name_t notify = MACH_PORT_NULL;
	mach_msg_type_name_t disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE;
	mach_port_name_t previous;

	if (!ops_once_in(input, 8))
		notify = ops_pick_typed(input, caller,
		    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_SEND_ONCE);
	if (ops_below(input, 4) == 3)
		disposition =
		    ops_pick_disposition(input, caller, notify, false);
	if (ipc_mach_port_request_notification(space, name, id, sync, caller,
	        notify, disposition, &previous) == KERN_SUCCESS)
		mp_assert(!MACH_PORT_VALID(previous) ||
		    ipc_space_find_raw(caller, previous));
}

/* A backup port of Mach 2.5, or none any more. */
static void
op_backup(struct ops_input *input)
{
	struct ipc_space *caller = pick_space(input);
	struct ipc_space *space =
	    ops_once_in(input, 8) ? pick_space(input) : caller;
	mach_port_name_t name = ops_pick_typed(input, space, ANY_RECEIVE);
	mach_port_name_t backup = MACH_PORT_NULL;
	mach_port_name_t previous;

	if (!ops_once_in(input, 4))
		backup = ops_pick_typed(input, caller, MACH_PORT_TYPE_SEND);
	if (ipc_mach_port_set_backup(space, name, caller, backup, &previous) ==
	    KERN_SUCCESS)
		mp_assert(!MACH_PORT_VALID(previous) ||
		    ipc_space_find_raw(caller, previous));
}

/* A right that a call of Mach 2.5 gave; some task is told of its end. */
static void
op_compat(struct ops_input *input)
{
	struct ops_task *task = ops_pick_task(input);
	struct ipc_space *space = task->space;
	mach_port_name_t name = ops_pick_name(input, space);
	struct ipc_space *told =
	    ops_once_in(input, 8) ? pick_space(input) : space;
	mach_port_name_t notify =
	    ops_pick_typed(input, told, MACH_PORT_TYPE_RECEIVE);
	const struct ipc_entry *entry = ipc_space_find_raw(told, notify);
	struct ipc_port *port = IPC_PORT_NULL;

	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE))
		port = entry->port;
	if (ipc_mach_port_compat(space, name, port) == KERN_SUCCESS)
		task->compat = true;
}

static void
op_member(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	mach_port_name_t port = ops_pick_typed(input, space, ANY_RECEIVE);
	mach_port_name_t set = ops_pick_typed(input, space, ANY_SET);

	switch (ops_below(input, 4)) {
	case 0:
	case 1:
		(void)ipc_mach_port_insert_member(space, port, set);
		break;
	case 2:
		(void)ipc_mach_port_extract_member(space, port, set);
		break;
	default:
		(void)ipc_mach_port_move_member(
		    space, port, ops_once_in(input, 4) ? MACH_PORT_NULL : set);
		break;
	}
}

static void
op_set(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name = ops_pick_typed(input, space, ANY_RECEIVE);
	uint32_t value = ops_below(input, 9);

	if (ops_once_in(input, 4))
		(void)ipc_mach_port_set_mscount(space, name, value);
	else if (ops_once_in(input, 8))
		(void)ipc_mach_port_set_seqno(space, name, value - 4u);
	else
		(void)ipc_mach_port_set_attributes(
		    space, name, MACH_PORT_LIMITS_INFO, &value, 1);
}

static void
ask_arrays(struct ipc_space *space, mach_port_name_t name)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	uint32_t count;

	if (ipc_mach_port_names(space, &names, &types, &count) ==
	    KERN_SUCCESS) {
		mp_assert(count == space->used);
		base_free(names);
		base_free(types);
	}
	if (ipc_mach_port_get_set_status(space, name, &names, &count) ==
	    KERN_SUCCESS)
		base_free(names);
}

static void
ask_space(struct ipc_space *space)
{
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;

	if (ipc_mach_port_space_info(space, &info, &table, &count) !=
	    KERN_SUCCESS)
		return;
	mp_assert(count == space->used);
	base_free(table);
}

static void
ask_port(
    struct ops_input *input, struct ipc_space *space, mach_port_name_t name)
{
	mach_port_context_t context;
	mach_port_rights_t srights;
	struct ipc_peek peek;
	uint32_t total;
	uint32_t used;

	(void)ipc_mach_port_get_context(space, name, &context);
	(void)ipc_mach_port_get_srights(space, name, &srights);
	(void)ipc_mach_port_kobject(space, name, &used);
	if (ipc_mach_port_dnrequest_info(space, name, &total, &used) ==
	    KERN_SUCCESS)
		mp_assert(used <= total);
	if (ipc_mach_port_peek(space, name, ops_word(input),
	        ops_below(input, 8), sizeof(peek.trailer),
	        &peek) == KERN_SUCCESS)
		mp_assert(peek.size >= sizeof(mach_msg_header_t) + 8);
}

/* Questions change nothing, but that dead names are noticed. */
static void
op_ask(struct ops_input *input)
{
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name = ops_pick_name(input, space);
	uint32_t info[MACH_PORT_INFO_EXT_COUNT];
	mach_msg_type_number_t count = MACH_PORT_INFO_EXT_COUNT;
	mach_port_urefs_t refs;
	mach_port_type_t type;

	switch (ops_below(input, 6)) {
	case 0:
		(void)ipc_mach_port_type(space, name, &type);
		break;
	case 3:
		ask_port(input, space, name);
		break;
	case 4:
		ask_space(space);
		break;
	case 1:
		(void)ipc_mach_port_get_refs(
		    space, name, ops_below(input, 7), &refs);
		break;
	case 2:
		(void)ipc_mach_port_get_attributes(space, name,
		    (mach_port_flavor_t)ops_below(input, 10), info, &count);
		break;
	default:
		ask_arrays(space, name);
		break;
	}
}

/* A naked right is put where only the kernel has it, and given out again. */
static void
op_slot(struct ops_input *input)
{
	struct ipc_slot *slot = &ops_world.slots[ops_below(input, OPS_SLOTS)];
	struct ipc_space *space = pick_space(input);
	mach_port_name_t name =
	    ops_pick_typed(input, space, MACH_PORT_TYPE_SEND);
	struct ipc_port *right = IPC_PORT_NULL;

	if (ops_below(input, 2)) {
		if (ipc_right_copyin(space, name, MACH_MSG_TYPE_COPY_SEND,
		        &right) != KERN_SUCCESS)
			right = IPC_PORT_NULL;
		ipc_slot_set(slot, right);
		return;
	}
	right = ops_below(input, 2) ? ipc_slot_copy(slot)
	                            : ipc_kobject_make_send(&ops_world.device);
	if (ipc_right_copyout(space, right, MACH_MSG_TYPE_PORT_SEND, &name) !=
	    KERN_SUCCESS)
		ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
}

/* A task or the device dies, and another takes its place. Memory that does not
 * last for the new one is no failure of the old one's death. */
static void
op_die(struct ops_input *input)
{
	if (ops_once_in(input, 3)) {
		ipc_kobject_deinit(&ops_world.device);
		base_alloc_fail_at(0);
		ops_device_begin();
	} else {
		struct ops_task *task = ops_pick_task(input);

		ops_task_end(task);
		base_alloc_fail_at(0);
		ops_task_begin(task);
	}
}

/* How often each comes, in 256. */
static const struct {
	unsigned weight;
	void (*run)(struct ops_input *input);
} operations[] = {
    {44, ops_send},
    {34, ops_receive},
    {15, op_allocate},
    {8, ops_board},
    {24, ops_lane},
    {3, ops_construct},
    {2, ops_destruct},
    {3, ops_guard},
    {17, op_insert_right},
    {3, ops_watch},
    {13, op_extract_right},
    {14, op_request},
    {11, op_member},
    {8, op_set},
    {10, ops_cancel},
    {12, op_deallocate},
    {8, op_mod_refs},
    {6, op_destroy},
    {3, op_rename},
    {3, op_compat},
    {2, op_backup},
    {5, op_ask},
    {4, op_slot},
    {2, ops_abandon},
    {1, op_mode},
    {1, op_die},
};

bool
ops_step(struct ops_input *input)
{
	unsigned choice = ops_byte(input);
	size_t i = 0;

	if (input->count == 0)
		return false;
	ops_world.operation++;
	while (choice >= operations[i].weight)
		choice -= operations[i++].weight;
	operations[i].run(input);
	return true;
}
