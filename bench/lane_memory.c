/*
 * What a lane takes: the memory (PSS) of a server, its clients and their kernel together
 * when each client has a lane, less that of as many without lanes, for each client. What
 * several have mapped counts for each of them in part.
 */

#include "bench.h"
#include "crowd.h"

#define CPUS 2
#define CLIENTS 50
#define ROUNDS 3

enum { CLIENT, SERVER, KERNEL, ALL, PLACES };

static const char *const names[] = {[CLIENT] = "memory.lane.client",
    [SERVER] = "memory.lane.server",
    [KERNEL] = "memory.lane.kernel",
    [ALL] = "memory.lane"};

static void
measure_crowd(const char *lanes, double *bytes)
{
	struct crowd *crowd = crowd_gather(CLIENTS, CROWD_PORT, lanes);

	bytes[CLIENT] = 0;
	for (unsigned i = 0; i < CLIENTS; i++)
		bytes[CLIENT] += bench_pss_bytes(crowd->seats[i].client);
	bytes[SERVER] = bench_pss_bytes(crowd->server);
	bytes[KERNEL] = bench_pss_bytes(crowd->kernel);
	bytes[ALL] = bytes[CLIENT] + bytes[SERVER] + bytes[KERNEL];
	crowd_dismiss(crowd);
}

unsigned
bench_lane_memory(struct bench_result *results)
{
	struct bench_rounds rounds[PLACES] = {0};

	bench_use_cpus(0, CPUS - 1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		double with[PLACES];
		double without[PLACES];

		measure_crowd("always", with);
		measure_crowd("off", without);
		for (unsigned k = 0; k < PLACES; k++)
			rounds[k].ours[i] = (with[k] - without[k]) / CLIENTS;
	}
	for (unsigned k = 0; k < PLACES; k++) {
		rounds[k].count = ROUNDS;
		results[k] = bench_summary(names[k], "bytes", "", &rounds[k]);
	}
	return PLACES;
}
