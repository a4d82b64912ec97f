/* Tasks by their pid: a parent, its child, and children that are somebody else. */
#include <mach/mach_traps.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach_port.h>
#include <mach/task.h>

#include "program.h"

#define OTHER_USER 12345

static int ready[2]; /* a child is a task */

/* Be a task until killed. */
static void
linger(void)
{
	CHECK_EQ(mach_init(), 0);
	CHECK_EQ(write(ready[1], "", 1), 1);
	(void)pause();
}

static pid_t
start(void (*body)(void))
{
	pid_t pid;
	char byte;

	if (ready[0] == 0)
		CHECK_EQ(pipe(ready), 0);
	pid = program_fork(body);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	return pid;
}

static void
end(pid_t pid)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

static void
find_child(void)
{
	pid_t kernel = program_start_kernel();
	pid_t child = start(linger);
	mach_port_t task;
	mach_port_t name;
	mach_port_type_t type;
	int pid;

	CHECK_EQ(task_for_pid(mach_task_self(), child, &task), KERN_SUCCESS);
	CHECK(task != mach_task_self());
	CHECK_EQ(pid_for_task(task, &pid), KERN_SUCCESS);
	CHECK_EQ(pid, child);
	/* It is the task: what it has is seen. */
	CHECK_EQ(mach_port_type(task, 0x103, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND);

	CHECK_EQ(
	    task_name_for_pid(mach_task_self(), child, &name), KERN_SUCCESS);
	CHECK(name != task);
	CHECK_EQ(pid_for_task(name, &pid), KERN_SUCCESS);
	CHECK_EQ(pid, child);
	CHECK_EQ(mach_port_type(name, 0x103, &type), KERN_INVALID_TASK);
	end(child);
	program_kill_kernel(kernel);
}

static void
a_childs_pid_leads_to_its_task(void **state)
{
	(void)state;
	program_run(find_child);
}

static void
find_self(void)
{
	mach_port_t task;
	int pid;

	CHECK_EQ(task_for_pid(mach_task_self(), getpid(), &task), KERN_SUCCESS);
	CHECK_EQ(task, mach_task_self());
	CHECK_EQ(pid_for_task(mach_task_self(), &pid), KERN_SUCCESS);
	CHECK_EQ(pid, getpid());
}

static void
ones_own_pid_leads_to_ones_own_task(void **state)
{
	(void)state;
	program_run(find_self);
}

static void
find_none(void)
{
	mach_port_t task = 7;
	int pid = 7;

	CHECK_EQ(task_for_pid(mach_task_self(), 1, &task), KERN_FAILURE);
	CHECK_EQ(task, MACH_PORT_NULL);
	CHECK_EQ(task_for_pid(mach_task_self(), -1, &task), KERN_FAILURE);
	CHECK_EQ(task_for_pid(MACH_PORT_NULL, getpid(), &task), KERN_FAILURE);
	CHECK_EQ(task_name_for_pid(mach_task_self(), 1, &task), KERN_FAILURE);
	CHECK_EQ(pid_for_task(mach_host_self(), &pid), KERN_FAILURE);
	CHECK_EQ(pid, -1);
}

static void
a_process_that_is_no_task_has_no_port(void **state)
{
	(void)state;
	program_run(find_none);
}

/* Becomes another user, if that is possible, before it is a task. */
static void
become_other(void)
{
	if (geteuid() != 0)
		return;
	CHECK_EQ(setgid(OTHER_USER), 0);
	CHECK_EQ(setuid(OTHER_USER), 0);
}

/* Linux does not let it be dumped after that. */
static void
linger_as_other(void)
{
	become_other();
	CHECK_EQ(prctl(PR_SET_DUMPABLE, 0), 0);
	linger();
}

static void
linger_as_other_dumpable(void)
{
	become_other();
	CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
	linger();
}

static pid_t wanted;
static kern_return_t expected;

static void
look_as_other(void)
{
	mach_port_t task;

	become_other();
	CHECK_EQ(task_for_pid(mach_task_self(), wanted, &task), expected);
	CHECK_EQ(task_name_for_pid(mach_task_self(), wanted, &task),
	    geteuid() == OTHER_USER ? expected : KERN_SUCCESS);
}

static void
expect_of_other(pid_t pid, kern_return_t code)
{
	wanted = pid;
	expected = code;
	program_join(program_fork(look_as_other));
}

static void
look_at_dumpable(void)
{
	pid_t kernel = program_start_kernel();
	pid_t child = start(linger_as_other_dumpable);

	expect_of_other(child, KERN_SUCCESS);
	end(child);
	program_kill_kernel(kernel);
}

static void
a_user_finds_his_own_task(void **state)
{
	(void)state;
	program_run(look_at_dumpable);
}

static void
look_at_undumpable(void)
{
	pid_t kernel = program_start_kernel();
	pid_t child = start(linger_as_other);
	mach_port_t task;

	/* For root, there is none that may not be had. */
	expect_of_other(child, geteuid() == 0 ? KERN_FAILURE : expected);
	CHECK_EQ(task_for_pid(mach_task_self(), child, &task),
	    geteuid() == 0 ? KERN_SUCCESS : KERN_FAILURE);
	end(child);
	program_kill_kernel(kernel);
}

static void
a_process_that_may_not_be_dumped_is_roots_alone(void **state)
{
	(void)state;
	expected = KERN_FAILURE;
	program_run(look_at_undumpable);
}

static void
look_at_root(void)
{
	pid_t kernel = program_start_kernel();
	pid_t child = start(linger);

	expect_of_other(child, geteuid() == 0 ? KERN_FAILURE : KERN_SUCCESS);
	end(child);
	program_kill_kernel(kernel);
}

static void
a_user_does_not_find_another_users_task(void **state)
{
	(void)state;
	program_run(look_at_root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_childs_pid_leads_to_its_task),
	    cmocka_unit_test(ones_own_pid_leads_to_ones_own_task),
	    cmocka_unit_test(a_process_that_is_no_task_has_no_port),
	    cmocka_unit_test(a_user_finds_his_own_task),
	    cmocka_unit_test(a_process_that_may_not_be_dumped_is_roots_alone),
	    cmocka_unit_test(a_user_does_not_find_another_users_task),
	};

	return cmocka_run_group_tests_name("task_for_pid", tests, NULL, NULL);
}
