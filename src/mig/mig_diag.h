/* What the compiler has to say to the person who wrote the file: spec/mig.md 17.
 *
 *	lend.defs:12:9: error: unknown type `naem_t`
 *	   12 |         in what : naem_t;
 *	      |                   ^~~~~~
 *	hint: did you mean `name_t`?
 *
 * The source line is that of the file, when it can be opened; else that of the
 * preprocessed text. For a place in an included file the chain of includes comes
 * first. After MIG_ERRORS_MAX errors, and as many warnings, the rest is not
 * printed, only counted. Whatever the texts hold, no control character and no
 * broken UTF-8 of theirs reaches the stream.
 */
#ifndef MIG_DIAG_H
#define MIG_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mig_arena.h"

enum { MIG_ERRORS_MAX = 20 };

/* A file as line markers name it, and the line that includes it. */
struct mig_file {
	const char *name;
	const struct mig_file *includer; /* NULL for the file that was named */
	uint32_t includer_line;
};

/* A stretch of one line. Lines and columns (bytes) count from 1; column 0 means
 * the line as a whole, line 0 the file as a whole. Length 0 with a column is the
 * gap before that column. Columns are those of the preprocessed text, where
 * macros and runs of blanks are gone: with @text, what is printed is put right
 * by comparing the two lines. */
struct mig_place {
	const struct mig_file *file; /* NULL: the command line */
	uint32_t line;
	uint32_t column;
	uint32_t length;
	const char *text; /* the stretch itself, in the preprocessed text: the
			     line begins column - 1 bytes before it and ends
			     at a newline or a NUL; NULL: not known */
};

/* A word of the file, where it stands. */
struct mig_word {
	const char *text; /* NULL: not given */
	struct mig_place place;
};

struct mig_diag {
	struct mig_arena *arena;
	FILE *stream;             /* standard error */
	bool quiet;               /* -q: warnings are not printed */
	bool warnings_are_errors; /* -Werror */
	unsigned int errors;
	unsigned int warnings; /* those that are not counted as errors */

	/* What was said last has been printed: it is worth while to look for a
	 * hint or a note. (Both are dropped otherwise.) */
	bool shown;
	const struct mig_file *file; /* of what was printed last */
	unsigned int warnings_shown;
};

void mig_error(struct mig_diag *diag, struct mig_place place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void mig_warning(struct mig_diag *diag, struct mig_place place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds a line to what was said last: how to mend it. */
void mig_hint(struct mig_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds another place to what was said last: "first defined here". */
void mig_note(struct mig_diag *diag, struct mig_place place, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* "2 errors, 1 warning", if there was any. */
void mig_diag_summary(const struct mig_diag *diag);

/* Of @count candidates the one nearest to @word, for a hint; NULL when none is
 * near enough. */
const char *mig_nearest(
    const char *word, const char *const *candidates, size_t count);

#endif /* MIG_DIAG_H */
