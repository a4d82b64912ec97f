/*
 * machport services: what the bootstrap server has, and who serves it.
 */
#ifndef MACHPORT_SERVICES_H
#define MACHPORT_SERVICES_H

#include <servers/bootstrap.h>

#include "screen.h"
#include "view.h"

struct services_entry {
	char name[BOOTSTRAP_MAX_NAME_LEN];
	char server[BOOTSTRAP_MAX_NAME_LEN]; /* "": belongs to none */
	bootstrap_status_t status;
	mach_port_t port; /* a send right of ours; MACH_PORT_NULL: not had */
	/* Of the port; its id is 0 if the kernel tells us nothing of it. */
	struct machport_name_record record;
};

struct services {
	struct services_entry *entries; /* by name */
	size_t count;
};

/* Ask the bootstrap server of this task. A status, after a message; to be freed in any
 * case. */
int services_fetch(const struct view *view, struct services *services_out)
    __attribute__((warn_unused_result));
void services_free(struct services *services);

/* A status: 1 if there are none. */
int services_show(const struct view *view, const struct screen *screen,
    const struct services *services);
int services_show_json(
    const struct view *view, FILE *stream, const struct services *services);
/* Names alone, one a line, as they are: for completion. */
int services_show_names(FILE *stream, const struct services *services);

#endif
