/* The options that all commands have which look at a kernel. */
#include "options.h"

enum {
	KEY_JSON = 0x100,
	KEY_SOCKET,
	KEY_ALL,
};

static const struct argp_option table[] = {
    {"all", KEY_ALL, NULL, 0, "Count this command, which is a task, in", 10},
    {"json", KEY_JSON, NULL, 0, "Write JSON", 10},
    {"socket", KEY_SOCKET, "ADDRESS", 0,
        "The kernel that listens there: a path, or @ and an abstract name "
        "($MACHPORT_SOCKET)",
        10},
    {0},
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_ALL:
		options->all = true;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_SOCKET:
		if (!*argument)
			argp_error(state, "--socket needs an address");
		options->socket = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp options_argp = {.options = table, .parser = parse};

void
options_child(struct argp_state *state, struct options *options)
{
	state->child_inputs[0] = options;
}
