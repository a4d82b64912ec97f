/*
 * The calls about lanes (wire_lane.h).
 */
#ifndef TRAP_LANE_H
#define TRAP_LANE_H

#include "kern_call.h"

struct conn;
struct packet;

/* Is it one of these? */
static inline bool
trap_lane_is(enum wire_call number)
{
	return number >= WIRE_LANE_BOARD;
}

/**
 * trap_lane() - make such a call
 * @packet:	[in]  with the file that came along
 * @call:	[in]  with its number, and words in; [out] as kern_call()
 * @file_out:	[out] what goes with the answer, borrowed; -1: nothing
 *
 * Return:	KERN_SUCCESS
 *		KERN_NOT_SUPPORTED	no lane can be, here or there
 *		KERN_INVALID_NAME	the task knows no lane of that number, or has no
 *					such name
 *		KERN_INVALID_RIGHT	the name is of no right as it has to be
 *		KERN_INVALID_ARGUMENT	sizes, or a file, that no lane has
 *		KERN_NAME_EXISTS	the board was fetched; there is a lane already
 *		KERN_RESOURCE_SHORTAGE	too many lanes; no memory, no budget
 *		KERN_FAILURE		not now
 */
kern_return_t trap_lane(struct conn *conn, struct packet *packet,
    struct kern_call *call, int *file_out) __attribute__((warn_unused_result));

/* The answer to a call that succeeded was sent, or could not be; then what it was about
 * is undone. @conn may be CLOSED. */
void trap_lane_answered(
    struct conn *conn, const struct kern_call *call, bool sent);

#endif
