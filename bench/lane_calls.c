/*
 * The system calls of a round trip: those of the client, of the server, and of their
 * kernel. Compared with a socket, which takes two on each side.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "calls.h"
#include "pair.h"

enum { CLIENT, SERVER, KERNEL, PROCESSES };

static const char *const process_names[] =
    {[CLIENT] = "client", [SERVER] = "server", [KERNEL] = "kernel"};

/* Open a counter of each; -1 of what there is not. */
static void
open_counters(const struct pair *pair, int *counters)
{
	const pid_t pids[] = {[CLIENT] = pair->client,
	    [SERVER] = pair->server,
	    [KERNEL] = pair->kernel};

	for (unsigned i = 0; i < PROCESSES; i++) {
		counters[i] = pids[i] ? calls_open(pids[i]) : -1;
		if (pids[i] && counters[i] < 0)
			bench_die("a counter of system calls", errno);
	}
}

static void
read_counters(const int *counters, uint64_t *counts)
{
	for (unsigned i = 0; i < PROCESSES; i++)
		counts[i] = counters[i] < 0 ? 0 : calls_count(counters[i]);
}

/* The calls of each process for one of @count round trips. A turn of one is taken off:
 * a turn takes calls by itself. So does a pause. */
static void
count_calls(
    const struct pair *pair, const int *counters, uint64_t count, double *calls)
{
	bool sleeps = pair->setting->pause_ns && !pair->setting->computes;
	uint64_t counts[3][PROCESSES];

	read_counters(counters, counts[0]);
	(void)pair_run(pair, 1);
	read_counters(counters, counts[1]);
	(void)pair_run(pair, count + 1);
	read_counters(counters, counts[2]);
	for (unsigned i = 0; i < PROCESSES; i++) {
		uint64_t one = counts[1][i] - counts[0][i];
		uint64_t all = counts[2][i] - counts[1][i];

		calls[i] = ((double)all - (double)one) / (double)count;
	}
	calls[CLIENT] -= sleeps ? 1 : 0;
}

static unsigned
measure(struct bench_result *results, const char *name,
    const struct pair_setting *setting, uint64_t count)
{
	struct bench_rounds rounds[PROCESSES] = {0};
	struct pair pairs[2];
	int counters[2][PROCESSES];

	if (!calls_begin()) {
		results[0] = bench_skipped(
		    name, "needs root, and the kernel's tracepoints");
		return 1;
	}
	pair_start(&pairs[0], &pair_ports, setting);
	pair_start(&pairs[1], &pair_socket, setting);
	open_counters(&pairs[0], counters[0]);
	open_counters(&pairs[1], counters[1]);
	for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
		double calls[2][PROCESSES];

		for (unsigned k = 0; k < 2; k++)
			count_calls(&pairs[k], counters[k], count, calls[k]);
		for (unsigned i = 0; i < PROCESSES; i++) {
			rounds[i].ours[round] = calls[0][i];
			rounds[i].theirs[round] = calls[1][i];
			rounds[i].count++;
		}
	}
	pair_end(&pairs[0]);
	pair_end(&pairs[1]);
	for (unsigned i = 0; i < PROCESSES; i++) {
		char full[sizeof(results->name)];

		(void)snprintf(
		    full, sizeof(full), "%s.%s", name, process_names[i]);
		results[i] = bench_summary(
		    full, "calls", i == KERNEL ? "" : "socket", &rounds[i]);
	}
	return PROCESSES;
}

unsigned
bench_calls_running(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 2, .bytes = 64};

	return measure(results, "calls.lane.2cpu.running", &setting, 1000);
}

unsigned
bench_calls_pause1ms(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 2, .bytes = 64, .pause_ns = 1000000};

	return measure(results, "calls.lane.2cpu.pause1ms", &setting, 30);
}

unsigned
bench_calls_1cpu(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 1, .bytes = 64};

	return measure(results, "calls.lane.1cpu", &setting, 1000);
}
