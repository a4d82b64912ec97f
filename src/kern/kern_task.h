/*
 * A task: a space, the port that stands for it, and the ports that the kernel
 * keeps for it.
 *
 * A task is made for a process that attached and destroyed when that goes; in
 * between it is alive, and there is no other state. Whoever holds its task port
 * may use it as the task itself does. The task's own last send right for that
 * port stays: no call gives it up (special-ports.md 1), though a message can
 * take it away.
 *
 * In each new space the task port has the first name, and the bootstrap port,
 * or a dead name where there is none, the second. So a program knows both
 * before it has made its first trap.
 */
#ifndef KERN_TASK_H
#define KERN_TASK_H

#include "base_list.h"
#include "ipc.h"
#include "ipc_account.h"
#include "ipc_kobject.h"
#include "ipc_space.h"
#include "kern_ports.h"

/* The first two names of every space. */
#define KERN_TASK_SELF_NAME ((mach_port_name_t)0x103)
#define KERN_TASK_BOOTSTRAP_NAME ((mach_port_name_t)0x203)

struct kern_process; /* kern_platform.h */

struct kern_task {
	struct ipc_kobject self;
	struct ipc_kobject name; /* who it is, and nothing more */
	struct ipc_space *space; /* +1; space->owner is this task */
	struct kern_ports ports;
	uint32_t parent; /* id of the task that it inherited them from, or 0 */
	uint32_t connections;   /* by which its threads trap: counted there */
	struct list threads;    /* struct kern_thread.link */
	struct list watches;    /* struct kern_watch.link */
	struct list semaphores; /* struct kern_semaphore.link */
	/* Whose task it is, borrowed; NULL, of none yet, or in a test. */
	const struct kern_process *process;
	uint32_t suspend_count; /* > 0: it was stopped */
	bool compat; /* of Mach 2.5: it has asked for its notify port */
};

/**
 * kern_task_new() - a new task
 * @account:	[in]  its budget; borrowed, the space keeps a reference
 * @identity:	[in]  who its messages say it is; the same
 * @parent:	[in]  whose ports it inherits, or NULL. Where no bootstrap port was
 *		      ever set, it has the host's
 *
 * Return:	NULL: no memory, or a budget too small for its first two names
 */
struct kern_task *kern_task_new(struct ipc_account *account,
    struct ipc_identity *identity, const struct kern_ports *parent)
    __attribute__((warn_unused_result));

/* The task dies: its rights, then its threads' ports, its own, and what was
 * kept for it. No waiter may be blocked on its behalf. */
void kern_task_destroy(struct kern_task *task);

/**
 * kern_task_suspend() - stop the task's process; calls add up
 * kern_task_resume() - take one such call back: the last lets it go on
 *
 * A task that dies suspended lets its process go on, should that live.
 *
 * Return:	KERN_SUCCESS
 *		KERN_FAILURE	its process has ended; Linux refuses the kernel to do
 *				that; it has become another user's; it is not
 *				suspended, or too often
 * Source:	spec/special-ports.md 6
 */
kern_return_t kern_task_suspend(struct kern_task *task);
kern_return_t kern_task_resume(struct kern_task *task);

/* Kill the process. The task dies when Linux tells that it has ended. Codes as above. */
kern_return_t kern_task_terminate(struct kern_task *task);

/**
 * kern_task_find() - the task that a call is about
 * @name:	[in]  what the caller named it by, in its space
 *
 * Return:	KERN_SUCCESS		*@task_out, borrowed
 *		MACH_SEND_INVALID_DEST	no send right to a live port
 *		KERN_INVALID_TASK	another object's port
 *		WIRE_CALL_BY_MESSAGE	an ordinary port, which is called by messages:
 *					those are the library's to send
 * Source:	ports.md 9
 */
kern_return_t kern_task_find(struct ipc_space *caller, mach_port_name_t name,
    struct kern_task **task_out) __attribute__((warn_unused_result));

/* The names of the task port and of the host port in the task's own space, with
 * one more user reference. Codes as ipc_right_copyout(). */
kern_return_t kern_task_self(
    struct kern_task *task, mach_port_name_t *name_out);
kern_return_t kern_task_host_self(
    struct kern_task *task, mach_port_name_t *name_out);

/**
 * kern_task_notify() - the task's notify port
 * @name_out:	[out] a receive right of the task; no reference is added
 *
 * The port in the slot TASK_NOTIFY_PORT, as long as the task itself receives on
 * it. If there is none, if it died, or if its receive right went elsewhere, a
 * new port takes its place: a task can always be told things. Whoever wants
 * another task to be told sets the slot after that.
 *
 * From the first such call on, the task is one of Mach 2.5: see
 * kern_task_port_compat().
 *
 * Return:	KERN_SUCCESS, KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE
 * Source:	mach2-mach3-differences.md 4
 */
kern_return_t kern_task_notify(
    struct kern_task *task, mach_port_name_t *name_out);

/* ipc_mach_port_compat() with the task's notify port, if the task is one of Mach
 * 2.5; else there is nothing to do, whatever @name is. */
kern_return_t kern_task_port_compat(
    struct kern_task *task, mach_port_name_t name);

/*
 * task_get_special_port() and task_set_special_port() on @task, called by
 * @caller, whose names @port is one of. Source: special-ports.md 2.1, 2.2.
 */
kern_return_t kern_task_get_special_port(struct kern_task *task, int which,
    struct ipc_space *caller, mach_port_name_t *port_out);
kern_return_t kern_task_set_special_port(struct kern_task *task, int which,
    struct ipc_space *caller, mach_port_name_t port);

/* mach_ports_register() and mach_ports_lookup(). Source: special-ports.md
 * 2.3. */
kern_return_t kern_task_ports_register(struct kern_task *task,
    struct ipc_space *caller, const mach_port_name_t *ports, uint32_t count);
kern_return_t kern_task_ports_lookup(struct kern_task *task,
    struct ipc_space *caller,
    mach_port_name_t ports_out[TASK_PORT_REGISTER_MAX]);

#endif
