/* Three processes, two pieces of memory, three futexes. */
#include "ool_floor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "ring.h"

/* What is said from one to the next: the byte that all are. */
enum { TO_COPY, TO_READ, TO_FILL, TURNS };

#define END UINT32_MAX

struct floor {
	uint64_t bytes;
	unsigned char *filled;
	unsigned char *copied;
	struct ring *turns[TURNS];
	uint32_t next; /* the byte to fill with */
};

static void
pass(struct floor *floor, int turn, uint32_t what)
{
	ring_send(floor->turns[turn], &what, sizeof(what));
}

static uint32_t
await(struct floor *floor, int turn)
{
	uint32_t what;

	ring_receive(floor->turns[turn], &what, sizeof(what));
	return what;
}

static void
fill(struct floor *floor, uint32_t byte)
{
	memset(floor->filled, (int)byte, floor->bytes);
}

static void
copy(struct floor *floor)
{
	memcpy(floor->copied, floor->filled, floor->bytes);
}

/* As check_region() of ool_pingpong.c. */
static void
read_all(const struct floor *floor, uint32_t byte)
{
	if (memchr(floor->copied, (unsigned char)(byte - 1), floor->bytes))
		bench_die("the reader has something else", (long)byte);
}

static _Noreturn void
copy_all(struct floor *floor)
{
	uint32_t byte;

	while ((byte = await(floor, TO_COPY)) != END) {
		copy(floor);
		pass(floor, TO_READ, byte);
	}
	pass(floor, TO_READ, END);
	_exit(EXIT_SUCCESS);
}

static _Noreturn void
read_each(struct floor *floor)
{
	uint32_t byte;

	while ((byte = await(floor, TO_READ)) != END) {
		read_all(floor, byte);
		pass(floor, TO_FILL, byte);
	}
	_exit(EXIT_SUCCESS);
}

static void *
shared_new(uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (memory == MAP_FAILED)
		bench_die("mmap", (long)bytes);
	return memory;
}

static void
start(struct floor *floor, void (*body)(struct floor *floor))
{
	const pid_t child = bench_fork();

	if (child < 0)
		bench_die("fork", 0);
	if (child == 0)
		body(floor);
}

struct floor *
floor_new(uint64_t bytes)
{
	struct floor *floor = calloc(1, sizeof(*floor));

	if (!floor)
		bench_die("calloc", 0);
	floor->bytes = bytes;
	floor->filled = shared_new(bytes);
	floor->copied = shared_new(bytes);
	for (int i = 0; i < TURNS; i++)
		floor->turns[i] = ring_new(1, sizeof(uint32_t), 0);
	start(floor, copy_all);
	start(floor, read_each);
	return floor;
}

void
floor_end(struct floor *floor)
{
	pass(floor, TO_COPY, END);
	while (wait(NULL) > 0)
		;
}

double
floor_round(struct floor *floor, unsigned count)
{
	const uint64_t begin = bench_now_ns();

	for (unsigned i = 0; i < count; i++) {
		const uint32_t byte = ++floor->next & 0xFF;

		fill(floor, byte);
		pass(floor, TO_COPY, byte);
		(void)await(floor, TO_FILL);
	}
	return (double)(bench_now_ns() - begin) / count / 1e3;
}

double
floor_alone(struct floor *floor, unsigned count)
{
	const uint64_t begin = bench_now_ns();

	for (unsigned i = 0; i < count; i++) {
		const uint32_t byte = ++floor->next & 0xFF;

		fill(floor, byte);
		copy(floor);
		read_all(floor, byte);
	}
	return (double)(bench_now_ns() - begin) / count / 1e3;
}
