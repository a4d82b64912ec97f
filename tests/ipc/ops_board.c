/* Boards come and go, and ports are posted; ipc_check() compares them with the queues. */
#include <string.h>

#include "base_assert.h"
#include "ipc_board.h"
#include "ipc_lane.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"
#include "lane_clock.h"
#include "ops_world.h"

static uint64_t
read_clock(void)
{
	return lane_clock_read(LANE_CLOCK_MONOTONIC);
}

static void
wake(const void *word)
{
	mp_assert(word);
}

const struct ipc_lane_world ops_lanes = {.ticket = read_clock, .wake = wake};

void
ops_add_board(struct ops_task *task)
{
	if (task->space->board)
		return;
	memset(&task->board, 0, sizeof(task->board));
	mp_assert(
	    ipc_board_add(task->space, &task->board) || !task->space->board);
}

static void
add_or_remove(struct ops_input *input, struct ops_task *task)
{
	if (!task->space->board)
		ops_add_board(task);
	else if (ops_once_in(input, 8))
		ipc_board_remove(task->space);
}

static void
check_post(const struct ipc_port *port, kern_return_t kr)
{
	mp_assert(ipc_port_is_posted(port) == (kr == KERN_SUCCESS));
	mp_assert(kr == KERN_SUCCESS || kr == KERN_NOT_SUPPORTED);
}

void
ops_board(struct ops_input *input)
{
	struct ops_task *task = ops_pick_task(input);
	const struct ipc_entry *entry = ipc_space_find(task->space,
	    ops_pick_typed(input, task->space, MACH_PORT_TYPE_RECEIVE));
	unsigned what = ops_below(input, 8);

	if (what <= 1)
		add_or_remove(input, task);
	else if (!entry || !(entry->type & MACH_PORT_TYPE_RECEIVE))
		return;
	else if (what == 2)
		ipc_board_withdraw(entry->port);
	else if (what == 3)
		ipc_board_ring(entry->port);
	else if (what == 4)
		check_post(entry->port, ipc_board_post_for_lanes(entry->port));
	else if (what == 5)
		ipc_board_unpost(entry->port);
	else if (what == 6)
		ipc_board_stop(entry->port);
	else
		check_post(entry->port, ipc_board_post(entry->port));
}

/* The entry of the port or set that is called @name; or none. */
static uint32_t
index_of(struct ipc_space *space, mach_port_name_t name)
{
	const struct ipc_entry *entry = ipc_space_find(space, name);

	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE))
		return entry->port->board_index;
	if (entry && entry->type == MACH_PORT_TYPE_PORT_SET)
		return entry->pset->board_index;
	return IPC_BOARD_NONE;
}

void
ops_pick_lanes(
    struct ops_input *input, struct ipc_space *space, struct ipc_msg_args *args)
{
	static const uint32_t lanes[] = {0, 0, IPC_LANES_DIRECT,
	    IPC_LANES_KNOWN, IPC_LANES_QUEUE, IPC_LANES_KNOWN | IPC_LANES_QUEUE,
	    IPC_LANES_WAIT, IPC_LANES_KNOWN | IPC_LANES_WAIT};

	const uint32_t index = index_of(space, args->rcv_name);

	args->lanes = lanes[ops_below(input, 8)];
	args->bell = 0;
	if (index != IPC_BOARD_NONE)
		args->bell = args->lanes & IPC_LANES_DIRECT
		    ? ipc_board_stops(space, index)
		    : ipc_board_bell(space, index);
	if (ops_once_in(input, 16))
		args->bell--;
}
