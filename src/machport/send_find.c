/* machport send: the right that a word means. */
#include <error.h>
#include <mach/mach.h>
#include <servers/bootstrap.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "memory.h"
#include "port_word.h"
#include "send.h"
#include "status.h"
#include "text.h"

static int
complain(const char *word, const char *why, int status)
{
	char *shown = text_escape(word);

	error(0, 0, "%s: %s", shown, why);
	free(shown);
	return status;
}

static int
find_service(const char *word, uint32_t wanted, mach_port_t *name_out,
    mach_msg_type_name_t *disposition_out)
{
	kern_return_t kr;

	if (wanted != MACH_MSG_TYPE_PORT_SEND)
		return complain(word,
		    "of a service one gets a send right, not what is asked "
		    "for; say new for a port of this command",
		    EX_USAGE);
	kr = bootstrap_look_up(bootstrap_port, word, name_out);
	*disposition_out = MACH_MSG_TYPE_COPY_SEND;
	if (kr == KERN_SUCCESS)
		return EX_OK;
	if (kr == BOOTSTRAP_UNKNOWN_SERVICE)
		return complain(word,
		    "there is no service of this name; see `machport "
		    "services', or say PID:NAME",
		    EXIT_NOTHING);
	if (kr == MACH_SEND_INVALID_DEST)
		return complain(word,
		    "there is no bootstrap server to ask for a service; start "
		    "machport-bootstrapd, or say PID:NAME",
		    EX_UNAVAILABLE);
	return complain(word, bootstrap_strerror(kr), EX_UNAVAILABLE);
}

/* Take what another task has: it keeps it. */
static int
take_right(const char *word, const struct view_task *task,
    const struct machport_name_record *record, mach_port_t *name_out)
{
	mach_msg_type_name_t type;
	mach_port_t port;
	kern_return_t kr =
	    task_for_pid(mach_task_self(), task->record.pid, &port);

	if (kr != KERN_SUCCESS)
		return complain(word,
		    "the task is not yours to take a right of", EX_NOPERM);
	kr = mach_port_extract_right(port, record->name,
	    record->type & MACH_PORT_TYPE_SEND ? MACH_MSG_TYPE_COPY_SEND
	                                       : MACH_MSG_TYPE_MAKE_SEND,
	    name_out, &type);
	mach_port_deallocate(mach_task_self(), port);
	if (kr == KERN_SUCCESS && MACH_PORT_VALID(*name_out))
		return EX_OK;
	return complain(word,
	    kr == KERN_SUCCESS ? "that port is dead" : mach_error_string(kr),
	    EX_UNAVAILABLE);
}

static int
find_name(const struct view *view, char *word, char *colon, uint32_t wanted,
    mach_port_t *name_out, mach_msg_type_name_t *disposition_out)
{
	const struct view_task *task;
	struct machport_name_record record;
	int status;

	*colon = '\0';
	status = port_word_find(view, word, colon + 1, &task, &record);
	*colon = ':';
	if (status != EX_OK)
		return status;
	if (wanted != MACH_MSG_TYPE_PORT_SEND ||
	    !(record.type & MACH_PORT_TYPE_SEND_RECEIVE))
		return complain(word,
		    "a send right or a receive right is needed, from which "
		    "the task keeps what it has",
		    EX_USAGE);
	*disposition_out = MACH_MSG_TYPE_COPY_SEND;
	return take_right(word, task, &record, name_out);
}

/* A port of our own: messages to it nobody will see. */
static int
make_port(uint32_t wanted, mach_port_t *name_out,
    mach_msg_type_name_t *disposition_out)
{
	kern_return_t kr = mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, name_out);

	*disposition_out = wanted == MACH_MSG_TYPE_PORT_SEND
	    ? MACH_MSG_TYPE_MAKE_SEND
	    : wanted == MACH_MSG_TYPE_PORT_SEND_ONCE
	    ? MACH_MSG_TYPE_MAKE_SEND_ONCE
	    : MACH_MSG_TYPE_MOVE_RECEIVE;
	return kr == KERN_SUCCESS
	    ? EX_OK
	    : complain("new", mach_error_string(kr), EX_UNAVAILABLE);
}

int
send_find(void *view, const char *word, uint32_t wanted, mach_port_t *name_out,
    mach_msg_type_name_t *disposition_out)
{
	char *copy = memory_string(word);
	char *colon = strrchr(copy, ':');
	uint32_t number;
	int status;

	if (strcmp(word, "new") == 0)
		status = make_port(wanted, name_out, disposition_out);
	else if (colon && port_word_number(colon + 1, &number))
		status = find_name(
		    view, copy, colon, wanted, name_out, disposition_out);
	else
		status = find_service(word, wanted, name_out, disposition_out);
	free(copy);
	return status;
}
