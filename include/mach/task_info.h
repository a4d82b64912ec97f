/*
 * mach/task_info.h - what can be told of a task, as interfaces carry it
 *
 * For each flavor of task_info() a structure, and how many words that is. Those that
 * have no structure here are not told of.
 *
 * Source: spec/mig.md 6.7
 */
#ifndef MACH_TASK_INFO_H
#define MACH_TASK_INFO_H

#include <mach/machine/vm_types.h>
#include <mach/message.h>
#include <mach/policy.h>
#include <mach/time_value.h>

typedef natural_t task_flavor_t;
typedef integer_t *task_info_t; /* TASK_INFO_MAX at most */

#define TASK_INFO_MAX 94 /* words */
typedef integer_t task_info_data_t[TASK_INFO_MAX];

#define MACH_TASK_WORDS(type)                                                  \
	((mach_msg_type_number_t)(sizeof(type) / sizeof(natural_t)))

#define TASK_EVENTS_INFO 2
#define TASK_THREAD_TIMES_INFO 3
#define TASK_BASIC_INFO_32 4
#define TASK_BASIC_INFO_64 5
#define TASK2_BASIC_INFO_32 6 /* as TASK_BASIC_INFO_32 */
#define TASK_SECURITY_TOKEN 13
#define TASK_AUDIT_TOKEN 15
#define TASK_BASIC_INFO_64_2 18 /* as TASK_BASIC_INFO_64 */
#define MACH_TASK_BASIC_INFO 20

#define TASK_BASIC_INFO TASK_BASIC_INFO_64
#define TASK_BASIC2_INFO TASK_BASIC_INFO_64_2

/*
 * Times. What Darwin calls the times of threads that have ended, the *_BASIC_INFO's,
 * are 0, and TASK_THREAD_TIMES_INFO are those of all threads: to have all that a task
 * ever used, one adds the two in either case.
 */

#pragma pack(push, 4)
struct task_basic_info_32 {
	integer_t suspend_count;
	natural_t virtual_size;  /* bytes, UINT32_MAX if there are more */
	natural_t resident_size; /* the same */
	time_value_t user_time;
	time_value_t system_time;
	policy_t policy;
};
typedef struct task_basic_info_32 task_basic_info_32_data_t;
typedef struct task_basic_info_32 *task_basic_info_32_t;

struct task_basic_info_64 {
	integer_t suspend_count;
	mach_vm_size_t virtual_size; /* bytes */
	mach_vm_size_t resident_size;
	time_value_t user_time;
	time_value_t system_time;
	policy_t policy;
};
typedef struct task_basic_info_64 task_basic_info_64_data_t;
typedef struct task_basic_info_64 *task_basic_info_64_t;

typedef struct task_basic_info_64 task_basic_info_data_t;
typedef struct task_basic_info_64 *task_basic_info_t;

struct mach_task_basic_info {
	mach_vm_size_t virtual_size; /* bytes */
	mach_vm_size_t resident_size;
	mach_vm_size_t resident_size_max; /* that there ever were */
	time_value_t user_time;
	time_value_t system_time;
	policy_t policy;
	integer_t suspend_count;
};
typedef struct mach_task_basic_info mach_task_basic_info_data_t;
typedef struct mach_task_basic_info *mach_task_basic_info_t;
#pragma pack(pop)

#define TASK_BASIC_INFO_32_COUNT MACH_TASK_WORDS(task_basic_info_32_data_t)
#define TASK2_BASIC_INFO_32_COUNT TASK_BASIC_INFO_32_COUNT
#define TASK_BASIC_INFO_64_COUNT MACH_TASK_WORDS(task_basic_info_64_data_t)
#define TASK_BASIC_INFO_64_2_COUNT TASK_BASIC_INFO_64_COUNT
#define TASK_BASIC_INFO_COUNT TASK_BASIC_INFO_64_COUNT
#define TASK_BASIC2_INFO_COUNT TASK_BASIC_INFO_64_COUNT
#define MACH_TASK_BASIC_INFO_COUNT MACH_TASK_WORDS(mach_task_basic_info_data_t)

/* Counts; those that wrap do so, and what Linux does not count is 0. */
struct task_events_info {
	integer_t faults;
	integer_t pageins; /* faults for which something was read */
	integer_t cow_faults;
	integer_t messages_sent;
	integer_t messages_received;
	integer_t syscalls_mach;
	integer_t syscalls_unix;
	integer_t csw;
};
typedef struct task_events_info task_events_info_data_t;
typedef struct task_events_info *task_events_info_t;
#define TASK_EVENTS_INFO_COUNT MACH_TASK_WORDS(task_events_info_data_t)

struct task_thread_times_info {
	time_value_t user_time;
	time_value_t system_time;
};
typedef struct task_thread_times_info task_thread_times_info_data_t;
typedef struct task_thread_times_info *task_thread_times_info_t;
#define TASK_THREAD_TIMES_INFO_COUNT                                           \
	MACH_TASK_WORDS(task_thread_times_info_data_t)

/* Those in the trailers of its messages. */
#define TASK_SECURITY_TOKEN_COUNT MACH_TASK_WORDS(security_token_t)
#define TASK_AUDIT_TOKEN_COUNT MACH_TASK_WORDS(audit_token_t)

#endif /* MACH_TASK_INFO_H */
