/* The timers of tasks: attached to a port, and in the heap while they are armed. */
#include "kern_mk_timer.h"

#include <mach/mk_timer.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "ipc_mach_port_find.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_slot.h"
#include "ipc_space.h"
#include "kern_platform.h"
#include "kern_timer.h"

struct mk_timer {
	struct ipc_attachment attachment;
	struct kern_timer timer;
	struct ipc_slot right;    /* to send to its port */
	struct ipc_kmsg *message; /* of the next expiry; NULL: never armed, or
	                              * it was sent */
	struct ipc_account *account; /* +1; charged `cost` */
};

/* With its place among the timers. */
static const struct ipc_charge cost = {
    .bytes = sizeof(struct mk_timer) + sizeof(struct kern_timer *),
};

/* Tell of the expiry, unless an earlier one was not received yet. */
static void
expire(struct mk_timer *timer)
{
	struct ipc_port *port = timer->right.port;
	struct ipc_kmsg *message = timer->message;

	if (port->expired)
		return;
	timer->message = NULL;
	ipc_port_copy_send(port);
	message->remote = port;
	message->remote_type = MACH_MSG_TYPE_PORT_SEND;
	port->expired = true;
	if (ipc_mqueue_post(port, message))
		return;
	/* As many messages are queued as can be. */
	port->expired = false;
	message->remote = IPC_PORT_NULL;
	ipc_port_release_send(port);
	timer->message = message;
}

static void
fire(struct kern_timer *timer)
{
	expire(CONTAINER_OF(timer, struct mk_timer, timer));
}

/* All that can be without a port, or what is left of it. */
static void
free_timer(struct mk_timer *timer)
{
	kern_timer_unreserve();
	ipc_kmsg_free(timer->message);
	ipc_account_discharge(timer->account, &cost);
	(void)ipc_account_unref(timer->account);
	base_free(timer);
}

static void
port_died(struct ipc_attachment *attachment)
{
	struct mk_timer *timer =
	    CONTAINER_OF(attachment, struct mk_timer, attachment);

	kern_timer_disarm(&timer->timer);
	ipc_slot_deinit(&timer->right);
	free_timer(timer);
}

/* A timer without a port. NULL: no memory, or no budget. */
static struct mk_timer *
new_timer(struct ipc_account *account)
{
	struct mk_timer *timer;

	if (!ipc_account_charge(account, &cost))
		return NULL;
	if (!kern_timer_reserve())
		goto discharge;
	timer = base_zalloc(1, sizeof(*timer));
	if (!timer)
		goto unreserve;
	timer->attachment.type = IPC_KOBJECT_TIMER;
	timer->attachment.port_died = port_died;
	timer->timer.fire = fire;
	timer->account = ipc_account_ref(account);
	return timer;

unreserve:
	kern_timer_unreserve();
discharge:
	ipc_account_discharge(account, &cost);
	return NULL;
}

static void
attach(struct mk_timer *timer, struct ipc_port *port)
{
	port->attached = &timer->attachment;
	ipc_port_make_send(port);
	ipc_slot_init(&timer->right);
	ipc_slot_set(&timer->right, port);
}

kern_return_t
kern_mk_timer_create(struct ipc_space *space, mach_port_name_t *name_out)
{
	struct mk_timer *timer = new_timer(space->account);
	struct ipc_port *port;
	kern_return_t kr;

	if (!timer)
		return KERN_RESOURCE_SHORTAGE;
	kr = ipc_mach_port_allocate(space, MACH_PORT_RIGHT_RECEIVE, name_out);
	if (kr != KERN_SUCCESS) {
		free_timer(timer);
		return kr;
	}
	kr = ipc_mach_port_find_receive(space, *name_out, &port);
	mp_assert(kr == KERN_SUCCESS);
	attach(timer, port);
	return KERN_SUCCESS;
}

static kern_return_t
find(
    struct ipc_space *space, mach_port_name_t name, struct mk_timer **timer_out)
{
	struct ipc_port *port;
	kern_return_t kr = ipc_mach_port_find_receive_name(space, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->attached || port->attached->type != IPC_KOBJECT_TIMER)
		return KERN_INVALID_ARGUMENT;
	*timer_out = CONTAINER_OF(port->attached, struct mk_timer, attachment);
	return KERN_SUCCESS;
}

kern_return_t
kern_mk_timer_destroy(struct ipc_space *space, mach_port_name_t name)
{
	struct mk_timer *timer;
	kern_return_t kr = find(space, name, &timer);

	return kr == KERN_SUCCESS ? ipc_mach_port_destroy(space, name) : kr;
}

static struct ipc_kmsg *
new_message(struct ipc_account *account)
{
	const mk_timer_expire_msg_t expiry = {
	    .header = {.msgh_size = sizeof(expiry)},
	};
	struct ipc_kmsg *message = ipc_kmsg_new(sizeof(expiry), 0, 0);

	if (message && !ipc_kmsg_charge(message, 0, account)) {
		ipc_kmsg_free(message);
		message = NULL;
	}
	if (!message)
		return NULL;
	message->size = sizeof(expiry);
	message->expiry = true;
	memcpy(message->bytes, &expiry, sizeof(expiry));
	return message;
}

kern_return_t
kern_mk_timer_arm(
    struct ipc_space *space, mach_port_name_t name, uint64_t deadline_ns)
{
	struct mk_timer *timer;
	kern_return_t kr = find(space, name, &timer);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!timer->message)
		timer->message = new_message(space->account);
	if (!timer->message)
		return KERN_RESOURCE_SHORTAGE;
	kern_timer_disarm(&timer->timer);
	if (deadline_ns <= kern_platform->now_ns())
		expire(timer);
	else
		kern_timer_arm(&timer->timer, deadline_ns);
	return KERN_SUCCESS;
}

kern_return_t
kern_mk_timer_cancel(
    struct ipc_space *space, mach_port_name_t name, uint64_t *deadline_ns_out)
{
	struct mk_timer *timer;
	kern_return_t kr = find(space, name, &timer);

	if (kr != KERN_SUCCESS)
		return kr;
	*deadline_ns_out =
	    timer->timer.place != 0 ? timer->timer.deadline_ns : 0;
	kern_timer_disarm(&timer->timer);
	ipc_kmsg_free(timer->message);
	timer->message = NULL;
	return KERN_SUCCESS;
}
