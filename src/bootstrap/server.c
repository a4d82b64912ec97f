/* What there is one of, and how tasks find it. */
#include "server.h"

#include <mach/mach.h>
#include <mach/mach_port.h>
#include <unistd.h>

#include "context.h"
#include "log.h"
#include "port.h"

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
	if (server.requests != MACH_PORT_NULL &&
	    server.demand != MACH_PORT_NULL && server.notices != MACH_PORT_NULL)
		server.root = context_root_new();
	if (!server.root)
		log_error("there is no kernel, or it has no room for us");
	return server.root != NULL;
}

void
server_deinit(void)
{
	if (server.root)
		context_free(server.root);
	server.root = NULL;
	port_kill(server.notices);
}
