/* The steps of opening a lane, as its two tasks make them. */
#include "trap_lane_open.h"

#include <string.h>

#include "conn.h"
#include "file.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "lane_memory.h"
#include "lane_policy.h"
#include "server.h"
#include "task.h"
#include "trap_lane_words.h"

_Static_assert(sizeof(struct wire_lane_accepted) ==
        (3 + LANE_SLOTS_MAX + 10) * sizeof(uint32_t),
    "words");

/* --- A offers ---------------------------------------------------------------- */

/* Whose task receives from the port that @name is a send right for. */
static kern_return_t
find_receiver(const struct task *task, mach_port_name_t name,
    struct ipc_port **port_out, struct task **receiver_out)
{
	const struct ipc_entry *entry = ipc_space_find(task->kern->space, name);

	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE_SEND))
		return KERN_INVALID_RIGHT;
	if (entry->port->place != IPC_PORT_PLACE_SPACE ||
	    entry->port->receiver == task->kern->space)
		return KERN_NOT_SUPPORTED;
	*port_out = entry->port;
	*receiver_out = task_of_space(entry->port->receiver);
	return *receiver_out && (*receiver_out)->lanes.known
	    ? KERN_SUCCESS
	    : KERN_NOT_SUPPORTED;
}

/* Is @ticket of our clock? It was read after the last answer on this connection. */
static bool
is_our_clock(const struct conn *conn, uint64_t ticket)
{
	return ticket >= conn->answered_ticket &&
	    ticket <= lane_table_ticket(&conn->server->lanes);
}

/* The file that came, if it is memory of @bytes; now the caller's. */
static kern_return_t
take_file(struct packet *packet, size_t bytes, int *file_out)
{
	if (packet->files_lost)
		return KERN_RESOURCE_SHORTAGE;
	if (packet->file_count != 1 ||
	    !lane_memory_check(packet->files[0], bytes))
		return KERN_INVALID_ARGUMENT;
	*file_out = packet_take_file(packet, 0);
	return KERN_SUCCESS;
}

/* A lane as the engine wants it. @file is CONSUMED on success. */
static kern_return_t
make_lane(struct task *task, int file, mach_port_name_t name,
    const struct lane_sizes *sizes, struct lane **lane_out)
{
	struct lane *lane;
	kern_return_t kr;

	kr = lane_new(task, file, sizes, &lane);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_lane_offer(&lane->ipc, task->kern->space, name);
	if (kr != KERN_SUCCESS) {
		lane->from.file = -1; /* the caller's still */
		lane_free(lane);
		return kr;
	}
	*lane_out = lane;
	return KERN_SUCCESS;
}

/* A lane from @task, offered to who receives from @name. @file is CONSUMED on success. */
static kern_return_t
offer_file(struct task *task, int file, mach_port_name_t name,
    const struct lane_sizes *sizes, struct lane **lane_out)
{
	struct task *receiver;
	struct ipc_port *port;
	kern_return_t kr = find_receiver(task, name, &port, &receiver);

	if (kr == KERN_SUCCESS)
		kr = lane_policy_admit(task, receiver, port, sizes);
	if (kr == KERN_SUCCESS)
		kr = task_lanes_make_board(receiver);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = make_lane(task, file, name, sizes, lane_out);
	if (kr != KERN_SUCCESS) {
		task_lanes_trim(receiver);
		return kr;
	}
	lane_offered(*lane_out, task, receiver);
	task_lanes_tell(receiver, *lane_out, WIRE_NEWS_REQUEST);
	ipc_board_ring(port);
	return KERN_SUCCESS;
}

kern_return_t
trap_lane_offer(
    struct conn *conn, struct packet *packet, struct kern_call *call)
{
	struct task *task = conn->task;
	const struct lane_sizes sizes = {call->in[1], call->in[2], call->in[3]};
	const size_t bytes = lane_sender_bytes(&sizes);
	struct lane *lane;
	kern_return_t kr;
	int file;

	if (!task->lanes.board ||
	    !is_our_clock(conn, wire_two_words(call->in + 4)))
		return KERN_NOT_SUPPORTED;
	if (!lane_sizes_check(&sizes))
		return KERN_INVALID_ARGUMENT;
	kr = take_file(packet, bytes, &file);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = offer_file(task, file, call->in[0], &sizes, &lane);
	if (kr != KERN_SUCCESS) {
		file_close(conn->user, file, bytes);
		return kr;
	}
	lane_policy_watch(&conn->server->lanes);
	call->out[0] = lane->id;
	return KERN_SUCCESS;
}

/* --- who is told what -------------------------------------------------------- */

kern_return_t
trap_lane_news(struct conn *conn, struct kern_call *call)
{
	struct lane *lane = task_lanes_next_news(&conn->task->lanes);
	const struct lane_sizes *sizes;

	memset(call->out, 0, sizeof(call->out));
	if (!lane)
		return KERN_SUCCESS;
	sizes = &lane->ipc.view.sizes;
	call->out[0] = lane->news;
	call->out[1] = lane->id;
	switch ((enum wire_news)lane->news) {
	case WIRE_NEWS_REQUEST:
		call->out[2] = lane->ipc.port->receiver_name;
		call->out[3] = sizes->ring_bytes;
		call->out[4] = sizes->slots;
		call->out[5] = sizes->slot_bytes;
		lane->ipc.state = IPC_LANE_ASKED;
		lane_step(lane, IPC_LANE_ASKED);
		break;
	case WIRE_NEWS_NEVER:
		lane_let_go(lane, &lane->from);
		break;
	case WIRE_NEWS_JOIN:
	case WIRE_NEWS_NONE:
		break;
	}
	return KERN_SUCCESS;
}

/* As trailers have it. */
static struct wire_lane_identity
identity_of(const struct ipc_space *space)
{
	struct wire_lane_identity identity;

	memcpy(identity.security, space->identity->security.val,
	    sizeof(identity.security));
	memcpy(
	    identity.audit, space->identity->audit.val, sizeof(identity.audit));
	return identity;
}

/* --- B accepts --------------------------------------------------------------- */

/* A step that the task at @end cannot make: it is over, and forgotten there. Returns
 * @kr. */
static kern_return_t
give_up(struct lane *lane, struct lane_end *end, kern_return_t kr)
{
	lane_close(lane, IPC_LANE_ASKED_TO);
	lane_let_go(lane, end);
	return kr;
}

/* The lane that B, or A, is to make the step after @stage with, which makes it known to
 * the task's library; NULL: there is none, and if it is over the task has forgotten it. */
static struct lane *
find_at(struct task *task, uint32_t id, bool sends, enum ipc_lane_state stage)
{
	struct lane *lane = lane_find(task, id);
	struct lane_end *end;

	if (!lane)
		return NULL;
	end = sends ? &lane->from : &lane->to;
	if (end->task != task || lane->stage != stage)
		return NULL;
	if (lane->ipc.state != IPC_LANE_CLOSED)
		return lane;
	lane_let_go(lane, end);
	return NULL;
}

static kern_return_t
put_accepted(struct kern_call *call, const struct ipc_lane *ipc)
{
	struct wire_lane_accepted accepted = {
	    .index = ipc->to_index,
	    .port = ipc->port->board_index,
	    .seqno = ipc_lane_seqno(ipc->port),
	    .sender = identity_of(ipc->from),
	};

	for (uint32_t i = 0; i < ipc->view.sizes.slots; i++)
		accepted.names[i] = ipc->tokens[i] << 8;
	return trap_lane_put_words(
	    call, &accepted, TRAP_LANE_WORDS(accepted), ipc->port);
}

static kern_return_t
accept_with(struct lane *lane, struct packet *packet, struct kern_call *call)
{
	const size_t bytes = lane_receiver_bytes(&lane->ipc.view.sizes);
	kern_return_t kr;
	int file;

	kr = take_file(packet, bytes, &file);
	if (kr != KERN_SUCCESS)
		return kr;
	if (!lane_set_receiver(lane, file)) {
		file_close(lane->to.task->process->user, file, bytes);
		return KERN_RESOURCE_SHORTAGE;
	}
	kr = ipc_lane_accept(&lane->ipc);
	return kr == KERN_SUCCESS ? put_accepted(call, &lane->ipc) : kr;
}

kern_return_t
trap_lane_accept(struct conn *conn, struct packet *packet,
    struct kern_call *call, int *file_out)
{
	struct lane *lane =
	    find_at(conn->task, call->in[0], false, IPC_LANE_ASKED);
	kern_return_t kr;

	if (!lane)
		return KERN_INVALID_NAME;
	kr = accept_with(lane, packet, call);
	if (kr != KERN_SUCCESS)
		return give_up(lane, &lane->to, kr);
	lane_step(lane, IPC_LANE_ACCEPTED);
	*file_out = lane->from.file;
	return KERN_SUCCESS;
}

kern_return_t
trap_lane_ready(struct conn *conn, struct kern_call *call)
{
	struct lane *lane = lane_find(conn->task, call->in[0]);
	kern_return_t kr;

	if (!lane || lane->to.task != conn->task)
		return KERN_INVALID_NAME;
	if (lane->stage != IPC_LANE_ACCEPTED ||
	    lane->ipc.state == IPC_LANE_CLOSED)
		return KERN_FAILURE;
	kr = ipc_lane_ready(&lane->ipc);
	if (kr != KERN_SUCCESS) {
		lane_close(lane, IPC_LANE_ASKED_TO);
		return kr;
	}
	lane_step(lane, IPC_LANE_READY);
	task_lanes_tell(lane->from.task, lane, WIRE_NEWS_JOIN);
	return KERN_SUCCESS;
}

/* --- A joins ----------------------------------------------------------------- */

static kern_return_t
open_lane(struct lane *lane, struct kern_call *call)
{
	struct wire_lane_joined joined = {
	    .receiver = identity_of(lane->ipc.to)};
	kern_return_t kr = ipc_lane_open(&lane->ipc);

	if (kr != KERN_SUCCESS)
		return kr;
	joined.index = lane->ipc.from_index;
	return trap_lane_put_words(
	    call, &joined, TRAP_LANE_WORDS(joined), NULL);
}

kern_return_t
trap_lane_join(struct conn *conn, struct kern_call *call, int *file_out)
{
	struct lane *lane =
	    find_at(conn->task, call->in[0], true, IPC_LANE_READY);
	kern_return_t kr;

	if (!lane)
		return KERN_INVALID_NAME;
	kr = open_lane(lane, call);
	if (kr != KERN_SUCCESS)
		return give_up(lane, &lane->from, kr);
	/* It is told no more that it can. */
	list_remove(&lane->news_link);
	lane_step(lane, IPC_LANE_OPEN);
	*file_out = lane->to.file;
	return KERN_SUCCESS;
}
