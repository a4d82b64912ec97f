/*
 * A Linux that refuses one system call, to one thread.
 */
#ifndef LANE_REFUSAL_H
#define LANE_REFUSAL_H

/* Call @function with @argument in a thread for which system call @number fails with @error,
 * and wait for its end. */
void lane_refuse(
    long number, int error, void (*function)(void *argument), void *argument);

#endif
