/*
 * The sender's side of a ring (lanes.md 3). One thread at a time: the caller has a lock.
 */
#ifndef LANE_SEND_H
#define LANE_SEND_H

#include "lane.h"
#include "lane_clock.h"

struct lane_out {
	struct lane_sender *mine;
	const struct lane_receiver *theirs;
	const struct lane_board_lane *board;
	struct lane_sizes sizes;
	enum lane_clock clock;
	uint64_t tail; /* as in `mine`, a mark */
	uint64_t head; /* the last that was seen of theirs */
	/* Of the board. Who waits for room sleeps until one of these two is another: what
	 * came since it was full has not been seen. */
	uint32_t limit;
	/* A sleeper was woken last when their head was this, by a message with this ticket. */
	uint64_t rung;
	uint64_t rung_ticket;
	uint32_t generation[LANE_SLOTS_MAX]; /* the last one of each slot */
	uint32_t port[LANE_SLOTS_MAX];       /* board index of its reply port */
	uint32_t issued;    /* a bit for each slot whose token is out */
	uint32_t plain_max; /* lane_plain_max() */
};

/* Memory that goes with a message. */
struct lane_region {
	const void *address;
	uint32_t bytes; /* not 0 */
};

/* A message to send; all is borrowed. */
struct lane_message {
	int32_t id;
	const void *body;
	uint32_t body_bytes;
	/* Regions (LANE_KIND_REGIONS): those that have bytes, in the order of their
	 * descriptors; and the bytes of the block of them. Else all are 0. */
	bool has_regions;
	uint32_t region_count;
	uint32_t region_bytes;
	const struct lane_region *regions;
	bool replies; /* there is a reply port: */
	/* Its index on A's board, below LANE_BOARD_PORTS. */
	uint32_t reply_port;
	enum lane_waiting reply_wait; /* how to wake who sleeps there */
};

enum lane_published {
	LANE_TAKEN, /* it is in the lane, and the lane was open then */
	LANE_FULL,  /* no room, or as many messages as it may hold */
	LANE_TRAP, /* not by this lane: it is closed, has no free slot, or the message
	              * is too large */
	LANE_SETTLE, /* written, but the lane is closing: when the kernel has answered a
	              * sync, lane_settle() tells what became of it */
	LANE_BROKEN, /* what B wrote cannot be: give the lane up */
};

/* What is to be done for a sleeping peer: publish 6, reply 3, take 6. */
struct lane_wake {
	enum lane_waiting how;
	const void *word; /* LANE_FUTEX */
	uint64_t head;    /* publish 6: B's, then */
	uint64_t ticket;  /* publish 6: of the message */
};

/* No head is this. */
#define LANE_NEVER_RUNG UINT64_MAX

void lane_out_init(struct lane_out *lane, struct lane_sender *mine,
    const struct lane_receiver *theirs, const struct lane_board_lane *board,
    const struct lane_sizes *sizes, enum lane_clock clock);

/**
 * lane_publish() - put a message into the ring
 * @slot_out:	[out] TAKEN, SETTLE, with a reply port: the slot of the reply, else
 *		      LANE_SLOTS_MAX
 * @wake_out:	[out] TAKEN: whom to wake
 */
enum lane_published lane_publish(struct lane_out *lane,
    const struct lane_message *message, uint32_t *slot_out,
    struct lane_wake *wake_out);

/* After LANE_FULL: is it full by messages, as the queue of the port would be? Else its ring
 * has no room for that one. */
bool lane_is_at_limit(const struct lane_out *lane);

/* A thread that was woken may never look: it was stopped, or its handler has left the wait by
 * longjmp(). So long, in ticks of a ticket, it is believed to: at 3 GHz 11 ms, and where ticks
 * are nanoseconds 34 ms. */
#define LANE_RUNG_TICKS (1u << 25)

/* B was woken by @wake, which is of a message without a reply port. As long as it has taken
 * nothing since, one of its threads is awake, and looks before it sleeps: for other such
 * messages nobody is to be woken, but for one that comes much later. */
static inline void
lane_note_rung(struct lane_out *lane, const struct lane_wake *wake)
{
	lane->rung = wake->head;
	lane->rung_ticket = wake->ticket;
}

/* After LANE_SETTLE and a sync: was it taken? If not, it is to be sent by trap. */
bool lane_settle(struct lane_out *lane, uint32_t slot);

#endif
