/* From preprocessed text to words: spec/mig.md 3, and the line markers of 1.
 *
 * The lexer knows no context, but for the three forms that only the parser can ask
 * for: raw text, the name of a file, and a token. So it stands behind the last
 * token that was asked for, and the parser looks ahead no further than it must.
 *
 * What is wrong with the text is reported here, once, and comes out as a token of
 * kind MIG_TOKEN_BAD, about which the parser says nothing more.
 */
#ifndef MIG_LEX_H
#define MIG_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mig_diag.h"
#include "mig_keyword.h"

enum mig_token_kind {
	MIG_TOKEN_END,
	MIG_TOKEN_WORD,   /* an identifier, or a keyword */
	MIG_TOKEN_NUMBER, /* decimal or hexadecimal */
	MIG_TOKEN_STRING, /* "...", with its quotes */
	MIG_TOKEN_PUNCT,  /* one character */
	MIG_TOKEN_RAW,    /* any text up to a `;`, or the name of a file */
	MIG_TOKEN_BAD,    /* reported */
};

struct mig_token {
	enum mig_token_kind kind;
	const struct mig_keyword *keyword; /* of a WORD; NULL: none */
	char punct;                        /* of a PUNCT; else NUL */
	bool starts_line;
	struct mig_place place; /* place.text has place.length bytes */
	int32_t number;         /* of a NUMBER */
	const char *raw;        /* of RAW: in the arena */
};

struct mig_lexer {
	struct mig_arena *arena;
	struct mig_diag *diag;
	const char *at;
	const char *end; /* there is a NUL at it */
	const char *line_start;
	bool starts_line; /* nothing but blanks since then */
	bool hinted;      /* at the preprocessor */
	const struct mig_file *file;
	uint32_t line;
};

/* @text has a NUL behind its @length bytes, and lives as long as the arena. */
void mig_lex_init(struct mig_lexer *lexer, struct mig_arena *arena,
    struct mig_diag *diag, const char *name, const char *text, size_t length);

struct mig_token mig_lex_token(struct mig_lexer *lexer);

/* What is left of a statement such as `msgoption A|B;`: the text before the `;`,
 * each run of blanks one blank, comments gone. It ends before a line that begins
 * with the keyword of another statement: the `;` has been forgotten there. */
struct mig_token mig_lex_raw(struct mig_lexer *lexer);

/* <...> or "..." on one line. Any other thing comes out as another token. */
struct mig_token mig_lex_file_name(struct mig_lexer *lexer);

/* Is @punct what comes next, blanks apart, on the line? */
bool mig_lex_sees(const struct mig_lexer *lexer, char punct);

/* The file that was named: the one that nothing includes. */
const struct mig_file *mig_lex_main_file(const struct mig_lexer *lexer);

#endif /* MIG_LEX_H */
