/*
 * What two tasks together need when one sends the other a region: their memory at its
 * highest, beyond the region itself, in percent of it. Linux counts a page that both
 * have as half a page of each (PSS).
 *
 * It is looked at after the region has been sent, and after the receiver has read every
 * page: each page that was copied is in his memory by then, if not before.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "region.h"

#define BYTES ((uint64_t)256 << 20)
#define ROUNDS 5

static double
pss_of_both(void)
{
	return bench_pss_bytes(getpid()) + bench_pss_bytes(getppid());
}

/* One side waits for the other to have come so far. */
static void
tell(int other)
{
	if (write(other, "", 1) != 1)
		bench_die("tell", 0);
}

static void
await(int other)
{
	char byte;

	if (read(other, &byte, 1) != 1)
		bench_die("await", 0);
}

/* The parent. */
static void
receive(mach_port_t service, int child)
{
	void *region = region_receive(service, BYTES);

	tell(child);
	await(child);
	if (region_sum(region, BYTES) != region_expected(BYTES, BYTES))
		bench_die("the receiver has something else", 0);
	tell(child);
	await(child);
	region_free(region, BYTES);
	tell(child);
}

/* The child. By how many percent the memory of both has grown at its highest. */
static double
transfer(mach_port_t service, int parent, bool deallocate)
{
	void *region = region_new(BYTES);
	double highest;
	double before;
	double after;

	region_mark(region, BYTES, BYTES);
	before = pss_of_both();
	bench_check("send", region_send(service, region, BYTES, deallocate));
	await(parent);
	highest = pss_of_both();
	tell(parent);
	await(parent);
	after = pss_of_both();
	tell(parent);
	await(parent);
	if (!deallocate)
		region_free(region, BYTES);
	return ((after > highest ? after : highest) - before) * 100 / BYTES;
}

static _Noreturn void
measure(int parent, int results)
{
	struct bench_rounds of_ways[2] = {{.count = ROUNDS}, {.count = ROUNDS}};
	mach_port_t service = bench_service_find();

	for (unsigned i = 0; i < ROUNDS; i++)
		for (unsigned k = 0; k < 2; k++)
			of_ways[k].ours[i] = transfer(service, parent, k == 0);
	if (write(results, of_ways, sizeof(of_ways)) != sizeof(of_ways))
		bench_die("results", 0);
	_exit(EXIT_SUCCESS);
}

static void
run(struct bench_rounds of_ways[2])
{
	size_t bytes = 2 * sizeof(*of_ways);
	mach_port_t service;
	int results[2];
	int ends[2];
	pid_t kernel;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) || pipe(results))
		bench_die("socketpair", 0);
	kernel = bench_kernel_start();
	service = bench_service_make(MACH_PORT_QLIMIT_DEFAULT);
	child = bench_fork();
	if (child == 0) {
		(void)close(ends[0]);
		measure(ends[1], results[1]);
	}
	(void)close(ends[1]); /* so that a dead child ends the wait */
	(void)close(results[1]);
	for (unsigned i = 0; i < 2 * ROUNDS; i++)
		receive(service, ends[0]);
	if (read(results[0], of_ways, bytes) != (ssize_t)bytes)
		bench_die("results", 0);
	(void)waitpid(child, NULL, 0);
	bench_kernel_stop(kernel);
}

unsigned
bench_ool_memory(struct bench_result *results)
{
	static const char *const names[] = {
	    "ool.memory.256M", "ool.memory.256M.copy"};
	struct bench_rounds of_ways[2];
	bool fits = region_fits(BYTES);

	if (fits)
		run(of_ways);
	for (unsigned k = 0; k < 2; k++)
		results[k] = fits
		    ? bench_summary(names[k], "%", "", &of_ways[k])
		    : bench_skipped(names[k], "too little free memory");
	return 2;
}
