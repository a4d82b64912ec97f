/* mach_msg(): from a request, through the engine, to an answer. */
#include "trap_msg.h"

#include "conn.h"
#include "file.h"
#include "ipc_pset.h"
#include "ipc_space.h"
#include "msg_answer.h"
#include "msg_release.h"
#include "server.h"
#include "task.h"
#include "window.h"
#include "wire_lane.h"
#include "wire_msg.h"

/* Options that only the kernel may give (messages.md 7.1). */
#define KERNEL_OPTIONS                                                         \
	(MACH_SEND_ALWAYS | MACH_SEND_IMPORTANCE | MACH_SEND_KERNEL)

/* Called by the engine: only take note. Nothing is blocked while a half is
 * being begun, so that what ends at once is not noted here. */
static void
trap_complete(struct ipc_waiter *waiter)
{
	struct trap_msg *trap = CONTAINER_OF(waiter, struct trap_msg, waiter);
	struct conn *conn = CONTAINER_OF(trap, struct conn, trap);

	if (trap->phase != TRAP_IDLE)
		list_push_back(&conn->server->completed, &conn->completed_link);
}

void
trap_msg_init(struct conn *conn)
{
	conn->trap.phase = TRAP_IDLE;
	ipc_waiter_init(&conn->trap.waiter, trap_complete);
}

/* Wait for the engine; no longer than the timeout if the option @timed is
 * on. */
static void
block(struct conn *conn, enum trap_phase phase, mach_msg_option_t timed)
{
	struct trap_msg *trap = &conn->trap;

	trap->phase = (uint8_t)phase;
	if ((trap->option & timed) && conn->timer.place == 0)
		clock_arm_ms(&conn->timer, trap->timeout);
}

/* The trap is over: what it sent has no more of the task's memory, unless the message is what
 * it has received. */
static void
answer(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;

	if (trap->loan.kmsg != trap->waiter.kmsg)
		ipc_loan_end(&trap->loan);
	msg_answer(conn);
}

_Static_assert(WIRE_LANES_KNOWN == IPC_LANES_KNOWN &&
        WIRE_LANES_QUEUE == IPC_LANES_QUEUE &&
        WIRE_LANES_WAIT == IPC_LANES_WAIT &&
        WIRE_LANES_DIRECT == IPC_LANES_DIRECT &&
        /* NOLINTNEXTLINE(misc-redundant-expression): of two headers */
        WIRE_MSG_AGAIN == IPC_RCV_AGAIN,
    "the packet's words are the engine's");

/* @name is no port or set that is posted after this. */
static void
withdraw(struct ipc_space *space, mach_port_name_t name)
{
	const struct ipc_entry *entry = ipc_space_find(space, name);

	if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE))
		ipc_board_withdraw(entry->port);
	else if (entry && entry->type == MACH_PORT_TYPE_PORT_SET)
		ipc_pset_withdraw(entry->pset);
}

/* The receive half, as far as it gets at once. Who does not know of lanes has all messages
 * from here; who does is told to look again, instead of waiting, while there are news. */
static mach_msg_return_t
begin_receive(struct conn *conn, const struct ipc_msg_args *args)
{
	struct ipc_space *space = conn->task->kern->space;
	struct ipc_waiter *waiter = &conn->trap.waiter;
	const bool knows = args->lanes & IPC_LANES_KNOWN;
	mach_msg_return_t mr = ipc_mach_msg_receive(space, args, waiter);

	if (mr == IPC_RCV_AGAIN && !knows) {
		withdraw(space, args->rcv_name);
		ipc_waiter_reset(waiter);
		return ipc_mach_msg_receive(space, args, waiter);
	}
	if (mr == MACH_RCV_IN_PROGRESS && knows &&
	    task_lanes_has_news(&conn->task->lanes)) {
		ipc_waiter_end(waiter, IPC_RCV_AGAIN);
		return IPC_RCV_AGAIN;
	}
	return mr;
}

static void
receive(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;
	const struct ipc_msg_args args = {
	    .option = trap->option,
	    .rcv_size = trap->rcv_size,
	    .rcv_name = trap->rcv_name,
	    .timeout = trap->timeout,
	    .notify = trap->notify,
	    .address = trap->rcv_address,
	    .lanes = trap->lanes,
	    .bell = trap->bell,
	};
	mach_msg_return_t mr;

	trap->sends = false;
	mr = begin_receive(conn, &args);
	if (mr == MACH_RCV_IN_PROGRESS)
		block(conn, TRAP_RECEIVING, MACH_RCV_TIMEOUT);
	else
		answer(conn);
}

/* The send half is over. Only plain success goes on with the receive: a message
 * that waits with the kernel, MACH_SEND_WILL_NOTIFY, is a result to be told. */
static void
sent(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;

	if (trap->waiter.result != MACH_MSG_SUCCESS ||
	    !(trap->option & MACH_RCV_MSG)) {
		answer(conn);
		return;
	}
	ipc_waiter_reset(&trap->waiter);
	receive(conn);
}

/* Nothing is due but the answer. Somebody may be about to have what was sent: he is first, as
 * this ends the loan. */
static void
sent_alone(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;
	struct list *completed = &conn->server->completed;

	if (trap->loan.kmsg && !list_empty(completed)) {
		trap->phase = TRAP_SENDING;
		list_push_back(completed, &conn->completed_link);
	} else {
		sent(conn);
	}
}

static void
send_message(struct conn *conn, const struct wire_msg_request *request,
    const struct ipc_kmsg_source *source)
{
	struct trap_msg *trap = &conn->trap;
	const struct ipc_msg_args args = {
	    .option = trap->option,
	    .timeout = trap->timeout,
	    .notify = trap->notify,
	    .address = request->send_address,
	};
	mach_msg_return_t mr;

	trap->sends = true;
	kern_caller = (struct kern_caller){conn->task->kern, conn->thread_id};
	/* Consumes source->memory. */
	mr = ipc_mach_msg_send(conn->task->kern->space, &args, source,
	    &trap->waiter, &trap->taken);
	kern_caller = (struct kern_caller){NULL, 0};
	if (mr == MACH_SEND_IN_PROGRESS)
		block(conn, TRAP_SENDING, MACH_SEND_TIMEOUT);
	else if (trap->option & MACH_RCV_MSG)
		sent(conn);
	else
		sent_alone(conn);
}

/* End the trap with @mr before it came to the engine. */
static void
refuse(struct conn *conn, mach_msg_return_t mr)
{
	conn->trap.waiter.outcome = IPC_OUTCOME_NONE;
	conn->trap.waiter.result = mr;
	answer(conn);
}

/* Keep of @request what the answer and the receive half need. */
static void
note_request(struct trap_msg *trap, const struct wire_msg_request *request)
{
	trap->sequence = request->header.sequence;
	trap->taken = 0;
	trap->option = request->option & ~KERNEL_OPTIONS;
	trap->rcv_size = request->rcv_size;
	trap->rcv_name = request->rcv_name;
	trap->timeout = request->timeout;
	trap->notify = request->notify;
	trap->rcv_address = request->rcv_address;
	trap->window_part = request->part;
	trap->lanes = request->lanes;
	trap->bell = request->bell;
}

/* Are these files what they should be? */
static bool
check_files(const struct packet *packet, struct file_facts *facts)
{
	for (unsigned i = 0; i < packet->file_count; i++)
		if (!file_check(packet->files[i], &facts[i]))
			return false;
	return true;
}

/* The files that came with a message, which are checked. False: they do not fit the
 * budget; what was taken of them is in @source. */
static bool
take_files(struct conn *conn, struct packet *packet,
    const struct file_facts *facts, const struct wire_msg *msg,
    struct ipc_kmsg_source *source)
{
	struct ipc_memory **end = &source->placed;

	for (unsigned i = 0; i < packet->file_count; i++) {
		/* Consumes the descriptor. */
		struct file *file = file_new(
		    conn->user, packet_take_file(packet, i), &facts[i]);
		unsigned place = i - msg->in_file;

		if (!file)
			return false;
		if (msg->in_file && i == 0) {
			source->memory = &file->memory;
			continue;
		}
		file->memory.index = msg->placed[place].index;
		file->memory.offset = msg->placed[place].offset;
		*end = &file->memory;
		end = &file->memory.next;
	}
	return true;
}

bool
trap_msg_has_file(const struct packet *packet)
{
	struct wire_header header;

	return wire_header_check(packet->bytes, packet->byte_count, &header) &&
	    header.number == WIRE_MSG && header.files > 0;
}

/* How many files came, if @packet does not lie about those that were lost. */
static unsigned
files_of(const struct packet *packet)
{
	struct wire_header header;

	if (packet->files_lost &&
	    wire_header_check(packet->bytes, packet->byte_count, &header))
		return header.files;
	return packet->file_count;
}

/* Send what came, if that fits the budget. */
static void
send_with_files(struct conn *conn, struct packet *packet,
    const struct file_facts *facts, const struct wire_msg *msg)
{
	struct ipc_kmsg_source source = {
	    .bytes = msg->body,
	    .byte_count = msg->body_bytes,
	    .size = msg->request.send_size,
	    .unreadable = msg->request.unreadable,
	};

	if (msg->request.window > 0) {
		conn->trap.loan.regions = conn->window->out;
		source.loan = &conn->trap.loan;
		source.loan_bytes = msg->request.window;
	}
	/* Whatever came instead of those that were lost: not the right ones. */
	if (!packet->files_lost &&
	    take_files(conn, packet, facts, msg, &source)) {
		send_message(conn, &msg->request, &source);
		return;
	}
	ipc_memory_free_all(source.memory);
	ipc_memory_free_all(source.placed);
	refuse(conn, MACH_SEND_NO_BUFFER);
}

void
trap_msg_begin(struct conn *conn, struct packet *packet)
{
	struct file_facts facts[1 + WIRE_PLACED_MAX];
	struct wire_msg msg;

	if (!wire_msg_check(packet->bytes, packet->byte_count, files_of(packet),
	        ipc_world.page, &msg) ||
	    (msg.request.window > 0 && !conn->window)) {
		conn_lie(conn, "a message that is not what it says");
		return;
	}
	if (!packet->files_lost && !check_files(packet, facts)) {
		conn_lie(conn, "a descriptor that is no sealed memfd");
		return;
	}
	note_request(&conn->trap, &msg.request);
	if (msg.request.lanes & WIRE_LANES_KNOWN)
		conn->task->lanes.known = true;
	if (msg.request.option & MACH_SEND_MSG)
		send_with_files(conn, packet, facts, &msg);
	else if (msg.request.option & MACH_RCV_MSG)
		receive(conn);
	else
		refuse(conn, MACH_MSG_SUCCESS);
}

void
trap_msg_cancel(struct conn *conn, uint32_t sequence)
{
	struct trap_msg *trap = &conn->trap;

	/* One that comes too late is for a trap that was answered already. */
	if (trap->phase != TRAP_IDLE && trap->sequence == sequence)
		ipc_waiter_cancel(&trap->waiter, true);
}

void
trap_msg_timeout(struct conn *conn)
{
	ipc_waiter_cancel(&conn->trap.waiter, false);
}

/* What it waited on is posted now, of which the task knows nothing. Its time goes on. */
static void
receive_again(struct conn *conn)
{
	ipc_waiter_reset(&conn->trap.waiter);
	receive(conn);
	if (conn->trap.phase == TRAP_IDLE)
		kern_timer_disarm(&conn->timer);
}

void
trap_msg_completed(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;
	enum trap_phase phase = (enum trap_phase)trap->phase;

	trap->phase = TRAP_IDLE;
	if (phase == TRAP_RECEIVING && trap->waiter.result == IPC_RCV_AGAIN) {
		if (!(trap->lanes & IPC_LANES_KNOWN)) {
			receive_again(conn);
			return;
		}
		if (conn->timer.place != 0)
			trap->timeout = clock_left_ms(&conn->timer);
	}
	kern_timer_disarm(&conn->timer);
	if (phase == TRAP_SENDING)
		sent(conn);
	else
		answer(conn);
}

/* Does the task go on without @conn? */
static bool
task_outlives(const struct conn *conn)
{
	const struct task *task = conn->task;

	return task && task->main && task->main != conn;
}

void
trap_msg_abandon(struct conn *conn)
{
	list_remove(&conn->completed_link);
	conn->trap.phase = TRAP_IDLE;
	if (task_outlives(conn))
		msg_release(conn);
	ipc_waiter_abandon(&conn->trap.waiter);
	ipc_loan_end(&conn->trap.loan);
}
