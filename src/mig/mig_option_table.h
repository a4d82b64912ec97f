/* The options of `mig` and `migcom`, one table: spec/mig.md 2. What each does, and
 * what --help says of it, cannot come apart. */
#ifndef MIG_OPTION_TABLE_H
#define MIG_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum mig_option_kind {
	MIG_OPT_HEADING, /* of a group in --help; no option */
	MIG_OPT_ON,      /* sets the bool at `offset` */
	MIG_OPT_OFF,     /* clears it */
	MIG_OPT_TEXT,    /* sets the const char * at `offset` to its argument */
	MIG_OPT_PREFIX,  /* the same, and that begins a name of C */
	MIG_OPT_NUMBER,  /* sets the uint32_t at `offset` to its argument */
	MIG_OPT_DEPEND_ALL,
	MIG_OPT_DEPEND_USER,
	MIG_OPT_TARGET,        /* -MT */
	MIG_OPT_TARGET_QUOTED, /* -MQ */
	MIG_OPT_NOTHING,       /* accepted, since other compilers have it */
	MIG_OPT_NOTHING_ONE,   /* with an argument */
	MIG_OPT_REFUSED,       /* `help` says why */
	MIG_OPT_ELSEWHERE,     /* for the preprocessor; here for --help alone */
};

enum mig_option_who {
	MIG_OPT_BOTH,
	MIG_OPT_DRIVER, /* `mig` alone */
};

struct mig_option {
	const char *name;
	const char *argument; /* NULL: none */
	const char *help;     /* NULL: not told */
	size_t offset;
	enum mig_option_kind kind;
	enum mig_option_who who;
};

extern const struct mig_option mig_option_table[];
extern const int mig_option_count;

/* The option that is called @word; NULL: there is none. */
const struct mig_option *mig_option_find(const char *word, bool is_migcom);

/* The name of an option that @word may have been meant for; NULL. */
const char *mig_option_nearest(const char *word, bool is_migcom);

#endif /* MIG_OPTION_TABLE_H */
