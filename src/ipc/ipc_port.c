/*
 * Ports: where the receive right is, the counters of the others, and how a port
 * dies.
 *
 * Death is iterative. A queue can hold a message with the receive right of a
 * port whose queue holds a message ... So a dying port is pushed on a stack
 * (linked through reap_below) and one loop, started by the outermost destroy,
 * always works on the topmost: it destroys one right of one queued message at a
 * time, and a right that is a receive right pushes its port. That is the order
 * that recursion would give, in constant stack.
 */
#include "ipc_port.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_kobject.h"
#include "ipc_label.h"
#include "ipc_mqueue.h"
#include "ipc_notify.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space.h"
#include "ipc_trace.h"
#include "ipc_waiter.h"
#include "ipc_watch.h"

/* The ports being taken down, topmost first. */
static struct ipc_port *reap_top;
static bool reaping;

struct ipc_port *
ipc_port_new(void)
{
	struct ipc_port *port = base_zalloc(1, sizeof(*port));

	if (!port)
		return NULL;
	port->refs = 1;
	ipc_id_init(&port->id, IPC_ID_PORT);
	port->place = IPC_PORT_PLACE_TRANSIT;
	port->board_index = IPC_BOARD_NONE;
	port->qlimit = MACH_PORT_QLIMIT_DEFAULT;
	list_init(&port->messages);
	list_init(&port->senders);
	list_init(&port->receivers);
	list_init(&port->members);
	list_init(&port->requests);
	list_init(&port->armed);
	list_init(&port->replies);
	list_init(&port->lanes);
	list_init(&port->world_link);
	list_push_back(&ipc_world.ports, &port->world_link);
	return port;
}

struct ipc_port *
ipc_port_ref(struct ipc_port *port)
{
	mp_assert(port->refs > 0);
	port->refs++;
	return port;
}

struct ipc_port *
ipc_port_unref(struct ipc_port *port)
{
	if (!port)
		return NULL;
	mp_assert(port->refs > 0);
	if (--port->refs > 0)
		return NULL;
	mp_assert(!ipc_port_active(port));
	mp_assert(list_empty(&port->messages) && list_empty(&port->senders));
	mp_assert(list_empty(&port->receivers) && list_empty(&port->members));
	mp_assert(list_empty(&port->requests) && list_empty(&port->armed));
	mp_assert(list_empty(&port->replies) && list_empty(&port->lanes));
	mp_assert(!port->notices && !port->watch && !port->label);
	mp_assert(!port->pdrequest && !port->nsrequest);
	list_remove(&port->world_link);
	ipc_id_deinit(&port->id);
	base_free(port);
	return NULL;
}

/* Whoever received on it, or through a set, does so no more. */
static void
stop_receiving(struct ipc_port *port)
{
	ipc_board_withdraw(port);
	ipc_port_leave_sets(port);
	ipc_mqueue_end(&port->receivers, MACH_RCV_PORT_CHANGED);
	ipc_watch_over(port->watch);
}

void
ipc_port_leave_space(struct ipc_port *port)
{
	mp_assert(port->place == IPC_PORT_PLACE_SPACE);
	stop_receiving(port);
	port->receiver->receives--;
	port->mscount = 0;
	port->seqno = 0;
	port->context = 0;
	port->guarded = false;
	port->strict = false;
	port->immovable = false;
	port->place = IPC_PORT_PLACE_TRANSIT;
	port->destination = NULL;
	port->receiver_name = MACH_PORT_NULL;
}

void
ipc_port_enter_space(
    struct ipc_port *port, struct ipc_space *space, mach_port_name_t name)
{
	ipc_port_clear_destination(port);
	port->place = IPC_PORT_PLACE_SPACE;
	port->receiver = space;
	port->receiver_name = name;
	space->receives++;
}

void
ipc_port_set_destination(struct ipc_port *port, struct ipc_port *destination)
{
	mp_assert(port->place == IPC_PORT_PLACE_TRANSIT && !port->destination);
	port->destination = ipc_port_ref(destination);
}

void
ipc_port_clear_destination(struct ipc_port *port)
{
	struct ipc_port *destination = port->destination;

	mp_assert(port->place == IPC_PORT_PLACE_TRANSIT);
	port->destination = NULL;
	ipc_port_unref(destination);
}

enum ipc_chain
ipc_port_chain(const struct ipc_port *port)
{
	const struct ipc_port *p = port;

	for (unsigned i = 0; i < IPC_CHAIN_MAX; i++) {
		if (p->place != IPC_PORT_PLACE_TRANSIT || !p->destination)
			return IPC_CHAIN_ENDS;
		p = p->destination;
		if (p == port)
			return IPC_CHAIN_CIRCULAR;
	}
	return IPC_CHAIN_TOO_LONG;
}

void
ipc_port_make_send(struct ipc_port *port)
{
	port->mscount++;
	ipc_port_copy_send(port);
}

void
ipc_port_copy_send(struct ipc_port *port)
{
	port->srights++;
	ipc_port_ref(port);
}

/*
 * The stack of notices: as many as there are rights that may need one, each with
 * the charge of who made the right; and on top of them, perhaps, one more without a
 * charge, so that a reply port need not allocate one for each request.
 */

static uint32_t
promised_notices(const struct ipc_port *port)
{
	return port->sorights - port->notices_sent;
}

static struct ipc_kmsg *
pop_notice(struct ipc_port *port)
{
	struct ipc_kmsg *notice = port->notices;

	port->notices = notice->next;
	port->notice_count--;
	notice->next = NULL;
	return notice;
}

static void
push_notice(struct ipc_port *port, struct ipc_kmsg *notice)
{
	notice->next = port->notices;
	port->notices = notice;
	port->notice_count++;
}

/* Give back what no right needs any more, but for the one that is kept. */
static void
trim_notices(struct ipc_port *port)
{
	while (port->notice_count > promised_notices(port) + 1)
		ipc_kmsg_free(pop_notice(port));
	if (port->notice_count > promised_notices(port))
		ipc_kmsg_discharge(port->notices);
}

/* The one that is kept without a charge, taken off; or NULL. */
static struct ipc_kmsg *
pop_kept(struct ipc_port *port)
{
	if (!port->notices || port->notices->account)
		return NULL;
	return pop_notice(port);
}

/* @notice, CONSUMED, or a new one if it is NULL, charged to @account; NULL: not. */
static struct ipc_kmsg *
charge_notice(struct ipc_kmsg *notice, struct ipc_account *account)
{
	if (!notice)
		notice = ipc_kmsg_new(IPC_NOTICE_BYTES, 0, 1);
	if (!notice)
		return NULL;
	if (!ipc_kmsg_charge(notice, 0, account)) {
		ipc_kmsg_free(notice);
		return NULL;
	}
	notice->state = IPC_KMSG_NOTICE;
	return notice;
}

/* One more notice that is charged to @account: the one kept, or a new one. */
static bool
add_notice(struct ipc_port *port, struct ipc_account *account)
{
	struct ipc_kmsg *notice = charge_notice(pop_kept(port), account);

	if (notice)
		push_notice(port, notice);
	return notice != NULL;
}

struct ipc_kmsg *
ipc_port_new_notice(struct ipc_account *account)
{
	return charge_notice(NULL, account);
}

void
ipc_port_add_notice(struct ipc_port *port, struct ipc_kmsg *notice)
{
	struct ipc_kmsg *kept = pop_kept(port);

	mp_assert(ipc_port_active(port));
	push_notice(port, notice);
	if (kept)
		push_notice(port, kept);
}

/* Those that are charged. */
static uint32_t
charged_notices(const struct ipc_port *port)
{
	bool kept = port->notices && !port->notices->account;

	return port->notice_count - kept;
}

bool
ipc_port_reserve_send_once(
    struct ipc_port *port, struct ipc_account *account, uint32_t count)
{
	while (charged_notices(port) < promised_notices(port) + count) {
		if (!add_notice(port, account)) {
			trim_notices(port);
			return false;
		}
	}
	return true;
}

void
ipc_port_unreserve_send_once(struct ipc_port *port)
{
	trim_notices(port);
}

void
ipc_port_make_send_once(struct ipc_port *port)
{
	port->sorights++;
	mp_assert(charged_notices(port) >= promised_notices(port));
	ipc_port_ref(port);
}

void
ipc_port_drop_srights(struct ipc_port *port)
{
	struct ipc_port *notify;

	if (!ipc_port_active(port))
		return;
	mp_assert(port->srights > 0);
	if (--port->srights > 0)
		return;
	if (port->place == IPC_PORT_PLACE_KERNEL && port->kobject->no_senders)
		port->kobject->no_senders(port->kobject);
	notify = port->nsrequest;
	port->nsrequest = IPC_PORT_NULL;
	ipc_notify_no_senders(notify, port->mscount);
}

void
ipc_port_release_send(struct ipc_port *port)
{
	ipc_port_drop_srights(port);
	ipc_port_unref(port);
}

void
ipc_port_use_send_once(struct ipc_port *port)
{
	if (ipc_port_active(port)) {
		mp_assert(port->sorights > port->notices_sent);
		port->sorights--;
		trim_notices(port);
	}
	ipc_port_unref(port);
}

void
ipc_port_release_send_once(struct ipc_port *port)
{
	ipc_notify_send_once(port);
}

struct ipc_kmsg *
ipc_port_take_notice(struct ipc_port *port)
{
	struct ipc_kmsg *kept = pop_kept(port);
	struct ipc_kmsg *notice;

	mp_assert(ipc_port_active(port) && promised_notices(port) > 0);
	notice = pop_notice(port);
	if (kept)
		push_notice(port, kept);
	port->notices_sent++;
	notice->state = IPC_KMSG_TRANSIT;
	notice->notice = true;
	notice->remote = port;
	notice->remote_type = MACH_MSG_TYPE_PORT_SEND_ONCE;
	return notice;
}

void
ipc_port_end_notice(struct ipc_port *port)
{
	if (ipc_port_active(port)) {
		mp_assert(port->notices_sent > 0);
		port->notices_sent--;
		port->sorights--;
		trim_notices(port);
	}
	ipc_port_unref(port);
}

/* Step 4 of ports.md 7.2: blocked senders have succeeded, and their messages
 * are the first to be destroyed. */
static void
release_senders(struct ipc_port *port)
{
	struct list doomed;

	list_init(&doomed);
	while (!list_empty(&port->senders)) {
		struct ipc_waiter *waiter =
		    CONTAINER_OF(port->senders.next, struct ipc_waiter, link);

		list_push_back(&doomed, &waiter->kmsg->link);
		waiter->kmsg = NULL;
		ipc_waiter_end(waiter, MACH_MSG_SUCCESS);
	}
	list_splice_back(&doomed, &port->messages);
	list_splice_back(&port->messages, &doomed);
}

/* Nobody will receive the replies to come: whoever wants to know is told. */
static void
forsake_replies(struct ipc_port *port)
{
	struct list all;
	struct list *node;

	/* Whoever is told may drop others. */
	list_init(&all);
	list_splice_back(&all, &port->replies);
	while ((node = list_pop_front(&all))) {
		struct ipc_kmsg *reply =
		    CONTAINER_OF(node, struct ipc_kmsg, link);
		struct ipc_promise *promise = reply->promise;

		list_push_back(&port->replies, node);
		reply->promise = NULL;
		if (promise)
			promise->forsaken(promise);
	}
}

/* Steps 6 and 7: the last words of a port without messages. */
static void
finish_death(struct ipc_port *port)
{
	struct ipc_port *notify = port->nsrequest;
	struct ipc_attachment *attached = port->attached;

	mp_assert(list_empty(&port->messages));
	port->msgcount = 0;
	port->attached = NULL;
	if (attached)
		attached->port_died(attached);
	forsake_replies(port);
	port->nsrequest = IPC_PORT_NULL;
	if (notify)
		ipc_port_release_send_once(notify);
	ipc_request_fire_dead(port);
	while (port->notices)
		ipc_kmsg_free(pop_notice(port));
	ipc_label_drop(port);
	ipc_port_unref(port);
}

static void
reap(void)
{
	if (reaping)
		return;
	reaping = true;
	while (reap_top) {
		struct ipc_port *port = reap_top;

		if (!list_empty(&port->messages)) {
			(void)ipc_kmsg_destroy_step(CONTAINER_OF(
			    port->messages.next, struct ipc_kmsg, link));
		} else {
			reap_top = port->reap_below;
			port->reap_below = NULL;
			finish_death(port);
		}
	}
	reaping = false;
}

/* All that waits at @port is about to die. */
static void
trace_doomed(const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->senders)
		ipc_trace(IPC_EVENT_DESTROY, port,
		    CONTAINER_OF(node, struct ipc_waiter, link)->kmsg);
	LIST_FOREACH (node, &port->messages)
		ipc_trace(IPC_EVENT_DESTROY, port,
		    CONTAINER_OF(node, struct ipc_kmsg, link));
}

void
ipc_port_destroy(struct ipc_port *port)
{
	struct ipc_port *notify = port->pdrequest;

	mp_assert(ipc_port_active(port));
	if (notify) {
		port->pdrequest = IPC_PORT_NULL;
		port->has_backup = false;
		if (port->place == IPC_PORT_PLACE_SPACE)
			ipc_port_leave_space(port);
		else
			ipc_port_clear_destination(port);
		ipc_notify_port_destroyed(notify, port);
		return;
	}
	if (ipc_is_traced())
		trace_doomed(port);
	if (port->place == IPC_PORT_PLACE_TRANSIT)
		ipc_port_clear_destination(port);
	stop_receiving(port);
	if (port->place == IPC_PORT_PLACE_SPACE)
		port->receiver->receives--;
	port->place = IPC_PORT_PLACE_DEAD;
	port->receiver = NULL;
	port->receiver_name = MACH_PORT_NULL;
	release_senders(port);
	port->reap_below = reap_top;
	reap_top = port;
	reap();
}
