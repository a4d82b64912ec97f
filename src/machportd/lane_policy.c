/* Limits, rates, and idle lanes. */
#include "lane_policy.h"

#include "clock.h"
#include "ipc_lane_look.h"
#include "ipc_port.h"
#include "server.h"
#include "task.h"

/* Of those on a task's board, from others: it is to have some of its own. */
#define IN_MAX (LANE_BOARD_LANES / 4 * 3)

#define OFFERS_NS UINT64_C(100000000)

/* --- how often --------------------------------------------------------------- */

static bool
count_offer(struct user *user, bool is_own)
{
	struct user_offers *offers = &user->offers;
	const uint64_t now = clock_now_ns();

	if (now - offers->since_ns > OFFERS_NS)
		*offers = (struct user_offers){.since_ns = now};
	return is_own ? ++offers->own <= LANE_OFFERS_OWN
	              : ++offers->others <= LANE_OFFERS_OTHERS;
}

/* --- which are idle ---------------------------------------------------------- */

/* Has A sent something since the last look? What it says of that is good enough: it
 * loses its own lane, or keeps it a while. */
static bool
has_moved(const struct lane *lane)
{
	return !lane->looked ||
	    atomic_load_explicit(&lane->ipc.view.sender->tail,
	        memory_order_relaxed) != lane->tail;
}

/* @lane has moved since the last look. */
static void
note_move(struct lane *lane, uint64_t now)
{
	const struct lane_cut cut = lane_drain_cut(&lane->ipc.view);

	/* Often enough for its counters of 32 bits. */
	ipc_lane_count(&lane->ipc, &cut);
	lane->looked = true;
	lane->tail = atomic_load_explicit(
	    &lane->ipc.view.sender->tail, memory_order_relaxed);
	lane->moved_ns = now;
}

/* It did not move since a look that was long enough ago. */
static bool
is_idle(const struct lane *lane, uint64_t now)
{
	return lane->ipc.state == IPC_LANE_OPEN && !has_moved(lane) &&
	    now - lane->moved_ns >= LANE_FRESH_NS;
}

/* For who looks for an idle one: so he knows the next time, however long it is until all are
 * looked at. */
static void
look_at(struct lane *lane, uint64_t now)
{
	if (lane->ipc.state != IPC_LANE_OPEN || !has_moved(lane) ||
	    now - lane->moved_ns < LANE_FRESH_NS)
		return;
	note_move(lane, now);
	list_remove(&lane->live_link);
	list_push_back(&lane->server->lanes.live, &lane->live_link);
}

/* @lane if it is idle, and has been for longer than @other. */
static struct lane *
idler(struct lane *lane, struct lane *other)
{
	const uint64_t now = clock_now_ns();

	if (is_idle(lane, now) && (!other || lane->moved_ns < other->moved_ns))
		return lane;
	look_at(lane, now);
	return other;
}

static struct lane *
idlest_at(const struct ipc_port *port)
{
	struct lane *idlest = NULL;

	LIST_FOREACH (node, &port->lanes)
		idlest = idler(
		    lane_of_ipc(CONTAINER_OF(node, struct ipc_lane, port_link)),
		    idlest);
	return idlest;
}

static struct lane *
idlest_from(const struct task *task)
{
	struct lane *idlest = NULL;

	LIST_FOREACH (node, &task->lanes.out)
		idlest =
		    idler(CONTAINER_OF(node, struct lane, from.link), idlest);
	return idlest;
}

/* Of those whose rings are for regions. */
static struct lane *
idlest_large_from(const struct task *task)
{
	struct lane *idlest = NULL;

	LIST_FOREACH (node, &task->lanes.out) {
		struct lane *lane = CONTAINER_OF(node, struct lane, from.link);

		if (lane_large_bytes(&lane->ipc.view.sizes) > 0)
			idlest = idler(lane, idlest);
	}
	return idlest;
}

static struct lane *
idlest_to(const struct task *task)
{
	struct lane *idlest = NULL;

	LIST_FOREACH (node, &task->lanes.in)
		idlest =
		    idler(CONTAINER_OF(node, struct lane, to.link), idlest);
	return idlest;
}

/* Of all: the list is in that order, as of the last look. */
static struct lane *
idlest_of_all(const struct lane_table *table)
{
	struct lane *lane =
	    CONTAINER_OF(table->live.next, struct lane, live_link);

	return table->live_count > 0 && is_idle(lane, clock_now_ns()) ? lane
	                                                              : NULL;
}

/* --- shares ------------------------------------------------------------------ */

static struct user *
user_of(struct list *port_link)
{
	struct ipc_lane *ipc =
	    CONTAINER_OF(port_link, struct ipc_lane, port_link);

	return lane_of_ipc(ipc)->from.user;
}

/* Of the lanes to @port, how many are of @user. */
static unsigned
share_of(const struct ipc_port *port, const struct user *user)
{
	unsigned share = 0;

	LIST_FOREACH (node, &port->lanes)
		share += user_of(node) == user;
	return share;
}

/* A lane to @port of somebody who has more than half of them, and not @user. */
static struct lane *
greediest_at(const struct ipc_port *port, const struct user *user)
{
	LIST_FOREACH (node, &port->lanes) {
		const struct user *other = user_of(node);

		if (other != user && share_of(port, other) > LANE_PORT_MAX / 2)
			return lane_of_ipc(
			    CONTAINER_OF(node, struct ipc_lane, port_link));
	}
	return NULL;
}

/* Who sends by the most lanes: @user, or somebody else. */
static const struct user *
greediest(const struct user *user)
{
	const struct user *most = user;

	LIST_FOREACH (node, &user->budget->users) {
		const struct user *other =
		    CONTAINER_OF(node, struct user, link);

		if (other->lanes > most->lanes)
			most = other;
	}
	return most;
}

/* A lane of his, if he has more than twice as many as @user would have. */
static struct lane *
greediest_of_all(const struct lane_table *table, const struct user *user)
{
	const struct user *most = greediest(user);

	if (most->lanes <= 2 * (user->lanes + 1))
		return NULL;
	LIST_FOREACH (node, &table->live) {
		struct lane *lane = CONTAINER_OF(node, struct lane, live_link);

		if (lane->from.user == most)
			return lane;
	}
	return NULL;
}

/* --- room -------------------------------------------------------------------- */

static unsigned
count_pair(const struct task *from, const struct task *to)
{
	unsigned count = 0;

	LIST_FOREACH (node, &from->lanes.out)
		count +=
		    CONTAINER_OF(node, struct lane, from.link)->to.task == to;
	return count;
}

/* @lane, if there is one, goes. */
static bool
evict(struct lane *lane)
{
	if (lane)
		lane_close(lane, IPC_LANE_IDLE);
	return lane;
}

static bool
make_room_at(struct ipc_port *port, const struct user *user)
{
	unsigned count = 0;

	LIST_FOREACH (node, &port->lanes)
		count++;
	return count < LANE_PORT_MAX || evict(idlest_at(port)) ||
	    evict(greediest_at(port, user));
}

static bool
make_room_for_all(const struct lane_table *table, const struct user *user)
{
	return table->live_count < LANE_ALL_MAX ||
	    evict(idlest_of_all(table)) || evict(greediest_of_all(table, user));
}

static bool
is_full(const struct task *task)
{
	return task->lanes.out_count + task->lanes.in_count >= LANE_BOARD_LANES;
}

/* A place on a board is free only when its task has let it go: by the next offer, if it
 * is honest. */
static bool
has_room(struct task *from, struct task *to)
{
	if (is_full(from)) {
		(void)evict(idlest_from(from));
		return false;
	}
	if (is_full(to) || to->lanes.in_count >= IN_MAX) {
		(void)evict(idlest_to(to));
		return false;
	}
	return count_pair(from, to) < LANE_PAIR_MAX;
}

/* May there be a ring of so many bytes more? */
static bool
has_bytes(const struct task *from, uint64_t large_bytes)
{
	const struct user *user = from->process->user;

	return large_bytes == 0 ||
	    (from->lanes.large_bytes + large_bytes <= LANE_TASK_LARGE_BYTES &&
	        user->lane_large_bytes + large_bytes <= LANE_USER_LARGE_BYTES);
}

static bool
make_room_for_bytes(const struct task *from, uint64_t large_bytes)
{
	return has_bytes(from, large_bytes) ||
	    (evict(idlest_large_from(from)) && has_bytes(from, large_bytes));
}

kern_return_t
lane_policy_admit(struct task *from, struct task *to, struct ipc_port *port,
    const struct lane_sizes *sizes)
{
	struct lane_table *table = &from->process->server->lanes;
	struct user *user = from->process->user;

	if (!count_offer(user, user == to->process->user))
		return KERN_FAILURE;
	if (task_lanes_shuns(from, to))
		return KERN_NOT_SUPPORTED;
	if (!has_room(from, to) ||
	    !make_room_for_bytes(from, lane_large_bytes(sizes)) ||
	    !make_room_at(port, user) || !make_room_for_all(table, user))
		return KERN_RESOURCE_SHORTAGE;
	return KERN_SUCCESS;
}

/* --- looks ------------------------------------------------------------------- */

static void
look_at_all(struct lane_table *table, uint64_t now)
{
	struct list all;
	struct list moved;
	struct list *node;

	/* Closing one may close others, wherever they are. */
	list_init(&all);
	list_init(&moved);
	list_splice_back(&all, &table->live);
	while ((node = list_pop_front(&all))) {
		struct lane *lane = CONTAINER_OF(node, struct lane, live_link);

		list_push_back(&table->live, node);
		if (lane->ipc.state != IPC_LANE_OPEN)
			continue;
		if (!has_moved(lane)) {
			if (now - lane->moved_ns > LANE_IDLE_NS)
				lane_close(lane, IPC_LANE_IDLE);
		} else {
			note_move(lane, now);
			list_remove(node);
			list_push_back(&moved, node);
		}
	}
	list_splice_back(&table->live, &moved);
}

static void
look(struct kern_timer *timer)
{
	struct lane_table *table = CONTAINER_OF(timer, struct lane_table, look);

	look_at_all(table, clock_now_ns());
	lane_policy_watch(table);
}

void
lane_policy_init(struct lane_table *table)
{
	table->look = (struct kern_timer){.fire = look};
}

void
lane_policy_watch(struct lane_table *table)
{
	if (table->look.place == 0 && table->live_count > 0)
		clock_arm_ms(&table->look, LANE_LOOK_MS);
}
