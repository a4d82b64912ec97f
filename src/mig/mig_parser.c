/* What all parts of the parser use. */
#include "mig_parser.h"

#include <stdarg.h>
#include <string.h>

enum { SHOWN_BYTES = 40 };

/* --- tokens ---------------------------------------------------------------- */

void
mig_parser_advance(struct mig_parser *parser)
{
	char punct = parser->token.punct;

	if (punct == '(' || punct == '{')
		parser->depth++;
	else if ((punct == ')' || punct == '}') && parser->depth > 0)
		parser->depth--;
	parser->last = parser->token.place;
	parser->token =
	    parser->has_next ? parser->next : mig_lex_token(&parser->lexer);
	parser->has_next = false;
}

const struct mig_token *
mig_parser_peek(struct mig_parser *parser)
{
	if (!parser->has_next)
		parser->next = mig_lex_token(&parser->lexer);
	parser->has_next = true;
	return &parser->next;
}

bool
mig_parser_at(const struct mig_parser *parser, char punct)
{
	return parser->token.punct == punct;
}

bool
mig_parser_at_end(const struct mig_parser *parser)
{
	return parser->token.kind == MIG_TOKEN_END;
}

bool
mig_parser_at_keyword(const struct mig_parser *parser, unsigned int uses)
{
	return parser->token.keyword && parser->token.keyword->uses & uses;
}

bool
mig_parser_at_the(const struct mig_parser *parser, const char *keyword)
{
	return parser->token.keyword &&
	    strcmp(parser->token.keyword->name, keyword) == 0;
}

/* Not a word that only looks like one: what follows must fit. */
bool
mig_parser_at_statement(struct mig_parser *parser)
{
	const struct mig_token *token = &parser->token;

	if (!token->starts_line ||
	    !mig_parser_at_keyword(parser, MIG_KEYWORD_STATEMENT))
		return false;
	/* `waittime t : int` is an argument. */
	if (mig_parser_at_keyword(parser, MIG_KEYWORD_DIRECTION))
		return parser->depth == 0;
	switch (token->keyword->form) {
	case MIG_FORM_NOTHING:
		return mig_parser_peek(parser)->punct == ';' ||
		    mig_parser_peek(parser)->starts_line;
	case MIG_FORM_NUMBER:
		return mig_parser_peek(parser)->kind == MIG_TOKEN_NUMBER;
	case MIG_FORM_STRING:
		return mig_parser_peek(parser)->kind == MIG_TOKEN_STRING;
	case MIG_FORM_SUBSYSTEM:
	case MIG_FORM_NAME:
	case MIG_FORM_TYPE:
	case MIG_FORM_ROUTINE:
		return mig_parser_peek(parser)->kind == MIG_TOKEN_WORD;
	case MIG_FORM_RAW:
	case MIG_FORM_FILE:
		return mig_parser_peek(parser)->punct != ':';
	}
	return false;
}

bool
mig_parser_accept(struct mig_parser *parser, char punct)
{
	if (!mig_parser_at(parser, punct))
		return false;
	mig_parser_advance(parser);
	return true;
}

/* --- places ---------------------------------------------------------------- */

struct mig_place
mig_parser_gap(const struct mig_parser *parser)
{
	struct mig_place place = parser->last;

	if (!place.file)
		return parser->token.place; /* there is none before */
	place.column += place.length;
	place.text += place.length;
	place.length = 0;
	return place;
}

struct mig_place
mig_parser_span(const struct mig_parser *parser, struct mig_place first)
{
	const struct mig_place *last = &parser->last;

	if (last->file == first.file && last->line == first.line &&
	    last->text >= first.text)
		first.length =
		    (uint32_t)(last->text - first.text) + last->length;
	return first;
}

/* --- reports --------------------------------------------------------------- */

static const char *
describe(struct mig_parser *parser, const struct mig_token *token)
{
	uint32_t length = token->place.length;

	if (token->kind == MIG_TOKEN_END)
		return "the end of the file";
	return mig_arena_print(parser->arena, "`%.*s%s`",
	    length > SHOWN_BYTES ? SHOWN_BYTES : (int)length, token->place.text,
	    length > SHOWN_BYTES ? "..." : "");
}

/* What should have stood behind a line is missing there, not on the next. */
static bool
is_missing_before(const struct mig_parser *parser)
{
	if (!parser->last.file || *parser->last.text == ';')
		return false;
	return parser->token.starts_line || mig_parser_at_end(parser);
}

bool
mig_parser_expected(struct mig_parser *parser, const char *format, ...)
{
	va_list args;
	char what[160];

	if (parser->token.kind == MIG_TOKEN_BAD)
		return false; /* reported */
	if (parser->diag->errors >= MIG_ERRORS_MAX) {
		/* Not to be shown: spare the memory for its words. */
		mig_error(parser->diag, parser->token.place, "syntax error");
		return false;
	}
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	mig_error(parser->diag,
	    is_missing_before(parser) ? mig_parser_gap(parser)
	                              : parser->token.place,
	    "expected %s, not %s", what, describe(parser, &parser->token));
	return false;
}

bool
mig_parser_expect(struct mig_parser *parser, char punct, const char *where)
{
	if (mig_parser_accept(parser, punct))
		return true;
	return mig_parser_expected(parser, "`%c` %s", punct, where);
}

const struct mig_keyword *
mig_parser_meant(struct mig_parser *parser, unsigned int uses)
{
	const struct mig_place *place = &parser->token.place;

	return parser->diag->errors <= MIG_ERRORS_MAX
	    ? mig_keyword_nearest(place->text, place->length, uses)
	    : NULL;
}

/* --- pieces ---------------------------------------------------------------- */

struct mig_word
mig_parser_word(struct mig_parser *parser, const struct mig_token *token)
{
	return (struct mig_word){
	    .text = token->raw ? token->raw
	                       : mig_arena_copy(parser->arena,
	                             token->place.text, token->place.length),
	    .place = token->place,
	};
}

bool
mig_parser_name(
    struct mig_parser *parser, struct mig_word *word, const char *what)
{
	if (parser->token.kind != MIG_TOKEN_WORD)
		return mig_parser_expected(parser, "%s", what);
	*word = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	return true;
}

void *
mig_parser_node(struct mig_parser *parser, size_t bytes)
{
	if (parser->nodes++ == MIG_NODES_MAX) {
		mig_error(parser->diag, parser->token.place,
		    "the file is too large: it has more than %d statements, "
		    "arguments, types and flags",
		    MIG_NODES_MAX);
		/* The token is still in use; the next one is the last. */
		parser->lexer.at = parser->lexer.end;
		parser->has_next = false;
	}
	return mig_arena_alloc(parser->arena, bytes);
}

bool
mig_parser_enter(struct mig_parser *parser)
{
	if (parser->nesting == MIG_NESTING_MAX) {
		mig_error(parser->diag, parser->token.place,
		    "this is nested more than %d deep", MIG_NESTING_MAX);
		return false;
	}
	parser->nesting++;
	return true;
}

void
mig_parser_leave(struct mig_parser *parser)
{
	parser->nesting--;
}
