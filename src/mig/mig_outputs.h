/* The files of one compilation: made in memory, then written all or none.
 *
 * A set begins as zeros but for its arena. For each input: mig_outputs_add() for
 * each file, whose text then grows; mig_outputs_commit() at most once;
 * mig_outputs_clear().
 *
 * A regular file is written under a temporary name beside its own and renamed
 * when all the others have been written, too: whoever looks sees the old one or
 * the new one, whole. What is there and is no regular file (/dev/stdout, a FIFO)
 * is written to just before that. spec/mig.md 2.3.
 */
#ifndef MIG_OUTPUTS_H
#define MIG_OUTPUTS_H

#include <stdbool.h>

#include "mig_diag.h"
#include "mig_text.h"
#include "mig_words.h"

struct mig_output {
	const char *option; /* "-user": who asked for it, in messages */
	const char *name;   /* "-": standard output */
	struct mig_text text;
	struct mig_output *next;

	/* From mig_outputs_commit() on. */
	const char *path; /* the file itself: absolute, no symbolic link */
	bool direct;      /* there, and no regular file */
	const char *temporary;
	enum mig_output_state {
		MIG_OUTPUT_IN_MEMORY,
		MIG_OUTPUT_TEMPORARY, /* it is called `temporary` */
		MIG_OUTPUT_WRITTEN,   /* it is called `path` */
	} state;
};

struct mig_outputs {
	struct mig_arena *arena;
	struct mig_output *first; /* in the order in which they were added */
	struct mig_output *last;
	struct mig_words written; /* paths: what earlier inputs have made */
	unsigned int temporaries; /* names that have been tried */
};

/* Forgets the files, but not which have been written. */
void mig_outputs_clear(struct mig_outputs *outputs);

/* Adds the file @name, which @option asked for. Both are borrowed. */
struct mig_text *mig_outputs_add(struct mig_outputs *outputs,
    const char *option, const char *name) __attribute__((returns_nonnull));

/* Writes them. Two that are one file, one that an earlier input has made, and the
 * input itself are errors. After an error none of them is there.
 *
 * @input:	the name of the input; NULL or "-": no file
 * Return:	false after an error, which has been told */
bool mig_outputs_commit(
    struct mig_outputs *outputs, struct mig_diag *diag, const char *input);

#endif /* MIG_OUTPUTS_H */
