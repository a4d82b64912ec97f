/*
 * This thread, as the library knows it: its connections to the kernel, and the
 * names that it keeps.
 *
 * A thread has one connection, made at its first trap and closed at its end. A
 * trap that begins while the thread is within another gets a connection of its
 * own, closed when it ends.
 *
 * That happens when a signal handler makes a trap. Or when a handler has left
 * by longjmp(): the trap that it interrupted never ends, and a message that it
 * still waited for would be lost. The two look alike from here. So the trap
 * that came first is always cancelled, before the other begins: if its thread
 * returns to it, it finds that it was interrupted, and starts again
 * (spec/messages.md 7.2).
 *
 * A connection that is left behind is noticed, and closed, when the thread
 * makes a trap from a frame that is not below the one of the trap that never
 * ended.
 */
#ifndef LIBMACHPORT_THREAD_CONN_H
#define LIBMACHPORT_THREAD_CONN_H

#include <mach/port.h>
#include <stdint.h>

#include "attach.h"

/* Traps that a thread can be within: one, and those of nested handlers. */
#define THREAD_TRAPS_MAX 4

/* Names that a thread keeps: MACH_PORT_NULL until they are asked for. */
struct thread_names {
	mach_port_t reply;         /* mig_get_reply_port() */
	mach_port_t special_reply; /* thread_get_special_reply_port() */
	mach_port_t self;          /* thread_self(), of Mach 2.5 */
	mach_port_t host;          /* host_self(), the same */
};

/**
 * thread_conn_take() - a connection for one trap of this thread
 * @frame:	[in]  of the function that makes the trap
 * @error_out:	[out] if NULL is returned: why, a negative errno
 *
 * The caller gives it back.
 */
struct connection *thread_conn_take(const void *frame, int *error_out);

/* @broken: the connection is of no more use. */
void thread_conn_give(struct connection *connection, bool broken);

/* The names that this thread keeps. In a fork child it has none. */
struct thread_names *thread_conn_names(void);

/* In a fork child: the connections are the parent's. */
void thread_conn_forget(void) REQUIRES(&process_lock);

/* When the library is loaded. */
void thread_conn_init(void);

#endif
