/*
 * mach/mk_timer.h - timers that send a message
 *
 * A timer is a port. Whoever has its receive right arms it, and receives one
 * mk_timer_expire_msg_t when the deadline has passed; so it can be waited for
 * together with others, in a port set. It stays the timer of its port wherever the
 * receive right is sent, and goes when that does.
 *
 * The message is queued whatever the limit of the queue. There is one at most: a
 * deadline that passes while the message of an earlier one waits to be received is
 * not told again.
 *
 * Deadlines are in the units of mach_absolute_time(), which are nanoseconds here.
 *
 * The calls on a timer return, besides what is told of each:
 *	KERN_SUCCESS
 *	KERN_INVALID_NAME	no such name
 *	KERN_INVALID_RIGHT	no receive right
 *	KERN_INVALID_ARGUMENT	the port of no timer
 *	MACH_SEND_INVALID_DEST	there is no kernel
 */
#ifndef MACH_MK_TIMER_H
#define MACH_MK_TIMER_H

#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What comes when the deadline has passed: its id is 0, its sender the kernel. */
struct mk_timer_expire_msg {
	mach_msg_header_t header;
	uint64_t unused[3]; /* 0 */
};
typedef struct mk_timer_expire_msg mk_timer_expire_msg_t;

/* Flags of mk_timer_arm_leeway(). */
#define MK_TIMER_NORMAL 0
#define MK_TIMER_CRITICAL 1

/**
 * mk_timer_create() - make a timer
 *
 * It is not armed.
 *
 * Rights:	a receive right, +1 to caller
 * Return:	the name, or MACH_PORT_NULL when there is no room for it
 * Source:	Darwin
 */
mach_port_name_t mk_timer_create(void);

/**
 * mk_timer_destroy() - destroy a timer
 * @name:	[in]  its receive right
 *
 * Rights:	all rights of @name are CONSUMED on success
 * Return:	as all calls on a timer
 * Source:	Darwin
 */
kern_return_t mk_timer_destroy(mach_port_name_t name);

/**
 * mk_timer_arm() - set the deadline of a timer
 * @name:		[in]  its receive right; borrowed
 * @expire_time:	[in]  absolute time. One that has passed is told at once
 *
 * An earlier deadline that has not passed is forgotten.
 *
 * Return:	as all calls on a timer, or with nothing changed
 *		KERN_RESOURCE_SHORTAGE	no memory or budget for the message
 * Source:	Darwin
 */
kern_return_t mk_timer_arm(mach_port_name_t name, uint64_t expire_time);

/**
 * mk_timer_arm_leeway() - the same, with leave to be late
 * @mk_timer_flags:	[in]  MK_TIMER_NORMAL or _CRITICAL: no difference here
 * @mk_timer_leeway:	[in]  nanoseconds: no use is made of it
 *
 * Return:	as mk_timer_arm()
 * Source:	Darwin
 */
kern_return_t mk_timer_arm_leeway(mach_port_name_t name,
    uint64_t mk_timer_flags, uint64_t mk_timer_expire_time,
    uint64_t mk_timer_leeway);

/**
 * mk_timer_cancel() - have a timer not expire
 * @name:		[in]  its receive right; borrowed
 * @result_time:	[out] what its deadline was; 0: it was not armed, or has
 *			      expired. NULL: not wanted
 *
 * A message that was sent already stays.
 *
 * Return:	as all calls on a timer
 * Source:	Darwin
 */
kern_return_t mk_timer_cancel(mach_port_name_t name, uint64_t *result_time);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MK_TIMER_H */
