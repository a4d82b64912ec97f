/* The ports that the kernel keeps for a task, and those that it registered. */
#include <mach/task.h>
#include <mach/thread_act.h>

#include <string.h>

#include "call.h"

kern_return_t
task_get_special_port(task_t task, int which_port, mach_port_t *special_port)
{
	return CALL(
	    TASK_GET_SPECIAL_PORT, special_port, task, (uint32_t)which_port);
}

kern_return_t
task_set_special_port(task_t task, int which_port, mach_port_t special_port)
{
	return CALL(TASK_SET_SPECIAL_PORT, NULL, task, (uint32_t)which_port,
	    special_port);
}

kern_return_t
thread_get_special_port(
    thread_act_t thread, int which_port, mach_port_t *special_port)
{
	return CALL(THREAD_GET_SPECIAL_PORT, special_port, thread,
	    (uint32_t)which_port);
}

kern_return_t
thread_set_special_port(
    thread_act_t thread, int which_port, mach_port_t special_port)
{
	return CALL(THREAD_SET_SPECIAL_PORT, NULL, thread, (uint32_t)which_port,
	    special_port);
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
	return call_kernel(WIRE_PORTS_REGISTER, in, 2 + (size_t)count, NULL);
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
		return kr;
	}
	*ports = words.words;
	*ports_count = words.count;
	return KERN_SUCCESS;
}
