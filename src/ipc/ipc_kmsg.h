/*
 * A message in transit. It holds rights, not names, and belongs to no space.
 *
 * Its life (enum ipc_kmsg_state):
 *
 *	NOTICE	 unused memory of a notification, in a port's stack
 *	TRANSIT	 copied in: bytes hold the message as sent (dispositions
 *		 transformed), the rights are in remote, local and rights[]
 *	OUT	 copied out: bytes hold the message with the receiver's names;
 *		 names[] are the elements of its port arrays in order; no rights
 *
 * The message's bytes: `bytes` holds the first byte_count of size bytes. If
 * that is less than size, the rest is in `memory` at the same offset. Where the
 * out-of-line regions are: ipc_region.h.
 */
#ifndef IPC_KMSG_H
#define IPC_KMSG_H

#include "base_scoped.h"
#include "ipc.h"
#include "ipc_account.h"
#include "ipc_ring.h"

/* What a message is charged besides its bytes and the rights in its body: about
 * what it takes, with the ports that its header keeps alive. */
#define IPC_KMSG_CHARGE 512
/* The notification with the most bytes: port-destroyed. */
#define IPC_NOTICE_BYTES 40
#define IPC_RIGHTS_MAX 16383

/*
 * A file that travels with a message, owned by it: the one that the message is in,
 * or one that a single region is in (it is placed). The caller embeds this and
 * provides the two functions.
 */
struct ipc_memory {
	uint64_t bytes;
	uint64_t memory_bytes; /* that it takes at most: beyond its end, too */
	/* A placed region's: */
	uint32_t index;          /* of its descriptor */
	uint64_t offset;         /* where it begins; a multiple of the page */
	struct ipc_memory *next; /* of a later descriptor; or NULL */
	/* Copy [@offset, @offset + @count) to @to; false: it cannot be read. */
	bool (*read)(const struct ipc_memory *memory, uint64_t offset, void *to,
	    size_t count);
	void (*free)(struct ipc_memory *memory);
};

/*
 * Memory that a sender lends to his message: its regions stay there, and may change, until
 * the sender is told how the send ended. Who receives the message before that has them with
 * one copy less. The caller embeds this, and ends the loan before he tells the sender, and
 * before the memory goes.
 */
struct ipc_loan {
	const uint8_t *regions;
	struct ipc_kmsg *kmsg; /* borrowed; NULL: nothing is lent */
};

/* The message has its regions to itself from now on. */
void ipc_loan_end(struct ipc_loan *loan);

/* Frees @memory and those behind it. NULL is fine. */
void ipc_memory_free_all(struct ipc_memory *memory);

/* Of a reply that comes later: who is to know that nobody waits for it any more. */
struct ipc_promise {
	/* Its port has died. The reply may be sent here, to no effect, and is to
	 * be sent some time. */
	void (*forsaken)(struct ipc_promise *promise);
};

enum ipc_kmsg_state {
	IPC_KMSG_NOTICE,
	IPC_KMSG_TRANSIT,
	IPC_KMSG_OUT,
};

/* A right in the body. */
struct ipc_kmsg_right {
	struct ipc_port *port; /* naked right, or NULL or DEAD */
	mach_msg_type_name_t type;
};

struct ipc_kmsg {
	struct list link;      /* port->messages, or ->replies */
	struct ipc_kmsg *next; /* NOTICE: port->notices */
	uint8_t state;         /* enum ipc_kmsg_state */
	uint8_t remote_type;   /* of `remote`: PORT_SEND or PORT_SEND_ONCE */
	uint8_t local_type;    /* of `local`: the same, or 0 */
	bool circular : 1;     /* destroy instead of queueing */
	bool forced : 1; /* queue it whatever the limit (MACH_SEND_NOTIFY) */
	bool notice : 1; /* made of its send-once right's notification memory */
	bool expiry : 1; /* of its port's timer: one is queued at most */
	bool voucher : 1; /* sent with a voucher disposition (and NULL) */
	bool hidden : 1;  /* it is not traced */
	bool queued : 1;  /* between the two of ipc_kmsg_enter_queue() */
	uint32_t sender;  /* id of the space that sent it; 0: the kernel */
	uint64_t number;  /* of all messages */
	uint64_t queued_ns;
	uint64_t ticket; /* queued: by which the queue is ordered; not 0 */

	struct ipc_port *remote; /* the destination's naked right */
	struct ipc_port *local;  /* the reply's naked right, or NULL or DEAD */
	struct ipc_identity *identity; /* +1; NULL: the kernel's */
	struct ipc_account *account;   /* +1; the charge below is its */
	struct ipc_charge charge;
	struct ipc_request *accepted; /* message-accepted asked for; owned */
	struct ipc_memory *memory;    /* owned, or NULL */
	struct ipc_memory *placed;    /* owned: the first, or NULL */
	struct ipc_promise *promise; /* of a reply to come; borrowed, or NULL */
	struct ipc_loan *loan;       /* borrowed, or NULL */
	struct ipc_ring *ring;       /* +1, or NULL: `ool` is there */
	uint64_t regions_at;         /* in `memory`; 0: behind the message */

	mach_msg_size_t size; /* msgh_size */
	uint32_t byte_count;  /* of it, in bytes[] */
	uint8_t *bytes;       /* in the same allocation */
	uint8_t *ool;         /* in the same allocation, or in `ring`, or NULL;
	                       * as long as there is a loan, nothing is in it */
	uint32_t ool_bytes;
	uint32_t right_count;
	uint32_t right_first; /* destroyed so far: those before this are gone */
	union {
		struct ipc_kmsg_right *rights; /* TRANSIT: by descriptor */
		mach_port_name_t *names;       /* OUT: of port arrays only */
	};
	uint32_t name_count; /* OUT */
};

/* Memory for a message; state TRANSIT, no rights. NULL: no memory. */
struct ipc_kmsg *ipc_kmsg_new(uint32_t byte_count, uint32_t ool_bytes,
    uint32_t right_count) __attribute__((warn_unused_result));

/* Charge @account for the message and all it has, or will have: @right_count
 * rights in its body, each of which may be all that keeps its port in memory.
 * False: over its budget. */
bool ipc_kmsg_charge(struct ipc_kmsg *kmsg, uint32_t right_count,
    struct ipc_account *account) __attribute__((warn_unused_result));

/* The same of a message without rights or files, with what @account was charged before: that is
 * taken out of @from, which has it. */
void ipc_kmsg_take_charge(struct ipc_kmsg *kmsg, struct ipc_account *account,
    struct ipc_charge *from);

/* Gives back the charge alone; without one, nothing. */
void ipc_kmsg_discharge(struct ipc_kmsg *kmsg);

/* The message waits in a queue from now on, or does so no more. */
static inline void
ipc_kmsg_enter_queue(struct ipc_kmsg *kmsg)
{
	kmsg->queued = true;
	kmsg->queued_ns = ipc_world.now_ns;
	if (kmsg->sender == 0)
		return;
	kmsg->account->queued++;
	kmsg->account->queued_bytes +=
	    kmsg->charge.bytes + kmsg->charge.file_bytes;
}

static inline void
ipc_kmsg_leave_queue(struct ipc_kmsg *kmsg)
{
	if (!kmsg->queued)
		return;
	kmsg->queued = false;
	if (kmsg->sender == 0)
		return;
	kmsg->account->queued--;
	kmsg->account->queued_bytes -=
	    kmsg->charge.bytes + kmsg->charge.file_bytes;
}

/* Gives back the memory and the charge. No rights may be left in it. NULL is
 * fine. */
void ipc_kmsg_free(struct ipc_kmsg *kmsg);
DEFINE_SCOPED(struct ipc_kmsg, ipc_kmsg_free)

/* Destroys what it carries (rights with their notifications, memory), then
 * frees it. CONSUMES @kmsg. */
void ipc_kmsg_destroy(struct ipc_kmsg *kmsg);

/* The body alone: the rights that are left in it, and its memory. */
void ipc_kmsg_destroy_body(struct ipc_kmsg *kmsg);

/* One right's worth of ipc_kmsg_destroy(); true when @kmsg is gone. For
 * ipc_port_destroy(). */
bool ipc_kmsg_destroy_step(struct ipc_kmsg *kmsg);

/* What the sender of a message hands over. All is borrowed but memory. */
struct ipc_kmsg_source {
	const uint8_t *bytes; /* the packet: the message, then the regions */
	size_t byte_count;
	struct ipc_loan *loan; /* of nothing yet: where the regions are; NULL:
	                        * behind the message */
	size_t loan_bytes;     /* not 0 */
	struct ipc_memory *memory; /* instead of bytes: CONSUMED in any case */
	struct ipc_memory *placed; /* the first, or NULL: CONSUMED, all */
	mach_msg_size_t size;      /* send_size */
	uint32_t unreadable; /* index of the first descriptor whose memory the
	                      * sender could not read; UINT32_MAX: none */
	bool arm; /* MACH_SEND_NOTIFY in the sense of notifications.md 7 */
};

/**
 * ipc_kmsg_copyin() - make a message in transit from what a task sends
 * @kmsg_out:	[out] the message; NULL on failure
 * @taken_out:	[out] how many descriptors were processed: their memory is the
 *		      kernel's now. A port array counts as soon as it was read
 *
 * Return:	MACH_MSG_SUCCESS, or as messages.md 8 and 9, in the order there.
 *		Up to 8.2 nothing has changed; a failure of 9 has destroyed what
 *		was taken.
 */
mach_msg_return_t ipc_kmsg_copyin(struct ipc_space *space,
    const struct ipc_kmsg_source *source, struct ipc_kmsg **kmsg_out,
    uint32_t *taken_out) __attribute__((warn_unused_result));

/* How a message is to be copied out. */
struct ipc_kmsg_copyout {
	mach_msg_option_t option; /* RCV_VOUCHER, RCV_GUARDED_DESC count */
	uint64_t address;         /* of the receiver's buffer: its guards */
};

/*
 * Copy a message out to @space: the receiver (header swapped, messages.md 11.4
 * to 11.6). @port is the port it was taken from. MACH_RCV_HEADER_ERROR: nothing
 * but a bare header is left of it, as in 11.3.
 */
mach_msg_return_t ipc_kmsg_copyout(struct ipc_space *space,
    struct ipc_kmsg *kmsg, struct ipc_port *port,
    const struct ipc_kmsg_copyout *how);

/* Give a message that could not be sent back to its sender (messages.md 10.1).
 * Returns the special bits of what did not fit, or 0. */
mach_msg_return_t ipc_kmsg_copyout_pseudo(struct ipc_space *space,
    struct ipc_kmsg *kmsg, const struct ipc_kmsg_copyout *how);

/* Destroy all but a bare header, which is left copied out (messages.md
 * 11.3). */
void ipc_kmsg_copyout_bare(
    struct ipc_space *space, struct ipc_kmsg *kmsg, struct ipc_port *port);

#endif
