/* The command line of `mig` and of `migcom`: spec/mig.md 2 and 2.1. */
#ifndef MIG_COMMAND_H
#define MIG_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "mig_depend.h"
#include "mig_diag.h"
#include "mig_options.h"
#include "mig_words.h"

struct mig_command {
	bool is_migcom; /* the inputs have been preprocessed */
	bool show_help;
	bool show_version;
	struct mig_options options;
	struct mig_words inputs; /* "-": standard input */

	/* Of `mig` alone. */
	const char *cc;                /* "cc", "ccache gcc" */
	const char *migcom;            /* NULL: this program */
	struct mig_words preprocessor; /* options for @cc */
	struct mig_words compiler;     /* options for @migcom */
	struct mig_depend depend;
};

/* Reads the command line and, for what it does not say, the environment. Words
 * are borrowed, for as long as @command is used. With show_help or show_version
 * there need be no input.
 *
 * Return: false after an error, which has been told */
bool mig_command_read(struct mig_command *command, struct mig_arena *arena,
    struct mig_diag *diag, char *const *arguments);

/* Is @name, of a program, a name for the compiler proper? */
bool mig_command_is_migcom(const char *name);

void mig_command_help(FILE *stream, bool is_migcom);

/* --- mig_host_option.c: options of C compilers ------------------------------ */

enum mig_host_fate {
	MIG_HOST_PASS,    /* for the preprocessor */
	MIG_HOST_DROP,    /* of no use with -E, or in the way */
	MIG_HOST_REFUSE,  /* asks for something else than mig makes */
	MIG_HOST_UNKNOWN, /* may be anything */
};

/* What becomes of the option @word, which `mig` itself does not know.
 * @takes_argument_out: the next word belongs to it. */
enum mig_host_fate mig_host_option(const char *word, bool *takes_argument_out);

#endif /* MIG_COMMAND_H */
