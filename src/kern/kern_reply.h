/*
 * Replies that come later. A routine that cannot answer at once, because it waits for
 * an event or for a helper, takes the reply over (kern_mig_defer()) and returns
 * MIG_NO_REPLY; whoever keeps the struct kern_reply then answers once.
 *
 * All that can fail was done when it was taken over: kern_reply_send() cannot. The
 * reply belongs to nobody's task, so its sender may die meanwhile: then nobody wants it
 * any more, and sending it does no harm.
 */
#ifndef KERN_REPLY_H
#define KERN_REPLY_H

#include "ipc_kmsg.h"

struct kern_reply {
	struct ipc_kmsg *request; /* what is left of it: the reply right. NULL: none */
	struct ipc_kmsg *reply;   /* memory for the answer */
};

/* Is there somebody who can still receive it? False: its port has died. */
bool kern_reply_wanted(const struct kern_reply *reply);

/* Answer with a code alone: of an error, or of a routine without results. The struct
 * is empty then, and may be freed. */
void kern_reply_send(struct kern_reply *reply, kern_return_t code);

/* Answer as a routine whose one result is a region: `bytes` of @memory (CONSUMED) from
 * its page @offset on, as received files have it (ipc_kmsg.h). */
void kern_reply_send_memory(struct kern_reply *reply, struct ipc_memory *memory,
    uint64_t offset, uint32_t bytes);

#endif
