/* A hashed table from names to what they stand for. It lives in an arena. */
#ifndef MIG_NAMES_H
#define MIG_NAMES_H

#include <stddef.h>

#include "mig_arena.h"

struct mig_names;

struct mig_names *mig_names_new(struct mig_arena *arena);

/* The value of @name, to be read and set; NULL when the name is new. Valid until
 * the next call. The table borrows the name. */
const void **mig_names_slot(struct mig_names *names, const char *name);

/* The value of @name, or NULL; adds nothing. */
const void *mig_names_find(const struct mig_names *names, const char *name);

/* Forgets all names, whatever their number, in constant time. */
void mig_names_clear(struct mig_names *names);

#endif /* MIG_NAMES_H */
