/*
 * What kern needs of the machine: the one table of functions through which it reaches
 * Linux, filled in by machportd, and by tests with a machine of their own.
 *
 * Nothing in it blocks. What can (another process's memory) is asked for here and
 * answered later, by kern_reply.h.
 */
#ifndef KERN_PLATFORM_H
#define KERN_PLATFORM_H

#include <mach/host_info.h>
#include <sys/types.h>

#include "kern_memory.h"
#include "kern_reply.h"
#include "kern_task.h"

/*
 * The process of a task, embedded in what the platform knows of it. A task borrows it:
 * it lives longer.
 */
struct kern_process {
	pid_t pid;
};

/* What Linux tells of a process. */
struct kern_usage {
	uint64_t virtual_bytes;
	uint64_t resident_bytes;
	uint64_t resident_bytes_most; /* there ever were */
	uint64_t user_ns;             /* of all its threads, dead ones too */
	uint64_t system_ns;
	uint64_t faults;
	uint64_t major_faults; /* of these: something was read for them */
	uint32_t threads;
};

/* And of one of its threads. */
struct kern_thread_usage {
	uint64_t user_ns;
	uint64_t system_ns;
	uint32_t cpu; /* since it began, of 1000 */
	int policy;   /* SCHED_* */
	int nice;
	int real_time; /* 1 to 99; 0: not that */
	char state;    /* as in proc(5) */
	char name[64];
};

/* What is done to a process. */
enum kern_signal {
	KERN_SIGNAL_STOP,
	KERN_SIGNAL_CONTINUE,
	KERN_SIGNAL_KILL,
};

/* What a descriptor that a task has shows: that it is readable, or not. */
struct kern_level;

/*
 * A file of memory that a task passed, or had made, embedded in what the platform knows
 * of it. It has as many bytes for good; the task is charged for them. Memory entries share it.
 */
struct kern_file {
	uint32_t refs;
	uint64_t bytes;
};

/* Whom task_for_pid() serves. */
enum kern_task_for_pid {
	KERN_TASK_FOR_PID_OWN, /* everybody, for what is his own; and root */
	KERN_TASK_FOR_PID_ROOT,
	KERN_TASK_FOR_PID_NONE, /* nobody */
};

/* What the machine is. */
struct kern_host_facts {
	uint32_t processors;
	uint32_t processors_most; /* that there can be */
	cpu_type_t cpu_type;
	cpu_subtype_t cpu_subtype;
	uint64_t memory_bytes;
	uint32_t tick_ms;
	char version[KERNEL_VERSION_MAX];
};

/* What it has to do. */
struct kern_host_load {
	uint32_t
	    averages[3]; /* of threads, by LOAD_SCALE: of 1, 5, 15 minutes */
	uint64_t ticks[CPU_STATE_MAX];
	vm_statistics64_data_t memory;
};

struct kern_platform {
	uint64_t (*now_ns)(void);      /* CLOCK_MONOTONIC */
	uint64_t (*calendar_ns)(void); /* CLOCK_REALTIME */

	/* False: the process has ended. */
	bool (*usage)(
	    const struct kern_process *process, struct kern_usage *usage_out);

	/* The ids of its threads, in no order. KERN_FAILURE: it has ended;
	 * KERN_RESOURCE_SHORTAGE: there are more than @room. */
	kern_return_t (*threads)(const struct kern_process *process,
	    uint32_t *ids_out, uint32_t room, uint32_t *count_out);

	/* False: it has no thread @id, or has ended. */
	bool (*thread_usage)(const struct kern_process *process, uint32_t id,
	    struct kern_thread_usage *usage_out);

	/* False: it has ended, or Linux refuses; or its user may not do that any
	 * more, since it has become somebody else's. */
	bool (*signal)(
	    const struct kern_process *process, enum kern_signal signal);

	/* Does the process belong to the user @uid and nobody else, as ptrace()
	 * asks for it? Not if it is a set-uid program, or has been one. */
	bool (*is_owned_by)(const struct kern_process *process, uid_t uid);

	/* The task of the process that has @pid now, borrowed, or NULL. */
	struct kern_task *(*task_of_pid)(pid_t pid);

	/*
	 * Answer @reply, CONSUMED, now or later: by kern_memory_answer(), with success or
	 *
	 *	KERN_INVALID_ADDRESS	not all of a range is mapped; no region is
	 *				there
	 *	KERN_PROTECTION_FAILURE	the process may not do that with it; or
	 *				Linux refuses the kernel the process
	 *	KERN_MEMORY_ERROR	a page could not be had
	 *	KERN_INVALID_TASK	the process has ended
	 *	KERN_RESOURCE_SHORTAGE	no memory or budget; too many requests wait
	 *				for the pages of this user's processes
	 *	KERN_FAILURE		nobody is there to do it
	 *
	 * What is written may have been written in part.
	 */
	void (*memory)(const struct kern_memory_request *request,
	    struct kern_reply *reply);

	/* False: Linux does not tell. */
	bool (*host_load)(struct kern_host_load *load_out);
	struct kern_host_facts host;

	/* A level for the process, not readable; NULL: no memory, or over the budget
	 * of its user. How its descriptor gets there is not known here. */
	struct kern_level *(*level_new)(const struct kern_process *process);
	void (*level_set)(struct kern_level *level, bool readable);
	void (*level_free)(struct kern_level *level);

	/* A new file of @bytes zeroes, +1 to caller, of the user @user. NULL: no memory, or
	 * no budget. */
	struct kern_file *(*file_new)(
	    uid_t user, struct ipc_account *account, uint64_t bytes);
	/* Can whoever has the file's descriptor write to it, or map it so? It may end,
	 * and does not begin again. */
	bool (*file_is_writable)(const struct kern_file *file);
	/* The last reference to it has gone. */
	void (*file_free)(struct kern_file *file);

	uid_t owner; /* who the kernel runs as */
	enum kern_task_for_pid task_for_pid;
};

/* Set once, before the first task. Until then, a machine without processes. */
extern const struct kern_platform *kern_platform;

#endif
