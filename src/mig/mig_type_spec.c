/* Constructors of types: spec/mig.md 6.1 and 6.2. */
#include "mig_type_made.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mig_symbol.h"
#include "mig_text.h"

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

/* --- basic types ----------------------------------------------------------- */

static const struct mig_symbol *
find_symbol(struct mig_types *types, const struct mig_word *word)
{
	const struct mig_symbol *symbol = mig_symbol_find(word->text);
	const char *nearest;

	if (symbol)
		return symbol;
	mig_error(
	    types->diag, word->place, "unknown basic type `%s`", word->text);
	nearest = mig_symbol_nearest(word->text);
	if (nearest)
		mig_hint(types->diag, "did you mean `%s`?", nearest);
	return NULL;
}

static bool
is_number(const struct mig_word *word)
{
	return word->text[0] >= '0' && word->text[0] <= '9';
}

/* A | B: sent as A, received as B. */
static bool
join(struct mig_types *types, const struct mig_spec *spec,
    struct mig_symbol *sent, const struct mig_symbol *received)
{
	if (sent->kind != received->kind) {
		mig_error(types->diag, spec->place,
		    "`%s | %s` joins a right with what is no right", sent->name,
		    received->name);
		return false;
	}
	if (sent->bits != received->bits) {
		mig_error(types->diag, spec->place,
		    "`%s | %s` joins types of %u and %u bits", sent->name,
		    received->name, sent->bits, received->bits);
		return false;
	}
	sent->received_as = received->received_as;
	if (strcmp(sent->name, received->name) != 0)
		sent->name = mig_arena_print(
		    types->arena, "%s|%s", sent->name, received->name);
	return true;
}

static struct mig_made *
make_basic(struct mig_types *types, const struct mig_symbol *symbol,
    struct mig_place place)
{
	struct mig_made *made = mig_arena_new_of(types->arena, struct mig_made);
	bool right = symbol->kind == MIG_SYMBOL_RIGHT;

	made->type = (struct mig_type){
	    .place = place,
	    .kind = right ? MIG_RIGHT : MIG_DATA,
	    .shape = right ? MIG_PORT : MIG_INLINE,
	    .max = 1,
	    .element_bytes = symbol->bits / 8U,
	    .bytes = symbol->bits / 8U,
	    .descriptors = right,
	    .symbol = symbol->name,
	    .bits = symbol->bits,
	    .sent_as = symbol->sent_as,
	    .received_as = symbol->received_as,
	};
	made->alignment = made->type.bytes;
	made->user_part = symbol->ctype;
	made->server_part = symbol->ctype;
	made->parts = 1;
	return made;
}

static const struct mig_made *
make_symbol(struct mig_types *types, const struct mig_spec *spec)
{
	const struct mig_symbol *sent;
	const struct mig_symbol *received;
	struct mig_symbol symbol;

	if (is_number(&spec->word)) {
		mig_error(types->diag, spec->place,
		    "basic type `%s` has no size", spec->word.text);
		mig_hint(
		    types->diag, "with a size: (%s, bits)", spec->word.text);
		return NULL;
	}
	sent = find_symbol(types, &spec->word);
	received =
	    spec->received.text ? find_symbol(types, &spec->received) : sent;
	if (!sent || !received)
		return NULL;

	symbol = *sent;
	if (!join(types, spec, &symbol, received))
		return NULL;
	if (symbol.bits == 0) {
		mig_error(types->diag, spec->place,
		    "basic type `%s` has no size", symbol.name);
		mig_hint(types->diag,
		    symbol.kind == MIG_SYMBOL_STRING
		        ? "use c_string[n]"
		        : "use a basic type with one, such as "
		          "MACH_MSG_TYPE_BYTE");
		return NULL;
	}
	if (strcmp(sent->name, "MACH_MSG_TYPE_BIT") == 0)
		mig_warning(types->diag, spec->place,
		    "MACH_MSG_TYPE_BIT takes a whole byte");
	return make_basic(types, &symbol, spec->place);
}

/* --- sizes ----------------------------------------------------------------- */

/* A count of elements. */
static bool
check_count(struct mig_types *types, const struct mig_number *number,
    uint32_t *count_out)
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
	if (number->value > MIG_BYTES_MAX) {
		mig_error(types->diag, number->place,
		    "size is %" PRId64 "; it can be %d at most", number->value,
		    MIG_BYTES_MAX);
		return false;
	}
	*count_out = (uint32_t)number->value;
	return true;
}

static bool
check_bytes(struct mig_types *types, struct mig_place place, uint64_t bytes)
{
	if (bytes <= MIG_BYTES_MAX)
		return true;
	mig_error(types->diag, place,
	    "type is too large: %" PRIu64 " bytes, %d at most", bytes,
	    MIG_BYTES_MAX);
	return false;
}

/* --- constructors ---------------------------------------------------------- */

static const char *
describe(const struct mig_type *type)
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
	    constructor, describe(&of->type));
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

	if (!check_bytes(types, spec->place, bytes))
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
	if (!check_count(types, &spec->size, &count))
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
static void
make_by_value(struct mig_made *made, uint32_t bytes)
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
    const struct mig_made *of)
{
	struct mig_made *made;
	uint64_t bytes;
	uint32_t count;

	if (!check_count(types, &spec->size, &count))
		return NULL;
	if (of->type.shape != MIG_INLINE)
		return too_complicated(types, spec, "a struct", of);
	bytes = (uint64_t)count * of->type.bytes;
	if (!check_bytes(types, spec->place, bytes))
		return NULL;
	made = copy_of(types, of);
	make_by_value(made, (uint32_t)bytes);
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

static const struct mig_made *
make_string(
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

/* --- [G] (SYM, bits) ------------------------------------------------------- */

static bool
find_long_symbol(struct mig_types *types, const struct mig_word *word,
    struct mig_symbol *symbol_out)
{
	const struct mig_symbol *symbol;

	if (is_number(word)) {
		symbol = mig_symbol_of_number(
		    (uint32_t)strtoul(word->text, NULL, 0));
		if (!symbol)
			symbol = mig_symbol_find("MACH_MSG_TYPE_UNSTRUCTURED");
	} else {
		symbol = find_symbol(types, word);
	}
	if (!symbol)
		return false;
	*symbol_out = *symbol;
	return true;
}

/* Of data: as many as @bits are of them. */
static const struct mig_made *
make_long_data(struct mig_types *types, const struct mig_spec *spec,
    struct mig_symbol *symbol, uint32_t bits)
{
	struct mig_made *made;

	if (symbol->bits == 0)
		symbol->bits = 8;
	if (bits % symbol->bits != 0) {
		mig_error(types->diag, spec->size.place,
		    "%u bits are no multiple of the %u of `%s`", bits,
		    symbol->bits, symbol->name);
		return NULL;
	}
	made = make_basic(types, symbol, spec->place);
	if (bits > symbol->bits) {
		made->parts = bits / symbol->bits;
		make_by_value(made, bits / 8);
	}
	return made;
}

static const struct mig_made *
make_long(struct mig_types *types, const struct mig_spec *spec)
{
	struct mig_symbol symbol;
	struct mig_symbol received;
	uint32_t bits;

	if (!find_long_symbol(types, &spec->word, &symbol))
		return NULL;
	if (spec->received.text) {
		if (!find_long_symbol(types, &spec->received, &received) ||
		    !join(types, spec, &symbol, &received))
			return NULL;
	}
	if (!check_count(types, &spec->size, &bits))
		return NULL;
	switch (symbol.kind) {
	case MIG_SYMBOL_DATA:
		return make_long_data(types, spec, &symbol, bits);
	case MIG_SYMBOL_RIGHT:
		if (bits == symbol.bits)
			return make_basic(types, &symbol, spec->place);
		mig_error(types->diag, spec->size.place,
		    "a port right has %u bits", symbol.bits);
		return NULL;
	case MIG_SYMBOL_STRING:
		if (bits % 8 == 0)
			return make_string(types, spec, bits / 8);
		mig_error(types->diag, spec->size.place,
		    "%u bits are no whole characters", bits);
		return NULL;
	}
	return NULL;
}

/* --- [G] struct { } -------------------------------------------------------- */

static uint64_t
align(uint64_t offset, uint32_t alignment)
{
	return (offset + alignment - 1) / alignment * alignment;
}

/* The C structure, for an element without a name; on either side. */
static const char *
print_members(
    struct mig_types *types, const struct mig_spec *spec, enum mig_side side)
{
	struct mig_text text = {0};
	char *copy;

	mig_put(&text, "struct {");
	for (const struct mig_member *m = spec->members; m; m = m->next) {
		const struct mig_made *made = mig_types_find(types, &m->type);

		if (made)
			mig_put(&text, " %s %s;",
			    side == MIG_USER ? made->type.user_ctype
			                     : made->type.server_ctype,
			    m->name.text);
	}
	mig_put(&text, " }");
	copy = mig_arena_copy(types->arena, text.bytes, text.length);
	mig_text_deinit(&text);
	return copy;
}

/* Adds a member to @made. */
static bool
add_member(struct mig_types *types, const struct mig_member *member,
    struct mig_made *made)
{
	const struct mig_made *of = mig_types_find(types, &member->type);
	uint64_t bytes;

	if (!of || !mig_name_is_short(types->diag, &member->name))
		return false;
	if (of->type.shape != MIG_INLINE) {
		mig_error(types->diag, member->type.place,
		    "type is too complicated: a struct with %s",
		    describe(&of->type));
		return false;
	}
	bytes = align(made->type.bytes, of->alignment) + of->type.bytes;
	if (!check_bytes(types, member->type.place, bytes))
		return false;
	made->type.bytes = (uint32_t)bytes;
	if (of->alignment > made->alignment)
		made->alignment = of->alignment;
	return true;
}

static const struct mig_made *
make_members(struct mig_types *types, const struct mig_spec *spec)
{
	struct mig_made *made = mig_arena_new_of(types->arena, struct mig_made);
	bool good = true;

	if (!spec->members) {
		mig_error(types->diag, spec->place, "struct has no member");
		return NULL;
	}
	made->alignment = 1;
	for (const struct mig_member *m = spec->members; m; m = m->next)
		good &= add_member(types, m, made);
	if (!good)
		return NULL;

	make_by_value(made, (uint32_t)align(made->type.bytes, made->alignment));
	made->type.place = spec->place;
	made->type.symbol = "MACH_MSG_TYPE_UNSTRUCTURED";
	made->type.bits = made->alignment * 8;
	made->user_part = print_members(types, spec, MIG_USER);
	made->server_part = print_members(types, spec, MIG_SERVER);
	made->parts = 1;
	return check_bytes(types, spec->place, made->type.bytes) ? made : NULL;
}

/* --- all ------------------------------------------------------------------- */

static const struct mig_made *
make_of(struct mig_types *types, const struct mig_spec *spec)
{
	const struct mig_made *of;

	/* Under ^ a struct of rights is what an array of them is. */
	if (spec->kind == MIG_SPEC_POINTER &&
	    spec->of->kind == MIG_SPEC_STRUCT) {
		const struct mig_spec *inner = spec->of;
		uint32_t count;

		of = mig_type_make(types, inner->of);
		if (of && of->type.shape == MIG_PORT) {
			if (!check_count(types, &inner->size, &count))
				return NULL;
			of = make_descriptor_array(types, of, count, false);
		} else if (of) {
			of = make_struct(types, inner, of);
		}
	} else {
		of = mig_type_make(types, spec->of);
	}
	if (!of)
		return NULL;
	if (spec->kind == MIG_SPEC_ARRAY)
		return make_array(types, spec, of);
	if (spec->kind == MIG_SPEC_STRUCT)
		return make_struct(types, spec, of);
	return make_pointer(types, spec, of);
}

/* The parser bounds the depth of a tree, and so this recursion. */
const struct mig_made *
mig_type_make(struct mig_types *types, const struct mig_spec *spec)
{
	uint32_t count;

	switch (spec->kind) {
	case MIG_SPEC_SYMBOL:
		return make_symbol(types, spec);
	case MIG_SPEC_NAME:
		return mig_types_find(types, &spec->word);
	case MIG_SPEC_ARRAY:
	case MIG_SPEC_STRUCT:
	case MIG_SPEC_POINTER:
		return make_of(types, spec);
	case MIG_SPEC_STRING:
		if (!check_count(types, &spec->size, &count))
			return NULL;
		return make_string(types, spec, count);
	case MIG_SPEC_LONG:
		return make_long(types, spec);
	case MIG_SPEC_MEMBERS:
		return make_members(types, spec);
	case MIG_SPEC_NATIVE:
		mig_error(types->diag, spec->place, "`%s` is not supported",
		    spec->word.text);
		return NULL;
	case MIG_SPEC_WRONG:
		return NULL;
	}
	return NULL;
}
