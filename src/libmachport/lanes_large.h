/*
 * Large rings that are not needed any more: nothing but small messages goes by them.
 */
#ifndef LIBMACHPORT_LANES_LARGE_H
#define LIBMACHPORT_LANES_LARGE_H

#include <stdbool.h>

#include "lanes_table.h"

/* @out is open, under its lock. */
void lanes_large_begin(struct lanes_out *out);

/* It has just taken @message, under its lock. True: its ring is large, and was not needed for
 * some seconds: close it, and the next is as large as what is sent. */
bool lanes_large_is_idle(
    struct lanes_out *out, const struct lane_message *message);

#endif
