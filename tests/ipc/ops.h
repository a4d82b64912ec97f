/*
 * Bytes as a stream of engine operations: what the random test and the fuzz
 * harness have in common. A small world of three tasks with a few threads each
 * does whatever the bytes say; names are picked mostly from those that exist, so
 * that most operations get somewhere, and budgets are small, so that some do not.
 *
 * The caller calls ipc_check() between steps.
 */
#ifndef OPS_H
#define OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes not yet used. When there are no more, all further ones are 0. */
struct ops_input {
	const uint8_t *bytes;
	size_t count;
};

/* No step uses more bytes than this. */
#define OPS_STEP_BYTES 256

/* There is one at a time, as there is one world. */
void ops_begin(void);

/* All tasks die, and nothing may be left. */
void ops_end(void);

/* Do one operation. False: the input is at its end, and nothing was done. */
bool ops_step(struct ops_input *input);

#endif
