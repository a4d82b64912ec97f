/* Subsystems task, thread_act and host_priv: special and registered ports. */
#include "kern_special.h"

#include "base_alloc.h"
#include "kern_host.h"
#include "kern_mig.h"
#include "kern_mig_host_priv.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"

/* The handle of a send right, CONSUMED, that goes with the reply. */
static mach_port_t
give(struct ipc_port *right)
{
	return kern_mig_give(
	    (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND});
}

/* --- tasks ----------------------------------------------------------------- */

kern_return_t
kern_serve_task_get_special_port(
    task_inspect_t port, int which, mach_port_t *special)
{
	struct kern_task *task = kern_mig_task(port);
	struct ipc_port *right;
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 1);
	if (kr == KERN_SUCCESS)
		kr = kern_special_task_get(task, which, &right);
	if (kr == KERN_SUCCESS)
		*special = give(right);
	return kr;
}

kern_return_t
kern_serve_task_set_special_port(task_t port, int which, mach_port_t special)
{
	struct kern_task *task = kern_mig_task(port);
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		kr = kern_special_task_set(
		    task, which, kern_mig_right(special).port);
	if (kr == KERN_SUCCESS)
		kern_mig_taken(special);
	return kr;
}

kern_return_t
kern_serve_mach_ports_register(
    task_t port, mach_port_array_t set, mach_msg_type_number_t count)
{
	struct ipc_port *rights[TASK_PORT_REGISTER_MAX] = {NULL};
	struct kern_task *task = kern_mig_task(port);
	kern_return_t kr;

	if (!task || count > TASK_PORT_REGISTER_MAX)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	for (uint32_t i = 0; i < count; i++) {
		rights[i] = kern_mig_right(set[i]).port;
		kern_mig_taken(set[i]);
	}
	kern_special_register(task, rights);
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_ports_lookup(
    task_t port, mach_port_array_t *set, mach_msg_type_number_t *count)
{
	enum { BYTES = (TASK_PORT_REGISTER_MAX * sizeof(**set) + 7) & ~7ul };
	struct kern_call_words *more = kern_mig_call()->more;
	struct ipc_port *rights[TASK_PORT_REGISTER_MAX];
	struct kern_task *task = kern_mig_task(port);
	kern_return_t kr;

	if (!task)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(BYTES, TASK_PORT_REGISTER_MAX);
	if (kr != KERN_SUCCESS)
		return kr;
	more->words = base_zalloc(TASK_PORT_REGISTER_MAX, sizeof(**set));
	if (!more->words)
		return KERN_RESOURCE_SHORTAGE;
	kern_special_lookup(task, rights);
	for (unsigned i = 0; i < TASK_PORT_REGISTER_MAX; i++)
		more->words[i] = give(rights[i]);
	*set = more->words;
	*count = TASK_PORT_REGISTER_MAX;
	return KERN_SUCCESS;
}

/* --- threads --------------------------------------------------------------- */

kern_return_t
kern_serve_thread_get_special_port(
    thread_inspect_t port, int which, mach_port_t *special)
{
	struct kern_thread *thread = kern_mig_thread(port);
	struct ipc_port *right;
	kern_return_t kr;

	if (!thread)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 1);
	if (kr == KERN_SUCCESS)
		kr = kern_special_thread_get(thread, which, &right);
	if (kr == KERN_SUCCESS)
		*special = give(right);
	return kr;
}

kern_return_t
kern_serve_thread_set_special_port(
    thread_act_t port, int which, mach_port_t special)
{
	struct kern_thread *thread = kern_mig_thread(port);

	(void)special;
	if (!thread)
		return KERN_INVALID_ARGUMENT;
	return kern_special_thread_set(thread, which);
}

/* --- the host -------------------------------------------------------------- */

kern_return_t
kern_serve_host_get_special_port(
    host_priv_t host_priv, int node, int which, mach_port_t *port)
{
	struct ipc_port *right;
	kern_return_t kr;

	(void)node; /* there is one */
	if (!kern_host_is_privileged(kern_mig_object(host_priv)))
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 1);
	if (kr == KERN_SUCCESS)
		kr = kern_host_special_copy(which, &right);
	if (kr == KERN_SUCCESS)
		*port = give(right);
	return kr;
}

kern_return_t
kern_serve_host_set_special_port(
    host_priv_t host_priv, int which, mach_port_t port)
{
	kern_return_t kr;

	if (!kern_host_is_privileged(kern_mig_object(host_priv)))
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		kr = kern_host_special_set(which, kern_mig_right(port).port);
	if (kr == KERN_SUCCESS)
		kern_mig_taken(port);
	return kr;
}
