/*
 * A thread: a port that lives as long as the thread does. It is made when it is
 * first asked for, since most threads never ask.
 *
 * All connections of one thread share one object; each holds a reference. It
 * dies with the last of them, or with its task, whichever is first: the port is
 * gone then, and only the memory waits for the last reference.
 *
 * A thread that has none is found by looking at the task's process. It is kept, and
 * charged to its task, until another look does not find it; or, if it has a connection
 * by then, until that goes.
 */
#ifndef KERN_THREAD_H
#define KERN_THREAD_H

#include "ipc_kobject.h"
#include "kern_exception.h"
#include "kern_task.h"

struct kern_thread {
	struct ipc_kobject self;
	struct kern_task *task; /* borrowed; NULL: dead */
	struct list link;       /* kern_task.threads */
	struct kern_exceptions exceptions;
	uint32_t refs;
	/* As the task tells it, or as it was found; trusted by nobody else: what it leads
	 * to is looked for within the task's process only. */
	uint32_t id;
	bool found; /* by looking: one reference is for that */
};

/* What the memory of one takes, about, with its port. */
#define KERN_THREAD_CHARGE 512
/* The most of a task that can be found. */
#define KERN_THREADS_MAX 4096

/* Whose trap is being worked off, set by who works it off; task NULL: nobody's. It is
 * there to be compared with other threads. */
struct kern_caller {
	const struct kern_task *task;
	uint32_t id;
};
extern struct kern_caller kern_caller;

/* The thread @id of @task, +1 to caller; made if need be. NULL: no memory. */
struct kern_thread *kern_thread_get(struct kern_task *task, uint32_t id)
    __attribute__((warn_unused_result));
/* The thread dies with its last reference. NULL is fine; returns NULL. */
struct kern_thread *kern_thread_unref(struct kern_thread *thread);

/**
 * kern_thread_find_all() - look which threads the task's process has
 * @threads_out: [out] at least KERN_THREADS_MAX of them, borrowed: until the next look,
 *		      or until it dies otherwise
 *
 * Those that were found before and are not there any more die.
 *
 * Return:	KERN_SUCCESS
 *		KERN_FAILURE		the process has ended
 *		KERN_RESOURCE_SHORTAGE	no memory or budget for them, or too many
 */
kern_return_t kern_thread_find_all(struct kern_task *task,
    struct kern_thread **threads_out, uint32_t *count_out)
    __attribute__((warn_unused_result));

/* The task has died, and so does the thread's port. */
void kern_thread_orphan(struct kern_thread *thread);

/*
 * The thread whose port @name is in @caller; borrowed.
 *
 * Return:	MACH_SEND_INVALID_DEST	@name is no send right
 *		KERN_INVALID_ARGUMENT	another object's port
 *		WIRE_CALL_BY_MESSAGE	an ordinary port: as of kern_task_find()
 */
kern_return_t kern_thread_find(struct ipc_space *caller, mach_port_name_t name,
    struct kern_thread **thread_out) __attribute__((warn_unused_result));

/* The thread port's name in the task's space, with one more user reference. */
kern_return_t kern_thread_self(struct kern_thread *thread,
    struct kern_task *task, mach_port_name_t *name_out);

/* thread_get_special_port() and thread_set_special_port(), called by @caller,
 * whose names @port is one of. Source: special-ports.md 2.5. */
kern_return_t kern_thread_get_special_port(struct kern_thread *thread,
    int which, struct ipc_space *caller, mach_port_name_t *port_out);
kern_return_t kern_thread_set_special_port(struct kern_thread *thread,
    int which, struct ipc_space *caller, mach_port_name_t port);

#endif
