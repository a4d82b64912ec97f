/*
 * MACHPORT_DEBUG: a program's rights, watched from within it.
 *
 *	rights	at the end of the process, or when machport_report_rights() is called:
 *		which rights are left, by the place that got them
 *	strict	each call that names what is not there, or is no such right, is told of
 *		at once, with a stack; and at the end the rights that came in messages
 *		and were never put to use
 *	abort	strict, and the first of these ends the process, for a debugger
 *
 * Words of a list: MACHPORT_DEBUG=rights,strict. Not for programs that run with more
 * power than who started them. Nothing is watched, and a call costs one look at
 * debug_on, if the variable is not there.
 */
#ifndef LIBMACHPORT_DEBUG_H
#define LIBMACHPORT_DEBUG_H

#include <stdbool.h>
#include <stddef.h>

#include "lock.h"
#include "msg_trap.h"
#include "wire_call.h"

extern bool debug_on;

/* Watch what @list says, from now on; false, and said why: nothing is. Done with the
 * variable's value before main(). */
bool debug_start(const char *list);

/* Of the library's own rights, as reply ports are, nothing is to be told: what is done
 * between these two is not watched. NULL pairs need not be in the same function. */
void debug_pause(void);
void debug_resume(void);

/* A call about the task itself was made; @out is as call_kernel() has it, or NULL. */
void debug_call_made(enum wire_call number, const uint32_t *in, size_t in_count,
    const uint32_t *out, kern_return_t kr);

/* The rights that a message moves away from us, kept while it is sent: what is received
 * may be in the same buffer. */
#define DEBUG_MOVED_MAX 64
struct debug_sending {
	struct debug_moved {
		mach_port_name_t name;
		mach_port_right_t right;
	} moved
	    [DEBUG_MOVED_MAX]; /* more than these are looked at, but not kept */
	uint32_t count;
	mach_port_name_t remote;
	mach_port_name_t local;
	mach_port_name_t
	    wrong; /* the first in the body that is not there, or NULL */
	mach_msg_id_t msgh_id;
};

/* A message is about to be sent, and the trap of @call was made. */
void debug_msg_before(
    const struct msg_call *call, struct debug_sending *sending_out);
void debug_msg_after(const struct msg_call *call,
    const struct debug_sending *sending, mach_msg_return_t mr);

/* --- among the files of this ------------------------------------------------ */

extern struct lock debug_lock;
extern bool debug_strict;

/* Something is wrong with @name, as @call ended with @kr: say so. Takes the lock. */
void debug_complain(const char *call, mach_port_name_t name, kern_return_t kr);

/* A right was got; not under the lock. @call NULL: in the message @msgh_id. */
void debug_gained(mach_port_name_t name, mach_port_right_t right,
    uint32_t count, const char *call, mach_msg_id_t msgh_id);
/* Rights were given up; the same. */
void debug_lost(mach_port_name_t name, mach_port_right_t right, uint32_t count,
    const char *call);

/* Is anything watched now, by this thread? */
bool debug_watches(void);

#endif
