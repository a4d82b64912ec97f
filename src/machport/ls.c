/* machport ls: what is asked for, and by whom. */
#include "ls.h"

#include <argp.h>
#include <sysexits.h>

#include "command.h"
#include "options.h"
#include "view_kernel.h"

struct arguments {
	struct options options;
	char **words; /* NULL: all tasks */
	size_t count;
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->words = state->argv + state->next;
		arguments->count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
show(const struct view *view, const void *context)
{
	const struct arguments *arguments = context;
	const struct screen screen = screen_of(stdout);

	if (!arguments->words)
		return arguments->options.json ? ls_tasks_json(view, stdout)
		                               : ls_tasks(view, &screen);
	return arguments->options.json
	    ? ls_names_json(view, stdout, arguments->words, arguments->count)
	    : ls_names(view, &screen, arguments->words, arguments->count);
}

int
command_ls(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp argp = {
	    .parser = parse,
	    .args_doc = "[PID|NAME]...",
	    .doc = "List the tasks of a kernel, or the names that a task has "
	           "for ports: each with its rights, its queue, and who is at "
	           "the other end.\v"
	           "The status is 1 if no such task is found.",
	    .children = children,
	};
	struct arguments arguments = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, show, &arguments);
}
