/* The host's C preprocessor: spec/mig.md 1. */
#ifndef MIG_PREPROCESS_H
#define MIG_PREPROCESS_H

#include <stdbool.h>

#include "mig_diag.h"
#include "mig_text.h"
#include "mig_words.h"

/* Which dependencies the preprocessor is to tell. */
enum mig_depend_kind {
	MIG_DEPEND_NONE,
	MIG_DEPEND_ALL,  /* -MD */
	MIG_DEPEND_USER, /* -MMD: no headers of the system */
};

struct mig_preprocess {
	const char *program;             /* "cc", "ccache gcc" */
	const struct mig_words *options; /* the user's */
	const char *input;               /* "-": standard input */
	const char *include_directory;   /* where <mach/std_types.defs> is; is
					    searched after the user's; NULL */
	enum mig_depend_kind depend;
	bool depend_phony; /* -MP */
};

/* The target of the rule that mig_preprocess() makes. */
#define MIG_DEPEND_TARGET "mig"

/* Preprocesses @preprocess->input and appends what comes of it to @text; and to
 * @rule, with a `depend`, a rule for make(1) with the target MIG_DEPEND_TARGET.
 *
 * Return: false after an error, which has been told */
bool mig_preprocess(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_preprocess *preprocess, struct mig_text *text,
    struct mig_text *rule);

#endif /* MIG_PREPROCESS_H */
