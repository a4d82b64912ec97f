/* The calls that say and tell what a port is for (<machport.h>). */
#include <string.h>

#include "base_alloc.h"
#include "ipc_label.h"
#include "kern_call_handlers.h"

#define LABEL_WORDS (IPC_LABEL_MAX / sizeof(uint32_t))

kern_return_t
kern_call_port_set_label(struct kern_call *call)
{
	uint32_t count = call->in[1];
	char text[IPC_LABEL_MAX] = "";

	if (count > LABEL_WORDS)
		count = LABEL_WORDS;
	memcpy(text, call->in + 2, count * sizeof(uint32_t));
	text[IPC_LABEL_MAX - 1] = '\0';
	return ipc_mach_port_set_label(call->task->space, call->in[0], text);
}

kern_return_t
kern_call_port_get_label(struct kern_call *call)
{
	uint32_t *words = base_zalloc(LABEL_WORDS, sizeof(*words));

	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	call->more[0] = (struct kern_call_words){words, LABEL_WORDS};
	call->out[0] = LABEL_WORDS;
	return ipc_mach_port_get_label(
	    call->task->space, call->in[0], (char *)words);
}
