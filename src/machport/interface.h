/*
 * Interfaces that are described by a file of `mig -json` (docs/mig-json.md): requests
 * made of arguments by name, and replies read.
 */
#ifndef MACHPORT_INTERFACE_H
#define MACHPORT_INTERFACE_H

#include <mach/message.h>

#include "bytes.h"
#include "json.h"

struct interface {
	json_t *document;
	const json_t *routine; /* borrowed from it */
};

/**
 * interface_load() - read a file, and find a routine in it
 * @routine:	NULL: all of them are wanted
 *
 * Return:	EX_OK, or after a message EX_NOINPUT, EX_DATAERR, or EXIT_NOTHING: it
 *		has no such routine. Free it in any case.
 */
int interface_load(struct interface *interface_out, const char *file,
    const char *routine) __attribute__((warn_unused_result));
void interface_free(struct interface *interface);

/* Is a reply to come? */
bool interface_has_reply(const struct interface *interface);

/* Where the rights of a message come from. */
struct interface_rights {
	/*
	 * The caller's name for the right that @word means, and the disposition to
	 * send it with; @wanted is one of MACH_MSG_TYPE_PORT_*. A status, after a
	 * message.
	 */
	int (*find)(void *context, const char *word, uint32_t wanted,
	    mach_port_t *name_out, mach_msg_type_name_t *disposition_out);
	void *context;
};

/* A message, and the memory that it points to. */
struct interface_message {
	struct bytes message; /* begins with a header, without ports */
	struct bytes *regions;
	size_t region_count;
};

/**
 * interface_pack() - make a request
 * @interface:	of the routine
 * @arguments:	"NAME=VALUE": each argument that goes in, once
 * @rights:	borrowed
 * @message_out: [out] free it in any case
 *
 * Return:	EX_OK, or after a message EX_USAGE, or what reading a file or finding a
 *		right returns
 */
int interface_pack(const struct interface *interface, char *const *arguments,
    size_t count, const struct interface_rights *rights,
    struct interface_message *message_out) __attribute__((warn_unused_result));
void interface_message_free(struct interface_message *message);

/**
 * interface_unpack() - read a reply
 * @interface:	of the routine
 * @reply:	as it was received: its size is true
 *
 * Return:	{"return_code", "error", "arguments"}, +1 to caller; NULL: it is no
 *		reply of this routine
 */
json_t *interface_unpack(
    const struct interface *interface, const mach_msg_header_t *reply);

/**
 * interface_peek() - read what was captured of others' messages
 * @interface:	of the routine
 * @message:	the beginning of a message, with ids of ports for names; what is out of
 *		line is not there
 * @captured:	bytes of it, a header at least; of the msgh_size that it says it has
 * @is_reply:	or else a request
 *
 * Return:	as interface_unpack(), of a request without "return_code" and "error";
 *		arguments behind @captured, and those out of line, are left out
 */
json_t *interface_peek(const struct interface *interface,
    const mach_msg_header_t *message, size_t captured, bool is_reply);

/* For these files. */
const char *interface_text(const json_t *object, const char *key);
/* -1: it has none. */
long long interface_number(const json_t *object, const char *key);
/* A size, a count or an offset; 0 if it has none, or one that cannot be. */
size_t interface_size(const json_t *object, const char *key);
bool interface_flag(const json_t *object, const char *key);
/* The argument with a name; NULL: none. */
const json_t *interface_argument(
    const struct interface *interface, const char *name);

#endif
