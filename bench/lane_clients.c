/*
 * A server with more clients than it can have lanes: a few of many that are connected
 * against as few that are connected; and these few, and all of many, against the same
 * without lanes. Then a server that receives from a set: one in 20 of its clients uses lanes.
 */
#include "bench.h"
#include "crowd.h"

#define CPUS 2
#define MANY 1000
#define FEW 50
#define WARM_UP_NS 500000000
#define TURN_NS 200000000
#define ALL_TURN_NS 400000000

/* @busy of each take turns, first one for which nobody looks at the clock: who has a
 * lane and who has not depends on who was busy last. */
static struct bench_rounds
compare(struct crowd *ours, struct crowd *theirs, unsigned busy)
{
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};

	(void)crowd_run(ours, busy, WARM_UP_NS);
	(void)crowd_run(theirs, busy, WARM_UP_NS);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		rounds.ours[i] = crowd_run(ours, busy, TURN_NS);
		rounds.theirs[i] = crowd_run(theirs, busy, TURN_NS);
	}
	return rounds;
}

/* All of @clients, with lanes and without. A crowd may be a tenth faster than another just like
 * it, for as long as it lives, and the second of two faster than the first: so each round has
 * its own, in turn. */
static struct bench_result
compare_all(const char *name, enum crowd_service service, unsigned clients)
{
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};

	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		struct crowd *crowds[2];
		double rates[2];

		for (unsigned k = 0; k < 2; k++)
			crowds[k] = crowd_gather(
			    clients, service, k == i % 2 ? NULL : "off");
		for (unsigned k = 0; k < 2; k++)
			rates[k] = crowd_run(crowds[k], clients, ALL_TURN_NS);
		for (unsigned k = 0; k < 2; k++)
			crowd_dismiss(crowds[k]);
		rounds.ours[i] = rates[i % 2];
		rounds.theirs[i] = rates[1 - i % 2];
	}
	return bench_summary(name, "calls/s", "without lanes", &rounds);
}

unsigned
bench_lane_clients(struct bench_result *results)
{
	struct bench_rounds rounds;
	struct crowd *many;
	struct crowd *few;
	struct crowd *few_without;

	bench_use_cpus(0, CPUS - 1);
	many = crowd_gather(MANY, CROWD_PORT, NULL);
	few = crowd_gather(FEW, CROWD_PORT, NULL);
	few_without = crowd_gather(FEW, CROWD_PORT, "off");
	rounds = compare(many, few, FEW);
	results[0] = bench_summary(
	    "rpc.lane.1000clients", "calls/s", "50 connected", &rounds);
	rounds = compare(few, few_without, FEW);
	results[1] = bench_summary(
	    "rpc.lane.50clients", "calls/s", "without lanes", &rounds);
	crowd_dismiss(many);
	crowd_dismiss(few);
	crowd_dismiss(few_without);
	results[2] = compare_all("rpc.lane.1000clients.all", CROWD_PORT, MANY);
	return 3;
}

unsigned
bench_lane_set(struct bench_result *results)
{
	bench_use_cpus(0, CPUS - 1);
	results[0] = compare_all("rpc.lane.set.50clients", CROWD_SET, FEW);
	results[1] =
	    compare_all("rpc.lane.set.1000clients.all", CROWD_SET, MANY);
	return 2;
}
