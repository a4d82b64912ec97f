/*
 * machport send: a message made on a command line, and its reply.
 */
#ifndef MACHPORT_SEND_H
#define MACHPORT_SEND_H

#include <mach/message.h>

#include "bytes.h"
#include "interface.h"
#include "screen.h"
#include "view.h"

/**
 * send_find() - a right that a word means
 * @view:	to find tasks by the names of their commands; NULL: one is opened
 * @word:	"PID:NAME" or "COMMAND:NAME": what this task has by that name;
 *		"new": a new port of ours, where a message needs a receive right;
 *		else a service of the bootstrap server
 * @wanted:	MACH_MSG_TYPE_PORT_*
 * @name_out:	[out] our name
 * @disposition_out: [out] how to send it on
 *
 * Return:	EX_OK, or after a message a status
 */
int send_find(void *view, const char *word, uint32_t wanted,
    mach_port_t *name_out, mach_msg_type_name_t *disposition_out);

/* What is sent, and how. */
struct send_request {
	mach_port_t port;
	mach_msg_type_name_t disposition;
	struct bytes *message; /* a header and a body */
	bool wants_reply;
	unsigned timeout_ms;
};

/**
 * send_message() - send it, and wait for its reply
 * @request:	borrowed
 * @reply_out:	[out] of a size that is true; free(); NULL: none was asked for
 *
 * Return:	EX_OK, or after a message EX_TEMPFAIL: in that time nobody took it, or
 *		replied; EX_UNAVAILABLE: it cannot be sent, or never will be replied to
 */
int send_message(
    const struct send_request *request, mach_msg_header_t **reply_out);

/* What came back: with an interface, as it says, else as bytes. A status: 1 if the
 * routine failed. */
int send_show(const struct screen *screen, const struct bytes *message,
    const mach_msg_header_t *reply, const struct interface *interface);
int send_show_json(FILE *stream, const struct bytes *message,
    const mach_msg_header_t *reply, const struct interface *interface);

#endif
