/* What a kernel in its sandbox can still do. Not under a sanitizer, which has
 * no sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper_target.h"
#include "kernel.h"
#include "notify.h"
#include "sandbox.h"

static void
signal_others(void *ignored)
{
	pid_t parent = getppid();

	(void)ignored;
	assert_int_equal(syscall(SYS_tgkill, parent, parent, 0), 0);
	assert_int_equal(sandbox_enter(), 0);
	errno = 0;
	assert_int_equal(syscall(SYS_tgkill, parent, parent, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(syscall(SYS_tgkill, getpid(), gettid(), 0), 0);
}

TEST(it_signals_nobody_but_itself)
{
	assert_int_equal(in_child(signal_others, NULL), 0);
}

static int
signal_child(pid_t child, int signal)
{
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	int error;

	assert_true(pidfd >= 0);
	errno = 0;
	(void)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
	error = errno;
	(void)close(pidfd);
	return error;
}

static void
signal_a_child(void *ignored)
{
	pid_t child = fork();

	(void)ignored;
	if (child == 0) {
		(void)pause();
		_exit(0);
	}
	assert_int_equal(sandbox_enter(), 0);
	assert_int_equal(signal_child(child, SIGTERM), EPERM);
	assert_int_equal(signal_child(child, SIGSTOP), 0);
	assert_int_equal(signal_child(child, SIGCONT), 0);
	assert_int_equal(signal_child(child, SIGKILL), 0);
}

TEST(it_stops_continues_and_kills_and_that_is_all)
{
	assert_int_equal(in_child(signal_a_child, NULL), 0);
}

static unsigned long long
effective_capabilities(void)
{
	unsigned long long effective = 0;
	char line[256];
	FILE *status = fopen("/proc/self/status", "re");

	assert_non_null(status);
	while (fgets(line, sizeof(line), status))
		if (strncmp(line, "CapEff:", 7) == 0)
			effective = strtoull(line + 7, NULL, 16);
	(void)fclose(status);
	return effective;
}

static void
drop_capabilities(void *ignored)
{
	const uint32_t kept = (1u << CAP_SYS_RESOURCE) |
	    (1u << CAP_SYS_PTRACE) | (1u << CAP_KILL);
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct before[2];

	(void)ignored;
	assert_int_equal(syscall(SYS_capget, &header, before), 0);
	assert_int_equal(sandbox_enter(), 0);
	assert_true(effective_capabilities() == (before[0].effective & kept));
}

TEST(it_has_no_capability_that_it_does_not_need)
{
	assert_int_equal(in_child(drop_capabilities, NULL), 0);
}

/* Files of processes, and nothing that is done to them otherwise. */
static void
be_helper(void *ignored)
{
	const unsigned long long kept =
	    (1ull << CAP_SYS_PTRACE) | (1ull << CAP_DAC_OVERRIDE);
	const unsigned long long before = effective_capabilities();
	int memory;

	(void)ignored;
	assert_int_equal(sandbox_enter_helper(), 0);
	assert_true(effective_capabilities() == (before & kept));
	memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	/* It may not be dumped: only root can open that. */
	assert_true(memory >= 0 || geteuid() != 0);
	/* Refused by the file, which has no such call, and not before. */
	assert_int_equal(ioctl(STDIN_FILENO, HELPER_TARGET_REQUEST, NULL), -1);
	assert_int_not_equal(errno, EPERM);
	assert_int_equal(ioctl(STDIN_FILENO, FIONREAD, NULL), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(open("/tmp/no-such-file", O_CREAT | O_RDWR, 0600), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(open("/tmp", O_TMPFILE | O_RDWR, 0600), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(socket(AF_UNIX, SOCK_STREAM, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(kill(getppid(), 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(fork(), -1);
	assert_int_equal(errno, EPERM);
}

TEST(the_helper_opens_files_and_that_is_all)
{
	assert_int_equal(in_child(be_helper, NULL), 0);
}

/* An abstract socket as systemd has it, of a name that Linux chooses. */
static int
notify_socket(char name[32])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)),
	    0);
	assert_int_equal(
	    getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
	(void)snprintf(name, 32, "@%.*s",
	    (int)(bytes - sizeof(sa_family_t) - 1), address.sun_path + 1);
	return fd;
}

static void
be_ready(void *ignored)
{
	int fd = notify_open();

	(void)ignored;
	assert_true(fd >= 0);
	assert_int_equal(sandbox_enter(), 0);
	notify_ready(fd);
}

TEST(it_says_that_it_is_ready_when_it_is)
{
	char name[32];
	char text[32] = "";
	int fd = notify_socket(name);

	(void)setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(in_child(be_ready, NULL), 0);
	assert_int_equal(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT), 7);
	assert_string_equal(text, "READY=1");
	(void)unsetenv("NOTIFY_SOCKET");
	(void)close(fd);
}

TEST(nobody_need_want_to_know)
{
	(void)unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_open(), -1);
	notify_ready(-1);
	(void)setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	assert_int_equal(notify_open(), -1);
	(void)unsetenv("NOTIFY_SOCKET");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_signals_nobody_but_itself),
	    cmocka_unit_test(it_stops_continues_and_kills_and_that_is_all),
	    cmocka_unit_test(it_has_no_capability_that_it_does_not_need),
	    cmocka_unit_test(the_helper_opens_files_and_that_is_all),
	    cmocka_unit_test(it_says_that_it_is_ready_when_it_is),
	    cmocka_unit_test(nobody_need_want_to_know),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
