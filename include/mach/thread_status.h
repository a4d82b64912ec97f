/*
 * mach/thread_status.h - the state of a thread, as interfaces carry it
 *
 * Exception messages have room for one. No call gets or sets it here.
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_THREAD_STATUS_H
#define MACH_THREAD_STATUS_H

#include <mach/machine/thread_state.h>
#include <mach/machine/vm_types.h>

/* Flavors: numbers of Darwin's for this kind of machine. */
#if defined(__aarch64__)
#define THREAD_STATE_NONE 5
#define MACHINE_THREAD_STATE 1
#else
#define THREAD_STATE_NONE 13
#define MACHINE_THREAD_STATE 7
#endif

typedef natural_t *thread_state_t; /* THREAD_STATE_MAX at most */
typedef int thread_state_flavor_t;
typedef thread_state_flavor_t *thread_state_flavor_array_t;

#endif /* MACH_THREAD_STATUS_H */
