/*
 * mach/clock.h - calls on clocks
 *
 * host_get_clock_service() (<mach/mach_host.h>) gives the port of a clock:
 * SYSTEM_CLOCK, which never goes back and is that of mach_absolute_time(), or
 * CALENDAR_CLOCK, which tells the seconds since 1970.
 *
 * Each call may also return
 *	KERN_INVALID_ARGUMENT	the port is that of something else
 *	KERN_RESOURCE_SHORTAGE	no memory or budget; nothing has changed
 *	MACH_SEND_INVALID_DEST	there is no such port
 */
#ifndef MACH_CLOCK_H
#define MACH_CLOCK_H

#include <mach/clock_types.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * clock_get_time() - what time it is
 * @clock_serv:	[in]  port of a clock; borrowed
 * @cur_time:	[out] seconds and nanoseconds; the seconds wrap in 2106
 *
 * Return:	KERN_SUCCESS, or as all calls on a clock, with no output written
 * Source:	Darwin
 */
kern_return_t clock_get_time(
    clock_serv_t clock_serv, mach_timespec_t *cur_time);

/**
 * clock_get_attributes() - how fine a clock is
 * @clock_serv:	[in]  port of a clock; borrowed
 * @flavor:	[in]  CLOCK_GET_TIME_RES; CLOCK_ALARM_CURRES, _MINRES or _MAXRES
 * @clock_attr:	[out] one word: nanoseconds
 * @clock_attrCnt: [in/out] 1
 *
 * Return:	KERN_SUCCESS, or with no output written, as all calls on a clock, or
 *		KERN_FAILURE		*@clock_attrCnt is not 1
 *		KERN_INVALID_VALUE	no such flavor
 * Source:	Darwin
 */
kern_return_t clock_get_attributes(clock_serv_t clock_serv,
    clock_flavor_t flavor, clock_attr_t clock_attr,
    mach_msg_type_number_t *clock_attrCnt);

/**
 * clock_alarm() - have a message sent when it is time
 * @clock_serv:	[in]  port of a clock; borrowed
 * @alarm_type:	[in]  TIME_ABSOLUTE or TIME_RELATIVE: from now on
 * @alarm_time:	[in]  when; what has passed is told at once
 * @alarm_port:	[in]  receive right, to which the message comes; borrowed
 *
 * The message is clock_alarm_reply() of <mach/clock_reply.defs>: it tells @alarm_type,
 * the time that it is by then, and KERN_SUCCESS; or, at once, KERN_INVALID_VALUE if
 * there is no such type or time. It is queued whatever the limit.
 *
 * An alarm by the calendar is late by as much as that is set back meanwhile; set
 * forward, it comes not before it would have come.
 *
 * Rights:	a send-once right for @alarm_port is made
 * Return:	KERN_SUCCESS, or as all calls on a clock, or
 *		KERN_INVALID_CAPABILITY	@alarm_port is MACH_PORT_NULL
 *		MACH_SEND_INVALID_RIGHT	@alarm_port is no receive right
 * Source:	Darwin
 */
kern_return_t clock_alarm(clock_serv_t clock_serv, alarm_type_t alarm_type,
    mach_timespec_t alarm_time, mach_port_t alarm_port);

/**
 * clock_sleep() - wait
 * @clock:	[in]  port of a clock; borrowed. MACH_PORT_NULL: SYSTEM_CLOCK, without
 *		      the kernel process
 * @type:	[in]  TIME_ABSOLUTE or TIME_RELATIVE: from now on
 * @sleep_time:	[in]  when to go on; what has passed is not waited for
 * @wakeup_time: [out] what time it is then; NULL: not wanted
 *
 * Return:	KERN_SUCCESS, or with no output written, as all calls on a clock, or
 *		KERN_INVALID_VALUE	no such type or time
 *		KERN_ABORTED		a signal handler ran before that; of
 *					MACH_PORT_NULL only
 * Source:	Darwin
 */
kern_return_t clock_sleep(mach_port_t clock, sleep_type_t type,
    mach_timespec_t sleep_time, mach_timespec_t *wakeup_time);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_CLOCK_H */
