/*
 * servers/bootstrap.h - names of services
 *
 * A task finds services by name through its bootstrap port, the variable
 * bootstrap_port: a send right that its parent had, which leads to the bootstrap
 * server and, there, to a *context*: a table of services within another. A service
 * that is not found in a context is looked for in those around it.
 *
 * A server *checks in* to get the receive right of its service. When it dies the right
 * goes back to the bootstrap server, with all requests that it had not received, and
 * the next that checks in finds them. Clients' rights stay good meanwhile, and a request
 * may start the server. Or a server *registers* a port that it has made.
 *
 * Each of these calls is a request to @bp, and also returns what sending it returns
 * (MACH_SEND_INVALID_DEST: @bp is dead, or the task has no bootstrap port), or
 *	KERN_INVALID_ARGUMENT	a name or command is too long, or not there
 * A name has at least 1 byte, and less than BOOTSTRAP_MAX_NAME_LEN; they are compared
 * byte by byte.
 *
 * Privileged requests need a bootstrap port with privilege and a sender that is root
 * or the owner of the bootstrap server.
 *
 * Source: spec/special-ports.md 8
 */
#ifndef SERVERS_BOOTSTRAP_H
#define SERVERS_BOOTSTRAP_H

#include <mach/kern_return.h>
#include <mach/mach_init.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <stdint.h>
#include <sys/types.h>

#define BOOTSTRAP_MAX_NAME_LEN 128 /* bytes, with the NUL */
#define BOOTSTRAP_MAX_CMD_LEN 512
#define BOOTSTRAP_MAX_LOOKUP_COUNT 20

#define BOOTSTRAP_SUCCESS 0
#define BOOTSTRAP_NOT_PRIVILEGED 1100
#define BOOTSTRAP_NAME_IN_USE 1101
#define BOOTSTRAP_UNKNOWN_SERVICE 1102
#define BOOTSTRAP_SERVICE_ACTIVE 1103
#define BOOTSTRAP_BAD_COUNT 1104
#define BOOTSTRAP_NO_MEMORY 1105
#define BOOTSTRAP_NO_CHILDREN 1106

#define BOOTSTRAP_STATUS_INACTIVE 0
#define BOOTSTRAP_STATUS_ACTIVE 1
#define BOOTSTRAP_STATUS_ON_DEMAND 2

typedef char name_t[BOOTSTRAP_MAX_NAME_LEN];
typedef char cmd_t[BOOTSTRAP_MAX_CMD_LEN];
typedef name_t *name_array_t;
typedef int bootstrap_status_t;
typedef bootstrap_status_t *bootstrap_status_array_t;
typedef boolean_t *bool_array_t;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * bootstrap_look_up() - find a service
 * @bp:		[in]	bootstrap port; borrowed
 * @service_name: [in]	its name
 * @sp:		[out]	its port. If nobody serves it yet, messages wait in its
 *			queue, and the first may start its server
 *
 * The contexts are searched from that of @bp outwards.
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_UNKNOWN_SERVICE there is none, or it may not be looked up
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_look_up(
    mach_port_t bp, const char *service_name, mach_port_t *sp);

/**
 * bootstrap_look_up2() - the same
 * @bp:		[in]	as for bootstrap_look_up()
 * @service_name: [in]	as for bootstrap_look_up()
 * @sp:		[out]	as for bootstrap_look_up()
 * @target_pid:	[in]	ignored
 * @flags:	[in]	ignored
 *
 * Rights:	as for bootstrap_look_up()
 * Return:	as for bootstrap_look_up()
 * Source:	spec/special-ports.md 8.3
 */
kern_return_t bootstrap_look_up2(mach_port_t bp, const char *service_name,
    mach_port_t *sp, pid_t target_pid, uint64_t flags);

/**
 * bootstrap_look_up_array() - find several services
 * @bp:		[in]	bootstrap port; borrowed
 * @names:	[in]	array of @name_count names
 * @name_count:	[in]	at most BOOTSTRAP_MAX_LOOKUP_COUNT
 * @ports:	[out]	array of *@port_count names of rights; MACH_PORT_NULL where
 *			there is no service
 * @port_count:	[out]	@name_count
 * @all_known:	[out]	whether there is none such
 *
 * The array is new memory; the caller frees it with vm_deallocate().
 *
 * Units:	counts are elements, not bytes
 * Rights:	send rights, one user reference each +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_BAD_COUNT	@name_count is too large
 *		BOOTSTRAP_NO_MEMORY	no memory for the array
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_look_up_array(mach_port_t bp, name_array_t names,
    mach_msg_type_number_t name_count, mach_port_array_t *ports,
    mach_msg_type_number_t *port_count, boolean_t *all_known);

/**
 * bootstrap_check_in() - become the server of a service
 * @bp:		[in]	bootstrap port; borrowed
 * @service_name: [in]	its name, in the context of @bp
 * @sp:		[out]	its port, with what waits in its queue
 *
 * A name that is not declared is declared by this, for as long as the port lives,
 * unless the bootstrap server is strict.
 *
 * When the receive right dies, it goes back to the bootstrap server; to end a service
 * is to destroy it.
 *
 * Rights:	a receive right, +1 to caller; no send right
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_UNKNOWN_SERVICE it is not declared
 *		BOOTSTRAP_NOT_PRIVILEGED it is another server's, or the caller may
 *					not
 *		BOOTSTRAP_SERVICE_ACTIVE somebody serves it
 *		BOOTSTRAP_NO_MEMORY	no memory, or too many names
 * Source:	spec/special-ports.md 8.2, 8.3
 */
kern_return_t bootstrap_check_in(
    mach_port_t bp, const char *service_name, mach_port_t *sp);

/**
 * bootstrap_check_in2() - the same
 * @bp:		[in]	as for bootstrap_check_in()
 * @service_name: [in]	as for bootstrap_check_in()
 * @sp:		[out]	as for bootstrap_check_in()
 * @flags:	[in]	ignored
 *
 * Rights:	as for bootstrap_check_in()
 * Return:	as for bootstrap_check_in()
 * Source:	spec/special-ports.md 8.3
 */
kern_return_t bootstrap_check_in2(
    mach_port_t bp, const char *service_name, mach_port_t *sp, uint64_t flags);

/**
 * bootstrap_register() - give a name to a port
 * @bp:		[in]	bootstrap port; borrowed
 * @service_name: [in]	the name, in the context of @bp
 * @sp:		[in]	a send right; borrowed (the server gets a copy). Or
 *			MACH_PORT_NULL: nothing is found by that name any more, here and
 *			in contexts within, whatever those around have
 *
 * The name goes when the port dies.
 *
 * Rights:	the caller keeps its own
 * Return:	BOOTSTRAP_SUCCESS, or with nothing changed:
 *		BOOTSTRAP_SERVICE_ACTIVE somebody serves it
 *		BOOTSTRAP_NOT_PRIVILEGED it is declared, for another server; or the
 *					caller may not
 *		BOOTSTRAP_NO_MEMORY	no memory, or too many names
 * Source:	spec/special-ports.md 8.2, 8.3
 */
kern_return_t bootstrap_register(
    mach_port_t bp, const char *service_name, mach_port_t sp);

/**
 * bootstrap_register2() - the same
 * @bp:		[in]	as for bootstrap_register()
 * @service_name: [in]	as for bootstrap_register()
 * @sp:		[in]	as for bootstrap_register()
 * @flags:	[in]	ignored
 *
 * Rights:	as for bootstrap_register()
 * Return:	as for bootstrap_register()
 * Source:	spec/special-ports.md 8.3
 */
kern_return_t bootstrap_register2(
    mach_port_t bp, const char *service_name, mach_port_t sp, uint64_t flags);

/**
 * bootstrap_create_service() - declare a service
 * @bp:		[in]	bootstrap port, with privilege; borrowed. That of a server:
 *			only that server may check in
 * @service_name: [in]	its name, in the context of @bp
 * @sp:		[out]	its port
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NAME_IN_USE	there is a service of that name
 *		BOOTSTRAP_NOT_PRIVILEGED
 *		BOOTSTRAP_NO_MEMORY	no memory, or too many names
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_create_service(
    mach_port_t bp, const char *service_name, mach_port_t *sp);

/**
 * bootstrap_status() - see whether a service is served
 * @bp:		[in]	bootstrap port; borrowed
 * @service_name: [in]	its name, found as by bootstrap_look_up()
 * @service_active: [out] a BOOTSTRAP_STATUS_*; ON_DEMAND: not yet, a message starts
 *			its server
 *
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_UNKNOWN_SERVICE there is none, or it may not be looked up
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_status(mach_port_t bp, const char *service_name,
    bootstrap_status_t *service_active);

/**
 * bootstrap_info() - list the services of a context and of those around it
 * @bp:		[in]	bootstrap port; borrowed
 * @service_names: [out] array of *@service_names_count names
 * @service_names_count: [out] its length
 * @server_names: [out]	array of *@server_names_count names of the servers; "" where
 *			a service belongs to none
 * @server_names_count: [out] the same length
 * @service_active: [out] array of *@service_active_count: is it served?
 * @service_active_count: [out] the same length
 *
 * Only what the caller may look up. The arrays are new memory; the caller frees each
 * with vm_deallocate().
 *
 * Units:	counts are elements, not bytes
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NO_MEMORY	no memory for the arrays
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_info(mach_port_t bp, name_array_t *service_names,
    mach_msg_type_number_t *service_names_count, name_array_t *server_names,
    mach_msg_type_number_t *server_names_count, bool_array_t *service_active,
    mach_msg_type_number_t *service_active_count);

/**
 * bootstrap_subset() - make a context within another
 * @bp:		[in]	bootstrap port, with privilege; borrowed
 * @requestor_port: [in] a send right; borrowed (the server gets a copy). The context
 *			ends when this port dies
 * @subset_port: [out]	bootstrap port of the new context, with privilege; to confine
 *			somebody to it, give him that of bootstrap_unprivileged()
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NOT_PRIVILEGED
 *		BOOTSTRAP_NO_MEMORY	no memory, or too many contexts
 * Source:	spec/special-ports.md 8.2, 8.3
 */
kern_return_t bootstrap_subset(
    mach_port_t bp, mach_port_t requestor_port, mach_port_t *subset_port);

/**
 * bootstrap_unprivileged() - the same context without privilege
 * @bp:		[in]	bootstrap port; borrowed
 * @unpriv_port: [out]	a bootstrap port
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NO_MEMORY	no memory
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_unprivileged(mach_port_t bp, mach_port_t *unpriv_port);

/**
 * bootstrap_parent() - the context around a context
 * @bp:		[in]	bootstrap port, with privilege; borrowed
 * @parent_port: [out]	its parent's bootstrap port; of the outermost, its own
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NOT_PRIVILEGED
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_parent(mach_port_t bp, mach_port_t *parent_port);

/**
 * bootstrap_create_server() - declare a program that serves
 * @bp:		[in]	bootstrap port, with privilege; borrowed
 * @server_cmd:	[in]	the command, with a path and arguments
 * @server_uid:	[in]	whom it runs as: the caller himself, unless he is root
 * @on_demand:	[in]	start it when a message waits on one of its services; else
 *			start it as soon as @server_port is released, and again
 *			whenever it ends
 * @server_port: [out]	its bootstrap port: services that are created over it are its
 *			own. It is not started before all rights to it are released
 *
 * Rights:	a send right, one user reference +1 to caller
 * Return:	BOOTSTRAP_SUCCESS, or with no output written:
 *		BOOTSTRAP_NOT_PRIVILEGED
 *		BOOTSTRAP_NO_MEMORY	no memory, or too many servers
 * Source:	spec/special-ports.md 8.2
 */
kern_return_t bootstrap_create_server(mach_port_t bp, const char *server_cmd,
    uid_t server_uid, boolean_t on_demand, mach_port_t *server_port);

/**
 * bootstrap_strerror() - what a result of these calls means
 * @code:	[in]	any; those that are not of here are mach_error_string()'s
 *
 * Return:	a text; static, never NULL
 * Source:	spec/special-ports.md 8
 */
const char *bootstrap_strerror(kern_return_t code);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* SERVERS_BOOTSTRAP_H */
