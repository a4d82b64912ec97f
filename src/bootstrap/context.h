/*
 * Contexts: tables of services, each within another.
 *
 * The root is made with the server and holds what the configuration declares. All
 * others are subsets: each lives as long as its requestor, a port that its maker
 * named, and its parent do.
 */
#ifndef BOOTSTRAP_CONTEXT_H
#define BOOTSTRAP_CONTEXT_H

#include <stdint.h>
#include <sys/types.h>

#include "base_list.h"
#include "gate.h"
#include "watch.h"

struct domain; /* policy.h */
struct service;

struct context {
	/* NULL: the root. */
	struct context *parent;
	struct list node; /* in parent->children */
	struct list children;
	struct list services;
	struct list programs;
	struct gate gate;
	/* All zeroes until it is asked for. */
	struct gate unprivileged;
	/* A send right, or a dead name; MACH_PORT_NULL of the root. */
	mach_port_t requestor;
	struct watcher watcher;
	/* Restricts what is seen from here; NULL: nothing does. */
	const struct domain *domain;
	unsigned depth;       /* below the root */
	uint32_t names_count; /* services that are charged to somebody */
	uid_t owner;          /* who pays */
};

/* --- the server's core ----------------------------------------------------- */

/* The root; made once, and charged to nobody. NULL: no memory, or no kernel. */
struct context *context_root_new(void);

/**
 * context_subset() - make a context within another
 * @gate:	by which it was asked for
 * @requestor:	[in]  a send right, CONSUMED on success; if it is dead already the
 *		      context ends as soon as the loop goes on
 *
 * Return:	0, or BOOTSTRAP_NO_MEMORY (also: too many for @owner, or too deep)
 */
int context_subset(const struct gate *gate, mach_port_t requestor, uid_t owner,
    struct context **context_out);

/* With all its services, programs and children. */
void context_free(struct context *context);

/* Of all contexts, from the root on, the one after this; NULL: it was the last. */
struct context *context_next(const struct context *context);

/* Of this context alone; NULL: none. Hidden ones too. */
struct service *context_find(const struct context *context, const char *name);
/* What a look-up finds: here, else in the parents; NULL: none, or hidden. */
struct service *context_resolve(struct context *context, const char *name);

#endif
