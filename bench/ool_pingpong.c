/*
 * A message of 1 MiB again and again between the same two tasks, each on a CPU of its own:
 * the client fills it and sends it; the server reads it all, frees it and answers, with
 * nothing; or does not answer (stream).
 *
 * With answers it is compared with
 *
 *	one memcpy() of it, as who fills reads nothing and who reads fills nothing, and a round
 *	trip with nothing: one through the kernel process, and one by a lane;
 *	the same without lanes.
 *
 * Compared with the same are two ways that send no messages: what any costs by which a third
 * process copies it (ool_floor.h), and what any costs by which the server copies it, which
 * none can do without that is safe. Last, what a single process takes to fill, copy and read
 * it, compared with the memcpy() alone.
 */
#include <string.h>

#include "bench.h"
#include "ool_floor.h"
#include "ool_ways.h"
#include "region.h"

#define BYTES (1u << 20)
#define COUNT 100 /* in a round */

/* What takes turns, with answers. The pairs come first. */
enum { PORTS, KERNEL, AIM, AIM_LANE, SHARED, PAIRS, FLOOR = PAIRS, ALONE };
enum { COPY = ALONE + 1, TURNS };

static const struct pair_way *const ways[PAIRS] = {
    [PORTS] = &ool_ports,
    [KERNEL] = &ool_kernel,
    [AIM] = &ool_copy_kernel,
    [AIM_LANE] = &ool_copy,
    [SHARED] = &ool_shared,
};

/* Results: one of the turns compared with another. */
struct row {
	const char *name;
	unsigned ours;
	unsigned theirs;
	const char *against;
};

static const struct row rows[] = {
    {"ool.pingpong.1M", PORTS, AIM, "memcpy+kernel rpc"},
    {"ool.pingpong.1M.lane", PORTS, AIM_LANE, "memcpy+rpc"},
    {"ool.pingpong.1M.kernel", PORTS, KERNEL, "without lanes"},
    {"ool.pingpong.1M.floor", FLOOR, AIM_LANE, "memcpy+rpc"},
    {"ool.pingpong.1M.shared", SHARED, AIM_LANE, "memcpy+rpc"},
    {"ool.pingpong.1M.alone", ALONE, COPY, "memcpy"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* In a stream. */
enum { S_PORTS, S_SOCKET, S_KERNEL, STREAMS };

static const struct pair_way *const stream_ways[STREAMS] = {
    [S_PORTS] = &ool_ports,
    [S_SOCKET] = &ool_socket,
    [S_KERNEL] = &ool_kernel};

static const struct row stream_rows[] = {
    {"ool.stream.1M", S_PORTS, S_SOCKET, "socket"},
    {"ool.stream.1M.kernel", S_PORTS, S_KERNEL, "without lanes"},
};
#define STREAM_ROWS (sizeof(stream_rows) / sizeof(stream_rows[0]))

/* Microseconds of each round. */
typedef double rounds_t[BENCH_ROUNDS];

static double
pair_round(const struct pair *pair)
{
	const struct pair_turn turn = pair_run(pair, COUNT);

	return (double)turn.ns / (double)turn.count / 1e3;
}

static double
copy_alone(void *to, const void *from)
{
	const uint64_t begin = bench_now_ns();

	for (int i = 0; i < COUNT; i++) {
		memcpy(to, from, BYTES);
		__asm__ volatile("" : : "r"(to) : "memory"); /* each of them */
	}
	return (double)(bench_now_ns() - begin) / COUNT / 1e3;
}

static unsigned
tell(struct bench_result *results, const struct row *of, unsigned count,
    const rounds_t *turns)
{
	for (unsigned i = 0; i < count; i++) {
		struct bench_rounds rounds = {.count = BENCH_ROUNDS};

		memcpy(rounds.ours, turns[of[i].ours], sizeof(rounds.ours));
		memcpy(
		    rounds.theirs, turns[of[i].theirs], sizeof(rounds.theirs));
		results[i] =
		    bench_summary(of[i].name, "us", of[i].against, &rounds);
	}
	return count;
}

/* The pairs have warmed up; the others' first round is to. */
unsigned
bench_ool_pingpong(struct bench_result *results)
{
	static const struct pair_setting setting = {.cpus = 2, .bytes = BYTES};
	struct pair pairs[PAIRS];
	rounds_t turns[TURNS];
	struct floor *floor;
	void *from;
	void *to;

	bench_use_cpus(0, 1);
	floor = floor_new(BYTES);
	from = region_buffer(BYTES);
	to = region_buffer(BYTES);
	(void)floor_round(floor, COUNT);
	(void)floor_alone(floor, COUNT);
	(void)copy_alone(to, from);
	for (unsigned k = 0; k < PAIRS; k++)
		pair_start(&pairs[k], ways[k], &setting);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		for (unsigned k = 0; k < PAIRS; k++)
			turns[k][i] = pair_round(&pairs[k]);
		turns[FLOOR][i] = floor_round(floor, COUNT);
		turns[ALONE][i] = floor_alone(floor, COUNT);
		turns[COPY][i] = copy_alone(to, from);
	}
	for (unsigned k = 0; k < PAIRS; k++)
		pair_end(&pairs[k]);
	floor_end(floor);
	return tell(results, rows, ROWS, (const rounds_t *)turns);
}

unsigned
bench_ool_stream(struct bench_result *results)
{
	static const struct pair_setting setting = {
	    .cpus = 2, .bytes = BYTES, .one_way = true};
	struct pair pairs[STREAMS];
	rounds_t turns[STREAMS];

	for (unsigned k = 0; k < STREAMS; k++)
		pair_start(&pairs[k], stream_ways[k], &setting);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++)
		for (unsigned k = 0; k < STREAMS; k++)
			turns[k][i] = pair_round(&pairs[k]);
	for (unsigned k = 0; k < STREAMS; k++)
		pair_end(&pairs[k]);
	return tell(results, stream_rows, STREAM_ROWS, (const rounds_t *)turns);
}
