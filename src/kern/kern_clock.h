/*
 * Clocks: what time it is, and alarms. There are two, SYSTEM_CLOCK, which is
 * CLOCK_MONOTONIC, and CALENDAR_CLOCK, which is CLOCK_REALTIME.
 *
 * The port of a clock is made when it is asked for, and goes with its last send
 * right; the clock does not.
 *
 * An alarm is a message that comes later (kern_reply.h): over the right that was
 * passed for it, and whatever the queue's limit. It is dropped when nobody can receive
 * it any more. It is charged to whoever asked for it.
 */
#ifndef KERN_CLOCK_H
#define KERN_CLOCK_H

#include <mach/clock_types.h>

#include "ipc_account.h"
#include "ipc_kmsg.h"
#include "ipc_kobject.h"

/* A naked send right for the port of the clock: +1 to caller. NULL: no memory. */
struct ipc_port *kern_clock_make_send(clock_id_t id);

/* The clock behind @object, or -1. */
int kern_clock_of(const struct ipc_kobject *object);

/* Nanoseconds; and as a time of Mach, whose seconds wrap in 2106. */
uint64_t kern_clock_now_ns(clock_id_t id);
mach_timespec_t kern_clock_timespec(uint64_t ns);

/**
 * kern_clock_alarm() - send a clock_alarm_reply message when it is time
 * @at_ns:	[in]  by the clock; one that has passed is told at once
 * @type:	[in]  what the message says of how the alarm was asked for
 * @right:	[in]  a send or send-once right; CONSUMED on success
 *
 * If the calendar is set back meanwhile, the alarm is late by as much; if it is set
 * forward, it comes not before it would have come.
 *
 * Return:	KERN_SUCCESS, or KERN_RESOURCE_SHORTAGE: no memory, or no budget
 */
kern_return_t kern_clock_alarm(clock_id_t id, uint64_t at_ns, alarm_type_t type,
    struct ipc_kmsg_right right, struct ipc_account *account)
    __attribute__((warn_unused_result));

/* The same of an alarm that is none: @code at once. */
kern_return_t kern_clock_refuse_alarm(clock_id_t id, kern_return_t code,
    alarm_type_t type, struct ipc_kmsg_right right, struct ipc_account *account)
    __attribute__((warn_unused_result));

#endif
