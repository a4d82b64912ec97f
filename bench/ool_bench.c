/*
 * Memory from one task to another: out of line, moved or copied, against what Linux
 * has for it. The child sends and the parent receives; both, and the kernel, may run
 * on two CPUs.
 *
 * The clock runs from before the send until the receiver has the region, and on until
 * he has read every page. What else a way needs is not measured: a region of a message
 * is new each time, filled before and freed afterwards; the buffers that a socket, a
 * pipe and memcpy() copy from and to exist from the start, which is the best that can
 * happen to them. One row is against memcpy() to new memory, since what a message
 * brings is new memory too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "region.h"

#define PIPE_BYTES (1 << 20)

/* What the two tasks have between them; each has a line of its own. */
struct line {
	mach_port_t service;
	int control; /* the receiver is ready; and then, when he was done */
	int stream;
	int pipe;
	uint64_t bytes;
	char *buffer; /* to copy from, or to */
};

/* The receiver has the region at what receive() returns. */
struct way {
	void (*send)(const struct line *line, void *region);
	void *(*receive)(const struct line *line);
	bool is_message;   /* whose regions are new each time, at both ends */
	bool sender_keeps; /* his, after a message */
};

/* When the receiver had the region, and when he had read it. */
struct times {
	uint64_t received_ns;
	uint64_t read_ns;
	uint64_t sum;
};

/* --- ways ------------------------------------------------------------------ */

static void
move(const struct line *line, void *region)
{
	bench_check(
	    "move", region_send(line->service, region, line->bytes, true));
}

static void
copy(const struct line *line, void *region)
{
	bench_check(
	    "copy", region_send(line->service, region, line->bytes, false));
}

static void *
receive_message(const struct line *line)
{
	return region_receive(line->service, line->bytes);
}

static void
read_all(int fd, char *to, uint64_t bytes)
{
	while (bytes > 0) {
		ssize_t done = read(fd, to, bytes);

		if (done <= 0)
			bench_die("read", fd);
		to += done;
		bytes -= (uint64_t)done;
	}
}

static void
send_stream(const struct line *line, void *region)
{
	const char *from = region;
	uint64_t left = line->bytes;

	while (left > 0) {
		ssize_t done = write(line->stream, from, left);

		if (done <= 0)
			bench_die("write", line->stream);
		from += done;
		left -= (uint64_t)done;
	}
}

static void *
receive_stream(const struct line *line)
{
	read_all(line->stream, line->buffer, line->bytes);
	return line->buffer;
}

/* The pipe has the sender's own pages, so that only the receiver copies. */
static void
send_pipe(const struct line *line, void *region)
{
	struct iovec part = {region, line->bytes};

	while (part.iov_len > 0) {
		ssize_t done = vmsplice(line->pipe, &part, 1, 0);

		if (done <= 0)
			bench_die("vmsplice", line->pipe);
		part.iov_base = (char *)part.iov_base + done;
		part.iov_len -= (size_t)done;
	}
}

static void *
receive_pipe(const struct line *line)
{
	read_all(line->pipe, line->buffer, line->bytes);
	return line->buffer;
}

enum { MOVE, COPY, SOCKET, PIPE, WAYS };

static const struct way ways[WAYS] = {
    [MOVE] = {.send = move, .receive = receive_message, .is_message = true},
    [COPY] = {.send = copy,
        .receive = receive_message,
        .is_message = true,
        .sender_keeps = true},
    [SOCKET] = {.send = send_stream, .receive = receive_stream},
    [PIPE] = {.send = send_pipe, .receive = receive_pipe},
};

/* --- the two tasks ---------------------------------------------------------- */

static void
receive_one(const struct line *line, const struct way *way)
{
	struct times times;
	void *region;

	if (write(line->control, "", 1) != 1)
		bench_die("ready", 0);
	region = way->receive(line);
	times.received_ns = bench_now_ns();
	times.sum = region_sum(region, line->bytes);
	times.read_ns = bench_now_ns();
	if (way->is_message)
		region_free(region, line->bytes);
	if (write(line->control, &times, sizeof(times)) < 0)
		bench_die("done", 0);
}

/* As long as it took, and not when it was. */
static struct times
send_one(const struct line *line, const struct way *way, uint64_t seed)
{
	void *region = way->is_message ? region_new(line->bytes) : line->buffer;
	struct times times;
	uint64_t begin;
	char ready;

	region_mark(region, line->bytes, seed);
	if (read(line->control, &ready, 1) != 1)
		bench_die("ready", 0);
	begin = bench_now_ns();
	way->send(line, region);
	if (read(line->control, &times, sizeof(times)) != sizeof(times))
		bench_die("done", 0);
	if (times.sum != region_expected(line->bytes, seed))
		bench_die("the receiver has something else", (long)times.sum);
	if (way->sender_keeps)
		region_free(region, line->bytes);
	times.received_ns -= begin;
	times.read_ns -= begin;
	return times;
}

/* memcpy() in one task, to @to or to new memory. */
static double
time_memcpy(const struct line *line, void *to)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	uint64_t begin = bench_now_ns();
	void *memory = to;
	uint64_t end;

	if (!to)
		memory = mmap(
		    NULL, line->bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (memory == MAP_FAILED)
		bench_die("mmap", 0);
	memcpy(memory, line->buffer, line->bytes);
	end = bench_now_ns();
	if (!to)
		(void)munmap(memory, line->bytes);
	return (double)(end - begin);
}

/* --- rounds ----------------------------------------------------------------- */

struct size {
	const char *name;
	uint64_t bytes;
	unsigned rounds;
	unsigned repeats; /* in a round */
};

/* The rows of a size. */
enum {
	MOVE_SOCKET,
	COPY_SOCKET,
	READ_SOCKET,
	MOVE_PIPE,
	MOVE_MEMCPY,
	MOVE_NEW,
	ROWS
};

static const struct row {
	const char *name; /* behind "ool." */
	const char *tail; /* behind the size */
	const char *against;
} rows[ROWS] = {
    [MOVE_SOCKET] = {"move", "", "socket"},
    [COPY_SOCKET] = {"copy", "", "socket"},
    [READ_SOCKET] = {"read", "", "socket"},
    [MOVE_PIPE] = {"move", ".pipe", "pipe"},
    [MOVE_MEMCPY] = {"move", ".memcpy", "memcpy"},
    [MOVE_NEW] = {"move", ".new", "memcpy to new"},
};

/* Microseconds of a round, a transfer. */
struct round {
	double received[WAYS];
	double read[WAYS];
	double memcpy;
	double memcpy_new;
};

static struct round
measure_round(const struct line *line, unsigned repeats, void *target)
{
	struct round round = {0};
	double share = 1e-3 / repeats;

	for (unsigned i = 0; i < repeats; i++)
		for (unsigned k = 0; k < WAYS; k++) {
			struct times times = send_one(line, &ways[k], i + k);

			round.received[k] += (double)times.received_ns * share;
			round.read[k] += (double)times.read_ns * share;
		}
	for (unsigned i = 0; i < repeats; i++) {
		round.memcpy += time_memcpy(line, target) * share;
		round.memcpy_new += time_memcpy(line, NULL) * share;
	}
	return round;
}

static void
note_round(struct bench_rounds *of_rows, const struct round *round)
{
	const struct {
		double ours;
		double theirs;
	} values[ROWS] = {
	    [MOVE_SOCKET] = {round->received[MOVE], round->received[SOCKET]},
	    [COPY_SOCKET] = {round->received[COPY], round->received[SOCKET]},
	    [READ_SOCKET] = {round->read[MOVE], round->read[SOCKET]},
	    [MOVE_PIPE] = {round->received[MOVE], round->received[PIPE]},
	    [MOVE_MEMCPY] = {round->received[MOVE], round->memcpy},
	    [MOVE_NEW] = {round->received[MOVE], round->memcpy_new},
	};

	for (unsigned i = 0; i < ROWS; i++) {
		of_rows[i].ours[of_rows[i].count] = values[i].ours;
		of_rows[i].theirs[of_rows[i].count++] = values[i].theirs;
	}
}

/* The child: sends, and hands the rounds to its parent. The first is to warm up. */
static _Noreturn void
measure(struct line *line, const struct size *size, int results)
{
	struct bench_rounds of_rows[ROWS] = {0};
	void *target = region_buffer(size->bytes);

	line->service = bench_service_find();
	line->buffer = region_buffer(size->bytes);
	for (unsigned i = 0; i <= size->rounds; i++) {
		struct round round = measure_round(line, size->repeats, target);

		if (i > 0)
			note_round(of_rows, &round);
	}
	if (write(results, of_rows, sizeof(of_rows)) != sizeof(of_rows))
		bench_die("results", 0);
	_exit(EXIT_SUCCESS);
}

/* The parent: the other side of all that measure() does, in the same order. */
static void
serve(struct line *line, const struct size *size)
{
	line->buffer = region_buffer(size->bytes);
	for (unsigned i = 0; i <= size->rounds; i++)
		for (unsigned k = 0; k < size->repeats * WAYS; k++)
			receive_one(line, &ways[k % WAYS]);
}

static void
open_lines(struct line *receiver, struct line *sender)
{
	int control[2];
	int stream[2];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, control) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, stream) || pipe(ends))
		bench_die("socketpair", 0);
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
	receiver->control = control[0];
	sender->control = control[1];
	receiver->stream = stream[0];
	sender->stream = stream[1];
	receiver->pipe = ends[0];
	sender->pipe = ends[1];
}

static void
close_line(const struct line *line)
{
	(void)close(line->control);
	(void)close(line->stream);
	(void)close(line->pipe);
}

static void
run_size(const struct size *size, struct bench_rounds *of_rows)
{
	struct line receiver = {.bytes = size->bytes};
	struct line sender = {.bytes = size->bytes};
	int results[2];
	pid_t kernel;
	pid_t child;

	bench_use_cpus(0, 1);
	open_lines(&receiver, &sender);
	if (pipe(results))
		bench_die("pipe", 0);
	kernel = bench_kernel_start();
	receiver.service = bench_service_make(MACH_PORT_QLIMIT_DEFAULT);
	child = bench_fork();
	if (child == 0) {
		close_line(&receiver);
		measure(&sender, size, results[1]);
	}
	close_line(&sender); /* so that a dead child ends the wait */
	(void)close(results[1]);
	serve(&receiver, size);
	if (read(results[0], of_rows, ROWS * sizeof(*of_rows)) !=
	    (ssize_t)(ROWS * sizeof(*of_rows)))
		bench_die("results", 0);
	(void)waitpid(child, NULL, 0);
	bench_kernel_stop(kernel);
}

static unsigned
bench_size(struct bench_result *results, const struct size *size)
{
	struct bench_rounds of_rows[ROWS];
	bool fits = region_fits(size->bytes);

	if (fits)
		run_size(size, of_rows);
	for (unsigned i = 0; i < ROWS; i++) {
		char name[sizeof(results[i].name)];

		(void)snprintf(name, sizeof(name), "ool.%s.%s%s", rows[i].name,
		    size->name, rows[i].tail);
		results[i] = fits
		    ? bench_summary(name, "us", rows[i].against, &of_rows[i])
		    : bench_skipped(name, "too little free memory");
	}
	return ROWS;
}

unsigned
bench_ool_4k(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"4K", 4 << 10, BENCH_ROUNDS, 200});
}

unsigned
bench_ool_16k(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"16K", 16 << 10, BENCH_ROUNDS, 200});
}

unsigned
bench_ool_64k(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"64K", 64 << 10, BENCH_ROUNDS, 100});
}

unsigned
bench_ool_1m(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"1M", 1 << 20, BENCH_ROUNDS, 30});
}

unsigned
bench_ool_16m(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"16M", 16 << 20, BENCH_ROUNDS, 4});
}

unsigned
bench_ool_256m(struct bench_result *results)
{
	return bench_size(
	    results, &(const struct size){"256M", 256 << 20, 5, 1});
}

unsigned
bench_ool_1g(struct bench_result *results)
{
	return bench_size(results, &(const struct size){"1G", 1 << 30, 5, 1});
}
