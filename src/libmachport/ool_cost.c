/* What it costs to have memory ready to be sent. */
#include "ool_cost.h"

#include <mach/vm_page_size.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ool_file.h"

/* An average moves by this part of the way to a new value. */
#define PRICE_INERTIA 16
#define REWRITTEN_INERTIA 4
#define PRICE_RANGE 16

/* Of copies nothing is learnt. So each makes it a little likelier that a snapshot
 * is tried again: one of ten or more, if those never pay. */
#define DOUBT 64

/* What it takes to write pages again is measured with so many of them, and anew
 * after so many choices that depended on it. */
#define MEASURED_PAGES 16
#define MEASURED_CHOICES 256

/* Linux 6.18 in a virtual machine with two processors; pages of 4 KiB, and none
 * larger for files in memory. */
#define START                                                                  \
	{                                                                      \
		.prices = {                                                    \
		    [OOL_COPY] = {7000, 1400},                                 \
		    [OOL_SNAPSHOT] = {10000, 250},                             \
		    [OOL_REWRITE] = {500, 2000},                               \
		},                                                             \
	}

const struct ool_cost ool_cost_start = START;
struct ool_cost ool_cost = START;

static double
get(const _Atomic double *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

static void
set(_Atomic double *value, double to)
{
	atomic_store_explicit(value, to, memory_order_relaxed);
}

uint64_t
ool_cost_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

double
ool_cost_estimate(
    const struct ool_cost *cost, enum ool_work work, uint64_t pages)
{
	const struct ool_price *price = &cost->prices[work];

	return get(&price->fixed) + (double)pages * get(&price->page);
}

static double
within(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* Make @value larger by @change of itself, within its range. */
static void
move_price(_Atomic double *value, double start, double change)
{
	set(value,
	    within(get(value) * (1 + change), start / PRICE_RANGE,
	        start * PRICE_RANGE));
}

/*
 * Each part of a price moves by its share of the whole: a long time for few
 * pages tells of the fixed part, for many of the other. No measurement counts
 * for more than half as long again as expected, or for less than half of it.
 */
void
ool_cost_note(
    struct ool_cost *cost, enum ool_work work, uint64_t pages, uint64_t ns)
{
	const struct ool_price *start = &ool_cost_start.prices[work];
	struct ool_price *price = &cost->prices[work];
	double expected = ool_cost_estimate(cost, work, pages);
	double fixed_share = get(&price->fixed) / expected;
	double change =
	    within((double)ns / expected - 1, -0.5, 0.5) / PRICE_INERTIA;

	move_price(&price->fixed, get(&start->fixed), change * fixed_share);
	move_price(&price->page, get(&start->page), change * (1 - fixed_share));
}

/* Note what it takes to write @pages of a sealed file's private mapping. */
static void
time_rewrite(struct ool_cost *cost, volatile char *memory, uint64_t pages)
{
	uint64_t begin_ns = ool_cost_clock();

	for (uint64_t i = 0; i < pages; i++)
		memory[i * vm_page_size] = 1;
	ool_cost_note(cost, OOL_REWRITE, pages, ool_cost_clock() - begin_ns);
}

static void
measure_rewrite(struct ool_cost *cost)
{
	uint64_t bytes = MEASURED_PAGES * vm_page_size;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int file;

	if (memory == MAP_FAILED)
		return;
	file = ool_file_copy(memory, bytes);
	if (file >= 0) {
		if (mmap(memory, bytes, PROT_READ | PROT_WRITE,
		        MAP_PRIVATE | MAP_FIXED, file, 0) != MAP_FAILED)
			time_rewrite(cost, memory, MEASURED_PAGES);
		(void)syscall(SYS_close, file);
	}
	(void)munmap(memory, bytes);
}

/* When the choice depends on what rewriting costs: measure that, now and then. */
static void
keep_measured(struct ool_cost *cost)
{
	uint32_t left =
	    atomic_load_explicit(&cost->until_measured, memory_order_relaxed);

	if (left == 0)
		measure_rewrite(cost);
	atomic_store_explicit(&cost->until_measured,
	    left == 0 ? MEASURED_CHOICES : left - 1, memory_order_relaxed);
}

bool
ool_cost_choose_snapshot(struct ool_cost *cost, uint64_t pages)
{
	double rewritten = get(&cost->rewritten);
	double copy = ool_cost_estimate(cost, OOL_COPY, pages);
	double snapshot = ool_cost_estimate(cost, OOL_SNAPSHOT, pages);

	if (rewritten > 0) {
		keep_measured(cost);
		snapshot +=
		    rewritten * ool_cost_estimate(cost, OOL_REWRITE, pages);
	}
	if (snapshot < copy)
		return true;
	set(&cost->rewritten, rewritten - rewritten / DOUBT);
	return false;
}

void
ool_cost_remember(struct ool_cost *cost, uint64_t address)
{
	uint32_t at =
	    atomic_fetch_add_explicit(&cost->next, 1, memory_order_relaxed) %
	    OOL_REMEMBERED;

	atomic_store_explicit(
	    &cost->snapshots[at], address, memory_order_relaxed);
}

bool
ool_cost_recall(struct ool_cost *cost, uint64_t address)
{
	for (unsigned i = 0; i < OOL_REMEMBERED; i++) {
		uint64_t expected = address;

		if (atomic_compare_exchange_strong_explicit(&cost->snapshots[i],
		        &expected, 0, memory_order_relaxed,
		        memory_order_relaxed))
			return true;
	}
	return false;
}

void
ool_cost_note_rewritten(struct ool_cost *cost, double share)
{
	double rewritten = get(&cost->rewritten);

	set(&cost->rewritten,
	    rewritten + (share - rewritten) / REWRITTEN_INERTIA);
}
