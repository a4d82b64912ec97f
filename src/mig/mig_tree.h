/* A file as it was written: what mig_parse() makes and mig_check() reads.
 *
 * The tree follows the grammar of spec/mig.md 4. Nothing in it has been checked
 * except the grammar: names may be unknown, flags may not apply. Expressions have
 * been evaluated. All of it lives in the arena of the compilation.
 */
#ifndef MIG_TREE_H
#define MIG_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "mig_diag.h"

/* The value of an expression. */
struct mig_number {
	int64_t value;
	struct mig_place place; /* of the whole expression */
	bool wrong;             /* an error has been reported: value is 1 */
};

/* --- types ----------------------------------------------------------------- */

enum mig_spec_kind {
	MIG_SPEC_SYMBOL,  /* MACH_MSG_TYPE_INTEGER_32, A | B, a bare number */
	MIG_SPEC_NAME,    /* an earlier type */
	MIG_SPEC_ARRAY,   /* array[...] of T */
	MIG_SPEC_STRUCT,  /* struct[n] of T */
	MIG_SPEC_POINTER, /* ^ T */
	MIG_SPEC_STRING,  /* c_string[...] */
	MIG_SPEC_LONG,    /* [G] (SYM, bits, flags) */
	MIG_SPEC_MEMBERS, /* [G] struct { t a; u b; } */
	MIG_SPEC_NATIVE,  /* PointerTo(), ...: not supported */
	MIG_SPEC_WRONG,   /* a syntax error, reported */
};

enum mig_bound {
	MIG_BOUND_FIXED,    /* [n] */
	MIG_BOUND_VARIABLE, /* [*:n] */
	MIG_BOUND_NONE,     /* [] and [*] */
};

/* [G] t a; */
struct mig_member {
	struct mig_word type;
	struct mig_word name;
	struct mig_member *next;
};

struct mig_spec {
	enum mig_spec_kind kind;
	struct mig_place place;
	/* SYMBOL and LONG: as spelled, a number too; received is NULL without a
	 * bar. NAME: word. NATIVE: word is the keyword. */
	struct mig_word word;       /* SYMBOL, LONG: sent as */
	struct mig_word received;   /* SYMBOL, LONG: received as */
	enum mig_bound bound;       /* ARRAY, STRING */
	struct mig_number size;     /* ARRAY, STRUCT, STRING: unless BOUND_NONE;
				     LONG: bits */
	struct mig_spec *of;        /* ARRAY, STRUCT, POINTER */
	struct mig_member *members; /* MEMBERS */
};

enum mig_transl_kind {
	MIG_TRANSL_INTRAN,     /* result function(argument) */
	MIG_TRANSL_OUTTRAN,    /* result function(argument) */
	MIG_TRANSL_DESTRUCTOR, /* function(argument) */
	MIG_TRANSL_CTYPE,      /* result */
	MIG_TRANSL_CUSERTYPE,
	MIG_TRANSL_CSERVERTYPE,
	MIG_TRANSL_INTRANPAYLOAD, /* [G] result function */
};

struct mig_transl {
	enum mig_transl_kind kind;
	struct mig_place place;
	struct mig_word result;
	struct mig_word function;
	struct mig_word argument;
	struct mig_transl *next;
};

/* `name = spec clauses`; as the type of an argument also `name` alone, with
 * spec NULL, or a spec alone, with name.text NULL (native types). */
struct mig_named {
	struct mig_word name;
	struct mig_spec *spec;
	struct mig_transl *transls; /* in file order */
};

/* --- routines -------------------------------------------------------------- */

enum mig_direction {
	MIG_DIR_NONE, /* no word: the request port, or in */
	MIG_DIR_IN,
	MIG_DIR_OUT,
	MIG_DIR_INOUT,
	MIG_DIR_REQUESTPORT,
	MIG_DIR_REPLYPORT,
	MIG_DIR_SREPLYPORT,
	MIG_DIR_UREPLYPORT,
	MIG_DIR_WAITTIME,
	MIG_DIR_SENDTIME,
	MIG_DIR_MSGOPTION,
	MIG_DIR_MSGSEQNO,
	MIG_DIR_SECTOKEN,
	MIG_DIR_SERVERSECTOKEN,
	MIG_DIR_USERSECTOKEN,
	MIG_DIR_AUDITTOKEN,
	MIG_DIR_SERVERAUDITTOKEN,
	MIG_DIR_USERAUDITTOKEN,
	MIG_DIR_SERVERCONTEXTTOKEN,
	MIG_DIR_SERVERIMPL, /* not supported */
	MIG_DIR_USERIMPL,   /* not supported */
};

enum mig_flag {
	MIG_FLAG_DEALLOC,
	MIG_FLAG_NOTDEALLOC,
	MIG_FLAG_COUNTINOUT,
	MIG_FLAG_SAMECOUNT,
	MIG_FLAG_PHYSICALCOPY,
	MIG_FLAG_OVERWRITE,
	MIG_FLAG_CONST,
	MIG_FLAG_AUTO,
	MIG_FLAG_RETCODE,
	MIG_FLAG_SERVERCOPY, /* [G] ignored */
	MIG_FLAG_ISLONG,     /* [G] ignored */
	MIG_FLAG_ISNOTLONG,  /* [G] ignored */
};

struct mig_flag_use {
	enum mig_flag flag;
	bool brackets; /* dealloc[] */
	struct mig_place place;
	struct mig_flag_use *next;
};

struct mig_parameter {
	enum mig_direction direction;
	struct mig_place direction_place; /* line 0 with MIG_DIR_NONE */
	struct mig_word name;
	struct mig_named type;
	struct mig_flag_use *flags;
	struct mig_parameter *next;
};

/* --- statements ------------------------------------------------------------ */

enum mig_statement_kind {
	MIG_ST_SUBSYSTEM, /* word, number (base), kernel_user, kernel_server */
	MIG_ST_MSGOPTION, /* word: any text up to the `;`, trimmed */
	MIG_ST_WAITTIME,  /* word, as above; NULL: nowaittime */
	MIG_ST_SENDTIME,  /* word, as above; NULL: nosendtime */
	MIG_ST_USESPECIALREPLYPORT, /* number */
	MIG_ST_CONSUMEONSENDERROR,  /* word: as written; not checked */
	MIG_ST_USERTYPELIMIT,       /* number */
	MIG_ST_ONSTACKLIMIT,        /* number */
	MIG_ST_ERROR,               /* word */
	MIG_ST_SERVERPREFIX,        /* word */
	MIG_ST_USERPREFIX,          /* word */
	MIG_ST_SERVERDEMUX,         /* word */
	MIG_ST_IMPORT, /* word: with <> or ""; this and the four below */
	MIG_ST_UIMPORT,
	MIG_ST_SIMPORT,
	MIG_ST_IIMPORT,
	MIG_ST_DIMPORT,
	MIG_ST_RCSID,         /* word: with its quotes */
	MIG_ST_TYPE,          /* named */
	MIG_ST_ROUTINE,       /* word, parameters */
	MIG_ST_SIMPLEROUTINE, /* word, parameters */
	MIG_ST_SKIP,
};

struct mig_statement {
	enum mig_statement_kind kind;
	struct mig_place place; /* of its first word */
	struct mig_word word;
	struct mig_number number;
	bool kernel_user;
	bool kernel_server;
	struct mig_named named;
	struct mig_parameter *parameters;
	struct mig_statement *next;
};

struct mig_tree {
	const struct mig_file *file; /* the input itself */
	struct mig_statement *statements;
};

#endif /* MIG_TREE_H */
