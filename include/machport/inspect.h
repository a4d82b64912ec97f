/*
 * machport/inspect.h - what the kernel tells of tasks, ports and messages
 *
 * The records that <machport/inspect.defs> carries as bytes: arrays of structures of
 * fixed size, of the machine's own byte order. Who may see what: a task sees the tasks
 * of its own user, and the kernel's owner and root see all. Of what it may not see
 * there is no record, or where a right leads there, only the pid.
 *
 * Ids are the kernel's: of a task or a port, never 0, and not used again soon. Times
 * are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef MACHPORT_INSPECT_H
#define MACHPORT_INSPECT_H

#include <mach/message.h>
#include <machport.h>
#include <stdint.h>

typedef char *machport_records_t; /* bytes: records of one kind */

/* How a right came to its task. */
enum machport_origin {
	MACHPORT_ORIGIN_UNKNOWN = 0,
	MACHPORT_ORIGIN_KERNEL =
	    1, /* with the task, or by a call that asks for it:
	                              * task_self, get_special_port */
	MACHPORT_ORIGIN_MADE = 2, /* the task made it: allocate, insert_right */
	MACHPORT_ORIGIN_MESSAGE = 3, /* in the body of a message */
	MACHPORT_ORIGIN_REPLY = 4,   /* as the reply right of a message */
	MACHPORT_ORIGIN_TASK =
	    5, /* from another task, by a task port: put there by
	                           * that task, or taken from it */
	MACHPORT_ORIGIN_NOTICE = 6, /* in a notification */
};

/* A task. */
struct machport_task_record {
	uint32_t task; /* id */
	int32_t pid;
	uint32_t euid;
	uint32_t egid;
	uint32_t
	    parent; /* id of the task it inherited its ports from; 0: none */
	uint32_t names; /* in its space */
	uint32_t receives;
	uint32_t threads; /* that have made a trap, and live */
	uint32_t suspend_count;
	uint32_t queued; /* messages that it sent and nobody received yet */
	uint64_t
	    queued_bytes; /* of its budget, that those of these take that are in
	                        * queues */
	uint64_t started_ns;
	uint64_t
	    sent; /* messages, since it began; requests to kernel ports too */
	uint64_t received; /* messages */
	/* Of messages, without out-of-line memory; of those that passed by lanes
	 * nobody counts bytes. */
	uint64_t sent_bytes;
	uint64_t received_bytes;
	uint32_t lanes_out; /* lanes by which it sends */
	uint32_t lanes_in;  /* or receives */
};

/* Where a port's receive right is. */
enum machport_place {
	MACHPORT_PLACE_TASK = 0,
	MACHPORT_PLACE_TRANSIT = 1, /* in a message */
	MACHPORT_PLACE_KERNEL = 2,
	MACHPORT_PLACE_DEAD = 3,
};

/* Why a lane was closed (docs/lanes.md). */
enum machport_lane_why {
	MACHPORT_LANE_NO_REASON = 0, /* there was none */
	MACHPORT_LANE_EXACT =
	    1, /* a call had to know exactly, or changed the port */
	MACHPORT_LANE_FULL =
	    2, /* a message by the kernel found the queue full */
	MACHPORT_LANE_SHARE =
	    3, /* another opened, and it had more than its share */
	MACHPORT_LANE_OVER = 4,   /* a right of it, or a task, has gone */
	MACHPORT_LANE_TRACED = 5, /* somebody traced */
	MACHPORT_LANE_IDLE = 6,   /* not used, or others had more need of one */
	MACHPORT_LANE_ASKED_TO = 7, /* one of its tasks wanted it closed */
	MACHPORT_LANE_BROKEN = 8, /* what one of its tasks wrote could not be */
};

/* Bits of machport_name_record.requests: notices that somebody has asked for. */
#define MACHPORT_REQUEST_NO_SENDERS 1u
#define MACHPORT_REQUEST_PORT_DESTROYED 2u
#define MACHPORT_REQUEST_DEAD_NAME 4u /* or send-possible; of this name */

/* A name of a task, with the port that it denotes. */
struct machport_name_record {
	uint32_t name;
	uint32_t type; /* MACH_PORT_TYPE_* */
	uint32_t urefs;
	uint32_t requests; /* MACHPORT_REQUEST_* */
	/* How it came: the first reference, or the receive right. */
	uint32_t origin;      /* enum machport_origin */
	int32_t origin_pid;   /* of the sender; 0: none, or the kernel */
	uint32_t origin_task; /* id; 0: none */
	int32_t origin_msgh_id;
	uint64_t origin_ns; /* when, to a millisecond */
	/* All 0 of a dead name; of a port set: port is its id, members counts. */
	uint32_t port;     /* id */
	uint32_t place;    /* enum machport_place */
	uint32_t receiver; /* id of the task; 0: none */
	int32_t receiver_pid;
	uint32_t receiver_name; /* the name there, if the task may be seen */
	uint32_t object;        /* KERNEL: type as of mach_port_kobject() */
	int32_t object_pid;     /* of a task or thread port: whose */
	uint32_t
	    object_id;   /* of a task port: its id; of a thread port: Linux's */
	uint32_t queued; /* messages, those on their way by lanes included */
	uint32_t qlimit;
	uint32_t seqno;
	uint32_t
	    send_rights; /* naked: one for each task that has any, and in transit */
	uint32_t send_once_rights;
	uint32_t
	    members; /* of a set: its ports; of a port: the sets it is in */
	/* Blocked sends, and receives. Of threads that sleep on lanes it is not known how
	 * many they are: they count as one for a lane, or for the port. */
	uint32_t senders;
	uint32_t receivers;
	uint32_t lanes;    /* to the port */
	uint32_t own_lane; /* 1: one of them is of the task that has the name */
	uint32_t lane_why; /* enum machport_lane_why: of the last that closed */
	uint32_t spare;
	uint64_t lane_closed_ns; /* when; 0: none was */
	uint64_t oldest_ns;      /* when its oldest message was queued; 0: none.
	                     * Messages in lanes are not known by their age */
	uint64_t enqueued;       /* messages, since it was made */
	char label[MACHPORT_LABEL_MAX];
};

/* What machport_inspect_port() lists. */
enum machport_item_kind {
	MACHPORT_ITEM_HOLDER =
	    1, /* a task has a right: task, pid, name, type, urefs */
	MACHPORT_ITEM_MESSAGE =
	    2, /* waits in the queue: index, pid of the sender,
	                            * msgh_id, bytes, rights, time, other: the reply port */
	MACHPORT_ITEM_RIGHT = 3, /* in the message `index`: other, type (a
	                            * MACH_MSG_TYPE_PORT_*) */
	MACHPORT_ITEM_REQUEST =
	    4, /* a notice is asked for: type (MACH_NOTIFY_*), name
	                            * and task of whom it is about, other: where it goes */
	MACHPORT_ITEM_SET = 5,    /* it is in a set: task, name, other */
	MACHPORT_ITEM_MEMBER = 6, /* of a set: task, name, other */
	MACHPORT_ITEM_SENDER =
	    7, /* a send is blocked: task, pid, index (from 0) */
	MACHPORT_ITEM_RECEIVER = 8, /* a receive is: task, pid */
	MACHPORT_ITEM_SLOT =
	    9, /* the kernel keeps a right for a task: task, pid, index
	                         * (TASK_*_PORT; 0: registered, or an exception port) */
	MACHPORT_ITEM_LANE =
	    10, /* a task sends to it by a lane: task, pid; index: messages on their
	         * way now, of at most `bytes`; time: since when; type:
	         * MACHPORT_LANE_AWAITED...; messages, replies: taken so far */
	MACHPORT_ITEM_LANE_MESSAGE =
	    11, /* is on its way by the lane of that task: task, pid, index (in the
	         * lane), msgh_id, bytes, other: the reply port. As its sender says */
};

/* Bits of the type of a MACHPORT_ITEM_LANE. */
#define MACHPORT_LANE_AWAITED 1u /* a thread sleeps until a message comes */
#define MACHPORT_LANE_BLOCKED 2u /* another until there is room for its own */

/* Fields that a kind does not list are 0. */
struct machport_item {
	uint32_t kind; /* enum machport_item_kind */
	uint32_t index;
	uint32_t task;
	int32_t pid;
	uint32_t name;
	uint32_t type;
	uint32_t urefs;
	uint32_t other; /* id of a port or set */
	int32_t msgh_id;
	uint32_t bytes;
	uint32_t rights;
	uint32_t spare;
	uint64_t time_ns;
	uint64_t messages;
	uint64_t replies;
	char label[MACHPORT_LABEL_MAX]; /* of `other` */
};

/* --- tracing --------------------------------------------------------------- */

/* What is traced: what all of these that are not 0 say. */
struct machport_trace_filter {
	uint32_t task; /* id of its sender or receiver */
	uint32_t port; /* id of the port it goes to, or replies to */
	uint32_t snap; /* bytes kept of each message; 0: MACHPORT_TRACE_SNAP */
	uint32_t spare;
};
typedef struct machport_trace_filter machport_trace_filter_t;
#define MACHPORT_TRACE_SNAP 256
#define MACHPORT_TRACE_SNAP_MAX 4096

enum machport_event {
	MACHPORT_EVENT_SEND = 1,    /* queued, or handed to who waited for it */
	MACHPORT_EVENT_RECEIVE = 2, /* copied out to the receiver */
	MACHPORT_EVENT_KERNEL = 3,  /* a request to a kernel port was served */
	MACHPORT_EVENT_DESTROY = 4, /* it died in the queue */
	MACHPORT_EVENT_BLOCK = 5,   /* a send found the queue full and waits */
};

/*
 * One thing that happened, as a message of MACHPORT_TRACE_ID brings it; behind it are
 * `captured` bytes of the message, then zeroes up to `bytes`.
 *
 * They are the message as it was sent. But where it had names of ports, which mean
 * nothing to anybody else, there are ids: in the header (msgh_remote_port is `port`,
 * msgh_local_port `reply_port`) and in its port descriptors. Addresses are 0, and
 * out-of-line memory is not captured; nor is what a message too large for a packet has
 * behind its descriptors.
 */
struct machport_trace_record {
	uint32_t bytes; /* of all this, a multiple of 8 */
	uint32_t event; /* enum machport_event */
	uint64_t time_ns;
	uint64_t message; /* tells one message from another */
	uint32_t sender;  /* id of the task; 0: the kernel, or not to be seen */
	int32_t sender_pid;   /* 0: the kernel */
	uint32_t receiver;    /* id of the task; 0: none, or not to be seen */
	int32_t receiver_pid; /* 0: none, or the kernel */
	uint32_t port;        /* id: where it goes */
	uint32_t port_name;   /* in the receiver; 0: none */
	uint32_t
	    reply_port; /* id of what its reply right leads to; 0: none. The reply
	                       * goes to that port */
	int32_t msgh_id;
	uint32_t msgh_bits;
	uint32_t size; /* msgh_size */
	uint32_t rights;
	uint32_t memory_bytes; /* out of line; at most UINT32_MAX */
	uint32_t captured;
	uint32_t
	    queued; /* messages in the port's queue, after it happened; 0: none,
	                  * or the receiver is not to be seen */
	char label[MACHPORT_LABEL_MAX]; /* of the port */
};

/* What the kernel sends to the port of machport_trace(): records one behind the other,
 * `msgh_size - sizeof(struct machport_trace_message)` bytes of them. */
#define MACHPORT_TRACE_ID 9190
struct machport_trace_message {
	mach_msg_header_t header;
	uint32_t records;
	uint64_t
	    lost; /* records since the beginning, for which there was no room: the
	                * port's queue was full */
} __attribute__((packed, aligned(4)));

#endif /* MACHPORT_INSPECT_H */
