/* Types: typespec, its clauses, and what both are made of. */
#include "mig_parser.h"

#include <string.h>

#define SYMBOL_PREFIX "MACH_MSG_TYPE_"

static struct mig_spec *
new_spec(struct mig_parser *parser, enum mig_spec_kind kind)
{
	struct mig_spec *spec = mig_parser_node_of(parser, struct mig_spec);

	spec->kind = kind;
	spec->place = parser->token.place;
	return spec;
}

/* --- basic types ----------------------------------------------------------- */

/* Is the token a number, or the symbol of a basic type? */
static bool
at_symbol(const struct mig_parser *parser)
{
	const struct mig_place *place = &parser->token.place;

	if (parser->token.kind == MIG_TOKEN_NUMBER)
		return true;
	if (parser->token.kind != MIG_TOKEN_WORD)
		return false;
	return mig_parser_at_the(parser, "polymorphic") ||
	    (place->length >= strlen(SYMBOL_PREFIX) &&
	        memcmp(place->text, SYMBOL_PREFIX, strlen(SYMBOL_PREFIX)) == 0);
}

/* `SYMBOL` or `SYMBOL | SYMBOL`. */
static bool
parse_symbols(struct mig_parser *parser, struct mig_spec *spec)
{
	if (!at_symbol(parser))
		return mig_parser_expected(
		    parser, "a basic type, MACH_MSG_TYPE_...");
	spec->word = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	if (!mig_parser_accept(parser, '|'))
		return true;
	if (!at_symbol(parser))
		return mig_parser_expected(
		    parser, "a basic type, MACH_MSG_TYPE_..., after the `|`");
	spec->received = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	return true;
}

/* NOLINTBEGIN(misc-no-recursion): mig_parser_enter() bounds it. */

/* --- constructors ---------------------------------------------------------- */

/* What is between brackets: nothing, `*`, `*:n` or `n`. */
static bool
parse_bound(struct mig_parser *parser, struct mig_spec *spec)
{
	bool star;

	if (!mig_parser_expect(parser, '[', "before the size"))
		return false;
	star = mig_parser_accept(parser, '*');
	if (star && mig_parser_accept(parser, ':'))
		spec->bound = MIG_BOUND_VARIABLE;
	else if (star || mig_parser_at(parser, ']'))
		spec->bound = MIG_BOUND_NONE;
	else
		spec->bound = MIG_BOUND_FIXED;
	if (spec->bound != MIG_BOUND_NONE &&
	    !mig_parse_expression(parser, &spec->size))
		return false;
	return mig_parser_expect(parser, ']', "after the size");
}

static bool
parse_of(struct mig_parser *parser, struct mig_spec *spec)
{
	if (!mig_parser_at_keyword(parser, MIG_KEYWORD_OF))
		return mig_parser_expected(
		    parser, "`of` and the type of an element");
	mig_parser_advance(parser);
	spec->of = mig_parse_spec(parser);
	return spec->of->kind != MIG_SPEC_WRONG;
}

/* A size is required; @example shows it. */
static bool
parse_size(
    struct mig_parser *parser, struct mig_spec *spec, const char *example)
{
	struct mig_place bracket = mig_parser_peek(parser)->place;

	mig_parser_advance(parser);
	if (!parse_bound(parser, spec))
		return false;
	if (spec->bound == MIG_BOUND_NONE ||
	    (spec->kind == MIG_SPEC_STRUCT &&
	        spec->bound == MIG_BOUND_VARIABLE)) {
		mig_error(parser->diag, mig_parser_span(parser, bracket),
		    "a %s needs a size: `%s`",
		    spec->kind == MIG_SPEC_STRUCT ? "struct" : "c_string",
		    example);
		spec->size.wrong = true;
		spec->size.value = 1;
		spec->bound = MIG_BOUND_FIXED;
	}
	return true;
}

/* [G] struct { t a; u b; }, behind the word. */
static bool
parse_members(struct mig_parser *parser, struct mig_spec *spec)
{
	struct mig_member **end = &spec->members;

	mig_parser_advance(parser);
	mig_parser_advance(parser);
	while (!mig_parser_at(parser, '}')) {
		struct mig_member *member =
		    mig_parser_node_of(parser, struct mig_member);

		if (!mig_parser_name(parser, &member->type,
		        "the type of a member, or `}`") ||
		    !mig_parser_name(
		        parser, &member->name, "the name of the member") ||
		    !mig_parser_expect(parser, ';', "after a member"))
			return false;
		*end = member;
		end = &member->next;
	}
	if (!spec->members) {
		mig_error(parser->diag, mig_parser_span(parser, spec->place),
		    "this struct has no members");
		spec->kind = MIG_SPEC_WRONG;
	}
	mig_parser_advance(parser);
	return true;
}

/* [G] (SYMBOL, bits, flags) */
static bool
parse_long(struct mig_parser *parser, struct mig_spec *spec)
{
	mig_parser_advance(parser);
	if (!parse_symbols(parser, spec) ||
	    !mig_parser_expect(parser, ',', "before the size in bits") ||
	    !mig_parse_expression(parser, &spec->size))
		return false;
	while (mig_parser_accept(parser, ',')) {
		if (!mig_parser_at_keyword(parser, MIG_KEYWORD_FLAG))
			return mig_parser_expected(parser, "a flag");
		mig_parser_advance(parser);
	}
	return mig_parser_expect(parser, ')', "after the size in bits");
}

/* PointerTo(unsigned char), PointerToIfNot(int, 0) */
static bool
parse_native(struct mig_parser *parser, struct mig_spec *spec)
{
	unsigned int phrases =
	    mig_parser_at_the(parser, "PointerToIfNot") ? 2 : 1;

	spec->word = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	mig_parser_advance(parser);
	for (; phrases > 0; phrases--) {
		struct mig_word word;

		if (!mig_parser_name(parser, &word, "a type of C"))
			return false;
		while (parser->token.kind == MIG_TOKEN_WORD)
			mig_parser_advance(parser);
		if (phrases > 1 &&
		    !mig_parser_expect(parser, ',', "after the type of C"))
			return false;
	}
	return mig_parser_expect(parser, ')', "after the type of C");
}

static bool
parse_pointer(struct mig_parser *parser, struct mig_spec *spec)
{
	mig_parser_advance(parser);
	spec->of = mig_parse_spec(parser);
	return spec->of->kind != MIG_SPEC_WRONG;
}

static bool
parse_array(struct mig_parser *parser, struct mig_spec *spec)
{
	mig_parser_advance(parser);
	return parse_bound(parser, spec) && parse_of(parser, spec);
}

static bool
parse_struct(struct mig_parser *parser, struct mig_spec *spec)
{
	return parse_size(parser, spec, "struct[4] of ...") &&
	    parse_of(parser, spec);
}

static bool
parse_name(struct mig_parser *parser, struct mig_spec *spec)
{
	if (!mig_parser_name(parser, &spec->word, "a type"))
		return false;
	if (!mig_parser_at(parser, '|'))
		return true;
	mig_error(parser->diag, spec->word.place,
	    "`%s` is no basic type: `|` joins two of MACH_MSG_TYPE_...",
	    spec->word.text);
	return false;
}

/* --- a type ---------------------------------------------------------------- */

static bool
is_of(const struct mig_token *token)
{
	return token->keyword && token->keyword->uses & MIG_KEYWORD_OF;
}

/* Each is an identifier unless what follows it makes it more. */
static enum mig_spec_kind
spec_kind(struct mig_parser *parser)
{
	char next;

	if (mig_parser_at(parser, '^'))
		return MIG_SPEC_POINTER;
	if (mig_parser_at(parser, '('))
		return MIG_SPEC_LONG;
	if (at_symbol(parser))
		return MIG_SPEC_SYMBOL;
	if (!mig_parser_at_keyword(
	        parser, MIG_KEYWORD_SPEC | MIG_KEYWORD_NATIVE))
		return MIG_SPEC_NAME;
	next = mig_parser_peek(parser)->punct;
	if (mig_parser_at_keyword(parser, MIG_KEYWORD_NATIVE))
		return next == '(' ? MIG_SPEC_NATIVE : MIG_SPEC_NAME;
	if (mig_parser_at_the(parser, "struct") && next == '{')
		return MIG_SPEC_MEMBERS;
	/* `array of` lacks its size. */
	if (next != '[' && !is_of(mig_parser_peek(parser)))
		return MIG_SPEC_NAME;
	if (mig_parser_at_the(parser, "array"))
		return MIG_SPEC_ARRAY;
	return mig_parser_at_the(parser, "struct") ? MIG_SPEC_STRUCT
	                                           : MIG_SPEC_STRING;
}

static bool
parse_kind(struct mig_parser *parser, struct mig_spec *spec)
{
	switch (spec->kind) {
	case MIG_SPEC_SYMBOL:
		return parse_symbols(parser, spec);
	case MIG_SPEC_NAME:
		return parse_name(parser, spec);
	case MIG_SPEC_ARRAY:
		return parse_array(parser, spec);
	case MIG_SPEC_STRUCT:
		return parse_struct(parser, spec);
	case MIG_SPEC_POINTER:
		return parse_pointer(parser, spec);
	case MIG_SPEC_STRING:
		return parse_size(parser, spec, "c_string[*:80]");
	case MIG_SPEC_LONG:
		return parse_long(parser, spec);
	case MIG_SPEC_MEMBERS:
		return parse_members(parser, spec);
	case MIG_SPEC_NATIVE:
		return parse_native(parser, spec);
	case MIG_SPEC_WRONG:
		break;
	}
	return false;
}

struct mig_spec *
mig_parse_spec(struct mig_parser *parser)
{
	struct mig_spec *spec = new_spec(parser, MIG_SPEC_WRONG);

	if (!mig_parser_enter(parser))
		return spec;
	spec->kind = spec_kind(parser);
	if (!parse_kind(parser, spec))
		spec->kind = MIG_SPEC_WRONG;
	spec->place = mig_parser_span(parser, spec->place);
	mig_parser_leave(parser);
	return spec;
}

/* NOLINTEND(misc-no-recursion) */

/* --- clauses --------------------------------------------------------------- */

static bool
parse_function(struct mig_parser *parser, struct mig_transl *transl)
{
	return mig_parser_name(
	           parser, &transl->function, "the name of a function") &&
	    mig_parser_expect(parser, '(', "after the name of the function") &&
	    mig_parser_name(
	        parser, &transl->argument, "the type of the argument") &&
	    mig_parser_expect(parser, ')', "after the type of the argument");
}

/* The words of a clause, behind its `:`. */
static bool
parse_clause_body(struct mig_parser *parser, struct mig_transl *transl)
{
	switch (transl->kind) {
	case MIG_TRANSL_INTRAN:
	case MIG_TRANSL_OUTTRAN:
		return mig_parser_name(
		           parser, &transl->result, "the type of the result") &&
		    parse_function(parser, transl);
	case MIG_TRANSL_DESTRUCTOR:
		return parse_function(parser, transl);
	case MIG_TRANSL_CTYPE:
	case MIG_TRANSL_CUSERTYPE:
	case MIG_TRANSL_CSERVERTYPE:
		return mig_parser_name(
		    parser, &transl->result, "the name of a type of C");
	case MIG_TRANSL_INTRANPAYLOAD:
		return mig_parser_name(
		           parser, &transl->result, "the type of the result") &&
		    mig_parser_name(
		        parser, &transl->function, "the name of a function");
	}
	return false;
}

/* The clause that begins here, or that was meant; NULL: neither. */
static const struct mig_keyword *
find_clause(struct mig_parser *parser)
{
	const struct mig_token *token = &parser->token;
	const struct mig_keyword *meant;

	if (mig_parser_at_keyword(parser, MIG_KEYWORD_CLAUSE))
		return token->keyword;
	if (token->kind != MIG_TOKEN_WORD ||
	    mig_parser_peek(parser)->punct != ':')
		return NULL;
	meant = mig_parser_meant(parser, MIG_KEYWORD_CLAUSE);
	if (!meant)
		return NULL;
	mig_error(parser->diag, token->place, "there is no clause `%.*s`",
	    (int)token->place.length, token->place.text);
	mig_hint(parser->diag, "did you mean `%s`?", meant->name);
	return meant;
}

static struct mig_transl *
parse_clause(struct mig_parser *parser, const struct mig_keyword *keyword)
{
	struct mig_transl *transl =
	    mig_parser_node_of(parser, struct mig_transl);

	transl->kind = keyword->clause;
	transl->place = parser->token.place;
	mig_parser_advance(parser);
	if (!mig_parser_expect(parser, ':', "after the word") ||
	    !parse_clause_body(parser, transl))
		return NULL;
	transl->place = mig_parser_span(parser, transl->place);
	return transl;
}

static bool
parse_clauses(struct mig_parser *parser, struct mig_named *named)
{
	struct mig_transl **end = &named->transls;
	const struct mig_keyword *keyword;

	while ((keyword = find_clause(parser)) != NULL) {
		*end = parse_clause(parser, keyword);
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	return true;
}

void
mig_parser_hint_type(struct mig_parser *parser)
{
	const struct mig_token *token = &parser->token;

	if (token->punct == '[')
		mig_hint(parser->diag,
		    "arrays are written `name = array[4] of int`, strings "
		    "`name = c_string[80]`");
	else if (token->punct == '*')
		mig_hint(parser->diag,
		    "there are no pointers as in C; `name = ^array[] of int` "
		    "is memory");
	else if (mig_parser_at_keyword(parser, MIG_KEYWORD_DIRECTION))
		mig_hint(parser->diag,
		    "the direction comes first: `out name : type`");
	else if (token->kind == MIG_TOKEN_WORD && !token->starts_line)
		mig_hint(parser->diag,
		    "a type is one word here: give it a name with `type`");
}

/* `ctype: unsigned int` */
static bool
check_stray_word(struct mig_parser *parser, const struct mig_named *named)
{
	if (!named->transls || parser->token.kind != MIG_TOKEN_WORD ||
	    parser->token.starts_line)
		return true;
	mig_parser_expected(parser, "`;`, `,` or a clause such as `ctype:`");
	mig_hint(
	    parser->diag, "a type of C is one word here: make a typedef of it");
	return false;
}

bool
mig_parse_definition(struct mig_parser *parser, struct mig_named *named)
{
	mig_parser_advance(parser); /* the `=` */
	named->spec = mig_parse_spec(parser);
	return named->spec->kind != MIG_SPEC_WRONG &&
	    parse_clauses(parser, named) && check_stray_word(parser, named);
}
