/*
 * The host: the one object that stands for the machine. Everybody may have a
 * send right for it.
 */
#ifndef KERN_HOST_H
#define KERN_HOST_H

#include "ipc.h"

/* Once, before the first task; false: no memory. */
bool kern_host_init(void) __attribute__((warn_unused_result));
/* The host port dies. */
void kern_host_deinit(void);

/* A naked send right for the host port: +1 to caller. */
struct ipc_port *kern_host_make_send(void);

#endif
