/*
 * mach/thread_info.h - what can be told of a thread, as interfaces carry it
 *
 * For each flavor of thread_info() a structure, and how many words that is. Those that
 * have no structure here are not told of.
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_THREAD_INFO_H
#define MACH_THREAD_INFO_H

#include <mach/machine/vm_types.h>
#include <mach/message.h>
#include <mach/policy.h>
#include <mach/time_value.h>
#include <stdint.h>

typedef natural_t thread_flavor_t;
typedef integer_t *thread_info_t; /* THREAD_INFO_MAX at most */

#define THREAD_INFO_MAX 32 /* words */
typedef integer_t thread_info_data_t[THREAD_INFO_MAX];

#define MACH_THREAD_WORDS(type)                                                \
	((mach_msg_type_number_t)(sizeof(type) / sizeof(natural_t)))

#define THREAD_BASIC_INFO 3
#define THREAD_IDENTIFIER_INFO 4
#define THREAD_EXTENDED_INFO 5

#define TH_USAGE_SCALE 1000 /* a whole processor */

/* run_state */
#define TH_STATE_RUNNING 1
#define TH_STATE_STOPPED 2
#define TH_STATE_WAITING 3
#define TH_STATE_UNINTERRUPTIBLE 4
#define TH_STATE_HALTED 5

/* flags */
#define TH_FLAGS_SWAPPED 0x1
#define TH_FLAGS_IDLE 0x2
#define TH_FLAGS_GLOBAL_FORCED_IDLE 0x4

struct thread_basic_info {
	time_value_t user_time;
	time_value_t system_time;
	integer_t cpu_usage; /* since it began, by TH_USAGE_SCALE */
	policy_t policy;
	integer_t run_state;
	integer_t flags;
	integer_t suspend_count;
	integer_t sleep_time; /* not told: 0 */
};
typedef struct thread_basic_info thread_basic_info_data_t;
typedef struct thread_basic_info *thread_basic_info_t;
#define THREAD_BASIC_INFO_COUNT MACH_THREAD_WORDS(thread_basic_info_data_t)

struct thread_identifier_info {
	uint64_t thread_id;      /* Linux's: gettid() */
	uint64_t thread_handle;  /* not told: 0 */
	uint64_t dispatch_qaddr; /* the same */
};
typedef struct thread_identifier_info thread_identifier_info_data_t;
typedef struct thread_identifier_info *thread_identifier_info_t;
#define THREAD_IDENTIFIER_INFO_COUNT                                           \
	MACH_THREAD_WORDS(thread_identifier_info_data_t)

#define MAXTHREADNAMESIZE 64 /* characters, with the NUL */

struct thread_extended_info {
	uint64_t pth_user_time; /* nanoseconds */
	uint64_t pth_system_time;
	int32_t pth_cpu_usage; /* since it began, by TH_USAGE_SCALE */
	int32_t pth_policy;
	int32_t pth_run_state;
	int32_t pth_flags;
	int32_t pth_sleep_time; /* not told: 0 */
	int32_t pth_curpri;
	int32_t pth_priority;
	int32_t pth_maxpriority;
	char pth_name[MAXTHREADNAMESIZE]; /* pthread_getname_np() */
};
typedef struct thread_extended_info thread_extended_info_data_t;
typedef struct thread_extended_info *thread_extended_info_t;
#define THREAD_EXTENDED_INFO_COUNT                                             \
	MACH_THREAD_WORDS(thread_extended_info_data_t)

#endif /* MACH_THREAD_INFO_H */
