/*
 * The socket on which the kernel is found, made here or by whoever started us.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

struct listener {
	int fd;
	/* The socket's file, if there is one and we made it; else path is
	 * "". */
	char path[108];
	int file; /* holds its inode: no other can be taken for it */
	int lock; /* the file beside it, locked for as long as we serve */
};

/* The address that @text, a path or @name, stands for. Return: 0 or a negative
 * errno. */
int listener_address(
    const char *text, struct sockaddr_un *address, socklen_t *bytes_out);

/*
 * Listen at @address: a path, or @name for an abstract one. A socket file that
 * nobody listens on any more is replaced; one that somebody does is
 * -EADDRINUSE.
 * Return: 0 or a negative errno
 */
int listener_open(struct listener *listener, const char *address);

/* Use @fd, which somebody else made; -EINVAL if it is no listening
 * SOCK_SEQPACKET Unix socket. CONSUMED on success. */
int listener_adopt(struct listener *listener, int fd);

/* Where a kernel that was told nothing listens: false if there is no such
 * place. */
bool listener_default_address(char *address, size_t room);

/* Remove the socket's file, if it is still ours. The descriptor is the
 * server's. */
void listener_remove(struct listener *listener);

#endif
