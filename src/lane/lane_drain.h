/*
 * What the kernel reads of the two memories of a lane: when it closes one (lanes.md 5.3),
 * when it resolves a token (6), and for those who look.
 *
 * Both are written by tasks that may lie. Everything is copied once, and checked.
 */
#ifndef LANE_DRAIN_H
#define LANE_DRAIN_H

#include "lane.h"

/* The kernel's view of one lane. */
struct lane_view {
	const struct lane_sender *sender;
	const struct lane_receiver *receiver;
	struct lane_sizes sizes;
};

/* The cut: how far each has got. */
struct lane_cut {
	uint64_t from;  /* a mark: what B has taken */
	uint64_t end;   /* what A has written: at most a ring after `from` */
	uint32_t taken; /* records, as B counts them */
	/* So many records of A's may follow `end`, for all that is known: a token whose
	 * request is one of these was never sent. */
	uint32_t unseen;
};

/* close 2, after the fence of close 1: head, THEN tail. Where both cannot be, all that A has
 * written counts as taken. */
struct lane_cut lane_drain_cut(const struct lane_view *view);

/* The same of a lane that is closing: A, who looks at its state after each record, has written
 * one more at most. */
struct lane_cut lane_drain_last_cut(const struct lane_view *view);

/* What happened to a token, as close 4 and resolve 1, 3 see it. */
enum lane_token {
	LANE_TOKEN_NONE,    /* no token is out, or its request was never sent */
	LANE_TOKEN_WAITING, /* its request is in the ring, not taken */
	LANE_TOKEN_HELD,    /* B has it, and has not replied */
	LANE_TOKEN_REPLIED, /* the reply is in the slot */
};

/* Of slot @slot; @generation_out and @port_out (A's board index) unless NONE. */
enum lane_token lane_drain_token(const struct lane_view *view,
    const struct lane_cut *cut, uint32_t slot, uint32_t *generation_out,
    uint32_t *port_out);

/* Is the token of @slot still that of @generation, and not answered (resolve 3)? */
bool lane_drain_live(
    const struct lane_view *view, uint32_t slot, uint32_t generation);

/* The generation of the token of @slot that B's program has, and has not answered; 0: none.
 * B's word alone. */
uint32_t lane_drain_held(const struct lane_view *view, uint32_t slot);

/**
 * lane_drain_header() - copy the header of a record out (close 3)
 * @position:	[in]  of the record: that of cut->from at first, and record->bytes more for
 *		      the next
 * @record_out:	[out] checked, as take 2
 *
 * False: none is left, or this one cannot be.
 */
bool lane_drain_header(const struct lane_view *view, const struct lane_cut *cut,
    uint32_t position, struct lane_record *record_out);

/* What a record has of a body and of regions, with what is between them: a multiple of 4 of
 * the one, and of the other what its body tells, if that is true. */
static inline uint32_t
lane_drain_body_bytes(const struct lane_record *record)
{
	return record->kind == LANE_KIND_REGIONS
	    ? lane_regions_at(record->body) + record->regions
	    : record->body;
}

/* Copy @bytes at @position of the ring, a ring at most: what is in the record behind its header,
 * say, which is all that, with the block of regions at lane_regions_at(). */
void lane_drain_copy(
    const struct lane_view *view, uint32_t position, void *to, uint32_t bytes);

/* The ticket of the first message that B has not taken; 0: there is none. 1: B is to look
 * itself, since what is there cannot be, or B is just taking it. */
uint64_t lane_drain_first(const struct lane_view *view);

/* The ticket of the reply in @slot, if one is there that A has not accepted; 0: none.
 * @generation_out, @port_out: of the request, as lane_drain_token(). */
uint64_t lane_drain_first_reply(const struct lane_view *view, uint32_t slot,
    uint32_t *generation_out, uint32_t *port_out);

/* The same of the header alone, while the lane is open: what is told is what was there. False
 * also when B has taken it meanwhile. */
bool lane_drain_peek(const struct lane_view *view, const struct lane_cut *cut,
    uint32_t *position, struct lane_record *record_out);

/* The board index of the port that the reply to such a record is for; false: none, or A says
 * nothing of that. */
bool lane_drain_reply_port(
    const struct lane_view *view, uint32_t token, uint32_t *port_out);

/* Copy the reply in @slot out, its bytes a multiple of 4: false if it cannot be. */
bool lane_drain_reply(const struct lane_view *view, uint32_t slot,
    uint32_t generation, struct lane_reply_slot *reply_out, void *body_out);

/* Replies that A has accepted on the port of that index on its board; exact also while the
 * lane is closing. */
uint32_t lane_drain_accepted(const struct lane_view *view, uint32_t port);

/* Messages in the ring now, as far as a look can tell; at most @limit. */
uint32_t lane_drain_depth(const struct lane_view *view, uint32_t limit);

/* Who sleeps until the other has written, by his own word: B for a message, A for room,
 * A for a reply to its port @port. Not told is who sleeps in the kernel. */
bool lane_drain_sleeps_for_message(const struct lane_view *view);
bool lane_drain_sleeps_for_room(const struct lane_view *view);
bool lane_drain_sleeps_for_reply(const struct lane_view *view, uint32_t port);

#endif
