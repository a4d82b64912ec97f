/*
 * mach/thread_info.h - what can be told of a thread, as interfaces carry it
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_THREAD_INFO_H
#define MACH_THREAD_INFO_H

#include <mach/machine/vm_types.h>

typedef natural_t thread_flavor_t;
typedef integer_t *thread_info_t; /* THREAD_INFO_MAX at most */

#define THREAD_INFO_MAX 32 /* words */

#endif /* MACH_THREAD_INFO_H */
