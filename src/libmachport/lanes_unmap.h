/*
 * Memory of lanes that is let go of while somebody may look at it without a lock: who spins
 * for a message looks at words of lanes, and another thread, or a handler of his own, may
 * find such a lane closed.
 */
#ifndef LIBMACHPORT_LANES_UNMAP_H
#define LIBMACHPORT_LANES_UNMAP_H

#include <stddef.h>

/* From before a lane is looked for, under the lock by which it is found, until its words are
 * not looked at any more. Nests. A handler that leaves by longjmp() never ends it: then what
 * is let go of later waits for ever. */
void lanes_look_begin(void);
void lanes_look_end(void);

/* Memory that the other side of a lane writes, and that nobody can find any more: unmapped
 * when all who look now have ended. */
void lanes_unmap(const void *memory, size_t bytes);

/* In a fork child: there is none, and nobody looks. */
void lanes_unmap_forget(void);

#endif
