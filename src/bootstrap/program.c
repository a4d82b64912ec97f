/* Programs, as far as the launcher has no part in it. */
#include "program.h"

#include <mach/mach.h>

#include "base_alloc.h"
#include "context.h"
#include "log.h"
#include "quota.h"
#include "server.h"
#include "service.h"

/* As it can stand in a line of a log, and on a terminal. */
static void
set_name(struct program *program, const char *name)
{
	(void)mig_strncpy(program->name, name, sizeof(program->name));
	for (char *c = program->name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

int
program_new(struct context *context, const char *name,
    struct launch_settings *settings, uid_t owner, struct program **program_out)
{
	struct program *program;

	if (!quota_take(owner, QUOTA_PROGRAMS))
		return BOOTSTRAP_NO_MEMORY;
	program = base_zalloc(1, sizeof(*program));
	if (!program ||
	    gate_init(&program->gate, context, program, true) != 0) {
		base_free(program);
		quota_give(owner, QUOTA_PROGRAMS);
		return BOOTSTRAP_NO_MEMORY;
	}
	set_name(program, name);
	program->context = context;
	program->owner = owner;
	list_init(&program->services);
	list_push_back(&context->programs, &program->node);
	launch_init(&program->launch, settings); /* consumes settings */
	*program_out = program;
	return BOOTSTRAP_SUCCESS;
}

static void
remove_services(struct program *program)
{
	while (!list_empty(&program->services)) {
		struct service *service = CONTAINER_OF(
		    program->services.next, struct service, program_node);

		service_remove(service);
	}
}

void
program_free(struct program *program)
{
	remove_services(program);
	launch_deinit(&program->launch);
	gate_deinit(&program->gate);
	gate_deinit(&program->unprivileged);
	list_remove(&program->node);
	quota_give(program->owner, QUOTA_PROGRAMS);
	base_free(program);
}

void
program_remove(struct program *program)
{
	remove_services(program);
	program->removed = true;
	if (program->launch.state == LAUNCH_IDLE)
		program_free(program);
}

bool
program_can_start(const struct program *program)
{
	return !program->held && !program->removed &&
	    program->launch.state == LAUNCH_IDLE;
}

void
program_update(struct program *program)
{
	LIST_FOREACH (node, &program->services)
		service_update(
		    CONTAINER_OF(node, struct service, program_node));
}

void
program_changed(struct program *program)
{
	if (program->removed && program->launch.state == LAUNCH_IDLE) {
		program_free(program);
		return;
	}
	program_update(program);
}

void
program_give_up(struct program *program)
{
	unsigned lost = 0;

	LIST_FOREACH (node, &program->services) {
		struct service *service =
		    CONTAINER_OF(node, struct service, program_node);

		lost += service_waiting(service);
		service_flush(service);
	}
	if (lost > 0)
		log_note("%s: given up; %u requests that waited for it are "
		         "destroyed",
		    program->name, lost);
}

pid_t
program_fork(struct program *program)
{
	return gate_fork(&program->gate);
}

/* Nothing could ever start it: no message, and it is not to be kept alive. */
static bool
is_of_no_use(const struct program *program)
{
	return list_empty(&program->services) &&
	    program->launch.settings->keep == LAUNCH_ON_DEMAND;
}

void
program_release(struct program *program)
{
	program->held = false;
	if (is_of_no_use(program)) {
		program_free(program);
		return;
	}
	program_update(program);
	launch_begin(program);
}

/* --- all of them --------------------------------------------------------------- */

void
program_for_each(
    void (*visit)(struct program *program, void *argument), void *argument)
{
	for (struct context *context = server.root; context;
	     context = context_next(context))
		LIST_FOREACH_SAFE (node, &context->programs)
			visit(
			    CONTAINER_OF(node, struct program, node), argument);
}
