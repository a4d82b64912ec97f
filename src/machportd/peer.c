/* Credentials, pidfds, and the two files of /proc that tell more. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.5; not in older headers. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

bool
peer_credentials(int fd, struct ucred *credentials_out)
{
	socklen_t bytes = sizeof(*credentials_out);

	return getsockopt(
	           fd, SOL_SOCKET, SO_PEERCRED, credentials_out, &bytes) == 0 &&
	    credentials_out->pid > 0;
}

/*
 * A pidfd for the peer: of that very process where Linux can tell, else of the
 * one that has its pid now. The second may be another one, if the peer has
 * ended and its pid was used again since it connected; all that this gains
 * anybody is that other process's name in his messages.
 */
static int
open_peer(int fd, pid_t pid)
{
	int pidfd = -1;
	socklen_t bytes = sizeof(pidfd);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &bytes) == 0)
		return pidfd;
	if (errno != ENOPROTOOPT)
		return -errno;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pidfd < 0 ? -errno : pidfd;
}

/* Read /proc/@pid/@name, its begin, as a string; false: it is not to be had. */
static bool
read_proc(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, room - 1);
	(void)close(fd);
	if (got <= 0)
		return false;
	text[got] = '\0';
	return true;
}

/* The real and effective id in the line of /proc/PID/status that @key
 * begins. */
static bool
parse_ids(
    const char *status, const char *key, unsigned *real, unsigned *effective)
{
	const char *line = strstr(status, key);
	char *end;

	if (!line)
		return false;
	*real = (unsigned)strtoul(line + strlen(key), &end, 10);
	*effective = (unsigned)strtoul(end, NULL, 10);
	return true;
}

/* What /proc tells of the ids of a live process. */
static bool
read_ids(struct peer *peer, uid_t *euid_out, gid_t *egid_out)
{
	char status[2048];

	/* While the process lives, its pid is nobody else's. */
	return read_proc(peer->pid, "status", status, sizeof(status)) &&
	    parse_ids(status, "\nUid:\t", &peer->ruid, euid_out) &&
	    parse_ids(status, "\nGid:\t", &peer->rgid, egid_out) &&
	    !peer_has_exited(peer->pidfd);
}

int
peer_of_socket(int fd, struct peer *peer_out)
{
	struct ucred credentials;
	uid_t euid;
	gid_t egid;

	if (!peer_credentials(fd, &credentials))
		return -ESRCH;
	peer_out->pid = credentials.pid;
	peer_out->euid = credentials.uid;
	peer_out->egid = credentials.gid;
	peer_out->pidfd = open_peer(fd, credentials.pid);
	if (peer_out->pidfd < 0)
		return peer_out->pidfd;
	if (!read_ids(peer_out, &euid, &egid)) {
		peer_out->ruid = credentials.uid;
		peer_out->rgid = credentials.gid;
	}
	return 0;
}

int
peer_of_sender(
    const struct ucred *credentials, int pidfd, struct peer *peer_out)
{
	if (credentials->pid <= 0) {
		if (pidfd >= 0)
			(void)close(pidfd);
		return -ESRCH;
	}
	if (pidfd < 0)
		pidfd = (int)syscall(SYS_pidfd_open, credentials->pid, 0);
	if (pidfd < 0)
		return -errno;
	peer_out->pid = credentials->pid;
	peer_out->pidfd = pidfd;
	/* A packet brings the real ids only. */
	if (!read_ids(peer_out, &peer_out->euid, &peer_out->egid)) {
		peer_out->ruid = peer_out->euid = credentials->uid;
		peer_out->rgid = peer_out->egid = credentials->gid;
	}
	return 0;
}

void
peer_deinit(struct peer *peer)
{
	if (peer->pidfd >= 0)
		(void)close(peer->pidfd);
	peer->pidfd = -1;
}

bool
peer_has_exited(int pidfd)
{
	struct pollfd event = {.fd = pidfd, .events = POLLIN};

	return poll(&event, 1, 0) > 0;
}

pid_t
peer_parent(pid_t pid)
{
	char stat[512];
	const char *at;

	if (!read_proc(pid, "stat", stat, sizeof(stat)))
		return 0;
	/* "pid (command) state ppid ...", and the command may hold anything. */
	at = strrchr(stat, ')');
	if (!at || strlen(at) < 4)
		return 0;
	return (pid_t)strtol(at + 3, NULL, 10);
}
