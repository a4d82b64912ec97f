/*
 * Requests to a bootstrap port. The stubs are mig's, of <servers/bootstrap.defs>:
 * rpc_bootstrap_look_up() and so on. What they would cut off is refused here.
 */
#include <servers/bootstrap.h>

#include <mach/mach_error.h>
#include <stdbool.h>
#include <string.h>

#include "lock.h"
#include "rpc_bootstrap.h"

/* What a stub returns; a thread that was cancelled in it would lose what came with
 * the reply. */
#define RPC(call)                                                              \
	__extension__({                                                        \
		int cancel_type_ = cancel_defer();                             \
		kern_return_t kr_ = rpc_##call;                                \
		cancel_restore(cancel_type_);                                  \
		kr_;                                                           \
	})

/* Copy @text, and zeroes behind it, as it goes into a request. False: it does not
 * fit, or there is none. */
static bool
copy_text(char *text_out, size_t room, const char *text)
{
	size_t length = text ? strnlen(text, room) : 0;

	if (length == 0 || length == room)
		return false;
	memset(text_out, 0, room);
	memcpy(text_out, text, length);
	return true;
}

kern_return_t
bootstrap_look_up(mach_port_t bp, const char *service_name, mach_port_t *sp)
{
	name_t name;

	if (!copy_text(name, sizeof(name), service_name))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_look_up(bp, name, sp));
}

kern_return_t
bootstrap_look_up2(mach_port_t bp, const char *service_name, mach_port_t *sp,
    pid_t target_pid, uint64_t flags)
{
	(void)target_pid;
	(void)flags;
	return bootstrap_look_up(bp, service_name, sp);
}

kern_return_t
bootstrap_look_up_array(mach_port_t bp, name_array_t names,
    mach_msg_type_number_t name_count, mach_port_array_t *ports,
    mach_msg_type_number_t *port_count, boolean_t *all_known)
{
	/* The server says the same of what it is sent. */
	if (name_count > BOOTSTRAP_MAX_LOOKUP_COUNT)
		return BOOTSTRAP_BAD_COUNT;
	return RPC(bootstrap_look_up_array(
	    bp, names, name_count, ports, port_count, all_known));
}

kern_return_t
bootstrap_check_in(mach_port_t bp, const char *service_name, mach_port_t *sp)
{
	name_t name;

	if (!copy_text(name, sizeof(name), service_name))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_check_in(bp, name, sp));
}

kern_return_t
bootstrap_check_in2(
    mach_port_t bp, const char *service_name, mach_port_t *sp, uint64_t flags)
{
	(void)flags;
	return bootstrap_check_in(bp, service_name, sp);
}

kern_return_t
bootstrap_register(mach_port_t bp, const char *service_name, mach_port_t sp)
{
	name_t name;

	if (!copy_text(name, sizeof(name), service_name))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_register(bp, name, sp));
}

kern_return_t
bootstrap_register2(
    mach_port_t bp, const char *service_name, mach_port_t sp, uint64_t flags)
{
	(void)flags;
	return bootstrap_register(bp, service_name, sp);
}

kern_return_t
bootstrap_create_service(
    mach_port_t bp, const char *service_name, mach_port_t *sp)
{
	name_t name;

	if (!copy_text(name, sizeof(name), service_name))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_create_service(bp, name, sp));
}

kern_return_t
bootstrap_status(mach_port_t bp, const char *service_name,
    bootstrap_status_t *service_active)
{
	name_t name;

	if (!copy_text(name, sizeof(name), service_name))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_status(bp, name, service_active));
}

kern_return_t
bootstrap_info(mach_port_t bp, name_array_t *service_names,
    mach_msg_type_number_t *service_names_count, name_array_t *server_names,
    mach_msg_type_number_t *server_names_count, bool_array_t *service_active,
    mach_msg_type_number_t *service_active_count)
{
	return RPC(
	    bootstrap_info(bp, service_names, service_names_count, server_names,
	        server_names_count, service_active, service_active_count));
}

kern_return_t
bootstrap_subset(
    mach_port_t bp, mach_port_t requestor_port, mach_port_t *subset_port)
{
	return RPC(bootstrap_subset(bp, requestor_port, subset_port));
}

kern_return_t
bootstrap_unprivileged(mach_port_t bp, mach_port_t *unpriv_port)
{
	return RPC(bootstrap_unprivileged(bp, unpriv_port));
}

kern_return_t
bootstrap_parent(mach_port_t bp, mach_port_t *parent_port)
{
	return RPC(bootstrap_parent(bp, parent_port));
}

kern_return_t
bootstrap_create_server(mach_port_t bp, const char *server_cmd,
    uid_t server_uid, boolean_t on_demand, mach_port_t *server_port)
{
	cmd_t command;

	if (!copy_text(command, sizeof(command), server_cmd))
		return KERN_INVALID_ARGUMENT;
	return RPC(bootstrap_create_server(
	    bp, command, server_uid, on_demand, server_port));
}

const char *
bootstrap_strerror(kern_return_t code)
{
	switch (code) {
	case BOOTSTRAP_SUCCESS:
		return "success";
	case BOOTSTRAP_NOT_PRIVILEGED:
		return "not privileged";
	case BOOTSTRAP_NAME_IN_USE:
		return "name in use";
	case BOOTSTRAP_UNKNOWN_SERVICE:
		return "unknown service";
	case BOOTSTRAP_SERVICE_ACTIVE:
		return "service active";
	case BOOTSTRAP_BAD_COUNT:
		return "bad count";
	case BOOTSTRAP_NO_MEMORY:
		return "no memory";
	case BOOTSTRAP_NO_CHILDREN:
		return "no children";
	default:
		return mach_error_string(code);
	}
}
