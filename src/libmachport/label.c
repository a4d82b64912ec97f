/* What ports are for, in a few words. */
#include <machport.h>

#include <string.h>

#include "call.h"

#define LABEL_WORDS (MACHPORT_LABEL_MAX / sizeof(uint32_t))

kern_return_t
machport_set_label(mach_port_name_t name, const char *label)
{
	uint32_t in[2 + LABEL_WORDS] = {name};
	size_t length = label ? strnlen(label, MACHPORT_LABEL_MAX - 1) : 0;

	memcpy(in + 2, label ? label : "", length);
	in[1] = (uint32_t)((length + sizeof(*in) - 1) / sizeof(*in));
	return call_kernel(WIRE_PORT_SET_LABEL, in, 2 + in[1], NULL);
}

kern_return_t
machport_get_label(mach_port_name_t name, char label_out[MACHPORT_LABEL_MAX])
{
	struct call_words words;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_GET_LABEL, &name, 1, &words);
	if (kr != KERN_SUCCESS)
		return kr;
	if (words.count == LABEL_WORDS) {
		memcpy(label_out, words.words, MACHPORT_LABEL_MAX);
		label_out[MACHPORT_LABEL_MAX - 1] = '\0';
	} else {
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	}
	call_words_free(&words);
	return kr;
}
