/* Who traces, what he is told, and the messages that tell it. */
#include "kern_trace.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_account.h"
#include "ipc_inspect.h"
#include "ipc_lane.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_slot.h"
#include "kern_policy.h"
#include "kern_timer.h"
#include "kern_trace_record.h"

/* Records of one message: with all else a message of less than 64 KiB. */
#define BUFFER_BYTES (60u * 1024)
/* A record waits no longer than this. */
#define DUE_NS UINT64_C(10000000)

/* What a tracer may see is asked again after so long: it is a system call, and may
 * change. */
#define SEEN_NS UINT64_C(1000000000)
#define SEEN_PLACES 64u

struct seen {
	uint32_t space; /* id; 0: nothing */
	bool may;
	uint64_t until_ns;
};

struct trace {
	struct list link;
	struct ipc_slot sink;
	struct ipc_identity *who;    /* +1, or NULL */
	struct ipc_account *account; /* +1; charged for all this */
	machport_trace_filter_t filter;
	struct kern_timer timer; /* armed while there are records */
	bool due;                /* it has fired */
	uint64_t lost;
	uint32_t records; /* in the buffer */
	uint32_t bytes;
	struct seen seen[SEEN_PLACES];
	uint8_t buffer[BUFFER_BYTES];
};

static struct list traces = {&traces, &traces};

static const struct ipc_charge trace_charge = {.bytes = sizeof(struct trace)};

/* --- what is told ---------------------------------------------------------- */

/* May he see @space, which may be gone already: then what was known of it. */
static bool
sees(struct trace *trace, uint32_t id, const struct ipc_space *space)
{
	struct seen *seen = &trace->seen[id % SEEN_PLACES];

	if (id == 0)
		return false;
	if (seen->space == id && (!space || ipc_world.now_ns < seen->until_ns))
		return seen->may;
	if (!space)
		return !trace->who;
	*seen = (struct seen){
	    .space = id,
	    .may = kern_policy_may_see(trace->who, space->owner),
	    .until_ns = ipc_world.now_ns + SEEN_NS,
	};
	return seen->may;
}

static bool
is_wanted(const struct trace *trace, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg, const struct ipc_space *receiver)
{
	const machport_trace_filter_t *filter = &trace->filter;

	if (filter->task != 0 && kmsg->sender != filter->task &&
	    (!receiver || receiver->id.number != filter->task))
		return false;
	return filter->port == 0 || port->id.number == filter->port ||
	    (IPC_PORT_VALID(kmsg->local) &&
	        kmsg->local->id.number == filter->port);
}

/* Room for @bytes in the buffer, or NULL. */
static uint8_t *
take_room(struct trace *trace, uint32_t bytes)
{
	uint8_t *room = trace->buffer + trace->bytes;

	if (BUFFER_BYTES - trace->bytes < bytes) {
		trace->lost++;
		return NULL;
	}
	if (trace->records == 0)
		kern_timer_arm(&trace->timer, ipc_world.now_ns + DUE_NS);
	trace->bytes += bytes;
	trace->records++;
	return room;
}

/* Who receives from @port in the end, or the task whose object it is, is not asked for
 * here: an object has no receiver. */
static const struct ipc_space *
receiver_of(const struct ipc_port *port)
{
	const struct ipc_port *end = ipc_inspect_end(port);

	return end->place == IPC_PORT_PLACE_SPACE ? end->receiver : NULL;
}

static void
tell(struct trace *trace, enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	const struct ipc_space *receiver = receiver_of(port);
	const struct ipc_space *sender = ipc_id_space(kmsg->sender);
	struct kern_trace_ends ends = {NULL, NULL};
	const uint32_t snap = trace->filter.snap;
	uint8_t *room;

	if (!is_wanted(trace, port, kmsg, receiver))
		return;
	if (receiver && sees(trace, receiver->id.number, receiver))
		ends.receiver = receiver;
	if (!sees(trace, kmsg->sender, sender)) {
		if (!ends.receiver)
			return;
		sender = NULL;
	}
	ends.sender = sender;
	room = take_room(trace, kern_trace_record_bytes(kmsg, snap));
	if (room)
		kern_trace_record(event, port, kmsg, &ends, snap, room);
}

static void
event(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	if (kmsg->hidden)
		return;
	LIST_FOREACH (node, &traces)
		tell(CONTAINER_OF(node, struct trace, link), event, port, kmsg);
}

/* --- and how --------------------------------------------------------------- */

static const struct ipc_tracer tracer = {event};

/* A message of all that is in the buffer; NULL: no memory, or no budget. */
static struct ipc_kmsg *
new_message(const struct trace *trace)
{
	struct machport_trace_message message = {
	    .header =
	        {
	            .msgh_id = MACHPORT_TRACE_ID,
	            .msgh_size =
	                (mach_msg_size_t)sizeof(message) + trace->bytes,
	        },
	    .records = trace->records,
	    .lost = trace->lost,
	};
	struct ipc_kmsg *kmsg = ipc_kmsg_new(message.header.msgh_size, 0, 0);

	if (!kmsg)
		return NULL;
	if (!ipc_kmsg_charge(kmsg, 0, trace->account)) {
		ipc_kmsg_free(kmsg);
		return NULL;
	}
	kmsg->hidden = true;
	kmsg->size = message.header.msgh_size;
	memcpy(kmsg->bytes, &message, sizeof(message));
	memcpy(kmsg->bytes + sizeof(message), trace->buffer, trace->bytes);
	return kmsg;
}

/* If there is no room for it, it stays, until it is too old to be missed. */
static void
send(struct trace *trace)
{
	struct ipc_port *port = trace->sink.port;
	struct ipc_kmsg *kmsg;

	if (ipc_mqueue_full(port))
		return;
	kmsg = new_message(trace);
	if (kmsg) {
		kmsg->remote = ipc_slot_copy(&trace->sink);
		kmsg->remote_type = MACH_MSG_TYPE_PORT_SEND;
		if (!ipc_mqueue_post(port, kmsg))
			ipc_kmsg_destroy(kmsg);
	} else {
		trace->lost += trace->records;
	}
	trace->due = false;
	trace->records = 0;
	trace->bytes = 0;
	kern_timer_disarm(&trace->timer);
}

static void
fired(struct kern_timer *timer)
{
	CONTAINER_OF(timer, struct trace, timer)->due = true;
}

static void
end_trace(struct trace *trace)
{
	kern_timer_disarm(&trace->timer);
	kern_timer_unreserve();
	list_remove(&trace->link);
	if (list_empty(&traces))
		ipc_world.tracer = NULL;
	ipc_slot_deinit(&trace->sink);
	ipc_account_discharge(trace->account, &trace_charge);
	(void)ipc_account_unref(trace->account);
	(void)ipc_identity_unref(trace->who);
	base_free(trace);
}

void
kern_trace_flush(void)
{
	LIST_FOREACH_SAFE (node, &traces) {
		struct trace *trace = CONTAINER_OF(node, struct trace, link);

		if (!ipc_port_active(trace->sink.port))
			end_trace(trace);
		else if (trace->due || trace->bytes > BUFFER_BYTES / 2)
			send(trace);
	}
}

void
kern_trace_deinit(void)
{
	LIST_FOREACH_SAFE (node, &traces)
		end_trace(CONTAINER_OF(node, struct trace, link));
}

/* --- beginning ------------------------------------------------------------- */

/* Has @who, or have all, as many as there may be? */
static bool
are_too_many(const struct ipc_identity *who)
{
	unsigned all = 0;
	unsigned own = 0;

	LIST_FOREACH (node, &traces) {
		const struct trace *trace =
		    CONTAINER_OF(node, struct trace, link);

		all++;
		own += ipc_identity_euid(trace->who) == ipc_identity_euid(who);
	}
	return all >= KERN_TRACES_MOST || own >= KERN_TRACES_PER_USER;
}

static kern_return_t
check_filter(
    const struct ipc_identity *who, const machport_trace_filter_t *filter)
{
	const struct ipc_space *space = ipc_id_space(filter->task);

	if (filter->task != 0 && !space)
		return KERN_INVALID_ARGUMENT;
	if (space && !kern_policy_may_see(who, space->owner))
		return KERN_NO_ACCESS;
	if (filter->port != 0 && !ipc_id_port(filter->port))
		return KERN_INVALID_ARGUMENT;
	return KERN_SUCCESS;
}

static struct trace *
new_trace(struct ipc_account *account)
{
	struct trace *trace;

	if (!ipc_account_charge(account, &trace_charge))
		return NULL;
	trace = base_zalloc(1, sizeof(*trace));
	if (trace && kern_timer_reserve())
		return trace;
	base_free(trace);
	ipc_account_discharge(account, &trace_charge);
	return NULL;
}

/* What goes by lanes is not seen here: there are none while somebody traces. */
static void
close_lanes(void)
{
	LIST_FOREACH (node, &ipc_world.spaces)
		ipc_lane_close_space(
		    CONTAINER_OF(node, struct ipc_space, world_link),
		    IPC_LANE_TRACED);
}

kern_return_t
kern_trace_begin(struct ipc_identity *who, struct ipc_account *account,
    const struct ipc_kmsg_right *sink, const machport_trace_filter_t *filter)
{
	struct trace *trace;
	kern_return_t kr;

	if (!IPC_PORT_VALID(sink->port) ||
	    sink->type != MACH_MSG_TYPE_PORT_SEND ||
	    !ipc_port_active(sink->port) ||
	    sink->port->place == IPC_PORT_PLACE_KERNEL)
		return KERN_INVALID_RIGHT;
	kr = check_filter(who, filter);
	if (kr != KERN_SUCCESS)
		return kr;
	if (are_too_many(who))
		return KERN_RESOURCE_SHORTAGE;
	trace = new_trace(account);
	if (!trace)
		return KERN_RESOURCE_SHORTAGE;
	trace->who = ipc_identity_ref(who);
	trace->account = ipc_account_ref(account);
	trace->timer.fire = fired;
	trace->filter = *filter;
	if (trace->filter.snap == 0)
		trace->filter.snap = MACHPORT_TRACE_SNAP;
	if (trace->filter.snap > MACHPORT_TRACE_SNAP_MAX)
		trace->filter.snap = MACHPORT_TRACE_SNAP_MAX;
	ipc_slot_init(&trace->sink);
	ipc_slot_set(&trace->sink, sink->port); /* consumes it */
	list_init(&trace->link);
	list_push_back(&traces, &trace->link);
	close_lanes();
	ipc_world.tracer = &tracer;
	return KERN_SUCCESS;
}
