/* The types of a file: spec/mig.md 6.
 *
 * A type is described once, by a `type` statement or in the declaration of an
 * argument, and does not change after that. A name that is defined again stands
 * for the new type from there on; what was made of the old one stays as it is.
 * A name whose definition was wrong is known, too, so that its uses are not
 * called unknown on top of it.
 */
#ifndef MIG_TYPE_H
#define MIG_TYPE_H

#include <stddef.h>

#include "mig_model.h"
#include "mig_tree.h"

enum {
	MIG_BYTES_MAX = 1 << 26, /* of a type, and of a message */
	MIG_NAME_MAX = 1000,     /* characters of a name */
};

struct mig_types;

/* With the predefined types [G]: char, short, int, intptr_t, uintptr_t. */
struct mig_types *mig_types_new(struct mig_arena *arena, struct mig_diag *diag);

/* `type name = ...`. */
void mig_types_define(struct mig_types *types, const struct mig_named *named);

/* The type of an argument: an earlier one, or one made for the argument alone.
 * NULL after an error. */
const struct mig_type *mig_types_of_argument(
    struct mig_types *types, const struct mig_named *named);

/* All that were defined, in file order. */
const struct mig_type **mig_types_all(
    struct mig_types *types, size_t *count_out);

/* Whether @word can be a name in C: no longer than MIG_NAME_MAX. Else an error. */
bool mig_name_is_short(struct mig_diag *diag, const struct mig_word *word);

#endif /* MIG_TYPE_H */
