/* machport inspect: which port is meant. */
#include "inspect.h"

#include <argp.h>
#include <error.h>
#include <sysexits.h>

#include "command.h"
#include "options.h"
#include "port_word.h"
#include "view_kernel.h"

#define KEY_PORT 'p'

struct arguments {
	struct options options;
	uint32_t port; /* id; 0: by task and name */
	const char *task;
	const char *name;
};

static void
parse_port(
    struct arguments *arguments, const char *word, struct argp_state *state)
{
	if (!port_word_number(word, &arguments->port) || arguments->port == 0)
		argp_error(state, "--port needs the id of a port");
}

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case KEY_PORT:
		parse_port(arguments, argument, state);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			arguments->task = argument;
		else if (state->arg_num == 1)
			arguments->name = argument;
		else
			argp_error(state, "too many arguments");
		return 0;
	case ARGP_KEY_END:
		if (arguments->port ? arguments->task != NULL
		                    : arguments->name == NULL)
			argp_error(state,
			    "which port? say PID NAME or "
			    "--port ID");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
find(const struct view *view, const struct arguments *arguments,
    struct machport_name_record *record_out)
{
	const struct view_task *task;
	kern_return_t kr;

	if (arguments->port == 0)
		return port_word_find(
		    view, arguments->task, arguments->name, &task, record_out);
	kr = view_port(view, arguments->port, record_out);
	return kr == KERN_SUCCESS ? EX_OK : view_complain("--port", kr);
}

static int
inspect(const struct view *view, const void *context)
{
	const struct arguments *arguments = context;
	const struct screen screen = screen_of(stdout);
	struct machport_name_record record;
	int status = find(view, arguments, &record);

	if (status != EX_OK)
		return status;
	return arguments->options.json
	    ? inspect_show_json(view, stdout, &record)
	    : inspect_show(view, &screen, &record);
}

int
command_inspect(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp_option table[] = {
	    {"port", KEY_PORT, "ID", 0,
	        "The port with this id, as other commands tell it", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .args_doc = "PID|COMMAND NAME\n--port ID",
	    .doc =
	        "Show a port: who can send to it, who receives, which "
	        "messages wait and what rights are in them, who is blocked, "
	        "and who will be told of what.\v"
	        "NAME is a number that the task knows the port by, as 0x103. "
	        "The status is 1 if there is no such port.",
	    .children = children,
	};
	struct arguments arguments = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, inspect, &arguments);
}
