/* Tasks and threads that are real: a child is suspended, looked at and killed. */
#include <mach/task.h>

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach.h>

#include "program.h"

#define OTHER_USER 12345

static int ready[2];

static void
linger(void)
{
	CHECK_EQ(mach_init(), 0);
	CHECK_EQ(write(ready[1], "", 1), 1);
	(void)pause();
}

static pid_t
start(void (*body)(void), mach_port_t *task_out)
{
	pid_t pid;
	char byte;

	if (ready[0] == 0)
		CHECK_EQ(pipe(ready), 0);
	pid = program_fork(body);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	CHECK_EQ(task_for_pid(mach_task_self(), pid, task_out), KERN_SUCCESS);
	return pid;
}

static void
end(pid_t pid)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

/* The state that /proc tells of it. */
static char
state_of(pid_t pid)
{
	char path[32];
	char state = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	CHECK(file != NULL);
	CHECK_EQ(fscanf(file, "%*d %*s %c", &state), 1);
	(void)fclose(file);
	return state;
}

static integer_t
suspend_count(mach_port_t task)
{
	mach_task_basic_info_data_t info;
	mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;

	CHECK_EQ(
	    task_info(task, MACH_TASK_BASIC_INFO, (task_info_t)&info, &count),
	    KERN_SUCCESS);
	return info.suspend_count;
}

static void
suspend(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t task;
	pid_t pid = start(linger, &task);
	int status;

	CHECK_EQ(task_suspend(task), KERN_SUCCESS);
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(state_of(pid), 'T');
	CHECK_EQ(task_suspend(task), KERN_SUCCESS);
	CHECK_EQ(suspend_count(task), 2);
	CHECK_EQ(task_resume(task), KERN_SUCCESS);
	CHECK_EQ(state_of(pid), 'T');
	CHECK_EQ(task_resume(task), KERN_SUCCESS);
	CHECK_EQ(waitpid(pid, &status, WCONTINUED), pid);
	CHECK(WIFCONTINUED(status));
	CHECK(state_of(pid) != 'T');
	CHECK_EQ(task_resume(task), KERN_FAILURE);
	CHECK_EQ(suspend_count(task), 0);
	end(pid);
	program_kill_kernel(kernel);
}
RUN(a_suspended_task_is_stopped_until_all_resume_it, suspend)

static void
stop_kernel(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t task;
	pid_t pid = start(linger, &task);
	int status;

	CHECK_EQ(task_suspend(task), KERN_SUCCESS);
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	/* Every task dies with it. */
	CHECK_EQ(kill(kernel, SIGTERM), 0);
	CHECK_EQ(waitpid(kernel, &status, 0), kernel);
	CHECK_EQ(status, 0);
	CHECK_EQ(waitpid(pid, &status, WCONTINUED), pid);
	CHECK(WIFCONTINUED(status));
	end(pid);
}
RUN(a_kernel_that_ends_leaves_nobody_stopped, stop_kernel)

static void
kill_suspended(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t task;
	pid_t pid = start(linger, &task);
	int status;

	CHECK_EQ(task_suspend(task), KERN_SUCCESS);
	CHECK_EQ(task_terminate(task), KERN_SUCCESS);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	program_kill_kernel(kernel);
}
RUN(a_suspended_task_can_be_killed, kill_suspended)

/* A dead-name notification tells of the task's end. */
static void
terminate(void)
{
	pid_t kernel = program_start_kernel();
	struct {
		mach_dead_name_notification_t notice;
		mach_msg_max_trailer_t trailer;
	} message;
	mach_port_t task;
	mach_port_t notify;
	mach_port_t previous;
	pid_t pid = start(linger, &task);
	int status;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &notify),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_request_notification(mach_task_self(), task,
	             MACH_NOTIFY_DEAD_NAME, 0, notify,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(task_terminate(task), KERN_SUCCESS);
	CHECK_EQ(mach_msg(&message.notice.not_header, MACH_RCV_MSG, 0,
	             sizeof(message), notify, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(message.notice.not_header.msgh_id, MACH_NOTIFY_DEAD_NAME);
	CHECK_EQ(message.notice.not_port, task);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_EQ(task_terminate(task), MACH_SEND_INVALID_DEST);
	program_kill_kernel(kernel);
}
RUN(a_task_that_is_terminated_leaves_a_dead_name, terminate)

static void
terminate_self(void)
{
	(void)task_terminate(mach_task_self());
	(void)pause();
}

static void
terminate_child(void)
{
	pid_t pid = program_fork(terminate_self);
	int status;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
RUN(a_task_can_terminate_itself, terminate_child)

/* It is another user's by the time that its task port is used. */
static void
become_other(void)
{
	if (geteuid() == 0)
		CHECK_EQ(setresuid(OTHER_USER, OTHER_USER, 0), 0);
	CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
	CHECK_EQ(mach_init(), 0);
	if (getuid() == OTHER_USER)
		CHECK_EQ(setresuid(0, 0, 0), 0);
	CHECK_EQ(write(ready[1], "", 1), 1);
	(void)pause();
}

static void
suspend_other(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t task;
	pid_t pid = start(become_other, &task);

	CHECK_EQ(
	    task_suspend(task), geteuid() == 0 ? KERN_FAILURE : KERN_SUCCESS);
	CHECK_EQ(
	    task_terminate(task), geteuid() == 0 ? KERN_FAILURE : KERN_SUCCESS);
	(void)kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	program_kill_kernel(kernel);
}
RUN(a_process_that_has_become_root_s_is_left_alone, suspend_other)

static void
look(void)
{
	mach_task_basic_info_data_t basic;
	task_thread_times_info_data_t times;
	audit_token_t token;
	mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;

	CHECK_EQ(task_info(mach_task_self(), MACH_TASK_BASIC_INFO,
	             (task_info_t)&basic, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, MACH_TASK_BASIC_INFO_COUNT);
	CHECK(basic.virtual_size > basic.resident_size);
	CHECK(basic.resident_size > 0);
	CHECK(basic.resident_size_max > 0);
	count = TASK_THREAD_TIMES_INFO_COUNT;
	CHECK_EQ(task_info(mach_task_self(), TASK_THREAD_TIMES_INFO,
	             (task_info_t)&times, &count),
	    KERN_SUCCESS);
	count = TASK_AUDIT_TOKEN_COUNT;
	CHECK_EQ(task_info(mach_task_self(), TASK_AUDIT_TOKEN,
	             (task_info_t)&token, &count),
	    KERN_SUCCESS);
	CHECK_EQ(token.val[5], getpid());
	CHECK_EQ(token.val[1], geteuid());
}
RUN(a_task_learns_what_it_uses, look)

static int hold[2];

static void *
wait_held(void *argument)
{
	char byte;

	(void)pthread_setname_np(pthread_self(), "held");
	CHECK_EQ(write(ready[1], "", 1), 1);
	CHECK_EQ(read(hold[0], &byte, 1), 1);
	return argument;
}

/* The thread's own id and name. */
static uint64_t
id_of(mach_port_t thread, char name[MAXTHREADNAMESIZE])
{
	thread_identifier_info_data_t identifier;
	thread_extended_info_data_t extended;
	mach_msg_type_number_t count = THREAD_IDENTIFIER_INFO_COUNT;

	CHECK_EQ(thread_info(thread, THREAD_IDENTIFIER_INFO,
	             (thread_info_t)&identifier, &count),
	    KERN_SUCCESS);
	count = THREAD_EXTENDED_INFO_COUNT;
	CHECK_EQ(thread_info(thread, THREAD_EXTENDED_INFO,
	             (thread_info_t)&extended, &count),
	    KERN_SUCCESS);
	memcpy(name, extended.pth_name, MAXTHREADNAMESIZE);
	return identifier.thread_id;
}

static void
list_threads(void)
{
	mach_port_t self = mach_thread_self();
	char name[MAXTHREADNAMESIZE];
	thread_act_array_t list;
	mach_msg_type_number_t count;
	mach_port_t other = MACH_PORT_NULL;
	bool is_self_there = false;
	pthread_t thread;
	char byte;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(hold), 0);
	CHECK_EQ(pthread_create(&thread, NULL, wait_held, NULL), 0);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	CHECK_EQ(task_threads(mach_task_self(), &list, &count), KERN_SUCCESS);
	/* These two; a sanitizer may have threads of its own. */
	CHECK(count >= 2);
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		uint64_t id = id_of(list[i], name);

		if (strcmp(name, "held") == 0)
			other = list[i];
		if (list[i] == self)
			is_self_there = id == (uint64_t)syscall(SYS_gettid);
	}
	CHECK(is_self_there);
	CHECK(other != MACH_PORT_NULL && other != self);
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)list,
	             count * sizeof(*list)),
	    KERN_SUCCESS);
	CHECK_EQ(thread_suspend(other), KERN_NOT_SUPPORTED);
	CHECK_EQ(write(hold[1], "", 1), 1);
	CHECK_EQ(pthread_join(thread, NULL), 0);
}
RUN(threads_are_found_whether_they_trapped_or_not, list_threads)

static void
look_at_thread(void)
{
	thread_basic_info_data_t basic;
	mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;

	CHECK_EQ(thread_info(mach_thread_self(), THREAD_BASIC_INFO,
	             (thread_info_t)&basic, &count),
	    KERN_SUCCESS);
	CHECK_EQ(basic.policy, POLICY_TIMESHARE);
	CHECK(basic.run_state == TH_STATE_WAITING ||
	    basic.run_state == TH_STATE_RUNNING);
	CHECK(basic.cpu_usage >= 0 && basic.cpu_usage <= TH_USAGE_SCALE);
}
RUN(a_thread_learns_what_it_is, look_at_thread)

static void
create(void)
{
	task_t child;

	CHECK_EQ(task_create(mach_task_self(), NULL, 0, 0, &child),
	    KERN_NOT_SUPPORTED);
}
RUN(tasks_are_made_by_fork, create)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_suspended_task_is_stopped_until_all_resume_it),
	    cmocka_unit_test(a_kernel_that_ends_leaves_nobody_stopped),
	    cmocka_unit_test(a_suspended_task_can_be_killed),
	    cmocka_unit_test(a_task_that_is_terminated_leaves_a_dead_name),
	    cmocka_unit_test(a_task_can_terminate_itself),
	    cmocka_unit_test(a_process_that_has_become_root_s_is_left_alone),
	    cmocka_unit_test(a_task_learns_what_it_uses),
	    cmocka_unit_test(threads_are_found_whether_they_trapped_or_not),
	    cmocka_unit_test(a_thread_learns_what_it_is),
	    cmocka_unit_test(tasks_are_made_by_fork),
	};

	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
