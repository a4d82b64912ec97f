/*
 * Semaphores: a count, and those who wait for it to be more than 0.
 *
 * A semaphore belongs to a task and dies with it; or when it is destroyed, or when
 * its last send right has gone, after which nobody could signal it. Whoever waits
 * then is answered KERN_TERMINATED.
 *
 * A waiter is a reply that comes later (kern_reply.h). It leaves at once when nobody
 * can receive the reply any more: so a signal is lost to nobody who was killed, and
 * nothing is kept for him.
 *
 * A semaphore is charged to whom it was made for, a waiter to who waits.
 */
#ifndef KERN_SEMAPHORE_H
#define KERN_SEMAPHORE_H

#include "ipc_account.h"
#include "ipc_kobject.h"
#include "kern_reply.h"
#include "kern_task.h"
#include "kern_thread.h"
#include "kern_timer.h"

struct kern_semaphore {
	struct ipc_kobject self;
	const struct kern_task *owner;
	struct list link;    /* owner->semaphores */
	struct list waiters; /* kern_semaphore_waiter.link, next first */
	int value;           /* 0 if somebody waits */
	bool lifo;           /* who came last is the next */
	struct ipc_account *account; /* +1; charged for it */
};

/* One thread that waits, or is about to. */
struct kern_semaphore_waiter {
	struct list link; /* kern_semaphore.waiters */
	struct kern_reply reply;
	struct kern_timer timer;     /* its place is reserved */
	struct kern_caller thread;   /* as which it can be signalled */
	struct ipc_account *account; /* +1; charged for it */
};

/* As a deadline: wait for ever. */
#define KERN_SEMAPHORE_NEVER UINT64_MAX

/**
 * kern_semaphore_new() - a semaphore of @owner
 * @account:	[in]  whose budget pays; borrowed
 * @policy:	[in]  SYNC_POLICY_*: FIXED_PRIORITY is FIFO, since threads of Linux
 *		      have no priority here
 * @value:	[in]  how many may pass before one has to wait
 *
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_ARGUMENT	no such policy, or @value < 0
 *		KERN_RESOURCE_SHORTAGE	no memory, or no budget
 */
kern_return_t kern_semaphore_new(struct kern_task *owner,
    struct ipc_account *account, int policy, int value,
    struct kern_semaphore **semaphore_out) __attribute__((warn_unused_result));

/* It dies, and is freed. */
void kern_semaphore_destroy(struct kern_semaphore *semaphore);

/* Let one pass: who waits, or who comes. KERN_RESOURCE_SHORTAGE: the value is
 * INT_MAX already. */
kern_return_t kern_semaphore_signal(struct kern_semaphore *semaphore);

/* Let all who wait pass. */
void kern_semaphore_signal_all(struct kern_semaphore *semaphore);

/* Let one who waits pass: @thread, or anyone if that is NULL. KERN_NOT_WAITING: there
 * is none, and nothing has changed. */
kern_return_t kern_semaphore_signal_thread(
    struct kern_semaphore *semaphore, const struct kern_thread *thread);

/* Pass, if that needs no waiting. */
bool kern_semaphore_take(struct kern_semaphore *semaphore);

/* A waiter without a reply yet. NULL: no memory, or @account has no budget. */
struct kern_semaphore_waiter *kern_semaphore_waiter_new(
    struct ipc_account *account) __attribute__((warn_unused_result));
/* Its reply was sent, or there is none. */
void kern_semaphore_waiter_free(struct kern_semaphore_waiter *waiter);

/* Wait with @waiter, CONSUMED, whose reply is wanted; from @deadline_ns on it is
 * answered KERN_OPERATION_TIMED_OUT. The value is 0. */
void kern_semaphore_block(struct kern_semaphore *semaphore,
    struct kern_semaphore_waiter *waiter, uint64_t deadline_ns);

#endif
