/*
 * machport top on a terminal: a screen that shows itself anew, and obeys keys.
 */
#ifndef MACHPORT_TOP_CURSES_H
#define MACHPORT_TOP_CURSES_H

#include "top.h"

/* Show @top, of the kernel that this process is a task of, every @delay_ms, until the
 * user has seen enough; or, if @count is not 0, so many looks besides the first, which
 * has no rates. The terminal is as before then, however it ends.
 * Return: a status */
int top_curses(
    struct top *top, bool shows_self, int delay_ms, unsigned long count);

#endif
