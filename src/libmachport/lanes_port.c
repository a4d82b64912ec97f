/* Ports and sets that are on the board, and where their messages come from. */
#include "lanes_port.h"

#include <string.h>

#include "call.h"
#include "lanes_await.h"
#include "lanes_need.h"
#include "lanes_watch.h"

/* After a refusal, so many others are not asked for. */
#define REFUSED_PATIENCE 1000u

_Static_assert(LANES_PORT_CELLS >= 2 * LANE_BOARD_PORTS, "as a map has it");

struct lanes_port lanes_ports[LANE_BOARD_PORTS];

_Atomic uint64_t lanes_port_cells[LANES_PORT_CELLS];

_Atomic(const struct lane_board *) lanes_port_the_board;

_Atomic(struct lanes_in *) lanes_port_gone;

struct lanes_lock lanes_post_lock;

static _Atomic uint32_t refused;

void
lanes_port_begin(const struct lane_board *board)
{
	atomic_store_explicit(
	    &lanes_port_the_board, board, memory_order_release);
}

/* --- feeds ------------------------------------------------------------------ */

struct lanes_in *
lanes_port_take_gone(void)
{
	return atomic_exchange_explicit(
	    &lanes_port_gone, NULL, memory_order_acquire);
}

void
lanes_port_put_gone(struct lanes_in *in)
{
	struct lanes_in *first =
	    atomic_load_explicit(&lanes_port_gone, memory_order_relaxed);

	do
		in->next = first;
	while (!atomic_compare_exchange_weak_explicit(&lanes_port_gone, &first,
	    in, memory_order_release, memory_order_relaxed));
}

void
lanes_port_drop_feed(struct lanes_port *port, uint32_t i)
{
	const uint32_t behind = port->feed_count - i - 1;

	lanes_await_none(port);
	if (port->feeds[i].in)
		lanes_port_put_gone(port->feeds[i].in);
	memmove(&port->feeds[i], &port->feeds[i + 1],
	    behind * sizeof(port->feeds[0]));
	memmove(&port->sources[i], &port->sources[i + 1],
	    behind * sizeof(port->sources[0]));
	port->feed_count--;
}

/* False: there are too many of its kind. */
static bool
add_feed(struct lanes_port *port, struct lanes_feed feed)
{
	const uint32_t max = feed.in ? LANES_FEEDS_IN : LANES_FEEDS_OUT;
	uint32_t count = 0;

	for (uint32_t i = 1; i < port->feed_count; i++)
		count += (port->feeds[i].in != NULL) == (feed.in != NULL);
	if (count == max)
		return false;
	lanes_port_expect(port, false);
	lanes_await_none(port);
	port->feeds[port->feed_count] = feed;
	port->sources[port->feed_count++] = (struct lane_source){0};
	return true;
}

/* --- ports ------------------------------------------------------------------ */

static uint32_t
serial_on_board(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->serial, memory_order_acquire);
}

/* It is none of these any more. Its lock is held. */
static void
leave(struct lanes_port *port)
{
	atomic_store_explicit(
	    &port->name, MACH_PORT_NULL, memory_order_release);
	while (port->feed_count > 1)
		lanes_port_drop_feed(port, port->feed_count - 1);
	port->set_count = 0;
	for (size_t i = 0; i < LANE_BOARD_PORTS / 32; i++)
		atomic_store_explicit(
		    &port->members[i], 0, memory_order_relaxed);
}

/* It cannot be found any more by what it was listed by. Under lanes_post_lock, as all of
 * these. */
static void
unlist(struct lanes_port *port)
{
	if (port->listed != MACH_PORT_NULL)
		lanes_map_clear(
		    &lanes_ports_by_name, port->listed, lanes_port_index(port));
	port->listed = MACH_PORT_NULL;
}

static void
list(struct lanes_port *port, mach_port_name_t name)
{
	port->listed = name;
	lanes_map_set(&lanes_ports_by_name, name, lanes_port_index(port));
}

/* It is locked, and called @name: is it so still, and posted? */
static bool
is_still(struct lanes_port *port, mach_port_name_t name)
{
	if (port->name != name || name == MACH_PORT_NULL)
		return false;
	if (port->serial == serial_on_board(port))
		return true;
	leave(port);
	return false;
}

bool
lanes_port_check(struct lanes_port *port, mach_port_name_t name)
{
	if (is_still(port, name))
		return true;
	lanes_lock_give(&port->lock);
	return false;
}

/* What the kernel has just said of a port. */
struct posted {
	mach_port_name_t name;
	uint32_t index;
	mach_port_seqno_t seqno;
	const struct wire_lane_set *sets;
	uint32_t set_count;
	bool is_set;
};

/* The entry of @posted, locked; new if it was another's before. NULL: it is no more, or
 * cannot be had now. */
static struct lanes_port *
enter(const struct posted *posted)
{
	const struct lane_board *board = lanes_port_board();
	struct lanes_port *port;

	if (!board || posted->index >= LANE_BOARD_PORTS)
		return NULL;
	port = &lanes_ports[posted->index];
	if (!lanes_lock_take(&port->lock))
		return NULL;
	/* Not again: it is read without the lock. */
	if (port->board != &board->port[posted->index])
		port->board = &board->port[posted->index];
	if (is_still(port, posted->name))
		return port;
	leave(port);
	unlist(port);
	port->serial = serial_on_board(port);
	if (port->serial % 2 == 0) {
		lanes_lock_give(&port->lock);
		return NULL;
	}
	__atomic_store_n(&port->is_set, posted->is_set, __ATOMIC_RELAXED);
	port->for_replies = false;
	port->lent = 0;
	lanes_port_expect(port, false);
	port->feed_count = 1;
	port->sources[0] = (struct lane_source){.trusted = true};
	port->seqno = posted->seqno;
	port->reset =
	    atomic_load_explicit(&port->board->reset, memory_order_relaxed);
	atomic_store_explicit(&port->name, posted->name, memory_order_release);
	list(port, posted->name);
	lanes_watch_enter(port, posted->name);
	return port;
}

/* Those of a port. */
static bool
enter_sets(const struct posted *posted)
{
	if (posted->set_count > LANES_SETS)
		return false;
	for (uint32_t i = 0; i < posted->set_count; i++) {
		const struct posted set = {
		    .name = posted->sets[i].name,
		    .index = posted->sets[i].index,
		    .is_set = true,
		};
		struct lanes_port *entry = enter(&set);

		if (!entry)
			return false;
		lanes_lock_give(&entry->lock);
	}
	return true;
}

/* @port, locked, is a member of its sets from now on: who receives by one of them, and looks
 * at it only now, finds it so. */
static void
join_sets(struct lanes_port *port, const struct posted *posted)
{
	for (uint32_t i = 0; i < posted->set_count; i++)
		port->sets[i] = posted->sets[i].index;
	port->set_count = posted->set_count;
	for (uint32_t i = 0; i < posted->set_count; i++)
		atomic_fetch_or_explicit(&lanes_port_at(posted->sets[i].index)
		                              ->members[posted->index / 32],
		    1u << posted->index % 32, memory_order_relaxed);
}

/* The port of @posted, locked, and a member of its sets; or NULL. */
static struct lanes_port *
enter_port(const struct posted *posted)
{
	struct lanes_port *port;

	if (posted->index >= LANE_BOARD_PORTS || !enter_sets(posted))
		return NULL;
	port = enter(posted);
	if (port)
		join_sets(port, posted);
	return port;
}

bool
lanes_port_add_in(mach_port_name_t name, uint32_t index,
    mach_port_seqno_t seqno, const struct wire_lane_set *sets,
    uint32_t set_count, struct lanes_in *in)
{
	const struct posted posted = {
	    .name = name,
	    .index = index,
	    .seqno = seqno,
	    .sets = sets,
	    .set_count = set_count,
	};
	struct lanes_port *port;
	bool added;

	/* Before that has its lock: a fork child that goes on here keeps the lane. */
	if (index < LANE_BOARD_PORTS)
		in->port = lanes_port_at(index);
	port = enter_port(&posted);
	if (!port)
		return false;
	added = add_feed(port, (struct lanes_feed){.in = in, .id = in->id});
	lanes_need_tell(port, false);
	lanes_lock_give(&port->lock);
	return added;
}

/* Is @name posted for replies? *@index_out is where. A port that is only there for the lanes
 * to it goes with them. */
static bool
is_posted(mach_port_name_t name, uint32_t *index_out)
{
	struct lanes_port *port = lanes_port_find(name);
	bool for_replies;

	if (!port || !lanes_port_lock(port, name))
		return false;
	*index_out = lanes_port_index(port);
	for_replies = port->for_replies;
	lanes_lock_give(&port->lock);
	return for_replies;
}

/* Ask the kernel to post @name. */
static bool
post(mach_port_name_t name, uint32_t *index_out)
{
	struct posted posted = {.name = name};
	const struct wire_lane_port *answer;
	struct lanes_port *port = NULL;
	struct call_words words;

	if (call_for_words(WIRE_LANE_PORT, &name, 1, &words) != KERN_SUCCESS) {
		atomic_store_explicit(
		    &refused, REFUSED_PATIENCE, memory_order_relaxed);
		return false;
	}
	if (words.count >= sizeof(*answer) / sizeof(uint32_t)) {
		answer = (const struct wire_lane_port *)words.words;
		posted.index = answer->port;
		posted.seqno = answer->seqno;
		posted.sets = (const struct wire_lane_set *)(answer + 1);
		posted.set_count = (uint32_t)((words.count * sizeof(uint32_t) -
		                                  sizeof(*answer)) /
		    sizeof(struct wire_lane_set));
		port = enter_port(&posted);
	}
	call_words_free(&words);
	if (!port)
		return false;
	port->for_replies = true;
	*index_out = lanes_port_index(port);
	lanes_lock_give(&port->lock);
	return true;
}

bool
lanes_port_for_reply(mach_port_name_t name, uint32_t *index_out)
{
	bool done;

	if (is_posted(name, index_out))
		return true;
	if (atomic_load_explicit(&refused, memory_order_relaxed) > 0) {
		atomic_fetch_sub_explicit(&refused, 1, memory_order_relaxed);
		return false;
	}
	if (!lanes_lock_take(&lanes_post_lock))
		return false;
	done = is_posted(name, index_out) || post(name, index_out);
	lanes_lock_give(&lanes_post_lock);
	return done;
}

/* Under the port's lock: what another thread has added meanwhile is of the next lane there. */
static bool
is_gone(const struct lanes_out *out, uint32_t id)
{
	return id == LANES_NO_ID ||
	    atomic_load_explicit(&out->id, memory_order_acquire) != id;
}

bool
lanes_port_add_out(
    uint32_t index, mach_port_name_t name, struct lanes_out *out, uint32_t id)
{
	struct lanes_port *port = &lanes_ports[index];
	bool added = false;

	if (!lanes_port_lock(port, name))
		return false;
	if (is_gone(out, id)) {
		lanes_lock_give(&port->lock);
		return false;
	}
	for (uint32_t i = 1; i < port->feed_count && !added; i++) {
		struct lanes_feed *feed = &port->feeds[i];

		if (feed->out == out) {
			feed->id = id;
			added = true;
		}
	}
	if (!added)
		added =
		    add_feed(port, (struct lanes_feed){.out = out, .id = id});
	lanes_lock_give(&port->lock);
	return added;
}

/* --- members ---------------------------------------------------------------- */

static bool
is_member(const struct lanes_port *port, const struct lanes_port *set)
{
	for (uint32_t i = 0; i < port->set_count; i++)
		if (port->sets[i] == lanes_port_index(set))
			return true;
	return false;
}

/* Under its lock: it may become one again by another thread. */
static void
forget_member(struct lanes_port *set, uint32_t index)
{
	atomic_fetch_and_explicit(&set->members[index / 32],
	    ~(1u << index % 32), memory_order_relaxed);
}

static bool
has_member(const struct lanes_port *set, uint32_t index)
{
	return atomic_load_explicit(
	           &set->members[index / 32], memory_order_relaxed) &
	    1u << index % 32;
}

bool
lanes_port_lock_member(
    struct lanes_port *set, uint32_t index, struct lanes_port **port_out)
{
	struct lanes_port *port = &lanes_ports[index];

	*port_out = NULL;
	if (!has_member(set, index))
		return true;
	if (!lanes_lock_take(&port->lock))
		return atomic_load_explicit(
		           &port->name, memory_order_relaxed) == MACH_PORT_NULL;
	if (is_still(port, port->name) && is_member(port, set)) {
		*port_out = port;
		return true;
	}
	forget_member(set, index);
	lanes_lock_give(&port->lock);
	return true;
}

uint32_t
lanes_port_count_members(const struct lanes_port *set)
{
	uint32_t count = 0;

	for (size_t i = 0; i < LANE_BOARD_PORTS / 32; i++)
		count += (uint32_t)__builtin_popcount(atomic_load_explicit(
		    &set->members[i], memory_order_relaxed));
	return count;
}

/* --- slots ------------------------------------------------------------------ */

uint32_t
lanes_port_due(const struct lanes_port *port, const struct lane_out *lane)
{
	const uint32_t index = lanes_port_index(port);
	uint32_t due = 0;

	for (uint32_t left = lane->issued; left != 0; left &= left - 1) {
		const uint32_t slot = (uint32_t)__builtin_ctz(left);

		if (lane->port[slot] == index && lanes_port_is_due(lane, slot))
			due |= 1u << slot;
	}
	return due;
}

/* What this thread is in the middle of finds that the port is another. */
static void
forget_port(struct lanes_port *port)
{
	const struct lane_board_port *board = port->board;
	const _Atomic uint32_t *peer_cpu =
	    atomic_load_explicit(&port->awaited.peer_cpu, memory_order_relaxed);

	if (lanes_lock_inherit(&port->lock)) {
		atomic_store_explicit(
		    &port->name, MACH_PORT_NULL, memory_order_relaxed);
		port->listed = MACH_PORT_NULL;
		lanes_await_none(port);
		return;
	}
	memset(port, 0, sizeof(*port));
	/* It may be about to look there. */
	port->board = board;
	atomic_store_explicit(
	    &port->awaited.peer_cpu, peer_cpu, memory_order_relaxed);
}

void
lanes_port_forget(void)
{
	for (size_t i = 0; i < LANE_BOARD_PORTS; i++)
		if (lanes_ports[i].board)
			forget_port(&lanes_ports[i]);
	memset(lanes_port_cells, 0, sizeof(lanes_port_cells));
	(void)lanes_lock_inherit(&lanes_post_lock);
	atomic_store_explicit(&lanes_port_gone, NULL, memory_order_relaxed);
	atomic_store_explicit(&refused, 0, memory_order_relaxed);
}
