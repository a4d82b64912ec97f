/*
 * Tests of lanes between processes: a program that receives, and its fork children, which
 * send to it by lanes from the first message that can go so ($MACHPORT_LANES=always).
 */
#ifndef TESTS_LIBMACHPORT_LANE_PEER_H
#define TESTS_LIBMACHPORT_LANE_PEER_H

#include <mach/mach.h>
#include <stdbool.h>
#include <sys/types.h>

/* Notes that only make a lane open; the receiver leaves them out. */
#define PEER_WARM (-1)

/* A kernel for this process and its children; a port, to which children have a send right
 * as their bootstrap_port. */
mach_port_t peer_begin(void);
extern pid_t peer_kernel;

/* In a child: send such notes to @port until a lane to it is open. */
void peer_warm(mach_port_t port);

/* Receive a note that is none of these: its number, or fail. */
int32_t peer_receive(mach_port_t name);

/* Receive until a child is warm: it rings @ends then. */
void peer_receive_warm(mach_port_t name, int ends[2]);

/* Lanes to @port that this process knows of. */
unsigned peer_count_lanes(mach_port_t port);

/* Messages that have come by them. */
unsigned peer_count_taken(mach_port_t port);

#endif
