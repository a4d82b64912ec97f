/*
 * The task's side of a window (wire_window.h): memory by which regions of messages go to
 * the kernel and come from it, on one connection.
 *
 * A window costs more than a few messages save. So a connection gets one when some of
 * its messages have had regions that it would have carried.
 */
#ifndef LIBMACHPORT_WINDOW_H
#define LIBMACHPORT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "wire_window.h"

struct msg_outgoing;
struct window_view;

#define WINDOW_IN_BYTES ((uint64_t)WIRE_WINDOW_PARTS * WIRE_WINDOW_BYTES)

/* One connection's; all zero: none. */
struct window {
	uint8_t *out;             /* what we write; NULL: there is no window */
	const uint8_t *in;        /* what the kernel writes: WINDOW_IN_BYTES */
	struct window_view *view; /* or NULL */
	uint8_t wanted; /* messages that it would have carried, so far */
	bool refused;
	bool gone; /* it was the parent's: what is in memory there is nothing */
};

/* A message of this thread had such a region, sent or received: it may get its window
 * now. No trap is going on. */
void window_want(void);

/* Has a message regions that a window is better for than a packet or a file? */
bool window_suits(const struct msg_outgoing *outgoing);

/* Is there a window, with room for all regions that could go by it? */
bool window_takes(
    const struct window *window, const struct msg_outgoing *outgoing);

/* Has the kernel's half @bytes at @offset? NULL: no window. */
static inline bool
window_has(const struct window *window, uint64_t offset, uint64_t bytes)
{
	return window && window->in && !window->gone &&
	    offset <= WINDOW_IN_BYTES && bytes <= WINDOW_IN_BYTES - offset;
}

/* Copy the regions that are not placed to the window, as a packet would have them. Their
 * bytes, or 0: there is no window, or nothing for it; they do not fit, or some of them cannot
 * be read. */
uint32_t window_put(
    const struct window *window, const struct msg_outgoing *outgoing);

/* The connection is closed. */
void window_close(struct window *window);

/* In a fork's child, which has neither half, of a connection that a trap is on: there is
 * plain memory in its place for the rest of the trap, which finds nothing in it. */
void window_forget(struct window *window);

#endif
