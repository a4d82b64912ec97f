/*
 * Services: names with ports behind them.
 *
 *	INACTIVE	declared, and nobody serves it: its receive right is ours. Messages
 *			to it wait; if it belongs to a program, the first starts that
 *	ACTIVE		somebody has checked in and holds the receive right. When it dies
 *			or gives it up, the right comes back with what was not
 *			received: INACTIVE
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
	enum service_state state;
	bool
	    declared; /* by the configuration, or by bootstrap_create_service() */
	bool removed; /* declared no more: goes when it is INACTIVE */
	bool listed;  /* bootstrap_info() tells of it */
	mach_port_t port;
	uint32_t queue_limit; /* of its port while it is ours; 0: the default */
	struct context *context;
	struct list node;         /* in context->services */
	struct program *program;  /* that it belongs to; NULL: nobody's */
	struct list program_node; /* in program->services */
	const struct policy
	    *policy;            /* NULL: the default's; the configuration's */
	struct watcher watcher; /* REGISTERED: of port */
	bool armed;             /* in the set of demand */
	uid_t owner;            /* who pays */
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

/* It is declared no more: it goes now, or when who serves it ends. */
void service_remove(struct service *service);

/* The number of messages that wait on an INACTIVE service; else 0. */
unsigned service_waiting(const struct service *service);

#endif
