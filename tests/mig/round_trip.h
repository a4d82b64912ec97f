/*
 * The stubs between two tasks, by the library and a kernel of the test's own.
 *
 * The server is a child of the test; the client is a child of the server, whose
 * port it finds as it was registered. What they have, rights and memory, is
 * counted on both sides, before and after each call, when the server has nothing
 * to do but to answer a g_void().
 */
#ifndef ROUND_TRIP_H
#define ROUND_TRIP_H

#include "harness.h"

#include <mach/mach.h>

#include "stubs/calls.h"
#include "stubs/stub.h"

/* What a task has. */
struct round_trip_holdings {
	unsigned names;
	unsigned references; /* send rights, and dead names */
	unsigned receive;
	unsigned send_once;
	unsigned pages; /* of memory */
};

/* In memory of all three. */
struct round_trip {
	struct stub stub;
	struct round_trip_holdings server; /* at the last g_void() */
	bool began;                        /* the client has called */
	bool dies;  /* the server is to end with the next request */
	bool ended; /* the client has done all */
};

extern struct round_trip *round_trip;

/* Runs @client in a task with a server: a strict one, that is told by stub. */
void round_trip_run(void (*client)(mach_port_t server));

/* Both sides' holdings. */
struct round_trip_both {
	struct round_trip_holdings client;
	struct round_trip_holdings server;
};
void round_trip_count(mach_port_t server, struct round_trip_both *both);

/* Counts again, and compares. @what was done between. */
void round_trip_compare(
    mach_port_t server, const struct round_trip_both *before, const char *what);

#endif
