/* Credentials, pidfds, and the two files of /proc that tell the rest. */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc.h"

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
 * ended and its pid was used again since it connected.
 */
static int
open_peer(int fd, pid_t pid, bool *is_exact_out)
{
	int pidfd = -1;
	socklen_t bytes = sizeof(pidfd);

	*is_exact_out = true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &bytes) == 0)
		return pidfd;
	if (errno != ENOPROTOOPT)
		return -errno;
	*is_exact_out = false;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pidfd < 0 ? -errno : pidfd;
}

/*
 * The real ids: a connection does not tell them, and /proc tells those of
 * whatever program is in the process by now. From root, who may call itself
 * what it likes, that is taken. Everybody else is who Linux said it is, and
 * nobody besides.
 */
static void
find_real_ids(struct peer *peer)
{
	char status[2048];
	uint64_t ruid;
	uint64_t rgid;

	peer->ruid = peer->euid;
	peer->rgid = peer->egid;
	if (peer->euid != 0)
		return;
	/* While the process lives, its pid is nobody else's. */
	if (proc_read(peer->pid, "status", status, sizeof(status)) &&
	    proc_status_number(status, "Uid", 0, &ruid) &&
	    proc_status_number(status, "Gid", 0, &rgid) &&
	    !peer_has_exited(peer->pidfd)) {
		peer->ruid = (uid_t)ruid;
		peer->rgid = (gid_t)rgid;
	}
}

int
peer_of_socket(int fd, struct peer *peer_out)
{
	struct ucred credentials;

	if (!peer_credentials(fd, &credentials))
		return -ESRCH;
	peer_out->pid = credentials.pid;
	peer_out->euid = credentials.uid;
	peer_out->egid = credentials.gid;
	peer_out->pidfd = open_peer(fd, credentials.pid, &peer_out->is_exact);
	if (peer_out->pidfd < 0)
		return peer_out->pidfd;
	find_real_ids(peer_out);
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
	peer_out->is_exact = pidfd >= 0;
	if (pidfd < 0)
		pidfd = (int)syscall(SYS_pidfd_open, credentials->pid, 0);
	if (pidfd < 0)
		return -errno;
	peer_out->pid = credentials->pid;
	peer_out->euid = credentials->uid;
	peer_out->egid = credentials->gid;
	peer_out->pidfd = pidfd;
	find_real_ids(peer_out);
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

/* What /proc says of the parent of whoever has @pid now. */
static pid_t
read_parent(pid_t pid)
{
	char text[512];
	struct proc_stat stat;

	if (!proc_read(pid, "stat", text, sizeof(text)) ||
	    !proc_stat_parse(text, PROC_STAT_PARENT, &stat))
		return 0;
	return (pid_t)stat.fields[PROC_STAT_PARENT];
}

pid_t
peer_parent(pid_t pid, int pidfd, int *parent_out)
{
	pid_t parent = read_parent(pid);
	int parent_pidfd;

	if (parent <= 0)
		return 0;
	parent_pidfd = (int)syscall(SYS_pidfd_open, parent, 0);
	if (parent_pidfd < 0)
		return 0;
	/* Both were what they seemed only if they still are: a pid is used
	 * again once its process has ended. */
	if (read_parent(pid) != parent || peer_has_exited(pidfd)) {
		(void)close(parent_pidfd);
		return 0;
	}
	*parent_out = parent_pidfd;
	return parent;
}
