/*
 * Waiting for a message of a port or set that is posted (lanes.md 4.1): first by looking,
 * then asleep on the words that will change, or in the kernel.
 */
#ifndef LIBMACHPORT_LANES_SLEEP_H
#define LIBMACHPORT_LANES_SLEEP_H

#include <mach/message.h>
#include <stdint.h>
#include <time.h>

#include "lanes_port.h"
#include "msg_trap.h"

/* A dead kernel rings no bell: so long it may not be noticed by who sleeps, who then looks for
 * messages, too. Tests set it: who sleeps for an hour was woken if he goes on. */
extern int64_t lanes_sleep_max_ns;

/* A receive that waits. */
struct lanes_wait {
	struct lanes_port *port; /* or set; not locked */
	mach_port_name_t name;   /* what it was called when it was found */
	const struct msg_call *call;
	bool timed; /* there is a deadline */
	struct timespec deadline;
	uint32_t bell; /* read before it was last found to have nothing */
	bool spun;     /* in vain, just now */
	bool in_vain;  /* the kernel was to bring a message, and did not */
	mach_msg_return_t result; /* TOOK */
};

enum lanes_slept {
	LANES_SEEN,        /* there may be something; it has not slept */
	LANES_LOOK,        /* the same, and it has */
	LANES_TOOK,        /* the receive is over: `result` */
	LANES_TIME_OVER,   /* the deadline has passed */
	LANES_INTERRUPTED, /* a signal, and the call wants to know; or aborted */
	LANES_NO_KERNEL,
	LANES_SHORTAGE, /* no trap can be made */
};

/* There was nothing: until there may be something, or the wait is over. */
enum lanes_slept lanes_sleep(struct lanes_wait *wait);

/* Before a receive ends that has slept: a message that is still there may have woken this
 * thread alone, and another sleeps for it. With no lock. */
void lanes_pass_on(const struct lanes_wait *wait);

/* Has @port, or set, called @name, any message? True also if that cannot be known now. With
 * no lock. */
bool lanes_has_any(struct lanes_port *port, mach_port_name_t name);

#endif
