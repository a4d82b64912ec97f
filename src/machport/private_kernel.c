/* Make the socket, start machportd on it, become a task of it. */
#include "private_kernel.h"

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mach/mach.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define SOCKET_VARIABLE "MACHPORT_SOCKET"
#define KERNEL_VARIABLE "MACHPORT_KERNEL"

/* Where machportd finds its listening socket, and the first it shall close. */
#define LISTEN_FD 3
#define LISTEN_OPTION "--listen-fd=3"

/* As the library writes it: @, then the name in the abstract namespace. */
struct socket_name {
	char text[64];
};

static int
choose_name(struct socket_name *name_out)
{
	uint64_t random[2];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	snprintf(name_out->text, sizeof(name_out->text),
	    "@machport/run/%016" PRIx64 "%016" PRIx64, random[0], random[1]);
	return 0;
}

/* A listening socket, +1 to caller; or a negative errno. */
static int
listen_at(const struct socket_name *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t bytes = strlen(name->text);
	const struct sockaddr *any = (const struct sockaddr *)&address;
	socklen_t address_bytes;
	int listener;
	int error;

	/* sun_path begins with a 0 where the text has its @. */
	memcpy(address.sun_path + 1, name->text + 1, bytes - 1);
	address_bytes =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return -errno;
	if (bind(listener, any, address_bytes) != 0 ||
	    listen(listener, SOMAXCONN) != 0) {
		error = -errno;
		close(listener);
		return error;
	}
	return listener;
}

static const char *
kernel_path(void)
{
	const char *path = getenv(KERNEL_VARIABLE);

	return path && *path ? path : MACHPORT_KERNEL_PATH;
}

/*
 * What the kernel shall have of ours: the listening socket and stderr. Were it
 * to keep our stdout, whoever reads CMD's output would wait for the kernel.
 */
static int
describe_files(posix_spawn_file_actions_t *files, int listener)
{
	int error = posix_spawn_file_actions_init(files);

	if (error)
		return error;
	/* First, while the number cannot be taken by what is opened here. */
	error = posix_spawn_file_actions_adddup2(files, listener, LISTEN_FD);
	if (!error)
		error = posix_spawn_file_actions_addopen(
		    files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_addopen(
		    files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	/* Were it closed, what is logged could go to some connection. */
	if (!error &&
	    (listener == STDERR_FILENO || fcntl(STDERR_FILENO, F_GETFD) < 0))
		error = posix_spawn_file_actions_addopen(
		    files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_addclosefrom_np(
		    files, LISTEN_FD + 1);
	if (error)
		posix_spawn_file_actions_destroy(files);
	return error;
}

/* A session of its own, no signal blocked, none but the default actions. */
static int
describe_process(posix_spawnattr_t *attributes)
{
	sigset_t none;
	sigset_t all;
	int error = posix_spawnattr_init(attributes);

	if (error)
		return error;
	sigemptyset(&none);
	sigfillset(&all);
	error = posix_spawnattr_setflags(attributes,
	    (short)(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
	        POSIX_SPAWN_SETSIGDEF));
	if (!error)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (!error)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	if (error)
		posix_spawnattr_destroy(attributes);
	return error;
}

/* Start machportd on @listener (borrowed); an errno if that fails. */
static int
spawn_kernel(int listener, pid_t *pid_out)
{
	static char name[] = "machportd";
	static char private[] = "--private";
	static char listen_fd[] = LISTEN_OPTION;
	char *arguments[] = {name, private, listen_fd, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error = describe_files(&files, listener);

	if (error)
		return error;
	error = describe_process(&attributes);
	if (!error) {
		error = posix_spawn(pid_out, kernel_path(), &files, &attributes,
		    arguments, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return error;
}

int
private_kernel_start(pid_t *pid_out)
{
	struct socket_name name;
	int listener;
	int failed = choose_name(&name);

	if (failed) {
		error(0, -failed, "cannot choose a name for the socket");
		return EX_OSERR;
	}
	listener = listen_at(&name);
	if (listener < 0) {
		error(0, -listener, "cannot listen on %s", name.text);
		return EX_OSERR;
	}
	failed = spawn_kernel(listener, pid_out);
	/* Else it would seem to listen even if the kernel dies at once. */
	close(listener);
	if (failed) {
		error(0, failed,
		    "cannot start %s; set " KERNEL_VARIABLE
		    " to where machportd is",
		    kernel_path());
		return EX_UNAVAILABLE;
	}
	if (setenv(SOCKET_VARIABLE, name.text, 1) != 0) {
		error(0, errno, "cannot set " SOCKET_VARIABLE);
		return EX_OSERR;
	}
	/* The first call attaches; the right goes when we do. */
	if (mach_host_self() == MACH_PORT_NULL) {
		error(0, 0, "the kernel, %s, does not answer", kernel_path());
		kill(*pid_out, SIGKILL);
		waitpid(*pid_out, NULL, 0);
		return EX_UNAVAILABLE;
	}
	return EX_OK;
}
