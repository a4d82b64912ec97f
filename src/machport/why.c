/* machport why: which right is meant. */
#include "why.h"

#include <argp.h>
#include <sysexits.h>

#include "command.h"
#include "options.h"
#include "port_word.h"
#include "view_kernel.h"

struct arguments {
	struct options options;
	const char *task;
	const char *name;
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
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
		if (!arguments->name)
			argp_error(state, "which right? say PID NAME");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
tell(const struct view *view, const void *context)
{
	const struct arguments *arguments = context;
	const struct screen screen = screen_of(stdout);
	const struct view_task *task;
	struct machport_name_record record;
	struct why_way way;
	int status = port_word_find(
	    view, arguments->task, arguments->name, &task, &record);

	if (status != EX_OK)
		return status;
	why_follow(view, task, &record, &way);
	if (arguments->options.json)
		why_show_json(view, stdout, &way);
	else
		why_show(view, &screen, &way);
	why_free(&way);
	return EX_OK;
}

int
command_why(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp argp = {
	    .parser = parse,
	    .args_doc = "PID|COMMAND NAME",
	    .doc =
	        "Tell how a right came to its task: in which message, from "
	        "whom and when; and how it had come to that task, as long as "
	        "the way can be followed.\v"
	        "NAME is a number that the task knows the right by, as "
	        "0x103. The status is 1 if there is no such name.",
	    .children = children,
	};
	struct arguments arguments = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, tell, &arguments);
}
