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
#define BAD_ALRMTYPE(type) (((type) & ~TIME_RELATIVE) != 0)

#define NSEC_PER_USEC 1000ull
#define USEC_PER_SEC 1000000ull
#define NSEC_PER_SEC 1000000000ull
#define NSEC_PER_MSEC 1000000ull

/* Of pointers to times. */
#define BAD_MACH_TIMESPEC(time)                                                \
	((time)->tv_nsec < 0 || (time)->tv_nsec >= (clock_res_t)NSEC_PER_SEC)

/* > 0: t1 is the later; < 0: t2 is; 0: they are equal. */
#define CMP_MACH_TIMESPEC(t1, t2)                                              \
	((t1)->tv_sec > (t2)->tv_sec                                           \
	        ? 1                                                            \
	        : ((t1)->tv_sec < (t2)->tv_sec                                 \
	                  ? -1                                                 \
	                  : (t1)->tv_nsec - (t2)->tv_nsec))

/* t1 += t2, t1 -= t2, of times that are none of the bad. */
#define ADD_MACH_TIMESPEC(t1, t2)                                              \
	do {                                                                   \
		if (((t1)->tv_nsec += (t2)->tv_nsec) >=                        \
		    (clock_res_t)NSEC_PER_SEC) {                               \
			(t1)->tv_nsec -= (clock_res_t)NSEC_PER_SEC;            \
			(t1)->tv_sec += 1;                                     \
		}                                                              \
		(t1)->tv_sec += (t2)->tv_sec;                                  \
	} while (0)
#define SUB_MACH_TIMESPEC(t1, t2)                                              \
	do {                                                                   \
		if (((t1)->tv_nsec -= (t2)->tv_nsec) < 0) {                    \
			(t1)->tv_nsec += (clock_res_t)NSEC_PER_SEC;            \
			(t1)->tv_sec -= 1;                                     \
		}                                                              \
		(t1)->tv_sec -= (t2)->tv_sec;                                  \
	} while (0)

#endif /* MACH_CLOCK_TYPES_H */
