/*
 * What a lane takes: the memory (PSS) of a server, its clients and their kernel together
 * when each client has a lane, less that of as many without lanes, for each client.
 */
#include <stdio.h>

#include "bench.h"
#include "crowd.h"

#define CPUS 2
#define CLIENTS 50
#define ROUNDS 3

static double
pss_bytes(pid_t pid)
{
	char path[64];
	uint64_t kilobytes;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	kilobytes = bench_proc_number(path, "Pss:");
	if (kilobytes == 0)
		bench_die(path, 0);
	return (double)kilobytes * 1024;
}

static double
pss_bytes_of_crowd(const char *lanes)
{
	struct crowd *crowd = crowd_gather(CLIENTS, lanes);
	double bytes = pss_bytes(crowd->server) + pss_bytes(crowd->kernel);

	for (unsigned i = 0; i < CLIENTS; i++)
		bytes += pss_bytes(crowd->seats[i].client);
	crowd_dismiss(crowd);
	return bytes;
}

unsigned
bench_lane_memory(struct bench_result *results)
{
	struct bench_rounds rounds = {.count = ROUNDS};

	bench_use_cpus(0, CPUS - 1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		double bytes = pss_bytes_of_crowd(NULL);

		rounds.ours[i] = (bytes - pss_bytes_of_crowd("off")) / CLIENTS;
	}
	results[0] = bench_summary("memory.lane", "bytes", "", &rounds);
	return 1;
}
