/* Bootstrap ports. */
#include "gate.h"

#include <errno.h>
#include <mach/mach.h>
#include <mach/mach_port.h>
#include <servers/bootstrap.h>
#include <unistd.h>

#include "port.h"
#include "server.h"

static struct port_map *
gates(void)
{
	static struct port_map map;
	static bool is_ready;

	if (!is_ready)
		port_map_init(&map);
	is_ready = true;
	return &map;
}

int
gate_init(struct gate *gate, struct context *context, struct program *program,
    bool privileged)
{
	mach_port_t port = port_new(false, MACH_PORT_QLIMIT_SMALL);

	if (port == MACH_PORT_NULL)
		return BOOTSTRAP_NO_MEMORY;
	if (mach_port_insert_member(mach_task_self(), port, server.requests) !=
	    KERN_SUCCESS) {
		port_kill(port);
		return BOOTSTRAP_NO_MEMORY;
	}
	gate->port = port;
	gate->context = context;
	gate->program = program;
	gate->privileged = privileged;
	port_node_init(&gate->node);
	port_map_add(gates(), &gate->node, port);
	return BOOTSTRAP_SUCCESS;
}

void
gate_deinit(struct gate *gate)
{
	if (gate->port == MACH_PORT_NULL)
		return;
	port_map_remove(&gate->node);
	port_kill(gate->port);
	gate->port = MACH_PORT_NULL;
}

struct gate *
gate_find(mach_port_t port)
{
	struct port_node *node = port_map_find(gates(), port);

	return node ? CONTAINER_OF(node, struct gate, node) : NULL;
}

bool
gate_is_privileged(const struct gate *gate, const struct identity *who)
{
	return gate->privileged &&
	    (who->euid == 0 || who->euid == server.owner);
}

/* As gate_fork(), with a send right of ours for the gate. */
static pid_t
fork_with(mach_port_t port)
{
	mach_port_t ours = MACH_PORT_NULL;
	pid_t pid = -1;
	int error = EAGAIN;

	if (task_get_bootstrap_port(mach_task_self(), &ours) == KERN_SUCCESS &&
	    task_set_bootstrap_port(mach_task_self(), port) == KERN_SUCCESS) {
		pid = fork();
		error = errno;
	}
	if (pid == 0) {
		/* Now, while it is still the process that was forked. */
		(void)mach_init();
		return 0;
	}
	(void)task_set_bootstrap_port(
	    mach_task_self(), ours == MACH_PORT_DEAD ? MACH_PORT_NULL : ours);
	port_release(ours);
	errno = error;
	return pid;
}

pid_t
gate_fork(const struct gate *gate)
{
	pid_t pid;
	int error;

	if (mach_port_insert_right(mach_task_self(), gate->port, gate->port,
	        MACH_MSG_TYPE_MAKE_SEND) != KERN_SUCCESS) {
		errno = EAGAIN;
		return -1;
	}
	pid = fork_with(gate->port);
	error = errno;
	if (pid != 0)
		port_release(gate->port);
	errno = error;
	return pid;
}

bool
gate_watch_senders(const struct gate *gate)
{
	mach_port_t previous = MACH_PORT_NULL;

	/* 1: not before there has been one. */
	return mach_port_request_notification(mach_task_self(), gate->port,
	           MACH_NOTIFY_NO_SENDERS, 1, gate->port,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) == KERN_SUCCESS;
}
