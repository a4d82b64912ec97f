/* Requests about contexts and programs. */
#include <mach/mach.h>
#include <string.h>

#include "bootstrapServer.h"
#include "context.h"
#include "gate.h"
#include "policy.h"
#include "program.h"

/* May @who leave the context, or make something that is not confined as it is? Who is
 * in a domain may not, whoever he is. */
static bool
may_leave(const struct gate *gate, const struct identity *who)
{
	return gate_is_privileged(gate, who) && !policy_domain(gate);
}

kern_return_t
serve_bootstrap_parent(
    mach_port_t bp, audit_token_t token, mach_port_t *parent_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct context *parent;

	if (!gate)
		return KERN_INVALID_ARGUMENT;
	if (!may_leave(gate, &who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	parent = gate->context->parent;
	*parent_port = parent ? parent->gate.port : gate->context->gate.port;
	return BOOTSTRAP_SUCCESS;
}

kern_return_t
serve_bootstrap_unprivileged(mach_port_t bp, mach_port_t *unpriv_port)
{
	struct gate *gate = gate_find(bp);
	struct gate *unprivileged;

	if (!gate)
		return KERN_INVALID_ARGUMENT;
	/* A program's children stay its own. */
	unprivileged = gate->program ? &gate->program->unprivileged
	                             : &gate->context->unprivileged;
	if (unprivileged->port == MACH_PORT_NULL &&
	    gate_init(unprivileged, gate->context, gate->program, false) != 0)
		return BOOTSTRAP_NO_MEMORY;
	*unpriv_port = unprivileged->port;
	return BOOTSTRAP_SUCCESS;
}

kern_return_t
serve_bootstrap_subset(mach_port_t bp, mach_port_t requestor_port,
    audit_token_t token, mach_port_t *subset_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct context *context;
	kern_return_t kr;

	if (!gate || !MACH_PORT_VALID(requestor_port))
		return KERN_INVALID_ARGUMENT;
	if (!gate_is_privileged(gate, &who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	kr = context_subset(gate, requestor_port, who.euid, &context);
	if (kr == BOOTSTRAP_SUCCESS)
		*subset_port = context->gate.port;
	return kr;
}

/* The last part of the command's path, as far as it is one. */
static void
name_of_command(const char *command, name_t name_out)
{
	size_t length;
	const char *end;
	const char *begin;

	command += strspn(command, " \t");
	length = strcspn(command, " \t");
	end = command + length;
	for (begin = end; begin > command && begin[-1] != '/'; begin--)
		;
	length = (size_t)(end - begin);
	if (length > sizeof(name_t) - 1)
		length = sizeof(name_t) - 1;
	memcpy(name_out, begin, length);
	name_out[length] = '\0';
}

static kern_return_t
create_server(const struct gate *gate, const char *command,
    struct launch_settings *settings, uid_t owner, mach_port_t *port_out)
{
	struct program *program;
	name_t name;
	kern_return_t kr;

	name_of_command(command, name);
	kr = program_new(gate->context, name, settings, owner, &program);
	if (kr != BOOTSTRAP_SUCCESS) {
		launch_settings_free(settings);
		return kr;
	}
	program->held = true;
	if (!gate_watch_senders(&program->gate)) {
		program_free(program);
		return BOOTSTRAP_NO_MEMORY;
	}
	*port_out = program->gate.port;
	return BOOTSTRAP_SUCCESS;
}

kern_return_t
serve_bootstrap_create_server(mach_port_t bp, cmd_t server_cmd,
    uid_t server_uid, boolean_t on_demand, audit_token_t token,
    mach_port_t *server_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct launch_settings *settings;

	if (!gate || server_cmd[0] == '\0')
		return KERN_INVALID_ARGUMENT;
	if (!may_leave(gate, &who) || (who.euid != 0 && who.euid != server_uid))
		return BOOTSTRAP_NOT_PRIVILEGED;
	settings = launch_settings_parse(server_cmd, server_uid, on_demand);
	if (!settings)
		return BOOTSTRAP_NO_MEMORY;
	return create_server(gate, server_cmd, settings, who.euid, server_port);
}
