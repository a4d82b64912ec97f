/*
 * Gates: the ports over which the server is asked, its bootstrap ports.
 *
 * A gate leads to a context. A program that the server knows has a gate of its own,
 * its bootstrap port, which its children inherit: who asks over it belongs to that
 * program. A gate without privilege leads to the same context, for who is to be
 * confined to it.
 *
 * Privileged requests need a gate with privilege, and a sender that is root or the
 * server's owner.
 */
#ifndef BOOTSTRAP_GATE_H
#define BOOTSTRAP_GATE_H

#include <mach/port.h>
#include <stdbool.h>
#include <sys/types.h>

#include "identity.h"
#include "port.h"

struct context;
struct program;

struct gate {
	mach_port_t port; /* a receive right, in the set of requests */
	struct port_node node;
	struct context *context;
	struct program *program; /* NULL: nobody's */
	bool privileged;
};

/* 0, or BOOTSTRAP_NO_MEMORY. */
int gate_init(struct gate *gate, struct context *context,
    struct program *program, bool privileged);
/* The port dies. Harmless for one that is all zeroes. */
void gate_deinit(struct gate *gate);

/* As fork(), and the child's bootstrap port is this; it is a task already, so that what
 * it executes has the same bootstrap port, as whatever user. */
pid_t gate_fork(const struct gate *gate);

/* Have the kernel send a notice to it when nobody has a right to it any more. False: no
 * memory. */
bool gate_watch_senders(const struct gate *gate)
    __attribute__((warn_unused_result));

/* The gate that a request came by; NULL: it has gone meanwhile. */
struct gate *gate_find(mach_port_t port);

/* May @who make privileged requests over it? */
bool gate_is_privileged(const struct gate *gate, const struct identity *who);

#endif
