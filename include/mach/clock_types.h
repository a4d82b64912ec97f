/*
 * mach/clock_types.h - clocks and times, as interfaces carry them
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_CLOCK_TYPES_H
#define MACH_CLOCK_TYPES_H

typedef int clock_id_t;
typedef int clock_flavor_t;
typedef int *clock_attr_t;
typedef int clock_res_t; /* nanoseconds */
typedef int alarm_type_t;
typedef int sleep_type_t;

typedef struct mach_timespec {
	unsigned int tv_sec;
	clock_res_t tv_nsec;
} mach_timespec_t;

#define SYSTEM_CLOCK 0
#define CALENDAR_CLOCK 1
#define REALTIME_CLOCK 0

/* clock_attr_t */
#define CLOCK_GET_TIME_RES 1
#define CLOCK_ALARM_CURRES 3
#define CLOCK_ALARM_MINRES 4
#define CLOCK_ALARM_MAXRES 5

/* alarm_type_t, sleep_type_t */
#define TIME_ABSOLUTE 0x00
#define TIME_RELATIVE 0x01

#endif /* MACH_CLOCK_TYPES_H */
