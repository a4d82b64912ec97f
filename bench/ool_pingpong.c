/*
 * A message of 1 MiB again and again between the same two tasks: the child fills it
 * and sends it, the parent reads it all, frees it and answers, with nothing. Compared
 * with what it could cost at best: one memcpy() of it, as who fills reads nothing and
 * who reads fills nothing, and a round trip with nothing. Compared with the same is what
 * any way costs by which a third process copies it (ool_floor.h), and, with the memcpy()
 * alone, what a single process takes to fill, copy and read it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "ool_floor.h"
#include "region.h"

#define BYTES ((uint64_t)1 << 20)
#define COUNT 100 /* in a round */

struct request {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t region;
};

struct received {
	struct request request;
	mach_msg_max_trailer_t trailer;
};

/* Read every byte: it is filled with the first, and has nothing of the fill before. */
static void
check_region(const unsigned char *region)
{
	unsigned char before = (unsigned char)(region[0] - 1);

	if (memchr(region, before, BYTES))
		bench_die("the receiver has something else", before);
}

/* --- the parent ------------------------------------------------------------- */

static void
read_region(const struct received *received)
{
	const mach_msg_ool_descriptor_t *memory = &received->request.region;

	if (memory->size != BYTES)
		bench_die("region", (long)memory->size);
	check_region(memory->address);
	region_free(memory->address, BYTES);
}

static void
serve(mach_port_t service, unsigned count)
{
	struct received received;
	mach_msg_header_t *h = &received.request.header;

	for (unsigned i = 0; i < count; i++) {
		bench_check("receive",
		    mach_msg(h, MACH_RCV_MSG, 0, sizeof(received), service, 0,
		        MACH_PORT_NULL));
		if (MACH_MSGH_BITS_IS_COMPLEX(h->msgh_bits))
			read_region(&received);
		h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		h->msgh_local_port = MACH_PORT_NULL;
		bench_check("answer",
		    mach_msg(h, MACH_SEND_MSG, sizeof(*h), 0, MACH_PORT_NULL, 0,
		        MACH_PORT_NULL));
	}
}

/* --- the child -------------------------------------------------------------- */

/* A round trip with @region, or with nothing if NULL. */
static void
call(mach_port_t service, mach_port_t reply, void *region)
{
	struct received buffer = {
	    .request.header.msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .request.header.msgh_remote_port = service,
	    .request.header.msgh_local_port = reply,
	};
	struct request *request = &buffer.request;
	mach_msg_size_t size = sizeof(request->header);

	if (region) {
		request->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		request->body.msgh_descriptor_count = 1;
		request->region.address = region;
		request->region.size = BYTES;
		request->region.copy = MACH_MSG_VIRTUAL_COPY;
		request->region.type = MACH_MSG_OOL_DESCRIPTOR;
		size = sizeof(*request);
	}
	bench_check("call",
	    mach_msg(&request->header, MACH_SEND_MSG | MACH_RCV_MSG, size,
	        sizeof(buffer), reply, 0, MACH_PORT_NULL));
}

static double
pingpong(mach_port_t service, mach_port_t reply, void *region)
{
	uint64_t begin = bench_now_ns();

	for (int i = 0; i < COUNT; i++) {
		memset(region, i, BYTES);
		call(service, reply, region);
	}
	return (double)(bench_now_ns() - begin) / COUNT / 1e3;
}

static double
copy_and_call(
    mach_port_t service, mach_port_t reply, void *to, const void *from)
{
	uint64_t begin = bench_now_ns();

	for (int i = 0; i < COUNT; i++) {
		memcpy(to, from, BYTES);
		call(service, reply, NULL);
	}
	return (double)(bench_now_ns() - begin) / COUNT / 1e3;
}

static double
copy_alone(void *to, const void *from)
{
	uint64_t begin = bench_now_ns();

	for (int i = 0; i < COUNT; i++) {
		memcpy(to, from, BYTES);
		__asm__ volatile("" : : "r"(to) : "memory"); /* each of them */
	}
	return (double)(bench_now_ns() - begin) / COUNT / 1e3;
}

static void
add_round(struct bench_rounds *rounds, double ours, double theirs)
{
	rounds->ours[rounds->count] = ours;
	rounds->theirs[rounds->count++] = theirs;
}

/* What is measured in turn. */
enum { OURS, FLOOR, ALONE, WAYS };

/* The first round is to warm up. */
static _Noreturn void
measure(int results)
{
	struct bench_rounds rounds[WAYS] = {0};
	mach_port_t service = bench_service_find();
	mach_port_t reply = mach_reply_port();
	struct floor *floor = floor_new(BYTES);
	void *region = region_new(BYTES);
	void *from = region_buffer(BYTES);
	void *to = region_buffer(BYTES);

	for (unsigned i = 0; i <= BENCH_ROUNDS; i++) {
		const double ours = pingpong(service, reply, region);
		const double aim = copy_and_call(service, reply, to, from);
		const double least = floor_round(floor, COUNT);
		const double alone = floor_alone(floor, COUNT);
		const double copy = copy_alone(to, from);

		if (i == 0)
			continue;
		add_round(&rounds[OURS], ours, aim);
		add_round(&rounds[FLOOR], least, aim);
		add_round(&rounds[ALONE], alone, copy);
	}
	floor_end(floor);
	if (write(results, rounds, sizeof(rounds)) != sizeof(rounds))
		bench_die("results", 0);
	_exit(EXIT_SUCCESS);
}

unsigned
bench_ool_pingpong(struct bench_result *results)
{
	struct bench_rounds rounds[WAYS];
	mach_port_t service;
	int ends[2];
	pid_t kernel;
	pid_t child;

	bench_use_cpus(0, 1);
	if (pipe(ends))
		bench_die("pipe", 0);
	kernel = bench_kernel_start();
	service = bench_service_make(MACH_PORT_QLIMIT_DEFAULT);
	child = bench_fork();
	if (child == 0)
		measure(ends[1]);
	(void)close(ends[1]);
	serve(service, (BENCH_ROUNDS + 1) * 2 * COUNT);
	if (read(ends[0], rounds, sizeof(rounds)) != sizeof(rounds))
		bench_die("results", 0);
	(void)waitpid(child, NULL, 0);
	bench_kernel_stop(kernel);
	results[0] =
	    bench_summary("ool.pingpong.1M", "us", "memcpy+rpc", &rounds[OURS]);
	results[1] = bench_summary(
	    "ool.pingpong.1M.floor", "us", "memcpy+rpc", &rounds[FLOOR]);
	results[2] = bench_summary(
	    "ool.pingpong.1M.alone", "us", "memcpy", &rounds[ALONE]);
	return 3;
}
