/* Semaphores: who passes, who waits, and how a wait ends. */
#include "kern_semaphore.h"

#include <limits.h>
#include <mach/sync_policy.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "kern_mig.h"

static const struct ipc_charge semaphore_cost = {
    .bytes = sizeof(struct kern_semaphore) + sizeof(struct ipc_port),
};

/* Besides its reply, which is charged as such. */
static const struct ipc_charge waiter_cost = {
    .bytes = sizeof(struct kern_semaphore_waiter) + sizeof(struct kern_timer *),
};

/* --- waiters --------------------------------------------------------------- */

struct kern_semaphore_waiter *
kern_semaphore_waiter_new(struct ipc_account *account)
{
	struct kern_semaphore_waiter *waiter;

	if (!ipc_account_charge(account, &waiter_cost))
		return NULL;
	if (!kern_timer_reserve())
		goto discharge;
	waiter = base_zalloc(1, sizeof(*waiter));
	if (!waiter)
		goto unreserve;
	list_init(&waiter->link);
	waiter->thread = kern_caller;
	waiter->account = ipc_account_ref(account);
	return waiter;

unreserve:
	kern_timer_unreserve();
discharge:
	ipc_account_discharge(account, &waiter_cost);
	return NULL;
}

void
kern_semaphore_waiter_free(struct kern_semaphore_waiter *waiter)
{
	mp_assert(!waiter->reply.kmsg && waiter->timer.place == 0);
	kern_timer_unreserve();
	ipc_account_discharge(waiter->account, &waiter_cost);
	(void)ipc_account_unref(waiter->account);
	base_free(waiter);
}

/* The wait is over. CONSUMES @waiter. False: nobody has noticed. */
static bool
end_wait(struct kern_semaphore_waiter *waiter, kern_return_t code)
{
	bool wanted = kern_reply_wanted(&waiter->reply);

	list_remove(&waiter->link);
	kern_timer_disarm(&waiter->timer);
	kern_reply_send(&waiter->reply, code);
	kern_semaphore_waiter_free(waiter);
	return wanted;
}

static void
forsaken(struct ipc_promise *promise)
{
	struct kern_reply *reply =
	    CONTAINER_OF(promise, struct kern_reply, promise);

	(void)end_wait(CONTAINER_OF(reply, struct kern_semaphore_waiter, reply),
	    KERN_ABORTED);
}

static void
timed_out(struct kern_timer *timer)
{
	(void)end_wait(CONTAINER_OF(timer, struct kern_semaphore_waiter, timer),
	    KERN_OPERATION_TIMED_OUT);
}

static struct kern_semaphore_waiter *
next_waiter(const struct kern_semaphore *semaphore)
{
	if (list_empty(&semaphore->waiters))
		return NULL;
	return CONTAINER_OF(
	    semaphore->waiters.next, struct kern_semaphore_waiter, link);
}

void
kern_semaphore_block(struct kern_semaphore *semaphore,
    struct kern_semaphore_waiter *waiter, uint64_t deadline_ns)
{
	mp_assert(semaphore->value == 0);
	if (semaphore->lifo)
		list_insert_after(&semaphore->waiters, &waiter->link);
	else
		list_push_back(&semaphore->waiters, &waiter->link);
	waiter->timer.fire = timed_out;
	if (deadline_ns != KERN_SEMAPHORE_NEVER)
		kern_timer_arm(&waiter->timer, deadline_ns);
	kern_reply_watch(&waiter->reply, forsaken);
}

/* --- semaphores ------------------------------------------------------------ */

static void
no_senders(struct ipc_kobject *object)
{
	kern_semaphore_destroy(
	    CONTAINER_OF(object, struct kern_semaphore, self));
}

kern_return_t
kern_semaphore_new(struct kern_task *owner, struct ipc_account *account,
    int policy, int value, struct kern_semaphore **semaphore_out)
{
	struct kern_semaphore *semaphore;

	if (value < 0 || (policy & ~SYNC_POLICY_ORDER_MASK) != 0)
		return KERN_INVALID_ARGUMENT;
	if (!ipc_account_charge(account, &semaphore_cost))
		return KERN_RESOURCE_SHORTAGE;
	semaphore = base_zalloc(1, sizeof(*semaphore));
	if (!semaphore ||
	    !ipc_kobject_init(
	        &semaphore->self, IPC_KOBJECT_SEMAPHORE, kern_mig_serve)) {
		base_free(semaphore);
		ipc_account_discharge(account, &semaphore_cost);
		return KERN_RESOURCE_SHORTAGE;
	}
	semaphore->self.no_senders = no_senders;
	semaphore->owner = owner;
	semaphore->value = value;
	semaphore->lifo = (policy & SYNC_POLICY_REVERSED) != 0;
	semaphore->account = ipc_account_ref(account);
	list_init(&semaphore->waiters);
	list_init(&semaphore->link);
	list_push_back(&owner->semaphores, &semaphore->link);
	*semaphore_out = semaphore;
	return KERN_SUCCESS;
}

void
kern_semaphore_destroy(struct kern_semaphore *semaphore)
{
	struct kern_semaphore_waiter *waiter;

	semaphore->self.no_senders = NULL;
	list_remove(&semaphore->link);
	while ((waiter = next_waiter(semaphore)))
		(void)end_wait(waiter, KERN_TERMINATED);
	ipc_kobject_deinit(&semaphore->self);
	ipc_account_discharge(semaphore->account, &semaphore_cost);
	(void)ipc_account_unref(semaphore->account);
	base_free(semaphore);
}

kern_return_t
kern_semaphore_signal(struct kern_semaphore *semaphore)
{
	struct kern_semaphore_waiter *waiter;

	while ((waiter = next_waiter(semaphore)))
		if (end_wait(waiter, KERN_SUCCESS))
			return KERN_SUCCESS;
	if (semaphore->value == INT_MAX)
		return KERN_RESOURCE_SHORTAGE;
	semaphore->value++;
	return KERN_SUCCESS;
}

void
kern_semaphore_signal_all(struct kern_semaphore *semaphore)
{
	struct kern_semaphore_waiter *waiter;

	while ((waiter = next_waiter(semaphore)))
		(void)end_wait(waiter, KERN_SUCCESS);
}

kern_return_t
kern_semaphore_signal_thread(
    struct kern_semaphore *semaphore, const struct kern_thread *thread)
{
	LIST_FOREACH_SAFE (node, &semaphore->waiters) {
		struct kern_semaphore_waiter *waiter =
		    CONTAINER_OF(node, struct kern_semaphore_waiter, link);

		if (thread &&
		    (thread->task != waiter->thread.task ||
		        thread->id != waiter->thread.id))
			continue;
		if (end_wait(waiter, KERN_SUCCESS))
			return KERN_SUCCESS;
	}
	return KERN_NOT_WAITING;
}

bool
kern_semaphore_take(struct kern_semaphore *semaphore)
{
	if (semaphore->value == 0)
		return false;
	semaphore->value--;
	return true;
}
