/*
 * Ways to hand a megabyte to another task, as pairs of processes do it again and again
 * (pair.h): the client fills memory of its own, or of both, with one byte; the server
 * reads all of it. pair_setting.bytes is how much.
 *
 * In all but the shared memory what the server reads is its own: nothing that the client
 * does later is seen there.
 */
#ifndef BENCH_OOL_WAYS_H
#define BENCH_OOL_WAYS_H

#include "pair.h"

/* A region out of line, copied, which the server frees; the answer has none. */
extern const struct pair_way ool_ports;  /* as programs use them */
extern const struct pair_way ool_kernel; /* MACHPORT_LANES=off */

/* One memcpy() by the client, whose target nobody reads, and a round trip with nothing. */
extern const struct pair_way ool_copy;        /* by a lane */
extern const struct pair_way ool_copy_kernel; /* MACHPORT_LANES=off */

/* Memory that the client fills in place and the server copies once, before it reads; two
 * flags, for which both spin. */
extern const struct pair_way ool_shared;

/* A stream of AF_UNIX. */
extern const struct pair_way ool_socket;

#endif
