/*
 * mach_msg() itself: what is done for each message that goes by a lane, in one piece, with
 * all else out of its way.
 *
 * Of a process that may use lanes: a call with both halves is one trap as ever, unless a
 * lane takes its message, or what it waits for may come by one.
 */
#include "msg_lanes.h"

#include <errno.h>
#include <machport.h>
#include <stdbool.h>
#include <stdint.h>

#include "deadline.h"
#include "debug.h"
#include "lanes.h"
#include "lanes_begin.h"
#include "lanes_direct.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lock.h"
#include "wire_lane.h"

#define RECEIVE_OPTIONS (MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_INTERRUPT)

/* In every code of a receive, and in none of a send. */
#define RECEIVE_CODES 0x4000

static struct msg_call
send_half(const struct msg_call *call)
{
	struct msg_call half = *call;

	half.option &= ~RECEIVE_OPTIONS;
	half.receive = half.send;
	half.receive.size = 0;
	half.rcv_name = MACH_PORT_NULL;
	half.scatter = NULL;
	return half;
}

/* Was the message sent? What a receive returns has a part of the codes for itself. */
static bool
was_sent(mach_msg_return_t mr)
{
	return mr == MACH_MSG_SUCCESS || mr == WIRE_MSG_AGAIN ||
	    (mr & RECEIVE_CODES) != 0;
}

/* A call with both halves of which the first goes by trap: so does the second, since the kernel
 * knows what is next. AGAIN: so much of the receive's timeout is left, which has begun when the
 * message was sent. */
static mach_msg_return_t
trap_whole(const struct msg_call *call, mach_msg_timeout_t *left_out)
{
	struct msg_call whole = *call;
	struct lanes_port *posted =
	    (call->option & MACH_RCV_MSG) && lanes_active()
	    ? lanes_port_find(call->rcv_name)
	    : NULL;

	*left_out = 0;
	whole.left_out = left_out;
	if (posted)
		return lanes_direct(posted, &whole);
	whole.lanes = lanes_known();
	return msg_trap_plain(&whole);
}

/* The send half of @call, which has not gone by a lane as @result says, and with it the whole,
 * unless some of its time has gone: *@whole_out. */
static mach_msg_return_t
send_by_trap(const struct msg_call *call, const struct lanes_sending *what,
    enum lanes_result result, bool *whole_out, mach_msg_timeout_t *left_out)
{
	struct msg_call half;
	mach_msg_return_t mr;

	*whole_out = result == LANES_TRAP;
	if (*whole_out) {
		mr = trap_whole(call, left_out);
	} else {
		half = send_half(call);
		half.lanes = lanes_known();
		if (result == LANES_TRAP_LATE)
			half.timeout = what->timeout_left;
		mr = msg_trap_plain(&half);
	}
	if (was_sent(mr))
		lanes_note_sent(call, what);
	return mr;
}

/* --- receiving ------------------------------------------------------------------- */

/* A plain receive. What happens in the middle of an opening, in a handler, cannot wait for
 * that: it says that it knows of no lanes. */
static mach_msg_return_t
receive_by_trap(struct msg_call *half)
{
	half->lanes = lanes_open_is_own() ? 0 : lanes_known();
	return msg_trap_plain(half);
}

/* The receive half by the kernel, and by lanes again when that says so. @mr: AGAIN: it has
 * said so already. */
static mach_msg_return_t
receive_by_kernel(const struct msg_call *call, mach_msg_return_t mr)
{
	struct msg_call half = msg_receive_half(call);
	const bool timed = (half.option & MACH_RCV_TIMEOUT) != 0;
	const struct timespec deadline = deadline_after(half.timeout);
	/* The kernel knew what the name was. */
	bool has_waited = mr == WIRE_MSG_AGAIN;

	for (;;) {
		if (mr == WIRE_MSG_AGAIN) {
			lanes_look_for_news();
			if (timed)
				half.timeout = deadline_left(&deadline);
			if (lanes_active() &&
			    lanes_receive(&half, &mr) == LANES_DONE)
				return mr;
		}
		mr = receive_by_trap(&half);
		/* Source: messages.md 11.2 */
		if (mr == MACH_RCV_INVALID_NAME && has_waited)
			return MACH_RCV_PORT_CHANGED;
		if (mr != WIRE_MSG_AGAIN)
			return mr;
		has_waited = true;
	}
}

static __attribute__((noinline)) mach_msg_return_t
receive_without_lanes(const struct msg_call *call)
{
	return receive_by_kernel(call, MACH_MSG_SUCCESS);
}

/* The receive half, when the message of the other has gone by a lane, or there is none. */
static inline mach_msg_return_t
receive_then(const struct msg_call *call)
{
	mach_msg_return_t mr;

	return lanes_receive(call, &mr) == LANES_DONE
	    ? mr
	    : receive_without_lanes(call);
}

/* The same, when the kernel has begun with it. */
static mach_msg_return_t
receive_rest(const struct msg_call *call, mach_msg_timeout_t left)
{
	struct msg_call rest = *call;

	rest.timeout = left;
	return receive_by_kernel(&rest, WIRE_MSG_AGAIN);
}

/* --- both ------------------------------------------------------------------------ */

/* A call whose message has not gone by a lane, as @result of lanes_send() says. */
static __attribute__((noinline)) mach_msg_return_t
trap_first(const struct msg_call *call, const struct lanes_sending *what,
    enum lanes_result result)
{
	mach_msg_timeout_t left = 0;
	bool whole;
	const mach_msg_return_t mr =
	    send_by_trap(call, what, result, &whole, &left);

	if (mr == WIRE_MSG_AGAIN)
		return receive_rest(call, left);
	return (call->option & MACH_RCV_MSG) && mr == MACH_MSG_SUCCESS && !whole
	    ? receive_then(call)
	    : mr;
}

/* There is no board yet, but lanes are known. */
static mach_msg_return_t
msg_without_board(const struct msg_call *call)
{
	struct lanes_sending what;
	mach_msg_return_t mr;

	if (call->option & MACH_SEND_MSG) {
		lanes_look(call, &what);
		mr = trap_first(call, &what, LANES_TRAP);
	} else {
		mr = receive_without_lanes(call);
	}
	lanes_look_for_news();
	return mr;
}

static mach_msg_return_t
msg_watched(const struct msg_call *call)
{
	struct debug_sending sending;
	mach_msg_return_t mr;

	debug_msg_before(call, &sending);
	mr = msg_trap_plain(call);
	debug_msg_after(call, &sending, mr);
	return mr;
}

static __attribute__((noinline)) mach_msg_return_t
msg_without_lanes(const struct msg_call *call)
{
	if (!(call->option & (MACH_SEND_MSG | MACH_RCV_MSG)))
		return MACH_MSG_SUCCESS;
	if (debug_on && debug_watches())
		return msg_watched(call);
	return lanes_known() ? msg_without_board(call) : msg_trap_plain(call);
}

/* There is a board. */
static inline __attribute__((always_inline)) mach_msg_return_t
msg_by_lanes(const struct msg_call *call)
{
	struct lanes_sending what;
	enum lanes_result sent = LANES_DONE;
	mach_msg_return_t mr = MACH_MSG_SUCCESS;

	if (call->option & MACH_SEND_MSG)
		sent = lanes_send(call, &what);
	if (sent != LANES_DONE)
		mr = trap_first(call, &what, sent);
	else if (call->option & MACH_RCV_MSG)
		mr = receive_then(call);
	lanes_look_for_news();
	return mr;
}

static inline __attribute__((always_inline)) mach_msg_return_t
msg_once(const struct msg_call *call)
{
	const int saved_errno = errno;
	const int cancel_type = cancel_defer();
	const mach_msg_return_t mr =
	    lanes_active() ? msg_by_lanes(call) : msg_without_lanes(call);

	errno = saved_errno;
	cancel_restore(cancel_type);
	return mr;
}

/* It has ended with @mr: again, if a signal has interrupted it.
 * Source: spec/messages.md 7.2 */
static __attribute__((noinline)) mach_msg_return_t
make_again(struct msg_call *call, mach_msg_return_t mr)
{
	for (;;) {
		if (mr == MACH_RCV_INTERRUPTED &&
		    !(call->option & MACH_RCV_INTERRUPT)) {
			call->option &= ~MACH_SEND_MSG;
			call->send.size = 0;
		} else if (mr != MACH_SEND_INTERRUPTED ||
		    (call->option & MACH_SEND_INTERRUPT)) {
			return mr;
		}
		mr = msg_once(call);
	}
}

static inline __attribute__((always_inline)) mach_msg_return_t
make(struct msg_call *call)
{
	const mach_msg_return_t mr = msg_once(call);

	return mr == MACH_MSG_SUCCESS ? mr : make_again(call, mr);
}

mach_msg_return_t
msg_make(struct msg_call *call)
{
	return make(call);
}

mach_msg_return_t
mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify)
{
	struct msg_call call = msg_call_of(
	    msg, option, send_size, rcv_size, rcv_name, timeout, notify, msg);

	return option & MACHPORT_RCV_OVERWRITE
	    ? mach_msg_overwrite(msg, option, send_size, rcv_size, rcv_name,
	          timeout, notify, NULL, 0)
	    : make(&call);
}
