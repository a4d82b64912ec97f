/*
 * Replies that come later. A routine that cannot answer at once, because it waits for
 * an event or for a helper, takes the reply over (kern_mig_defer()) and returns
 * MIG_NO_REPLY; whoever keeps the struct kern_reply then answers once.
 *
 * All that can fail was done when it was taken over: kern_reply_send() cannot. The
 * reply belongs to nobody's task, so its sender may die meanwhile: then nobody wants it
 * any more, and sending it does no harm. Until it is sent, what it takes is charged to
 * who asked.
 */
#ifndef KERN_REPLY_H
#define KERN_REPLY_H

#include "ipc_kmsg.h"

struct kern_reply {
	struct ipc_kmsg *kmsg; /* addressed to who waits. NULL: nobody does */
	struct ipc_promise promise;
};

/* The reply to @request, in at most @bytes of message: takes its reply right, and no
 * more of it. False: no memory, or no budget; nothing has changed. */
bool kern_reply_init(struct kern_reply *reply, struct ipc_kmsg *request,
    uint32_t bytes) __attribute__((warn_unused_result));

/* A message with @id, as a reply that comes later: over @right, a send or send-once
 * right, CONSUMED on success, and charged to @account. False: no memory, or no budget. */
bool kern_reply_init_to(struct kern_reply *reply, struct ipc_kmsg_right right,
    mach_msg_id_t id, uint32_t bytes, struct ipc_account *account)
    __attribute__((warn_unused_result));

/* Is there somebody who can still receive it? False: its port has died, and there is
 * nothing to send any more; what it took is given back. */
bool kern_reply_wanted(struct kern_reply *reply);

/* Have @forsaken called, with the promise of @reply, as soon as nobody can receive it
 * any more: when its port dies. To send it there gives back what it took. @reply is
 * wanted, and stays where it is from now on. */
void kern_reply_watch(
    struct kern_reply *reply, void (*forsaken)(struct ipc_promise *promise));

/* Answer with a code alone: of an error, or of a routine without results. The struct
 * is empty then, and may be freed; or sent again, which does nothing. */
void kern_reply_send(struct kern_reply *reply, kern_return_t code);

/* Answer as a routine whose results are @count words: numbers, one behind the
 * other. */
void kern_reply_send_words(
    struct kern_reply *reply, const uint32_t *words, uint32_t count);

/* The same with a code before them, as a message of any kind can have it. */
void kern_reply_send_result(struct kern_reply *reply, kern_return_t code,
    const uint32_t *words, uint32_t count);

/* The same behind a right, the first result, of which the routine has none to give:
 * MACH_PORT_NULL. Not for what kern_reply_init_to() made. */
void kern_reply_send_null_right(
    struct kern_reply *reply, const uint32_t *words, uint32_t count);

/*
 * Answer as a routine whose one result is a region, `data : pointer_t`: @bytes of
 * @memory (CONSUMED) from @offset, the beginning of any page but the first, on. Not 0 bytes: those
 * take no memory. If the region is over the budget of who asked, the answer is
 * KERN_RESOURCE_SHORTAGE.
 */
void kern_reply_send_memory(struct kern_reply *reply, struct ipc_memory *memory,
    uint64_t offset, uint32_t bytes);

#endif
