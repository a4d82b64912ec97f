/* machport send: what is asked for. */
#include "send.h"

#include <argp.h>
#include <error.h>
#include <stdlib.h>
#include <sysexits.h>

#include "command.h"
#include "options.h"
#include "view_kernel.h"

enum {
	KEY_ID = 'i',
	KEY_DATA = 'd',
	KEY_INTERFACE = 'f',
	KEY_REPLY = 'r',
	KEY_TIMEOUT = 't',
};

#define TIMEOUT_DEFAULT_MS 5000

struct arguments {
	struct options options;
	const char *target;
	const char *interface; /* the file */
	const char *routine;
	char **words; /* ARGUMENT=VALUE */
	size_t word_count;
	const char *data;
	mach_msg_id_t id;
	bool wants_reply;
	unsigned timeout_ms;
};

static void
parse_id(
    struct arguments *arguments, const char *word, struct argp_state *state)
{
	char *end;
	long id = strtol(word, &end, 0);

	if (end == word || *end || id < INT32_MIN || id > INT32_MAX)
		argp_error(state, "--id needs a number of 32 bits");
	arguments->id = (mach_msg_id_t)id;
}

static void
parse_timeout(
    struct arguments *arguments, const char *word, struct argp_state *state)
{
	char *end;
	double seconds = strtod(word, &end);

	if (end == word || *end || !(seconds >= 0 && seconds <= 1e6))
		argp_error(state, "--timeout needs a number of seconds");
	arguments->timeout_ms = (unsigned)(seconds * 1000 + 0.5);
}

/* SERVICE|PID:NAME, then with an interface ROUTINE ARGUMENT=VALUE... */
static void
parse_words(struct arguments *arguments, struct argp_state *state)
{
	char **words = state->argv + state->next;
	size_t count = (size_t)(state->argc - state->next);

	arguments->target = words[0];
	if (arguments->interface && count >= 2) {
		arguments->routine = words[1];
		arguments->words = words + 2;
		arguments->word_count = count - 2;
	} else if (arguments->interface) {
		argp_error(state, "which routine of the interface?");
	} else if (count > 1) {
		argp_error(state, "arguments need an --interface");
	}
}

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case KEY_ID:
		parse_id(arguments, argument, state);
		return 0;
	case KEY_DATA:
		arguments->data = argument;
		return 0;
	case KEY_INTERFACE:
		arguments->interface = argument;
		return 0;
	case KEY_REPLY:
		arguments->wants_reply = true;
		return 0;
	case KEY_TIMEOUT:
		parse_timeout(arguments, argument, state);
		return 0;
	case ARGP_KEY_ARGS:
		parse_words(arguments, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "to whom? say SERVICE or PID:NAME");
		return 0;
	case ARGP_KEY_END:
		if (arguments->interface && arguments->data)
			argp_error(
			    state, "--data and --interface exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A header and the bytes that were given. */
static int
make_plain(const struct arguments *arguments, struct bytes *message)
{
	const mach_msg_header_t header = {.msgh_id = arguments->id};
	int status = EX_OK;

	bytes_add(message, &header, sizeof(header));
	if (arguments->data)
		status = bytes_of_word(arguments->data, message);
	bytes_add(message, NULL, round_msg(message->count) - message->count);
	return status;
}

static int
make_message(const struct arguments *arguments, const struct view *view,
    struct interface *interface, struct interface_message *message)
{
	const struct interface_rights rights = {
	    .find = send_find,
	    .context = (void *)(uintptr_t)view,
	};
	int status;

	if (!arguments->interface)
		return make_plain(arguments, &message->message);
	status =
	    interface_load(interface, arguments->interface, arguments->routine);
	if (status != EX_OK)
		return status;
	return interface_pack(interface, arguments->words,
	    arguments->word_count, &rights, message);
}

static int
send_and_show(const struct arguments *arguments, struct send_request *request,
    const struct interface *interface)
{
	const struct screen screen = screen_of(stdout);
	mach_msg_header_t *reply;
	int status = send_message(request, &reply);

	if (status != EX_OK)
		return status;
	status = arguments->options.json
	    ? send_show_json(stdout, request->message, reply, interface)
	    : send_show(&screen, request->message, reply, interface);
	free(reply);
	return status;
}

static int
make_and_send(const struct view *view, const void *context)
{
	const struct arguments *arguments = context;
	struct interface interface = {0};
	struct interface_message message = {0};
	struct send_request request = {
	    .message = &message.message,
	    .timeout_ms = arguments->timeout_ms,
	};
	int status = make_message(arguments, view, &interface, &message);

	if (status == EX_OK)
		status = send_find((void *)(uintptr_t)view, arguments->target,
		    MACH_MSG_TYPE_PORT_SEND, &request.port,
		    &request.disposition);
	request.wants_reply = arguments->wants_reply ||
	    (interface.routine && interface_has_reply(&interface));
	if (status == EX_OK)
		status = send_and_show(arguments, &request, &interface);
	interface_message_free(&message);
	interface_free(&interface);
	return status;
}

int
command_send(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp_option table[] = {
	    {"id", KEY_ID, "N", 0, "The message's id; 0 if it is not said", 0},
	    {"data", KEY_DATA, "HEX|TEXT|@FILE", 0,
	        "What is in it: 0x and hexadecimal digits, a text, or what is "
	        "in a file",
	        0},
	    {"interface", KEY_INTERFACE, "FILE", 0,
	        "Make it of a ROUTINE of this interface, which mig -json wrote",
	        0},
	    {"reply", KEY_REPLY, NULL, 0, "Wait for a reply", 0},
	    {"timeout", KEY_TIMEOUT, "SECONDS", 0,
	        "Give up after so long, 5 s if it is not said", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .args_doc = "SERVICE|PID:NAME\n"
	                "--interface FILE SERVICE|PID:NAME ROUTINE "
	                "[ARGUMENT=VALUE]...",
	    .doc = "Send a message, and show the reply: to a service by its "
	           "name, or to a port that some task has a name for, as "
	           "1234:0x303. Its task must be yours.\v"
	           "Values are numbers, with commas between those of an array; "
	           "text or bytes as with --data; rights as PID:NAME, SERVICE, "
	           "null, or new. The status is 1 if there is no such service "
	           "or port, or if the routine failed; 75 if it took too long.",
	    .children = children,
	};
	struct arguments arguments = {.timeout_ms = TIMEOUT_DEFAULT_MS};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, make_and_send, &arguments);
}
