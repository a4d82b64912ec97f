/*
 * Programs: servers that the server knows, to which services belong.
 *
 * This is what the core keeps of them; how they are started, and when again, is
 * in launch.h.
 */
#ifndef BOOTSTRAP_PROGRAM_H
#define BOOTSTRAP_PROGRAM_H

#include <servers/bootstrap.h>
#include <sys/types.h>

#include "base_list.h"
#include "gate.h"
#include "launch.h"

struct program {
	name_t name; /* for bootstrap_info() and logs */
	/* Where its services are. */
	struct context *context;
	struct list node; /* in context->programs */
	struct list services;
	/* Its bootstrap ports; the second all zeroes until it is asked for. */
	struct gate gate;
	struct gate unprivileged;
	/* Its maker still has what bootstrap_create_server() gave him: it is not
	 * started before that is released. */
	bool held;
	/* It goes when its process has ended. */
	bool removed;
	uid_t owner;          /* who pays */
	struct launch launch; /* the launcher's own */
};

/* --- the server's core ----------------------------------------------------- */

/**
 * program_new() - add a program, which is not started
 * @settings:	CONSUMED on success
 *
 * Return:	0, or BOOTSTRAP_NO_MEMORY (also: too many for @owner)
 */
int program_new(struct context *context, const char *name,
    struct launch_settings *settings, uid_t owner,
    struct program **program_out);

/* Its services are removed; it goes now, or when its process has ended. */
void program_remove(struct program *program);
/* Now, with its services. */
void program_free(struct program *program);

/* For the launcher: launch_state() is another than before. If it is LAUNCH_IDLE
 * messages to the program's services start it again: at once if some wait already.
 * A program that was removed is freed by this when it is idle. */
void program_changed(struct program *program);

/* For the launcher: it has given up. What waits on the program's services is
 * destroyed, so that those who wait for replies know; the ports stay. */
void program_give_up(struct program *program);

/* For the launcher: as fork(), and the child's bootstrap port is the program's, also
 * for what it executes. It may use no port; @program is nothing to it. */
pid_t program_fork(struct program *program);

/* The bootstrap port of bootstrap_create_server() was released by all: no more held. */
void program_release(struct program *program);

/* Does a message start it? */
bool program_can_start(const struct program *program);

/* Look at all its services again. */
void program_update(struct program *program);

/* For all programs, of all contexts. @visit may not free others than its own. */
void program_for_each(
    void (*visit)(struct program *program, void *argument), void *argument);

#endif
