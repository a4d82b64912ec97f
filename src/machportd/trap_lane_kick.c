/*
 * A kick wakes threads of somebody else. So it has to be what the protocol has kicks for:
 * somebody sleeps, and what he waits for is there. Whoever needed the kick may be awake by
 * now, and have left it to those who sleep by a futex: they are rung for, too (lane_ring.pml:
 * KICKONLY).
 */
#include "trap_lane_kick.h"

#include "conn.h"
#include "packet.h"
#include "server.h"
#include "task.h"

static uint32_t
load(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

/* From A: is there a message, and somebody of B who sleeps? */
static void
kick_receiver(const struct lane *lane)
{
	const struct lane_view *view = &lane->ipc.view;
	const uint64_t tail =
	    atomic_load_explicit(&view->sender->tail, memory_order_acquire);
	const uint64_t head =
	    atomic_load_explicit(&view->receiver->head, memory_order_acquire);

	if (load(&view->receiver->wait) != LANE_RUN &&
	    lane_position(tail) != lane_position(head))
		ipc_board_ring(lane->ipc.port);
}

/* From B: is there a reply that A has not accepted, in @slot? */
static bool
has_reply(const struct lane_view *view, uint32_t slot)
{
	const uint32_t word = load(&view->sender->slot[slot].word);
	const uint32_t reply =
	    load(&lane_reply_slot(view->receiver, &view->sizes, slot)->word);

	return lane_word(word >> 2, LANE_SLOT_ISSUED) == word &&
	    lane_word(word >> 2, LANE_REPLIED) == reply;
}

static void
kick_sender(const struct lane *lane, uint32_t slot)
{
	const struct lane_view *view = &lane->ipc.view;
	struct ipc_port *port;

	if (slot >= view->sizes.slots ||
	    load(&view->sender->slot_wait[slot]) == LANE_RUN ||
	    !has_reply(view, slot))
		return;
	port = ipc_board_port(
	    lane->ipc.from->board, load(&view->sender->slot[slot].port));
	if (port)
		ipc_board_ring(port);
}

void
trap_lane_kick(struct conn *conn, const struct packet *packet)
{
	struct wire_kick kick;
	struct lane *lane;

	if (!wire_kick_check(packet->bytes, packet->byte_count, &kick) ||
	    packet->file_count != 0) {
		conn_lie(conn, "a kick with more to it");
		return;
	}
	/* It may have closed meanwhile, which rang as well. */
	lane = lane_find(conn->task, kick.lane);
	if (!lane || lane->ipc.state != IPC_LANE_OPEN)
		return;
	if (lane->from.task == conn->task && kick.slot == WIRE_KICK_MESSAGE)
		kick_receiver(lane);
	else if (lane->to.task == conn->task)
		kick_sender(lane, kick.slot);
}
