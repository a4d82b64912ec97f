/* What Linux says of processes: this one, and children. */
#include "platform.h"

#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "inside.h"
#include "kern_platform.h"
#include "task.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int
setup(void **state)
{
	(void)state;
	inside_init();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	inside_deinit();
	return 0;
}

/* A process on its own, without what the kernel knows of it besides. */
static void
process_init(struct process *process, pid_t pid)
{
	*process = (struct process){
	    .kern.pid = pid,
	    .pidfd = (int)syscall(SYS_pidfd_open, pid, 0),
	};
	assert_true(process->pidfd >= 0);
}

static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static void
end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

TEST(a_process_uses_memory_and_threads)
{
	struct process self;
	struct kern_usage usage;

	process_init(&self, getpid());
	assert_true(kern_platform->usage(&self.kern, &usage));
	assert_true(usage.virtual_bytes > usage.resident_bytes);
	assert_true(usage.resident_bytes > 0);
	assert_true(usage.resident_bytes_most > 0);
	assert_true(usage.faults > 0);
	assert_int_equal(usage.threads, 1);
	(void)close(self.pidfd);
}

TEST(a_signal_stops_continues_and_kills)
{
	struct process child;
	int status;

	process_init(&child, sleeper());
	assert_true(kern_platform->signal(&child.kern, KERN_SIGNAL_STOP));
	assert_int_equal(
	    waitpid(child.kern.pid, &status, WUNTRACED), child.kern.pid);
	assert_true(WIFSTOPPED(status));
	assert_true(kern_platform->signal(&child.kern, KERN_SIGNAL_CONTINUE));
	assert_int_equal(
	    waitpid(child.kern.pid, &status, WCONTINUED), child.kern.pid);
	assert_true(WIFCONTINUED(status));
	assert_true(kern_platform->signal(&child.kern, KERN_SIGNAL_KILL));
	assert_int_equal(waitpid(child.kern.pid, &status, 0), child.kern.pid);
	assert_true(WIFSIGNALED(status));
	assert_false(kern_platform->signal(&child.kern, KERN_SIGNAL_KILL));
	(void)close(child.pidfd);
}

TEST(of_a_process_that_has_ended_nothing_is_told)
{
	struct process child;
	struct kern_usage usage;

	process_init(&child, sleeper());
	end(child.kern.pid);
	assert_false(kern_platform->usage(&child.kern, &usage));
	assert_false(kern_platform->is_owned_by(&child.kern, geteuid()));
	(void)close(child.pidfd);
}

TEST(a_process_is_its_users)
{
	struct process self;

	process_init(&self, getpid());
	assert_true(kern_platform->is_owned_by(&self.kern, geteuid()));
	assert_false(kern_platform->is_owned_by(&self.kern, 12345));
	(void)close(self.pidfd);
}

#define SOMEBODY 1000

/* A process of SOMEBODY's that may be dumped, with the capabilities @kept. */
static pid_t
sleeper_with(uint32_t kept, int *ready_out)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
	    {.permitted = kept}};
	int ends[2];
	char told;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(ends[0]);
		if (prctl(PR_SET_KEEPCAPS, 1) == 0 && setgid(SOMEBODY) == 0 &&
		    setuid(SOMEBODY) == 0 &&
		    syscall(SYS_capset, &header, sets) == 0 &&
		    prctl(PR_SET_DUMPABLE, 1) == 0 &&
		    write(ends[1], "", 1) == 1)
			(void)pause();
		_exit(1);
	}
	(void)close(ends[1]);
	*ready_out = read(ends[0], &told, 1) == 1;
	(void)close(ends[0]);
	return pid;
}

/* As ptrace() has it: who reaches into it would have them, too. */
TEST(a_process_with_capabilities_is_not_its_users)
{
	static const uint32_t kept[] = {
	    0, 1u << CAP_SYS_ADMIN, 1u << CAP_CHOWN};
	struct process child;
	int ready;

	if (geteuid() != 0) {
		print_message("only root can give capabilities: not tested\n");
		return;
	}
	for (unsigned i = 0; i < 3; i++) {
		process_init(&child, sleeper_with(kept[i], &ready));
		assert_true(ready);
		assert_int_equal(
		    kern_platform->is_owned_by(&child.kern, SOMEBODY),
		    kept[i] == 0);
		end(child.kern.pid);
		(void)close(child.pidfd);
	}
}

/* The task of this process is not that of whoever has its pid. */
TEST(a_pid_that_is_used_again_is_not_the_task)
{
	struct conn *conn;
	int end_fd = inside_connect(&conn);
	struct process *process;
	pid_t child = sleeper();
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	assert_true(inside_hello(conn));
	process = process_find(&inside_server.processes, getpid());
	assert_ptr_equal(
	    kern_platform->task_of_pid(getpid()), process->task->kern);
	assert_null(kern_platform->task_of_pid(child));
	/* As if this process had ended, and its pid were somebody else's. */
	assert_int_equal(dup2(pidfd, process->pidfd), process->pidfd);
	end(child);
	assert_null(kern_platform->task_of_pid(getpid()));
	(void)close(pidfd);
	inside_end_task();
	(void)close(end_fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_process_uses_memory_and_threads),
	    CASE(a_signal_stops_continues_and_kills),
	    CASE(of_a_process_that_has_ended_nothing_is_told),
	    CASE(a_process_is_its_users),
	    CASE(a_process_with_capabilities_is_not_its_users),
	    CASE(a_pid_that_is_used_again_is_not_the_task),
	};

	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
