/*
 * Random operations, and the world recounted after each. The seeds are printed;
 * to see one again:
 *
 *	SEED=1234 STEPS=100000 random_test
 *
 * The last of them is new in every run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base_alloc.h"
#include "ops.h"
#include "world.h"

#define SEEDS 4
#define STEPS 100000 /* for each seed */

struct run {
	uint64_t seed;
	uint64_t steps;
	uint64_t state; /* of the generator */
};

/* splitmix64: every 64-bit seed is a good one. */
static uint64_t
next(struct run *run)
{
	uint64_t z = run->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void
step(struct run *run)
{
	uint64_t words[OPS_STEP_BYTES / sizeof(uint64_t)];
	struct ops_input input = {
	    .bytes = (const uint8_t *)words, .count = sizeof(words)};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		words[i] = next(run);
	(void)ops_step(&input);
}

static void
run_steps(struct run *run, bool failing)
{
	run->state = run->seed;
	(void)fprintf(stderr, "# SEED=%llu STEPS=%llu%s\n",
	    (unsigned long long)run->seed, (unsigned long long)run->steps,
	    failing ? ", without memory at times" : "");
	ops_begin();
	for (uint64_t i = 0; i < run->steps; i++) {
		/* One in four loses its first, second, ... allocation. */
		if (failing && next(run) % 4 == 0)
			base_alloc_fail_at(1 + next(run) % 6);
		step(run);
		base_alloc_fail_at(0);
		ipc_check();
	}
	ops_end();
}

static uint64_t
number(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static uint64_t
new_seed(void)
{
	uint32_t seed = 0;

	while (getrandom(&seed, sizeof(seed), 0) < 0 && errno == EINTR)
		;
	return seed;
}

static void
run_seeds(bool failing)
{
	struct run run = {.steps = number("STEPS", STEPS)};

	if (getenv("SEED")) {
		run.seed = number("SEED", 0);
		run_steps(&run, failing);
		return;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		run.seed = seed < SEEDS ? seed : new_seed();
		run_steps(&run, failing);
	}
}

static void
the_world_adds_up_after_every_random_operation(void **state)
{
	(void)state;
	run_seeds(false);
}

static void
the_world_adds_up_when_memory_fails_at_random(void **state)
{
	(void)state;
	run_seeds(true);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_world_adds_up_after_every_random_operation),
	    cmocka_unit_test(the_world_adds_up_when_memory_fails_at_random),
	};

	return RUN("random", tests);
}
