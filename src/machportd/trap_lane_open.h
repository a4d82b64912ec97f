/*
 * The calls by which two tasks open a lane (ipc_lane.h): A offers, B accepts and is ready,
 * A joins; by news each learns that it is his turn.
 *
 * As trap_lane(), with which @packet, @call and @file_out are told.
 */
#ifndef TRAP_LANE_OPEN_H
#define TRAP_LANE_OPEN_H

#include "kern_call.h"

struct conn;
struct packet;

/* A: a lane to the port of a name, and the sender's memory, a file of @packet. */
kern_return_t trap_lane_offer(struct conn *conn, struct packet *packet,
    struct kern_call *call) __attribute__((warn_unused_result));

/* A and B: what the task is to be told next, if anything. */
kern_return_t trap_lane_news(struct conn *conn, struct kern_call *call)
    __attribute__((warn_unused_result));

/* B: its memory, a file of @packet; the answer has A's. */
kern_return_t trap_lane_accept(struct conn *conn, struct packet *packet,
    struct kern_call *call, int *file_out) __attribute__((warn_unused_result));

/* B: it looks at the lane. */
kern_return_t trap_lane_ready(struct conn *conn, struct kern_call *call)
    __attribute__((warn_unused_result));

/* A: the lane is OPEN; the answer has B's memory. */
kern_return_t trap_lane_join(struct conn *conn, struct kern_call *call,
    int *file_out) __attribute__((warn_unused_result));

#endif
