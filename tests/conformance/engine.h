/*
 * The engine alone: src/ipc and src/kern in the scenario's own process. Calls
 * enter it under one lock; who is blocked waits on a condition.
 *
 * A task is a name space, not a process: the scenario's and its peers' threads
 * are threads of one process, and each knows whose it is. The library's calls
 * are the ones that programs link, down to call.h and msg_trap.h, which are here
 * (engine_call.c, engine_msg.c).
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>

#include "base_list.h"
#include "ipc_waiter.h"
#include "kern_task.h"
#include "kern_thread.h"
#include "thread_conn.h"

struct engine_task {
	struct kern_task *kern; /* NULL: it died */
	struct list threads;    /* struct engine_thread.link */
};

struct engine_thread {
	struct list link;
	struct engine_task *task;
	uint32_t id;
	struct kern_thread *kern;  /* NULL until it is asked for */
	struct ipc_waiter waiter;  /* of its mach_msg() */
	struct thread_names names; /* that the library keeps */
	bool done;                 /* with what it was started for */
};

/* A task with what it inherits from @parent, if that is not NULL; ended by
 * engine_task_kill(). (The lock) */
void engine_task_init(struct engine_task *task, struct kern_task *parent);
/* It dies, whatever its threads do. They end when they would enter the engine.
 * (The lock) */
void engine_task_kill(struct engine_task *task);

/* A new thread of @task; freed with engine_thread_free(). Not yet anybody's. */
struct engine_thread *engine_thread_new(struct engine_task *task);
void engine_thread_free(struct engine_thread *thread);
/* The calling thread is @thread from now on. */
void engine_thread_become(struct engine_thread *thread);

/* Take the lock, as the calling thread, which is returned. If its task has died,
 * the thread ends here. */
struct engine_thread *engine_enter(void);
void engine_leave(void);

/* Give up the lock until something has changed: a thread was woken or blocked,
 * is done, or its task died. */
void engine_wait(void);
/* The same, but not beyond the monotonic clock's @deadline, in ns. False: that
 * has come. */
bool engine_wait_until(uint64_t deadline);
void engine_changed(void);

/* Wait until @thread is blocked. If it is done, the scenario fails. */
void engine_until_blocked(const struct engine_thread *thread);
/* Wait until @thread is done. */
void engine_until_done(const struct engine_thread *thread);

/* End the peers that are left. */
void engine_peers_end(void);

#endif
