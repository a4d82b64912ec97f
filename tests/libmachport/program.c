/* Programs of tests. */
#include "program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
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
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel_find.h"

_Noreturn void
program_fail(const char *what, const char *file, int line)
{
	(void)dprintf(
	    STDERR_FILENO, "%s:%d: %s (errno %d)\n", file, line, what, errno);
	_exit(1);
}

void
program_check_equal(long long value, long long expected, const char *what,
    const char *file, int line)
{
	if (value == expected)
		return;
	(void)dprintf(STDERR_FILENO, "%s:%d: %s is %#llx, not %#llx\n", file,
	    line, what, value, expected);
	_exit(1);
}

/* Read @file to its end, for no longer than a test may take. False: it did not
 * end. */
static bool
read_to_end(int file, char *text, size_t room)
{
	struct pollfd event = {.fd = file, .events = POLLIN};
	size_t length = 0;
	ssize_t got;

	do {
		if (poll(&event, 1, PROGRAM_SECONDS * 1000) <= 0)
			return false;
		got = read(file, text + length, room - 1 - length);
		if (got > 0)
			length += (size_t)got;
		text[length] = '\0';
	} while (got > 0 && length < room - 1);
	return got == 0;
}

/* What goes wrong is to end it, as it would a program: not cmocka's handlers. */
static void
forget_handlers(void)
{
	static const int signals[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)signal(signals[i], SIG_DFL);
}

static void
become_process(void (*body)(void), int errors)
{
	forget_handlers();
	(void)alarm(PROGRAM_SECONDS);
	(void)unsetenv("MACHPORT_SOCKET");
	(void)unsetenv("MACHPORT_MACH3");
	(void)unsetenv("XDG_RUNTIME_DIR");
	kernel_system_socket = "/nowhere/socket";
	if (dup2(errors, STDERR_FILENO) < 0)
		_exit(2);
	(void)close(errors);
	body();
	_exit(0);
}

/* Run @body; what was said on stderr goes to @text. */
static void
run(void (*body)(void), char *text, size_t room)
{
	bool ended;
	int status;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become_process(body, ends[1]);
	(void)close(ends[1]);
	ended = read_to_end(ends[0], text, room);
	(void)close(ends[0]);
	if (!ended)
		(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!ended)
		fail_msg("something is left behind: %s", text);
	if (status != 0)
		fail_msg("status %#x: %s", (unsigned)status, text);
}

void
program_run(void (*body)(void))
{
	char text[4096];

	run(body, text, sizeof(text));
	if (text[0] != '\0')
		fail_msg("it said: %s", text);
}

void
program_run_saying(void (*body)(void), const char *text)
{
	char said[4096];

	run(body, said, sizeof(said));
	if (!strstr(said, text))
		fail_msg("it said: %s", said);
}

pid_t
program_fork(void (*body)(void))
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	(void)alarm(PROGRAM_SECONDS);
	body();
	_exit(0);
}

void
program_join(pid_t pid)
{
	int status;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

void
program_ring(int ends[2])
{
	CHECK_EQ(write(ends[1], "", 1), 1);
}

void
program_await(int ends[2])
{
	char byte;

	CHECK_EQ(read(ends[0], &byte, 1), 1);
}

/* The child that becomes the kernel. */
static void
run_kernel(int listener)
{
	const char *path = getenv("MACHPORT_KERNEL");

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!path || dup2(listener, 3) != 3)
		_exit(126);
	(void)fcntl(3, F_SETFD, 0);
	(void)execl(path, "machportd", "--listen-fd=3", (char *)NULL);
	_exit(127);
}

pid_t
program_start_kernel(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	char text[sizeof(name.sun_path) + 1];
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int length = snprintf(
	    name.sun_path + 1, sizeof(name.sun_path) - 1, "test/%d", getpid());
	pid_t pid;

	CHECK(listener >= 0);
	CHECK_EQ(bind(listener, (struct sockaddr *)&name,
	             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	                 (size_t)length)),
	    0);
	CHECK_EQ(listen(listener, SOMAXCONN), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		run_kernel(listener);
	(void)close(listener);
	(void)snprintf(text, sizeof(text), "@%s", name.sun_path + 1);
	CHECK_EQ(setenv("MACHPORT_SOCKET", text, 1), 0);
	return pid;
}

void
program_kill_kernel(pid_t kernel)
{
	int status;

	CHECK_EQ(kill(kernel, SIGKILL), 0);
	CHECK_EQ(waitpid(kernel, &status, 0), kernel);
}

unsigned
program_count_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	CHECK(directory != NULL);
	while (readdir(directory))
		count++;
	(void)closedir(directory);
	return count - 3; /* ".", ".." and the directory itself */
}

long long
program_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void
program_await_call(pid_t tid, long number)
{
	char path[64];
	char text[32];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/syscall", (int)tid);
	for (;;) {
		long call = -1;

		file = fopen(path, "re");
		CHECK(file != NULL);
		/* "running", or the number of the call first. */
		if (fgets(text, sizeof(text), file) && text[0] != 'r')
			call = strtol(text, NULL, 10);
		(void)fclose(file);
		if (call == number)
			return;
		(void)sched_yield();
	}
}
