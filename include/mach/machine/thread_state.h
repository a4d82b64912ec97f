/*
 * mach/machine/thread_state.h - how much a thread's state may be
 *
 * Nothing but macros: <mach/mach_types.defs> includes it.
 *
 * Source: spec/mig.md 6.7, 19.1
 */
#ifndef MACH_MACHINE_THREAD_STATE_H
#define MACH_MACHINE_THREAD_STATE_H

/* In words; as much as the largest of Darwin's machines needs. */
#define THREAD_STATE_MAX 1296

#endif /* MACH_MACHINE_THREAD_STATE_H */
