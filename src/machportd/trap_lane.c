/* Calls about lanes: each to what makes it, and those about boards and closing. */
#include "trap_lane.h"

#include "conn.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "server.h"
#include "task.h"
#include "trap_lane_open.h"
#include "trap_lane_words.h"

/* --- boards ------------------------------------------------------------------ */

static kern_return_t
board(struct conn *conn, struct kern_call *call, int *file_out)
{
	struct task_lanes *lanes = &conn->task->lanes;
	kern_return_t kr;

	if (lanes->board && lanes->board_file < 0)
		return KERN_NAME_EXISTS;
	kr = task_lanes_make_board(conn->task);
	if (kr != KERN_SUCCESS)
		return kr;
	call->out[0] = conn->server->lanes.clock;
	*file_out = lanes->board_file;
	return KERN_SUCCESS;
}

static kern_return_t
post_port(struct conn *conn, struct kern_call *call)
{
	const struct ipc_entry *entry =
	    ipc_space_find(conn->task->kern->space, call->in[0]);
	struct wire_lane_port posted;
	kern_return_t kr;

	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE_RECEIVE))
		return KERN_INVALID_RIGHT;
	/* The library would not list it, and could not be told of its messages. */
	if (entry->port->member_count > WIRE_LANE_SETS)
		return KERN_NOT_SUPPORTED;
	kr = ipc_board_post(entry->port);
	if (kr != KERN_SUCCESS)
		return kr;
	posted = (struct wire_lane_port){
	    .port = entry->port->board_index,
	    .seqno = ipc_lane_seqno(entry->port),
	};
	return trap_lane_put_words(
	    call, &posted, TRAP_LANE_WORDS(posted), entry->port);
}

static kern_return_t
stop(const struct conn *conn, const struct kern_call *call)
{
	const struct ipc_entry *entry =
	    ipc_space_find(conn->task->kern->space, call->in[0]);

	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE_RECEIVE))
		return KERN_INVALID_RIGHT;
	ipc_board_stop(entry->port);
	return KERN_SUCCESS;
}

/* --- closing ----------------------------------------------------------------- */

static struct lane_end *
end_of(struct lane *lane, const struct task *task)
{
	return lane->from.task == task ? &lane->from : &lane->to;
}

static struct task *
peer_of(const struct lane *lane, const struct task *task)
{
	return lane->from.task == task ? lane->to.task : lane->from.task;
}

/* SYNC asks for nothing but an answer: no lane is closing while this runs. */
static kern_return_t
end_lane(struct conn *conn, const struct kern_call *call)
{
	struct lane *lane = lane_find(conn->task, call->in[0]);
	const struct task *peer;

	if (!lane)
		return KERN_INVALID_NAME;
	if (call->number == WIRE_LANE_SYNC)
		return KERN_SUCCESS;
	peer = peer_of(lane, conn->task);
	if (call->number == WIRE_LANE_DROP && peer)
		task_lanes_shun(conn->task, peer);
	lane->ipc.given_up = lane->from.task == conn->task;
	lane_close(lane,
	    call->number == WIRE_LANE_DROP ? IPC_LANE_BROKEN
	                                   : IPC_LANE_ASKED_TO);
	if (call->number == WIRE_LANE_FORGET ||
	    call->number == WIRE_LANE_REFUSE)
		lane_let_go(lane, end_of(lane, conn->task));
	return KERN_SUCCESS;
}

/* --- all of them ------------------------------------------------------------- */

kern_return_t
trap_lane(struct conn *conn, struct packet *packet, struct kern_call *call,
    int *file_out)
{
	*file_out = -1;
	switch ((int)call->number) {
	case WIRE_LANE_BOARD:
		return board(conn, call, file_out);
	case WIRE_LANE_OFFER:
		return trap_lane_offer(conn, packet, call);
	case WIRE_LANE_NEWS:
		return trap_lane_news(conn, call);
	case WIRE_LANE_ACCEPT:
		return trap_lane_accept(conn, packet, call, file_out);
	case WIRE_LANE_READY:
		return trap_lane_ready(conn, call);
	case WIRE_LANE_JOIN:
		return trap_lane_join(conn, call, file_out);
	case WIRE_LANE_PORT:
		return post_port(conn, call);
	case WIRE_LANE_STOP:
		return stop(conn, call);
	default:
		return end_lane(conn, call);
	}
}

/* What A, or B, had to be handed over has been; or it never will. */
static void
end_handing(
    struct lane *lane, struct lane_end *owner, struct lane_end *end, bool sent)
{
	if (sent) {
		lane_close_file(owner);
	} else {
		lane_close(lane, IPC_LANE_ASKED_TO);
		if (end->task)
			lane_let_go(lane, end);
	}
}

void
trap_lane_answered(struct conn *conn, const struct kern_call *call, bool sent)
{
	struct lane *lane;

	switch ((int)call->number) {
	case WIRE_LANE_BOARD:
		if (sent)
			task_lanes_close_board_file(&conn->task->lanes);
		break;
	case WIRE_LANE_ACCEPT:
		lane = lane_find_any(&conn->server->lanes, call->in[0]);
		if (lane)
			end_handing(lane, &lane->from, &lane->to, sent);
		break;
	case WIRE_LANE_JOIN:
		lane = lane_find_any(&conn->server->lanes, call->in[0]);
		if (lane)
			end_handing(lane, &lane->to, &lane->from, sent);
		break;
	default:
		break;
	}
}
