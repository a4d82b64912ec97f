/*
 * The ports and sets of this process that have an entry on the board: where messages come
 * from other than by the kernel alone.
 *
 * One struct for each entry of the board, by its index; never given back. So it may be
 * found without a lock, and is looked at under its own, the receive lock, which tells
 * whether it is (still) the one that was meant: `name`, and `serial`, which the kernel
 * changes when the entry goes.
 *
 * What a port has are its feeds: the kernel's queue, the lanes to it, and the lanes by
 * which requests went that are to be answered to it. A set has members.
 *
 * Lock order: lanes_post_lock, a set's lock, a port's lock, a lane's.
 */
#ifndef LIBMACHPORT_LANES_PORT_H
#define LIBMACHPORT_LANES_PORT_H

#include <mach/port.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lane_receive.h"
#include "lane_spin.h"
#include "lanes_lock.h"
#include "lanes_map.h"
#include "lanes_table.h"
#include "wire_lane.h"

/* So many lanes go to a port, and so many others bring it replies. */
#define LANES_FEEDS_IN 64u
#define LANES_FEEDS_OUT 32u
#define LANES_FEEDS (1 + LANES_FEEDS_IN + LANES_FEEDS_OUT)
#define LANES_FEED_QUEUE 0u /* the kernel's queue is always the first */

/* A port is in no more sets than this, or has no lanes. */
#define LANES_SETS WIRE_LANE_SETS

/* Where messages of a port come from: one of the two, or neither for the kernel's queue. */
struct lanes_feed {
	struct lanes_in *in;
	struct lanes_out *out;
	uint32_t id; /* of the lane, when it was added */
};

/* What a message is expected to change, and what it was (lanes_await.h): read without a lock. */
struct lanes_awaited {
	_Atomic(const _Atomic uint32_t *) word; /* NULL: not one word alone */
	_Atomic(const _Atomic uint32_t *) peer_cpu;
	_Atomic uint32_t value;
	_Atomic uint32_t bell; /* on the board, then */
	/* (lock) Of the lane to it: how many messages there had been when none was left. */
	uint32_t count;
	/* (lock) For how many more messages it is not tried to have several come at once; or
	 * to wait for one reply alone. */
	uint32_t patience;
};

struct lanes_port {
	struct lanes_lock lock;        /* the receive lock */
	_Atomic mach_port_name_t name; /* (lock) MACH_PORT_NULL: none is here */
	mach_port_name_t listed; /* (lanes_post_lock) what it is found by */
	const struct lane_board_port *board;
	uint32_t serial; /* (lock) of the entry, when it was listed */
	/* (lock) No _Atomic: who has the lock, as mostly, looks by one instruction. */
	bool is_set;

	/* A port's, (lock). */
	uint32_t feed_count;
	struct lanes_feed feeds[LANES_FEEDS];
	struct lane_source sources[LANES_FEEDS]; /* as lane_pick() has them */
	mach_port_seqno_t seqno;                 /* of the next message */
	uint32_t reset;                          /* as on the board */
	uint32_t tidied;  /* the bell, when closed lanes were let go last */
	bool for_replies; /* LANE_PORT was asked for it */
	/* Threads by which it is lent (lanes_direct.h), if `stops` is still this. */
	uint32_t lent;
	uint32_t lent_stops;
	/* The last message came by the kernel's queue, and the next one may: a hint,
	 * without a lock. */
	_Atomic bool by_kernel;
	/* Its sets: their indices. Read without the lock, too. */
	_Atomic uint32_t set_count;
	_Atomic uint32_t sets[LANES_SETS];

	/* A set's: a bit for each index, and (lock) whose turn it is. */
	_Atomic uint32_t members[LANE_BOARD_PORTS / 32];
	uint32_t turn;

	/* Threads that sleep, by how they are to be woken: enum lane_waiting. Counted
	 * before anybody is asked to wake them. One whose handler has left by longjmp()
	 * stays one of them: some are woken for nothing then, or by the kernel. */
	_Atomic uint32_t sleepers[LANE_KICK + 1];
	/* A descriptor shows whether a message is there (lanes_watch.h): who sends has
	 * the kernel ring. And the bell, when it was found that none is. */
	_Atomic bool watched;
	_Atomic uint32_t settled;
	struct lane_spin spin;
	struct lanes_awaited awaited;
};

/* Held from a trap that makes the kernel post a port until it is listed here. */
extern struct lanes_lock lanes_post_lock;

/* Wait until what another thread has posted is listed. False: there was none, or it cannot be
 * waited for. With no lock. */
static inline bool
lanes_port_await(void)
{
	/* Pairs with lanes_lock_give(), of that thread. */
	if (atomic_load_explicit(&lanes_post_lock.word, memory_order_acquire) ==
	        0 ||
	    !lanes_lock_take(&lanes_post_lock))
		return false;
	lanes_lock_give(&lanes_post_lock);
	return true;
}

/* The board, when it is there; until then it is NULL, or where that of the parent was. */
void lanes_port_begin(const struct lane_board *board);
extern _Atomic(const struct lane_board *) lanes_port_the_board;

static inline const struct lane_board *
lanes_port_board(void)
{
	return atomic_load_explicit(
	    &lanes_port_the_board, memory_order_acquire);
}

/* By board index; and where each is, by name. */
#define LANES_PORT_CELLS 1024u
extern struct lanes_port lanes_ports[LANE_BOARD_PORTS];
extern _Atomic uint64_t lanes_port_cells[LANES_PORT_CELLS];

static const struct lanes_map lanes_ports_by_name = {
    lanes_port_cells, LANES_PORT_CELLS};

/* The port or set called @name; NULL: it is none of these. Without a lock: one may be missed
 * while others come and go. */
static inline struct lanes_port *
lanes_port_find(mach_port_name_t name)
{
	const uint32_t place = lanes_map_find(&lanes_ports_by_name, name);
	struct lanes_port *port;

	if (place == 0)
		return NULL;
	port = &lanes_ports[place - 1];
	return atomic_load_explicit(&port->name, memory_order_acquire) == name
	    ? port
	    : NULL;
}

/* That of a board index. */
static inline struct lanes_port *
lanes_port_at(uint32_t index)
{
	return &lanes_ports[index];
}

static inline uint32_t
lanes_port_index(const struct lanes_port *port)
{
	return (uint32_t)(port - lanes_ports);
}

/* The serial number that the entry @index has on the board now. */
static inline uint32_t
lanes_port_serial(uint32_t index)
{
	return atomic_load_explicit(
	    &lanes_port_board()->port[index].serial, memory_order_acquire);
}

/* @port, locked, may be another than the one called @name, or not be posted any more: then
 * it is forgotten, and the lock given back. */
bool lanes_port_check(struct lanes_port *port, mach_port_name_t name)
    __attribute__((warn_unused_result));

/* Lock @port if it is still called @name and posted. False: the lock is not held. */
__attribute__((warn_unused_result)) static inline bool
lanes_port_lock(struct lanes_port *port, mach_port_name_t name)
{
	if (!lanes_lock_take(&port->lock))
		return false;
	if (name != MACH_PORT_NULL &&
	    atomic_load_explicit(&port->name, memory_order_relaxed) == name &&
	    port->serial ==
	        atomic_load_explicit(
	            &port->board->serial, memory_order_acquire))
		return true;
	return lanes_port_check(port, name);
}

/* Without a lock: then it may be another meanwhile. */
static inline bool
lanes_port_may_be_set(const struct lanes_port *port)
{
	return __atomic_load_n(&port->is_set, __ATOMIC_RELAXED);
}

static inline void
lanes_port_expect(struct lanes_port *port, bool by_kernel)
{
	atomic_store_explicit(
	    &port->by_kernel, by_kernel, memory_order_relaxed);
}

/* The kernel has set the sequence number, or given a message away. Under the lock. */
static inline void
lanes_port_note_seqno(struct lanes_port *port)
{
	const uint32_t reset =
	    atomic_load_explicit(&port->board->reset, memory_order_acquire);

	if (reset == port->reset)
		return;
	port->reset = reset;
	port->seqno =
	    atomic_load_explicit(&port->board->seqno, memory_order_relaxed);
}

/* One sleeps no more that was counted; not so in a fork child that a handler has made meanwhile. */
static inline void
lanes_port_wake_up(struct lanes_port *port, enum lane_waiting how)
{
	_Atomic uint32_t *count = &port->sleepers[how];

	if (atomic_load_explicit(count, memory_order_relaxed) > 0)
		atomic_fetch_sub_explicit(count, 1, memory_order_relaxed);
}

/**
 * lanes_port_add_in() - list a lane to a port
 * @name, @index, @seqno, @sets: of the port, as LANE_ACCEPT answers
 * @in:		with its id, and all that it needs to be taken from
 *
 * The caller has lanes_post_lock since before that trap. False: it cannot be had, and is
 * to be refused. Else it is let go of by lanes_gone_in(), when it is closed.
 */
bool lanes_port_add_in(mach_port_name_t name, uint32_t index,
    mach_port_seqno_t seqno, const struct wire_lane_set *sets,
    uint32_t set_count, struct lanes_in *in)
    __attribute__((warn_unused_result));

/**
 * lanes_port_for_reply() - have replies to @name come by slots
 * @index_out:	[out] on the board
 *
 * True also if it is posted already. False: they come by the kernel.
 */
bool lanes_port_for_reply(mach_port_name_t name, uint32_t *index_out)
    __attribute__((warn_unused_result));

/* Replies to port @index, called @name, may come by @out, whose number is @id. To be called
 * before the first request for each pair, and each again; with no lane's lock. False: no room, or
 * the port is another by now, or the lane. */
bool lanes_port_add_out(uint32_t index, mach_port_name_t name,
    struct lanes_out *out, uint32_t id) __attribute__((warn_unused_result));

/**
 * lanes_port_lock_member() - the port of board index @index, if it is in @set, locked
 * @port_out:	[out] NULL: no member, and not locked
 *
 * False: its lock cannot be had.
 */
bool lanes_port_lock_member(struct lanes_port *set, uint32_t index,
    struct lanes_port **port_out) __attribute__((warn_unused_result));

/* The index of the first of its members from @from on; LANE_BOARD_PORTS, or @from if that is
 * more: there is none. It may have left. */
static inline uint32_t
lanes_port_next_member(const struct lanes_port *set, uint32_t from)
{
	uint32_t i = from;

	for (; i < LANE_BOARD_PORTS; i = (i | 31) + 1) {
		const uint32_t left =
		    atomic_load_explicit(
		        &set->members[i / 32], memory_order_relaxed) >>
		    i % 32;

		if (left != 0)
			return i + (uint32_t)__builtin_ctz(left);
	}
	return i;
}

/* How many there are, at most; exactly, while no member has left that was not looked at
 * since. */
uint32_t lanes_port_count_members(const struct lanes_port *set);

/* Feed @i, not the kernel's queue, is closed. Under the lock. */
void lanes_port_drop_feed(struct lanes_port *port, uint32_t i);

/* Lanes that are no feeds any more: a stack, by their `next`. For lanes_gone_in(). */
extern _Atomic(struct lanes_in *) lanes_port_gone;

static inline bool
lanes_port_has_gone(void)
{
	return atomic_load_explicit(&lanes_port_gone, memory_order_relaxed) !=
	    NULL;
}

/* All of them; and one that is to stay there. */
struct lanes_in *lanes_port_take_gone(void);
void lanes_port_put_gone(struct lanes_in *in);

/* Is the lane of @feed, which brings replies, still that one? */
static inline bool
lanes_port_has_out(const struct lanes_feed *feed)
{
	return atomic_load_explicit(&feed->out->id, memory_order_relaxed) ==
	    feed->id;
}

/* Lock the lane of @feed, which brings replies. False: not locked; it is another, or its lock
 * cannot be had, which lanes_port_has_out() tells. */
__attribute__((warn_unused_result)) static inline bool
lanes_port_lock_out(const struct lanes_feed *feed)
{
	if (!lanes_lock_take(&feed->out->lock))
		return false;
	if (lanes_port_has_out(feed))
		return true;
	lanes_lock_give(&feed->out->lock);
	return false;
}

/* May a reply come in @slot, for which a token is out? Not if the kernel has decided about
 * it. The lane is locked. */
static inline bool
lanes_port_is_due(const struct lane_out *lane, uint32_t slot)
{
	return atomic_load_explicit(
	           &lane->board->state, memory_order_acquire) != LANE_CLOSED &&
	    atomic_load_explicit(
	        &lane->board->kslot[slot], memory_order_acquire) >>
	        2 !=
	    lane->generation[slot];
}

/* The slots in which one to @port may come, a bit for each. */
uint32_t lanes_port_due(
    const struct lanes_port *port, const struct lane_out *lane);

/* In a fork child: there are none. */
void lanes_port_forget(void);

#endif
