/*
 * Starting a private kernel.
 *
 * The socket comes first: this process makes it, connects to it, and gives it
 * to the new kernel, so that there is nothing to wait for and nothing to try
 * again.
 *
 * Two processes are made, each sharing this one's memory until it is done with
 * it (CLONE_VM | CLONE_VFORK, as posix_spawn() does), so that the size of the
 * program does not matter:
 *
 *	this process -> helper, which ends at once -> the kernel
 *
 * The helper's end makes the kernel nobody's child. The helper itself has no
 * exit signal: it raises no SIGCHLD, and only a wait with __WCLONE, ours, sees
 * it.
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

#define STACK_BYTES (64 * 1024)

/* What the processes share. */
struct start {
	const char *path;
	int listener;
	int error; /* why not; a positive errno */
	unsigned char *kernel_stack_top;
};

/*
 * What the two do is system calls, by their numbers: the memory is that of the
 * program, and so is all that glibc or a sanitizer would note of a call in it.
 */

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

/* @descriptor again, out of the way of the four below: any of those may be free,
 * or be it. */
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

/* The process that becomes the kernel. */
static int
run_kernel(void *argument)
{
	struct start *start = argument;
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
	return 0;
}

/* The process between. */
static int
run_helper(void *argument)
{
	struct start *start = argument;

	(void)syscall(SYS_setsid);
	if (clone(run_kernel, start->kernel_stack_top, CLONE_VM | CLONE_VFORK,
	        start) < 0)
		start->error = errno;
	return 0;
}

/* Run the program at @path with @listener. 0, or a negative errno. All signals
 * are blocked: our handlers must not run in what shares our memory. */
static int
spawn(const char *path, int listener)
{
	struct start start = {.path = path, .listener = listener};
	int saved_errno = errno;
	unsigned char *stacks =
	    mmap(NULL, 2 * STACK_BYTES, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	pid_t helper;

	if (stacks == MAP_FAILED)
		return -ENOMEM;
	start.kernel_stack_top = stacks + 2 * STACK_BYTES;
	helper = clone(
	    run_helper, stacks + STACK_BYTES, CLONE_VM | CLONE_VFORK, &start);
	if (helper < 0)
		start.error = errno;
	else
		/* No signal can interrupt it. */
		(void)waitpid(helper, NULL, (int)__WCLONE);
	(void)munmap(stacks, 2 * STACK_BYTES);
	errno = saved_errno;
	return -start.error;
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
