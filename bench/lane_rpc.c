/*
 * Two tasks that talk a lot, as a lane is for: round trips and streams of one pair of
 * processes after the other, on two CPUs and on one. Compared with a socket, with the
 * least that shared memory can cost (ring.h), and with the path through the kernel
 * process.
 *
 * With MACHPORT_LANES=off in the environment it is the last of these that is compared.
 */
#include "pair.h"

#define TURN_NS 80000000

static const struct pair_way *const ways[] = {
    &pair_ports, &pair_socket, &pair_ring, &pair_kernel};
static const char *const suffixes[] = {NULL, "", ".ring", ".kernel"};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static unsigned
compare(struct bench_result *results, const char *name,
    const struct pair_setting *setting)
{
	return pair_compare(
	    results, name, setting, ways, suffixes, WAYS, TURN_NS);
}

unsigned
bench_lane_running(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 2, .bytes = 64};

	return compare(results, "rpc.lane.2cpu.running", &setting);
}

/* The client computes meanwhile: the server is what waits. */
unsigned
bench_lane_pause20us(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 2, .bytes = 64, .pause_ns = 20000, .computes = true};

	return compare(results, "rpc.lane.2cpu.pause20us", &setting);
}

/* All sleep. */
unsigned
bench_lane_pause1ms(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 2, .bytes = 64, .pause_ns = 1000000};

	return compare(results, "rpc.lane.2cpu.pause1ms", &setting);
}

unsigned
bench_lane_1cpu(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 1, .bytes = 64};

	return compare(results, "rpc.lane.1cpu", &setting);
}

/* There and back. */
unsigned
bench_lane_4k(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 2, .bytes = 4096};

	return compare(results, "rpc.lane.4K", &setting);
}

unsigned
bench_lane_oneway_2cpu(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 2, .bytes = 64, .one_way = true};

	return compare(results, "oneway.lane.2cpu", &setting);
}

unsigned
bench_lane_oneway_1cpu(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 1, .bytes = 64, .one_way = true};

	return compare(results, "oneway.lane.1cpu", &setting);
}
