/* The source line that a diagnostic is about, and where in it. */
#ifndef MIG_SOURCE_H
#define MIG_SOURCE_H

#include <stddef.h>

#include "mig_diag.h"

struct mig_source {
	const char *line; /* NULL: there is none to show */
	size_t length;    /* without the end of the line */
	size_t column;    /* from 1; 0: nothing is marked */
	size_t marked;    /* bytes, within the line; 0: the gap before column */
	char *memory;     /* what the line is in; NULL: it is not ours */
};

/* Finds the line of @place: in the file, if that is a regular one and what it
 * says there goes with the preprocessed text, else in that text. */
void mig_source_find(struct mig_source *source, const struct mig_place *place);
void mig_source_deinit(struct mig_source *source);

#endif /* MIG_SOURCE_H */
