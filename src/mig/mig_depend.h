/* Dependency files for make(1) and ninja(1): spec/mig.md 2.2. */
#ifndef MIG_DEPEND_H
#define MIG_DEPEND_H

#include "mig_diag.h"
#include "mig_outputs.h"
#include "mig_preprocess.h"
#include "mig_words.h"

/* What the command line says about them. */
struct mig_depend {
	enum mig_depend_kind kind;
	bool phony;               /* -MP: a rule without commands for each
				     header, so that it may vanish */
	const char *file;         /* -MF: one file; NULL: OUTPUT.d for each */
	struct mig_words targets; /* -MT, and -MQ quoted; none: the outputs */
};

/* Adds @word with what make(1) takes for something else quoted. */
void mig_depend_quote(
    struct mig_arena *arena, struct mig_words *targets, const char *word);

/* Adds the dependency files of @outputs to them. @rule is what mig_preprocess()
 * made. */
void mig_depend_add(struct mig_outputs *outputs,
    const struct mig_depend *depend, const struct mig_text *rule);

/* The same, and takes the outputs themselves out: another program has made them. */
void mig_depend_replace(struct mig_outputs *outputs,
    const struct mig_depend *depend, const struct mig_text *rule);

#endif /* MIG_DEPEND_H */
