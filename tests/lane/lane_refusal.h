/*
 * A Linux that refuses one system call, to one thread.
 */
#ifndef LANE_REFUSAL_H
#define LANE_REFUSAL_H

#include <stdint.h>

/* A system call. */
struct lane_call {
	long number;
	uint32_t second; /* its second argument; 0: whatever that is */
};

/* Call @function with @argument in a thread for which @call fails with @error, and wait for
 * its end. */
void lane_refuse(struct lane_call call, int error,
    void (*function)(void *argument), void *argument);

#endif
