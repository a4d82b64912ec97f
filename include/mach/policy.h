/*
 * mach/policy.h - how threads are scheduled
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_POLICY_H
#define MACH_POLICY_H

#include <mach/machine/vm_types.h>

typedef int policy_t;

#define POLICY_NULL 0
#define POLICY_TIMESHARE 1 /* SCHED_OTHER and its kin */
#define POLICY_RR 2        /* SCHED_RR */
#define POLICY_FIFO 4      /* SCHED_FIFO */

#endif /* MACH_POLICY_H */
