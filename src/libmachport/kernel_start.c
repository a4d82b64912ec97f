/*
 * Starting a private kernel.
 *
 * The socket comes first: this process makes it, connects to it, and gives it
 * to the new kernel, so that there is nothing to wait for and nothing to try
 * again.
 *
 * Two processes are made:
 *
 *	this process -> helper, which ends at once -> the kernel
 *
 * The helper's end makes the kernel nobody's child. The helper itself has no
 * exit signal: it raises no SIGCHLD, and only a wait with __WCLONE, ours, sees
 * it. That is why neither fork() nor posix_spawn() will do.
 */
#include "kernel_start.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel_find.h"

#define KERNEL_VARIABLE "MACHPORT_KERNEL"
/* Where the new kernel finds its socket. */
#define KERNEL_LISTENER 3
#define KERNEL_LISTENER_OPTION "--listen-fd=3"

/* What the processes share. */
struct start {
	const char *path;
	int listener;
	int error; /* why not; a positive errno */
};

/*
 * A copy of this process, which goes on before this one does, until it has
 * become another program or ended. Its number, and 0 in it.
 *
 * It is made behind the back of glibc, which may be in any state in it. So it
 * makes only system calls, by their numbers.
 */
static long
copy_process(void)
{
	return syscall(SYS_clone, CLONE_VFORK, NULL, NULL, NULL, NULL);
}

/* All signals as a new program expects them. */
static void
reset_signals(void)
{
	/* Linux's own structures: all zero is SIG_DFL, and no signal. */
	static const char zero[64];

	for (int i = 1; i < NSIG; i++)
		(void)syscall(SYS_rt_sigaction, i, zero, NULL, NSIG / 8);
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, zero, NULL, NSIG / 8);
}

/* @descriptor again, out of the way of the four below: any of those may be
 * free, or be it. */
static long
duplicate_high(long descriptor)
{
	return syscall(
	    SYS_fcntl, descriptor, F_DUPFD_CLOEXEC, KERNEL_LISTENER + 1);
}

/* 0 and 1 are nothing, 2 is stderr (or nothing), 3 the listener. */
static bool
reset_files(int listener)
{
	bool has_stderr = syscall(SYS_fcntl, STDERR_FILENO, F_GETFD) >= 0;
	long kept = duplicate_high(listener);
	long nothing =
	    duplicate_high(syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR));

	if (kept < 0 || nothing < 0)
		return false;
	if (syscall(SYS_dup3, nothing, STDIN_FILENO, 0) < 0 ||
	    syscall(SYS_dup3, nothing, STDOUT_FILENO, 0) < 0 ||
	    (!has_stderr && syscall(SYS_dup3, nothing, STDERR_FILENO, 0) < 0) ||
	    syscall(SYS_dup3, kept, KERNEL_LISTENER, 0) < 0)
		return false;
	return syscall(SYS_close_range, KERNEL_LISTENER + 1, ~0u, 0) == 0;
}

/* Become the kernel. Returns only if that fails. */
static void
become_kernel(struct start *start)
{
	static const char *const arguments[] = {
	    "machportd", "--private", KERNEL_LISTENER_OPTION, NULL};

	reset_signals();
	if (reset_files(start->listener)) {
		/* Hold no file system busy; but a relative path counts from
		 * here. */
		if (start->path[0] == '/')
			(void)syscall(SYS_chdir, "/");
		(void)syscall(SYS_execve, start->path, arguments, environ);
	}
	start->error = errno;
}

/* In the helper. */
static void
make_kernel(struct start *start)
{
	long kernel;

	(void)syscall(SYS_setsid);
	kernel = copy_process();
	if (kernel == 0)
		become_kernel(start);
	else if (kernel < 0)
		start->error = errno;
	(void)syscall(SYS_exit_group, 0);
}

/* Run the program at @path with @listener. 0, or a negative errno. All signals
 * are blocked. */
static int
spawn(const char *path, int listener)
{
	struct start *start = mmap(NULL, sizeof(*start), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long helper;
	int error;

	if (start == MAP_FAILED)
		return -ENOMEM;
	start->path = path;
	start->listener = listener;
	helper = copy_process();
	if (helper == 0)
		make_kernel(start);
	if (helper < 0)
		start->error = errno;
	else
		/* No signal can interrupt it. */
		(void)waitpid((pid_t)helper, NULL, (int)__WCLONE);
	error = start->error;
	(void)munmap(start, sizeof(*start));
	return -error;
}

/* Bind to @address, which becomes what Linux chose if it has no name. */
static int
bind_address(int listener, struct packet_address *address)
{
	struct sockaddr *name = (struct sockaddr *)&address->name;

	if (bind(listener, name, address->length) != 0)
		return -errno;
	address->length = sizeof(address->name);
	return getsockname(listener, name, &address->length) == 0 ? 0 : -errno;
}

/* A listening socket for a private kernel. */
static int
listen_private(struct packet_address *address_out)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int error;

	if (listener < 0)
		return -errno;
	kernel_private_address(getpid(), address_out);
	error = bind_address(listener, address_out);
	if (error == -EADDRINUSE) {
		/* Somebody else took our name. Under another, descendants made
		 * by exec() will not find the kernel, but all else works. */
		address_out->length = sizeof(address_out->name.sun_family);
		error = bind_address(listener, address_out);
	}
	if (error == 0 && listen(listener, SOMAXCONN) != 0)
		error = -errno;
	if (error == 0)
		return listener;
	(void)close(listener);
	return error;
}

int
kernel_start(struct packet_address *address_out)
{
	const char *path = secure_getenv(KERNEL_VARIABLE);
	int listener = listen_private(address_out);
	int connection;
	int error;

	if (!path || path[0] == '\0')
		path = MACHPORT_KERNEL_PATH;
	if (listener < 0) {
		kernel_complain("cannot make a socket for a private kernel", "",
		    -listener, "run under `machport run`");
		return listener;
	}
	connection = packet_connect(address_out);
	error = connection < 0 ? connection : spawn(path, listener);
	(void)close(listener);
	if (error == 0)
		return connection;
	kernel_complain("cannot start ", path, -error,
	    "set " KERNEL_VARIABLE " or run under `machport run`");
	if (connection >= 0)
		(void)close(connection);
	return error;
}
