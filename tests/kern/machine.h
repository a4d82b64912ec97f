/*
 * A machine for the tests of kern: processes that exist on paper only.
 */
#ifndef TESTS_KERN_MACHINE_H
#define TESTS_KERN_MACHINE_H

#include "kern_platform.h"

/* What machine_task() gave a task. */
struct machine_process {
	struct kern_process kern;
	struct kern_task *task;
	uid_t owner; /* of its files in /proc */
	struct kern_usage usage;
	uint32_t threads[16]; /* ids */
	uint32_t thread_count;
	struct kern_thread_usage thread_usage; /* of each */
	struct kern_memory_request asked;      /* the last, of its memory */
	struct kern_memory_result answer; /* to that; nothing can be read */
	bool ended;
	unsigned stops; /* signals that came */
	unsigned continues;
	unsigned kills;
};

/* A level: what its descriptor would show. */
struct kern_level {
	bool readable;
};

extern struct kern_platform machine;

/* What time it is; a second at first. */
extern uint64_t machine_now_ns;
/* What the calendar is ahead of that. */
extern uint64_t machine_set_ns;

/* How many levels there are, and how many there may be. */
extern unsigned machine_levels;
extern unsigned machine_levels_most;

/* Tasks, and this machine, whose owner is the user 500. For CASE_ON_MACHINE(). */
int machine_setup(void **state);
int machine_teardown(void **state);

#define CASE_ON_MACHINE(name)                                                  \
	cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

/* A new task of @uid, with a process of its own. It goes with the test. */
struct machine_process *machine_process(pid_t pid, uid_t uid);

#endif
