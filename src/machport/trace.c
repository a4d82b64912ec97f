/* machport trace: what is asked for. */
#include "trace.h"

#include <argp.h>
#include <errno.h>
#include <error.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "memory.h"
#include "options.h"
#include "port_word.h"
#include "trace_run.h"
#include "view_kernel.h"

#define SNAP_LEAST 64
#define SECONDS_MOST 1e9

struct arguments {
	struct options options;
	struct trace *trace;
	struct trace_request request;
	const char *task;
	char *port;
	const char *file;
	char **interfaces; /* of argv */
	size_t interface_count;
};

static const struct argp_option table[] = {
    {"count", 'c', "N", 0, "End after so many messages", 0},
    {"duration", 'd', "SECONDS", 0, "End after so long", 0},
    {"interface", 'f', "FILE", 0,
        "Names and arguments of routines, as written by mig -json; can be said "
        "often",
        0},
    {"output", 'o', "FILE", 0,
        "Write packets for Wireshark to FILE (pcapng), instead of lines", 0},
    {"port", 'p', "TASK:NAME|ID", 0,
        "Only what goes to a port, or has it replied to", 0},
    {"snap", 's', "BYTES", 0, "Keep so many bytes of each message: 256", 0},
    {"task", 't', "PID|NAME", 0, "Only what a task sends and receives", 0},
    {0},
};

static unsigned long
parse_count(const char *text, unsigned long least, unsigned long most,
    struct argp_state *state)
{
	char *end;
	unsigned long count;

	errno = 0;
	count = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || *text == '-' || errno != 0 ||
	    count < least || count > most)
		argp_error(state, "%s: not a number from %lu to %lu", text,
		    least, most);
	return count;
}

static uint64_t
parse_seconds(const char *text, struct argp_state *state)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds > 0) ||
	    seconds > SECONDS_MOST)
		argp_error(state, "%s: not a time in seconds", text);
	return (uint64_t)(seconds * 1e9) + 1;
}

static void
add_interface(struct arguments *arguments, char *file)
{
	arguments->interfaces = memory_grow(arguments->interfaces,
	    arguments->interface_count + 1, sizeof(*arguments->interfaces));
	arguments->interfaces[arguments->interface_count++] = file;
}

/* The first word that is no option begins the program's own. */
static void
parse_command(struct arguments *arguments, struct argp_state *state)
{
	if (arguments->task)
		argp_error(state, "either a task or a command, not both");
	arguments->request.command = state->argv + state->next - 1;
	state->next = state->argc;
}

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case 'c':
		arguments->trace->most =
		    parse_count(argument, 1, UINT32_MAX, state);
		return 0;
	case 'd':
		arguments->request.duration_ns = parse_seconds(argument, state);
		return 0;
	case 'f':
		add_interface(arguments, argument);
		return 0;
	case 'o':
		arguments->file = argument;
		return 0;
	case 'p':
		arguments->port = argument;
		return 0;
	case 's':
		arguments->request.filter.snap = (uint32_t)parse_count(
		    argument, SNAP_LEAST, MACHPORT_TRACE_SNAP_MAX, state);
		return 0;
	case 't':
		arguments->task = argument;
		return 0;
	case ARGP_KEY_ARG:
		parse_command(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- what is to be traced ------------------------------------------------------ */

static int
find_port(const struct view *view, char *word, uint32_t *port_out)
{
	char *colon = strrchr(word, ':');
	const struct view_task *task;
	struct machport_name_record record;
	int status;

	if (!colon) {
		if (port_word_number(word, port_out) && *port_out != 0)
			return EX_OK;
		error(0, 0, "a port is TASK:NAME, or the number of its id");
		return EX_USAGE;
	}
	*colon = '\0';
	status = port_word_find(view, word, colon + 1, &task, &record);
	*colon = ':';
	if (status != EX_OK)
		return status;
	if (record.port != 0 && record.place != MACHPORT_PLACE_DEAD)
		*port_out = record.port;
	else
		error(0, 0, "%s: that is a dead name", word);
	return *port_out != 0 ? EX_OK : EXIT_NOTHING;
}

static int
fill_filter(struct arguments *arguments)
{
	machport_trace_filter_t *filter = &arguments->request.filter;
	const struct view_task *task = NULL;
	struct view view;
	int status = view_open(&view, &view_kernel, arguments->options.all);

	if (status == EX_OK && arguments->task) {
		task = view_match_one(&view, arguments->task);
		if (task)
			filter->task = task->record.task;
		else
			status = EXIT_NOTHING;
	}
	if (status == EX_OK && arguments->port)
		status = find_port(&view, arguments->port, &filter->port);
	view_close(&view);
	return status;
}

/* The program may start a kernel of its own, as it would without us. */
static int
attach(const struct arguments *arguments)
{
	if (!arguments->request.command || arguments->options.socket)
		return view_attach(arguments->options.socket);
	return view_attach_as_program();
}

/* --- where it goes -------------------------------------------------------------- */

static uint64_t
monotonic_since_1970(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec -
	    view_kernel.now_ns(view_kernel.context);
}

/* Lines are for people: where a program writes, its output is left alone. */
static FILE *
choose_stream(const struct arguments *arguments)
{
	return arguments->request.command || arguments->file ? stderr : stdout;
}

static int
run_to_file(struct arguments *arguments)
{
	struct trace *trace = arguments->trace;
	FILE *stream = fopen(arguments->file, "we");
	struct pcapng file;
	bool has_failed;
	int status;

	if (!stream) {
		error(0, errno, "cannot write %s", arguments->file);
		return EX_CANTCREAT;
	}
	pcapng_begin(&file, stream, PCAPNG_LINK_USER0, 0, "machport",
	    "machport " MACHPORT_VERSION);
	trace->file = &file;
	status = trace_run(trace, &arguments->request);
	trace->file = NULL;
	file.dropped = trace->lost;
	pcapng_end(&file, trace->since_1970_ns + trace->last_ns);
	has_failed = ferror(stream);
	if (fclose(stream) != 0 || has_failed) {
		error(0, errno, "cannot write %s", arguments->file);
		return EX_IOERR;
	}
	return status;
}

static int
run(struct arguments *arguments)
{
	struct trace *trace = arguments->trace;
	int status = EX_OK;

	for (size_t i = 0; status == EX_OK && i < arguments->interface_count;
	     i++)
		status = trace_routines_add(
		    &trace->routines, arguments->interfaces[i]);
	if (status == EX_OK)
		status = attach(arguments);
	if (status == EX_OK && (arguments->task || arguments->port))
		status = fill_filter(arguments);
	if (status != EX_OK)
		return status;
	trace->screen = screen_of(choose_stream(arguments));
	trace->json = arguments->options.json;
	trace->hidden = arguments->options.all ? 0 : getpid();
	trace->since_1970_ns = monotonic_since_1970();
	return arguments->file ? run_to_file(arguments)
	                       : trace_run(trace, &arguments->request);
}

int
command_trace(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .args_doc = "[--] [CMD [ARGUMENT...]]",
	    .doc =
	        "Show the messages of a kernel as they are sent: from whom, to "
	        "whom, what, and which is the reply to which. With CMD, run "
	        "it, "
	        "and show its messages and those of its children, on stderr.\v"
	        "It ends on SIGINT, with a summary; with CMD when that ends. "
	        "The status is that of CMD.",
	    .children = children,
	};
	struct trace *trace = memory_new(1, sizeof(*trace));
	struct arguments arguments = {.trace = trace};
	int status;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
		return EX_OSERR;
	trace_follow_init(&trace->follow);
	trace_tasks_init(&trace->tasks, &view_kernel);
	status = run(&arguments);
	trace_routines_free(&trace->routines);
	trace_tasks_deinit(&trace->tasks);
	free(arguments.interfaces);
	free(trace);
	return status;
}
