/*
 * machport: what people type to use and to look at Mach ports.
 *
 * Here is only the way to the subcommands; each is in a file of its own.
 */
#include <argp.h>
#include <errno.h>
#include <error.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

const char *argp_program_version = "machport " MACHPORT_VERSION;

static const struct command {
	const char *name;
	char *full_name; /* in messages and usage lines */
	const char *summary;
	int (*main)(int argc, char **argv);
} commands[] = {
    {"graph", "machport graph", "Draw tasks, ports and rights", command_graph},
    {"inspect", "machport inspect", "Show a port and all that is about it",
        command_inspect},
    {"ls", "machport ls", "List tasks, or the names that a task has",
        command_ls},
    {"run", "machport run", "Run a program under a private kernel",
        command_run},
    {"send", "machport send", "Send a message, and show the reply",
        command_send},
    {"top", "machport top", "Show what the tasks do, again and again",
        command_top},
    {"services", "machport services",
        "List the services of the bootstrap server", command_services},
    {"trace", "machport trace", "Show messages as they are sent",
        command_trace},
    {"why", "machport why", "Tell how a right came to its task", command_why},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* One line for each command; +1 to caller, who frees it. NULL: no memory. */
static char *
list_commands(void)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *stream = open_memstream(&text, &bytes);

	if (!stream)
		return NULL;
	fputs("Commands:\n", stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-10s %s\n", commands[i].name,
		    commands[i].summary);
	fputs("\n`machport COMMAND --help' tells more of a command.", stream);
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* argp frees what this returns if it is not @text. */
static char *
filter_help(int key, const char *text, void *input)
{
	(void)input;
	if (key == ARGP_KEY_HELP_POST_DOC)
		return list_commands();
	return (char *)(uintptr_t)text;
}

static _Noreturn void
refuse_command(const char *name)
{
	char *list = list_commands();

	fprintf(stderr, "machport: there is no command \"%s\"\n%s\n", name,
	    list ? list : "");
	free(list);
	exit(EX_USAGE);
}

/* The first word that is no option is the command; the rest is its own. */
static error_t
parse(int key, char *argument, struct argp_state *state)
{
	int *first = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		(void)argument;
		*first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Output that did not get there is no success. */
static int
close_output(int status)
{
	if (fclose(stdout) == 0)
		return status;
	error(0, errno, "cannot write");
	return status == EX_OK ? EX_IOERR : status;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {
	    .parser = parse,
	    .args_doc = "COMMAND [ARGUMENT...]",
	    .doc = "Mach ports for Linux.",
	    .help_filter = filter_help,
	};
	const struct command *command;
	int first = argc;

	/* What can be printed is the locale's to say, how numbers look is not. */
	(void)setlocale(LC_CTYPE, "");
	argp_err_exit_status = EX_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &first) != 0)
		return EX_OSERR;
	command = find_command(argv[first]);
	if (!command)
		refuse_command(argv[first]);

	/* Messages and usage lines of argp and error() begin with this. */
	argv[first] = command->full_name;
	program_invocation_name = argv[first];
	program_invocation_short_name = argv[first];
	return close_output(command->main(argc - first, argv + first));
}
