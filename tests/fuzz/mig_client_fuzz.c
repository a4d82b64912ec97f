/*
 * Everything that generated user stubs read: replies to any call of the tests'
 * interfaces, whose callers touch all that they get. overlay.h has what an input
 * is. After each the caller has what it had before.
 */
#include <stdlib.h>

#include "overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const struct stub_call *call;
	mach_port_t server;

	call = overlay_begin(data, bytes, &server);
	if (!call)
		return -1;
	loopback.on_reply = overlay_change;
	if (!stubs_call_hostile(call, &server, LOOPBACK_SERVER).clean)
		abort();
	return 0;
}
