/*
 * Peers: what Linux knows of the process at the other end of a connection.
 *
 * Who a peer is was fixed when it connected, or sent the packet in question,
 * and Linux checked it then. What /proc says later may be of another program in
 * the same process, a set-uid one for example; so it never adds to what a peer
 * may do.
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
	uid_t ruid; /* the effective one, unless that is root's */
	gid_t rgid;
	int pidfd;     /* owned */
	bool is_exact; /* pidfd is of the peer, not of who has its pid now */
};

/* The pid, effective uid and gid of whoever connected @fd; false: none of our
 * world, a process of another pid namespace for one. */
bool peer_credentials(int fd, struct ucred *credentials_out);

/* The process that connected @fd. Return: 0 or a negative errno. */
int peer_of_socket(int fd, struct peer *peer_out);

/* The process that sent a packet with @credentials, which it chose among the
 * ids that it has, and perhaps @pidfd (CONSUMED in any case; -1: none). Return:
 * 0 or a negative errno. */
int peer_of_sender(
    const struct ucred *credentials, int pidfd, struct peer *peer_out);

void peer_deinit(struct peer *peer);

/* Has the process behind @pidfd ended? */
bool peer_has_exited(int pidfd);

/* The parent of the process @pid, to which @pidfd belongs, as it is now, and a
 * pidfd for it (+1 to caller). 0 if that cannot be told. */
pid_t peer_parent(pid_t pid, int pidfd, int *parent_out);

#endif
