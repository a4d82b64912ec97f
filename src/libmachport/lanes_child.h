/*
 * What a fork child has where its parent's lanes were: nothing of them is mapped there.
 *
 * But a handler may have called fork() in the middle of what its thread does with them, and in
 * the child the thread goes on with it, too. So it finds zeroes there; and a lane whose lock it
 * has stays in its struct, closed, and nothing of it counts. What the thread was at ends as if the
 * lane had just closed, and goes by trap, where the child has no such right.
 */
#ifndef LIBMACHPORT_LANES_CHILD_H
#define LIBMACHPORT_LANES_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "lanes_table.h"

/* Zeroes at @place, where nothing is mapped. False: there is no memory, or by now something
 * else. */
bool lanes_child_map(const void *place, size_t bytes, int protection);

/* The parent's board, which may be NULL. To be called first. */
void lanes_child_map_board(const struct lane_board *board);

/* A lane that this thread is in the middle of. */
void lanes_child_keep_out(const struct lanes_out *out);
void lanes_child_keep_in(const struct lanes_in *in);

#endif
