/*
 * A lane, as the engine knows it (src/lane/lane.h; lanes.md 5 and 6).
 *
 *	OFFERED	 A's memory is there; B is to be told
 *	ASKED	 B was told
 *	ACCEPTED B's memory is there, and the names of its tokens are reserved
 *	READY	 B looks at it; A is to be told
 *	OPEN	 messages pass by it: port->lanes
 *	CLOSED	 over; what was in it is in the kernel. Or it never came to be
 *
 * Any state goes to CLOSED at any time, within any operation. The lane is embedded in what
 * the caller has of it. In CLOSED nothing of the engine refers to it; its entries on boards
 * are the caller's to give back, when their tasks have read there how it ended.
 *
 * What a lane may hold is charged before, to A, who chooses what that is: when it is offered,
 * the bytes of the ring (twice, if messages may keep it, ipc_ring.h), and a reply for each
 * slot; and as many messages as its limit when it has that. Closing moves the charge to the
 * messages (ipc_lane_message.h). So it cannot fail for a budget; but a message for which there
 * is no memory then is destroyed, with the notice of its reply right.
 */
#ifndef IPC_LANE_H
#define IPC_LANE_H

#include "ipc.h"
#include "ipc_account.h"
#include "ipc_board.h"
#include "ipc_ring.h"
#include "lane_drain.h"

enum ipc_lane_state {
	IPC_LANE_OFFERED,
	IPC_LANE_ASKED,
	IPC_LANE_ACCEPTED,
	IPC_LANE_READY,
	IPC_LANE_OPEN,
	IPC_LANE_CLOSED,
};

/* Why it was closed: for those who look. */
enum ipc_lane_why {
	IPC_LANE_NO_REASON, /* none was closed */
	IPC_LANE_EXACT,    /* a call had to know exactly, or changes its port */
	IPC_LANE_FULL,     /* a message by trap found the queue full */
	IPC_LANE_SHARE,    /* another opened, and it had more than its share */
	IPC_LANE_OVER,     /* a right of it, or a task, has gone */
	IPC_LANE_TRACED,   /* somebody traces */
	IPC_LANE_IDLE,     /* not used, or others had more need of one */
	IPC_LANE_ASKED_TO, /* one of its tasks wanted it closed */
	IPC_LANE_BROKEN,   /* what one of its tasks wrote could not be */
};

/* So many messages by a lane make up for what it cost to open. */
#define IPC_LANE_PAID 256

/* What has passed by a lane: messages that B has taken, and replies that A has. */
struct ipc_lane_passed {
	uint64_t messages;
	uint64_t replies;
};

struct ipc_lane {
	uint8_t state;         /* enum ipc_lane_state */
	struct list port_link; /* port->lanes, from OFFERED on */
	struct list from_link; /* from->lanes_out, from OFFERED on */
	struct list to_link;   /* to->lanes_in, from OFFERED on */
	struct ipc_port *port; /* +1 */
	struct ipc_space *from;
	struct ipc_space *to;
	struct lane_view view; /* receiver: from ACCEPTED on */
	uint32_t
	    from_index;    /* on A's board, from READY on; or IPC_BOARD_NONE */
	uint32_t to_index; /* on B's, from ACCEPTED on; or IPC_BOARD_NONE */
	uint32_t limit;    /* OPEN: messages it may hold */
	uint32_t most;     /* OPEN: what that may become */
	bool whole;        /* see lane_board_lane.whole */
	bool given_up;     /* A itself wants it closed */
	bool closing;      /* it was OPEN */
	struct lane_cut cut; /* closing: how far each had got */
	/* ipc_token.h */
	uint32_t tokens[LANE_SLOTS_MAX];   /* index of the name in B's space */
	uint32_t resolved[LANE_SLOTS_MAX]; /* generation that was; 0: none */
	struct ipc_kmsg *notices;          /* a stack: for rights to be made */
	struct ipc_account *account;       /* +1: A's */
	struct ipc_charge charge;
	/* The caller's, which view.sender is of, and where the ring is mapped twice in a row;
	 * NULL: nothing is to stay there. */
	struct ipc_ring *ring;
	/* For those who look. */
	uint64_t opened_ns;            /* OPEN: since when */
	struct ipc_lane_passed passed; /* what was counted of that already */
	/* It is CLOSED: the memory may go. Called from within any operation: it must
	 * only take note. */
	void (*closed)(struct ipc_lane *lane, enum ipc_lane_why why);
};

/* What the engine asks of its caller for lanes; set before the first one. */
struct ipc_lane_world {
	/* Wake all who sleep on a word of a board. */
	void (*wake)(const void *word);
	/* The clock that tickets are read from. */
	uint64_t (*ticket)(void);
};

/**
 * ipc_lane_offer() - a lane from a space to the port of one of its names
 * @lane:	[in,out] zeroed but for view.sender, view.sizes, ring and closed
 *
 * Return:	KERN_SUCCESS		OFFERED
 *		KERN_INVALID_NAME, KERN_INVALID_RIGHT	no send right is called @name
 *		KERN_NAME_EXISTS	there is a lane of @from to that port
 *		KERN_NOT_SUPPORTED	no lane can be: the kernel receives there, or the
 *					space itself, or one without a board; or it is traced
 *		KERN_RESOURCE_SHORTAGE	over a budget
 */
kern_return_t ipc_lane_offer(struct ipc_lane *lane, struct ipc_space *from,
    mach_port_name_t name) __attribute__((warn_unused_result));

/* OFFERED or ASKED, and view.receiver set: ACCEPTED, and its port posted. KERN_SUCCESS or
 * KERN_RESOURCE_SHORTAGE; not CLOSED by that. */
kern_return_t ipc_lane_accept(struct ipc_lane *lane)
    __attribute__((warn_unused_result));

/* ACCEPTED: READY. KERN_RESOURCE_SHORTAGE: no room on A's board. */
kern_return_t ipc_lane_ready(struct ipc_lane *lane)
    __attribute__((warn_unused_result));

/*
 * READY: OPEN; the bells ring. A lane that is the only one of its port, to which nobody sends
 * by the kernel, may have all of the queue limit; else each may have its share of a half, and
 * who has more makes way: it closes, and comes again for less. Not for one that will not open.
 *
 * Return:	KERN_SUCCESS
 *		KERN_FAILURE		not now: senders are blocked, or requests armed, or
 *					somebody traces
 *		KERN_RESOURCE_SHORTAGE	nothing is left of the queue limit, or A is over its
 *					budget
 */
kern_return_t ipc_lane_open(struct ipc_lane *lane)
    __attribute__((warn_unused_result));

/* Any but CLOSED. */
void ipc_lane_close(struct ipc_lane *lane, enum ipc_lane_why why);

/* All of a port, at once: before anything that needs to know exactly (5.2). No lanes:
 * nothing happens, and it costs a comparison. */
void ipc_lane_close_port(struct ipc_port *port, enum ipc_lane_why why);

/* Those of a port that are OPEN: the others hold nothing yet. False: none is. */
bool ipc_lane_close_open(struct ipc_port *port, enum ipc_lane_why why);

/* All from and to a space: it dies. */
void ipc_lane_close_space(struct ipc_space *space, enum ipc_lane_why why);
/* All from a space: a receive right of it that may be a reply port changes. */
void ipc_lane_close_from(struct ipc_space *space, enum ipc_lane_why why);
/* The lane from @space to @port, if there is one: its last send right goes. */
void ipc_lane_close_right(struct ipc_space *space, struct ipc_port *port);

/* What is in lanes, as far as a look can tell (5.2, last): messages for @port, and tokens
 * that are out for it. Replies that its task has taken there, modulo 2^32. And what its next
 * sequence number is, lanes and slots included. */
uint32_t ipc_lane_depth(const struct ipc_port *port);
uint32_t ipc_lane_sorights(const struct ipc_port *port);
uint32_t ipc_lane_replies(const struct ipc_port *port);
mach_port_seqno_t ipc_lane_seqno(const struct ipc_port *port);

/* The smallest ticket of what is in lanes and slots for @port; 0: nothing is. */
uint64_t ipc_lane_first(const struct ipc_port *port);

/* The smaller of two such; 0 only if both are. */
static inline uint64_t
ipc_lane_older(uint64_t a, uint64_t b)
{
	return b != 0 && (a == 0 || b < a) ? b : a;
}

/* The lane from @space to @port, whatever its state; or NULL. */
struct ipc_lane *ipc_lane_between(
    const struct ipc_space *space, const struct ipc_port *port);

/* What is written of @lane on the board of A, of B; NULL: it has no entry there. */
struct lane_board_lane *ipc_lane_from_entry(const struct ipc_lane *lane);
struct lane_board_lane *ipc_lane_to_entry(const struct ipc_lane *lane);

/*
 * Tokens (ipc_token.h), as the space sees them.
 *
 * ipc_lane_resolve(): a name is looked for whose slot is reserved: true, and the entry is a
 * send-once right now. ipc_lane_freed(): that right was used up, and the slot is reserved
 * again. ipc_lane_resolve_all(): before the names of a space are listed or counted.
 */
bool ipc_lane_resolve(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry);
void ipc_lane_freed(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry);
void ipc_lane_resolve_all(struct ipc_space *space);

#endif
