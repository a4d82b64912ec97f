/* examples/memory: they say what they should, and leave nothing behind. */
#include "harness.h"

static struct outcome outcome;

static void
expect_output(const char *program, const char *output)
{
	struct kernel kernel;
	char *arguments[] = {built(program), NULL};

	kernel_start(&kernel, NULL);
	command_run(arguments, &outcome);
	assert_string_equal(outcome.errors, "");
	assert_string_equal(outcome.output, output);
	assert_int_equal(outcome.status, 0);
	kernel_expect_end(&kernel);
}

static void
a_child_gives_its_parent_memory(void **state)
{
	(void)state;
	expect_output(
	    "tests/process/memory-move", "16777216 bytes, the last is 42\n");
}

static void
a_child_and_its_parent_share_a_page(void **state)
{
	(void)state;
	expect_output("tests/process/memory-share",
	    "the parent reads: hello\nthe child reads: hello to you\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_child_gives_its_parent_memory),
	    PROCESS_TEST(a_child_and_its_parent_share_a_page),
	};

	return cmocka_run_group_tests_name(
	    "memory examples", tests, NULL, NULL);
}
