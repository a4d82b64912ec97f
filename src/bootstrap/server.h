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
	/* Of the configuration; ends with NULL. */
	const char *const *directories;
	/* Only declared names can be checked in. */
	bool strict;
	/* --system: for all users. */
	bool system;
	/* What each user may have, root and the owner too. */
	uint32_t max_names;
	uint32_t max_contexts;
	uint32_t max_programs;
};

struct server {
	struct server_options options;
	uid_t owner; /* our effective uid */
	struct context *root;
	/* Port sets: all gates; services whose messages start programs. */
	mach_port_t requests;
	mach_port_t demand;
	/* Where dead-name notifications go: a receive right. Nobody else can have a right
	 * to it. */
	mach_port_t notices;
	/* Where services come back: a receive right. Who holds a service can take the
	 * right to send a message to it. */
	mach_port_t returns;
};

extern struct server server;

/* What there is one of, but for the configuration. False, having said why: no
 * kernel, no memory. */
bool server_init(const struct server_options *options);
void server_deinit(void);

/* Have tasks that inherit no bootstrap port find us. @must: else, if another server is
 * found so already, or we may not, we are found by our children only. False, having said
 * why: it could not be done. */
bool server_be_found(bool must) __attribute__((warn_unused_result));

/* After that: was everything given back? It says what was not. */
bool server_is_empty(void);

#endif
