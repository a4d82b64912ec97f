/*
 * machportd --verify: a kernel whose tasks have gone has nothing left. What it says
 * of things that are left is in tests/machportd/books_test.c.
 */
#include <signal.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

static const char *const options[] = {"--verify", NULL};

/* Messages in queues, a right in one of them, names, and a name that is dead. */
static void
have_much(void *argument)
{
	mach_port_t self = mach_task_self();
	mach_port_t port = mail_port();
	mach_port_t other = mail_port();

	(void)argument;
	CHECK_RETURN(mail_send(port, 1, other, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_send_right(port, other, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	other = mail_port();
	CHECK_RETURN(
	    mach_port_mod_refs(self, other, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

static void
have_much_and_wait(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	have_much(NULL);
	bell_ring(argument);
	(void)mail_receive(port, &mail, 0, 0);
}

static void
nothing_is_left_by_a_task_that_ends(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, options);
	task_run(have_much, NULL);
	kernel_expect_end(&kernel);
}

static void
nothing_is_left_when_a_signal_ends_the_kernel_before_its_tasks(void **state)
{
	struct kernel kernel;
	struct bell bell;
	pid_t task;

	(void)state;
	bell_make(&bell);
	kernel_start(&kernel, options);
	task = task_start(have_much_and_wait, &bell);
	bell_wait(&bell, 1);
	assert_int_equal(kill(kernel.pid, SIGTERM), 0);
	kernel_expect_end(&kernel);
	task_expect_success(task);
	bell_free(&bell);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(nothing_is_left_by_a_task_that_ends),
	    PROCESS_TEST(
	        nothing_is_left_when_a_signal_ends_the_kernel_before_its_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
