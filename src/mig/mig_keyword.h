/* The keywords of the language: spec/mig.md 3. */
#ifndef MIG_KEYWORD_H
#define MIG_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "mig_tree.h"

/* What a keyword can begin; it is an identifier everywhere else. */
enum mig_keyword_use {
	MIG_KEYWORD_STATEMENT = 1 << 0,
	MIG_KEYWORD_DIRECTION = 1 << 1,
	MIG_KEYWORD_FLAG = 1 << 2,
	MIG_KEYWORD_CLAUSE = 1 << 3, /* of a type */
	MIG_KEYWORD_SPEC = 1 << 4,   /* a type */
	MIG_KEYWORD_NATIVE = 1 << 5,
	MIG_KEYWORD_MODIFIER = 1 << 6, /* KernelUser, KernelServer */
	MIG_KEYWORD_OF = 1 << 7,
};

/* What follows the word of a statement. */
enum mig_form {
	MIG_FORM_NOTHING,
	MIG_FORM_SUBSYSTEM,
	MIG_FORM_RAW,
	MIG_FORM_NUMBER,
	MIG_FORM_NAME,
	MIG_FORM_FILE,
	MIG_FORM_STRING,
	MIG_FORM_TYPE,
	MIG_FORM_ROUTINE,
};

struct mig_keyword {
	const char *name;  /* lower case, unless `exact` */
	unsigned int uses; /* of enum mig_keyword_use */
	bool exact;        /* case matters */
	bool off;          /* statements: nowaittime, nosendtime */
	enum mig_statement_kind statement;
	enum mig_form form;
	enum mig_direction direction;
	enum mig_flag flag;
	enum mig_transl_kind clause;
};

/* The keyword that @length bytes at @text spell; NULL: none. */
const struct mig_keyword *mig_keyword_find(const char *text, size_t length);

/* The one nearest to @length bytes at @text among those with one of @uses; NULL:
 * none is near. */
const struct mig_keyword *mig_keyword_nearest(
    const char *text, size_t length, unsigned int uses);

/* The keyword for it today, when @text was one of MIG in the 1980s; else NULL. */
const struct mig_keyword *mig_keyword_modern(const char *text, size_t length);

#endif /* MIG_KEYWORD_H */
