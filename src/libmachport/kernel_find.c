/* Which kernel a process belongs to. */
#include "kernel_find.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel_start.h"
#include "wire_packet.h"

#define SESSION_SOCKET "machport.sock" /* in $XDG_RUNTIME_DIR */

const char *kernel_system_socket = "/run/machport.sock";

void
kernel_complain(
    const char *what, const char *which, int error, const char *remedy)
{
	static bool said; /* (process_lock) */
	char text[512];
	int length;

	if (said)
		return;
	said = true;
	length = snprintf(text, sizeof(text), "machport: %s%s: %s; %s\n", what,
	    which, strerrordesc_np(error), remedy);

	if (length > 0)
		(void)!write(STDERR_FILENO, text,
		    (size_t)length < sizeof(text) ? (size_t)length
		                                  : sizeof(text) - 1);
}

/* An address of the form of $MACHPORT_SOCKET: a path, or @ and an abstract
 * name. False if it is too long. */
static bool
address_parse(const char *text, struct packet_address *address_out)
{
	struct sockaddr_un *name = &address_out->name;
	size_t length = strlen(text);

	if (length == 0 || length >= sizeof(name->sun_path))
		return false;
	memset(address_out, 0, sizeof(*address_out));
	name->sun_family = AF_UNIX;
	memcpy(name->sun_path, text, length);
	if (text[0] == '@')
		name->sun_path[0] = '\0'; /* an abstract name has no end mark */
	else
		length++;
	address_out->length =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return true;
}

void
kernel_private_address(pid_t pid, struct packet_address *address_out)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "@machport/%u/%d",
	    (unsigned)geteuid(), (int)pid);
	(void)address_parse(text, address_out);
}

/* Was the socket behind @connection made by this user or by root? */
static bool
is_trusted(int connection)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) !=
	    0)
		return false;
	return peer.uid == geteuid() || peer.uid == 0;
}

/* The parent of @pid, or 0, or a negative errno. */
static pid_t
parent_of(pid_t pid)
{
	char text[512]; /* the name in it has 16 bytes at most */
	const char *after;
	ssize_t length;
	int file;

	(void)snprintf(text, sizeof(text), "/proc/%d/stat", (int)pid);
	file = open(text, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	length = read(file, text, sizeof(text) - 1);
	(void)close(file);
	if (length <= 0)
		return 0;
	text[length] = '\0';

	/* pid (name) state ppid: the name may hold anything, ')' too. */
	after = strrchr(text, ')');
	if (!after || strlen(after) < 5)
		return 0;
	return (pid_t)strtol(after + 4, NULL, 10);
}

/* The private kernel of this process or of its nearest ancestor. */
static int
find_private(struct packet_address *address_out)
{
	pid_t pid = getpid();

	for (int i = 0; i < KERNEL_ANCESTORS_MAX && pid > 0; i++) {
		int connection;

		kernel_private_address(pid, address_out);
		connection = packet_connect(address_out);
		/* This may be the one, but cannot be asked. */
		if (packet_is_shortage(connection))
			return connection;
		if (connection >= 0 && is_trusted(connection))
			return connection;
		if (connection >= 0)
			(void)close(connection);
		pid = i == 0 ? getppid() : parent_of(pid);
	}
	return packet_is_shortage(pid) ? pid : -ENOENT;
}

static int
find_session(struct packet_address *address_out)
{
	const char *directory = secure_getenv("XDG_RUNTIME_DIR");
	char path[sizeof(address_out->name.sun_path)];
	int length;

	if (!directory || directory[0] != '/')
		return -ENOENT;
	length = snprintf(path, sizeof(path), "%s/" SESSION_SOCKET, directory);
	if (length < 0 || (size_t)length >= sizeof(path) ||
	    !address_parse(path, address_out))
		return -ENAMETOOLONG;
	return packet_connect(address_out);
}

/* The path @name from the root on, to @path; false if it does not fit. */
static bool
make_absolute(const char *name, char *path, size_t room)
{
	size_t bytes = strlen(name) + 1;
	size_t length;

	if (!getcwd(path, room))
		return false;
	length = strlen(path);
	if (length + 1 + bytes > room)
		return false;
	path[length] = '/';
	memcpy(path + length + 1, name, bytes);
	return true;
}

/* The kernel that the user named: it, or none. */
static int
find_named(const char *name, struct packet_address *address_out)
{
	char path[sizeof(address_out->name.sun_path)];
	int connection = -ENAMETOOLONG;

	/* A relative path must outlive chdir(). */
	if (name[0] != '/' && name[0] != '@' &&
	    make_absolute(name, path, sizeof(path)))
		name = path;
	if (address_parse(name, address_out))
		connection = packet_connect(address_out);
	if (connection < 0 && !packet_is_shortage(connection))
		kernel_complain("no kernel at ", name, -connection,
		    "correct or unset " WIRE_SOCKET_VARIABLE);
	return connection;
}

/* Is a private kernel to be started if there is none? */
static bool
may_start(void)
{
	const char *start = secure_getenv("MACHPORT_START");

	return !start || strcmp(start, "no") != 0;
}

int
kernel_find(struct packet_address *address_out)
{
	const char *name = secure_getenv(WIRE_SOCKET_VARIABLE);
	int connection;

	if (name && name[0] != '\0')
		return find_named(name, address_out);
	connection = find_private(address_out);
	if (connection < 0 && !packet_is_shortage(connection))
		connection = find_session(address_out);
	if (packet_is_shortage(connection))
		return connection;
	if (connection < 0 && address_parse(kernel_system_socket, address_out))
		connection = packet_connect(address_out);
	if (connection >= 0 || packet_is_shortage(connection))
		return connection;
	if (may_start())
		return kernel_start(address_out);
	kernel_complain("no kernel, not even at ", kernel_system_socket,
	    -connection,
	    "start one with `machport run` or as a service, or name one with "
	    "MACHPORT_SOCKET");
	return connection;
}
