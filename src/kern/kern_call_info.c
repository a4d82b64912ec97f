/* The calls that tell of a space, and of what is behind a name. */
#include <string.h>

#include "base_alloc.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "kern_call_handlers.h"

/* Room for @count more words. */
static uint32_t *
more_words(struct kern_call *call, uint32_t count)
{
	uint32_t *words = base_zalloc(count, sizeof(*words));

	call->more[0].words = words;
	call->more[0].count = words ? count : 0;
	call->out[0] = call->more[0].count;
	return words;
}

kern_return_t
kern_call_port_space_info(struct kern_call *call)
{
	const uint32_t info_words = sizeof(ipc_info_space_t) / 4;
	const uint32_t name_words = sizeof(ipc_info_name_t) / 4;
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;
	uint32_t *words;
	kern_return_t kr;

	kr = ipc_mach_port_space_info(call->task->space, &info, &table, &count);
	if (kr != KERN_SUCCESS)
		return kr;
	words = more_words(call, info_words);
	if (!words) {
		base_free(table);
		return KERN_RESOURCE_SHORTAGE;
	}
	memcpy(words, &info, sizeof(info));
	call->more[1].words = (uint32_t *)table;
	call->more[1].count = count * name_words;
	call->out[0] = info_words + count * name_words;
	return KERN_SUCCESS;
}

kern_return_t
kern_call_port_space_basic_info(struct kern_call *call)
{
	ipc_info_space_basic_t info;
	kern_return_t kr;

	_Static_assert(sizeof(info) <= sizeof(call->out), "it fits");
	kr = ipc_mach_port_space_basic_info(call->task->space, &info);
	if (kr == KERN_SUCCESS)
		memcpy(call->out, &info, sizeof(info));
	return kr;
}

kern_return_t
kern_call_port_type(struct kern_call *call)
{
	return ipc_mach_port_type(
	    call->task->space, call->in[1], &call->out[0]);
}

kern_return_t
kern_call_port_names(struct kern_call *call)
{
	uint32_t count = 0;
	kern_return_t kr;

	kr = ipc_mach_port_names(call->task->space, &call->more[0].words,
	    &call->more[1].words, &count);
	call->more[0].count = count;
	call->more[1].count = count;
	call->out[0] = 2 * count;
	return kr;
}

kern_return_t
kern_call_port_get_set_status(struct kern_call *call)
{
	kern_return_t kr;

	kr = ipc_mach_port_get_set_status(call->task->space, call->in[1],
	    &call->more[0].words, &call->more[0].count);
	call->out[0] = call->more[0].count;
	return kr;
}

kern_return_t
kern_call_port_get_refs(struct kern_call *call)
{
	return ipc_mach_port_get_refs(
	    call->task->space, call->in[1], call->in[2], &call->out[0]);
}

kern_return_t
kern_call_port_peek(struct kern_call *call)
{
	struct ipc_peek peek;
	uint32_t *words;
	kern_return_t kr;

	kr = ipc_mach_port_peek(call->task->space, call->in[1], call->in[2],
	    call->in[3], call->in[4], &peek);
	if (kr != KERN_SUCCESS)
		return kr;
	words = more_words(call,
	    3 + peek.trailer.msgh_trailer_size / (uint32_t)sizeof(*words));
	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	words[0] = peek.seqno;
	words[1] = peek.size;
	words[2] = (uint32_t)peek.id;
	memcpy(words + 3, &peek.trailer, peek.trailer.msgh_trailer_size);
	return KERN_SUCCESS;
}

kern_return_t
kern_call_port_get_srights(struct kern_call *call)
{
	return ipc_mach_port_get_srights(
	    call->task->space, call->in[1], &call->out[0]);
}

kern_return_t
kern_call_port_dnrequest_info(struct kern_call *call)
{
	return ipc_mach_port_dnrequest_info(
	    call->task->space, call->in[1], &call->out[0], &call->out[1]);
}

/* The address, behind the type, is 0 for all. */
kern_return_t
kern_call_port_kobject(struct kern_call *call)
{
	return ipc_mach_port_kobject(
	    call->task->space, call->in[1], &call->out[0]);
}

kern_return_t
kern_call_port_kobject_description(struct kern_call *call)
{
	const char *text;
	uint32_t *words;
	uint32_t type;
	kern_return_t kr;

	kr = ipc_mach_port_kobject(call->task->space, call->in[1], &type);
	if (kr != KERN_SUCCESS)
		return kr;
	text = ipc_kobject_description(type);
	words = more_words(call, 4 + (uint32_t)(strlen(text) / sizeof(*words)));
	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	words[0] = type;
	memcpy(words + 3, text, strlen(text));
	return KERN_SUCCESS;
}

kern_return_t
kern_call_port_get_service_info(struct kern_call *call)
{
	return ipc_mach_port_get_service_port_info(
	    call->task->space, call->in[1]);
}
