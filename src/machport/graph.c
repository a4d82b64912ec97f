/* machport graph: what is asked for, and where it goes. */
#include "graph.h"

#include <argp.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "command.h"
#include "options.h"
#include "view_kernel.h"

enum {
	KEY_SVG = 's',
	KEY_OUTPUT = 'o',
	KEY_KERNEL = 'k',
};

struct arguments {
	struct options options;
	struct graph_choice choice;
	const char *output; /* NULL: stdout */
	bool svg;
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case KEY_SVG:
		arguments->svg = true;
		return 0;
	case KEY_KERNEL:
		arguments->choice.kernel = true;
		return 0;
	case KEY_OUTPUT:
		arguments->output = argument;
		return 0;
	case ARGP_KEY_ARGS:
		arguments->choice.words = state->argv + state->next;
		arguments->choice.count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (arguments->svg && arguments->options.json)
			argp_error(
			    state, "--svg and --json exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
write_graph(const struct graph *graph, const struct view *view,
    const struct arguments *arguments, FILE *stream)
{
	FILE *dot;
	int file;
	int status;

	if (arguments->options.json)
		graph_write_json(graph, view, stream);
	else if (!arguments->svg)
		graph_write_dot(graph, view, stream);
	if (!arguments->svg)
		return EX_OK;
	file = memfd_create("dot", MFD_CLOEXEC);
	dot = file >= 0 ? fdopen(file, "w+e") : NULL;
	if (!dot) {
		error(0, errno, "cannot make a file for dot");
		return EX_OSERR;
	}
	graph_write_dot(graph, view, dot);
	fflush(dot);
	rewind(dot);
	status = graph_draw(fileno(dot), fileno(stream));
	fclose(dot);
	return status;
}

/* What is not whole; a link, a pipe or a device, such as /dev/stdout, stays. */
static void
remove_file(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
		(void)unlink(path);
}

/* The same to a file of its own, which is not there if it did not work. */
static int
write_file(const struct graph *graph, const struct view *view,
    const struct arguments *arguments)
{
	FILE *stream = fopen(arguments->output, "we");
	int status;

	if (!stream) {
		error(0, errno, "cannot write %s", arguments->output);
		return EX_CANTCREAT;
	}
	status = write_graph(graph, view, arguments, stream);
	if (fclose(stream) != 0 && status == EX_OK) {
		error(0, errno, "cannot write %s", arguments->output);
		status = EX_IOERR;
	}
	if (status != EX_OK)
		remove_file(arguments->output);
	return status;
}

static int
show(const struct view *view, const void *context)
{
	const struct arguments *arguments = context;
	struct graph graph;
	int status = graph_build(&graph, view, &arguments->choice);

	if (status == EX_OK) {
		graph_mark_circles(&graph, view);
		status = arguments->output
		    ? write_file(&graph, view, arguments)
		    : write_graph(&graph, view, arguments, stdout);
	}
	graph_free(&graph);
	return status;
}

int
command_graph(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp_option table[] = {
	    {"svg", KEY_SVG, NULL, 0, "Have graphviz draw it, as SVG", 0},
	    {"output", KEY_OUTPUT, "FILE", 0, "Write to FILE", 0},
	    {"kernel", KEY_KERNEL, NULL, 0,
	        "Ports of the kernel, too: tasks, threads, the host", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .args_doc = "[PID|COMMAND]...",
	    .doc = "Draw tasks and ports: who can send to whom, which rights "
	           "are in messages, who waits for what. The text is for "
	           "graphviz. With arguments, only these tasks and what they "
	           "have to do with.\v"
	           "Tasks that wait for each other, so that none of them can "
	           "go on, are red; whether a wait has a time limit is not "
	           "known.",
	    .children = children,
	};
	struct arguments arguments = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	return view_show(&arguments.options, show, &arguments);
}
