/*
 * Ports, a socket, and what others exchange messages by: all in one run, in rounds in
 * which each has its turn. bench/compare runs this.
 */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compared.h"
#include "report.h"

#define TURN_NS 80000000

/* Ours is the first. A result is called after the other one. */
static const struct {
	const char *name;
	const struct pair_way *way;
} ways[] = {
    {"ports", &pair_ports},
    {"kernel", &pair_kernel},
    {"socket", &pair_socket},
    {"dbus", &compared_dbus},
    {"zeromq", &compared_zeromq},
    {"iceoryx", &compared_iceoryx},
    {"iceoryx.spins", &compared_iceoryx_spins},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static const struct measurement {
	const char *name;
	const char *what;
	struct pair_setting setting;
} measurements[] = {
    {"rpc.64", "round trip of 64 bytes, on two CPUs", {.cpus = 2, .bytes = 64}},
    {"rpc.4K", "round trip of 4 KiB, on two CPUs", {.cpus = 2, .bytes = 4096}},
    {"oneway.64", "64 bytes one way, on two CPUs",
        {.cpus = 2, .bytes = 64, .one_way = true}},
};
#define MEASUREMENTS (sizeof(measurements) / sizeof(measurements[0]))

const char *argp_program_version = "machport compare " MACHPORT_VERSION;

struct options {
	const char *json;
};

static const struct argp_option argp_options[] = {
    {"json", 'j', "FILE", 0, "write the results there too", 0},
    {0},
};

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	options->json = argument;
	return 0;
}

/* The rounds of one way: time for each message or how many in a second, and CPU time. */
struct rounds {
	double times[BENCH_ROUNDS];
	double cpu[BENCH_ROUNDS];
};

static void
take_turns(const struct pair_setting *setting, struct rounds *rounds)
{
	struct pair pairs[WAYS];

	for (unsigned k = 0; k < WAYS; k++)
		pair_start(&pairs[k], ways[k].way, setting);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		for (unsigned k = 0; k < WAYS; k++) {
			struct pair_turn turn =
			    pair_run_for(&pairs[k], TURN_NS);
			double count = (double)turn.count;
			double each = (double)turn.ns / count;

			rounds[k].times[i] =
			    setting->one_way ? 1e9 / each : each;
			rounds[k].cpu[i] = (double)turn.cpu_ns / count;
		}
	}
	for (unsigned k = 0; k < WAYS; k++)
		pair_end(&pairs[k]);
}

/* A line, called @name, way @k and @suffix. */
static void
tell(json_t *list, const char *name, unsigned k, const char *suffix,
    const char *unit, const double *ours, const double *theirs)
{
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};
	struct bench_result result;
	char full[sizeof(result.name)];

	(void)snprintf(
	    full, sizeof(full), "%s.%s%s", name, ways[k].name, suffix);
	memcpy(rounds.ours, ours, sizeof(rounds.ours));
	memcpy(rounds.theirs, theirs, sizeof(rounds.theirs));
	result = bench_summary(full, unit, ways[k].way->name, &rounds);
	report_print(&result);
	json_array_append_new(list, report_json(&result));
}

static void
measure(const struct measurement *measurement, json_t *list)
{
	const char *unit = measurement->setting.one_way ? "messages/s" : "ns";
	const char *name = measurement->name;
	struct rounds rounds[WAYS];

	(void)printf("# %s\n", measurement->what);
	(void)fflush(stdout);
	take_turns(&measurement->setting, rounds);
	for (unsigned k = 1; k < WAYS; k++)
		tell(list, name, k, "", unit, rounds[0].times, rounds[k].times);
	for (unsigned k = 1; k < WAYS; k++)
		tell(list, name, k, ".cpu", "ns of CPU", rounds[0].cpu,
		    rounds[k].cpu);
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {argp_options, parse, NULL,
	    "Measure Mach ports side by side with a Unix socket, D-Bus, "
	    "ZeroMQ and iceoryx.\v"
	    "Each figure is the median of rounds in which each has its turn; "
	    "in brackets, the lowest and highest ratio of a round. CPU time is "
	    "that of both sides and of the kernel or broker between them.",
	    NULL, NULL, NULL};
	struct options options = {0};
	json_t *list = json_array();
	pid_t roudi;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	roudi = compared_roudi_start(ROUDI_CONFIG, ROUDI_LOG);
	report_print_head();
	for (unsigned i = 0; i < MEASUREMENTS; i++)
		measure(&measurements[i], list);
	compared_roudi_stop(roudi);
	if (options.json &&
	    json_dump_file(list, options.json, JSON_INDENT(1)) != 0) {
		(void)fprintf(
		    stderr, "compare: cannot write %s\n", options.json);
		return EXIT_FAILURE;
	}
	json_decref(list);
	return EXIT_SUCCESS;
}
