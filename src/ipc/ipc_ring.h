/*
 * The ring of a lane, as long as messages have regions there.
 *
 * When a lane closes, large regions are not copied out of its ring, which would hold up
 * everybody: messages keep the ring, and the copy is made when one is received. The task whose
 * memory it is may write there all the while, which is no more than it could do before: so
 * what is read is read once. One that tells the truth does not write to a ring whose lane is
 * not open.
 *
 * The caller embeds this, gives it to a lane, and has one reference until that is closed and
 * the engine was left.
 */
#ifndef IPC_RING_H
#define IPC_RING_H

#include "ipc_account.h"

struct ipc_ring {
	uint32_t refs;
	/* Since a message keeps it: who is charged for all of it. Before, the lane is. */
	struct ipc_account *account; /* +1 */
	struct ipc_charge charge;
	/* Nobody has it any more. Called from within any operation. */
	void (*free)(struct ipc_ring *ring);
};

/* For a message: the first takes @bytes of what @account was charged out of @from. */
struct ipc_ring *ipc_ring_keep(struct ipc_ring *ring,
    struct ipc_account *account, uint64_t bytes, struct ipc_charge *from);

/* NULL is fine; returns NULL. */
struct ipc_ring *ipc_ring_unref(struct ipc_ring *ring);

#endif
