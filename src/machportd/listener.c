/* Listening sockets. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof(((struct listener *)0)->path) ==
        sizeof(((struct sockaddr_un *)0)->sun_path),
    "a path that can be bound can be kept");

static int
make_address(
    const char *text, struct sockaddr_un *address, socklen_t *bytes_out)
{
	size_t length = strlen(text);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (length == 0)
		return -EINVAL;
	if (length >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	memcpy(address->sun_path, text, length);
	*bytes_out =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (text[0] == '@')
		address->sun_path[0] = '\0'; /* abstract: no file */
	else
		(*bytes_out)++;
	return 0;
}

static int
new_socket(void)
{
	int fd =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

/* Does anybody listen at @address? */
static bool
is_served(const struct sockaddr_un *address, socklen_t bytes)
{
	int fd = new_socket();
	bool served;

	if (fd < 0)
		return true; /* not to be told: touch nothing */
	served = connect(fd, (const struct sockaddr *)address, bytes) == 0 ||
	    errno == EAGAIN;
	(void)close(fd);
	return served;
}

static int
bind_and_listen(int fd, const struct sockaddr_un *address, socklen_t bytes)
{
	if (bind(fd, (const struct sockaddr *)address, bytes) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		return -errno;
	return 0;
}

/* Note whose file it is, and let everybody connect: who may do what is told by
 * rights, not by the file. Who may find it is told by its directory. */
static int
note_file(struct listener *listener, const char *path)
{
	if (chmod(path, 0666) != 0)
		return -errno;
	listener->file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (listener->file < 0)
		return -errno;
	(void)strcpy(listener->path, path); /* it was an address: it fits */
	return 0;
}

/* A lock on the directory of @path, in which kernels that start and end at the
 * same time take turns. Return: a descriptor or a negative errno. */
static int
lock_directory(const char *path)
{
	char copy[sizeof(((struct listener *)0)->path)];
	int fd;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX) != 0) {
		int error = -errno;

		(void)close(fd);
		return error;
	}
	return fd;
}

/* With the directory locked. */
static int
open_file(struct listener *listener, const char *path,
    const struct sockaddr_un *address, socklen_t bytes)
{
	struct stat status;
	int error;

	if (lstat(path, &status) == 0) {
		if (!S_ISSOCK(status.st_mode) || is_served(address, bytes))
			return -EADDRINUSE;
		if (unlink(path) != 0)
			return -errno;
	}
	error = bind_and_listen(listener->fd, address, bytes);
	return error < 0 ? error : note_file(listener, path);
}

int
listener_open(struct listener *listener, const char *text)
{
	struct sockaddr_un address;
	socklen_t bytes;
	int directory;
	int error;

	listener->path[0] = '\0';
	error = make_address(text, &address, &bytes);
	if (error < 0)
		return error;
	listener->fd = new_socket();
	if (listener->fd < 0)
		return listener->fd;
	if (text[0] == '@') {
		error = bind_and_listen(listener->fd, &address, bytes);
	} else {
		error = directory = lock_directory(text);
		if (directory >= 0) {
			error = open_file(listener, text, &address, bytes);
			(void)close(directory);
		}
	}
	if (error < 0)
		(void)close(listener->fd);
	return error < 0 ? error : 0;
}

/* The value of an integer option of @fd, or -1. */
static int
socket_option(int fd, int option)
{
	int value = -1;
	socklen_t bytes = sizeof(value);

	if (getsockopt(fd, SOL_SOCKET, option, &value, &bytes) != 0)
		return -1;
	return value;
}

int
listener_adopt(struct listener *listener, int fd)
{
	int flags;

	if (socket_option(fd, SO_DOMAIN) != AF_UNIX ||
	    socket_option(fd, SO_TYPE) != SOCK_SEQPACKET ||
	    socket_option(fd, SO_ACCEPTCONN) != 1)
		return -EINVAL;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return -errno;
	listener->fd = fd;
	listener->path[0] = '\0';
	return 0;
}

bool
listener_default_address(char *address, size_t room)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");
	int length;

	if (geteuid() == 0)
		length = snprintf(address, room, "/run/machport.sock");
	else if (directory)
		length = snprintf(address, room, "%s/machport.sock", directory);
	else
		return false;
	return length > 0 && (size_t)length < room;
}

/* Is what is at the path the file that we made? */
static bool
is_ours(const struct listener *listener)
{
	struct stat there;
	struct stat ours;

	return lstat(listener->path, &there) == 0 &&
	    fstat(listener->file, &ours) == 0 && there.st_dev == ours.st_dev &&
	    there.st_ino == ours.st_ino;
}

void
listener_remove(struct listener *listener)
{
	int directory;

	if (listener->path[0] == '\0')
		return;
	directory = lock_directory(listener->path);
	if (directory >= 0) {
		if (is_ours(listener))
			(void)unlink(listener->path);
		(void)close(directory);
	}
	(void)close(listener->file);
	listener->path[0] = '\0';
}
