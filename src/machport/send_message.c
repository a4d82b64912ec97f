/* machport send: the message goes, and its reply comes. */
#include <error.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "memory.h"
#include "send.h"

#define REPLY_ROOM 65536u /* at first; what is larger says how large it is */

static int
complain_send(mach_msg_return_t mr)
{
	switch (mr) {
	case MACH_SEND_TIMED_OUT:
		error(0, 0,
		    "the queue is full, and nobody received from it "
		    "in time; see `machport inspect', or wait longer "
		    "with --timeout");
		return EX_TEMPFAIL;
	case MACH_SEND_INVALID_DEST:
		error(0, 0, "nobody receives any more: the port has died");
		return EX_UNAVAILABLE;
	default:
		error(0, 0, "cannot send: %s", mach_error_string(mr));
		return EX_UNAVAILABLE;
	}
}

static int
complain_receive(mach_msg_return_t mr)
{
	if (mr != MACH_RCV_TIMED_OUT) {
		error(0, 0, "cannot receive: %s", mach_error_string(mr));
		return EX_UNAVAILABLE;
	}
	error(0, 0,
	    "sent, but nobody replied in time; see `machport "
	    "inspect', or wait longer with --timeout");
	return EX_TEMPFAIL;
}

static int
receive(mach_port_t port, unsigned timeout_ms, mach_msg_header_t **reply_out)
{
	mach_msg_size_t room = REPLY_ROOM;
	mach_msg_header_t *reply = memory_new(room, 1);
	mach_msg_return_t mr;

	/* What does not fit stays, and is asked for again. */
	while ((mr = mach_msg(reply,
	            MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 0, room,
	            port, timeout_ms, MACH_PORT_NULL)) == MACH_RCV_TOO_LARGE) {
		room = reply->msgh_size + MAX_TRAILER_SIZE;
		free(reply);
		reply = memory_new(room, 1);
	}
	if (mr == MACH_MSG_SUCCESS) {
		*reply_out = reply;
		return EX_OK;
	}
	free(reply);
	return complain_receive(mr);
}

/* The right to reply was destroyed unused: that is told in its place. */
static int
check_reply(mach_msg_header_t **reply)
{
	if ((*reply)->msgh_id != MACH_NOTIFY_SEND_ONCE)
		return EX_OK;
	free(*reply);
	*reply = NULL;
	error(0, 0,
	    "sent, but there will be no reply: the right to reply was "
	    "destroyed, as when a task ends");
	return EX_UNAVAILABLE;
}

int
send_message(const struct send_request *request, mach_msg_header_t **reply_out)
{
	mach_msg_header_t *header = (void *)request->message->data;
	mach_port_t reply =
	    request->wants_reply ? mach_reply_port() : MACH_PORT_NULL;
	mach_msg_return_t mr;
	int status;

	*reply_out = NULL;
	header->msgh_size = (mach_msg_size_t)request->message->count;
	header->msgh_bits |= MACH_MSGH_BITS(
	    request->disposition, reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0);
	header->msgh_remote_port = request->port;
	header->msgh_local_port = reply;
	mr = mach_msg(header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    header->msgh_size, 0, MACH_PORT_NULL, request->timeout_ms,
	    MACH_PORT_NULL);
	if (mr != MACH_MSG_SUCCESS)
		return complain_send(mr);
	if (!request->wants_reply)
		return EX_OK;
	status = receive(reply, request->timeout_ms, reply_out);
	return status == EX_OK ? check_reply(reply_out) : status;
}
