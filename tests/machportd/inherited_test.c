/* What the kernel has from whoever started it does not end it, nor make it
 * wait. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernel.h"

/* A kernel with @fd as its stderr; -1: with none. */
static void
start_with_stderr(int fd)
{
	int old = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);

	assert_true(old >= 0);
	if (fd >= 0)
		assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	else
		(void)close(STDERR_FILENO);
	kernel_start((const char *const[]){NULL});
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	(void)close(old);
}

/* Something that the kernel wants to tell of; and then it works for others. */
static void
lie_and_go_on(void)
{
	struct wire_token token;
	int task = raw_task(&token);
	int liar = raw_connect();

	raw_send(liar, "lie", 3);
	assert_true(raw_is_closed(liar));
	raw_works(task);
	(void)close(liar);
	(void)close(task);
}

TEST(the_reader_of_stderr_may_go)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	start_with_stderr(ends[1]);
	(void)close(ends[0]);
	(void)close(ends[1]);
	lie_and_go_on();
	kernel_stop();
}

TEST(the_reader_of_stderr_need_not_read)
{
	static const char full[4096];
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(ends[1], full, sizeof(full)) > 0)
		;
	while (write(ends[1], full, 1) > 0)
		;
	assert_int_equal(fcntl(ends[1], F_SETFL, 0), 0);
	start_with_stderr(ends[1]);
	lie_and_go_on();
	kernel_stop();
	(void)close(ends[0]);
	(void)close(ends[1]);
}

TEST(there_need_be_no_stderr)
{
	start_with_stderr(-1);
	lie_and_go_on();
	kernel_stop();
}

/* A file that the kernel makes grows beyond the hard limit of its size. */
static void
ask_for_many_names(void *ignored)
{
	const struct rlimit limit = {4096, 4096};
	struct wire_token token;
	mach_port_name_t name;
	int task;

	(void)ignored;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	kernel_start((const char *const[]){NULL});
	task = raw_task(&token);
	/* More than a packet can tell of. */
	for (size_t i = 0; i < WIRE_PACKET_MAX / sizeof(name) / 2 + 1; i++)
		assert_int_equal(RAW_CALL(task, WIRE_PORT_ALLOCATE, &name, 1,
		                     SELF, MACH_PORT_RIGHT_RECEIVE),
		    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_NAMES, NULL, 0, SELF),
	    KERN_RESOURCE_SHORTAGE);
	raw_works(task);
	(void)close(task);
	kernel_stop();
}

TEST(a_limit_of_file_sizes_is_a_shortage)
{
	assert_int_equal(in_child(ask_for_many_names, NULL), 0);
}

static struct rlimit
kernel_limit(__rlimit_resource_t resource)
{
	struct rlimit limit;

	assert_int_equal(prlimit(kernel_pid, resource, NULL, &limit), 0);
	return limit;
}

/* Limits that are lower than they could be, but for these tests' own sake. */
static void
start_with_low_limits(void *ignored)
{
	static const __rlimit_resource_t resources[] = {
	    RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_STACK};
	static const rlim_t low[] = {1000, 1 << 20, 256, 1 << 20};
	const size_t count = sizeof(low) / sizeof(low[0]);
	struct wire_token token;
	struct rlimit limits[sizeof(low) / sizeof(low[0])];
	int task;

	(void)ignored;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(getrlimit(resources[i], &limits[i]), 0);
		limits[i].rlim_cur = low[i];
		assert_int_equal(setrlimit(resources[i], &limits[i]), 0);
	}
	kernel_start((const char *const[]){"--no-sandbox", NULL});
	task = raw_task(&token);
	for (size_t i = 0; i < count; i++) {
		struct rlimit limit = kernel_limit(resources[i]);

		assert_true(limit.rlim_cur > low[i]);
		assert_true(limit.rlim_max == limits[i].rlim_max);
		if (resources[i] == RLIMIT_NOFILE)
			assert_true(limit.rlim_cur <= 1 << 22);
		else
			assert_true(limit.rlim_cur == limit.rlim_max);
	}
	(void)close(task);
	kernel_stop();
}

TEST(soft_limits_are_raised_to_the_hard_ones)
{
	assert_int_equal(in_child(start_with_low_limits, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_reader_of_stderr_may_go),
	    cmocka_unit_test(the_reader_of_stderr_need_not_read),
	    cmocka_unit_test(there_need_be_no_stderr),
	    cmocka_unit_test(a_limit_of_file_sizes_is_a_shortage),
	    cmocka_unit_test(soft_limits_are_raised_to_the_hard_ones),
	};

	return cmocka_run_group_tests_name("inherited", tests, NULL, NULL);
}
