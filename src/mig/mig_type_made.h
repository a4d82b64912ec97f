/* A type while it is made, for mig_type.c and mig_type_spec.c alone.
 *
 * Next to what the model tells of a type stands here what only larger types need
 * to know of it. The C text of an element without a name is put together last, by
 * whoever has such elements: a chain of constructors would copy it at each step.
 */
#ifndef MIG_TYPE_MADE_H
#define MIG_TYPE_MADE_H

#include "mig_type.h"

struct mig_made {
	struct mig_type type;
	uint32_t alignment; /* in C, on LP64: of a member of struct { } */
	/* In C its data is `parts` times this, in a structure if it is more than
	 * one. A type with a name is one part. */
	const char *user_part;
	const char *server_part;
	uint32_t parts;
	/* What one element is; NULL: the type itself. */
	const struct mig_made *element;
};

struct mig_types {
	struct mig_arena *arena;
	struct mig_diag *diag;
	struct mig_names *names;    /* to struct mig_type_entry */
	struct mig_type_entry *all; /* the latest first */
	size_t entries;
};

struct mig_type_entry {
	const char *name;
	struct mig_place place;
	const struct mig_made *made; /* NULL: its definition was wrong */
	bool predefined;
	struct mig_type_entry *before;
};

/* mig_type.c: the type of that name. NULL when there is none, after an error, or
 * when its definition was wrong. */
const struct mig_made *mig_types_find(
    struct mig_types *types, const struct mig_word *word);

/* mig_type_spec.c: a type without a name. NULL after an error. */
const struct mig_made *mig_type_make(
    struct mig_types *types, const struct mig_spec *spec);

/* Of a count of elements (or bits), which can be @most, and of the bytes of a
 * type: false after an error. */
bool mig_type_check_count(struct mig_types *types,
    const struct mig_number *number, uint32_t most, uint32_t *count_out);
bool mig_type_check_bytes(
    struct mig_types *types, struct mig_place place, uint64_t bytes);
/* "a variable array", for messages. */
const char *mig_type_describe(const struct mig_type *type);
/* Makes it one value of C. */
void mig_type_make_by_value(struct mig_made *made, uint32_t bytes);
const struct mig_made *mig_type_make_string(
    struct mig_types *types, const struct mig_spec *spec, uint32_t count);

/* mig_type_basic.c. NULL after an error. */
const struct mig_made *mig_type_make_symbol(
    struct mig_types *types, const struct mig_spec *spec);
const struct mig_made *mig_type_make_long(
    struct mig_types *types, const struct mig_spec *spec);
const struct mig_made *mig_type_make_members(
    struct mig_types *types, const struct mig_spec *spec);

#endif /* MIG_TYPE_MADE_H */
