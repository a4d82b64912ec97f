/* machport services: what is asked for. */
#include "services.h"

#include <argp.h>
#include <sysexits.h>

#include "command.h"
#include "options.h"
#include "view_kernel.h"

#define KEY_NAMES 'n'

struct arguments {
	struct options options;
	bool names;
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
	case KEY_NAMES:
		arguments->names = true;
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
	struct services services;
	int status = services_fetch(view, &services);

	if (status == EX_OK && arguments->names)
		status = services_show_names(stdout, &services);
	else if (status == EX_OK)
		status = arguments->options.json
		    ? services_show_json(view, stdout, &services)
		    : services_show(view, &screen, &services);
	services_free(&services);
	return status;
}

int
command_services(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp_option table[] = {
	    {"names", KEY_NAMES, NULL, 0, "Names alone, one a line", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .doc = "List the services that the bootstrap server knows and you "
	           "may look up: whether each is active, whose it is, who "
	           "receives, and what waits.\v"
	           "The status is 1 if there are none, 69 if there is no "
	           "bootstrap server.",
	    .children = children,
	};
	struct arguments arguments = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, show, &arguments);
}
