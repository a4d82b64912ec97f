/* Listening sockets. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
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

int
listener_address(
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

/* The same at a path. Everybody may connect: who may do what is told by rights,
 * not by the file. Who may find it is told by its directory. The file is made
 * with these permissions: by now, its name may lead to another. */
static int
bind_file(int fd, const struct sockaddr_un *address, socklen_t bytes)
{
	mode_t mask = umask(0111);
	int error = bind_and_listen(fd, address, bytes);

	(void)umask(mask);
	return error;
}

/* Note which file it is. */
static int
note_file(struct listener *listener, const char *path)
{
	listener->file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (listener->file < 0)
		return -errno;
	/* It was an address: it fits. */
	memcpy(listener->path, path, strlen(path) + 1);
	return 0;
}

/*
 * The lock: a file beside the socket's, which nobody else can open, and so
 * nobody else can lock. It is held for as long as we serve, and removed while
 * it is held.
 */
#define LOCK_SUFFIX ".lock"

struct lock_path {
	char text[sizeof(((struct listener *)0)->path) + sizeof(LOCK_SUFFIX)];
};

static struct lock_path
lock_path_of(const char *path)
{
	struct lock_path lock;

	(void)snprintf(lock.text, sizeof(lock.text), "%s" LOCK_SUFFIX, path);
	return lock;
}

/* Does @path lead to the file @fd? */
static bool
is_at(int fd, const char *path)
{
	struct stat there;
	struct stat ours;

	return lstat(path, &there) == 0 && fstat(fd, &ours) == 0 &&
	    there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

/* Only we can open it, and no other name leads to it. */
static bool
is_private(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_uid == geteuid() && status.st_nlink <= 1 &&
	    (status.st_mode & 077) == 0;
}

/* Lock @fd, the file at @lock. -EADDRINUSE: another kernel has; -EAGAIN: it
 * had, and removed the file. */
static int
lock_open_file(int fd, const struct lock_path *lock)
{
	if (!is_private(fd))
		return -EPERM;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? -EADDRINUSE : -errno;
	return is_at(fd, lock->text) ? 0 : -EAGAIN;
}

/* Return: a descriptor or a negative errno. */
static int
lock_beside(const char *path)
{
	const struct lock_path lock = lock_path_of(path);
	int error;
	int fd;

	do {
		fd = open(lock.text,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0600);
		if (fd < 0)
			return -errno;
		error = lock_open_file(fd, &lock);
		if (error < 0)
			(void)close(fd);
	} while (error == -EAGAIN);
	return error < 0 ? error : fd;
}

/* Once it is removed, whoever opened it before finds that it has gone, and
 * makes a new one. */
static void
unlock_beside(int fd, const char *path)
{
	const struct lock_path lock = lock_path_of(path);

	if (is_at(fd, lock.text))
		(void)unlink(lock.text);
	(void)close(fd);
}

/* With the lock held. */
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
	error = bind_file(listener->fd, address, bytes);
	return error < 0 ? error : note_file(listener, path);
}

int
listener_open(struct listener *listener, const char *text)
{
	struct sockaddr_un address;
	socklen_t bytes;
	int error;

	listener->path[0] = '\0';
	error = listener_address(text, &address, &bytes);
	if (error < 0)
		return error;
	listener->fd = new_socket();
	if (listener->fd < 0)
		return listener->fd;
	if (text[0] == '@') {
		error = bind_and_listen(listener->fd, &address, bytes);
	} else {
		error = listener->lock = lock_beside(text);
		if (error >= 0)
			error = open_file(listener, text, &address, bytes);
		if (error < 0 && listener->lock >= 0)
			unlock_beside(listener->lock, text);
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

void
listener_remove(struct listener *listener)
{
	if (listener->path[0] == '\0')
		return;
	if (is_at(listener->file, listener->path))
		(void)unlink(listener->path);
	(void)close(listener->file);
	unlock_beside(listener->lock, listener->path);
	listener->path[0] = '\0';
}
