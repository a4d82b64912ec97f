/*
 * Which regions of a message travel in files of their own, and how they get
 * there: "placed" in wire_msg.h.
 */
#ifndef LIBMACHPORT_MSG_PLACE_H
#define LIBMACHPORT_MSG_PLACE_H

#include <stdbool.h>

#include "msg_encode.h"

/*
 * Give the largest regions of @outgoing files of their own: without a copy where that
 * can be and pays, else with one. A region that gets none travels as others do. Memory that
 * turns out to be unreadable is noted in @outgoing->unreadable.
 *
 * @window: all regions of no more than WIRE_WINDOW_BYTES go by a window if they are not
 * placed, which is better than a copy in a file.
 *
 * The program's memory has the same bytes and protection as before.
 */
void msg_place(struct msg_outgoing *outgoing, bool window);

#endif
