/* One trap of mach_msg(). */
#include "msg_trap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lanes.h"
#include "msg_encode.h"
#include "msg_place.h"
#include "trap.h"
#include "window_view.h"
#include "wire_lane.h"
#include "wire_msg.h"

/* The kernel waits for ever if it is not told to stop; we tell it. */
#define INTERRUPT_OPTIONS (MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT)

#define SEND_OPTIONS (MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_SEND_INTERRUPT)

/* There is no kernel (any more). */
static mach_msg_return_t
no_kernel(const struct msg_call *call)
{
	return call->option & MACH_SEND_MSG ? MACH_SEND_INVALID_DEST
	                                    : MACH_RCV_INVALID_NAME;
}

/* There is no trap, for a reason that is a negative errno: nothing was done. No
 * code of the receive says that the process is short of something. */
static mach_msg_return_t
no_trap(const struct msg_call *call, int error)
{
	if (!packet_is_shortage(error))
		return no_kernel(call);
	return call->option & MACH_SEND_MSG ? MACH_SEND_NO_BUFFER
	                                    : MACH_MSG_IPC_KERNEL;
}

/* Does the caller want to know of a signal in what it asks for? */
static bool
is_interruptible(const struct msg_call *call)
{
	const mach_msg_option_t send = MACH_SEND_MSG | MACH_SEND_INTERRUPT;
	const mach_msg_option_t receive = MACH_RCV_MSG | MACH_RCV_INTERRUPT;

	return (call->option & send) == send ||
	    (call->option & receive) == receive;
}

static struct wire_msg_request
make_request(const struct msg_call *call, const struct trap *trap)
{
	return (struct wire_msg_request){
	    .header = trap->header,
	    .option = call->option & ~INTERRUPT_OPTIONS,
	    .send_size = call->send.size,
	    .rcv_size = call->receive.size,
	    .rcv_name = call->rcv_name,
	    .timeout = call->timeout,
	    .notify = call->notify,
	    .unreadable = WIRE_ALL_READABLE,
	    .part = window_view_part(trap->connection->window.view),
	    .lanes = call->lanes,
	    .bell = call->bell,
	    .send_address = (uintptr_t)call->send.bytes,
	    .rcv_address = (uintptr_t)call->receive.bytes,
	};
}

/* Send the request with the message in the packet; or say that it must go in a
 * file: -EMSGSIZE if it is too large, -EFAULT if some of it cannot be read. */
static int
send_in_packet(struct trap *trap, const struct msg_call *call,
    const struct msg_outgoing *outgoing)
{
	struct msg_head head = {.request = make_request(call, trap)};
	struct packet_files files = {.count = 0};
	struct iovec parts[MSG_PARTS_MAX];
	size_t part_count;

	if (!msg_outgoing_fits(outgoing))
		return -EMSGSIZE;
	part_count = msg_outgoing_packet(
	    outgoing, msg_outgoing_head(outgoing, &head, &files), parts);
	return trap_send(
	    trap, parts, part_count, &files, is_interruptible(call));
}

/* The same with the regions in the window: -EMSGSIZE if there is no window, or they do
 * not go in it. */
static int
send_in_window(struct trap *trap, const struct msg_call *call,
    const struct msg_outgoing *outgoing)
{
	struct msg_head head = {.request = make_request(call, trap)};
	struct packet_files files = {.count = 0};
	struct iovec parts[2];

	if (outgoing->size > WIRE_PACKET_MAX - sizeof(head))
		return -EMSGSIZE;
	head.request.window = window_put(&trap->connection->window, outgoing);
	if (head.request.window == 0)
		return -EMSGSIZE;
	parts[0] = msg_outgoing_head(outgoing, &head, &files);
	parts[1] = packet_part(outgoing->message, outgoing->size);
	return trap_send(trap, parts, 2, &files, is_interruptible(call));
}

static mach_msg_return_t
send_in_file(struct trap *trap, const struct msg_call *call,
    struct msg_outgoing *outgoing)
{
	struct msg_head head = {.request = make_request(call, trap)};
	struct packet_files files = {.count = 1};
	struct iovec part;
	mach_msg_return_t mr = msg_outgoing_file(outgoing, &files.list[0]);
	int message = files.list[0];

	if (mr != MACH_MSG_SUCCESS)
		return mr;
	part = msg_outgoing_head(outgoing, &head, &files);
	if (trap_send(trap, &part, 1, &files, is_interruptible(call)) < 0)
		mr = no_kernel(call);
	(void)syscall(SYS_close, message);
	return mr;
}

/* Send the request, with the message if there is one to send. On failure there
 * is no answer. */
static mach_msg_return_t
send_request(struct trap *trap, const struct msg_call *call,
    struct msg_outgoing *outgoing)
{
	const struct window *window = &trap->connection->window;
	struct wire_msg_request request;
	struct iovec part = {&request, sizeof(request)};
	int r;

	if (!(call->option & MACH_SEND_MSG)) {
		request = make_request(call, trap);
		r = trap_send(trap, &part, 1, NULL, is_interruptible(call));
		return r < 0 ? no_kernel(call) : MACH_MSG_SUCCESS;
	}
	msg_place(outgoing, window_takes(window, outgoing));
	r = send_in_window(trap, call, outgoing);
	if (r == -EMSGSIZE)
		r = send_in_packet(trap, call, outgoing);
	if (r == -EMSGSIZE || r == -EFAULT)
		return send_in_file(trap, call, outgoing);
	return r < 0 ? no_kernel(call) : MACH_MSG_SUCCESS;
}

/*
 * Which buffer does the answer go to? A message that could not be sent comes
 * back to where it came from. Only if the two are different memory must the
 * answer be looked at to know.
 */
static int
choose_buffer(struct trap *trap, const struct msg_call *call,
    struct msg_buffer *buffer_out)
{
	struct wire_msg_answer answer;
	int r = 0;

	*buffer_out = call->receive;
	if (!(call->option & MACH_SEND_MSG))
		return 0;
	if (!(call->option & MACH_RCV_MSG)) {
		*buffer_out = call->send;
	} else if (call->send.bytes == call->receive.bytes) {
		if (call->send.size > call->receive.size)
			*buffer_out = call->send;
	} else {
		r = trap_peek(trap, &answer, sizeof(answer));
		if (r == 0 && answer.pseudo)
			*buffer_out = call->send;
	}
	return r;
}

/* Would what came in a file of the kernel's have come in a window? */
static bool
is_for_window(const struct wire_msg_answer *answer)
{
	return (answer->files & WIRE_FILE_KERNEL) &&
	    !(answer->files & WIRE_FILE_REST);
}

/* Wait for the answer and bring in what came. @taken_out: as in the answer.
 * @wants_window_out is set if a window would have been of use. */
static mach_msg_return_t
receive_answer(struct trap *trap, const struct msg_call *call,
    uint32_t *taken_out, bool *wants_window_out)
{
	struct wire_msg_answer answer;
	struct packet_files files;
	struct msg_buffer buffer;
	struct iovec parts[2] = {{&answer, sizeof(answer)}};
	ssize_t r;

	if (choose_buffer(trap, call, &buffer) < 0)
		return no_kernel(call);
	/* More than a packet never comes; memory that far need not exist. */
	parts[1].iov_base = buffer.bytes;
	parts[1].iov_len =
	    buffer.size < WIRE_PACKET_MAX ? buffer.size : WIRE_PACKET_MAX;
	r = trap_receive(trap, parts, 2, sizeof(answer), &files);
	if (r < 0 && r != -EFAULT)
		return no_kernel(call);
	*taken_out = answer.taken;
	if (answer.news)
		atomic_store_explicit(
		    &lanes_use.has_news, true, memory_order_relaxed);
	if (answer.result == WIRE_MSG_AGAIN && call->left_out)
		*call->left_out = answer.left;
	*wants_window_out |= is_for_window(&answer);
	if (r == -EFAULT)
		return msg_decode_lost(&answer);
	return msg_decode(&answer, &files, &trap->connection->window, &buffer,
	    call->option, call->scatter);
}

mach_msg_return_t
msg_trap_plain(const struct msg_call *call)
{
	struct msg_outgoing outgoing;
	struct trap trap;
	mach_msg_return_t mr = MACH_MSG_SUCCESS;
	bool sends = (call->option & MACH_SEND_MSG) != 0;
	bool wants_window = false;
	uint32_t taken = 0;
	int r;

	if (sends)
		mr = msg_outgoing_init(
		    &outgoing, call->send.bytes, call->send.size);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	r = trap_begin(&trap, WIRE_MSG);
	if (r == 0) {
		mr = send_request(&trap, call, &outgoing);
		/* Not later: a handler may leave the wait by longjmp(). */
		if (sends)
			msg_outgoing_close(&outgoing);
		if (mr == MACH_MSG_SUCCESS)
			mr = receive_answer(&trap, call, &taken, &wants_window);
		trap_end(&trap);
	} else {
		mr = no_trap(call, r);
	}
	if (sends) {
		wants_window |= window_suits(&outgoing);
		msg_outgoing_deallocate(&outgoing, taken);
		msg_outgoing_deinit(&outgoing);
	}
	if (wants_window)
		window_want();
	return mr;
}

struct msg_call
msg_receive_half(const struct msg_call *call)
{
	struct msg_call half = *call;

	half.option &= ~SEND_OPTIONS;
	half.send.size = 0;
	return half;
}

mach_msg_return_t
lanes_trap_receive(const struct msg_call *call, uint32_t lanes, uint32_t bell)
{
	struct msg_call half = msg_receive_half(call);

	half.lanes = lanes ? lanes | WIRE_LANES_KNOWN : 0;
	half.bell = bell;
	return msg_trap_plain(&half);
}
