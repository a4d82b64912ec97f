/*
 * What spinning must not cost: two tasks with lanes, and the same two without, where
 * the CPUs are not theirs alone. Either something else is busy on each of them, or all
 * of the tasks and their kernel may have only a part of one.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pair.h"
#include "quota.h"

#define CPUS 2
#define PERCENT 50
#define TURN_NS 150000000 /* many of a quota's periods, and slices of time */

static unsigned
compare(struct bench_result *results, const char *name, uint64_t pause_ns)
{
	static const struct pair_way *const ways[] = {
	    &pair_ports, &pair_kernel};
	static const char *const suffixes[] = {NULL, ""};
	const struct pair_setting setting = {
	    .cpus = CPUS, .bytes = 64, .pause_ns = pause_ns};

	return pair_compare(
	    results, name, &setting, ways, suffixes, 2, TURN_NS);
}

/* Be busy on @cpu until the parent ends. */
static pid_t
burn(unsigned cpu)
{
	volatile unsigned count = 0;
	pid_t child = fork();

	if (child < 0)
		bench_die("fork", (long)cpu);
	if (child > 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	bench_use_cpus(cpu, cpu);
	for (;;)
		count++;
}

unsigned
bench_lane_busy(struct bench_result *results)
{
	pid_t burners[CPUS];
	unsigned count;

	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		burners[cpu] = burn(cpu);
	count = compare(results, "rpc.lane.busy", 0);
	count += compare(results + count, "rpc.lane.busy.pause1ms", 1000000);
	(void)signal(SIGCHLD, SIG_DFL);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		(void)kill(burners[cpu], SIGKILL);
		(void)waitpid(burners[cpu], NULL, 0);
	}
	return count;
}

unsigned
bench_lane_quota(struct bench_result *results)
{
	unsigned count;

	if (!quota_begin(PERCENT)) {
		results[0] = bench_skipped("rpc.lane.quota",
		    "no control group with a CPU quota can be made");
		return 1;
	}
	count = compare(results, "rpc.lane.quota", 0);
	count += compare(results + count, "rpc.lane.quota.pause1ms", 1000000);
	quota_end();
	return count;
}
