/* Types that are made of no other: basic ones, and the [G] forms. spec/mig.md 6.1
 * and the end of 6.2. */
#include "mig_type_made.h"

#include <stdlib.h>
#include <string.h>

#include "mig_symbol.h"
#include "mig_text.h"

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

const struct mig_made *
mig_type_make_symbol(struct mig_types *types, const struct mig_spec *spec)
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
		mig_type_make_by_value(made, bits / 8);
	}
	return made;
}

const struct mig_made *
mig_type_make_long(struct mig_types *types, const struct mig_spec *spec)
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
	if (!mig_type_check_count(
	        types, &spec->size, MIG_BYTES_MAX * 8U, &bits))
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
			return mig_type_make_string(types, spec, bits / 8);
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
		    mig_type_describe(&of->type));
		return false;
	}
	bytes = align(made->type.bytes, of->alignment) + of->type.bytes;
	if (!mig_type_check_bytes(types, member->type.place, bytes))
		return false;
	made->type.bytes = (uint32_t)bytes;
	if (of->alignment > made->alignment)
		made->alignment = of->alignment;
	return true;
}

const struct mig_made *
mig_type_make_members(struct mig_types *types, const struct mig_spec *spec)
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

	mig_type_make_by_value(
	    made, (uint32_t)align(made->type.bytes, made->alignment));
	made->type.place = spec->place;
	made->type.symbol = "MACH_MSG_TYPE_UNSTRUCTURED";
	made->type.bits = made->alignment * 8;
	made->user_part = print_members(types, spec, MIG_USER);
	made->server_part = print_members(types, spec, MIG_SERVER);
	made->parts = 1;
	return mig_type_check_bytes(types, spec->place, made->type.bytes)
	    ? made
	    : NULL;
}
