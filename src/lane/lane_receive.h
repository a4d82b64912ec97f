/*
 * The receiver's side of a ring, and which of several sources is next (lanes.md 4). One
 * thread at a time: the caller has the port's receive lock.
 */
#ifndef LANE_RECEIVE_H
#define LANE_RECEIVE_H

#include "lane.h"
#include "lane_send.h"

struct lane_in {
	const struct lane_sender *theirs;
	struct lane_receiver *mine;
	const struct lane_board_lane *board;
	struct lane_sizes sizes;
	uint64_t head;  /* as in `mine`, a mark */
	uint32_t seen;  /* the last that was seen of their tail, a position */
	uint32_t rung;  /* their space_wait at the last take */
	uint32_t rings; /* how often to wake still who told that */
	uint32_t plain_max; /* lane_plain_max() */
};

enum lane_took {
	LANE_TOOK,      /* copied; the lane was open then */
	LANE_EMPTY,     /* nothing there */
	LANE_TOO_LARGE, /* does not fit, and stays; the header is told */
	LANE_TAKE_SETTLE, /* copied, but the lane is closing: when the kernel has answered
	                   * a sync, lane_in_settle() tells whose it is */
	LANE_TAKE_REGIONS, /* it has regions, and stays: lane_take_regions() */
	LANE_TAKE_BROKEN,  /* what A wrote cannot be: give the lane up */
};

void lane_in_init(struct lane_in *lane, const struct lane_sender *theirs,
    struct lane_receiver *mine, const struct lane_board_lane *board,
    const struct lane_sizes *sizes);

/* Bytes that A said there are behind our head; its records are to be seen then. A writes
 * there with each message, so it is looked at only when all that was seen is taken. Nothing
 * is checked. */
static inline uint32_t
lane_in_used(struct lane_in *lane)
{
	const uint32_t head = lane_position(lane->head);

	/* Pairs with publish 4. */
	if (lane->seen == head)
		lane->seen = lane_position(atomic_load_explicit(
		    &lane->theirs->tail, memory_order_acquire));
	return lane->seen - head;
}

/* Ticket of the message that is next, or 0: none; a ticket 0 is told as 1. What a liar
 * says; nothing is checked. */
uint64_t lane_in_ticket(struct lane_in *lane);

/**
 * lane_take() - take the next message out
 * @body:	[out] for the body
 * @room:	[in]  bytes there
 * @cut:	[in]  a body that is too large is taken all the same, and cut (a receive
 *		      without MACH_RCV_LARGE)
 * @record_out:	[out] the header, checked
 * @wake_out:	[out] TOOK: whom to wake: all of A who sleep for room, by
 *		      lane_wake_many()
 */
enum lane_took lane_take(struct lane_in *lane, void *body, uint32_t room,
    bool cut, struct lane_record *record_out, struct lane_wake *wake_out);

/*
 * After LANE_TAKE_REGIONS.
 *
 * The body is copied, and the sizes that it tells are looked at; then there is a place for
 * each region, of the receiver's own memory. Between the two the caller may give its lock:
 * as long as the head is where it was, the message is there, and nobody else has taken it.
 * A may write to it all the while: what was copied is what is believed.
 */

/* Copy the body of @record, which is at the head, to @to: LANE_REGIONS_BODY_MAX at most. */
void lane_copy_body(
    const struct lane_in *lane, const struct lane_record *record, void *to);

/* Where a region goes. */
struct lane_place {
	void *address;  /* NULL: there is no memory for it, and it is lost */
	uint32_t bytes; /* not 0 */
};

/**
 * lane_take_regions() - take the regions of the next message out, and with them all of it
 * @record:	[in]  which is at the head
 * @to:		[in]  @count places, for the regions that have bytes
 * @wake_out:	[out] as lane_take()
 *
 * Return:	LANE_TOOK, LANE_TAKE_SETTLE: copied
 *		LANE_TAKE_BROKEN: the block of @record is not of these; nothing is copied
 */
enum lane_took lane_take_regions(struct lane_in *lane,
    const struct lane_record *record, const struct lane_place *to,
    uint32_t count, struct lane_wake *wake_out);

/* After LANE_TAKE_SETTLE and a sync: is the message ours? Else the kernel has it, and
 * the copy is to be forgotten. */
bool lane_in_settle(const struct lane_in *lane);

/* A source, as pick sees it. */
struct lane_source {
	uint64_t ticket; /* of its head; 0: empty */
	/* When others waited while a message of this was taken, by our own clock, 0: they
	 * did not; and how many older ones this has given since. */
	uint64_t seen;
	uint32_t older;
	bool trusted; /* its tickets are true: the kernel's queue */
	bool late;    /* lane_pick(): it was empty at the first look */
};

/**
 * lane_pick() - which of @sources is next
 * @look:	[in]  tells the ticket of source @i now, or 0
 *
 * lane.pml: pick 1-3. Looks at all, and again at those that were empty, until the one that
 * is chosen was there at a first look. Return: an index, or @count: nothing there
 */
size_t lane_pick(struct lane_source *sources, size_t count,
    uint64_t (*look)(void *of, size_t i), void *of);

/* Has any of @sources but source @i a message? */
bool lane_others_wait(
    const struct lane_source *sources, size_t count, size_t i);

/**
 * lane_note_taken() - a message with @ticket was taken from @source
 * @others:	[in]  whether others waited
 * @limit:	[in]  how many messages the source may hold
 *
 * False: its tickets lie, and it is to be given up. At any moment an honest lane holds no
 * more messages than it may, and what it sends after that is younger than the moment: so no
 * more than those can be older. Nobody else's ticket is believed for that.
 */
bool lane_note_taken(struct lane_source *source, uint64_t ticket, bool others,
    uint32_t limit, enum lane_clock clock) __attribute__((warn_unused_result));

#endif
