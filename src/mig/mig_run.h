/* A program that is run, and the pipes between it and us: the preprocessor, and a
 * compiler proper that is not this one. No shell, no temporary file. */
#ifndef MIG_RUN_H
#define MIG_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "mig_diag.h"
#include "mig_text.h"
#include "mig_words.h"

enum {
	/* A program that writes more than this does not come to an end. */
	MIG_RUN_OUTPUT_MAX = 64 << 20,
	/* The descriptor by which the program writes `side`, and the name that
	 * it has for the program. */
	MIG_RUN_SIDE = 3,
};
#define MIG_RUN_SIDE_NAME "/dev/fd/3"

struct mig_run {
	const struct mig_words *command; /* the first is looked up in PATH */
	const char *role;                /* "the preprocessor", in messages */
	/* Its standard input; NULL: ours. */
	const char *input;
	size_t input_length;
	struct mig_text *output; /* its standard output; NULL: ours */
	struct mig_text *side;   /* what it writes to MIG_RUN_SIDE_NAME; NULL */
};

/* Runs it and waits for its end. The texts are appended to; after a failure they
 * hold something. The program is to say on standard error why it failed; if it
 * could not be run, or did not end by itself, this does.
 *
 * Return: true when it ended with status 0 */
bool mig_run(struct mig_diag *diag, const struct mig_run *run);

#endif /* MIG_RUN_H */
