/* mach_msg(): from a request, through the engine, to an answer. */
#include "trap_msg.h"

#include "conn.h"
#include "file.h"
#include "msg_answer.h"
#include "server.h"
#include "task.h"
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
	if (trap->option & timed)
		clock_arm_ms(&conn->timer, trap->timeout);
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
	};
	mach_msg_return_t mr;

	trap->sends = false;
	mr =
	    ipc_mach_msg_receive(conn->task->kern->space, &args, &trap->waiter);
	if (mr == MACH_RCV_IN_PROGRESS)
		block(conn, TRAP_RECEIVING, MACH_RCV_TIMEOUT);
	else
		msg_answer(conn);
}

/* The send half is over. Only plain success goes on with the receive: a message
 * that waits with the kernel, MACH_SEND_WILL_NOTIFY, is a result to be told. */
static void
sent(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;

	if (trap->waiter.result != MACH_MSG_SUCCESS ||
	    !(trap->option & MACH_RCV_MSG)) {
		msg_answer(conn);
		return;
	}
	ipc_waiter_reset(&trap->waiter);
	receive(conn);
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
	else
		sent(conn);
}

/* End the trap with @mr before it came to the engine. */
static void
refuse(struct conn *conn, mach_msg_return_t mr)
{
	conn->trap.waiter.outcome = IPC_OUTCOME_NONE;
	conn->trap.waiter.result = mr;
	msg_answer(conn);
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
}

/* The memory that came with a message, or NULL if it did not fit the budget.
 * False: what came is not what it should be. */
static bool
take_memory(
    struct conn *conn, struct packet *packet, struct ipc_memory **memory_out)
{
	struct file *file;
	struct file_facts facts;

	if (!file_check(packet->files[0], &facts))
		return false;
	/* Consumes the descriptor. */
	file = file_new(conn->user, packet_take_file(packet), &facts);
	*memory_out = file ? &file->memory : NULL;
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

void
trap_msg_begin(struct conn *conn, struct packet *packet)
{
	struct wire_msg msg;
	struct ipc_kmsg_source source = {0};
	bool lost = packet->files_lost; /* whatever came: not the right one */
	bool has_file = files_of(packet) > 0;

	if (!wire_msg_check(packet->bytes, packet->byte_count, files_of(packet),
	        ipc_world.page, &msg)) {
		conn_lie(conn, "a message that is not what it says");
		return;
	}
	note_request(&conn->trap, &msg.request);
	if (msg.request.placed > 0) {
		refuse(conn, MACH_SEND_NO_BUFFER);
		return;
	}
	if (has_file && !lost && !take_memory(conn, packet, &source.memory)) {
		conn_lie(conn, "a descriptor that is no sealed memfd");
		return;
	}
	source.bytes = msg.body;
	source.byte_count = msg.body_bytes;
	source.size = msg.request.send_size;
	source.unreadable = msg.request.unreadable;
	if (has_file && !source.memory) {
		refuse(conn, MACH_SEND_NO_BUFFER);
	} else if (msg.request.option & MACH_SEND_MSG) {
		send_message(conn, &msg.request, &source);
	} else if (msg.request.option & MACH_RCV_MSG) {
		receive(conn);
	} else {
		refuse(conn, MACH_MSG_SUCCESS);
	}
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

void
trap_msg_completed(struct conn *conn)
{
	struct trap_msg *trap = &conn->trap;
	enum trap_phase phase = (enum trap_phase)trap->phase;

	kern_timer_disarm(&conn->timer);
	trap->phase = TRAP_IDLE;
	if (phase == TRAP_SENDING)
		sent(conn);
	else
		msg_answer(conn);
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
}
