/* The basic types: MACH_MSG_TYPE_*, by which everything else is described.
 * spec/mig.md 6.1. */
#ifndef MIG_SYMBOL_H
#define MIG_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

#include "mig_diag.h"

enum mig_symbol_kind {
	MIG_SYMBOL_DATA,
	MIG_SYMBOL_RIGHT,
	MIG_SYMBOL_STRING, /* [G] only with a size of its own */
};

/* MACH_MSG_TYPE_*: how a right is written into a descriptor. */
enum {
	MIG_POLYMORPHIC = 0,
	MIG_MOVE_RECEIVE = 16,
	MIG_MOVE_SEND = 17,
	MIG_MOVE_SEND_ONCE = 18,
	MIG_COPY_SEND = 19,
	MIG_MAKE_SEND = 20,
	MIG_MAKE_SEND_ONCE = 21,
};

struct mig_symbol {
	const char *name;
	enum mig_symbol_kind kind;
	uint8_t bits; /* 0: none of its own */
	uint8_t sent_as;
	uint8_t received_as;
	const char *ctype; /* of an element without a name of its own */
};

/* NULL when there is none. "polymorphic" in any case. */
const struct mig_symbol *mig_symbol_find(const char *text);

/* [G] What a bare number in a long form means; NULL when it is no right and
 * nothing that has a name. */
const struct mig_symbol *mig_symbol_of_number(uint32_t number);

/* The symbol that @text may have been meant to be; NULL. */
const char *mig_symbol_nearest(const char *text);

#endif /* MIG_SYMBOL_H */
