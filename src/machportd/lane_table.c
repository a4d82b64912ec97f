/* Lanes by number, from their offer until nobody knows them. */
#include "lane_table.h"

#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "clock.h"
#include "lane_memory.h"
#include "lane_ring.h"
#include "lane_sleep.h"
#include "server.h"
#include "task.h"

/* The engine knows one clock, for all of its world. */
static enum lane_clock world_clock;

static uint64_t
read_ticket(void)
{
	return lane_clock_read(world_clock);
}

void
lane_table_init(struct lane_table *table, bool enabled)
{
	static const struct ipc_lane_world world = {
	    .wake = lane_wake_all,
	    .ticket = read_ticket,
	};

	table->clock = enabled ? lane_clock_find() : LANE_CLOCK_NONE;
	table->last_id = 0;
	table->live_count = 0;
	list_init(&table->live);
	list_init(&table->settling);
	for (unsigned i = 0; i < LANE_BUCKETS; i++)
		list_init(&table->buckets[i]);
	world_clock = table->clock;
	ipc_world.lanes = world_clock == LANE_CLOCK_NONE ? NULL : &world;
}

static struct list *
bucket_of(struct lane_table *table, uint32_t id)
{
	return &table->buckets[id % LANE_BUCKETS];
}

struct lane *
lane_find_any(struct lane_table *table, uint32_t id)
{
	LIST_FOREACH (node, bucket_of(table, id)) {
		struct lane *lane = CONTAINER_OF(node, struct lane, id_link);

		if (lane->id == id)
			return lane;
	}
	return NULL;
}

struct lane *
lane_find(struct task *task, uint32_t id)
{
	struct lane *lane = lane_find_any(&task->process->server->lanes, id);

	return lane && (lane->from.task == task || lane->to.task == task)
	    ? lane
	    : NULL;
}

/* --- birth ------------------------------------------------------------------- */

/* From within the engine: only take note. */
static void
note_closed(struct ipc_lane *ipc, enum ipc_lane_why why __attribute__((unused)))
{
	struct lane *lane = lane_of_ipc(ipc);
	struct lane_table *table = &lane->server->lanes;
	const uint64_t large_bytes = lane_large_bytes(&ipc->view.sizes);

	list_remove(&lane->live_link);
	table->live_count--;
	lane->from.user->lanes--;
	lane->from.task->lanes.large_bytes -= large_bytes;
	list_push_back(&table->settling, &lane->live_link);
}

static void
step_timeout(struct kern_timer *timer)
{
	lane_close(CONTAINER_OF(timer, struct lane, timer), IPC_LANE_IDLE);
}

/* Charge @task for its end. */
static bool
take_end(struct lane_end *end, struct task *task)
{
	struct user *user = task->process->user;

	if (!user_take(user, USER_LANES))
		return false;
	end->user = user_ref(user);
	return true;
}

static void
give_end(struct lane_end *end)
{
	if (!end->user)
		return;
	user_give(end->user, USER_LANES);
	end->user = user_unref(end->user);
}

static void
init_end(struct lane_end *end)
{
	list_init(&end->link);
	end->file = -1;
}

static struct lane *
alloc_lane(struct task *from, const struct lane_sizes *sizes)
{
	struct lane *lane;

	if (!kern_timer_reserve())
		return NULL;
	lane = base_zalloc(1, sizeof(*lane));
	if (!lane) {
		kern_timer_unreserve();
		return NULL;
	}
	lane->server = from->process->server;
	lane->ipc.view.sizes = *sizes;
	lane->ipc.closed = note_closed;
	lane->timer.fire = step_timeout;
	lane->born_ns = clock_now_ns();
	lane->moved_ns = lane->born_ns;
	list_init(&lane->id_link);
	list_init(&lane->live_link);
	list_init(&lane->news_link);
	init_end(&lane->from);
	init_end(&lane->to);
	return lane;
}

static bool
map_sender(struct ipc_lane *ipc, int file, struct user *user)
{
	struct lane_view *view = &ipc->view;

	if (lane_large_bytes(&view->sizes) > 0)
		ipc->ring = lane_ring_new(file, view, user);
	else
		view->sender =
		    lane_memory_map(file, lane_sender_bytes(&view->sizes));
	return view->sender;
}

/* Messages may keep the sender's. */
static void
unmap(struct ipc_lane *ipc)
{
	struct lane_view *view = &ipc->view;

	if (!ipc->ring)
		lane_memory_unmap(
		    view->sender, lane_sender_bytes(&view->sizes));
	ipc->ring = ipc_ring_unref(ipc->ring);
	lane_memory_unmap(view->receiver, lane_receiver_bytes(&view->sizes));
	view->sender = NULL;
	view->receiver = NULL;
}

kern_return_t
lane_new(struct task *from, int file, const struct lane_sizes *sizes,
    struct lane **lane_out)
{
	struct lane *lane = alloc_lane(from, sizes);

	if (!lane)
		return KERN_RESOURCE_SHORTAGE;
	if (!take_end(&lane->from, from) ||
	    !map_sender(&lane->ipc, file, lane->from.user)) {
		lane_free(lane);
		return KERN_RESOURCE_SHORTAGE;
	}
	lane->from.file = file;
	*lane_out = lane;
	return KERN_SUCCESS;
}

void
lane_free(struct lane *lane)
{
	mp_assert(!lane->from.task && !lane->to.task);
	mp_assert(!list_linked(&lane->news_link));
	unmap(&lane->ipc);
	lane_close_file(&lane->from);
	lane_close_file(&lane->to);
	give_end(&lane->from);
	give_end(&lane->to);
	kern_timer_disarm(&lane->timer);
	kern_timer_unreserve();
	list_remove(&lane->id_link);
	base_free(lane);
}

/* Numbers are used again after all others were, and not while one is in use. */
static uint32_t
new_id(struct lane_table *table)
{
	do
		table->last_id++;
	while (table->last_id == 0 || lane_find_any(table, table->last_id));
	return table->last_id;
}

void
lane_offered(struct lane *lane, struct task *from, struct task *to)
{
	struct lane_table *table = &lane->server->lanes;
	const uint64_t large_bytes = lane_large_bytes(&lane->ipc.view.sizes);

	lane->id = new_id(table);
	list_push_back(bucket_of(table, lane->id), &lane->id_link);
	list_push_back(&table->live, &lane->live_link);
	table->live_count++;
	lane->from.user->lanes++;
	lane->from.task = from;
	from->lanes.large_bytes += large_bytes;
	list_push_back(&from->lanes.out, &lane->from.link);
	from->lanes.out_count++;
	lane->to.task = to;
	list_push_back(&to->lanes.in, &lane->to.link);
	to->lanes.in_count++;
	lane_step(lane, IPC_LANE_OFFERED);
}

bool
lane_set_receiver(struct lane *lane, int file)
{
	struct lane_view *view = &lane->ipc.view;

	if (!take_end(&lane->to, lane->to.task))
		return false;
	view->receiver =
	    lane_memory_map(file, lane_receiver_bytes(&view->sizes));
	if (!view->receiver)
		return false;
	lane->to.file = file;
	return true;
}

void
lane_step(struct lane *lane, enum ipc_lane_state stage)
{
	lane->stage = (uint8_t)stage;
	kern_timer_disarm(&lane->timer);
	if (stage != IPC_LANE_OPEN)
		clock_arm_ms(&lane->timer, lane->server->options.lane_step_ms);
}

/* --- and end ----------------------------------------------------------------- */

void
lane_close_file(struct lane_end *end)
{
	/* It is mapped here: the memory does not go with its last descriptor. */
	if (end->file >= 0)
		(void)close(end->file);
	end->file = -1;
}

void
lane_close(struct lane *lane, enum ipc_lane_why why)
{
	if (lane->ipc.state != IPC_LANE_CLOSED)
		ipc_lane_close(&lane->ipc, why);
}

static void
free_if_unknown(struct lane *lane)
{
	if (lane->settled && !lane->from.task && !lane->to.task)
		lane_free(lane);
}

void
lane_let_go(struct lane *lane, struct lane_end *end)
{
	const bool is_from = end == &lane->from;
	struct task_lanes *lanes = &end->task->lanes;
	uint32_t *index = is_from ? &lane->ipc.from_index : &lane->ipc.to_index;
	struct ipc_board *board = end->task->kern->space->board;

	mp_assert(lane->ipc.state == IPC_LANE_CLOSED);
	if (board && *index != IPC_BOARD_NONE)
		ipc_board_give_lane(board, *index);
	*index = IPC_BOARD_NONE;
	if (is_from)
		lanes->out_count--;
	else
		lanes->in_count--;
	list_remove(&end->link);
	if (task_lanes_is_told(&lane->news_link, lane->news, is_from))
		list_remove(&lane->news_link);
	task_lanes_trim(end->task);
	end->task = NULL;
	give_end(end);
	free_if_unknown(lane);
}

/* @lane is CLOSED. Who does not know that it might have opened need not know that it did
 * not; A is told that it will not. */
static void
settle(struct lane *lane)
{
	kern_timer_disarm(&lane->timer);
	unmap(&lane->ipc);
	lane_close_file(&lane->from);
	lane_close_file(&lane->to);
	if (lane->to.task && lane->stage < IPC_LANE_ACCEPTED)
		lane_let_go(lane, &lane->to);
	if (lane->from.task && lane->stage < IPC_LANE_OPEN)
		task_lanes_tell(lane->from.task, lane, WIRE_NEWS_NEVER);
	lane->settled = true;
	free_if_unknown(lane);
}

void
lane_table_settle(struct lane_table *table)
{
	struct list *node;

	while ((node = list_pop_front(&table->settling)))
		settle(CONTAINER_OF(node, struct lane, live_link));
}
