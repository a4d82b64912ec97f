/*
 * The board of this process (src/lane/lane.h): from when it has one on, lanes can be.
 */
#ifndef LIBMACHPORT_LANES_BEGIN_H
#define LIBMACHPORT_LANES_BEGIN_H

#include <stdbool.h>

#include "lanes.h"

/* Get the board, if there is none yet; false: there are no lanes here, for good. Under
 * lanes_post_lock. */
bool lanes_begin(void);

/* While lanes_active(). */
static inline const struct lane_board *
lanes_board(void)
{
	return lanes_use.board;
}

static inline enum lane_clock
lanes_clock(void)
{
	return lanes_use.clock;
}

/* In a fork child, which is another task: it has none of its parent's lanes. Under
 * process_lock. */
void lanes_forget(void);

#endif
