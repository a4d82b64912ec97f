/*
 * The ledger of MACHPORT_DEBUG: each right that the program got, by name, with the call
 * that got it; and the names that it gave up lately, with the call that did.
 *
 * It is what the program did, not what the kernel knows: rights that die or come to be
 * without a call of the program are not in it. So whoever tells of a name asks the kernel
 * what it is now.
 *
 * All of this under debug_lock. Its memory is its own: a trap, and so this, may be made
 * by a signal handler.
 */
#ifndef LIBMACHPORT_DEBUG_LEDGER_H
#define LIBMACHPORT_DEBUG_LEDGER_H

#include <mach/message.h>
#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>

/* A right, or several that one name got at one place. */
struct ledger_right {
	uint32_t next; /* of its bucket, newer first; or free */
	mach_port_name_t name;
	mach_port_right_t right;
	uint32_t count;
	uint32_t site;
	const char *call;      /* that got it; NULL: it came in a message */
	mach_msg_id_t msgh_id; /* of that */
	bool used;             /* since it came */
};

/* A name that was given up. */
struct ledger_release {
	mach_port_name_t name;
	uint32_t site;
	const char *call;
};

bool ledger_init(void);
/* Another process's names: a fork child's parent's. */
void ledger_forget(void);

/* @right is copied, but for `next`. Full: it is not known of, and ledger_lost() says
 * that. */
void ledger_add(const struct ledger_right *right);
uint64_t ledger_lost(void);

/* Rights of @name go, of this kind if there are any, the newest first; and if those were
 * the last, the name. Returns how many were known. */
uint32_t ledger_release(mach_port_name_t name, mach_port_right_t right,
    uint32_t count, const char *call, uint32_t site);
/* All of them. */
void ledger_release_all(mach_port_name_t name, const char *call, uint32_t site);

void ledger_rename(mach_port_name_t name, mach_port_name_t new_name);
/* It was put to use. */
void ledger_use(mach_port_name_t name);

/* The newest right of @name, and where it was given up last; NULL: not known. */
const struct ledger_right *ledger_find(mach_port_name_t name);
const struct ledger_release *ledger_find_release(mach_port_name_t name);

/* All rights that are known, in no order: call with 0 first; 0: there are no more. */
uint32_t ledger_next(uint32_t index, const struct ledger_right **right_out);

#endif
