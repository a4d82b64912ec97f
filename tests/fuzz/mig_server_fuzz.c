/*
 * Everything that a generated server reads: requests to any of the tests'
 * interfaces, whose implementations touch all that they are told of. overlay.h has
 * what an input is. After each the server has what it had before.
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
	loopback.on_request = overlay_change;
	if (!stubs_call_hostile(call, &server, LOOPBACK_CLIENT).clean)
		abort();
	return 0;
}
