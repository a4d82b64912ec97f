/* The handshake: who becomes which task, and what he inherits. */
#include <errno.h>
#include <mach/task_special_ports.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

/* A send right for @name of the task on @fd as its bootstrap port. */
static void
set_bootstrap(int fd, mach_port_name_t name)
{
	assert_int_equal(RAW_CALL(fd, WIRE_TASK_SET_SPECIAL_PORT, NULL, 0, SELF,
	                     TASK_BOOTSTRAP_PORT, name),
	    KERN_SUCCESS);
}

/* Is there a live bootstrap port for the task on @fd? */
static bool
has_bootstrap(int fd)
{
	return raw_type(fd, BOOTSTRAP) == MACH_PORT_TYPE_SEND;
}

/* A CHILD connection of the task with this token. */
static int
child_connection(const struct wire_token *token)
{
	struct wire_token copy = *token;
	int fd = raw_connect();

	assert_int_equal(raw_hello(fd, WIRE_KIND_CHILD, 0, &copy), 0);
	return fd;
}

TEST(a_task_has_its_task_port_and_a_dead_bootstrap_name)
{
	struct wire_token token;
	int fd = raw_task(&token);

	assert_int_equal(raw_type(fd, SELF), MACH_PORT_TYPE_SEND);
	assert_int_equal(raw_type(fd, BOOTSTRAP), MACH_PORT_TYPE_DEAD_NAME);
	(void)close(fd);
}

TEST(another_version_is_told_which_one_is_spoken)
{
	struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .sequence = 77},
	    .version = WIRE_VERSION + 1,
	    .kind = WIRE_KIND_TASK,
	};
	struct wire_hello_answer answer;
	int fd = raw_connect();

	raw_send(fd, &hello, sizeof(hello));
	assert_int_equal(
	    raw_receive(fd, &answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(answer.error, EPROTONOSUPPORT);
	assert_int_equal(answer.version, WIRE_VERSION);
	assert_true(raw_is_closed(fd));
	(void)close(fd);
}

/* Whatever was sent before this, on any connection, the kernel has read. */
static void
wait_for_kernel(void)
{
	struct wire_token token = {0};
	int fd = raw_connect();

	assert_int_equal(raw_hello(fd, WIRE_KIND_THREAD, 1, &token), EACCES);
	(void)close(fd);
}

/* A HELLO for a task, whose answer does not come yet. */
static int
wait_for_task(void)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .sequence = 77},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};
	int fd = raw_connect();

	raw_send(fd, &hello, sizeof(hello));
	wait_for_kernel();
	return fd;
}

/* The errno in that answer. */
static int
hello_error(int fd)
{
	struct wire_hello_answer answer = {0};

	assert_int_equal(
	    raw_receive(fd, &answer, sizeof(answer)), sizeof(answer));
	return answer.error;
}

TEST(a_process_has_one_task)
{
	struct wire_token token;
	int task = raw_task(&token);
	int second = wait_for_task();

	/* It is not over, as the second must believe until now. */
	raw_works(task);
	assert_int_equal(hello_error(second), EBUSY);
	assert_true(raw_is_closed(second));
	raw_works(task);
	(void)close(second);
	(void)close(task);
}

TEST(of_those_who_wait_for_a_task_to_go_the_last_comes)
{
	struct wire_token token;
	int task = raw_task(&token);
	int waiting[3];

	for (unsigned i = 0; i < 3; i++)
		waiting[i] = wait_for_task();
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(hello_error(waiting[i]), EBUSY);
		assert_true(raw_is_closed(waiting[i]));
		(void)close(waiting[i]);
	}
	(void)close(task);
	assert_int_equal(hello_error(waiting[2]), 0);
	raw_works(waiting[2]);
	(void)close(waiting[2]);
}

/* What somebody keeps of a program that is gone. */
static void
keep(void *argument)
{
	const int *ready = argument;

	assert_int_equal(write(ready[1], "", 1), 1);
	for (;;)
		(void)pause();
}

/* A task whose connection is kept, then the program that follows it. */
static void
be_two_programs(void *argument)
{
	const int *ready = argument;
	struct wire_token token;
	int task = raw_task(&token);
	pid_t keeper = start_child(keep, argument);
	char byte;

	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(task);
	task = raw_task(&token);
	raw_works(task);
	assert_int_equal(kill(keeper, SIGKILL), 0);
	assert_int_equal(child_status(keeper), 128 + SIGKILL);
	raw_works(task);
}

TEST(who_keeps_the_connection_of_a_program_that_is_gone_keeps_nobody_out)
{
	int ready[2];

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(in_child(be_two_programs, ready), 0);
	(void)close(ready[0]);
	(void)close(ready[1]);
}

static void
call_on(void *argument)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};
	const int *fd = argument;

	raw_send(*fd, &call, sizeof(call));
}

TEST(a_connection_that_was_passed_on_serves_nobody)
{
	struct wire_token token;
	int task = raw_task(&token);
	int thread = raw_thread(&token, 5);

	assert_int_equal(in_child(call_on, &thread), 0);
	assert_true(raw_is_closed(thread));
	raw_works(task);
	assert_int_equal(in_child(call_on, &task), 0);
	assert_true(raw_is_closed(task));
	(void)close(thread);
	(void)close(task);
}

static void
say_hello_on(void *argument)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .sequence = 77},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};
	const int *fd = argument;

	raw_send(*fd, &hello, sizeof(hello));
}

TEST(nobody_says_hello_for_another_process)
{
	int fd = raw_connect();

	assert_int_equal(in_child(say_hello_on, &fd), 0);
	assert_true(raw_is_closed(fd));
	(void)close(fd);
}

TEST(who_waits_to_become_a_task_may_go_away)
{
	struct wire_token token;
	int task = raw_task(&token);
	int waiting = wait_for_task();

	(void)close(waiting);
	raw_works(task);
	(void)close(task);
	(void)close(raw_task(&token));
}

TEST(who_waits_to_become_a_task_says_nothing_else)
{
	struct wire_token token;
	int task = raw_task(&token);
	int waiting = wait_for_task();

	say_hello_on(&waiting);
	assert_true(raw_is_closed(waiting));
	raw_works(task);
	(void)close(waiting);
	(void)close(task);
}

TEST(a_process_has_a_new_task_when_the_old_connection_is_closed)
{
	struct wire_token token;
	int fd;

	for (unsigned i = 0; i < 20; i++) {
		fd = raw_task(&token);
		(void)raw_port(fd);
		/* The kernel has not seen the end when the next one begins. */
		(void)close(fd);
	}
}

TEST(a_thread_shares_its_tasks_space)
{
	struct wire_token token;
	int task = raw_task(&token);
	int thread = raw_thread(&token, 5);
	mach_port_name_t port = raw_port(task);

	assert_int_equal(raw_type(thread, port), MACH_PORT_TYPE_SEND_RECEIVE);
	(void)close(thread);
	(void)close(task);
}

TEST(a_thread_with_a_wrong_token_is_refused)
{
	struct wire_token token;
	int task = raw_task(&token);
	int fd;

	for (unsigned i = 0; i < sizeof(token.bytes); i++) {
		fd = raw_connect();
		token.bytes[i] ^= 0x10;
		assert_int_equal(
		    raw_hello(fd, WIRE_KIND_THREAD, 5, &token), EACCES);
		assert_true(raw_is_closed(fd));
		token.bytes[i] ^= 0x10;
		(void)close(fd);
	}
	raw_works(task);
	(void)close(task);
}

static void
steal_token(void *argument)
{
	struct wire_token *token = argument;
	int fd = raw_connect();

	assert_int_equal(raw_hello(fd, WIRE_KIND_THREAD, 5, token), EACCES);
	fd = raw_connect();
	assert_int_equal(raw_hello(fd, WIRE_KIND_CHILD, 0, token), EACCES);
}

TEST(a_token_is_worth_nothing_to_another_process)
{
	struct wire_token token;
	int task = raw_task(&token);

	assert_int_equal(in_child(steal_token, &token), 0);
	raw_works(task);
	(void)close(task);
}

TEST(threads_go_when_their_task_goes)
{
	struct wire_token token;
	int task = raw_task(&token);
	int thread = raw_thread(&token, 5);
	struct raw_msg msg = raw_receiving(raw_port(task), 100);

	raw_msg_send(thread, &msg);
	(void)close(task);
	assert_true(raw_is_closed(thread));
	(void)close(thread);
}

struct child {
	int connection;
	struct wire_token parents_token;
	int said[2]; /* a pipe to the parent */
};

static void
be_born(void *argument)
{
	struct child *child = argument;
	struct wire_token token;

	assert_int_equal(raw_born(child->connection, &token), 0);
	assert_memory_not_equal(&token, &child->parents_token, sizeof(token));
	raw_works(child->connection);
	(void)close(raw_thread(&token, 3));
	/* The space is empty but for the two fixed names. */
	assert_true(has_bootstrap(child->connection));
	assert_int_equal(RAW_CALL(child->connection, WIRE_PORT_DEALLOCATE, NULL,
	                     0, SELF, 0x303),
	    KERN_INVALID_NAME);
}

TEST(a_child_is_a_task_of_its_own_with_its_parents_ports)
{
	struct wire_token token;
	int task = raw_task(&token);
	struct child child = {.parents_token = token};

	set_bootstrap(task, raw_port(task));
	child.connection = child_connection(&token);
	assert_int_equal(in_child(be_born, &child), 0);
	raw_works(task);
	(void)close(child.connection);
	(void)close(task);
}

TEST(a_child_inherits_what_its_parent_had_at_the_fork)
{
	struct wire_token token;
	int task = raw_task(&token);
	struct child child = {.parents_token = token};

	set_bootstrap(task, raw_port(task));
	child.connection = child_connection(&token);
	set_bootstrap(task, MACH_PORT_NULL);
	assert_int_equal(in_child(be_born, &child), 0);
	(void)close(child.connection);
	(void)close(task);
}

TEST(a_child_that_is_never_born_is_nothing)
{
	struct wire_token token;
	int task = raw_task(&token);

	set_bootstrap(task, raw_port(task));
	(void)close(child_connection(&token));
	raw_works(task);
	(void)close(task);
}

TEST(the_parent_cannot_be_its_own_child)
{
	struct wire_token token;
	int task = raw_task(&token);
	int child = child_connection(&token);

	/* BORN does not wait: nothing was before it. */
	assert_int_equal(raw_born(child, &token), EBUSY);
	assert_true(raw_is_closed(child));
	raw_works(task);
	(void)close(child);
	(void)close(task);
}

TEST(what_is_not_born_makes_no_calls)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};
	struct wire_token token;
	int task = raw_task(&token);
	int child = child_connection(&token);

	raw_send(child, &call, sizeof(call));
	assert_true(raw_is_closed(child));
	raw_works(task);
	(void)close(child);
	(void)close(task);
}

/* A CHILD connection that was born, and then closed as an exec does it. */
static void
be_born_and_exec(int connection)
{
	struct wire_token token;

	assert_int_equal(raw_born(connection, &token), 0);
	assert_true(has_bootstrap(connection));
	(void)close(connection);
}

static void
be_reborn(void *argument)
{
	struct child *child = argument;
	struct wire_token token;

	be_born_and_exec(child->connection);
	assert_true(has_bootstrap(raw_task(&token)));
}

TEST(special_ports_stay_with_a_process_through_exec)
{
	struct wire_token token;
	struct child child;
	int task = raw_task(&token);
	pid_t pid;

	set_bootstrap(task, raw_port(task));
	child.connection = child_connection(&token);
	pid = start_child(be_reborn, &child);
	(void)close(child.connection);
	assert_int_equal(child_status(pid), 0);
	(void)close(task);
}

/* The same, but the parent's copy is still open when the next program comes. */
static void
be_reborn_early(void *argument)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .sequence = 77},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};
	struct child *child = argument;
	struct wire_hello_answer answer;
	int fd;

	be_born_and_exec(child->connection);
	fd = raw_connect();
	raw_send(fd, &hello, sizeof(hello));
	assert_int_equal(write(child->said[1], "", 1), 1);
	assert_int_equal(
	    raw_receive(fd, &answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(answer.error, 0);
	assert_true(has_bootstrap(fd));
}

TEST(a_new_program_waits_for_its_predecessors_connection_to_go)
{
	struct wire_token token;
	struct child child;
	int task = raw_task(&token);
	char byte;
	pid_t pid;

	set_bootstrap(task, raw_port(task));
	child.connection = child_connection(&token);
	assert_int_equal(pipe(child.said), 0);
	pid = start_child(be_reborn_early, &child);
	/* The HELLO is with the kernel, and its answer cannot be out. */
	assert_int_equal(read(child.said[0], &byte, 1), 1);
	raw_works(task);
	(void)close(child.connection);
	assert_int_equal(child_status(pid), 0);
	(void)close(child.said[0]);
	(void)close(child.said[1]);
	(void)close(task);
}

static void
be_found(void *argument)
{
	struct wire_token token;

	(void)argument;
	assert_true(has_bootstrap(raw_task(&token)));
}

static void
be_grandparent(void *argument)
{
	assert_int_equal(in_child(be_found, argument), 0);
}

TEST(special_ports_come_down_from_the_nearest_ancestor_task)
{
	struct wire_token token;
	int task = raw_task(&token);

	set_bootstrap(task, raw_port(task));
	assert_int_equal(in_child(be_found, NULL), 0);
	assert_int_equal(in_child(be_grandparent, NULL), 0);
	(void)close(task);
}

static void
wait_to_be_killed(void *argument)
{
	const int *ready = argument;
	struct wire_token token;

	(void)raw_task(&token);
	assert_int_equal(write(ready[1], "", 1), 1);
	for (;;)
		(void)pause();
}

TEST(a_killed_task_leaves_no_descriptor_in_the_kernel)
{
	struct wire_token token;
	int task = raw_task(&token);
	unsigned before = kernel_descriptors();
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	for (unsigned i = 0; i < 10; i++) {
		pid = start_child(wait_to_be_killed, ready);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(child_status(pid), 128 + SIGKILL);
	}
	/* Whatever is ready is worked off before this is. */
	for (unsigned i = 0; i < 100 && kernel_descriptors() != before; i++)
		raw_works(task);
	assert_int_equal(kernel_descriptors(), before);
	(void)close(ready[0]);
	(void)close(ready[1]);
	(void)close(task);
}

TEST(a_connection_that_says_nothing_is_closed_after_a_while)
{
	int fd = raw_connect();

	assert_true(raw_is_closed(fd));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_task_has_its_task_port_and_a_dead_bootstrap_name),
	    CASE(another_version_is_told_which_one_is_spoken),
	    CASE(a_process_has_one_task),
	    CASE(of_those_who_wait_for_a_task_to_go_the_last_comes),
	    CASE(
	        who_keeps_the_connection_of_a_program_that_is_gone_keeps_nobody_out),
	    CASE(a_connection_that_was_passed_on_serves_nobody),
	    CASE(nobody_says_hello_for_another_process),
	    CASE(who_waits_to_become_a_task_may_go_away),
	    CASE(who_waits_to_become_a_task_says_nothing_else),
	    CASE(a_process_has_a_new_task_when_the_old_connection_is_closed),
	    CASE(a_thread_shares_its_tasks_space),
	    CASE(a_thread_with_a_wrong_token_is_refused),
	    CASE(a_token_is_worth_nothing_to_another_process),
	    CASE(threads_go_when_their_task_goes),
	    CASE(a_child_is_a_task_of_its_own_with_its_parents_ports),
	    CASE(a_child_inherits_what_its_parent_had_at_the_fork),
	    CASE(a_child_that_is_never_born_is_nothing),
	    CASE(the_parent_cannot_be_its_own_child),
	    CASE(what_is_not_born_makes_no_calls),
	    CASE(special_ports_stay_with_a_process_through_exec),
	    CASE(a_new_program_waits_for_its_predecessors_connection_to_go),
	    CASE(special_ports_come_down_from_the_nearest_ancestor_task),
	    CASE(a_killed_task_leaves_no_descriptor_in_the_kernel),
	    CASE(a_connection_that_says_nothing_is_closed_after_a_while),
	};

	return cmocka_run_group_tests_name("hello", tests, NULL, NULL);
}
