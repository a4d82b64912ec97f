/* Where everything stands in the messages of a routine: spec/mig.md 9. */
#ifndef MIG_LAYOUT_H
#define MIG_LAYOUT_H

#include "mig_model.h"
#include "mig_options.h"

enum {
	MIG_HEADER_BYTES = 24,
	MIG_BODY_BYTES = 4,
	MIG_PORT_DESCRIPTOR_BYTES = 12,
	MIG_OOL_DESCRIPTOR_BYTES = 16, /* of data, and of rights */
	MIG_NDR_BYTES = 8,
	MIG_RETCODE_BYTES = 4,
	MIG_COUNT_BYTES = 4,
	MIG_DESCRIPTORS_MAX = 16383, /* what one message may carry */
};

/* The zeros after @bytes of inline data. */
uint32_t mig_pad(uint64_t bytes);

/* Fills request and reply of @routine, but for their ids, and the places of its
 * arguments. The arguments are complete but for these.
 *
 * Return: false after an error: a message is too large, or has more descriptors
 * than it may */
bool mig_layout(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, struct mig_routine *routine);

#endif /* MIG_LAYOUT_H */
