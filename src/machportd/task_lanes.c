/* Boards, and news. */
#include "task_lanes.h"

#include <unistd.h>

#include "lane_memory.h"
#include "server.h"
#include "task.h"

/* What a board is charged as: its memory, and what the engine keeps of it. */
static const struct ipc_charge board_charge = {
    .bytes = LANE_BOARD_BYTES + sizeof(struct ipc_board)};

void
task_lanes_init(struct task_lanes *lanes)
{
	lanes->board_file = -1;
	list_init(&lanes->out);
	list_init(&lanes->in);
	list_init(&lanes->news);
}

/* All lanes at one end, which is closed already. */
static void
let_all_go(struct list *ends, bool sends)
{
	struct list *node;

	while ((node = ends->next) != ends) {
		struct lane *lane = sends
		    ? CONTAINER_OF(node, struct lane, from.link)
		    : CONTAINER_OF(node, struct lane, to.link);

		lane_let_go(lane, sends ? &lane->from : &lane->to);
	}
}

static void
remove_board(struct task *task)
{
	struct task_lanes *lanes = &task->lanes;

	if (!lanes->board)
		return;
	ipc_board_remove(task->kern->space);
	lane_memory_unmap(lanes->board, LANE_BOARD_BYTES);
	task_lanes_close_board_file(lanes);
	ipc_account_discharge(lanes->account, &board_charge);
	lanes->account = ipc_account_unref(lanes->account);
	lanes->board = NULL;
}

void
task_lanes_deinit(struct task *task)
{
	struct task_lanes *lanes = &task->lanes;

	ipc_lane_close_space(task->kern->space, IPC_LANE_OVER);
	let_all_go(&lanes->out, true);
	let_all_go(&lanes->in, false);
	remove_board(task);
}

void
task_lanes_trim(struct task *task)
{
	const struct task_lanes *lanes = &task->lanes;

	if (lanes->board_file >= 0 && list_empty(&lanes->out) &&
	    list_empty(&lanes->in))
		remove_board(task);
}

static bool
map_board(struct task *task)
{
	struct task_lanes *lanes = &task->lanes;
	void *memory = NULL;

	if (lane_memory_new("machport-board", LANE_BOARD_BYTES, &memory,
	        &lanes->board_file) < 0)
		return false;
	lanes->board = memory;
	lanes->board->version = LANE_BOARD_VERSION;
	if (ipc_board_add(task->kern->space, lanes->board))
		return true;
	lane_memory_unmap(memory, LANE_BOARD_BYTES);
	lanes->board = NULL;
	task_lanes_close_board_file(lanes);
	return false;
}

kern_return_t
task_lanes_make_board(struct task *task)
{
	struct task_lanes *lanes = &task->lanes;
	struct ipc_account *account = task->kern->space->account;

	if (task->process->server->lanes.clock == LANE_CLOCK_NONE)
		return KERN_NOT_SUPPORTED;
	if (lanes->board)
		return KERN_SUCCESS;
	if (!ipc_account_charge(account, &board_charge))
		return KERN_RESOURCE_SHORTAGE;
	if (!map_board(task)) {
		ipc_account_discharge(account, &board_charge);
		return KERN_RESOURCE_SHORTAGE;
	}
	lanes->account = ipc_account_ref(account);
	return KERN_SUCCESS;
}

void
task_lanes_close_board_file(struct task_lanes *lanes)
{
	if (lanes->board_file >= 0)
		(void)close(lanes->board_file);
	lanes->board_file = -1;
}

void
task_lanes_tell(struct task *task, struct lane *lane, enum wire_news news)
{
	struct lane_board *board = task->lanes.board;

	list_remove(&lane->news_link);
	lane->news = (uint8_t)news;
	list_push_back(&task->lanes.news, &lane->news_link);
	/* The bell that is rung for it comes after this. */
	atomic_fetch_add_explicit(&board->news, 1, memory_order_release);
}

bool
task_lanes_is_told(const struct list *link, uint8_t news, bool sends)
{
	return list_linked(link) && (news != WIRE_NEWS_REQUEST) == sends;
}

struct lane *
task_lanes_next_news(struct task_lanes *lanes)
{
	struct list *node = list_pop_front(&lanes->news);

	return node ? CONTAINER_OF(node, struct lane, news_link) : NULL;
}

static uint32_t
id_of(const struct task *task)
{
	return task->kern->space->id.number;
}

static bool
has_shunned(const struct task_lanes *lanes, uint32_t id)
{
	for (unsigned i = 0; i < TASK_SHUNNED_MAX; i++)
		if (lanes->shunned[i] == id)
			return true;
	return false;
}

void
task_lanes_shun(struct task *task, const struct task *peer)
{
	struct task_lanes *lanes = &task->lanes;

	if (has_shunned(lanes, id_of(peer)))
		return;
	lanes->shunned[lanes->shunned_next] = id_of(peer);
	lanes->shunned_next = (lanes->shunned_next + 1) % TASK_SHUNNED_MAX;
}

bool
task_lanes_shuns(const struct task *task, const struct task *peer)
{
	return has_shunned(&task->lanes, id_of(peer)) ||
	    has_shunned(&peer->lanes, id_of(task));
}
