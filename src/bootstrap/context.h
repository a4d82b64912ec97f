/*
 * Contexts: tables of services, each within another.
 *
 * The root is made with the server and holds what the configuration declares. All
 * others are subsets: each lives as long as its requestor, a port that its maker
 * named, and its parent do.
 */
#ifndef BOOTSTRAP_CONTEXT_H
#define BOOTSTRAP_CONTEXT_H

#include <sys/types.h>

#include "base_list.h"
#include "gate.h"
#include "watch.h"

struct domain; /* policy.h */
struct service;

struct context {
	struct context *parent; /* NULL: the root */
	struct list node;       /* in parent->children */
	struct list children;
	struct list services;
	struct list programs;
	struct gate gate;
	struct gate
	    unprivileged;       /* port MACH_PORT_NULL until it is asked for */
	mach_port_t requestor;  /* a send right, or was; MACH_PORT_NULL: root */
	struct watcher watcher; /* of requestor */
	const struct domain
	    *domain; /* restricts what is seen in it; NULL: nothing does.
	                              * A subset has its parent's */
	uid_t owner; /* who pays */
};

/* --- the server's core ----------------------------------------------------- */

/* The root; made once. NULL: no memory, or no kernel. */
struct context *context_root_new(uid_t owner);

/**
 * context_subset() - make a context within another
 * @requestor:	[in]  a send right, CONSUMED on success; if it is dead already the
 *		      context ends as soon as the loop goes on
 *
 * Return:	0, BOOTSTRAP_NO_MEMORY (also: too many for @owner)
 */
int context_subset(struct context *parent, mach_port_t requestor, uid_t owner,
    struct context **context_out);

/* With all its services, programs and children. */
void context_free(struct context *context);

/* Of this context alone; NULL: none. Hidden ones too. */
struct service *context_find(const struct context *context, const char *name);
/* What a look-up finds: here, else in the parents; NULL: none, or hidden. */
struct service *context_resolve(struct context *context, const char *name);

#endif
