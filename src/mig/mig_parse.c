/* Statements. */
#include "mig_parse.h"

#include <string.h>

#include "mig_parser.h"

/* A file that is larger is none that somebody wrote. */
enum { TEXT_BYTES_MAX = 64 * 1024 * 1024 };

/* What parser->token stands before is raw text or the name of a file: it must be
 * read again if it has been looked at as a token. */
static void
unread_next(struct mig_parser *parser)
{
	const struct mig_token *next = &parser->next;

	if (!parser->has_next)
		return;
	parser->has_next = false;
	parser->lexer.at = next->place.text;
	parser->lexer.line_start = next->place.text - (next->place.column - 1);
	parser->lexer.line = next->place.line;
	parser->lexer.file = next->place.file;
	parser->lexer.starts_line = next->starts_line;
}

/* The token behind the word of the statement, as @lex sees it. */
static bool
parse_special(struct mig_parser *parser, struct mig_statement *statement,
    struct mig_token (*lex)(struct mig_lexer *), const char *what)
{
	unread_next(parser);
	parser->last = parser->token.place;
	parser->token = lex(&parser->lexer);
	if (parser->token.kind != MIG_TOKEN_RAW || !*parser->token.raw) {
		if (parser->token.kind == MIG_TOKEN_RAW)
			mig_parser_advance(parser);
		return mig_parser_expected(parser, "%s", what);
	}
	statement->word = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	return true;
}

static bool
parse_string(struct mig_parser *parser, struct mig_statement *statement)
{
	mig_parser_advance(parser);
	if (parser->token.kind != MIG_TOKEN_STRING)
		return mig_parser_expected(parser, "a string, \"...\"");
	statement->word = mig_parser_word(parser, &parser->token);
	mig_parser_advance(parser);
	return true;
}

static bool
parse_name(struct mig_parser *parser, struct mig_statement *statement)
{
	mig_parser_advance(parser);
	if (mig_parser_name(parser, &statement->word,
	        statement->kind == MIG_ST_SERVERPREFIX ||
	                statement->kind == MIG_ST_USERPREFIX
	            ? "a prefix"
	            : "the name of a function"))
		return true;
	if (parser->token.kind == MIG_TOKEN_STRING)
		mig_hint(parser->diag, "it is written without quotes");
	return false;
}

/* `subsystem KernelUser KernelServer name number`: each word but the last can be
 * the name. */
static bool
parse_subsystem(struct mig_parser *parser, struct mig_statement *statement)
{
	mig_parser_advance(parser);
	statement->number = (struct mig_number){.value = 1, .wrong = true};
	while (mig_parser_at_keyword(parser, MIG_KEYWORD_MODIFIER) &&
	    mig_parser_peek(parser)->kind == MIG_TOKEN_WORD) {
		if (mig_parser_at_the(parser, "kerneluser"))
			statement->kernel_user = true;
		else
			statement->kernel_server = true;
		mig_parser_advance(parser);
	}
	return mig_parser_name(
	           parser, &statement->word, "the name of the subsystem") &&
	    mig_parse_literal(parser, &statement->number,
	        "the id of the first routine, a number");
}

static bool
parse_type_statement(struct mig_parser *parser, struct mig_statement *statement)
{
	mig_parser_advance(parser);
	if (!mig_parser_name(
	        parser, &statement->named.name, "the name of the type"))
		return false;
	if (mig_parser_at(parser, '='))
		return mig_parse_definition(parser, &statement->named);
	statement->named.spec = mig_parser_node_of(parser, struct mig_spec);
	statement->named.spec->kind = MIG_SPEC_WRONG;
	statement->named.spec->place = statement->named.name.place;
	return mig_parser_expected(parser, "`=` after the name of the type");
}

/* What is behind the first word, which is the token. */
static bool
parse_form(struct mig_parser *parser, struct mig_statement *statement,
    enum mig_form form)
{
	switch (form) {
	case MIG_FORM_NOTHING:
		mig_parser_advance(parser);
		return true;
	case MIG_FORM_SUBSYSTEM:
		return parse_subsystem(parser, statement);
	case MIG_FORM_RAW:
		return parse_special(parser, statement, mig_lex_raw,
		    statement->kind == MIG_ST_CONSUMEONSENDERROR
		        ? "None, Timeout or Any"
		        : "an expression of C");
	case MIG_FORM_NUMBER:
		mig_parser_advance(parser);
		return mig_parse_literal(
		    parser, &statement->number, "a number");
	case MIG_FORM_NAME:
		return parse_name(parser, statement);
	case MIG_FORM_FILE:
		return parse_special(parser, statement, mig_lex_file_name,
		    "the name of a file, <...> or \"...\"");
	case MIG_FORM_STRING:
		return parse_string(parser, statement);
	case MIG_FORM_TYPE:
		return parse_type_statement(parser, statement);
	case MIG_FORM_ROUTINE:
		mig_parser_advance(parser);
		return mig_parse_routine(parser, statement);
	}
	return false;
}

/* A `)` that is one too many. */
static bool
unopened(struct mig_parser *parser)
{
	mig_error(
	    parser->diag, parser->token.place, "there is no `(` for this `)`");
	return false;
}

/* A word of C that begins what belongs into a header. */
static bool
is_declaration_of_c(const struct mig_token *token)
{
	static const char *const words[] = {
	    "const", "enum", "extern", "static", "struct", "typedef", "union"};
	const struct mig_place *place = &token->place;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == place->length &&
		    memcmp(words[i], place->text, place->length) == 0)
			return true;
	return false;
}

/* When nothing is near the word. */
static void
hint_routine(struct mig_parser *parser)
{
	const struct mig_token *next = mig_parser_peek(parser);

	if (next->keyword && next->keyword->form == MIG_FORM_ROUTINE)
		mig_hint(parser->diag,
		    "nothing stands before `routine`; a `simpleroutine` has no "
		    "reply");
	else if (next->kind == MIG_TOKEN_WORD &&
	    mig_lex_sees(&parser->lexer, '('))
		mig_hint(parser->diag,
		    "a routine is written "
		    "`routine name(port : mach_port_t; in a : int);`");
}

/* What begins no statement. When it is plain what was meant, that: what uses the
 * statement later is not wrong then. */
static const struct mig_keyword *
unknown_statement(struct mig_parser *parser)
{
	const struct mig_token *token = &parser->token;
	const struct mig_keyword *meant;

	if (mig_parser_at(parser, ')')) {
		(void)unopened(parser);
		return NULL;
	}
	if (token->kind != MIG_TOKEN_WORD) {
		(void)mig_parser_expected(parser, "a statement");
		return NULL;
	}
	meant = mig_keyword_modern(token->place.text, token->place.length);
	if (meant) {
		mig_error(parser->diag, token->place,
		    "`%.*s` is a statement of MIG in the 1980s",
		    (int)token->place.length, token->place.text);
		mig_hint(parser->diag, "write `%s`", meant->name);
		return meant;
	}
	mig_error(parser->diag, token->place, "`%.*s` begins no statement",
	    (int)token->place.length, token->place.text);
	if (is_declaration_of_c(token)) {
		mig_hint(parser->diag,
		    "C belongs into a header: `import \"name.h\";`");
		return NULL;
	}
	meant = mig_parser_meant(parser, MIG_KEYWORD_STATEMENT);
	if (meant)
		mig_hint(parser->diag, "did you mean `%s`?", meant->name);
	else
		hint_routine(parser);
	return meant;
}

/* To behind the next `;` outside of parentheses, or to the next statement. */
static void
skip_statement(struct mig_parser *parser)
{
	parser->skipped = true;
	while (!mig_parser_at_end(parser) && !mig_parser_at_statement(parser)) {
		bool last = parser->depth == 0 && mig_parser_at(parser, ';');

		mig_parser_advance(parser);
		if (last)
			return;
	}
}

/* The `;`; where it was forgotten, the next statement is not lost. */
static bool
parse_end(struct mig_parser *parser, bool is_type)
{
	if (mig_parser_accept(parser, ';'))
		return true;
	if (mig_parser_at_end(parser) || mig_parser_at_statement(parser)) {
		mig_error(parser->diag, mig_parser_gap(parser),
		    "a `;` is missing at the end of the statement");
		return true;
	}
	if (mig_parser_at(parser, ')'))
		return unopened(parser);
	(void)mig_parser_expected(parser, "`;` after the statement");
	if (is_type)
		mig_parser_hint_type(parser);
	return false;
}

/* Of a statement with an error, is enough known not to cause others? */
static bool
is_worth_keeping(const struct mig_statement *statement)
{
	switch (statement->kind) {
	case MIG_ST_SUBSYSTEM:
		return true;
	case MIG_ST_TYPE:
		return statement->named.spec != NULL;
	case MIG_ST_ROUTINE:
	case MIG_ST_SIMPLEROUTINE:
		return statement->word.text != NULL;
	case MIG_ST_MSGOPTION:
	case MIG_ST_WAITTIME:
	case MIG_ST_SENDTIME:
	case MIG_ST_USESPECIALREPLYPORT:
	case MIG_ST_CONSUMEONSENDERROR:
	case MIG_ST_USERTYPELIMIT:
	case MIG_ST_ONSTACKLIMIT:
	case MIG_ST_ERROR:
	case MIG_ST_SERVERPREFIX:
	case MIG_ST_USERPREFIX:
	case MIG_ST_SERVERDEMUX:
	case MIG_ST_IMPORT:
	case MIG_ST_UIMPORT:
	case MIG_ST_SIMPORT:
	case MIG_ST_IIMPORT:
	case MIG_ST_DIMPORT:
	case MIG_ST_RCSID:
	case MIG_ST_SKIP:
		break;
	}
	return false;
}

/* Behind an error, in the same line: the macro MAX of `#define MAX 10;` ends a
 * statement in its middle. */
static bool
is_rest_of_line(const struct mig_parser *parser)
{
	return parser->skipped && !parser->token.starts_line &&
	    !mig_parser_at_end(parser) &&
	    !mig_parser_at_keyword(parser, MIG_KEYWORD_STATEMENT);
}

/* Of `type t = union {`, `union` must not be an unknown type, too. */
static void
spoil_type(const struct mig_statement *statement)
{
	if (statement->kind == MIG_ST_TYPE && statement->named.spec)
		statement->named.spec->kind = MIG_SPEC_WRONG;
}

/* One statement; NULL: there is none to keep. */
static struct mig_statement *
parse_statement(struct mig_parser *parser)
{
	const struct mig_keyword *keyword = parser->token.keyword;
	struct mig_statement *statement;
	bool good;

	parser->depth = 0;
	parser->lost = false;
	if (is_rest_of_line(parser)) {
		skip_statement(parser);
		return NULL;
	}
	parser->skipped = false;
	if (mig_parser_accept(parser, ';'))
		return NULL;
	if (!mig_parser_at_keyword(parser, MIG_KEYWORD_STATEMENT))
		keyword = unknown_statement(parser);
	if (!keyword) {
		mig_parser_advance(parser);
		skip_statement(parser);
		return NULL;
	}
	statement = mig_parser_node_of(parser, struct mig_statement);
	statement->kind = keyword->statement;
	statement->place = parser->token.place;
	good = parse_form(parser, statement, keyword->form);
	if (!good || !parse_end(parser, keyword->form == MIG_FORM_TYPE)) {
		skip_statement(parser);
		spoil_type(statement);
	}
	if (parser->lost || (!good && !is_worth_keeping(statement)))
		return NULL;
	return statement;
}

static void
parse_statements(struct mig_parser *parser, struct mig_tree *tree)
{
	struct mig_statement **end = &tree->statements;

	while (!mig_parser_at_end(parser)) {
		struct mig_statement *statement = parse_statement(parser);

		if (statement) {
			*end = statement;
			end = &statement->next;
		}
	}
}

struct mig_tree *
mig_parse(struct mig_arena *arena, struct mig_diag *diag, const char *name,
    const char *text, size_t length)
{
	struct mig_tree *tree = mig_arena_new_of(arena, struct mig_tree);
	struct mig_parser parser = {.arena = arena, .diag = diag};
	bool too_long = length > TEXT_BYTES_MAX;

	if (too_long)
		length = 0;
	mig_lex_init(&parser.lexer, arena, diag, name,
	    mig_arena_copy(arena, text, length), length);
	if (too_long)
		mig_error(diag, (struct mig_place){.file = parser.lexer.file},
		    "the preprocessed text has more than %d MiB",
		    TEXT_BYTES_MAX / 1024 / 1024);
	parser.token = mig_lex_token(&parser.lexer);
	parse_statements(&parser, tree);
	tree->file = mig_lex_main_file(&parser.lexer);
	return tree;
}
