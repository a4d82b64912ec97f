/*
 * How mach_msg() uses lanes (src/lane/lane.h): the door between msg_lanes.c and what the
 * library has of lanes.
 *
 *	lanes_lock	a lock for moments, which knows when a signal handler meets its own
 *			thread's
 *	lanes_map	from keys to places, without a lock
 *	lanes_table	the lanes of this process, out and in, by name and by number
 *	lanes_open	news of the kernel: offering, accepting, joining
 *	lanes_gone	letting go of lanes that are over
 *	lanes_begin	the board
 *	lanes_child	what a fork child has in place of all that
 *	lanes_heat	which names are sent to so much that a lane would pay
 *	lanes_large	which large rings are needed no more
 *	lanes_send	a message by a lane
 *	lanes_reply_send	the reply to one
 *	lanes_wake	who sleeps for what comes by it
 *	lanes_regions	messages that bring memory: what both sides look for
 *	lanes_region_send	the memory of one that is sent
 *	lanes_region_take	and of one that is received
 *	lanes_room	waiting for room
 *	lanes_port	ports and sets that have an entry on the board, and their sources
 *	lanes_need	how those who sleep for them are to be woken
 *	lanes_take	from which source
 *	lanes_feed	taking from one lane; names of tokens
 *	lanes_place	headers and trailers
 *	lanes_buffer	where the message goes
 *	lanes_sleep	waiting for any of them
 *	lanes_words	what it looks at meanwhile
 *	lanes_await	what one message alone will change: looked at first
 *	lanes_receive	all that together
 *	lanes_direct	receiving what the kernel has, or will have, by one trap
 *	lanes_view	the memory of the other side
 *	lanes_watch	descriptors of machport_fd()
 *
 * Nothing of this changes what a program sees: what a lane cannot do, or not now, is done by
 * trap, which is always right.
 *
 * Lock order: vm_lock			before a trap; never held here
 *		lanes_post_lock			opening and giving up
 *		lanes_port.lock			receiving; one port at a time, members of a set
 *						one after the other
 *		lanes_out.lock			sending on a lane, and accepting its replies
 *		lanes_in.slot_lock		its reply slots
 *		process_lock			what no fork() may come between; no trap
 * Whoever finds one held by its own thread is a signal handler in the middle of it: it sends
 * by trap, and closes the lane before it receives (lanes.md 8). Traps are made with the
 * first two held; with one of the others only those of lanes, and PORT_DEALLOCATE, which wait
 * for nobody.
 */
#ifndef LIBMACHPORT_LANES_H
#define LIBMACHPORT_LANES_H

#include <mach/message.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "debug.h"
#include "lane.h"
#include "lane_clock.h"
#include "msg_trap.h"
#include "wire_lane.h"

/* $MACHPORT_LANES: read once. */
enum lanes_mode {
	LANES_OFF,
	LANES_AUTO,   /* the default: names that are much used get one */
	LANES_ALWAYS, /* any name, from the first message on */
	LANES_FLIP,   /* the same, and they are closed at random */
};

/* Of this process; all in one place, since each message looks at it. */
struct lanes_use {
	_Atomic int
	    mode; /* enum lanes_mode; LANES_NOT_READ: not looked at yet */
	atomic_bool given_up; /* there will be no lanes */
	/* A word that is not 0 while there is a board; in every child it is 0 (attach.c
	 * has another such). NULL: there never was a board. */
	_Atomic(atomic_uint *) alive;
	/* Set before *alive is. In a child, until it has its own, where its parent's was
	 * (lanes_child.h). */
	const struct lane_board *board;
	enum lane_clock clock;
	atomic_bool has_news; /* an answer of the kernel's told of some */
	_Atomic uint32_t
	    news_seen; /* of the board, when they were fetched last */
};
#define LANES_NOT_READ (-1)
extern struct lanes_use lanes_use;

/* Read it. */
enum lanes_mode lanes_mode_read(void);

static inline enum lanes_mode
lanes_mode(void)
{
	const int mode =
	    atomic_load_explicit(&lanes_use.mode, memory_order_relaxed);

	return mode == LANES_NOT_READ ? lanes_mode_read()
	                              : (enum lanes_mode)mode;
}

/* What the word `lanes` of a request for mach_msg() has to say: WIRE_LANES_KNOWN, or 0. Off
 * also in a process that debugs its rights (debug.h). */
static inline uint32_t
lanes_known(void)
{
	return debug_on || lanes_mode() == LANES_OFF ||
	        atomic_load_explicit(&lanes_use.given_up, memory_order_relaxed)
	    ? 0
	    : WIRE_LANES_KNOWN;
}

/* Is there a board, hence anything to ask below? One load. In a fork child there is none. */
static inline bool
lanes_active(void)
{
	atomic_uint *word =
	    atomic_load_explicit(&lanes_use.alive, memory_order_acquire);

	return word && atomic_load_explicit(word, memory_order_acquire) != 0;
}

enum lanes_result {
	LANES_DONE, /* the result is there */
	LANES_TRAP, /* not by a lane */
	LANES_TRAP_LATE, /* a send: the same, and it has waited: a part of its timeout is
	                  * left */
};

/* What a message is, as far as lanes are concerned (lanes.md 1). */
enum lanes_kind {
	LANES_NOT_BY_LANE,
	LANES_MESSAGE, /* to a send right */
	LANES_REQUEST, /* the same, and a reply is wanted */
	LANES_REPLY,   /* to a send-once right, which may be a token */
	LANES_COMPLEX, /* either of the first two, perhaps, with descriptors */
	/* The same of which it is known that they are of memory (lanes_regions.h). */
	LANES_REGIONS,
	LANES_REGIONS_REQUEST,
};

struct lanes_sending {
	enum lanes_kind kind;
	/* Unless NOT_BY_LANE, of its header: */
	mach_port_name_t remote;
	mach_port_name_t local; /* of a request */
	mach_msg_id_t id;
	uint32_t
	    block_bytes; /* REGIONS, REGIONS_REQUEST: of the block of them */
	mach_msg_timeout_t timeout_left; /* lanes_send(): LANES_TRAP_LATE */
};

/* Look at what @call sends, before the answer may be written over it. */
void lanes_look(const struct msg_call *call, struct lanes_sending *sending_out);

/* lanes_look(), and the send half of @call, if a lane can do it: DONE is success, always. Waits
 * for room, as the call's options have it. */
enum lanes_result lanes_send(
    const struct msg_call *call, struct lanes_sending *what_out);

/* It went by trap, with success: does its name deserve a lane? May offer one, which is
 * traps. */
void lanes_note_sent(
    const struct msg_call *call, const struct lanes_sending *what);

/**
 * lanes_receive() - the receive half of @call, if its name is a port or set that is posted
 * @call:	[in]  of its send half nothing is looked at
 *
 * DONE also with MACH_RCV_INTERRUPTED. TRAP: a plain receive, which may end with
 * WIRE_MSG_AGAIN.
 */
enum lanes_result lanes_receive(
    const struct msg_call *call, mach_msg_return_t *mr_out);

/* Fetch and handle all news. With no lock of these. */
void lanes_news(void);

/* The same, if an answer or the board told of some. */
static inline void
lanes_look_for_news(void)
{
	if (atomic_load_explicit(&lanes_use.has_news, memory_order_relaxed) ||
	    (lanes_active() &&
	        atomic_load_explicit(
	            &lanes_use.board->news, memory_order_relaxed) !=
	            atomic_load_explicit(
	                &lanes_use.news_seen, memory_order_relaxed)))
		lanes_news();
}

/* A trap to take what the kernel has: the receive half of @call with WIRE_LANES_QUEUE or
 * _WAIT in @lanes; with 0, as if this process knew of no lanes. Made by msg_trap.c, for
 * lanes_receive(). */
mach_msg_return_t lanes_trap_receive(
    const struct msg_call *call, uint32_t lanes, uint32_t bell);

#endif
