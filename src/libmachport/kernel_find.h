/*
 * Which kernel a process belongs to.
 *
 * In this order: the socket that $MACHPORT_SOCKET names; the private kernel of
 * this process or of its nearest ancestor that has one; the session's; the
 * system's; and if nobody answers, a new private one, unless $MACHPORT_START is "no".
 *
 * The private kernel of process P listens on the abstract name
 * "machport/<uid>/<P>". Anybody can take such a name, so one counts only if it
 * was made by this user or by root.
 */
#ifndef LIBMACHPORT_KERNEL_FIND_H
#define LIBMACHPORT_KERNEL_FIND_H

#include <sys/types.h>

#include "packet.h"

/* Where the system's kernel listens. Tests put another place here. */
extern const char *kernel_system_socket;

/* No chain of ancestors is followed further. */
#define KERNEL_ANCESTORS_MAX 64

/**
 * kernel_find() - connect to this process's kernel, starting one if need be
 * @address_out: [out] where it listens, for further connections
 *
 * Says on stderr what went wrong and what to do about it.
 *
 * Return:	a connection on which nothing was said yet, or a negative errno
 */
int kernel_find(struct packet_address *address_out);

/* The name that the private kernel of @pid has. */
void kernel_private_address(pid_t pid, struct packet_address *address_out);

/* "machport: <what><which>: <error>; <remedy>" on stderr, once in a process.
 * @error is a positive errno. */
void kernel_complain(
    const char *what, const char *which, int error, const char *remedy);

#endif
