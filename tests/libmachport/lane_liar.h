/*
 * A task that sends by a lane, and lies: its memory of that lane is its own to write. Its peer
 * is the test's program; a third task, which sends to the same port, is honest.
 */
#ifndef TESTS_LIBMACHPORT_LANE_LIAR_H
#define TESTS_LIBMACHPORT_LANE_LIAR_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lanes_table.h"

#define LIE (-2) /* a number of notes that nobody counts */

/* --- the liar ------------------------------------------------------------------ */

/* Its lane, which has slots for replies, at a port of the liar's. */
extern struct lanes_out *liar_lane;
extern mach_port_t liar_reply;

/* What it writes of that lane. */
struct lane_sender *liar_memory(void);

/* Position @position of its ring. */
uint8_t *liar_ring(uint32_t position);

/* --- its peer ------------------------------------------------------------------ */

/* Where both send to. */
extern mach_port_t liar_port;

/* A kernel, and that port. */
void liar_begin(void);

/* A liar, which has opened a lane when this returns, and tells @lie.
 * When it is to go on, it does @then, which may be NULL. */
pid_t liar_start(void (*lie)(void), void (*then)(void));

/* It has told it. */
bool liar_has_lied(void);

/* Have it go on, and end. */
void liar_end(pid_t liar);

/* The next note that counts, within @ms: its number, or LIE if none came. Rights to reply are
 * given up; so is what has memory, after @liar_look, if there is one, has seen it. */
int32_t liar_receive(mach_msg_timeout_t ms);
extern void (*liar_look)(const mach_msg_base_t *message);

/* What the honest task sends comes, all of it and in order, though the liar tells @lie; whose
 * lane is gone then if it @loses it. */
void liar_expect_order(void (*lie)(void), bool loses);

/* The same, and the kernel process closes the lane before anybody has looked at the lie. */
void liar_expect_order_when_closed(void (*lie)(void));

#endif
