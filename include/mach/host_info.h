/*
 * mach/host_info.h - what can be told of a host, as interfaces carry it
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_HOST_INFO_H
#define MACH_HOST_INFO_H

#include <mach/machine/vm_types.h>

typedef integer_t host_flavor_t;
typedef integer_t *host_info_t; /* HOST_INFO_MAX at most */

#define HOST_INFO_MAX 68 /* words */

#define KERNEL_VERSION_MAX 512 /* characters, with the NUL */
typedef char kernel_version_t[KERNEL_VERSION_MAX];

#endif /* MACH_HOST_INFO_H */
