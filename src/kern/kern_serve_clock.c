/* Subsystem clock, and the routine of the host that gives its ports. */
#include "kern_clock.h"
#include "kern_host.h"
#include "kern_mig.h"
#include "kern_mig_clock.h"
#include "kern_mig_mach_host.h"

#define NS_PER_S UINT64_C(1000000000)

/* Of all that is counted and waited for here. */
#define RESOLUTION_NS 1

/* -1: it is no clock's port. */
static int
clock_of(clock_serv_t port)
{
	return kern_clock_of(kern_mig_object(port));
}

kern_return_t
kern_serve_clock_get_time(clock_serv_t port, mach_timespec_t *time)
{
	const int clock = clock_of(port);
	kern_return_t kr;

	if (clock < 0)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		*time = kern_clock_timespec(kern_clock_now_ns(clock));
	return kr;
}

kern_return_t
kern_serve_clock_get_attributes(clock_serv_t port, clock_flavor_t flavor,
    clock_attr_t attribute, mach_msg_type_number_t *count)
{
	kern_return_t kr;

	if (clock_of(port) < 0)
		return KERN_INVALID_ARGUMENT;
	if (*count != 1)
		return KERN_FAILURE;
	if (flavor != CLOCK_GET_TIME_RES && flavor != CLOCK_ALARM_CURRES &&
	    flavor != CLOCK_ALARM_MINRES && flavor != CLOCK_ALARM_MAXRES)
		return KERN_INVALID_VALUE;
	kr = kern_mig_reserve(0, 0);
	if (kr == KERN_SUCCESS)
		attribute[0] = RESOLUTION_NS;
	return kr;
}

/* When, by @clock, the alarm is. False: no time, or no type. */
static bool
alarm_at(int clock, alarm_type_t type, mach_timespec_t time, uint64_t *ns_out)
{
	if (BAD_ALRMTYPE(type) || BAD_MACH_TIMESPEC(&time))
		return false;
	*ns_out = time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
	if (type == TIME_RELATIVE)
		*ns_out += kern_clock_now_ns(clock);
	return true;
}

kern_return_t
kern_serve_clock_alarm(clock_serv_t port, alarm_type_t type,
    mach_timespec_t time, mach_port_t alarm_port,
    mach_msg_type_name_t alarm_port_type)
{
	const struct ipc_kmsg_right right = kern_mig_right(alarm_port);
	const int clock = clock_of(port);
	uint64_t at_ns;
	kern_return_t kr;

	(void)alarm_port_type; /* as `right` has it */
	if (clock < 0)
		return KERN_INVALID_ARGUMENT;
	if (!MACH_PORT_VALID(alarm_port) ||
	    right.type == MACH_MSG_TYPE_PORT_RECEIVE)
		return KERN_INVALID_CAPABILITY;
	kr = kern_mig_reserve(0, 0);
	if (kr != KERN_SUCCESS)
		return kr;
	if (alarm_at(clock, type, time, &at_ns))
		kr = kern_clock_alarm(
		    clock, at_ns, type, right, kern_mig_account());
	else
		kr = kern_clock_refuse_alarm(
		    clock, KERN_INVALID_VALUE, type, right, kern_mig_account());
	if (kr == KERN_SUCCESS)
		kern_mig_taken(alarm_port);
	return kr;
}

kern_return_t
kern_serve_host_get_clock_service(
    host_t host, clock_id_t id, clock_serv_t *clock_out)
{
	struct ipc_port *right;
	kern_return_t kr;

	if (!kern_host_is(kern_mig_object(host)) ||
	    (id != SYSTEM_CLOCK && id != CALENDAR_CLOCK))
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(0, 1);
	if (kr != KERN_SUCCESS)
		return kr;
	right = kern_clock_make_send(id);
	if (!right)
		return KERN_RESOURCE_SHORTAGE;
	*clock_out = kern_mig_give(
	    (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND});
	return KERN_SUCCESS;
}
