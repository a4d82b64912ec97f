/*
 * Peers: what Linux knows of the process at the other end of a connection. None
 * of it is what the process says of itself.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

struct peer {
	pid_t pid;
	uid_t euid;
	gid_t egid;
	uid_t ruid;
	gid_t rgid;
	int pidfd; /* owned */
};

/* The pid, effective uid and gid of whoever connected @fd; false: none of our
 * world, a process of another pid namespace for one. */
bool peer_credentials(int fd, struct ucred *credentials_out);

/* The process that connected @fd. Return: 0 or a negative errno. */
int peer_of_socket(int fd, struct peer *peer_out);

/* The process that sent a packet with @credentials, and perhaps @pidfd
 * (CONSUMED in any case; -1: none). Return: 0 or a negative errno. */
int peer_of_sender(
    const struct ucred *credentials, int pidfd, struct peer *peer_out);

void peer_deinit(struct peer *peer);

/* Has the process behind @pidfd ended? */
bool peer_has_exited(int pidfd);

/* The parent of @pid as it is now; 0 if that cannot be told. */
pid_t peer_parent(pid_t pid);

#endif
