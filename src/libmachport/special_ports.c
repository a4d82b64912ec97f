/* The ports that the kernel keeps for a task, a thread and the host, and those that a
 * task registered. */
#include <mach/host_priv.h>
#include <mach/task.h>
#include <mach/thread_act.h>

#include <string.h>

#include "rpc.h"
#include "rpc_host_priv.h"
#include "rpc_task.h"
#include "rpc_thread_act.h"

kern_return_t
task_get_special_port(task_t task, int which_port, mach_port_t *special_port)
{
	return OR_RPC(CALL(TASK_GET_SPECIAL_PORT, special_port, task,
	                  (uint32_t)which_port),
	    task_get_special_port(task, which_port, special_port));
}

kern_return_t
task_set_special_port(task_t task, int which_port, mach_port_t special_port)
{
	return OR_RPC(CALL(TASK_SET_SPECIAL_PORT, NULL, task,
	                  (uint32_t)which_port, special_port),
	    task_set_special_port(task, which_port, special_port));
}

kern_return_t
thread_get_special_port(
    thread_act_t thread, int which_port, mach_port_t *special_port)
{
	return OR_RPC(CALL(THREAD_GET_SPECIAL_PORT, special_port, thread,
	                  (uint32_t)which_port),
	    thread_get_special_port(thread, which_port, special_port));
}

kern_return_t
thread_set_special_port(
    thread_act_t thread, int which_port, mach_port_t special_port)
{
	return OR_RPC(CALL(THREAD_SET_SPECIAL_PORT, NULL, thread,
	                  (uint32_t)which_port, special_port),
	    thread_set_special_port(thread, which_port, special_port));
}

kern_return_t
host_get_special_port(
    host_priv_t host_priv, int node, int which, mach_port_t *port)
{
	return RPC(host_get_special_port(host_priv, node, which, port));
}

kern_return_t
host_set_special_port(host_priv_t host_priv, int which, mach_port_t port)
{
	return RPC(host_set_special_port(host_priv, which, port));
}

kern_return_t
mach_ports_register(
    task_t task, mach_port_array_t ports, mach_msg_type_number_t ports_count)
{
	/* One more than is allowed is enough for the kernel to refuse it. */
	uint32_t in[2 + TASK_PORT_REGISTER_MAX + 1] = {task};
	uint32_t count = ports_count;

	if (count > TASK_PORT_REGISTER_MAX + 1)
		count = TASK_PORT_REGISTER_MAX + 1;
	in[1] = count;
	if (count > 0)
		memcpy(in + 2, ports, count * sizeof(*in));
	return OR_RPC(
	    call_kernel(WIRE_PORTS_REGISTER, in, 2 + (size_t)count, NULL),
	    mach_ports_register(task, ports, ports_count));
}

kern_return_t
mach_ports_lookup(
    task_t task, mach_port_array_t *ports, mach_msg_type_number_t *ports_count)
{
	struct call_words words = {NULL, TASK_PORT_REGISTER_MAX};
	kern_return_t kr;

	/* The memory first: rights that came could not be given back. */
	words.words = call_words_map(words.count);
	if (words.words == CALL_WORDS_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	kr = CALL(PORTS_LOOKUP, words.words, task);
	if (kr != KERN_SUCCESS) {
		call_words_free(&words);
		return OR_RPC(kr, mach_ports_lookup(task, ports, ports_count));
	}
	*ports = words.words;
	*ports_count = words.count;
	return KERN_SUCCESS;
}
