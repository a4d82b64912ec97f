/*
 * The descriptors of machport_fd().
 *
 * Each is an epoll descriptor of our own, in which are
 *
 *	the level	of which the kernel has the other end, and which it makes
 *			readable while a message waits. Ours came with the answer and is
 *			closed at once: as long as the kernel's is open it stays in there
 *	the connection	by which the process is a task: when it ends there is no
 *			kernel, and each receive fails at once
 *
 * By the connection it is also known again: the program may have closed it, and have a
 * file of its own under its number (packet.h has the same trouble with connections).
 */
#ifndef LIBMACHPORT_PORT_FD_H
#define LIBMACHPORT_PORT_FD_H

#include <mach/port.h>
#include <stdbool.h>

#include "lock.h"

/* Is there any? Then the connection must stay open, be it of no more use. */
bool port_fd_exists_locked(void) REQUIRES(&process_lock);

/* In a fork child: they are the parent's, whose connection @task still is. */
void port_fd_forget_locked(int task) REQUIRES(&process_lock);

/* Is there one for @name? */
bool port_fd_watches(mach_port_name_t name);

/* Make that of @name, if there is one, readable or not readable: where messages come that
 * the kernel does not see (lanes_watch.h). The level is asked for anew, a trap: nothing is
 * kept open for it. */
void port_fd_set_level(mach_port_name_t name, bool readable);

#endif
