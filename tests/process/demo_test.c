/* make demo: the story as it is told, and what is left when it is over. */
#include <string.h>

#include "harness.h"

static struct outcome story;

/* Run the story under a private kernel, as `make demo` does; once, for all. */
static int
run_story(void **state)
{
	char run[] = "run";
	char *arguments[] = {
	    built("src/machport/machport"), run, built("demo/story"), NULL};

	(void)state;
	command_run(arguments, &story);
	return 0;
}

static void
the_story_ends_well_and_says_nothing_on_stderr(void **state)
{
	(void)state;
	assert_string_equal(story.errors, "");
	assert_int_equal(story.status, 0);
}

static void
the_story_tells_each_of_its_steps_in_order(void **state)
{
	static const char *const steps[] = {
	    "A  makes a counter",
	    "A  gives B a send right",
	    "B  receives it",
	    "A  receives a request",
	    "B  asked it to add 5, and has the answer",
	    "B  tries to receive",
	    "MACH_RCV_INVALID_NAME",
	    "C  sends to every name",
	    "A  looks whether anything came",
	    "B  first choice: give up",
	    "MACH_SEND_TIMED_OUT",
	    "*  sees B asleep",
	    "A  reads one message",
	    "B  second choice: wait",
	    "B  third choice: leave it to the kernel",
	    "MACH_SEND_WILL_NOTIFY",
	    "A  reads all",
	    "B  is told, on its task_notify() port",
	    "A  makes two more counters",
	    "A  one thread receives on the set",
	    "A  moves the receive right to D",
	    "D  serves what waited",
	    "D answers",
	    "*  kills D with SIGKILL",
	    "send-once notification",
	    "dead-name notification",
	    "who holds which right",
	    "dead name x2",
	    "docs/architecture.md",
	};
	const char *rest = story.output;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *found = strstr(rest, steps[i]);

		if (!found)
			fail_msg("\"%s\" is not in, or not in order:\n%s",
			    steps[i], story.output);
		rest = found;
	}
}

static void
the_story_also_plays_under_a_kernel_that_the_library_starts(void **state)
{
	char *arguments[] = {built("demo/story"), NULL};
	struct outcome outcome;

	(void)state;
	command_run(arguments, &outcome);
	assert_int_equal(outcome.status, 0);
}

static void
hello_says_hello(void **state)
{
	char *arguments[] = {built("demo/hello"), NULL};
	struct outcome outcome;

	(void)state;
	command_run(arguments, &outcome);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.output, "my child says 42\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(the_story_ends_well_and_says_nothing_on_stderr),
	    PROCESS_TEST(the_story_tells_each_of_its_steps_in_order),
	    PROCESS_TEST(
	        the_story_also_plays_under_a_kernel_that_the_library_starts),
	    PROCESS_TEST(hello_says_hello),
	};

	return cmocka_run_group_tests(tests, run_story, NULL);
}
