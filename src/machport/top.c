/* machport top: what is asked for, and the plain way to show it. */
#include "top.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "options.h"
#include "top_curses.h"
#include "view_kernel.h"

#define DELAY_MS 2000
#define DELAY_MS_MAX (3600 * 1000)

enum {
	KEY_BATCH = 0x100,
};

struct arguments {
	struct options options;
	bool batch;
	unsigned long count; /* of looks; 0: no end */
	int delay_ms;
	const char *task;
};

static const struct argp_option table[] = {
    {"batch", KEY_BATCH, NULL, 0, "Write lines, one look after the other", 0},
    {"delay", 'd', "SECONDS", 0, "From look to look: 2", 0},
    {"number", 'n', "COUNT", 0, "So many looks, then end", 0},
    {"task", 't', "PID|NAME", 0, "The ports of a task", 0},
    {0},
};

static int
parse_delay(const char *text, struct argp_state *state)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds >= 0.01) ||
	    seconds * 1000 > DELAY_MS_MAX)
		argp_error(
		    state, "%s: not a time from 0.01 to 3600 seconds", text);
	return (int)(seconds * 1000);
}

static unsigned long
parse_count(const char *text, struct argp_state *state)
{
	char *end;
	unsigned long count;

	errno = 0;
	count = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || *text == '-' || errno != 0 ||
	    count == 0)
		argp_error(state, "%s: not a count", text);
	return count;
}

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_child(state, &arguments->options);
		return 0;
	case KEY_BATCH:
		arguments->batch = true;
		return 0;
	case 'd':
		arguments->delay_ms = parse_delay(argument, state);
		return 0;
	case 'n':
		arguments->count = parse_count(argument, state);
		return 0;
	case 't':
		arguments->task = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The task that was named. */
static int
choose_task(struct top *top, const struct arguments *arguments)
{
	struct view view;
	int status = view_open(&view, &view_kernel, arguments->options.all);
	const struct view_task *task = NULL;

	if (status == EX_OK)
		task = view_match_one(&view, arguments->task);
	if (task)
		top_choose(top, task->record.task);
	else if (status == EX_OK)
		status = EXIT_NOTHING;
	view_close(&view);
	return status;
}

static void
wait_for(int delay_ms)
{
	struct timespec left = {
	    delay_ms / 1000, (long)(delay_ms % 1000) * 1000000};

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

static void
write_look(
    const struct top *top, const struct view *view, bool json, bool first)
{
	const struct screen screen = screen_of(stdout);
	char *summary;

	if (json) {
		json_print(top_json(top, view), stdout);
	} else {
		summary = top_summary(top, view);
		printf("%s%s\n", first ? "" : "\n", summary);
		free(summary);
		top_show(top, view, &screen);
	}
	(void)fflush(stdout);
}

/* Rates need two looks; so the first is not shown. */
static int
run_batch(struct top *top, const struct arguments *arguments)
{
	int status = EX_OK;

	for (unsigned long i = 0; status == EX_OK && !ferror(stdout); i++) {
		struct view view;
		kern_return_t kr = KERN_SUCCESS;

		status = view_open(&view, &view_kernel, arguments->options.all);
		if (status == EX_OK)
			kr = top_look(top, &view);
		if (kr != KERN_SUCCESS)
			status = view_complain("the task", kr);
		if (status == EX_OK && i > 0)
			write_look(top, &view, arguments->options.json, i == 1);
		view_close(&view);
		if (arguments->count != 0 && i == arguments->count)
			break;
		if (status == EX_OK)
			wait_for(arguments->delay_ms);
	}
	return status;
}

int
command_top(int argc, char **argv)
{
	static const struct argp_child children[] = {
	    {&options_argp, 0, 0, 0}, {0}};
	static const struct argp argp = {
	    .options = table,
	    .parser = parse,
	    .doc =
	        "Show what the tasks of a kernel do, again and again: messages "
	        "a second, what waits, what they hold. On a terminal, h tells "
	        "the keys.\v"
	        "Without a terminal, and with --json, as with --batch. The "
	        "status "
	        "is 1 if there is no such task.",
	    .children = children,
	};
	struct arguments arguments = {.delay_ms = DELAY_MS};
	struct top top;
	int status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EX_OSERR;
	if (arguments.options.json || !isatty(STDOUT_FILENO) ||
	    !isatty(STDIN_FILENO))
		arguments.batch = true;
	top_init(&top);
	status = view_attach(arguments.options.socket);
	if (status == EX_OK && arguments.task)
		status = choose_task(&top, &arguments);
	if (status == EX_OK)
		status = arguments.batch
		    ? run_batch(&top, &arguments)
		    : top_curses(&top, arguments.options.all,
		          arguments.delay_ms, arguments.count);
	top_deinit(&top);
	return status;
}
