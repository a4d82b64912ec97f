/* From a routine to its call. */
#include "kern_serve.h"

#include <string.h>

/* Whom it is about, and what. */
static kern_return_t
prepare(enum wire_call number, mach_port_t port, const uint32_t *in)
{
	struct kern_call *call = kern_mig_call();

	call->task = kern_mig_task(port);
	if (!call->task)
		return KERN_INVALID_TASK;
	call->number = number;
	call->in = in;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_call(enum wire_call number, mach_port_t port, const uint32_t *in,
    uint32_t right_count)
{
	kern_return_t kr = prepare(number, port, in);

	if (kr == KERN_SUCCESS)
		kr = kern_mig_reserve(0, right_count);
	if (kr == KERN_SUCCESS)
		kr = kern_call(kern_mig_call());
	return kr;
}

kern_return_t
kern_serve(
    enum wire_call number, void *out, mach_port_t port, const uint32_t *in)
{
	const size_t words = wire_call_shape((uint16_t)number)->out;
	kern_return_t kr = kern_serve_call(number, port, in, 0);

	if (kr == KERN_SUCCESS && words > 0)
		memcpy(out, kern_mig_call()->out, words * sizeof(uint32_t));
	return kr;
}

kern_return_t
kern_serve_regions(enum wire_call number, mach_port_t port, const uint32_t *in)
{
	const struct kern_call *call = kern_mig_call();
	kern_return_t kr = prepare(number, port, in);
	uint64_t bytes = 0;

	if (kr == KERN_SUCCESS)
		kr = kern_call(kern_mig_call());
	if (kr != KERN_SUCCESS)
		return kr;
	for (unsigned i = 0; i < 2; i++)
		bytes +=
		    ((uint64_t)call->more[i].count * sizeof(uint32_t) + 7) &
		    ~(uint64_t)7;
	return kern_mig_reserve(bytes, 0);
}
