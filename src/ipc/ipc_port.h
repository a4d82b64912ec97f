/*
 * A port: a protected, bounded message queue with exactly one receive right for
 * its whole life.
 *
 * Where the receive right is, is the port's state (enum ipc_port_place):
 *
 *	SPACE	 an entry named receiver_name in the space `receiver`
 *	TRANSIT	 a message carries it; `destination` (+1) is where that message
 *		 goes, NULL only while the message is being built or taken apart
 *	KERNEL	 the kernel; messages are served by `kobject`
 *	DEAD	 nowhere. The structure lives on while something refers to it.
 *
 *	SPACE -> TRANSIT	ipc_port_leave_space(): MOVE_RECEIVE, or a
 *				port-destroyed notification
 *	TRANSIT -> SPACE	ipc_port_enter_space(): copyout
 *	any -> DEAD		ipc_port_destroy()
 *
 * Four counters that are easily mixed up:
 *
 *	refs		pointers to the structure (memory)
 *	srights		naked send rights: one for each space that has any, one
 *			for each in a message, a slot or elsewhere in the kernel
 *	sorights	naked send-once rights, those in requests included
 *	mscount		send rights made since the receive right last moved
 *
 * The counters of a dead port mean nothing.
 *
 * Each naked send-once right comes with the memory of the notification that it
 * may become: notice_count >= sorights - notices_sent for a live port, where
 * notices_sent of the rights are under way as notifications. So no notification
 * can fail for lack of memory, and whoever makes send-once rights pays for it. One
 * notification more may be kept, uncharged, for the next right: see notices.
 */
#ifndef IPC_PORT_H
#define IPC_PORT_H

#include "ipc.h"
#include "ipc_board.h"
#include "ipc_id.h"

/* The two values of a right that are no port. */
#define IPC_PORT_NULL ((struct ipc_port *)0)
#define IPC_PORT_DEAD ((struct ipc_port *)~(uintptr_t)0)
#define IPC_PORT_VALID(port)                                                   \
	((port) != IPC_PORT_NULL && (port) != IPC_PORT_DEAD)

enum ipc_port_place {
	IPC_PORT_PLACE_SPACE,
	IPC_PORT_PLACE_TRANSIT,
	IPC_PORT_PLACE_KERNEL,
	IPC_PORT_PLACE_DEAD,
};

struct ipc_port {
	uint32_t refs;
	uint8_t place; /* enum ipc_port_place */
	bool guarded : 1;
	bool strict : 1;
	bool immovable : 1;
	bool has_backup : 1;   /* pdrequest was made of a send right, and is one
	                       * again for who takes it back */
	bool expired : 1;      /* a message of its timer is queued */
	bool replies_come : 1; /* posted for replies: ipc_board_post() */
	uint8_t status_flags; /* stored MACH_PORT_STATUS_FLAG_*, no behaviour */
	uint8_t lane_why; /* enum ipc_lane_why: of the last lane that closed */
	union {
		struct ipc_space *receiver;   /* SPACE; borrowed */
		struct ipc_port *destination; /* TRANSIT; +1 */
		struct ipc_kobject *kobject;  /* KERNEL; borrowed */
	};
	mach_port_name_t receiver_name;  /* SPACE */
	uint32_t board_index;            /* SPACE, posted; or IPC_BOARD_NONE */
	struct ipc_attachment *attached; /* borrowed, or NULL */

	uint32_t srights;
	uint32_t sorights;
	mach_port_mscount_t mscount;
	mach_port_seqno_t seqno;
	uint32_t qlimit;
	uint32_t msgcount; /* messages queued; blocked sends not counted */
	uint32_t notice_count;
	uint32_t notices_sent;
	uint64_t lanes_share_ns;  /* until then they leave room for others */
	struct ipc_kmsg *notices; /* a stack of unused notifications */
	uint32_t member_count;    /* in `members` */

	struct list messages;  /* struct ipc_kmsg.link, oldest first */
	struct list senders;   /* blocked: struct ipc_waiter.link, FIFO */
	struct list receivers; /* blocked on the port itself: ipc_waiter.link */
	struct list
	    members; /* struct ipc_member.port_link: the sets it is in */
	struct list requests; /* struct ipc_request.port_link, oldest first */
	struct list armed;    /* the same, of those that are armed */
	struct list replies;  /* struct ipc_kmsg.link: of the kernel, to come */
	struct list lanes;    /* struct ipc_lane.port_link, in any state */
	struct list *merged;  /* what the last one went behind; or NULL
	                       * (ipc_mqueue_merge.c) */
	struct ipc_watch *watch; /* SPACE: on the queue, or NULL; borrowed */

	struct ipc_port *pdrequest; /* send-once right, or IPC_PORT_NULL */
	struct ipc_port *nsrequest; /* send-once right, or IPC_PORT_NULL */
	mach_port_context_t context;
	uint64_t enqueued; /* messages, ever; those handed over at once, too */
	uint64_t lane_closed_ns;
	struct ipc_label *label; /* owned, or NULL (ipc_label.h) */

	struct ipc_port *reap_below; /* the stack of ports being taken down */
	struct ipc_id id;
	struct list world_link;
};

/* A live port in no place yet (TRANSIT without destination); refs 1, to caller.
 * NULL: no memory. */
struct ipc_port *ipc_port_new(void) __attribute__((warn_unused_result));
struct ipc_port *ipc_port_ref(struct ipc_port *port);
/* NULL is fine; returns NULL. */
struct ipc_port *ipc_port_unref(struct ipc_port *port);

static inline bool
ipc_port_active(const struct ipc_port *port)
{
	return port->place != IPC_PORT_PLACE_DEAD;
}

/* Has it an entry on the board of its receiver? */
static inline bool
ipc_port_is_posted(const struct ipc_port *port)
{
	return port->board_index != IPC_BOARD_NONE;
}

/* Is the receive right in @space? */
static inline bool
ipc_port_received_by(const struct ipc_port *port, const struct ipc_space *space)
{
	return port->place == IPC_PORT_PLACE_SPACE && port->receiver == space;
}

/*
 * The receive right leaves its space: out of all sets, blocked receivers
 * interrupted, its watch over, mscount, seqno, context and guard reset (ports.md 7.1 steps
 * 3-6). The entry is the caller's business.
 */
void ipc_port_leave_space(struct ipc_port *port);

/* The receive right arrives in @space as @name; drops the destination. */
void ipc_port_enter_space(
    struct ipc_port *port, struct ipc_space *space, mach_port_name_t name);

/* A message to @destination has captured the receive right of @port: note where
 * it goes. Whoever does so then asks ipc_port_chain() of @destination. */
void ipc_port_set_destination(
    struct ipc_port *port, struct ipc_port *destination);

/* The message has been taken apart: the right is on its way to nowhere. */
void ipc_port_clear_destination(struct ipc_port *port);

/* Where a message to a port would end up: the port may itself be travelling to
 * another, and so on. */
enum ipc_chain {
	IPC_CHAIN_ENDS,     /* with a port that is somewhere */
	IPC_CHAIN_CIRCULAR, /* with the port itself (messages.md 9.5) */
	IPC_CHAIN_TOO_LONG, /* not within IPC_CHAIN_MAX steps */
};
#define IPC_CHAIN_MAX 256
enum ipc_chain ipc_port_chain(const struct ipc_port *port);

/*
 * The receive right is destroyed (ports.md 7.2), or sent away in a
 * port-destroyed notification. The right must not be in an entry any more, and
 * the reference that went with it is CONSUMED. Iterative: may be called from
 * within itself, at any depth of messages in queues of ports in messages.
 */
void ipc_port_destroy(struct ipc_port *port);

/* Naked rights. make: +1 reference with the right. */
void ipc_port_make_send(struct ipc_port *port); /* mscount + 1 */
void ipc_port_copy_send(struct ipc_port *port); /* mscount kept */
/* Ensures that @count send-once rights can be made: memory for their
 * notifications, charged to @account. */
bool ipc_port_reserve_send_once(
    struct ipc_port *port, struct ipc_account *account, uint32_t count)
    __attribute__((warn_unused_result));
/* The memory and the charge for one of those, to be given to the port of one later; NULL:
 * no memory, or over the budget. */
struct ipc_kmsg *ipc_port_new_notice(struct ipc_account *account)
    __attribute__((warn_unused_result));
/* The live @port takes it: CONSUMED, and one can be made. */
void ipc_port_add_notice(struct ipc_port *port, struct ipc_kmsg *notice);
/* They are not going to be made after all. */
void ipc_port_unreserve_send_once(struct ipc_port *port);
void ipc_port_make_send_once(struct ipc_port *port); /* after the reserve */
/* The right is given back; may fire no-senders. The reference is CONSUMED. */
void ipc_port_release_send(struct ipc_port *port);
/* The right has done its work: no notification. The reference is CONSUMED. */
void ipc_port_use_send_once(struct ipc_port *port);
/* The right dies unused: send-once notification. The reference is CONSUMED. */
void ipc_port_release_send_once(struct ipc_port *port);
/* The send right counted in srights goes without its reference. */
void ipc_port_drop_srights(struct ipc_port *port);

/* The notification that a naked send-once right of the live @port (CONSUMED)
 * has become: addressed to it, +1 to caller, never NULL. */
struct ipc_kmsg *ipc_port_take_notice(struct ipc_port *port);
/* Such a notification has arrived, or died: its send-once right goes with
 * it. */
void ipc_port_end_notice(struct ipc_port *port);

#endif
