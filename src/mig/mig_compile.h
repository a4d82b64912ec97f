/* One compilation: preprocessed text in, texts of files out. */
#ifndef MIG_COMPILE_H
#define MIG_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "mig_diag.h"
#include "mig_options.h"
#include "mig_outputs.h"

/* Compiles @length bytes at @text, the preprocessed file @name, with a NUL behind
 * them, and adds to @outputs what @options name: in memory, nothing is written
 * yet. What is made on the way lives in the arena of @diag.
 *
 * Return: false after an error, which has been told; nothing is added then */
bool mig_compile(struct mig_diag *diag, const struct mig_options *options,
    const char *name, const char *text, size_t length,
    struct mig_outputs *outputs);

#endif /* MIG_COMPILE_H */
