/* Tests, kernels, tasks and bells; commands are in command.c. */
#include "harness.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned files_at_begin;
static unsigned kernel_count;

/* Children that nobody has waited for; 0: a free place. */
static pid_t children[256];

static unsigned limit_seconds = TEST_SECONDS;
static bool in_task; /* this process is one that the test started */

#define CHILD_LIMIT (sizeof(children) / sizeof(children[0]))

/* How many files in @directory have @part in their name? */
static unsigned
count_files(const char *directory, const char *part)
{
	DIR *files = opendir(directory);
	unsigned count = 0;

	CHECK(files);
	for (struct dirent *file; (file = readdir(files)) != NULL;)
		count += file->d_name[0] != '.' && strstr(file->d_name, part);
	closedir(files);
	return count;
}

uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void
process_limit(unsigned seconds)
{
	limit_seconds = seconds;
	alarm(seconds);
}

/* A test takes too long: its processes go with it, if it was started in a group of its own, as
 * by meson. Those of a test that hangs would hang for ever. */
static void
end_late(int number)
{
	static const char text[] = "\n# the test took too long\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	if (getpgrp() == getpid())
		(void)kill(0, SIGKILL);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

int
process_test_begin(void **state)
{
	(void)state;
	(void)signal(SIGALRM, end_late);
	alarm(limit_seconds);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	unsetenv("MACHPORT_SOCKET");
	files_at_begin = count_files("/proc/self/fd", "");
	return 0;
}

/* Put @replacement where @child is. */
static void
child_replace(pid_t child, pid_t replacement)
{
	unsigned i = 0;

	while (children[i] != child)
		CHECK(++i < CHILD_LIMIT);
	children[i] = replacement;
}

void
child_began(pid_t child)
{
	CHECK(child > 0);
	child_replace(0, child);
}

int
child_wait(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	child_replace(child, 0);
	return status;
}

/* What a case that failed did not get to wait for. */
static int
end_children(void)
{
	int count = 0;

	for (unsigned i = 0; i < CHILD_LIMIT; i++)
		if (children[i] != 0) {
			print_error("nobody waited for %d\n", children[i]);
			kill(children[i], SIGKILL);
			child_wait(children[i]);
			count++;
		}
	return count;
}

int
process_test_end(void **state)
{
	int failures = end_children();
	int status;
	pid_t pid;

	(void)state;
	/* Orphans end by themselves, and well. */
	while ((pid = waitpid(-1, &status, 0)) > 0)
		if (status != 0) {
			print_error("%d was left, and ended with %#x\n", pid,
			    (unsigned)status);
			failures++;
		}
	if (count_files("/proc/self/fd", "") != files_at_begin) {
		print_error("a file was left open\n");
		failures++;
	}
	if (count_files("/dev/shm", "mach") != 0) {
		print_error("shared memory was left\n");
		failures++;
	}
	alarm(0);
	return failures;
}

/* In a child: die with the test, and in time. */
static void
be_a_child_of(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	alarm(limit_seconds);
	in_task = true;
	memset(children, 0, sizeof(children));
}

bool
socket_exists(const char *name)
{
	FILE *table = fopen("/proc/net/unix", "re");
	char line[512];
	bool found = false;

	CHECK(table);
	while (!found && fgets(line, sizeof(line), table)) {
		const char *path = strpbrk(line, "@/");

		line[strcspn(line, "\n")] = '\0';
		found = path && strcmp(path, name) == 0;
	}
	fclose(table);
	return found;
}

/* A listening socket at kernel->socket, which is chosen here. */
static int
kernel_listen(struct kernel *kernel)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct sockaddr *any = (const struct sockaddr *)&address;
	size_t bytes;
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	bytes = (size_t)snprintf(kernel->socket, sizeof(kernel->socket),
	    "@machport/test/%d/%u", getpid(), kernel_count++);
	CHECK(listener >= 0);
	memcpy(address.sun_path + 1, kernel->socket + 1, bytes - 1);
	bytes += offsetof(struct sockaddr_un, sun_path);
	CHECK(bind(listener, any, (socklen_t)bytes) == 0);
	CHECK(listen(listener, SOMAXCONN) == 0);
	return listener;
}

static _Noreturn void
kernel_become(int listener, bool is_private, const char *const *options)
{
	const char *path = getenv("MACHPORT_KERNEL");
	const char *arguments[16] = {"machportd", "--listen-fd=3"};
	unsigned count = 2;

	if (is_private)
		arguments[count++] = "--private";
	for (; options && *options; options++)
		arguments[count++] = *options;
	if (listener == 3)
		listener = dup(listener);
	dup2(listener, 3);
	if (path)
		execv(path, (char *const *)(uintptr_t)arguments);
	perror("MACHPORT_KERNEL");
	_exit(EXIT_FAILURE);
}

static void
start_kernel(
    struct kernel *kernel_out, bool is_private, const char *const *options)
{
	pid_t test = getpid();
	int listener;

	memset(kernel_out, 0, sizeof(*kernel_out));
	listener = kernel_listen(kernel_out);

	kernel_out->pid = fork();
	if (kernel_out->pid == 0) {
		be_a_child_of(test);
		kernel_become(listener, is_private, options);
	}
	child_began(kernel_out->pid);
	close(listener);
	setenv("MACHPORT_SOCKET", kernel_out->socket, 1);
}

void
kernel_start(struct kernel *kernel_out, const char *const *options)
{
	start_kernel(kernel_out, true, options);
}

void
kernel_start_for_all(struct kernel *kernel_out, const char *const *options)
{
	start_kernel(kernel_out, false, options);
}

void
kernel_end(const struct kernel *kernel)
{
	CHECK(kill(kernel->pid, SIGTERM) == 0);
	kernel_expect_end(kernel);
}

void
kernel_expect_end(const struct kernel *kernel)
{
	CHECK(child_wait(kernel->pid) == 0);
	CHECK(!socket_exists(kernel->socket));
}

void
kernel_kill(const struct kernel *kernel)
{
	task_kill(kernel->pid);
}

unsigned
kernel_count_files(const struct kernel *kernel)
{
	char directory[32];

	snprintf(directory, sizeof(directory), "/proc/%d/fd", kernel->pid);
	return count_files(directory, "");
}

pid_t
task_start(task_body *body, void *argument)
{
	pid_t parent = getpid();
	pid_t task = fork();

	if (task == 0) {
		be_a_child_of(parent);
		body(argument);
		_exit(EXIT_SUCCESS);
	}
	child_began(task);
	return task;
}

void
task_expect_success(pid_t task)
{
	CHECK(child_wait(task) == 0);
}

void
task_kill(pid_t task)
{
	int status;

	CHECK(kill(task, SIGKILL) == 0);
	status = child_wait(task);
	CHECK(WIFSIGNALED(status));
	CHECK(WTERMSIG(status) == SIGKILL);
}

void
task_run(task_body *body, void *argument)
{
	task_expect_success(task_start(body, argument));
}

void
task_fail(const char *file, int line, const char *what)
{
	if (!in_task)
		fail_msg("%s:%d: %s", file, line, what);
	fprintf(stderr, "%s:%d: task %d: %s\n", file, line, getpid(), what);
	_exit(EXIT_FAILURE);
}

void
task_check_return(
    const char *file, int line, const char *call, int code, int expected)
{
	if (code != expected) {
		fprintf(stderr, "%s:%d: task %d: %s returned %#x, not %#x\n",
		    file, line, getpid(), call, (unsigned)code,
		    (unsigned)expected);
		_exit(EXIT_FAILURE);
	}
}

void
bell_make(struct bell *bell_out)
{
	CHECK(pipe(bell_out->ends) == 0);
}

void
bell_free(struct bell *bell)
{
	close(bell->ends[0]);
	close(bell->ends[1]);
}

void
bell_ring(const struct bell *bell)
{
	CHECK(write(bell->ends[1], "!", 1) == 1);
}

void
bell_wait(const struct bell *bell, unsigned rings)
{
	char ring;

	/* The test's own alarm ends this if the task has died. */
	while (rings-- > 0)
		CHECK(read(bell->ends[0], &ring, 1) == 1);
}
