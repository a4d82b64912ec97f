/* From preprocessed text to a tree: spec/mig.md 3 and 4. */
#ifndef MIG_PARSE_H
#define MIG_PARSE_H

#include <stddef.h>

#include "mig_tree.h"

/* Parses @length bytes at @text, which may hold anything. Errors go to @diag;
 * after one it goes on behind the next `;`, so the tree holds what could be
 * understood. @name is the input's name until a line marker gives another. */
struct mig_tree *mig_parse(struct mig_arena *arena, struct mig_diag *diag,
    const char *name, const char *text, size_t length);

#endif /* MIG_PARSE_H */
