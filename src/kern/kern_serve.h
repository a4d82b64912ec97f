/*
 * What the functions of kern_serve_*.c have in common: above all, routines as the calls
 * that they are. `in` is a call's words as in wire_call.h; the first, its task, is told
 * by `port`, the port that the request was sent to.
 */
#ifndef KERN_SERVE_H
#define KERN_SERVE_H

#include <mach/time_value.h>

#include "kern_mig.h"

/* The words of a call behind the task. */
#define KERN_SERVE_WORDS(...) ((const uint32_t[]){MACH_PORT_NULL, __VA_ARGS__})

/* KERN_SERVE(PORT_TYPE, &type, port, name): make the call, and copy its words out,
 * all of them and on success only. NULL: it has none. */
#define KERN_SERVE(call, out, port, ...)                                       \
	kern_serve(WIRE_##call, out, port, KERN_SERVE_WORDS(__VA_ARGS__))
kern_return_t kern_serve(enum wire_call number, void *out, mach_port_t port,
    const uint32_t *in) __attribute__((warn_unused_result));

/* Make a call that has its results, or some of them, elsewhere: in kern_mig_call().
 * The reply takes so many rights along. */
kern_return_t kern_serve_call(enum wire_call number, mach_port_t port,
    const uint32_t *in, uint32_t right_count)
    __attribute__((warn_unused_result));

/* Make one whose words are any number, and regions of the reply. It does nothing
 * but tell. */
kern_return_t kern_serve_regions(enum wire_call number, mach_port_t port,
    const uint32_t *in) __attribute__((warn_unused_result));

/* A time of @ns nanoseconds, as interfaces carry it. */
static inline time_value_t
kern_serve_time(uint64_t ns)
{
	const uint64_t us = ns / 1000;

	return (time_value_t){
	    (integer_t)(us / 1000000), (integer_t)(us % 1000000)};
}

#endif
