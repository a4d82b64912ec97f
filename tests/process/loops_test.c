/* examples/loops: servers in the event loops of others, and a client that sends bursts. */
#include <string.h>

#include "harness.h"

static struct outcome outcome;

static void
run_loop(const char *program)
{
	struct kernel kernel;
	char *arguments[] = {
	    built(program), built("tests/process/loops-client"), NULL};

	kernel_start(&kernel, NULL);
	command_run(arguments, &outcome);
	assert_string_equal(outcome.errors, "");
	assert_string_equal(outcome.output, "the tally is 500\n");
	assert_int_equal(outcome.status, 0);
	kernel_expect_end(&kernel);
}

#define LOOP(name, program)                                                    \
	static void a_server_in_##name(void **state)                           \
	{                                                                      \
		(void)state;                                                   \
		run_loop("tests/process/loops-" program);                      \
	}

LOOP(poll, "poll")
LOOP(epoll, "epoll")
LOOP(libuv, "libuv")
LOOP(glib, "glib")
LOOP(sd_event, "sd-event")

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_server_in_poll),
	    PROCESS_TEST(a_server_in_epoll),
	    PROCESS_TEST(a_server_in_libuv),
	    PROCESS_TEST(a_server_in_glib),
	    PROCESS_TEST(a_server_in_sd_event),
	};

	return cmocka_run_group_tests_name("loops", tests, NULL, NULL);
}
