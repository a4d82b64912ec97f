/* What there is one of, and how tasks find it. */
#include "server.h"

#include <mach/host_priv.h>
#include <mach/mach.h>
#include <mach/mach_error.h>
#include <mach/mach_port.h>
#include <unistd.h>

#include "base_alloc.h"
#include "context.h"
#include "log.h"
#include "port.h"
#include "serve.h"

struct server server;

static mach_port_t
new_set(void)
{
	mach_port_t set = MACH_PORT_NULL;

	return mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET,
	           &set) == KERN_SUCCESS
	    ? set
	    : MACH_PORT_NULL;
}

bool
server_init(const struct server_options *options)
{
	server.options = *options;
	server.owner = geteuid();
	server.requests = new_set();
	server.demand = new_set();
	server.notices = port_new(false, 0);
	server.returns = port_new(false, 0);
	if (server.requests != MACH_PORT_NULL &&
	    server.demand != MACH_PORT_NULL &&
	    server.notices != MACH_PORT_NULL &&
	    server.returns != MACH_PORT_NULL)
		server.root = context_root_new();
	if (!server.root)
		log_error("there is no kernel, or it has no room for us");
	return server.root != NULL;
}

/* Is another server found there? */
static bool
is_taken(host_priv_t host)
{
	mach_port_t port = MACH_PORT_NULL;

	if (host_get_special_port(host, HOST_LOCAL_NODE,
	        MACHPORT_HOST_BOOTSTRAP_PORT, &port) != KERN_SUCCESS)
		return false;
	port_release(port);
	return MACH_PORT_VALID(port);
}

static kern_return_t
set_default(host_priv_t host)
{
	mach_port_t port = server.root->gate.port;
	kern_return_t kr = mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = host_set_special_port(host, MACHPORT_HOST_BOOTSTRAP_PORT, port);
	port_release(port);
	return kr;
}

bool
server_be_found(bool must)
{
	mach_port_t host = mach_host_self();
	kern_return_t kr = KERN_SUCCESS;
	bool taken = is_taken(host);

	if (!taken)
		kr = set_default(host);
	port_release(host);
	if (!must || (!taken && kr == KERN_SUCCESS))
		return true;
	log_error("tasks cannot find this server: %s",
	    taken ? "they find another one" : mach_error_string(kr));
	return false;
}

static void
free_set(mach_port_t *set)
{
	(void)mach_port_mod_refs(
	    mach_task_self(), *set, MACH_PORT_RIGHT_PORT_SET, -1);
	*set = MACH_PORT_NULL;
}

void
server_deinit(void)
{
	if (server.root)
		context_free(server.root);
	server.root = NULL;
	/* What dead names it has left behind, and rights that come back. */
	serve_notices();
	port_kill(server.notices);
	port_kill(server.returns);
	free_set(&server.requests);
	free_set(&server.demand);
}

/* The names that a task has without having asked for any, and the port on which its
 * calls get their replies. */
static bool
is_of_every_task(mach_port_name_t name)
{
	return name == mach_task_self() || name == bootstrap_port ||
	    name == mig_get_reply_port();
}

bool
server_is_empty(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;
	unsigned left = 0;

	if (mach_port_names(mach_task_self(), &names, &count, &types,
	        &types_count) != KERN_SUCCESS)
		return false;
	for (mach_msg_type_number_t i = 0; i < count; i++)
		if (!is_of_every_task(names[i])) {
			log_error("name %#x is left, of type %#x", names[i],
			    types[i]);
			left++;
		}
	mig_deallocate((vm_address_t)names, count * sizeof(*names));
	mig_deallocate((vm_address_t)types, types_count * sizeof(*types));
	if (base_alloc_live() > 0)
		log_error("%llu objects in memory are left",
		    (unsigned long long)base_alloc_live());
	return left == 0 && base_alloc_live() == 0;
}
