/*
 * The engine under a stream of operations: the input says which, by whom and on
 * what (ipc/ops.h). The world is recounted after each; whatever does not add up
 * aborts.
 */
#include "ipc.h"
#include "ipc/ops.h"

/* More steps than this find nothing that fewer do not, but slowly. */
#define STEPS_MAX 400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct ops_input input = {.bytes = bytes, .count = count};

	ops_begin();
	for (unsigned i = 0; i < STEPS_MAX && ops_step(&input); i++)
		ipc_check();
	ops_end();
	return 0;
}
