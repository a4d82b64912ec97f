/*
 * mach/host_info.h - what can be told of a host, as interfaces carry it
 *
 * For each flavor a structure, and how many words that is.
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_HOST_INFO_H
#define MACH_HOST_INFO_H

#include <mach/machine.h>
#include <mach/machine/vm_types.h>
#include <mach/message.h>
#include <mach/vm_statistics.h>
#include <stdint.h>

typedef integer_t host_flavor_t;
typedef integer_t *host_info_t;   /* HOST_INFO_MAX at most */
typedef integer_t *host_info64_t; /* HOST_INFO64_MAX at most */

#define HOST_INFO_MAX 68    /* words */
#define HOST_INFO64_MAX 256 /* words */

#define KERNEL_VERSION_MAX 512 /* characters, with the NUL */
typedef char kernel_version_t[KERNEL_VERSION_MAX];

#define MACH_HOST_WORDS(type)                                                  \
	((mach_msg_type_number_t)(sizeof(type) / sizeof(integer_t)))

/* --- of host_info() -------------------------------------------------------- */

#define HOST_BASIC_INFO 1
#define HOST_SCHED_INFO 3
#define HOST_PRIORITY_INFO 5

#pragma pack(push, 4)
struct host_basic_info {
	integer_t max_cpus;    /* that there can be */
	integer_t avail_cpus;  /* that there are */
	natural_t memory_size; /* bytes, 2 GiB if there are more */
	cpu_type_t cpu_type;
	cpu_subtype_t cpu_subtype;
	cpu_threadtype_t cpu_threadtype;
	integer_t physical_cpu; /* cores cannot be told from threads here: all
	                         * four are processors of Linux */
	integer_t physical_cpu_max;
	integer_t logical_cpu;
	integer_t logical_cpu_max;
	uint64_t max_mem; /* bytes */
};
#pragma pack(pop)
typedef struct host_basic_info host_basic_info_data_t;
typedef struct host_basic_info *host_basic_info_t;
#define HOST_BASIC_INFO_COUNT MACH_HOST_WORDS(host_basic_info_data_t)
#define HOST_BASIC_INFO_OLD_COUNT 5

struct host_sched_info {
	integer_t min_timeout; /* milliseconds */
	integer_t min_quantum; /* milliseconds */
};
typedef struct host_sched_info host_sched_info_data_t;
typedef struct host_sched_info *host_sched_info_t;
#define HOST_SCHED_INFO_COUNT MACH_HOST_WORDS(host_sched_info_data_t)

struct host_priority_info {
	integer_t kernel_priority;
	integer_t system_priority;
	integer_t server_priority;
	integer_t user_priority;
	integer_t depress_priority;
	integer_t idle_priority;
	integer_t minimum_priority;
	integer_t maximum_priority;
};
typedef struct host_priority_info host_priority_info_data_t;
typedef struct host_priority_info *host_priority_info_t;
#define HOST_PRIORITY_INFO_COUNT MACH_HOST_WORDS(host_priority_info_data_t)

/* --- of host_statistics() and host_statistics64() -------------------------- */

#define HOST_LOAD_INFO 1
#define HOST_VM_INFO 2 /* host_statistics() only */
#define HOST_CPU_LOAD_INFO 3
#define HOST_VM_INFO64 4 /* host_statistics64() only */

#define LOAD_SCALE 1000

struct host_load_info {
	integer_t avenrun[3];     /* over 1, 5 and 15 minutes, by LOAD_SCALE */
	integer_t mach_factor[3]; /* processors left over for one thread more */
};
typedef struct host_load_info host_load_info_data_t;
typedef struct host_load_info *host_load_info_t;
#define HOST_LOAD_INFO_COUNT MACH_HOST_WORDS(host_load_info_data_t)

struct host_cpu_load_info {
	natural_t
	    cpu_ticks[CPU_STATE_MAX]; /* of all; 100 a second and processor;
	                                     * they wrap */
};
typedef struct host_cpu_load_info host_cpu_load_info_data_t;
typedef struct host_cpu_load_info *host_cpu_load_info_t;
#define HOST_CPU_LOAD_INFO_COUNT MACH_HOST_WORDS(host_cpu_load_info_data_t)

#define HOST_VM_INFO_COUNT MACH_HOST_WORDS(vm_statistics_data_t)
#define HOST_VM_INFO64_COUNT MACH_HOST_WORDS(vm_statistics64_data_t)
/* Earlier, shorter forms of the two, which are answered too. */
#define HOST_VM_INFO_REV0_COUNT 12
#define HOST_VM_INFO_REV1_COUNT 14
#define HOST_VM_INFO_REV2_COUNT HOST_VM_INFO_COUNT
#define HOST_VM_INFO64_REV0_COUNT 24
#define HOST_VM_INFO64_REV1_COUNT HOST_VM_INFO64_COUNT

#endif /* MACH_HOST_INFO_H */
