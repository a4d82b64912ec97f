/*
 * Services: names with ports behind them.
 *
 *	INACTIVE	declared, and nobody serves it: its receive right is ours. Messages
 *			to it wait; if it belongs to a program, the first starts that
 *	ACTIVE		somebody has checked in and holds the receive right. When it dies
 *			or gives it up, the right comes back with what was not
 *			received: INACTIVE. Who holds it can prevent that; then, when
 *			the port is dead, gone, or INACTIVE with a new port if the name
 *			is declared
 *	REGISTERED	the port is another's, and we have a send right. When it dies:
 *			gone, or INACTIVE with a new port if the name is declared
 *	HIDDEN		registered without a port: the name is not available, here and to
 *			contexts below, whatever the parents have
 *
 * A service that was made by a check-in (it is not declared) goes when its receive
 * right comes back.
 *
 * In each state but HIDDEN we have a send right by the name `port`, one reference
 * for each service.
 */
#ifndef BOOTSTRAP_SERVICE_H
#define BOOTSTRAP_SERVICE_H

#include <mach/port.h>
#include <servers/bootstrap.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base_list.h"
#include "port.h"
#include "watch.h"

struct context;
struct policy;
struct program;

enum service_state {
	SERVICE_INACTIVE,
	SERVICE_ACTIVE,
	SERVICE_REGISTERED,
	SERVICE_HIDDEN,
};

struct service {
	name_t name;
	struct list name_node; /* of the table by name */
	struct context *context;
	struct list node; /* in context->services */
	enum service_state state;
	/* By the configuration, or by bootstrap_create_service(). */
	bool declared;
	/* bootstrap_info() tells of it. */
	bool listed;
	/* INACTIVE: it is in the set of demand. */
	bool armed;
	mach_port_t port;
	/* Of what is or was ours: by port. */
	struct port_node port_node;
	/* Of its port while that is ours; 0: the default. */
	uint32_t queue_limit;
	/* That it belongs to; NULL: nobody's. */
	struct program *program;
	struct list program_node; /* in program->services */
	/* The configuration's; NULL: it has none for this name. */
	const struct policy *policy;
	/* ACTIVE, REGISTERED: of port. */
	struct watcher watcher;
	uid_t owner; /* who pays */
};

/* --- the server's core ----------------------------------------------------- */

/**
 * service_declare() - add a name that can be checked in
 * @program:	NULL, or whose it is
 *
 * It has a new port, and is INACTIVE.
 *
 * Return:	0, or BOOTSTRAP_NAME_IN_USE, BOOTSTRAP_NO_MEMORY (also: too many for
 *		@owner)
 */
int service_declare(struct context *context, const char *name,
    struct program *program, uid_t owner, struct service **service_out);

/**
 * service_create() - add a name that somebody checks in to without a declaration
 *
 * As service_declare(), but it goes when its receive right comes back.
 */
int service_create(struct context *context, const char *name, uid_t owner,
    struct service **service_out) __attribute__((warn_unused_result));

/**
 * service_check_in() - give the receive right of an INACTIVE service away
 * @port_out:	a receive right, to be moved into a message; when it dies it comes back
 *
 * Return:	0, or BOOTSTRAP_NO_MEMORY
 */
int service_check_in(struct service *service, mach_port_t *port_out)
    __attribute__((warn_unused_result));

/**
 * service_register() - put a port of another's behind a name
 * @port:	a send right or dead name, or MACH_PORT_NULL or DEAD; CONSUMED on success
 *
 * If the service is INACTIVE its own port dies, with what waits on it. When @port dies
 * a declared service gets a new one.
 *
 * Return:	0, or BOOTSTRAP_NO_MEMORY
 */
int service_register(struct service *service, mach_port_t port)
    __attribute__((warn_unused_result));

/* The same for a name that is not there. */
int service_register_new(struct context *context, const char *name,
    mach_port_t port, uid_t owner) __attribute__((warn_unused_result));

/* It belongs to @program (NULL: nobody) from now on, and its port has room for
 * @queue_limit (0: the default) while it is ours. */
void service_change(
    struct service *service, struct program *program, uint32_t queue_limit);

/* It is the configuration's from now on, whoever made it: declared, and charged to
 * nobody. */
void service_adopt(struct service *service);

/* It is declared no more: it goes now, or when who serves it ends. */
void service_remove(struct service *service);

/* It goes now. Who holds its receive right keeps that. */
void service_free(struct service *service);

/* A receive right that had been given away has come back (CONSUMED). */
void service_returned(mach_port_t port);

/* Whether a message to it starts its program may have changed. */
void service_update(struct service *service);

/* Messages wait in the set of demand: their programs start. */
void service_demand(void);

/* What waits on an INACTIVE service is destroyed. */
void service_flush(struct service *service);

/* The number of messages that wait on an INACTIVE service; else 0. */
unsigned service_waiting(const struct service *service);

#endif
