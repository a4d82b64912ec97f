/* What the parts of the parser share: mig_parse.c (statements), mig_parse_type.c,
 * mig_parse_number.c, mig_parse_routine.c.
 *
 * Recursive descent. A function that meets a syntax error reports it and returns
 * false, or a tree that says so (MIG_SPEC_WRONG); who can go on behind it does:
 * an argument at the next `;` or `)`, a statement at the next `;` outside of
 * parentheses or at a line that plainly begins another statement.
 */
#ifndef MIG_PARSER_H
#define MIG_PARSER_H

#include "mig_lex.h"
#include "mig_parse.h"

enum {
	/* How deep types and expressions may nest. */
	MIG_NESTING_MAX = 256,
	/* Pieces of a tree: far more than anybody writes, little memory. */
	MIG_NODES_MAX = 1 << 18,
};

struct mig_parser {
	struct mig_arena *arena;
	struct mig_diag *diag;
	struct mig_lexer lexer;
	struct mig_token token; /* the one to look at */
	struct mig_token next;  /* the one behind it, if has_next */
	bool has_next;
	struct mig_place last; /* of the token before */
	unsigned int depth;    /* of parentheses and braces, in the statement */
	unsigned int nesting;
	bool lost; /* of the routine an argument, not even its name is known */
	bool skipped; /* the statement before ended in an error */
	size_t nodes;
};

/* --- tokens ---------------------------------------------------------------- */

void mig_parser_advance(struct mig_parser *parser);
const struct mig_token *mig_parser_peek(struct mig_parser *parser);

bool mig_parser_at(const struct mig_parser *parser, char punct);
bool mig_parser_at_end(const struct mig_parser *parser);
/* At a keyword with one of @uses (enum mig_keyword_use)? */
bool mig_parser_at_keyword(const struct mig_parser *parser, unsigned int uses);
/* The same of a keyword itself, in lower case. */
bool mig_parser_at_the(const struct mig_parser *parser, const char *keyword);
/* At a line that begins with the keyword of another statement? */
bool mig_parser_at_statement(struct mig_parser *parser);

/* Steps over @punct if it is there. */
bool mig_parser_accept(struct mig_parser *parser, char punct);
/* Reports that @what was expected. Always false. */
bool mig_parser_expected(struct mig_parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The keyword with one of @uses that the token, a word, was probably meant to be.
 * NULL: none is near, or there were so many errors that it is not worth the time. */
const struct mig_keyword *mig_parser_meant(
    struct mig_parser *parser, unsigned int uses);
/* Adds to the report of what stands behind a type: what somebody who writes C
 * may have meant by it. */
void mig_parser_hint_type(struct mig_parser *parser);
/* accept(), or a report: @punct was expected @where ("after the name"). */
bool mig_parser_expect(
    struct mig_parser *parser, char punct, const char *where);
/* An identifier, a keyword too; or a report that @what was expected. */
bool mig_parser_name(
    struct mig_parser *parser, struct mig_word *word, const char *what);

struct mig_word mig_parser_word(
    struct mig_parser *parser, const struct mig_token *token);
/* From @first to the last token, as far as that is on one line. */
struct mig_place mig_parser_span(
    const struct mig_parser *parser, struct mig_place first);
/* The gap behind the token before. */
struct mig_place mig_parser_gap(const struct mig_parser *parser);

/* Memory for a piece of the tree. */
void *mig_parser_node(struct mig_parser *parser, size_t bytes)
    __attribute__((returns_nonnull));

#define mig_parser_node_of(parser, type)                                       \
	((type *)mig_parser_node((parser), sizeof(type)))

/* One level deeper, and back; false: too deep, reported. */
bool mig_parser_enter(struct mig_parser *parser);
void mig_parser_leave(struct mig_parser *parser);

/* --- pieces ---------------------------------------------------------------- */

/* An expression: 0 to 2^31 - 1. False: a syntax error. */
bool mig_parse_expression(struct mig_parser *parser, struct mig_number *number);
/* A number alone. */
bool mig_parse_literal(
    struct mig_parser *parser, struct mig_number *number, const char *what);

struct mig_spec *mig_parse_spec(struct mig_parser *parser)
    __attribute__((returns_nonnull));
/* `= spec clauses`, behind the name. False: there was a syntax error; what could
 * be understood of it is in @named, whose spec is not NULL. */
bool mig_parse_definition(struct mig_parser *parser, struct mig_named *named);

/* `name(arguments)`. False: a syntax error, behind which it could not go on. */
bool mig_parse_routine(
    struct mig_parser *parser, struct mig_statement *statement);

#endif /* MIG_PARSER_H */
