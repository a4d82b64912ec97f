/*
 * The server: what there is one of.
 */
#ifndef BOOTSTRAP_SERVER_H
#define BOOTSTRAP_SERVER_H

#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct context;

struct server_options {
	const char *const
	    *directories; /* of the configuration; ends with NULL */
	bool strict;      /* only declared names can be checked in */
	bool system;      /* --system: for all users */
	/* Of each user but the owner and root; 0: the default. */
	uint32_t max_names;
	uint32_t max_contexts;
	uint32_t max_programs;
};

struct server {
	struct server_options options;
	uid_t owner; /* our effective uid */
	struct context *root;
	mach_port_t requests; /* a port set: all gates, and notices */
	mach_port_t notices;  /* where notifications go: a receive right */
	mach_port_t
	    demand; /* a port set: services whose messages start programs */
};

extern struct server server;

/* What there is one of, but for the configuration. False, having said why: no
 * kernel, no memory. */
bool server_init(const struct server_options *options);
void server_deinit(void);

#endif
