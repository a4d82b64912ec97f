/* Calls on clocks: messages to their ports. To sleep is to wait for an alarm. */
#include <mach/clock.h>

#include <errno.h>
#include <mach/mach_host.h>
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/mach_traps.h>
#include <time.h>

#include "rpc.h"
#include "rpc_clock.h"
#include "rpc_clock_reply.h"
#include "rpc_mach_host.h"

kern_return_t
host_get_clock_service(host_t host, clock_id_t clock_id, clock_serv_t *clock)
{
	return RPC(host_get_clock_service(host, clock_id, clock));
}

kern_return_t
clock_get_time(clock_serv_t clock_serv, mach_timespec_t *cur_time)
{
	return RPC(clock_get_time(clock_serv, cur_time));
}

kern_return_t
clock_get_attributes(clock_serv_t clock_serv, clock_flavor_t flavor,
    clock_attr_t clock_attr, mach_msg_type_number_t *clock_attrCnt)
{
	return RPC(clock_get_attributes(
	    clock_serv, flavor, clock_attr, clock_attrCnt));
}

kern_return_t
clock_alarm(clock_serv_t clock_serv, alarm_type_t alarm_type,
    mach_timespec_t alarm_time, mach_port_t alarm_port)
{
	return RPC(clock_alarm(clock_serv, alarm_type, alarm_time, alarm_port));
}

/* SYSTEM_CLOCK, which is Linux's. */
static kern_return_t
sleep_here(
    sleep_type_t type, mach_timespec_t sleep_time, mach_timespec_t *wakeup_time)
{
	const int flags = type == TIME_ABSOLUTE ? TIMER_ABSTIME : 0;
	struct timespec time = {
	    .tv_sec = (time_t)sleep_time.tv_sec,
	    .tv_nsec = sleep_time.tv_nsec,
	};

	if (BAD_ALRMTYPE(type) || BAD_MACH_TIMESPEC(&sleep_time))
		return KERN_INVALID_VALUE;
	if (clock_nanosleep(CLOCK_MONOTONIC, flags, &time, NULL) == EINTR)
		return KERN_ABORTED;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	wakeup_time->tv_sec = (unsigned int)time.tv_sec;
	wakeup_time->tv_nsec = (clock_res_t)time.tv_nsec;
	return KERN_SUCCESS;
}

/* The alarm that comes to @port. */
static kern_return_t
receive_alarm(mach_port_t port, mach_timespec_t *time_out)
{
	struct {
		__Request__clock_alarm_reply_t alarm;
		mach_msg_max_trailer_t trailer;
	} message;
	mach_msg_return_t mr;

	mr = mach_msg(&message.alarm.Head, MACH_RCV_MSG, 0, sizeof(message),
	    port, 0, MACH_PORT_NULL);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	if (message.alarm.Head.msgh_id != 3125107 ||
	    message.alarm.Head.msgh_size != sizeof(message.alarm))
		return MIG_REPLY_MISMATCH;
	*time_out = message.alarm.alarm_time;
	return message.alarm.alarm_code;
}

static kern_return_t
sleep_by(mach_port_t clock, sleep_type_t type, mach_timespec_t sleep_time,
    mach_timespec_t *wakeup_time)
{
	mach_port_t port = mach_reply_port();
	kern_return_t kr;

	if (port == MACH_PORT_NULL)
		return KERN_RESOURCE_SHORTAGE;
	kr = clock_alarm(clock, type, sleep_time, port);
	if (kr == KERN_SUCCESS)
		kr = receive_alarm(port, wakeup_time);
	(void)mach_port_mod_refs(
	    mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
	return kr;
}

kern_return_t
clock_sleep(mach_port_t clock, sleep_type_t type, mach_timespec_t sleep_time,
    mach_timespec_t *wakeup_time)
{
	mach_timespec_t time;
	kern_return_t kr;

	kr = clock == MACH_PORT_NULL ? sleep_here(type, sleep_time, &time)
	                             : sleep_by(clock, type, sleep_time, &time);
	if (kr == KERN_SUCCESS && wakeup_time)
		*wakeup_time = time;
	return kr;
}
