/* Levels: what a task finds readable, and what it cannot do with it. */
#include "level.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "budget.h"
#include "ipc.h"
#include "kernel.h"

static struct wire_token token;
static int task;
static mach_port_name_t port;

static int
begin(void)
{
	task = raw_task(&token);
	port = raw_port(task);
	return 0;
}

static int
setup(void **state)
{
	(void)kernel_setup(state);
	return begin();
}

static int
teardown(void **state)
{
	(void)close(task);
	return kernel_teardown(state);
}

#define LEVEL_CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int
open_level(int fd, mach_port_name_t name, uint32_t *id_out)
{
	int level;

	assert_int_equal(raw_level(fd, name, 0, id_out, &level), KERN_SUCCESS);
	assert_true(level >= 0);
	return level;
}

static void
close_level(int fd, uint32_t id)
{
	assert_int_equal(
	    RAW_CALL(fd, WIRE_MACHPORT_FD_CLOSE, NULL, 0, id), KERN_SUCCESS);
}

static bool
is_readable(int fd)
{
	struct pollfd event = {.fd = fd, .events = POLLIN};

	return poll(&event, 1, 0) == 1 && event.revents == POLLIN;
}

static void
send(void)
{
	assert_int_equal(raw_send_empty(task, port, 1), MACH_MSG_SUCCESS);
}

static void
receive(void)
{
	struct raw_msg msg = raw_receiving(port, 1024);
	struct raw_answer answer;

	assert_int_equal(raw_msg(task, &msg, &answer), MACH_MSG_SUCCESS);
}

TEST(a_level_is_readable_as_long_as_a_message_waits)
{
	uint32_t id;
	int level = open_level(task, port, &id);

	assert_false(is_readable(level));
	for (int i = 0; i < 3; i++) {
		send();
		assert_true(is_readable(level));
		assert_true(is_readable(level));
		send();
		receive();
		assert_true(is_readable(level));
		receive();
		assert_false(is_readable(level));
	}
	(void)close(level);
}

TEST(a_level_does_not_block)
{
	uint32_t id;
	int level = open_level(task, port, &id);

	assert_true(fcntl(level, F_GETFL) & O_NONBLOCK);
	(void)close(level);
}

TEST(a_right_that_goes_leaves_its_level_readable)
{
	uint32_t id;
	int level = open_level(task, port, &id);

	assert_int_equal(RAW_CALL(task, WIRE_PORT_DESTROY, NULL, 0, SELF, port),
	    KERN_SUCCESS);
	assert_true(is_readable(level));
	assert_true(is_readable(level));
	close_level(task, id);
	(void)close(level);
}

TEST(a_level_that_is_known_is_not_passed_again)
{
	uint32_t again = 0;
	uint32_t id;
	int level = open_level(task, port, &id);
	int second;

	assert_int_equal(
	    raw_level(task, port, id, &again, &second), KERN_SUCCESS);
	assert_int_equal(again, id);
	assert_int_equal(second, -1);
	second = open_level(task, port, &again);
	assert_int_equal(again, id);
	send();
	assert_true(is_readable(level) && is_readable(second));
	(void)close(second);
	(void)close(level);
}

TEST(what_a_task_does_to_its_level_disturbs_nobody)
{
	const struct itimerspec soon = {{0, 1000}, {0, 1000}};
	uint32_t id;
	int level = open_level(task, port, &id);
	uint64_t ticks;

	send();
	assert_int_equal(read(level, &ticks, sizeof(ticks)), sizeof(ticks));
	assert_int_equal(fcntl(level, F_SETFL, 0), 0);
	assert_int_equal(timerfd_settime(level, 0, &soon, NULL), 0);
	receive();
	assert_false(is_readable(level));
	send();
	assert_true(is_readable(level));
	assert_int_equal(
	    timerfd_settime(level, 0, &(struct itimerspec){0}, NULL), 0);
	receive();
	close_level(task, id);
	raw_works(task);
	(void)close(level);
}

TEST(a_task_that_ends_leaves_no_level)
{
	unsigned before = kernel_descriptors();
	struct wire_token other;
	uint32_t id;

	for (unsigned i = 0; i < 20; i++)
		(void)close(open_level(task, raw_port(task), &id));
	assert_int_equal(kernel_descriptors(), before + 20);
	(void)close(task);
	task = raw_task(&other);
	/* A thread closes them. */
	while (kernel_descriptors() > before)
		raw_works(task);
	assert_int_equal(kernel_descriptors(), before);
}

TEST(a_user_has_as_many_levels_as_he_may)
{
	uint32_t ids[2];
	uint32_t id;
	int level;

	kernel_start((const char *const[]){"--max-user-watches=2", NULL});
	(void)begin();
	for (int i = 0; i < 2; i++)
		(void)close(open_level(task, raw_port(task), &ids[i]));
	assert_int_equal(
	    raw_level(task, port, 0, &id, &level), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(level, -1);
	close_level(task, ids[0]);
	(void)close(open_level(task, port, &id));
	(void)close(task);
	kernel_stop();
}

/* In a process whose Linux does not know the request by which levels are raised. */
static void
raise_without_the_request(void *argument)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct pollfd event = {.events = POLLIN};
	struct kern_level *level;
	struct budget budget;
	struct user *user;

	(void)argument;
	assert_int_equal(
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 1,
	        SCMP_A1(SCMP_CMP_EQ, LEVEL_REQUEST, 0)),
	    0);
	assert_int_equal(seccomp_load(filter), 0);
	seccomp_release(filter);
	assert_true(closer_init(1024));
	ipc_init(4096);
	budget_init(&budget, &budget_defaults, 1024);
	user = user_get(&budget, 1000);
	level = level_new(user);
	assert_non_null(level);
	event.fd = level_descriptor(level);
	level_set(level, true);
	assert_int_equal(poll(&event, 1, 10000), 1);
	level_set(level, false);
	assert_int_equal(poll(&event, 1, 0), 0);
	level_free(level);
	(void)user_unref(user);
}

TEST(an_older_linux_raises_a_level_as_well)
{
	assert_int_equal(in_child(raise_without_the_request, NULL), 0);
}

TEST(what_has_no_level)
{
	uint32_t id;
	int level;

	assert_int_equal(
	    raw_level(task, SELF, 0, &id, &level), KERN_INVALID_RIGHT);
	assert_int_equal(
	    raw_level(task, 0x7703, 0, &id, &level), KERN_INVALID_NAME);
	assert_int_equal(RAW_CALL(task, WIRE_MACHPORT_FD_CLOSE, NULL, 0, 12345),
	    KERN_INVALID_VALUE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    LEVEL_CASE(a_level_is_readable_as_long_as_a_message_waits),
	    LEVEL_CASE(a_level_does_not_block),
	    LEVEL_CASE(a_right_that_goes_leaves_its_level_readable),
	    LEVEL_CASE(a_level_that_is_known_is_not_passed_again),
	    LEVEL_CASE(what_a_task_does_to_its_level_disturbs_nobody),
	    LEVEL_CASE(a_task_that_ends_leaves_no_level),
	    cmocka_unit_test(a_user_has_as_many_levels_as_he_may),
	    cmocka_unit_test(an_older_linux_raises_a_level_as_well),
	    LEVEL_CASE(what_has_no_level),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("level", tests, NULL, NULL);
}
