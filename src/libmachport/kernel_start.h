/*
 * Starting a private kernel for this process and its descendants.
 *
 * The program must not notice: no child of its own, no SIGCHLD, nothing to wait
 * for, and none of its files kept open but stderr. The kernel ends by itself
 * when the last connection to it is gone.
 */
#ifndef LIBMACHPORT_KERNEL_START_H
#define LIBMACHPORT_KERNEL_START_H

#include "packet.h"

/**
 * kernel_start() - start a private kernel and connect to it
 * @address_out: [out] where it listens
 *
 * Says on stderr why not.
 *
 * Return:	a connection on which nothing was said yet, or a negative errno
 */
int kernel_start(struct packet_address *address_out);

#endif
