/*
 * The lanes of this process, by name and by number.
 *
 * A struct here is never given back, only used again for another lane: so it may be found
 * without a lock, and looked at under its own, which tells whether it is (still) the one
 * that was meant. Not to be found is no harm either: what is not done by a lane is done
 * by trap.
 *
 * Entries come and go under lanes_open's lock (lanes_open.h), and the entry's own.
 *
 * Who finds that a lane is CLOSED, and has settled what he was at, drops it: it cannot be
 * found any more, its memory is unmapped, and the kernel is told by LANE_FORGET, so that it
 * may use the number and the places on boards again.
 */
#ifndef LIBMACHPORT_LANES_TABLE_H
#define LIBMACHPORT_LANES_TABLE_H

#include <mach/port.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lane_receive.h"
#include "lane_send.h"
#include "lane_spin.h"
#include "lanes_lock.h"
#include "lanes_map.h"
#include "lanes_view.h"
#include "wire_lane.h"

/* No lane has this number. */
#define LANES_NO_ID 0u

struct lanes_port; /* lanes_port.h */

/* A reply port of requests by a lane: replies to it come by the lane's slots, for as long as
 * its entry on the board has this serial number. */
struct lanes_reply_port {
	mach_port_name_t name; /* MACH_PORT_NULL: none is here */
	uint32_t index;
	uint32_t serial;
};

/* More of one lane have to be looked for with each request. */
#define LANES_REPLY_PORTS 8u

/* A lane to the port of a send right of ours. */
struct lanes_out {
	struct lanes_lock lock;
	/* What it was found by; MACH_PORT_NULL: nothing. The right may have gone, and the
	 * name be another's: then the lane is closed. */
	_Atomic mach_port_name_t name;
	/* (lanes_post_lock) What it will be found by: it is being opened. Who lets go
	 * of an open one, where it is nothing already, has no such lock. */
	_Atomic mach_port_name_t wanted;
	_Atomic uint32_t id;  /* (lock) the kernel's; LANES_NO_ID: not in use */
	struct lane_out lane; /* (lock) */
	struct lanes_view view;             /* of lane.theirs */
	struct lane_spin space_spin;        /* waits for room */
	struct wire_lane_identity receiver; /* of the replies' trailers */
	struct lanes_reply_port reply_ports[LANES_REPLY_PORTS]; /* (lock) */
	/* (lock) Lanes that were here before. Who waits for room sleeps on it, too. */
	_Atomic uint32_t gone;
	/* (lock) Each message is looked at afterwards: lanes flip, or the ring is large.
	 * Then (lanes_large.h) messages that were not, and when the last was that was. */
	bool is_watched;
	uint32_t small_count;
	uint64_t large_ms;
	/* (lock) Threads that sleep for room. One whose handler has left by longjmp() is one of
	 * them for as long as the lane is there: B wakes for nothing then. */
	uint32_t waiters;
	uint32_t sleeps; /* (lock) for room, so far: twice as many */
};

/* Without its lock another thread may let go of the lane meanwhile. */
static inline uint32_t
lanes_out_gone(const struct lanes_out *out)
{
	return atomic_load_explicit(&out->gone, memory_order_relaxed);
}

/* A lane to a port that we receive from. */
struct lanes_in {
	/* Under the port's receive lock: the ring. Under this one: `live`, and the slots; and
	 * all of it, while a lane comes or goes. */
	struct lanes_lock slot_lock;
	_Atomic uint32_t id; /* LANES_NO_ID: none is here */
	/* The port, and the next lane of it: lanes_port's, under its receive lock. */
	struct lanes_port *port;
	struct lanes_in *next;
	struct lane_in lane;
	struct lanes_view view;                 /* of lane.theirs */
	struct wire_lane_identity sender;       /* of the messages' trailers */
	mach_port_name_t names[LANE_SLOTS_MAX]; /* without a generation */
	/* (slot_lock) The token of each slot that the program has: its generation; 0: none.
	 * What a reply may be written for. Taking a request makes it so, which voids
	 * an older one (lanes.md 6). */
	uint32_t live[LANE_SLOTS_MAX];
	/* Under the port's receive lock: the last token of each slot that the program was
	 * told of; 0: none. */
	uint32_t told[LANE_SLOTS_MAX];
};

/* Under slot_lock: the program has the token of that generation, or none. The kernel, should
 * it close the lane, sees that, or the lane was seen to close after this. */
static inline void
lanes_in_hold(struct lanes_in *in, uint32_t slot, uint32_t generation)
{
	in->live[slot] = generation;
	atomic_store_explicit(
	    &in->lane.mine->held[slot], generation, memory_order_release);
}

#define LANES_OUT_MAX LANE_BOARD_LANES
#define LANES_IN_MAX LANE_BOARD_LANES

extern struct lanes_out lanes_outs[LANES_OUT_MAX];
extern struct lanes_in lanes_ins[LANES_IN_MAX];

extern _Atomic uint64_t lanes_out_cells[2 * LANES_OUT_MAX];
extern _Atomic uint64_t lanes_token_cells[2 * LANES_IN_MAX * LANE_SLOTS_MAX];

static const struct lanes_map lanes_by_name = {
    lanes_out_cells, 2 * LANES_OUT_MAX};
static const struct lanes_map lanes_by_token = {
    lanes_token_cells, 2 * LANES_IN_MAX *LANE_SLOTS_MAX};

/* Of a token's name: generations differ, the index is its own. */
static inline uint32_t
lanes_token_key(mach_port_name_t name)
{
	return name >> 8;
}

/* The lane by which messages to @name may go; NULL: none. Without a lock: to be looked at
 * again under its own. */
static inline struct lanes_out *
lanes_out_find(mach_port_name_t name)
{
	const uint32_t place = lanes_map_find(&lanes_by_name, name);

	return place != 0 ? &lanes_outs[place - 1] : NULL;
}

/* The lane, and the slot, whose token may be called @name; NULL: none. As above: the
 * generation is to be compared with `live` under slot_lock. */
static inline struct lanes_in *
lanes_in_find(mach_port_name_t name, uint32_t *slot_out)
{
	const uint32_t place =
	    lanes_map_find(&lanes_by_token, lanes_token_key(name));

	if (place == 0)
		return NULL;
	*slot_out = (place - 1) % LANE_SLOTS_MAX;
	return &lanes_ins[(place - 1) / LANE_SLOTS_MAX];
}

/* All that are in use, one after the other: from @at on, which is moved behind it; NULL: no
 * more. Without a lock. */
struct lanes_out *lanes_out_next(uint32_t *at);

/* One that is not in use, its id LANES_NO_ID; NULL: there are too many. Under
 * lanes_post_lock; it is in use when it has a number. Not one whose slot_lock nobody gives back. */
struct lanes_out *lanes_out_take(void);
struct lanes_in *lanes_in_take(void);
void lanes_out_reserve(struct lanes_out *out, uint32_t id);

/* May one of @sizes be accepted? Its memory is ours, and the other side chooses how much: of
 * lanes that are larger than usual we take so many as make LANES_IN_BYTES_MOST with all that
 * there are. Under lanes_post_lock. */
#define LANES_IN_BYTES_USUAL ((size_t)0x9000)
#define LANES_IN_BYTES_MOST ((size_t)8 << 20)
bool lanes_in_fits(const struct lane_sizes *sizes);

/* It can be found now, by its name; or by those of its tokens, and has a number. False:
 * not, since this is a signal handler in the middle of just that. */
bool lanes_out_list(struct lanes_out *out, mach_port_name_t name);
bool lanes_in_list(struct lanes_in *in, uint32_t id);

/* It cannot be found any more. False: as above. */
bool lanes_out_unlist(struct lanes_out *out);
bool lanes_in_unlist(struct lanes_in *in);

/* Not listed (any more), and its memory is unmapped: it is not in use. */
void lanes_out_free(struct lanes_out *out);
void lanes_in_free(struct lanes_in *in);

/* In a fork child: there are none. */
void lanes_table_forget(void);

#endif
