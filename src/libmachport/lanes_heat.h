/*
 * Which names are sent to so much that a lane would pay (lanes.md 8).
 *
 * That is 32 messages within 100 ms. It doubles, up to 4,096, with each lane to that port
 * that had to be closed before it had paid (lane_board_lane.forced), and halves with each
 * second in which none had. What is refused is not asked for again for a while.
 *
 * A ring for large regions takes megabytes. It is wanted where half of what went by trap is
 * of that kind, and then for some seconds, so that what goes by trap until there is such a
 * lane makes no smaller one. So where most messages are small there is a lane for these; and
 * a larger one, if then enough large ones still go by trap.
 *
 * Some names are kept, by a part of them; others put them out. What is forgotten only
 * means that a lane comes later, or sooner.
 */
#ifndef LIBMACHPORT_LANES_HEAT_H
#define LIBMACHPORT_LANES_HEAT_H

#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>

#include "lanes_open.h"

/**
 * lanes_heat_sent() - a message that a lane could have taken went by trap
 * @always:	[in]  it needs not be much
 * @want_io:	[in,out] what it was like; what all of them were like
 * @now_ms:	[in]  CLOCK_MONOTONIC
 *
 * Return: a lane should be offered now
 */
bool lanes_heat_sent(struct lanes_want *want_io, bool always, uint64_t now_ms);

/* There is no lane: not for @ms. */
void lanes_heat_refused(mach_port_name_t name, uint64_t now_ms, uint32_t ms);

/* There can be none: not for a second, and twice as long each time after that, up to a minute. */
void lanes_heat_impossible(mach_port_name_t name, uint64_t now_ms);

/* There may be one after all. */
void lanes_heat_possible(mach_port_name_t name);

/* There is none for large regions: not for some seconds. */
void lanes_heat_refused_large(mach_port_name_t name, uint64_t now_ms);

/* There was one, which had to be closed. */
void lanes_heat_closed(mach_port_name_t name, uint64_t now_ms);

/* Is @name the reply port of requests, this being not the first? */
bool lanes_heat_replies(mach_port_name_t name);

/* In a fork child. */
void lanes_heat_forget(void);

#endif
