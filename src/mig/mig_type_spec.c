/* Constructors of types: spec/mig.md 6.2. */
#include "mig_type_made.h"

#include <inttypes.h>

/* A c_string's element. */
static const struct mig_made character = {
    .type = {.shape = MIG_INLINE, .bytes = 1},
    .alignment = 1,
    .user_part = "char",
    .server_part = "char",
    .parts = 1,
};

static struct mig_made *
copy_of(struct mig_types *types, const struct mig_made *made)
{
	struct mig_made *copy = mig_arena_new_of(types->arena, struct mig_made);

	*copy = *made;
	return copy;
}

/* --- sizes ----------------------------------------------------------------- */

bool
mig_type_check_count(struct mig_types *types, const struct mig_number *number,
    uint32_t most, uint32_t *count_out)
{
	*count_out = 1;
	if (number->wrong)
		return false;
	if (number->value < 1) {
		mig_error(types->diag, number->place,
		    "size is %" PRId64 "; it must be at least 1",
		    number->value);
		return false;
	}
	if (number->value > most) {
		mig_error(types->diag, number->place,
		    "size is %" PRId64 "; it can be %u at most", number->value,
		    most);
		return false;
	}
	*count_out = (uint32_t)number->value;
	return true;
}

bool
mig_type_check_bytes(
    struct mig_types *types, struct mig_place place, uint64_t bytes)
{
	if (bytes <= MIG_BYTES_MAX)
		return true;
	mig_error(types->diag, place,
	    "type is too large: %" PRIu64 " bytes, %d at most", bytes,
	    MIG_BYTES_MAX);
	return false;
}

/* --- constructors ---------------------------------------------------------- */

const char *
mig_type_describe(const struct mig_type *type)
{
	switch (type->shape) {
	case MIG_INLINE:
		return "inline data";
	case MIG_VARIABLE:
		return type->kind == MIG_STRING ? "a variable string"
		                                : "a variable array";
	case MIG_PORT:
		return "a port right";
	case MIG_PORTS:
		return "an array of port rights";
	case MIG_REGION:
		return type->unbounded ? "an unbounded array"
		                       : "an out-of-line type";
	case MIG_REGIONS:
		return "an array of out-of-line types";
	}
	return "it";
}

static const struct mig_made *
too_complicated(struct mig_types *types, const struct mig_spec *spec,
    const char *constructor, const struct mig_made *of)
{
	mig_error(types->diag, spec->place, "type is too complicated: %s of %s",
	    constructor, mig_type_describe(&of->type));
	return NULL;
}

/* Elements of inline data, one after another. */
static const struct mig_made *
make_inline_array(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_made *of, uint32_t count, bool variable)
{
	struct mig_made *made = copy_of(types, of);
	struct mig_type *type = &made->type;
	uint64_t bytes = (uint64_t)count * of->type.bytes;

	if (!mig_type_check_bytes(types, spec->place, bytes))
		return NULL;
	type->kind = MIG_DATA;
	type->shape = variable ? MIG_VARIABLE : MIG_INLINE;
	type->by_reference = true;
	type->is_struct = false;
	type->variable = variable;
	type->max = count;
	type->element_bytes = of->type.bytes;
	type->bytes = (uint32_t)bytes;
	made->parts = of->parts * count; /* no more than there are bytes */
	made->element = of;
	return made;
}

/* One descriptor for each. */
static const struct mig_made *
make_descriptor_array(struct mig_types *types, const struct mig_made *of,
    uint32_t count, bool variable)
{
	struct mig_made *made = copy_of(types, of);
	struct mig_type *type = &made->type;

	type->by_reference = true;
	if (of->type.shape == MIG_PORT) {
		type->shape = MIG_PORTS;
		type->bytes = 0;
		made->element = of;
	} else {
		type->shape = MIG_REGIONS;
		type->region_variable = of->type.variable;
		type->region_max = of->type.max;
	}
	type->variable = variable;
	type->max = count;
	type->descriptors = count;
	return made;
}

static const struct mig_made *
make_unbounded(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_made *of)
{
	struct mig_made *made;

	if (of->type.shape != MIG_INLINE && of->type.shape != MIG_PORT)
		return too_complicated(types, spec, "an unbounded array", of);

	made = copy_of(types, of);
	made->type.kind = of->type.kind == MIG_RIGHT ? MIG_RIGHT : MIG_DATA;
	made->type.shape = MIG_REGION;
	made->type.by_reference = false;
	made->type.is_struct = false;
	made->type.variable = true;
	made->type.max = 0;
	made->type.unbounded = true;
	made->type.element_bytes = of->type.bytes;
	made->type.bytes = 0;
	made->type.descriptors = 1;
	made->element = of;
	return made;
}

static const struct mig_made *
make_array(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_made *of)
{
	bool variable = spec->bound == MIG_BOUND_VARIABLE;
	uint32_t count;

	if (spec->bound == MIG_BOUND_NONE)
		return make_unbounded(types, spec, of);
	if (!mig_type_check_count(types, &spec->size, MIG_BYTES_MAX, &count))
		return NULL;
	switch (of->type.shape) {
	case MIG_INLINE:
		return make_inline_array(types, spec, of, count, variable);
	case MIG_PORT:
		return make_descriptor_array(types, of, count, variable);
	case MIG_REGION:
		if (!of->type.unbounded)
			return make_descriptor_array(
			    types, of, count, variable);
		break;
	case MIG_VARIABLE:
	case MIG_PORTS:
	case MIG_REGIONS:
		break;
	}
	return too_complicated(types, spec, "an array", of);
}

/* In C one value. */
void
mig_type_make_by_value(struct mig_made *made, uint32_t bytes)
{
	made->type.kind = MIG_DATA;
	made->type.by_reference = false;
	made->type.is_struct = true;
	made->type.max = 1;
	made->type.element_bytes = bytes;
	made->type.bytes = bytes;
	made->element = NULL;
}

static const struct mig_made *
make_struct(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_made *of, bool out_of_line)
{
	struct mig_made *made;
	uint64_t bytes;
	uint32_t count;

	if (!mig_type_check_count(types, &spec->size, MIG_BYTES_MAX, &count))
		return NULL;
	/* Under ^ a struct of rights is what an array of them is. */
	if (of->type.shape == MIG_PORT && out_of_line)
		return make_descriptor_array(types, of, count, false);
	if (of->type.shape != MIG_INLINE)
		return too_complicated(types, spec, "a struct", of);
	bytes = (uint64_t)count * of->type.bytes;
	if (!mig_type_check_bytes(types, spec->place, bytes))
		return NULL;
	made = copy_of(types, of);
	mig_type_make_by_value(made, (uint32_t)bytes);
	made->parts = of->parts * count;
	return made;
}

static const struct mig_made *
make_pointer(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_made *of)
{
	struct mig_made *made;

	if (of->type.shape == MIG_REGIONS ||
	    (of->type.shape == MIG_REGION && !of->type.unbounded))
		return too_complicated(types, spec, "^", of);

	made = copy_of(types, of);
	made->type.kind = of->type.kind == MIG_RIGHT ? MIG_RIGHT : MIG_DATA;
	made->type.shape = MIG_REGION;
	made->type.by_reference = false;
	made->type.is_struct = false;
	made->type.unbounded = false;
	made->type.descriptors = 1;
	if (made->type.variable)
		made->type.bytes = 0;
	else
		made->type.bytes = made->type.max * made->type.element_bytes;
	if (!made->element)
		made->element = of;
	return made;
}

const struct mig_made *
mig_type_make_string(
    struct mig_types *types, const struct mig_spec *spec, uint32_t count)
{
	struct mig_made *made = mig_arena_new_of(types->arena, struct mig_made);
	bool variable = spec->bound == MIG_BOUND_VARIABLE;

	made->type = (struct mig_type){
	    .place = spec->place,
	    .kind = MIG_STRING,
	    .shape = variable ? MIG_VARIABLE : MIG_INLINE,
	    .by_reference = true,
	    .variable = variable,
	    .max = count,
	    .element_bytes = 1,
	    .bytes = count,
	    .symbol = "MACH_MSG_TYPE_CHAR",
	    .bits = 8,
	};
	made->alignment = 1;
	made->user_part = "char";
	made->server_part = "char";
	made->parts = count;
	made->element = &character;
	return made;
}

/* --- all ------------------------------------------------------------------- */

static bool
is_constructor(const struct mig_spec *spec)
{
	return spec->kind == MIG_SPEC_ARRAY || spec->kind == MIG_SPEC_STRUCT ||
	    spec->kind == MIG_SPEC_POINTER;
}

/* The innermost, which is made of no other. */
static const struct mig_made *
make_first(struct mig_types *types, const struct mig_spec *spec)
{
	uint32_t count;

	switch (spec->kind) {
	case MIG_SPEC_SYMBOL:
		return mig_type_make_symbol(types, spec);
	case MIG_SPEC_NAME:
		return mig_types_find(types, &spec->word);
	case MIG_SPEC_STRING:
		if (!mig_type_check_count(
		        types, &spec->size, MIG_BYTES_MAX, &count))
			return NULL;
		return mig_type_make_string(types, spec, count);
	case MIG_SPEC_LONG:
		return mig_type_make_long(types, spec);
	case MIG_SPEC_MEMBERS:
		return mig_type_make_members(types, spec);
	case MIG_SPEC_NATIVE:
		mig_error(types->diag, spec->place, "`%s` is not supported",
		    spec->word.text);
		return NULL;
	case MIG_SPEC_ARRAY:
	case MIG_SPEC_STRUCT:
	case MIG_SPEC_POINTER:
	case MIG_SPEC_WRONG:
		break;
	}
	return NULL;
}

/* One constructor around @of; @outer is the next one, or NULL. */
static const struct mig_made *
make_next(struct mig_types *types, const struct mig_spec *spec,
    const struct mig_spec *outer, const struct mig_made *of)
{
	if (spec->kind == MIG_SPEC_ARRAY)
		return make_array(types, spec, of);
	if (spec->kind == MIG_SPEC_POINTER)
		return make_pointer(types, spec, of);
	return make_struct(
	    types, spec, of, outer && outer->kind == MIG_SPEC_POINTER);
}

const struct mig_made *
mig_type_make(struct mig_types *types, const struct mig_spec *spec)
{
	const struct mig_spec **specs; /* the outermost first */
	const struct mig_spec *first = spec;
	const struct mig_made *made;
	size_t depth = 0;

	for (; is_constructor(first); first = first->of)
		depth++;
	specs = mig_arena_alloc(types->arena, depth * sizeof(*specs));
	depth = 0;
	for (; is_constructor(spec); spec = spec->of)
		specs[depth++] = spec;
	made = make_first(types, first);
	while (made && depth-- > 0)
		made = make_next(types, specs[depth],
		    depth > 0 ? specs[depth - 1] : NULL, made);
	return made;
}
