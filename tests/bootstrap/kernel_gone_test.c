/* The kernel ends before the server has begun to wait for messages. */
#include <mach/mach.h>
#include <sysexits.h>

#include "harness.h"
#include "log.h"
#include "loop.h"
#include "server.h"
#include "signals.h"

static const struct server_options options = {.max_names = 1};

static struct bell ready;
static struct bell gone;

static void
serve_nobody(void *argument)
{
	(void)argument;
	log_init("kernel_gone_test");
	CHECK(signals_init(false));
	CHECK(server_init(&options));
	bell_ring(&ready);
	bell_wait(&gone, 1);
	CHECK(loop_run() == EX_UNAVAILABLE);
}

static void
a_server_whose_kernel_has_gone_already_says_so(void **state)
{
	struct kernel kernel;
	pid_t task;

	(void)state;
	bell_make(&ready);
	bell_make(&gone);
	kernel_start(&kernel, NULL);
	task = task_start(serve_nobody, NULL);
	bell_wait(&ready, 1);
	kernel_kill(&kernel);
	bell_ring(&gone);
	task_expect_success(task);
	bell_free(&ready);
	bell_free(&gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_server_whose_kernel_has_gone_already_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
