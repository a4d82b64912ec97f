/*
 * mach/task_info.h - what can be told of a task, as interfaces carry it
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_TASK_INFO_H
#define MACH_TASK_INFO_H

#include <mach/machine/vm_types.h>

typedef natural_t task_flavor_t;
typedef integer_t *task_info_t; /* TASK_INFO_MAX at most */

#define TASK_INFO_MAX 94 /* words */

#endif /* MACH_TASK_INFO_H */
