/* Runs the scenarios, prints the table, and writes bench.json: a list of what report.h
 * tells. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "report.h"

static const struct scenario {
	const char *name;
	const char *what;
	unsigned (*run)(struct bench_result *results);
} scenarios[] = {
    {"rpc.1cpu", "round trip of 64 bytes, all on one CPU", bench_rpc_1cpu},
    {"rpc.2cpu", "round trip of 64 bytes, on two CPUs", bench_rpc_2cpu},
    {"oneway.2cpu", "64 bytes one way, on two CPUs", bench_oneway_2cpu},
    {"rpc.lane.2cpu.running", "round trip of 64 bytes, both sides running",
        bench_lane_running},
    {"rpc.lane.2cpu.pause20us", "the same, after the client has computed 20 us",
        bench_lane_pause20us},
    {"rpc.lane.2cpu.pause1ms", "the same, after all have slept 1 ms",
        bench_lane_pause1ms},
    {"rpc.lane.1cpu", "the same, all on one CPU", bench_lane_1cpu},
    {"rpc.lane.4K", "round trip of 4 KiB, on two CPUs", bench_lane_4k},
    {"oneway.lane.2cpu", "64 bytes one way, both sides running",
        bench_lane_oneway_2cpu},
    {"oneway.lane.1cpu", "64 bytes one way, all on one CPU",
        bench_lane_oneway_1cpu},
    {"rpc.lane.1000clients", "1,000 tasks connected to one server",
        bench_lane_clients},
    {"rpc.lane.set", "a set, one client in 20 with a lane, all are busy",
        bench_lane_set},
    {"rpc.lane.busy", "round trip of 64 bytes, a busy loop on each CPU",
        bench_lane_busy},
    {"rpc.lane.quota", "the same, in half of one CPU's time", bench_lane_quota},
    {"calls.lane.2cpu.running", "system calls of a round trip, both running",
        bench_calls_running},
    {"calls.lane.2cpu.pause1ms", "the same, after all have slept 1 ms",
        bench_calls_pause1ms},
    {"calls.lane.1cpu", "the same, all on one CPU", bench_calls_1cpu},
    {"memory.lane", "what a lane takes of all together", bench_lane_memory},
    {"rpc.right", "round trip of 64 bytes with a send right", bench_right},
    {"rpc.lane.mixed", "one of 100 round trips with a send right",
        bench_lane_mixed},
    {"engine", "the engine alone: no system call", bench_engine},
    {"memory", "what the kernel holds for a port and a task", bench_memory},
    {"mig.compile", "mig, for an interface of 500 routines", bench_mig_compile},
    {"mig.marshal", "a call by stubs of mig, without the message",
        bench_mig_marshal},
    {"semaphore", "a turn of each of two tasks, all on one CPU",
        bench_semaphore},
    {"ool.4K", "4 KiB from task to task", bench_ool_4k},
    {"ool.16K", "16 KiB from task to task", bench_ool_16k},
    {"ool.64K", "64 KiB from task to task", bench_ool_64k},
    {"ool.1M", "1 MiB from task to task", bench_ool_1m},
    {"ool.16M", "16 MiB from task to task", bench_ool_16m},
    {"ool.256M", "256 MiB from task to task", bench_ool_256m},
    {"ool.1G", "1 GiB from task to task", bench_ool_1g},
    {"ool.pingpong", "1 MiB, filled by one task and read by another",
        bench_ool_pingpong},
    {"ool.stream", "the same, one after the other, without answers",
        bench_ool_stream},
    {"ool.memory", "what two tasks need to share 256 MiB", bench_ool_memory},
};
#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

const char *argp_program_version = "machport bench " MACHPORT_VERSION;

struct options {
	const char *json;
	char **only; /* names, until NULL; none: all */
};

static const struct argp_option argp_options[] = {
    {"json", 'j', "FILE", 0, "write the results there too", 0},
    {0},
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->json = argument;
		return 0;
	case ARGP_KEY_ARGS:
		options->only = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Run @scenario in a process of its own. Returns how many results it had. */
static unsigned
run(const struct scenario *scenario, struct bench_result *results)
{
	size_t bytes = BENCH_RESULTS_MAX * sizeof(*results);
	unsigned count = 0;
	int fds[2];
	pid_t child;

	if (pipe(fds))
		bench_die("pipe", 0);
	child = fork();
	if (child == 0) {
		struct bench_result found[BENCH_RESULTS_MAX] = {0};

		count = scenario->run(found);
		if (write(fds[1], &count, sizeof(count)) < 0 ||
		    write(fds[1], found, bytes) < 0)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	(void)close(fds[1]);
	if (child < 0 ||
	    read(fds[0], &count, sizeof(count)) != (ssize_t)sizeof(count) ||
	    read(fds[0], results, bytes) != (ssize_t)bytes)
		bench_die(scenario->name, 0);
	(void)close(fds[0]);
	(void)waitpid(child, NULL, 0);
	return count;
}

/* Is @name this one, or one of those that begin so: ool, or rpc? */
static bool
is_called(const char *name, const char *begin)
{
	size_t bytes = strlen(begin);

	return strncmp(name, begin, bytes) == 0 &&
	    (name[bytes] == '\0' || name[bytes] == '.');
}

static bool
is_wanted(const char *name, char **only)
{
	for (unsigned i = 0; only && only[i]; i++)
		if (is_called(name, only[i]))
			return true;
	return !only;
}

/* Each word must be of a scenario. */
static void
check_names(char **only)
{
	for (unsigned i = 0; only && only[i]; i++) {
		unsigned k = 0;

		while (k < SCENARIOS && !is_called(scenarios[k].name, only[i]))
			k++;
		if (k < SCENARIOS)
			continue;
		(void)fprintf(
		    stderr, "bench: no scenario '%s'; see --help\n", only[i]);
		exit(EXIT_FAILURE);
	}
}

/* The text at the end of --help. */
static char *
list_scenarios(int key, const char *text, void *input)
{
	char *all = NULL;
	size_t bytes;
	FILE *file;

	(void)input;
	file =
	    key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&all, &bytes) : NULL;
	if (!file)
		return (char *)(uintptr_t)text;
	(void)fprintf(file, "%s\n", text);
	for (unsigned i = 0; i < SCENARIOS; i++)
		(void)fprintf(
		    file, "\n  %-25s%s", scenarios[i].name, scenarios[i].what);
	(void)fclose(file);
	return all;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {argp_options, parse, "[SCENARIO...]",
	    "Measure Mach ports side by side with a Unix socket.\v"
	    "Each figure is the median of rounds taken in turn with what "
	    "it is compared with; in brackets, the lowest and highest round. "
	    "A SCENARIO may also be what several names begin with: ool, "
	    "or rpc.lane. The scenarios:",
	    NULL, list_scenarios, NULL};
	struct options options = {0};
	json_t *list = json_array();

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	check_names(options.only);
	report_print_head();
	for (unsigned i = 0; i < SCENARIOS; i++) {
		struct bench_result results[BENCH_RESULTS_MAX];
		unsigned count;

		if (!is_wanted(scenarios[i].name, options.only))
			continue;
		(void)printf("# %s\n", scenarios[i].what);
		(void)fflush(stdout);
		count = run(&scenarios[i], results);
		for (unsigned k = 0; k < count; k++) {
			report_print(&results[k]);
			json_array_append_new(list, report_json(&results[k]));
		}
	}
	if (options.json &&
	    json_dump_file(list, options.json, JSON_INDENT(1)) != 0) {
		(void)fprintf(stderr, "bench: cannot write %s\n", options.json);
		return EXIT_FAILURE;
	}
	json_decref(list);
	return EXIT_SUCCESS;
}
