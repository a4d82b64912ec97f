/*
 * Lanes go: letting go of what is closed, and of what never came to be.
 */
#ifndef LIBMACHPORT_LANES_GONE_H
#define LIBMACHPORT_LANES_GONE_H

#include "lanes_table.h"

/* The memory goes of one that nobody finds any more, or yet. */
void lanes_gone_unmap_out(struct lanes_out *out);
void lanes_gone_unmap_in(struct lanes_in *in);

/* The lane is CLOSED, and nothing of it is to be settled: let go of it. Under its lock. Who
 * waits for room on it sees that it has gone (lanes_out.gone). */
void lanes_gone_out(struct lanes_out *out);

/* The same of all, also those to names that nobody sends to any more. With none of their
 * locks. */
void lanes_gone_all_out(void);

/* The same of all that their ports do not have as feeds any more. With no lock held; what
 * this thread is in the middle of, a handler leaves for later. */
void lanes_gone_in(void);

#endif
