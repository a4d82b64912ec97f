/*
 * msg_send(), msg_receive(), msg_rpc(): mach_msg() with messages in the form of
 * Mach 2.5 (mach2_form.h).
 */
#include <mach/mach2.h>

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/message.h>
#include <stdbool.h>
#include <string.h>

#include "mach2_aside.h"
#include "mach2_buffer.h"
#include "mach2_form.h"
#include "mach2_right.h"
#include "mach2_set.h"
#include "msg_encode.h"
#include "thread_conn.h"
#include "user_memory.h"

/* What is written to the program's memory at once: less than a page. */
#define PIECE 2048u

/* The codes of mach_msg(), special bits aside, and what they were. */
static msg_return_t
send_code(mach_msg_return_t mr, bool notify)
{
	switch (mr & ~MACH_MSG_MASK) {
	case MACH_MSG_SUCCESS:
		/* Special bits alone: no memory for a right or a region. */
		return mr == MACH_MSG_SUCCESS ? SEND_SUCCESS : SEND_INTERRUPTED;
	case MACH_SEND_INVALID_DATA:
	case MACH_SEND_INVALID_MEMORY:
		return SEND_INVALID_MEMORY;
	case MACH_SEND_TIMED_OUT:
		return SEND_TIMED_OUT;
	case MACH_SEND_WILL_NOTIFY: /* or INVALID_VOUCHER, never ours */
		return SEND_WILL_NOTIFY;
	case MACH_SEND_NOTIFY_IN_PROGRESS:
		return SEND_NOTIFY_IN_PROGRESS;
	case MACH_SEND_INTERRUPTED:
	case MACH_SEND_NO_BUFFER:
		return SEND_INTERRUPTED;
	case MACH_SEND_TOO_LARGE: /* or NO_NOTIFY */
		return notify ? SEND_INTERRUPTED : SEND_MSG_TOO_LARGE;
	case MACH_SEND_MSG_TOO_SMALL:
		return SEND_MSG_TOO_SMALL;
	default: /* INVALID_DEST, _REPLY, _RIGHT, _TYPE, ... */
		return SEND_INVALID_PORT;
	}
}

static msg_return_t
receive_code(mach_msg_return_t mr)
{
	switch (mr & ~MACH_MSG_MASK) {
	case MACH_MSG_SUCCESS:
		return RCV_SUCCESS;
	case MACH_RCV_INVALID_DATA:
		return RCV_INVALID_MEMORY;
	case MACH_RCV_TIMED_OUT:
		return RCV_TIMED_OUT;
	case MACH_RCV_TOO_LARGE:
		return RCV_TOO_LARGE;
	case MACH_RCV_HEADER_ERROR:
	case MACH_RCV_BODY_ERROR:
		return RCV_NOT_ENOUGH_MEMORY;
	case MACH_RCV_INTERRUPTED:
		return RCV_INTERRUPTED;
	case MACH_RCV_PORT_CHANGED:
		return RCV_PORT_CHANGE;
	default: /* INVALID_NAME, IN_SET, PORT_DIED */
		return RCV_INVALID_PORT;
	}
}

/*
 * Sending.
 */

static void
set_dispositions(mach_msg_header_t *message, mach_msg_type_name_t remote,
    mach_msg_type_name_t local)
{
	message->msgh_bits = MACH_MSGH_BITS_SET(
	    remote, local, 0, MACH_MSGH_BITS_OTHER(message->msgh_bits));
}

/* A receive right includes the right to send, and today's programs ask for
 * replies over send-once rights. Most names are plain send rights: so COPY_SEND
 * is tried first, and this when it was refused. False: it would be again. */
static bool
correct_dispositions(mach_msg_header_t *message, mach_msg_return_t mr)
{
	mach_msg_bits_t before = message->msgh_bits;
	mach_msg_type_name_t remote = MACH_MSGH_BITS_REMOTE(before);
	mach_msg_type_name_t local = MACH_MSGH_BITS_LOCAL(before);

	/* They came back from a wait, and are spent. */
	if (remote == MACH_MSG_TYPE_MOVE_SEND)
		return false;
	if (mr == MACH_SEND_INVALID_DEST)
		remote = mach2_right_to_send(message->msgh_remote_port, false);
	else if (mr == MACH_SEND_INVALID_REPLY)
		local = mach2_right_to_send(message->msgh_local_port, false);
	set_dispositions(message, remote, local);
	return message->msgh_bits != before;
}

/* The message came back (spec/messages.md 10.1). There is nobody who would send
 * it again. */
static void
destroy_returned(mach_msg_header_t *message)
{
	mach_port_t reply = message->msgh_local_port;

	if (MACH_PORT_VALID(reply) &&
	    MACH_MSGH_BITS_LOCAL(message->msgh_bits) != 0)
		(void)mach_port_deallocate(mach_task_self(), reply);
	mach_msg_destroy(message);
}

static mach_msg_return_t
send_message(mach_msg_header_t *message, mach_msg_size_t size,
    mach_msg_option_t option, msg_timeout_t timeout, port_t notify)
{
	mach_msg_return_t mr;

	/* That is a receive right alone: known without asking. */
	if (message->msgh_local_port != PORT_NULL &&
	    message->msgh_local_port == thread_conn_names()->reply)
		set_dispositions(
		    message, MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND);
	do {
		mr = mach_msg(message, MACH_SEND_MSG | option, size, 0,
		    MACH_PORT_NULL, timeout, notify);
	} while (
	    (mr == MACH_SEND_INVALID_DEST || mr == MACH_SEND_INVALID_REPLY) &&
	    correct_dispositions(message, mr));
	/* We never send a right away to send through it: it came back. */
	if (mr != MACH_MSG_SUCCESS && mr != MACH_SEND_WILL_NOTIFY &&
	    MACH_MSGH_BITS_REMOTE(message->msgh_bits) ==
	        MACH_MSG_TYPE_MOVE_SEND)
		destroy_returned(message);
	return mr;
}

static mach_msg_option_t
send_option(msg_option_t option)
{
	return (option & SEND_TIMEOUT ? MACH_SEND_TIMEOUT : 0) |
	    (option & SEND_NOTIFY ? MACH_SEND_NOTIFY : 0) |
	    (option & SEND_INTERRUPT ? MACH_SEND_INTERRUPT : 0);
}

msg_return_t
msg_send(msg_header_t *header, msg_option_t option, msg_timeout_t timeout)
{
	bool wants_notice = (option & SEND_NOTIFY) != 0;
	struct mach2_buffer buffer;
	port_t notify = PORT_NULL;
	mach_msg_size_t size;
	msg_return_t mr;

	if (wants_notice) {
		notify = task_notify();
		if (notify == PORT_NULL)
			return SEND_INTERRUPTED;
	}
	mach2_buffer_init(&buffer);
	mr = mach2_encode(header, &buffer, &size);
	if (mr == SEND_SUCCESS)
		mr = send_code(send_message(buffer.message, size,
		                   send_option(option), timeout, notify),
		    wants_notice);
	mach2_buffer_deinit(&buffer);
	return mr;
}

msg_return_t
msg_send_trap(msg_header_t *header, msg_option_t option, msg_timeout_t timeout)
{
	return msg_send(header, option | SEND_INTERRUPT, timeout);
}

/*
 * Receiving.
 */

struct receive {
	msg_header_t *header; /* the program's */
	size_t room;          /* bytes there */
	port_t port;          /* or port set */
	msg_option_t option;
	msg_timeout_t timeout;
	struct mach2_buffer buffer;
};

static mach_msg_option_t
receive_option(msg_option_t option)
{
	return (option & RCV_TIMEOUT ? MACH_RCV_TIMEOUT : 0) |
	    (option & RCV_INTERRUPT ? MACH_RCV_INTERRUPT : 0);
}

static mach_msg_return_t
receive_once(struct receive *r, mach_msg_option_t option)
{
	return mach_msg(r->buffer.message,
	    MACH_RCV_MSG | MACH2_TRAILER | receive_option(r->option) | option,
	    0, (mach_msg_size_t)r->buffer.size, r->port, r->timeout,
	    MACH_PORT_NULL);
}

/* Receive what may fit. MACH_RCV_TOO_LARGE: it does not, in any form; with
 * RCV_LARGE it is still queued, and its size in r->buffer.message. */
static mach_msg_return_t
receive_message(struct receive *r)
{
	size_t most =
	    mach2_form_max(r->room < MSG_SIZE_LIMIT ? r->room : MSG_SIZE_LIMIT);
	mach_msg_return_t mr;
	size_t size;

	if (mach2_aside_take(r->port, &r->buffer, &mr))
		return mr;
	for (;;) {
		mr = receive_once(r, MACH_RCV_LARGE);
		size = r->buffer.message->msgh_size;
		if (mr != MACH_RCV_TOO_LARGE || size > most)
			break;
		if (!mach2_buffer_grow(&r->buffer, size + MACH2_TRAILER_BYTES))
			return MACH_RCV_HEADER_ERROR;
	}
	if (mr != MACH_RCV_TOO_LARGE || r->option & RCV_LARGE)
		return mr;
	/* Have it destroyed; unless somebody was faster, and what comes now is
	 * another one, which may fit. */
	if (!mach2_buffer_grow(&r->buffer, most + MACH2_TRAILER_BYTES))
		return MACH_RCV_HEADER_ERROR;
	return receive_once(r, 0);
}

/* Copy to the program's memory; false if it is not there. */
static bool
deliver(void *to, const void *from, size_t bytes)
{
	size_t done = 0;

	while (done < bytes) {
		size_t piece = bytes - done;

		/* Not less than a word must be left. */
		if (piece > PIECE)
			piece = PIECE - sizeof(uint32_t);
		if (!user_memory_write(
		        (char *)to + done, (const char *)from + done, piece))
			return false;
		done += piece;
	}
	return true;
}

/* Tell how much room there must be. */
static msg_return_t
deliver_size(struct receive *r, size_t size)
{
	const msg_size_t told = (msg_size_t)size;

	return user_memory_write(&r->header->msg_size, &told, sizeof(told))
	    ? RCV_TOO_LARGE
	    : RCV_INVALID_MEMORY;
}

/* Is something missing of a message that is there? */
static bool
lacks_memory(mach_msg_return_t mr)
{
	return (mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR;
}

/* A message that fits, in its old form. @mr is what it was received with. */
static bool
deliver_message(struct receive *r, size_t size, mach_msg_return_t mr)
{
	struct mach2_buffer old;
	bool delivered;

	mach2_buffer_init(&old);
	if (!mach2_buffer_grow(&old, size + sizeof(uint32_t)))
		return false;
	(void)mach2_decode(r->buffer.message, lacks_memory(mr), old.message);
	delivered = deliver(r->header, old.message, size);
	mach2_buffer_deinit(&old);
	return delivered;
}

/* There is a message, but for which there is no room: keep or destroy it. */
static msg_return_t
refuse_message(struct receive *r, size_t size, mach_msg_return_t mr)
{
	mach_msg_header_t *message = r->buffer.message;
	size_t bytes = round_msg(message->msgh_size) + MACH2_TRAILER_BYTES;
	msg_header_t header;

	if (!(r->option & RCV_LARGE)) {
		mach_msg_destroy(message);
		header = (msg_header_t){
		    .msg_simple = TRUE,
		    .msg_size = sizeof(header),
		    .msg_local_port = message->msgh_local_port,
		    .msg_id = message->msgh_id,
		};
		return deliver(r->header, &header, sizeof(header))
		    ? RCV_TOO_LARGE
		    : RCV_INVALID_MEMORY;
	}
	if (!mach2_aside_put(r->port, message, bytes, mr)) {
		mach_msg_destroy(message);
		return RCV_NOT_ENOUGH_MEMORY;
	}
	return deliver_size(r, size);
}

/* What receive_message() brought, to the program. */
static msg_return_t
finish_receive(struct receive *r, mach_msg_return_t mr)
{
	mach_msg_header_t *message = r->buffer.message;
	size_t size;

	if (mr == MACH_RCV_TOO_LARGE && r->option & RCV_LARGE)
		return deliver_size(r, mach2_old_max(message->msgh_size));
	if (mr == MACH_RCV_TOO_LARGE)
		return refuse_message(r, sizeof(msg_header_t), mr);
	if (mr != MACH_MSG_SUCCESS && !lacks_memory(mr))
		return receive_code(mr);
	size = mach2_decode(message, lacks_memory(mr), NULL);
	if (size > r->room)
		return refuse_message(r, size, mr);
	mach2_right_acquired_all(message);
	if (deliver_message(r, size, mr))
		return receive_code(mr);
	mach_msg_destroy(message);
	return RCV_INVALID_MEMORY;
}

/* RCV_NO_SENDERS: is nobody left who could send, and no message either? Only
 * asked before the wait begins. */
static bool
is_only_sender(const struct receive *r)
{
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	mach_port_status_t status;
	mach_port_rights_t rights;
	mach_msg_return_t mr;

	if (mach2_aside_count(r->port) > 0)
		return false;
	mr = mach_msg(r->buffer.message,
	    MACH_RCV_MSG | MACH_RCV_LARGE | MACH_RCV_TIMEOUT, 0, 0, r->port, 0,
	    MACH_PORT_NULL);
	if (mr != MACH_RCV_TIMED_OUT ||
	    mach_port_get_attributes(mach_task_self(), r->port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status,
	        &count) != KERN_SUCCESS ||
	    mach_port_get_srights(mach_task_self(), r->port, &rights) !=
	        KERN_SUCCESS ||
	    status.mps_sorights > 0)
		return false;
	if (mach2_right_type(r->port) & MACH_PORT_TYPE_SEND)
		rights--;
	return rights == 0;
}

static msg_return_t
receive_from(struct receive *r)
{
	mach_msg_return_t mr;
	msg_return_t result;

	if (r->port == PORT_ENABLED)
		r->port = mach2_set_enabled();
	mach2_buffer_init(&r->buffer);
	if (r->option & RCV_NO_SENDERS && is_only_sender(r))
		return RCV_ONLY_SENDER;
	mr = receive_message(r);
	result = finish_receive(r, mr);
	mach2_buffer_deinit(&r->buffer);
	return result;
}

msg_return_t
msg_receive(msg_header_t *header, msg_option_t option, msg_timeout_t timeout)
{
	struct receive r = {
	    .header = header,
	    .option = option,
	    .timeout = timeout,
	};

	if (!user_memory_readable(header, sizeof(*header)))
		return RCV_INVALID_MEMORY;
	r.room = header->msg_size;
	r.port = header->msg_local_port;
	return receive_from(&r);
}

msg_return_t
msg_receive_trap(
    msg_header_t *header, msg_option_t option, msg_timeout_t timeout)
{
	return msg_receive(header, option | RCV_INTERRUPT, timeout);
}

msg_return_t
msg_rpc(msg_header_t *header, msg_option_t option, msg_size_t rcv_size,
    msg_timeout_t send_timeout, msg_timeout_t rcv_timeout)
{
	msg_return_t mr = msg_send(header, option, send_timeout);
	struct receive r = {
	    .header = header,
	    .room = rcv_size,
	    .option = option,
	    .timeout = rcv_timeout,
	};

	if (mr != RPC_SUCCESS)
		return mr;
	r.port = header->msg_local_port;
	return receive_from(&r);
}

msg_return_t
msg_rpc_trap(msg_header_t *header, msg_option_t option, msg_size_t rcv_size,
    msg_timeout_t send_timeout, msg_timeout_t rcv_timeout)
{
	return msg_rpc(header, option | SEND_INTERRUPT | RCV_INTERRUPT,
	    rcv_size, send_timeout, rcv_timeout);
}
