/*
 * mach/time_value.h - times, as interfaces carry them
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_TIME_VALUE_H
#define MACH_TIME_VALUE_H

#include <mach/machine/vm_types.h>

typedef struct time_value {
	integer_t seconds;
	integer_t microseconds;
} time_value_t;

#endif /* MACH_TIME_VALUE_H */
