/* Requests about services. What the arguments are bootstrapServer.h says, and
 * <servers/bootstrap.h> what each does. */
#include <mach/mach.h>
#include <string.h>

#include "bootstrapServer.h"
#include "context.h"
#include "gate.h"
#include "policy.h"
#include "program.h"
#include "server.h"
#include "service.h"

/* Is the service another program's than whoever asks belongs to? */
static bool
is_of_another(const struct service *service, const struct gate *gate)
{
	return service->program && service->program != gate->program;
}

static bool
is_served(const struct service *service)
{
	return service->state == SERVICE_ACTIVE ||
	    service->state == SERVICE_REGISTERED;
}

/* Its program has come up. */
static void
tell_program(const struct service *service)
{
	if (service->program)
		launch_checked_in(service->program);
}

/* --- check-in -------------------------------------------------------------------- */

static kern_return_t
check_in_new(const struct gate *gate, const char *name,
    const struct identity *who, mach_port_t *port_out)
{
	struct service *service;
	kern_return_t kr;

	if (server.options.strict)
		return BOOTSTRAP_UNKNOWN_SERVICE;
	if (!policy_allows(gate, name, NULL, POLICY_CREATE, who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	kr = service_create(gate->context, name, who->euid, &service);
	if (kr != BOOTSTRAP_SUCCESS)
		return kr;
	kr = service_check_in(service, port_out);
	if (kr != BOOTSTRAP_SUCCESS)
		service_free(service);
	return kr;
}

static kern_return_t
check_in(struct service *service, const struct gate *gate,
    const struct identity *who, mach_port_t *port_out)
{
	kern_return_t kr;

	if (service->state == SERVICE_HIDDEN)
		return BOOTSTRAP_UNKNOWN_SERVICE;
	if (is_of_another(service, gate) ||
	    !policy_allows(gate, service->name, service, POLICY_CHECK_IN, who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	if (is_served(service))
		return BOOTSTRAP_SERVICE_ACTIVE;
	kr = service_check_in(service, port_out);
	if (kr == BOOTSTRAP_SUCCESS)
		tell_program(service);
	return kr;
}

kern_return_t
serve_bootstrap_check_in(mach_port_t bp, name_t service_name,
    audit_token_t token, mach_port_t *service_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct service *service;

	if (!gate || service_name[0] == '\0')
		return KERN_INVALID_ARGUMENT;
	service = context_find(gate->context, service_name);
	return service ? check_in(service, gate, &who, service_port)
	               : check_in_new(gate, service_name, &who, service_port);
}

/* --- registration ---------------------------------------------------------------- */

static kern_return_t
register_new(const struct gate *gate, const char *name,
    const struct identity *who, mach_port_t port)
{
	if (!policy_allows(gate, name, NULL, POLICY_REGISTER, who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	return service_register_new(gate->context, name, port, who->euid);
}

static kern_return_t
register_over(struct service *service, const struct gate *gate,
    const struct identity *who, mach_port_t port)
{
	kern_return_t kr;

	if (is_of_another(service, gate) ||
	    !policy_allows(gate, service->name, service, POLICY_REGISTER, who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	if (is_served(service))
		return BOOTSTRAP_SERVICE_ACTIVE;
	/* Before: a dead port may be the end of the service. */
	if (MACH_PORT_VALID(port))
		tell_program(service);
	kr = service_register(service, port);
	return kr;
}

kern_return_t
serve_bootstrap_register(mach_port_t bp, name_t service_name,
    mach_port_t service_port, audit_token_t token)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct service *service;

	if (!gate || service_name[0] == '\0')
		return KERN_INVALID_ARGUMENT;
	service = context_find(gate->context, service_name);
	return service ? register_over(service, gate, &who, service_port)
	               : register_new(gate, service_name, &who, service_port);
}

/* --- declaration ----------------------------------------------------------------- */

kern_return_t
serve_bootstrap_create_service(mach_port_t bp, name_t service_name,
    audit_token_t token, mach_port_t *service_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct service *service;
	kern_return_t kr;

	if (!gate || service_name[0] == '\0')
		return KERN_INVALID_ARGUMENT;
	if (!gate_is_privileged(gate, &who) ||
	    !policy_allows(gate, service_name, NULL, POLICY_CREATE, &who))
		return BOOTSTRAP_NOT_PRIVILEGED;
	kr = service_declare(
	    gate->context, service_name, gate->program, who.euid, &service);
	if (kr == BOOTSTRAP_SUCCESS)
		*service_port = service->port;
	return kr;
}

/* --- looking up ------------------------------------------------------------------ */

/* What @who finds by that name; NULL: nothing. */
static struct service *
look_up(const struct gate *gate, const char *name, const struct identity *who)
{
	struct service *service = context_resolve(gate->context, name);

	if (!service ||
	    !policy_allows(gate, name, service, POLICY_LOOK_UP, who))
		return NULL;
	return service;
}

kern_return_t
serve_bootstrap_look_up(mach_port_t bp, name_t service_name,
    audit_token_t token, mach_port_t *service_port)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct service *service;

	if (!gate)
		return KERN_INVALID_ARGUMENT;
	service = look_up(gate, service_name, &who);
	if (!service)
		return BOOTSTRAP_UNKNOWN_SERVICE;
	*service_port = service->port;
	return BOOTSTRAP_SUCCESS;
}

/* Names that came out of line: nobody has looked for their NUL. */
static mach_port_t
look_up_unchecked(
    const struct gate *gate, const name_t name, const struct identity *who)
{
	struct service *service = memchr(name, '\0', sizeof(name_t))
	    ? look_up(gate, name, who)
	    : NULL;

	return service ? service->port : MACH_PORT_NULL;
}

kern_return_t
serve_bootstrap_look_up_array(mach_port_t bp, name_array_t service_names,
    mach_msg_type_number_t service_namesCnt, audit_token_t token,
    mach_port_array_t *service_ports, mach_msg_type_number_t *service_portsCnt,
    boolean_t *all_services_known)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	vm_address_t ports = 0;

	if (!gate)
		return KERN_INVALID_ARGUMENT;
	if (service_namesCnt > BOOTSTRAP_MAX_LOOKUP_COUNT)
		return BOOTSTRAP_BAD_COUNT;
	if (service_namesCnt > 0)
		mig_allocate(&ports, service_namesCnt * sizeof(mach_port_t));
	if (service_namesCnt > 0 && !ports)
		return BOOTSTRAP_NO_MEMORY;
	*service_ports = (mach_port_array_t)ports;
	*service_portsCnt = service_namesCnt;
	*all_services_known = TRUE;
	for (mach_msg_type_number_t i = 0; i < service_namesCnt; i++) {
		(*service_ports)[i] =
		    look_up_unchecked(gate, service_names[i], &who);
		if ((*service_ports)[i] == MACH_PORT_NULL)
			*all_services_known = FALSE;
	}
	mig_deallocate(
	    (vm_address_t)service_names, service_namesCnt * sizeof(name_t));
	return BOOTSTRAP_SUCCESS;
}

kern_return_t
serve_bootstrap_status(mach_port_t bp, name_t service_name, audit_token_t token,
    bootstrap_status_t *service_active)
{
	const struct identity who = identity_of_token(&token);
	struct gate *gate = gate_find(bp);
	struct service *service;

	if (!gate)
		return KERN_INVALID_ARGUMENT;
	service = look_up(gate, service_name, &who);
	if (!service)
		return BOOTSTRAP_UNKNOWN_SERVICE;
	*service_active = is_served(service) ? BOOTSTRAP_STATUS_ACTIVE
	    : service->program               ? BOOTSTRAP_STATUS_ON_DEMAND
	                                     : BOOTSTRAP_STATUS_INACTIVE;
	return BOOTSTRAP_SUCCESS;
}
