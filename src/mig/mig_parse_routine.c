/* Routines and their arguments. */
#include "mig_parser.h"

#include <string.h>

/* --- flags ----------------------------------------------------------------- */

/* `dealloc[]` */
static bool
parse_brackets(struct mig_parser *parser, struct mig_flag_use *use)
{
	if (!mig_parser_accept(parser, '['))
		return true;
	if (!mig_parser_expect(parser, ']', "after the `[`"))
		return false;
	use->place = mig_parser_span(parser, use->place);
	use->brackets = use->flag == MIG_FLAG_DEALLOC;
	if (!use->brackets)
		mig_warning(parser->diag, use->place,
		    "`[]` is ignored: only `dealloc` can be decided at run "
		    "time");
	return true;
}

/* The flag that is here, or that was meant; NULL: neither, reported. */
static const struct mig_keyword *
find_flag(struct mig_parser *parser)
{
	const struct mig_token *token = &parser->token;
	const struct mig_keyword *meant;

	if (mig_parser_at_keyword(parser, MIG_KEYWORD_FLAG))
		return token->keyword;
	if (token->kind != MIG_TOKEN_WORD) {
		(void)mig_parser_expected(parser, "a flag after the `,`");
		return NULL;
	}
	meant = mig_parser_meant(parser, MIG_KEYWORD_FLAG);
	mig_error(parser->diag, token->place, "there is no flag `%.*s`",
	    (int)token->place.length, token->place.text);
	if (meant)
		mig_hint(parser->diag, "did you mean `%s`?", meant->name);
	return meant;
}

/* `, in b : int`, where C has a comma. */
static bool
at_next_argument(struct mig_parser *parser)
{
	char next = mig_parser_peek(parser)->punct;

	if (parser->token.kind != MIG_TOKEN_WORD)
		return false;
	return next == ':' ||
	    (mig_parser_at_keyword(parser, MIG_KEYWORD_DIRECTION) &&
	        mig_parser_peek(parser)->kind == MIG_TOKEN_WORD);
}

/* False: a syntax error, or (*again_out) another argument follows. */
static bool
parse_flags(
    struct mig_parser *parser, struct mig_parameter *parameter, bool *again_out)
{
	struct mig_flag_use **end = &parameter->flags;

	while (mig_parser_at(parser, ',')) {
		struct mig_place comma = parser->token.place;
		const struct mig_keyword *flag;
		struct mig_flag_use *use;

		mig_parser_advance(parser);
		if (at_next_argument(parser)) {
			mig_error(parser->diag, comma,
			    "arguments are separated by `;`, not by `,`");
			*again_out = true;
			return false;
		}
		flag = find_flag(parser);
		if (!flag)
			return false;
		use = mig_parser_node_of(parser, struct mig_flag_use);
		use->flag = flag->flag;
		use->place = parser->token.place;
		*end = use;
		end = &use->next;
		mig_parser_advance(parser);
		if (!parse_brackets(parser, use))
			return false;
	}
	return true;
}

/* --- one argument ---------------------------------------------------------- */

static bool
parse_colon(struct mig_parser *parser)
{
	if (mig_parser_expect(parser, ':', "after the name of the argument"))
		return true;
	if (parser->token.kind != MIG_TOKEN_BAD)
		mig_hint(parser->diag,
		    "an argument is written `in name : type`, not as in C");
	return false;
}

/* Two words, of which the first is no direction. What was meant, if it is plain. */
static const struct mig_keyword *
unknown_direction(struct mig_parser *parser, struct mig_parameter *parameter)
{
	const struct mig_place *place = &parser->token.place;
	const struct mig_keyword *meant =
	    mig_parser_meant(parser, MIG_KEYWORD_DIRECTION);

	/* The name has been looked at. */
	if (meant && mig_lex_sees(&parser->lexer, ':')) {
		mig_error(parser->diag, *place, "there is no direction `%.*s`",
		    (int)place->length, place->text);
		mig_hint(parser->diag, "did you mean `%s`?", meant->name);
		return meant;
	}
	(void)mig_parser_name(parser, &parameter->name, "");
	(void)parse_colon(parser);
	return NULL;
}

static bool
parse_direction(struct mig_parser *parser, struct mig_parameter *parameter)
{
	const struct mig_keyword *keyword = parser->token.keyword;

	if (parser->token.kind != MIG_TOKEN_WORD ||
	    mig_parser_peek(parser)->kind != MIG_TOKEN_WORD)
		return true;
	if (!mig_parser_at_keyword(parser, MIG_KEYWORD_DIRECTION))
		keyword = unknown_direction(parser, parameter);
	if (!keyword)
		return false;
	parameter->direction = keyword->direction;
	parameter->direction_place = parser->token.place;
	mig_parser_advance(parser);
	return true;
}

/* A type that is spelled out, without the name that C will know it by. */
static bool
is_nameless(struct mig_parser *parser)
{
	char next = mig_parser_peek(parser)->punct;

	return mig_parser_at(parser, '^') || mig_parser_at(parser, '(') ||
	    (mig_parser_at_keyword(parser, MIG_KEYWORD_SPEC) &&
	        (next == '[' || next == '{'));
}

static bool
parse_type(struct mig_parser *parser, struct mig_named *type)
{
	if (is_nameless(parser)) {
		mig_error(parser->diag, parser->token.place,
		    "this type needs a name");
		mig_hint(parser->diag,
		    "write `name = array[4] of int`; C knows it as `name`");
		return false;
	}
	if (mig_parser_at_keyword(parser, MIG_KEYWORD_NATIVE) &&
	    mig_parser_peek(parser)->punct == '(') {
		type->spec = mig_parse_spec(parser);
		return type->spec->kind != MIG_SPEC_WRONG;
	}
	if (!mig_parser_name(parser, &type->name, "the type of the argument"))
		return false;
	return !mig_parser_at(parser, '=') ||
	    mig_parse_definition(parser, type);
}

/* False: as parse_flags(). */
static bool
parse_parameter(
    struct mig_parser *parser, struct mig_parameter *parameter, bool *again_out)
{
	return parse_direction(parser, parameter) &&
	    mig_parser_name(
	        parser, &parameter->name, "an argument, `name : type`") &&
	    parse_colon(parser) && parse_type(parser, &parameter->type) &&
	    parse_flags(parser, parameter, again_out);
}

/* What could not be understood must not cause other errors. */
static void
mark_wrong(struct mig_parser *parser, struct mig_parameter *parameter)
{
	struct mig_spec *spec = mig_parser_node_of(parser, struct mig_spec);

	spec->kind = MIG_SPEC_WRONG;
	spec->place = parameter->name.place;
	parameter->type.spec = spec;
}

/* To the next `;` or `)` of the arguments, or to another statement. */
static void
skip_parameter(struct mig_parser *parser, unsigned int depth)
{
	while (!mig_parser_at_end(parser) && !mig_parser_at_statement(parser)) {
		if (parser->depth < depth)
			return;
		if (parser->depth == depth &&
		    (mig_parser_at(parser, ';') || mig_parser_at(parser, ')')))
			return;
		mig_parser_advance(parser);
	}
}

/* --- all arguments --------------------------------------------------------- */

static bool
not_closed(struct mig_parser *parser, const struct mig_statement *statement,
    struct mig_place parenthesis)
{
	mig_error(parser->diag, mig_parser_gap(parser),
	    "a `)` is missing after the arguments of `%s`",
	    statement->word.text);
	mig_note(parser->diag, parenthesis, "this is the `(`");
	return false;
}

/* Behind an argument: true when another one follows. */
static bool
parse_separator(struct mig_parser *parser)
{
	struct mig_place place = parser->token.place;

	if (mig_parser_accept(parser, ';')) {
		if (!mig_parser_at(parser, ')'))
			return true;
		mig_warning(parser->diag, place,
		    "a `;` after the last argument is one too many");
		return false;
	}
	if (mig_parser_at(parser, ')') || !parser->token.starts_line ||
	    mig_parser_at_statement(parser) || !at_next_argument(parser)) {
		return false;
	}
	mig_error(parser->diag, mig_parser_gap(parser),
	    "a `;` is missing after the argument");
	return true;
}

/* One argument, into @parameter even if not all of it could be understood. False:
 * what follows it is not known. */
static bool
parse_argument(
    struct mig_parser *parser, struct mig_parameter *parameter, bool *again_out)
{
	*again_out = false;
	if (parse_parameter(parser, parameter, again_out) || *again_out)
		return true;
	mark_wrong(parser, parameter);
	skip_parameter(parser, 1);
	return !mig_parser_at_end(parser);
}

/* What is between the parentheses. False: nothing follows that could be said
 * anything about. */
static bool
parse_arguments(struct mig_parser *parser, struct mig_statement *statement)
{
	struct mig_parameter **end = &statement->parameters;
	bool again = !mig_parser_at(parser, ')');

	while (again && !mig_parser_at_statement(parser)) {
		struct mig_parameter *parameter =
		    mig_parser_node_of(parser, struct mig_parameter);
		bool good = parse_argument(parser, parameter, &again);

		if (parameter->name.text) {
			*end = parameter;
			end = &parameter->next;
		} else {
			parser->lost = true;
		}
		if (!good)
			return false;
		again = again || parse_separator(parser);
	}
	return true;
}

/* Of `unsigned int`, `unsigned` must not be an unknown type, too. */
static void
spoil_last(struct mig_parser *parser, const struct mig_statement *statement)
{
	struct mig_parameter *last = statement->parameters;

	while (last && last->next)
		last = last->next;
	if (last)
		mark_wrong(parser, last);
}

bool
mig_parse_routine(struct mig_parser *parser, struct mig_statement *statement)
{
	struct mig_place parenthesis;

	if (!mig_parser_name(
	        parser, &statement->word, "the name of the routine"))
		return false;
	parenthesis = parser->token.place;
	parser->lost = !mig_parser_at(parser, '(');
	if (!mig_parser_expect(parser, '(', "after the name of the routine") ||
	    !parse_arguments(parser, statement))
		return false;
	if (mig_parser_accept(parser, ')'))
		return true;
	if (mig_parser_at_end(parser) || mig_parser_at_statement(parser))
		return not_closed(parser, statement, parenthesis);
	(void)mig_parser_expected(parser, "`;`, `,` or `)` after the argument");
	mig_parser_hint_type(parser);
	spoil_last(parser, statement);
	return false;
}
