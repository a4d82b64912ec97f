/* One compilation: preprocessed text in, files out. */
#ifndef MIG_COMPILE_H
#define MIG_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "mig_options.h"

/* Compiles @length bytes at @text, the preprocessed file @name, and writes what
 * @options name. Either all outputs are written, each under a temporary name and
 * renamed at the end, or none. Says on standard error what is wrong.
 *
 * Return: true when there was no error */
bool mig_compile(const struct mig_options *options, const char *name,
    const char *text, size_t length);

#endif /* MIG_COMPILE_H */
