/* mach_msg(): from a request, through the engine, to an answer. */
#include "trap_msg.h"

#include "conn.h"
#include "file.h"
#include "msg_answer.h"
#include "server.h"
#include "task.h"
#include "window.h"
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
		source.regions = conn->window->out;
		source.region_bytes = msg->request.window;
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
