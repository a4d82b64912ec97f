/*
 * The engine and the model, compared step by step over random scripts.
 *
 *	SEED=1234 STEPS=100000000 model_test	other scripts, or more
 *	SCRIPT=file model_test			one script again
 *
 * When they differ, the script is made as short as it gets and printed; put it in
 * a file to see it again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

#include "script.h"

#define STEPS 500000

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

/* Tell of a script that fails. */
static void
report(struct script *script, uint64_t seed)
{
	size_t steps = script->count;
	char why[256];

	script_shrink(script, STEP_KINDS);
	(void)script_run(script, STEP_KINDS, why);
	(void)fprintf(stderr, "SEED=%llu, %zu steps of %zu: %s\n",
	    (unsigned long long)seed, script->count, steps, why);
	script_print(script, STDERR_FILENO);
}

static void
run_script_again(const char *path)
{
	struct script script;
	char why[256] = "";
	bool agrees;

	if (!script_read(path, &script))
		fail_msg("%s: not a script", path);
	agrees = script_run(&script, STEP_KINDS, why);
	script_free(&script);
	if (!agrees)
		fail_msg("%s", why);
}

/* Half of the scripts are the same in each run, and half are new. */
static void
the_engine_does_what_the_model_does(void **state)
{
	uint64_t steps = number("STEPS", STEPS);
	uint64_t scripts = (steps + SCRIPT_STEPS - 1) / SCRIPT_STEPS;
	uint64_t fresh = new_seed();

	(void)state;
	if (getenv("SCRIPT")) {
		run_script_again(getenv("SCRIPT"));
		return;
	}
	for (uint64_t i = 0; i < scripts; i++) {
		uint64_t seed = i % 2 ? fresh + i : i;
		struct script script;
		bool agrees;

		if (getenv("SEED"))
			seed = number("SEED", 0) + i;
		agrees = script_make(seed, SCRIPT_STEPS, STEP_KINDS, &script);
		if (!agrees)
			report(&script, seed);
		script_free(&script);
		assert_true(agrees);
	}
}

/* What the model does not see is found, and what is left of the script has
 * nothing in it that does not matter. */
static void
expect_found(enum step_kind blind, size_t most)
{
	struct script script = {0};
	struct step step;
	char line[STEP_LINE];
	uint64_t seed = 0;

	while (script_make(seed, SCRIPT_STEPS, blind, &script)) {
		script_free(&script);
		assert_true(++seed < 100);
	}
	script_shrink(&script, blind);
	assert_in_range(script.count, 1, most);
	assert_true(script_run(&script, STEP_KINDS, NULL));

	/* It is the same when it has been written and read. */
	for (size_t i = 0; i < script.count; i++) {
		step_print(&script.steps[i], line);
		assert_true(step_parse(line, &step));
		assert_memory_equal(&step, &script.steps[i], sizeof(step));
	}
	script_free(&script);
}

static void
a_difference_is_found_and_the_script_made_short(void **state)
{
	(void)state;
	expect_found(STEP_SET_MSCOUNT, 4);
	expect_found(STEP_DEALLOCATE, 8);
	expect_found(STEP_EXTRACT_MEMBER, 8);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_difference_is_found_and_the_script_made_short),
	    cmocka_unit_test(the_engine_does_what_the_model_does),
	};

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
