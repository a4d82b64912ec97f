/*
 * A server with more clients than it can have lanes: a few of many that are connected
 * against as few that are connected; and these few, and all of many, against the same
 * without lanes. Then a server that receives from a set: half of its clients use a lane.
 */
#include "bench.h"
#include "crowd.h"

#define CPUS 2
#define MANY 1000
#define FEW 50
#define WARM_UP_NS 500000000
#define TURN_NS 200000000

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

unsigned
bench_lane_clients(struct bench_result *results)
{
	struct bench_rounds rounds;
	struct crowd *many;
	struct crowd *few;
	struct crowd *few_without;
	struct crowd *without;

	bench_use_cpus(0, CPUS - 1);
	many = crowd_gather(MANY, CROWD_PORT, NULL);
	few = crowd_gather(FEW, CROWD_PORT, NULL);
	few_without = crowd_gather(FEW, CROWD_PORT, "off");
	without = crowd_gather(MANY, CROWD_PORT, "off");
	rounds = compare(many, few, FEW);
	results[0] = bench_summary(
	    "rpc.lane.1000clients", "calls/s", "50 connected", &rounds);
	rounds = compare(few, few_without, FEW);
	results[1] = bench_summary(
	    "rpc.lane.50clients", "calls/s", "without lanes", &rounds);
	rounds = compare(many, without, MANY);
	results[2] = bench_summary(
	    "rpc.lane.1000clients.all", "calls/s", "without lanes", &rounds);
	crowd_dismiss(many);
	crowd_dismiss(few);
	crowd_dismiss(few_without);
	crowd_dismiss(without);
	return 3;
}

/* @clients, all of them busy, against as many without lanes. */
static struct bench_result
compare_sets(const char *name, unsigned clients)
{
	struct crowd *with = crowd_gather(clients, CROWD_SET, NULL);
	struct crowd *without = crowd_gather(clients, CROWD_SET, "off");
	struct bench_rounds rounds = compare(with, without, clients);

	crowd_dismiss(with);
	crowd_dismiss(without);
	return bench_summary(name, "calls/s", "without lanes", &rounds);
}

unsigned
bench_lane_set(struct bench_result *results)
{
	bench_use_cpus(0, CPUS - 1);
	results[0] = compare_sets("rpc.lane.set.50clients", FEW);
	results[1] = compare_sets("rpc.lane.set.1000clients.all", MANY);
	return 2;
}
