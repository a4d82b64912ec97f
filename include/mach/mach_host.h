/*
 * mach/mach_host.h - calls on the host
 *
 * @host is a send right for the host port (mach_host_self()); each call may also
 * return
 *	MACH_SEND_INVALID_DEST	@host is no name of a live port
 *	KERN_RESOURCE_SHORTAGE	no memory
 * or, when @host is an ordinary port, what its receiver answers.
 *
 * Source: spec/special-ports.md 3, 6
 */
#ifndef MACH_MACH_HOST_H
#define MACH_MACH_HOST_H

#include <mach/clock_types.h>
#include <mach/host_info.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/vm_types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * host_info() - what the machine is
 * @host:	[in]	host port; borrowed
 * @flavor:	[in]	HOST_BASIC_INFO, HOST_SCHED_INFO or HOST_PRIORITY_INFO
 * @host_info_out: [out] the structure of that flavor
 * @host_info_outCnt: [in/out] room in @host_info_out; how much is there
 *
 * Units:	counts are words (integer_t)
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such flavor, or @host is no host
 *		KERN_FAILURE		too little room
 * Source:	spec/special-ports.md 6
 */
kern_return_t host_info(host_t host, host_flavor_t flavor,
    host_info_t host_info_out, mach_msg_type_number_t *host_info_outCnt);

/**
 * host_kernel_version() - which Linux this is
 * @host:	[in]	host port; borrowed
 * @kernel_version: [out] a text, as `uname -srv` says it
 *
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	@host is no host
 * Source:	spec/special-ports.md 6
 */
kern_return_t host_kernel_version(host_t host, kernel_version_t kernel_version);

/**
 * host_page_size() - the size of a page
 * @host:	[in]	not looked at
 * @out_page_size: [out] vm_page_size
 *
 * Units:	bytes
 * Return:	KERN_SUCCESS
 * Source:	spec/special-ports.md 3
 */
kern_return_t host_page_size(host_t host, vm_size_t *out_page_size);

/**
 * host_statistics() - how much the machine has to do
 * @host_priv:	[in]	host port; borrowed
 * @flavor:	[in]	HOST_LOAD_INFO, HOST_CPU_LOAD_INFO or HOST_VM_INFO
 * @host_info_out: [out] the structure of that flavor
 * @host_info_outCnt: [in/out] room in @host_info_out; how much is there
 *
 * What is told may be 10 ms old.
 *
 * Units:	counts are words (integer_t)
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such flavor
 *		KERN_INVALID_HOST	@host_priv is no host
 *		KERN_FAILURE		too little room, or Linux does not tell
 * Source:	spec/special-ports.md 6
 */
kern_return_t host_statistics(host_t host_priv, host_flavor_t flavor,
    host_info_t host_info_out, mach_msg_type_number_t *host_info_outCnt);

/**
 * host_statistics64() - how much the machine has to do
 * @host_priv:	[in]	host port; borrowed
 * @flavor:	[in]	HOST_VM_INFO64, HOST_LOAD_INFO or HOST_CPU_LOAD_INFO
 * @host_info64_out: [out] the structure of that flavor
 * @host_info64_outCnt: [in/out] room in @host_info64_out; how much is there
 *
 * As host_statistics(), with counts of memory that do not wrap.
 *
 * Units:	counts are words (integer_t)
 * Return:	as host_statistics()
 * Source:	spec/special-ports.md 6
 */
kern_return_t host_statistics64(host_t host_priv, host_flavor_t flavor,
    host_info64_t host_info64_out, mach_msg_type_number_t *host_info64_outCnt);

/**
 * host_get_clock_service() - get the port of a clock
 * @host:	[in]	host port; borrowed
 * @clock_id:	[in]	SYSTEM_CLOCK or CALENDAR_CLOCK
 * @clock_serv:	[out]	name of the port, for the calls of <mach/clock.h>
 *
 * Rights:	a send right, +1 to caller
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_ARGUMENT	no such clock, or @host is no host
 * Source:	Darwin
 */
kern_return_t host_get_clock_service(
    host_t host, clock_id_t clock_id, clock_serv_t *clock_serv);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_HOST_H */
