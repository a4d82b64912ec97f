/*
 * What of lanes goes through the kernel (src/lane/lane.h): opening and closing them, and
 * waiting for what comes by them and by the kernel.
 *
 * Opening. A has a send right that it uses much; B receives.
 *
 *	A	LANE_OFFER	its memory; the kernel looks at it, and keeps it mapped
 *	B	is told REQUEST	by LANE_NEWS
 *	B	LANE_ACCEPT	its memory; the answer brings A's, and the lane's place
 *	B	LANE_READY	when it looks at the lane: it may open now
 *	A	is told JOIN	by LANE_NEWS
 *	A	LANE_JOIN	the answer brings B's memory; the lane is OPEN
 *
 * A task that says WIRE_LANES_KNOWN with a trap of mach_msg() is told by the answer that
 * there are news; a receive of such a task ends early for them, with WIRE_MSG_AGAIN. Each
 * step has a second; what would close the lane ends its opening.
 *
 * The number of a lane, and its place on a board, is not another's before the task there
 * has let it go: by LANE_FORGET, once the lane is closed; by LANE_REFUSE, or an ACCEPT or
 * JOIN that fails; A by being told NEVER. A number that a task does not know is
 * KERN_INVALID_NAME. LANE_CLOSE and LANE_DROP let nothing go.
 *
 * A task has its board by LANE_BOARD, which it asks for once; one that knows of lanes has
 * one before, as soon as a lane to it is offered.
 *
 * Receiving. A port, or a set, of which some messages may not be in the kernel has an entry
 * on the board of its task: a port with lanes; a port whose replies may come in slots, since
 * LANE_PORT was asked for it; a set with such a port. On it, or on a set with it, a receive
 * with none of QUEUE, WAIT and DIRECT ends with WIRE_MSG_AGAIN.
 */
#ifndef WIRE_LANE_H
#define WIRE_LANE_H

#include "wire_packet.h"

/* Bits of wire_msg_request.lanes. */
#define WIRE_LANES_KNOWN                                                       \
	1u /* news may be told, and a receive may end with AGAIN */
/* The receive half looks into the kernel's queue, and does not wait; of a set, into the
 * queues of the members that have no entry on the board. */
#define WIRE_LANES_QUEUE 2u
/* The receive half brings no message. It waits until the bell of the port or set is not
 * request.bell any more, and ends with WIRE_MSG_AGAIN; or with the timeout. */
#define WIRE_LANES_WAIT 4u
/* The receive half, on a port or set that has an entry, brings the kernel's next message, and
 * waits for it, as long as nothing older is in a lane to the port or a slot for it; of a set, to
 * any member. Else it ends with WIRE_MSG_AGAIN; also if `stops` of the entry is not
 * request.bell, or if more than LANE_LENT_MAX members have one. One of these three at most.
 * While it lasts the kernel alone may take from that port, or the members: LANE_STOP, of one of
 * them, ends it. */
#define WIRE_LANES_DIRECT 8u

/* In place of a result: look again, at the news and at what is on the board. No program
 * sees it. */
#define WIRE_MSG_AGAIN INT32_MIN

enum wire_news {
	WIRE_NEWS_NONE,
	WIRE_NEWS_REQUEST, /* a lane to `name` is wanted; of these sizes */
	WIRE_NEWS_JOIN,    /* it can be joined now */
	WIRE_NEWS_NEVER,   /* it was refused, or its time passed: forget it */
};

/* Ring the bells of a lane's port and its sets; or, with a slot, of the slot's reply port
 * and its sets. Sent at any time when no answer is due; not answered. */
struct wire_kick {
	struct wire_header header;
	uint32_t lane;
	uint32_t slot; /* or WIRE_KICK_MESSAGE */
};
#define WIRE_KICK_MESSAGE UINT32_MAX

/* A task, as trailers have it. */
struct wire_lane_identity {
	uint32_t security[2];
	uint32_t audit[8];
};

/* Of a port that is in more sets LANE_PORT posts nothing. */
#define WIRE_LANE_SETS 8u

/* A set that the port is in. */
struct wire_lane_set {
	uint32_t name;
	uint32_t index; /* on the board */
};

struct wire_lane_accepted {
	uint32_t index; /* of the lane, on B's board */
	uint32_t port;  /* of the port, on it */
	uint32_t seqno; /* of the next message */
	uint32_t names
	    [16]; /* of each slot's token, without a generation: index << 8 */
	struct wire_lane_identity sender;
	/* struct wire_lane_set ...: to the end */
};

struct wire_lane_joined {
	uint32_t index; /* of the lane, on A's board */
	struct wire_lane_identity receiver;
};

struct wire_lane_port {
	uint32_t port;
	uint32_t seqno;
	/* struct wire_lane_set ... */
};

/* Is @packet one WIRE_KICK and nothing else? Copies it out. */
bool wire_kick_check(
    const void *packet, size_t bytes, struct wire_kick *kick_out);

#endif
